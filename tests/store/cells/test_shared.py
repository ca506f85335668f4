"""A statement on a shared table is run where the shared tables are, and by nothing else: read from
the source, by the names of what it is run with (app/store/cells/shared.py)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.store.cells.places import PLACES, Place
from tests.store.cells.test_places import named
from tests.test_floors import modules, texts

RUN = {"rows", "row", "value", "fetch", "fetchrow", "fetchval", "execute", "executemany", "cursor"}
THERE = "there"
NAMES = {"shared", THERE}
LEFT = {
    "app.bench.made.history": "fills a database before anybody uses it",
    "app.domain.settlement.facts.participants": "in the batch's own statement, where both are one",
}
"""Modules whose statements on shared tables run in a cell yet; decision 32 says how each is cut."""
HANDED = {
    "app.domain.notice.facts.logins": "tests/domain/notice/test_places.py",
    "app.ledger.proof.audit.lines": "tests/ledger/proof/audit/test_chain.py",
}
"""Modules that run none of theirs: that whoever does goes to the right place is held there."""


def names_shared(statement: str) -> bool:
    return any(PLACES[table] is Place.SHARED for table in named(statement))


def _values(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Names that are given a text which names a shared table, or one that does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if _tells(node.value, known):
                yield from (one.id for one in targets if isinstance(one, ast.Name))


def _tells(node: ast.expr, known: set[str]) -> bool:
    tree = ast.Module(body=[ast.Expr(node)], type_ignores=[])
    return any(names_shared(text) for _, text in texts(tree)) or any(
        isinstance(one, ast.Name) and one.id in known for one in ast.walk(node)
    )


def runs(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """By the name of what a text that names a shared table is run with, and in which line."""
    known: set[str] = set()
    while more := set(_values(tree, known)) - known:
        known |= more
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in RUN and node.args and _tells(node.args[0], known):
            by = node.func.value
            yield by.attr if isinstance(by, ast.Attribute) else ast.unparse(by), node.lineno


def is_there(name: str) -> bool:
    return name.lstrip("_") in NAMES


def opened_elsewhere(tree: ast.Module) -> Iterator[int]:
    """Lines in which a connection is called ``there`` and isn't."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name)):
            continue
        if node.optional_vars.id == THERE and isinstance(node.context_expr, ast.Call):
            by = node.context_expr.func
            whose = by.value if isinstance(by, ast.Attribute) else by
            name = whose.attr if isinstance(whose, ast.Attribute) else ast.unparse(whose)
            if not is_there(name) and name != "shared_part":
                yield node.optional_vars.lineno


def asking(tree: ast.Module) -> set[str]:
    """Functions of a module that are given a connection to there first."""
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and [a.arg for a in node.args.args[:1]] == [THERE]
    }


def given_another(tree: ast.Module, asked: dict[str, set[str]]) -> Iterator[int]:
    """Lines in which such a function of another module is given a connection of another name."""
    called = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            functions = asked.get(called.get(ast.unparse(node.func.value), ""), set())
            if node.func.attr in functions and ast.unparse(node.args[0]) != THERE:
                yield node.lineno


def test_what_runs_a_statement_is_found() -> None:
    tree = ast.parse(
        """
HEAD = "select id from login"
ONE = f"{HEAD} where id = $1"
async def all(self, there, connection):
    own = "update invitation set answered_at = $1"
    await self._shared.rows(HEAD)
    await there.fetchrow(ONE, 1)
    await connection.execute(own, 1)
    await connection.fetch("select 1 from person")
    async with self._database.connection() as there:
        pass
    async with self._shared.transaction() as there, shared_part(1, 2, 3) as there:
        pass
"""
    )
    assert sorted(runs(tree)) == [("_shared", 6), ("connection", 8), ("there", 7)]
    assert list(opened_elsewhere(tree)) == [10]
    assert asking(ast.parse("async def one(there, x): pass")) == {"one"}
    calls = "from a import b as c\nc.one(there, 1)\nc.one(connection, 1)\nc.two(connection)"
    assert list(given_another(ast.parse(calls), {"a.b": {"one"}})) == [3]


def test_a_statement_on_a_shared_table_runs_where_those_are() -> None:
    found = set()
    for module, tree in modules().items():
        by = [name for name, _ in runs(tree)]
        names = any(names_shared(text) for _, text in texts(tree))
        if names and (not by or not all(map(is_there, by))):
            found.add(module)
            assert not by or module not in HANDED, "it runs a statement itself"
    assert found == LEFT.keys() | HANDED.keys()


def test_what_is_called_there_is_there() -> None:
    found = {module: list(opened_elsewhere(tree)) for module, tree in modules().items()}
    assert {module: lines for module, lines in found.items() if lines} == {}


def test_who_asks_there_is_given_a_connection_to_there() -> None:
    asked = {module: asking(tree) for module, tree in modules().items()}
    assert "unbind_gone" in asked["app.domain.login.repository"]
    found = {module: list(given_another(tree, asked)) for module, tree in modules().items()}
    assert {module: lines for module, lines in found.items() if lines} == {}
