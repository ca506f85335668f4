"""Every table has its place, and no statement needs two of them."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.store.cells.places import PLACES, Place, apart
from app.store.database import Database
from tests.own_database import migrated, template

__all__ = ["migrated", "template"]

LEFT = {
    "app/domain/settlement/facts/participants.py": {"family_binding"},
    "app/domain/family/repository.py": {"family_binding"},
}
"""What still joins both, and which shared table: to be mended before there is a second cell."""
LEFT_KEYS = {
    ("login", "person"),
    ("identity_check", "person"),
    ("family_binding", "person"),
    ("credential", "family_binding"),
}
_TABLES = "select tablename from pg_tables where schemaname = 'public'"
_KEYS = """
select conrelid::regclass::text as from_table, confrelid::regclass::text as to_table
from pg_constraint where contype = 'f'
"""
_DOES = re.compile(r"\b(select|insert|update|delete|merge)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z_]+")
_NAMED = re.compile(
    r"\b(?:from|join|into|update|using)\s+(?:only\s+)?([a-z_]+)|,\s*([a-z_]+)\s+[a-z]"
)
_ROOT = Path(__file__).parents[3]


@pytest.fixture
async def database(migrated: str) -> AsyncIterator[Database]:
    database = await Database.open(migrated, pool_max=2)
    yield database
    await database.close()


def texts(source: str) -> Iterator[str]:
    """What a module says in quotes; the holes of an f-string as words that name nothing."""
    tree = ast.parse(source)
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inner = {id(part) for node in whole for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(getattr(part, "value", " HOLE ")) for part in node.values)


def named(statement: str) -> set[str]:
    """The tables that a statement reads or writes."""
    if not _DOES.search(statement):
        return set()
    found = {one or other for one, other in _NAMED.findall(statement)}
    return found & PLACES.keys()


async def test_every_table_has_its_place(database: Database) -> None:
    tables = {row["tablename"] for row in await database.rows(_TABLES)}
    assert PLACES.keys() == tables


async def test_no_foreign_key_goes_from_one_place_to_another(database: Database) -> None:
    keys = {(row["from_table"], row["to_table"]) for row in await database.rows(_KEYS)}
    wrong = {
        (one, other)
        for one, other in keys
        if PLACES[one] is not PLACES[other]
        and not (PLACES[one] in (Place.CELL, Place.EACH) and PLACES[other] is Place.REFERENCE)
    }
    assert wrong == LEFT_KEYS


def test_what_a_statement_names_is_found() -> None:
    joined = "select 1 from person p join login l on l.person_id = p.id"
    assert named(joined) == {"person", "login"}
    assert apart(named(joined)) == ({"person"}, {"login"})
    listed = "select 1 from person p, family_binding b where b.holder_id = p.id"
    assert apart(named(listed)) == ({"person"}, {"family_binding"})
    written = "insert into notice select 1 from ops_operator"
    assert apart(named(written)) == ({"notice"}, {"ops_operator"})
    assert apart(named("select 1 from settlement join institution using (code)")) == (set(), set())
    assert named("a person from login") == set()


def test_no_statement_names_a_cells_table_and_a_shared_one() -> None:
    found: dict[str, set[str]] = {}
    for package in ("app", "worker"):
        for path in (_ROOT / package).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for statement in texts(path.read_text(encoding="utf-8")):
                _, shared = apart(named(statement))
                if shared:
                    found.setdefault(str(path.relative_to(_ROOT)), set()).update(shared)
    assert found == LEFT
