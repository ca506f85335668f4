"""What several calls of the phones' door answer with: a reason in words, a payer's part, and the
names of a person's accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from aiohttp import web

from app import words
from app.api.http.endpoint import View
from app.domain.aid.rules.own_words import in_own_words
from app.domain.aid.service import Aid
from app.domain.registry.service import People
from app.domain.settlement.model import Settlement
from app.domain.settlement.payers import paid_by
from app.domain.settlement.rules.diagnosis import CapUsed, told_to_donor
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


class CapUsedView(View):
    """A cap that counts a period's days, as it stands today.

    Attributes:
        id: the cap's field, ``cap_month_fen`` for instance; by_region: it is the region's, else the
            donor has set a lower one.
        used_fen: of it; left_fen: what may still be paid until ``until``, the period's last day.
    """

    id: str
    cap_fen: int
    used_fen: int
    left_fen: int
    by_region: bool
    until: date


def cap_used_view(cap: CapUsed, today: date) -> CapUsedView:
    """A cap in use, as a phone is told it."""
    return CapUsedView(
        id=cap.period.column,
        cap_fen=cap.cap_fen,
        used_fen=cap.used_fen,
        left_fen=cap.left_fen,
        by_region=cap.by_region,
        until=cap.period.days_around(today)[1],
    )


Between = tuple[int, bool]
"""The other, and whether I am the donor."""
Paying = dict[Between, Because | None]
"""Of each grant of a person, by the other and whether I am the donor: why it would not pay now,
with names filled in, or None."""


class Payer(View):
    """One payer's part. ``name``: a donor's, masked. ``others``: all but the donor who asks."""

    payer: Literal[words.Payer, "others"]
    name: str | None
    amount_fen: int


async def whys(
    people: People, reasons: Iterable[Because], language: Language, reader_id: int | None = None
) -> list[Why]:
    """Reasons in words, with masked names in them; to the reader whom one is about as donor, as
    "you"."""
    if reader_id is not None:
        reasons = [in_own_words(why, reader_id) for why in reasons]
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
    found = await whys(people, reasons, language, reader_id)
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
    return (await paying_and_caps(aid, settlements, people, person_id))[0]


async def paying_and_caps(
    aid: Aid, settlements: Settlements, people: People, person_id: int
) -> tuple[Paying, dict[Between, tuple[CapUsed, ...]]]:
    """The same, and what is left of the caps of those that stand."""
    known = await aid.standing(person_id)
    open_pairs = {
        key: (person_id, key[0]) if key[1] else (key[0], person_id)
        for key, why in known.items()
        if why is None
    }
    found = await settlements.between(open_pairs.values())
    for key, pair in open_pairs.items():
        why, i_am_donor = found[pair][0], key[1]
        known[key] = told_to_donor(why, person_id) if why and i_am_donor else why
    known = {key: why and in_own_words(why, person_id) for key, why in known.items()}
    wanted = {key: why for key, why in known.items() if why is not None}
    named = await people.named(wanted.values())
    caps = {key: found[pair][1] for key, pair in open_pairs.items()}
    return {**known, **dict(zip(wanted, named, strict=True))}, caps


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
