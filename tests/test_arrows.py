"""Who may know whom (DESIGN §3), read from the source: doors → services → rules and repositories →
store and kit; the pure rules do no I/O; no circles."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OUTBOUND = {"app.login.outbound", "app.login.wechat", "app.login.realname"}
"""What truly lies outside is called over HTTP from here; tests hold its errors to a few."""
COMPOSITION = {"app.main", "app.compose", "app.services"}
PURE = {
    *(f"app.settlement.{name}" for name in (
        "benefit", "body", "donors", "funding", "fold", "decide", "cancel", "diagnosis", "bill",
        "infno", "model", "rest", "rows", "steps", "errors")),
    "app.aid.rules", "app.aid.errors", "app.family.rules", "app.people.relations",
    "app.regions.area", "app.regions.rules", "app.ledger.models", "app.ledger.kinds",
    "app.ops.errors", "app.ops.models", "app.ops.words", "app.ops.figures.kinds",
    "app.ops.figures.slices", "app.ops.figures.troubles", "app.ops.figures.values",
    "app.kit.money", "app.kit.masking", "app.kit.reasons", "app.credential.drawing",
}  # fmt: skip
IMPURE = {
    "aiohttp", "arq", "asyncio", "asyncpg", "hiredis", "http", "os", "random", "redis", "requests",
    "secrets", "shutil", "socket", "ssl", "structlog", "subprocess", "tempfile", "threading",
    "time", "tortoise", "urllib", "uvloop",
}  # fmt: skip
# Rules hold the rulebook's types; reading the packs from their files is done once, by who starts.
READS_FILES = {"app.regions.loader"}


def _name(path: Path) -> str:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


@cache
def modules() -> dict[str, ast.Module]:
    paths = [p for top in ("app", "worker") for p in (ROOT / top).rglob("*.py")]
    return {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _imported(nodes: Iterable[ast.AST]) -> set[str]:
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, "imports are written in full"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in modules() else node.module)
    return found


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports when it runs: inside functions too, but not for type checkers only."""
    return frozenset(_imported(_running(modules()[module])))


def _running(tree: ast.AST) -> Iterable[ast.AST]:
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _running(child)


def own(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name in modules())


def tops(module: str) -> set[str]:
    """The packages a module imports."""
    return {name.split(".")[0] for name in imports(module)}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "app" and len(parts) > 1 else parts[0]


def is_door(module: str) -> bool:
    last = module.rsplit(".", 1)[-1]
    return (
        last in ("handlers", "commands", "cli", "main")
        or room(module) in ("http", "gateway", "worker", "pos", "phone", "bench")
        or module in COMPOSITION
    )


def below_doors() -> list[str]:
    return sorted(module for module in modules() if not is_door(module))


def test_the_walk_sees_the_house() -> None:
    assert set(modules()) >= PURE
    assert "asyncpg" in tops("app.store.database")
    assert "app.settlement.drain" in imports("app.settlement.service")


def test_nothing_below_a_door_imports_aiohttp() -> None:
    assert [m for m in below_doors() if "aiohttp" in tops(m) and m not in OUTBOUND] == []


def test_only_the_queue_and_the_worker_import_arq() -> None:
    found = {m for m in modules() if "arq" in tops(m)}
    assert "app.store.queue" in found
    assert {m for m in found if m != "app.store.queue" and room(m) != "worker"} == set()


def test_nothing_below_a_door_imports_a_door() -> None:
    for module in below_doors():
        doors = {name for name in own(imports(module)) if is_door(name)}
        allowed = {"app.probes", "app.supervise"}  # they start and ask the processes themselves
        assert not doors or module in allowed, (module, doors)


@pytest.mark.parametrize("alone", ["ledger", "regions"])
def test_ledger_and_regions_know_no_other_room(alone: str) -> None:
    for module in modules():
        if room(module) == alone:
            known = {room(name) for name in own(imports(module))} - {alone}
            assert known <= {"kit", "store"}, (module, known)


def test_no_room_knows_the_night_shift() -> None:
    """It looks at everybody; nothing that settles, lends or checks depends on being looked at."""
    starts_it = {"app.compose", "app.services", "app.prepare", "app.supervise"}
    for module in below_doors():
        if room(module) != "ops" and module not in starts_it:
            assert not {n for n in own(imports(module)) if room(n) == "ops"}, module


def test_store_and_kit_know_no_room() -> None:
    for module in modules():
        known = {room(name) for name in own(imports(module))}
        if room(module) == "kit":
            assert known <= {"kit"}, (module, known)
        if room(module) == "store":
            assert known <= {"kit", "store", "settings"}, (module, known)


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_rules_import_nothing_that_does_io(module: str) -> None:
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        at = waiting.pop()
        if at in seen or at in READS_FILES:
            continue
        seen.add(at)
        assert not tops(at) & IMPURE, (module, at, tops(at) & IMPURE)
        assert at in READS_FILES or "pathlib" not in tops(at), (module, at)
        waiting += own(imports(at))
    assert not any(name.startswith("app.store") for name in seen), (module, seen)


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_rules_look_at_no_clock(module: str) -> None:
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("now", "today", "utcnow"), (module, node.lineno)
        assert not isinstance(node, (ast.Await, ast.AsyncFunctionDef, ast.Global)), module


SAVEPOINTS = {"app.login.repository"}
"""Inside a transaction that was given, a savepoint may be set."""


def test_only_the_database_s_module_opens_transactions() -> None:
    for module, tree in modules().items():
        if room(module) != "store" and module not in SAVEPOINTS:
            text = ast.unparse(tree)
            assert "in_transaction" not in text, module
            assert "connection.transaction(" not in text, module


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Nodes on a circle, or none: what is left when those without successors are taken away."""
    left = {node: set(after) for node, after in graph.items()}
    while ends := {node for node, after in left.items() if not after & left.keys()}:
        left = {node: after for node, after in left.items() if node not in ends}
    return sorted(left)


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {module: set(own(imports(module))) - {module} for module in modules()}
    assert circle(graph) == []


def test_rooms_know_each_other_in_no_circle() -> None:
    """Doors and what composes the process stand above all rooms."""
    graph: dict[str, set[str]] = {}
    for module in below_doors():
        known = {room(name) for name in own(imports(module)) if not is_door(name)}
        graph.setdefault(room(module), set()).update(known - {room(module)})
    assert circle(graph) == []


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["a", "b", "c"]


def test_no_float_is_near_money() -> None:
    for module, tree in modules().items():
        if room(module) not in ("ledger", "settlement", "aid", "gateway"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "float", (module, node.lineno)
            if isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation:
                name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
                if name.endswith("_fen"):
                    assert "float" not in ast.unparse(node.annotation), (module, name)
