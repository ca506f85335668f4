"""The rules at a place on a day as people read them, what differs, and what changed when. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from app.kit.reasons import Language
from app.regions.errors import PackError
from app.regions.form import UNLIMITED
from app.regions.loader import NATION, InForce, Rulebook, changes
from app.regions.pack import Entry
from app.regions.periods import PERIODS
from app.regions.rules import GENERAL, PARTS
from app.regions.sources import OUR_OWN, Citation, Source, citation
from app.regions.text.labels import LABELS
from app.regions.text.reading.sentences import rule_sentence

FOR_SHOPS = frozenset({"dating", "lines", "repeats", "display"})
"""Sections that institutions and their programs read, and nobody else."""

_BENEFITS = ("benefit_employee", "benefit_resident")
_OPENS: Mapping[str, tuple[str, object]] = {
    **dict.fromkeys(_BENEFITS, ("pooled", False)),
    "wallet": ("live", False),
    "premium": ("prices", UNLIMITED),
    "trace": ("policy", "off"),
}
"""What opens a section, and with which value the rest of it says nothing."""
_EMPTY: Mapping[str, object] = {
    **{period.key: UNLIMITED for period in PERIODS},
    **{f"purses.{part}": GENERAL for part in PARTS},
    "trace.no_code": UNLIMITED,
    "trace.no_code_until": UNLIMITED,
    "aid.cap_share": UNLIMITED,
    "account.withheld_active_fen": 0,
    "account.withheld_retired_fen": 0,
    "account.retired_fen": UNLIMITED,
    **{f"{plan}.deductible_ceiling_fen": UNLIMITED for plan in _BENEFITS},
    **{f"{plan}.away_points": "0" for plan in _BENEFITS},
}
"""Values with which a rule says nothing that anybody looks for."""
_BASIS = {
    "A": ("正式文件或官方发布", "official text"),
    "B": ("媒体或机构的转载", "press or copies"),
    "C": ("网上资料，未经核实，仅作样例", "unverified pages, a sample only"),
    "D": ("本系统的默认，没有文件规定", "this system's default; no document says it"),
}
_INFERRED = ("据所列资料推定，没有明文", "inferred from what is named; no text says it outright")


@dataclass(frozen=True, slots=True)
class Read:
    """One rule. ``whose``: the region that says it; ``own``: it is the place itself; ``nation``:
    what the nation says instead, where that differs; ``basis``: how sure it is, in words.
    ``documents``: none where it is our choice.
    """

    key: str
    sentence: str
    entry: Entry
    documents: tuple[Source, ...]
    basis: str
    whose: str
    own: bool
    nation: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All rules at a place on a day, by section. ``follows``: whose they are without own ones."""

    place: str
    name: str
    day: date
    in_force: InForce
    follows: str
    sections: Mapping[str, tuple[Read, ...]]

    @property
    def differing(self) -> list[Read]:
        """What the place, its province with it, says otherwise than the nation, for people."""
        return [
            rule
            for section, rules in self.sections.items()
            if section not in FOR_SHOPS
            for rule in rules
            if rule.nation
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule said before a day and says from it on; empty: nothing, or nothing of interest."""

    before: str
    after: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Other:
    """One rule in which two sets differ; empty on the side on which it says nothing."""

    key: str
    here: str
    there: str


def read(book: Rulebook, place: str, day: date, language: Language) -> Page:
    """The rules at a place (two, four or six digits) on a day.

    Raises:
        PackError: no rules yet on that day.
    """
    whole = place.ljust(6, "0")
    in_force, chain = book.at(whole, day), book.chain(whole)
    local, names = chain[-1], {pack.file: pack.name for pack in chain}
    own_file = local.file if local.code == place[:4] else ""
    nation = book.at(NATION.ljust(6, "0"), day).entries if local.code != NATION else {}
    sections: dict[str, list[Read]] = {}
    for key, entry in in_force.entries.items():
        general = nation.get(key)
        differs = general is not None and general.value != entry.value
        if not (differs or telling(key, in_force.entries)):
            continue
        documents = documents_of(entry)
        rule = Read(
            key=key,
            sentence=rule_sentence(key, entry.value, language),
            entry=entry,
            documents=documents,
            basis=basis_of(entry, documents, language),
            whose=names[entry.pack],
            own=entry.pack == own_file,
            nation=rule_sentence(key, general.value, language) if general and differs else "",
        )
        sections.setdefault(key.partition(".")[0], []).append(rule)
    order = {key: at for at, key in enumerate(LABELS)}
    ordered = sorted(sections.items(), key=lambda item: order[item[1][0].key])
    return Page(
        place=place,
        name=local.name,
        day=day,
        in_force=in_force,
        follows="" if own_file else local.name,
        sections={
            name: tuple(sorted(rules, key=lambda rule: order[rule.key])) for name, rules in ordered
        },
    )


def telling(key: str, entries: Mapping[str, Entry]) -> bool:
    """Whether a rule says something that people look for, as the others stand."""
    section, _, name = key.partition(".")
    if key in _EMPTY and entries[key].value == _EMPTY[key]:
        return False
    if section in _OPENS:
        opener, closed = _OPENS[section]
        if name != opener and entries[f"{section}.{opener}"].value == closed:
            return False
    if key == "aid.allotments_a_month":
        return entries["aid.fund_source"].value == "allotted"
    if key == "account.retired_share":
        return entries["account.retired_fen"].value == UNLIMITED
    return True


def basis_of(entry: Entry, documents: tuple[Source, ...], language: Language) -> str:
    """How sure a rule is; of two letters (``B/C``) the weaker one counts."""
    letter = entry.certainty[-1:]
    pair = _INFERRED if letter == OUR_OWN and documents else _BASIS.get(letter, _BASIS[OUR_OWN])
    return pair[0 if language == "zh" else 1]


def documents_of(entry: Entry) -> tuple[Source, ...]:
    """What stands behind a rule: of SOURCES.md, or as an operator's own pack names it outright.
    Of our own choice only what it cites itself: what a fact says of other rules proves nothing.
    """
    cited = citation(entry.source)
    if entry.certainty == OUR_OWN and not any(one.is_document for one in cited.sources):
        return () if cited.sources else _outright(cited)
    return cited.documents() if cited.sources else _outright(cited)


def _outright(cited: Citation) -> tuple[Source, ...]:
    if not cited.says:
        return ()
    return (Source("", cited.says, "", "", "", OUR_OWN),)


def history(book: Rulebook, place: str, language: Language) -> Iterator[tuple[date, list[Change]]]:
    """The days on which what people read changed at a place, the last one first."""
    whole = place.ljust(6, "0")
    days = sorted({day for pack in book.chain(whole) for day in changes(pack.entries)})
    told: list[tuple[date, list[Change]]] = []
    before: Mapping[str, Entry] = {}
    for day in days:
        try:
            after = book.at(whole, day).entries
        except PackError:
            continue
        if before and (found := list(_changes(before, after, language))):
            told.append((day, found))
        before = after
    yield from reversed(told)


def first_day(book: Rulebook, place: str) -> date | None:
    """The day since which there are rules at a place."""
    whole = place.ljust(6, "0")
    for day in sorted({day for pack in book.chain(whole) for day in changes(pack.entries)}):
        try:
            book.at(whole, day)
        except PackError:
            continue
        return day
    return None


def _changes(
    before: Mapping[str, Entry], after: Mapping[str, Entry], language: Language
) -> Iterator[Change]:
    for key in LABELS:
        was, now = before.get(key), after.get(key)
        if now is None or (was and was.value == now.value):
            continue
        if not (telling(key, after) or (was and telling(key, before))):
            continue
        said = rule_sentence(key, was.value, language) if was else ""
        yield Change(said, rule_sentence(key, now.value, language), now)


def differences(here: InForce, there: InForce, language: Language) -> list[Other]:
    """The rules in which two sets differ, for people."""
    found = []
    for key in LABELS:
        one, other = here.entries[key], there.entries[key]
        if key.partition(".")[0] in FOR_SHOPS or one.value == other.value:
            continue
        said = [
            rule_sentence(key, entry.value, language) if telling(key, entries) else ""
            for entry, entries in ((one, here.entries), (other, there.entries))
        ]
        if any(said):
            found.append(Other(key, *said))
    return found
