"""What code, packs, tests and pages cite is in this repository: laws, sources, the wire's headings,
decisions, links. So a clone explains itself, and nothing points at a document it doesn't have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.regions.loader import Rulebook
from app.regions.sources import ID, fault, sources

ROOT = Path(__file__).resolve().parent.parent
PLACES = (".ci", "app", "deploy", "tests", "worker", "README.md", "pyproject.toml")
WORDS_IN = {
    "", ".css", ".html", ".in", ".js", ".lua", ".md", ".mjs", ".py", ".sh", ".sql", ".toml", ".ts",
    ".wxml", ".wxss",
}  # fmt: skip
MADE = re.compile(r"(^|/)(node_modules|__pycache__|web/made)/")
"""Folders that tools fill."""
TELLING = ("README.md", "app/README.md", "app/api/tills/README.md", "app/regions/README.md",
           "app/domain/settlement/README.md")  # fmt: skip
"""READMEs that name files: what they name is there."""

LAW = re.compile(r"\blaws? (?P<first>\d+)(?:(?:, | and | to )(?P<more>\d+)\b)?", re.IGNORECASE)
SOURCE = re.compile(rf"\bSOURCES (?P<ids>{ID}(?:(?:, | and | to ){ID})*)")
WIRE = re.compile(r"\bWIRE (?P<heading>\d{4}[A-Z]?|[A-Z][a-z]+)\b")
DECISION = re.compile(r"\bdecisions? (?P<first>\d{1,4})\b(?:(?:, | and | to )(?P<more>\d{4})\b)?")
LINK = re.compile(r"\]\((?!https?://|#)(?P<path>[^)#\s]+)")
FULL_PATH = re.compile(
    r"(?<![\w./-])(?P<path>(?:app|deploy|tests|worker)/[\w./-]+\.(?:csv|js|md|py|sql|toml))\b"
)
FILE_NAME = re.compile(r"`(?P<path>[\w./-]+\.py)`")
OUTSIDE = re.compile(
    r"\b(?:DESIGN|policy|policy-2026|gateway|anchors|house|users-2026|mini-program"
    r"|style-and-conventions|wire-v1183)\.md\b"
    r"|\bDESIGN\b|\b(?:policy|gateway|anchors|conventions) §|(?<!RFC \d{4} )§\d"
)
"""Documents that a clone doesn't have, and sections of none."""
_BROKEN_LINE = re.compile(r"\s*\n\s*(?:#|//|\*|--)?\s*")


@cache
def texts() -> dict[str, str]:
    """Every file with words in it by its path, each comment's lines joined."""
    found = {}
    for place in PLACES:
        top = ROOT / place
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and path.suffix in WORDS_IN and not MADE.search(name):
                found[name] = _BROKEN_LINE.sub(" ", path.read_text(encoding="utf-8"))
    del found[Path(__file__).relative_to(ROOT).as_posix()]  # its own patterns and plants
    return found


def headings(path: str) -> list[str]:
    """The first word of each heading of a page."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(r"^#+ \W*(\w+)", text, re.MULTILINE)


@cache
def known() -> dict[str, set[str]]:
    """What may be cited, by kind."""
    house = (ROOT / "app/README.md").read_text(encoding="utf-8")
    decisions = (ROOT / "deploy/decisions").glob("[0-9]*.md")
    return {
        "law": set(re.findall(r"^(\d+)\. \*\*", house, re.MULTILINE)),
        "SOURCES": set(sources()),
        "WIRE": set(headings("app/api/tills/WIRE.md")),
        "decision": {str(int(path.name[:4])) for path in decisions},
    }


def cited(text: str) -> Iterator[tuple[str, str]]:
    """What a text cites: kind and name."""
    for match in LAW.finditer(text):
        yield from (("law", number) for number in match.groups() if number)
    for match in SOURCE.finditer(text):
        yield from (("SOURCES", one) for one in re.findall(ID, match["ids"]))
    for match in WIRE.finditer(text):
        yield "WIRE", match["heading"]
    for match in DECISION.finditer(text):
        yield from (("decision", str(int(number))) for number in match.groups() if number)


def unknown(text: str) -> list[tuple[str, str]]:
    return [(kind, name) for kind, name in cited(text) if name not in known()[kind]]


def test_the_walk_sees_what_is_cited() -> None:
    kinds = {kind for text in texts().values() for kind, _ in cited(text)}
    assert kinds == {"law", "SOURCES", "WIRE", "decision"}
    assert {".py", ".js", ".sql", ".toml", ".md"} <= {Path(path).suffix for path in texts()}
    assert "app/bench/made/history.py" in texts() and not any("node_modules" in p for p in texts())


def test_the_laws_are_numbered_without_a_gap() -> None:
    assert known()["law"] == {str(number) for number in range(1, 17)}


def test_every_citation_is_in_the_repository() -> None:
    assert {path: bad for path, text in texts().items() if (bad := unknown(text))} == {}


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("(law 5, law 17)", [("law", "17")]),
        ("laws 3 and 99", [("law", "99")]),
        ("SOURCES S44, S999 say", [("SOURCES", "S999")]),
        ("SOURCES F3.1 to F3.99", [("SOURCES", "F3.99")]),
        ("WIRE Signing, WIRE 2999", [("WIRE", "2999")]),
        ("WIRE Weather", [("WIRE", "Weather")]),
        ("decisions 0011 to 0999", [("decision", "999")]),
    ],
)
def test_a_bad_citation_is_seen(text: str, bad: list[tuple[str, str]]) -> None:
    assert unknown(text) == bad


def test_every_block_of_a_pack_cites_what_is_in_sources() -> None:
    blocks = {entry.source for pack in Rulebook.load().packs.values() for entry in pack.entries}
    assert {source: wrong for source in blocks if (wrong := fault(source))} == {}


def test_what_sources_say_cites_sources() -> None:
    page = (ROOT / "app/regions/SOURCES.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(rf"\| {ID} \|", line)]
    named = {one for row in rows for one in re.findall(rf"\b{ID}\b", row.rpartition("| ")[0])}
    assert named - set(sources()) == set()


def test_every_relative_link_leads_to_a_file() -> None:
    dead = [
        (path, match["path"])
        for path, text in texts().items()
        if path.endswith(".md")
        for match in LINK.finditer(text)
        if not (ROOT / path).parent.joinpath(match["path"]).exists()
    ]
    assert dead == []


def test_every_full_path_leads_to_a_file() -> None:
    lost = [
        (path, match["path"])
        for path, text in texts().items()
        for match in FULL_PATH.finditer(text)
        if not (MADE.search(match["path"]) or (ROOT / match["path"]).exists())
    ]
    assert lost == []


def test_files_that_readmes_name_are_there() -> None:
    house = [f"/{path}" for path in texts() if path.endswith(".py")]
    lost = [
        (page, match["path"])
        for page in TELLING
        for match in FILE_NAME.finditer(texts()[page])
        if not any(path.endswith(f"/{match['path']}") for path in house)
    ]
    assert lost == []


def test_nobody_cites_a_document_that_a_clone_lacks() -> None:
    found = {path: match[0] for path, text in texts().items() if (match := OUTSIDE.search(text))}
    assert found == {}


@pytest.mark.parametrize(
    "text", ["as policy.md says", "(DESIGN §4, law 5)", "gateway.md §1.2", "anchors §5", "(§2.13)"]
)
def test_an_outside_document_is_seen(text: str) -> None:
    assert OUTSIDE.search(text)
    assert not OUTSIDE.search("RFC 6962 §2.1, INSTITUTION_NOT_DESIGNATED, a strict policy")
