"""What several calls of the phones' door answer with: a reason in words, a payer's part, and the
names of a person's accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from aiohttp import web

from app import words
from app.api.http.endpoint import View
from app.domain.aid.service import Aid
from app.domain.registry.service import People
from app.domain.settlement.model import Settlement
from app.domain.settlement.payers import paid_by
from app.domain.settlement.rules.diagnosis import told_to_donor
from app.domain.settlement.service import Settlements
from app.kit.reasons import Because, Language
from app.kit.words.sheet import Cell, as_sheet
from app.ledger.kinds import AccountKind

TABLE = "text/csv"
"""What a phone may ask for with ``Accept`` instead of JSON, where a call can give a table."""


def table_response(rows: Iterable[Sequence[Cell]]) -> web.Response:
    """The same table for a spreadsheet, whoever asks for it."""
    return web.Response(
        text=as_sheet(rows),
        content_type=TABLE,
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


AccountName = Literal["current", "carried", "wallet", "held", "family"]
ACCOUNT_NAMES: dict[AccountKind, AccountName] = {
    AccountKind.CURRENT: "current",
    AccountKind.CARRIED: "carried",
    AccountKind.WALLET: "wallet",
    AccountKind.HELD: "held",
    AccountKind.FAMILY: "family",
}


class Why(View):
    """A reason in words, the next step, and who can take it.

    Attributes:
        side: which side of the grant in question the reader is, None where that isn't known;
            ``other``: neither, as one who only shows the code.
        grant: that grant, where the reader is a side of it.
    """

    reason: str
    message: str
    next_step: str
    fixer: str
    side: Literal["donor", "beneficiary", "other"] | None = None
    grant: str | None = None


class PayingView(View):
    """Whether mutual aid would pay between two people now, by the rules of the till, and if not,
    how to change that. Showing a code and paying are two things (SOURCES F0): this is the second.
    """

    can_pay: bool
    how: Why | None


Paying = dict[tuple[int, bool], Because | None]
"""Of each grant of a person, by the other and whether I am the donor: why it would not pay now,
with names filled in, or None."""


class Payer(View):
    """One payer's part. ``name``: a donor's, masked. ``others``: all but the donor who asks."""

    payer: Literal[words.Payer, "others"]
    name: str | None
    amount_fen: int


async def whys(people: People, reasons: Iterable[Because], language: Language) -> list[Why]:
    """Reasons in words, with masked names in them."""
    return [Why(**one.as_dict(language)) for one in await people.named(reasons)]


async def sided(
    people: People,
    aid: Aid,
    reasons: Sequence[Because],
    reader_id: int,
    patient_id: int,
    language: Language,
) -> list[Why]:
    """Reasons of a bill in words, each with the side on which the reader stands in it, so that a
    page offers what the reader can do (and nobody the other one's act)."""
    found = await whys(people, reasons, language)
    if not found:
        return found
    views = await aid.of_person(reader_id)
    given = {one.grant.beneficiary_id: str(one.grant.id) for one in views if one.i_am_donor}
    received = {f"@{one.grant.donor_id}": str(one.grant.id) for one in views if not one.i_am_donor}
    mine = given.get(patient_id)
    for why, because in zip(found, reasons, strict=True):
        named = because.params.get("name")
        if reader_id == patient_id:
            why.side, why.grant = "beneficiary", received.get(named or "")
        elif mine is not None and named in (None, f"@{reader_id}", f"@{patient_id}"):
            why.side, why.grant = "donor", mine
        else:
            why.side = "other"
    return found


async def paying(aid: Aid, settlements: Settlements, people: People, person_id: int) -> Paying:
    """Whether each of a person's grants would pay now: what the grant itself says, then what a
    till would be told (law 8)."""
    known = await aid.standing(person_id)
    open_pairs = {
        key: (person_id, key[0]) if key[1] else (key[0], person_id)
        for key, why in known.items()
        if why is None
    }
    found = await settlements.why_not(open_pairs.values())
    for key, pair in open_pairs.items():
        why, i_am_donor = found[pair], key[1]
        known[key] = told_to_donor(why, person_id) if why and i_am_donor else why
    wanted = {key: why for key, why in known.items() if why is not None}
    named = await people.named(wanted.values())
    return {**known, **dict(zip(wanted, named, strict=True))}


def why_of(because: Because | None, language: Language) -> Why | None:
    """A reason in words, names filled in already."""
    return Why(**because.as_dict(language)) if because else None


async def payers(people: People, row: Settlement) -> list[Payer]:
    """Who paid which part of a bill, as its patient may see it."""
    return payers_named(row, await people.masked_names(donors_of([row])))


def donors_of(rows: Iterable[Settlement]) -> set[int]:
    """Whose names ``payers_named`` asks for."""
    parts = (part for row in rows for part in paid_by(row))
    return {part.person_id for part in parts if part.payer == "aid" and part.person_id}


def payers_named(row: Settlement, names: Mapping[int, str]) -> list[Payer]:
    """The same, of many bills, whose donors' names were asked for at once."""
    return [
        Payer(
            payer=part.payer,
            name=names.get(part.person_id) if part.person_id else None,
            amount_fen=part.amount_fen,
        )
        for part in paid_by(row)
    ]
