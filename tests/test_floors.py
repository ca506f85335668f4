"""The folder says what a line may do (app/README.md, "Floors"): who may know whom, where there is
no I/O, where SQL, aiohttp and arq stand. Read from the source; a new file is covered by where it
lies, so no list of names grows and nothing is excepted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FLOORS = [
    {"main", "cli", "worker", "bench"},
    {"api", "clients"},
    {"local"},
    {"compose"},
    {"domain"},
    {"ledger", "outside"},
    {"regions", "store"},
    {"kit", "settings", "words"},
]
"""Top down. A file may import what lies on a lower floor, and its own folder."""

DOMAIN = [
    {"forgetting"},
    {"counter", "leaving"},
    {"keys", "year"},
    {"notice"},
    {"events"},
    {"whatif", "ops", "visit"},
    {"premium"},
    {"settlement", "credential", "wallet", "invitation"},
    {"aid", "family", "filing", "login", "reconcile", "card", "trace"},
    {"catalogue", "practitioner", "prescription", "shop"},
    {"registry", "staff", "limit"},
]
"""The same inside ``app/domain``."""

RULES = {"rules", "errors", "kinds", "words", "values", "pictures"}
"""Folders and files in which there is no I/O and no clock, whatever they import."""
IMPURE = {
    "aiohttp", "arq", "asyncio", "asyncpg", "hiredis", "http", "os", "pathlib", "random", "redis",
    "secrets", "shutil", "socket", "ssl", "structlog", "subprocess", "tempfile", "threading",
    "time", "tortoise", "urllib", "uvloop",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "monotonic"}
THE_CLOCK = "app.kit.clock"
"""Rules take its arithmetic; one that asks it for the time says ``now`` itself, which is seen."""
FOLDER_FILES_MAX = 12
MANY_BY_NATURE = {"packs", "transactions", "migrations"}
"""One file a region, a transaction, a step: as many as there are."""
SQL = re.compile(
    r"^\s*(?:select\s.+\sfrom\s|insert into\s|update\s\S+\sset\s|delete from\s|with\s\S+.*\sas\s)",
    re.DOTALL,
)
SQL_FOLDERS = {"facts", "book", "ledger", "store", "bench"}
PEER = "app.bench.peer"
"""What measures arq beside us has to start it."""


def _name(path: Path) -> str:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


@cache
def modules() -> dict[str, ast.Module]:
    paths = [p for top in ("app", "worker") for p in (ROOT / top).rglob("*.py")]
    return {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, "imports are written in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else node.module


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports when it runs: inside functions too, but not for type checkers only."""
    return frozenset(_imported(_running(modules()[module])))


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _running(child)


def own(module: str) -> list[str]:
    return sorted(name for name in imports(module) if name in modules())


def tops(module: str) -> set[str]:
    """The packages a module imports."""
    return {name.split(".")[0] for name in imports(module)}


def folders(module: str) -> list[str]:
    """A module's way from the top: its folders and its own name, without ``app``."""
    parts = module.split(".")
    return parts[1:] if parts[0] == "app" else parts


def floor(module: str) -> int:
    """Counted from the top; a file that stands on none is an error."""
    return next(n for n, names in enumerate(FLOORS) if folders(module)[0] in names)


def matter(module: str) -> str | None:
    """The folder of ``app/domain`` that a module lies in."""
    parts = folders(module)
    return parts[1] if parts[0] == "domain" and len(parts) > 1 else None


def is_rule(module: str) -> bool:
    parts = folders(module)
    return bool(RULES & set(parts)) or parts[0] == "regions" or parts[:2] == ["ledger", "models"]


def test_the_walk_sees_the_house() -> None:
    assert {folders(module)[0] for module in modules()} >= {"main", "domain", "store", "worker"}
    assert "asyncpg" in tops("app.store.database")
    assert "app.domain.settlement.drain" in imports("app.domain.settlement.service")
    assert any(is_rule(module) for module in modules())


def test_every_import_goes_down_or_stays_in_its_folder() -> None:
    up = [
        (module, name)
        for module in modules()
        for name in own(module)
        if floor(name) <= floor(module) and folders(name)[0] != folders(module)[0]
    ]
    assert up == []


def test_matters_of_the_domain_know_each_other_in_one_order() -> None:
    order = {name: n for n, names in enumerate(DOMAIN) for name in names}
    up = [
        (module, name)
        for module in modules()
        for name in own(module)
        if (mine := matter(module)) and (its := matter(name)) and mine != its
        if order[its] <= order[mine]
    ]
    assert up == []
    folders_there = {
        p.name for p in (ROOT / "app/domain").iterdir() if (p / "__init__.py").exists()
    }
    assert folders_there == set(order), "every matter has its place in the order, and no other has"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Nodes on a circle, or none: what is left when those without successors are taken away."""
    left = {node: set(after) for node, after in graph.items()}
    while ends := {node for node, after in left.items() if not after & left.keys()}:
        left = {node: after for node, after in left.items() if node not in ends}
    return sorted(left)


def test_modules_import_each_other_in_no_circle() -> None:
    assert circle({module: set(own(module)) - {module} for module in modules()}) == []


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["a", "b", "c"]


def _reached(module: str) -> set[str]:
    """All that a module brings along, itself included."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += own(at)
    return seen


@pytest.mark.parametrize("module", sorted(m for m in modules() if is_rule(m)))
def test_rules_bring_no_io_and_look_at_no_clock(module: str) -> None:
    for at in _reached(module):
        # Packs are the program's own data: regions alone reads them, from its own folder.
        impure = IMPURE - {"pathlib"} if folders(at)[0] == "regions" else IMPURE
        assert not tops(at) & impure, (module, at, tops(at) & impure)
        # What is itself under this test brings nothing, wherever it lies (outside/errors).
        assert is_rule(at) or folders(at)[0] not in ("store", "outside", "settings"), (module, at)
        for node in ast.walk(modules()[at]) if at != THE_CLOCK else ():
            if isinstance(node, ast.Attribute):
                assert node.attr not in CLOCKS, (module, at, node.lineno)
            assert not isinstance(node, (ast.Await, ast.AsyncFunctionDef, ast.Global)), (module, at)


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """String literals with their lines; of an f-string the whole, without what it fills in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
            yield node.lineno, "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def may_hold_sql(module: str) -> bool:
    parts = folders(module)
    return bool(SQL_FOLDERS & set(parts)) or parts[-1] == "repository"


def test_sql_stands_where_data_is_read_and_written() -> None:
    found = [
        (module, line)
        for module, tree in modules().items()
        if not may_hold_sql(module)
        for line, text in texts(tree)
        if SQL.match(text)
    ]
    assert found == []


def test_sql_is_recognised() -> None:
    assert SQL.match("\nselect a from b") and SQL.match("with x as (select 1) select 2")
    assert SQL.match("insert into t (a) values (1)") and SQL.match("delete from t")
    assert SQL.match("update t set a = 1") and not SQL.match("select one of these")


def test_aiohttp_is_where_the_world_is() -> None:
    users = {folders(module)[0] for module in modules() if "aiohttp" in tops(module)}
    assert users == {"api", "outside", "clients"}


def test_arq_is_behind_the_queue_and_in_the_worker() -> None:
    users = {module for module in modules() if "arq" in tops(module)}
    assert "app.store.queue" in users
    assert {
        module
        for module in users
        if module != "app.store.queue"
        and folders(module)[0] != "worker"
        and not module.startswith(PEER)
    } == set()


def test_only_the_store_opens_transactions() -> None:
    for module, tree in modules().items():
        if folders(module)[0] != "store":
            text = ast.unparse(tree)
            assert "in_transaction" not in text, module
            assert "connection.transaction(" not in text, module


def test_no_float_is_near_money() -> None:
    near = {"ledger", "domain", "api", "regions"}
    for module, tree in modules().items():
        if folders(module)[0] not in near:
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation:
                name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
                if name.endswith("_fen"):
                    assert "float" not in ast.unparse(node.annotation), (module, name)
            if not {"settlement", "aid", "tills", "ledger"} & set(folders(module)):
                continue
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "float", (module, node.lineno)


def test_no_folder_is_crowded() -> None:
    tops = [p for p in (ROOT / "app").iterdir() if not p.name.startswith("__")]
    assert len(tops) <= 16, sorted(p.name for p in tops)
    for folder in [p for p in (ROOT / "app").rglob("*") if p.is_dir()]:
        pages = "clients" in folder.parts and {"web", "miniprogram"} & set(folder.parts)
        if pages or MANY_BY_NATURE & set(folder.parts) or "__" in folder.name:
            continue
        files = [p.name for p in folder.iterdir() if p.is_file()]
        assert len(files) <= FOLDER_FILES_MAX, (folder.name, sorted(files))
