"""Each region's rules in force at the night shift's door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.ops.region_words import title_text, value_words
from app.domain.staff.errors import OPS_REGION_UNKNOWN
from app.kit.clock import Clock, local_date
from app.kit.reasons import Refusal
from app.regions.errors import PackError
from app.regions.loader import NATION, Rulebook
from app.regions.pack import Entry
from app.regions.sources import Source, citation
from app.regions.text.labels import LABELS
from app.regions.text.reading.rules import basis_of, documents_of
from app.regions.text.reading.sentences import rule_sentence, section_title


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    rulebook: Rulebook
    clock: Clock


class DayQuery(Form):
    """The day in China; today if not given."""

    day: date | None = Field(default=None)


class RegionRow(View):
    """One region that has a pack of its own. ``samples``: parameters that are samples only."""

    code: str
    name: str
    since: date | None
    parameters: int
    samples: int


class SourceView(View):
    """A document or page that a rule rests on; empty where not known. ``number`` is its 文号."""

    id: str
    title: str
    number: str
    date: str
    link: str


class RuleView(View):
    """One parameter in force: what it says, and who says so since when.

    ``source`` is all in one text: the titles with their dates, and what they say (``says``).
    ``documents`` are those behind it, none where it is our own choice; ``basis`` tells how sure it
    is (``certainty``) in words; ``nation`` what the nation says, where that differs; ``own``: the
    region itself says it.
    """

    key: str
    title: str
    sentence: str
    nation: str
    value: str
    documents: list[SourceView]
    basis: str
    source: str
    sources: list[SourceView]
    says: str
    begins: date
    ends: date | None
    certainty: str
    sample: bool
    pack: str
    line: int
    region: str
    own: bool


class SectionView(View):
    """Parameters of one kind."""

    name: str
    title: str
    rules: list[RuleView]


class RegionView(View):
    """The rules in force at a place on a day. ``follows``: whose they are if it has no own pack."""

    code: str
    name: str
    day: date
    version: str
    follows: str | None
    sections: list[SectionView]


async def regions(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    packs = sorted(call.services.rulebook.packs.values(), key=lambda pack: pack.code)
    return [
        RegionRow(
            code=pack.code,
            name=pack.name,
            since=min((entry.begins for entry in pack.entries), default=None),
            parameters=len({entry.key for entry in pack.entries}),
            samples=sum(entry.sample for entry in pack.entries),
        )
        for pack in packs
    ]


async def region(call: Call[Needs, Nothing, DayQuery]) -> View:
    code = call.request.match_info["code"]
    if not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6)):
        raise Refusal(OPS_REGION_UNKNOWN)
    day = call.query.day or local_date(call.services.clock.now())
    book, place = call.services.rulebook, code.ljust(6, "0")
    try:
        in_force = book.at(place, day)
    except PackError:
        raise Refusal(OPS_REGION_UNKNOWN) from None
    chain = book.chain(place)
    names = {pack.file: pack.name for pack in chain}
    local = chain[-1]
    own_file = local.file if local.code == code[:4] else ""
    nation = book.at(NATION.ljust(6, "0"), day).entries

    def rule(entry: Entry) -> RuleView:
        cited = citation(entry.source)
        general = nation.get(entry.key)
        differs = general is not None and general.value != entry.value
        documents = documents_of(entry)
        return RuleView(
            key=entry.key,
            title=title_text(entry.key, call.language),
            sentence=rule_sentence(entry.key, entry.value, call.language),
            nation=rule_sentence(entry.key, general.value, call.language)
            if general and differs
            else "",
            documents=[_source(one) for one in documents],
            basis=basis_of(entry, documents, call.language),
            value=value_words(entry.key, entry.value, call.language),
            source=str(cited),
            sources=[_source(one) for one in cited.sources],
            says=cited.says,
            begins=entry.begins,
            ends=entry.ends,
            certainty=entry.certainty,
            sample=entry.sample,
            pack=entry.pack,
            line=entry.line,
            region=names[entry.pack],
            own=entry.pack == own_file,
        )

    sections: dict[str, list[RuleView]] = {}
    for key in LABELS:
        if key in in_force.entries:
            sections.setdefault(key.partition(".")[0], []).append(rule(in_force.entries[key]))
    return RegionView(
        code=code,
        name=local.name,
        day=day,
        version=in_force.version,
        follows=None if own_file else local.name,
        sections=[
            SectionView(name=name, title=section_title(name, call.language), rules=rules)
            for name, rules in sections.items()
        ],
    )


def _source(one: Source) -> SourceView:
    return SourceView(id=one.id, title=one.title, number=one.number, date=one.date, link=one.link)


ENDPOINTS = [
    Endpoint("GET", "/regions", regions, "有专门规则的地区", "viewer", RegionRow, many=True),
    Endpoint("GET", "/regions/{code}", region, "某地某日生效的规则与出处", "viewer", RegionView,
             query=DayQuery, reasons=(OPS_REGION_UNKNOWN,)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
