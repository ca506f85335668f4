"""Every table has its place, and no statement needs two of them."""

from __future__ import annotations

import re

from app.store.cells.places import PLACES, Place
from app.store.database import Database
from tests.own_database import database, migrated, template
from tests.test_floors import modules, texts

__all__ = ["database", "migrated", "template"]

_TABLES = """
select relname::text as tablename from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
"""
_KEYS = """
select conrelid::regclass::text as from_table, confrelid::regclass::text as to_table
from pg_constraint where contype = 'f'
"""
_DOES = re.compile(r"\b(select|insert|update|delete|merge)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:from|join|into|update|using)\s+(?:only\s+)?([a-z_]+)|,\s*([a-z_]+)(?=\s+[a-z])"
)


def named(statement: str) -> set[str]:
    """The tables that a statement reads or writes."""
    if not _DOES.search(statement):
        return set()
    found = {one or other for one, other in _NAMED.findall(statement)}
    return found & PLACES.keys()


def apart(tables: set[str]) -> tuple[set[str], set[str]]:
    """Of tables that one statement names: those of a cell and the shared ones, where it names both;
    else nothing."""
    of_cell = {one for one in tables if PLACES[one] is Place.CELL}
    shared = {one for one in tables if PLACES[one] is Place.SHARED}
    return (of_cell, shared) if of_cell and shared else (set(), set())


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
    assert wrong == set()


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
    assert named("select id, openid from login") == {"login"}


def test_no_statement_names_a_cells_table_and_a_shared_one() -> None:
    found: dict[str, set[str]] = {}
    for module, tree in modules().items():
        for _, statement in texts(tree):
            _, shared = apart(named(statement))
            if shared:
                found.setdefault(module, set()).update(shared)
    assert not found
