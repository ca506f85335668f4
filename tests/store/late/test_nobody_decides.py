"""What decides on money knows nothing of a standby. Read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.store.database import Database
from app.store.late.reading import Late
from tests.test_floors import imports, modules

LATE = "app.store.late"
WRITES = {"transaction", "batch", "whole", "lookup"}


def _reach(module: str) -> set[str]:
    """All that runs when a module does."""
    found, left = set(), [module]
    while left:
        one = left.pop()
        if one not in found and one in modules():
            found.add(one)
            left += imports(one)
    return found


def test_nothing_that_a_batch_of_bills_runs_through_reads_late() -> None:
    for begin in ("settlement.drain", "settlement.service", "premium.service", "wallet.service"):
        reached = _reach(f"app.domain.{begin}")
        assert len(reached) > 20
        assert [name for name in reached if name.startswith(LATE)] == []


def test_a_late_reader_opens_nothing_that_could_write_and_makes_no_ids() -> None:
    assert WRITES | {"ids", "connection"} <= {*dir(Database), "ids"}
    assert not (WRITES | {"ids", "connection", "pool", "put_off"}) & set(dir(Late))


def _functions(tree: ast.AST) -> Iterator[ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef))


def _called(function: ast.AST, owners: set[str]) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) in owners
    }


def test_no_function_reads_late_and_writes_by_what_it_found() -> None:
    late = {"late", "self._late", "self._late.own", "self._late.recent", "reader"}
    both = [
        (module, function.name)
        for module, tree in modules().items()
        if any(name.startswith(LATE) for name in imports(module))
        for function in _functions(tree)
        if _called(function, late) and _called(function, {"database", "self._database"}) & WRITES
    ]
    assert both == []
    readers = [m for m in modules() if any(name.startswith(LATE) for name in imports(m))]
    assert len(readers) > 10
