"""``# fmt: skip`` stands on tables only: what is read by column and would lose by the formatter.

A table is a module's constant made of literals, the cases of a parametrized test, or a reason.
Everywhere else the formatter lays out, so that a field's absence can be seen.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(
    path for top in ("app", "worker", "tests", "deploy") for path in (ROOT / top).rglob("*.py")
    if "node_modules" not in path.parts
)  # fmt: skip
MARK = "# fmt: " + "skip"
TABLE = (ast.Dict, ast.List, ast.Set, ast.Tuple, ast.Call, ast.DictComp, ast.ListComp, ast.BinOp,
         ast.SetComp, ast.GeneratorExp, ast.JoinedStr)  # fmt: skip


def tables(tree: ast.Module) -> set[int]:
    """The last lines of a module's tables."""
    found = set()
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, TABLE):
            found.add(node.end_lineno or 0)
        if isinstance(node, ast.ClassDef):
            found |= {
                inner.end_lineno or 0
                for inner in node.body
                if isinstance(inner, (ast.Assign, ast.AnnAssign))
            }
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found |= {decorator.end_lineno or 0 for decorator in node.decorator_list}
    return found


def strays(path: Path) -> list[int]:
    """Lines with the mark that end no table."""
    text = path.read_text(encoding="utf-8")
    marked = {n for n, line in enumerate(text.splitlines(), 1) if line.endswith(MARK)}
    return sorted(marked - tables(ast.parse(text))) if marked else []


@pytest.mark.parametrize("top", ["app", "worker", "tests", "deploy"])
def test_only_tables_are_kept_from_the_formatter(top: str) -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in FILES
        if path.relative_to(ROOT).parts[0] == top and (lines := strays(path))
    }
    assert found == {}


def test_a_table_is_told_from_a_call() -> None:
    source = f"A = {{\n    1: 2\n}}  {MARK}\ndef f():\n    return g(\n        1)  {MARK}\n"
    assert tables(ast.parse(source)) == {3}
