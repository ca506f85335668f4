"""The pages' JavaScript modules import each other in no circle: one can be read after another."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

import pytest

from tests.test_floors import circle

CLIENTS = Path(__file__).resolve().parents[2] / "app/clients"
FOLDERS = {"/miniprogram/": CLIENTS / "miniprogram"} | {
    f"/{name}/": CLIENTS / "web" / name for name in ("common", "ops", "player", "till")
}
"""What is served under an address. ``/made`` is other people's, or made of these."""
_IMPORT = re.compile(
    r"""^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]""",
    re.MULTILINE,
)


@cache
def modules() -> dict[str, str]:
    """Address → source."""
    return {
        address + path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for address, folder in FOLDERS.items()
        for path in folder.rglob("*.js")
    }


def imported(address: str, source: str) -> set[str]:
    found = {first or second for first, second in _IMPORT.findall(source)}
    here = posixpath.dirname(address)
    return {posixpath.normpath(posixpath.join(here, name)) for name in found}


def graph() -> dict[str, set[str]]:
    return {address: imported(address, source) for address, source in modules().items()}


def test_every_module_is_seen_and_every_import_leads_to_one() -> None:
    seen = graph()
    assert {
        "/player/main.js",
        "/till/main.js",
        "/ops/main.js",
        "/miniprogram/app.js",
    } <= seen.keys()
    lost = {name for names in seen.values() for name in names} - seen.keys()
    assert {name for name in lost if not name.startswith("/made/")} == set()
    assert (
        "/miniprogram/core/i18n.js"
        in seen["/miniprogram/app.js"] | seen["/miniprogram/core/api.js"]
    )


def test_modules_import_each_other_in_no_circle() -> None:
    assert circle(graph()) == []


@pytest.mark.parametrize(
    "line",
    ["import { a } from './b.js'", "import {\n  a,\n} from './b.js'", "import './b.js'",
     "export { a } from './b.js'", "await import('./b.js')", 'import a from "./b.js"'],
)  # fmt: skip
def test_imports_are_recognised(line: str) -> None:
    assert imported("/x/a.js", line) == {"/x/b.js"}


@pytest.mark.parametrize(
    "address", sorted(one for one in modules() if one.endswith(("words.js", "texts.js")))
)
def test_no_text_is_named_twice_in_a_list(address: str) -> None:
    """A later one would silently take the place of the first."""
    source = modules()[address]
    by_language = re.split(r"^  (?:zh|en): \{$", source, flags=re.MULTILINE)
    deep = "    " if len(by_language) > 1 else "  "
    for part in by_language:
        names = re.findall(rf"^{deep}(\w+): |', (\w+): '", part, re.MULTILINE)
        found = [one or other for one, other in names]
        assert len(found) == len(set(found)), {one for one in found if found.count(one) > 1}
