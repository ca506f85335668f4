"""Where rules come from: the rows of SOURCES.md by id, and what a pack's ``source`` cites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.regions.errors import PackError

FILE = Path(__file__).parent / "SOURCES.md"
ID = r"[ANSF]\d+(?:\.\d+)?"
_ROW = re.compile(rf"\|\s*(?P<id>{ID})\s*\|")
_CITING = re.compile(rf"(?P<ids>{ID}(?:, {ID})*)(?:: (?P<says>.*\S))?\s*")
_BEGINS_LIKE_IDS = re.compile(r"(?:SOURCES\b|[ANSF]\d)")
_NAMED = re.compile(r"\b[ANS]\d+\b")
_COLUMNS = 7
_NOT_KNOWN = "-"
OUR_OWN = "D"
"""Of a row or a block: our own choice, or what we infer."""


@dataclass(frozen=True, slots=True)
class Source:
    """One row of SOURCES.md.

    ``number`` (文号), ``date`` (``2024-07-26``, ``2024-07`` or ``2024``) and ``link`` are empty
    where the row doesn't know them. ``sure``: the row's letter; ``note``: what is taken from it.
    """

    id: str
    title: str
    number: str
    date: str
    link: str
    sure: str = ""
    note: str = ""

    @property
    def is_document(self) -> bool:
        """Whether it is a text or page of somebody else's, not what several say together or our
        own choice."""
        return not self.id.startswith("F")

    def __str__(self) -> str:
        """For a reader: title, number, and the date in brackets."""
        known = f"{self.title} {self.number}".rstrip()
        return f"{known} ({self.date})" if self.date else known


@dataclass(frozen=True, slots=True)
class Citation:
    """A pack's ``source``, read: whom it cites, and what they say. A text of another form (an
    operator's own pack may name its document outright) cites nobody and says all."""

    sources: tuple[Source, ...]
    says: str

    def documents(self) -> tuple[Source, ...]:
        """The texts and pages that it cites; where it cites none, those on which the facts rest
        that it cites, as far as they are more than our own choice."""
        cited = [source for source in self.sources if source.is_document]
        if not cited:
            cited = [one for source in self.sources for one in _behind(source)]
        return tuple(dict.fromkeys(cited))

    def __str__(self) -> str:
        """For a reader: ``山西省个人账户共济规则 (2022-09-20): only the part above 1,000``."""
        return ": ".join(part for part in ("; ".join(map(str, self.sources)), self.says) if part)


@cache
def sources() -> Mapping[str, Source]:
    """Every source by id.

    Raises:
        PackError: SOURCES.md can't be read, or a row of it.
    """
    try:
        return read_sources(FILE.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackError(f"{FILE.name}:1: {error}") from None


def read_sources(text: str) -> dict[str, Source]:
    """The rows of SOURCES.md: of each table row that begins with an id, seven columns.

    Raises:
        PackError: a row has other columns, an id stands twice, or a link is no web address; the
            sentence begins with file and line.
    """
    found: dict[str, Source] = {}
    for line, row in enumerate(text.splitlines(), 1):
        if not _ROW.match(row):
            continue
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if len(cells) != _COLUMNS:
            raise PackError(f"{FILE.name}:{line}: {len(cells)} columns instead of {_COLUMNS}")
        id_, title, number, date, sure, link, note = (
            "" if cell == _NOT_KNOWN else cell for cell in cells
        )
        if id_ in found:
            raise PackError(f"{FILE.name}:{line}: {id_} stands twice")
        if link and not link.startswith("https://"):
            raise PackError(f"{FILE.name}:{line}: {link!r} is no https address")
        found[id_] = Source(id_, title, number, date, link, sure, note)
    return found


def _behind(fact: Source) -> list[Source]:
    if fact.sure == OUR_OWN:
        return []
    named = (sources().get(id_) for id_ in _NAMED.findall(fact.note))
    return [one for one in named if one is not None and one.is_document]


def citation(source: str) -> Citation:
    """Reads a pack's ``source``: ids, then maybe a colon and what they say.

    Ids that SOURCES.md doesn't have are left out.
    """
    match = _CITING.fullmatch(source)
    if match is None:
        return Citation((), source)
    known = sources()
    cited = [known[id_] for id_ in match["ids"].split(", ") if id_ in known]
    return Citation(tuple(cited), match["says"] or "")


def fault(source: str) -> str | None:
    """What is wrong with the ids of a pack's ``source``, as the end of a sentence."""
    match = _CITING.fullmatch(source)
    if match is None:
        if _BEGINS_LIKE_IDS.match(source):
            return "begins like ids of SOURCES.md; the form is 'S44, S45: what they say'"
        return None
    unknown = [id_ for id_ in match["ids"].split(", ") if id_ not in sources()]
    return f"cites {', '.join(unknown)}, which SOURCES.md doesn't have" if unknown else None
