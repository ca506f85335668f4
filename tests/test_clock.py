"""One source of time (law 11): what decides anything asks ``app/kit/clock.py``, Python and SQL
alike, so that a clock in the hand moves all of it at once. Read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.test_floors import PEER, modules

THE_CLOCK = "app.kit.clock"
TELLING = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "gmtime", "localtime", "strftime", "ctime"},
}
"""What asks the machine. ``monotonic`` and its like only last; ``time_ns`` tells names apart."""
SQL = re.compile(
    r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\(\)"
    r"|\b(?:current_date|current_timestamp|current_time|localtime|localtimestamp)\b",
    re.IGNORECASE,
)
BY_THE_DATABASE = {
    "app.store.sealed.ring": "which processes live and hold which keys: seconds, between processes",
    "app.store.sealed.keeper": "the same",
    "app.domain.settlement.intake.repository": "how long a backend has been idle",
    "app.domain.ops.figures.repository": "how long a transaction has been open",
    "app.domain.registry.repository": "asked of a real installation only: it has no clock in hand",
    "app.store.doctor.examine": "that clock itself, beside this machine's; which processes live",
    "app.ledger.proof.checks.bills": "widens: ahead of the clock, and of the database's",
}
"""Modules whose SQL asks the database's clock, and why it decides nothing."""


def _asked(tree: ast.Module) -> Iterator[int]:
    """Lines that ask the machine's clock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in TELLING.get(node.value.id, ()):
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for one in node.names if one.name in TELLING["time"])


def _texts(tree: ast.Module) -> Iterator[str]:
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def _ours(module: str) -> bool:
    return not module.startswith(PEER)  # it measures arq beside us, with a clock of its own


def test_nothing_but_the_clock_asks_the_machine_for_the_time() -> None:
    asked = {
        (module, line)
        for module, tree in modules().items()
        if module != THE_CLOCK and _ours(module)
        for line in _asked(tree)
    }
    assert asked == set()
    assert list(_asked(modules()[THE_CLOCK])), "the walk sees where it is asked"


def test_statements_take_the_time_from_the_program() -> None:
    asked = {
        module
        for module, tree in modules().items()
        if _ours(module) and not module.startswith("app.bench")
        for text in _texts(tree)
        if SQL.search(text) and re.search(r"\b(?:select|update|insert|delete|where)\b", text, re.I)
    }
    assert asked == BY_THE_DATABASE.keys()
