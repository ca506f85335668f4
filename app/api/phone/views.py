"""What several calls of the phones' door answer with: a reason in words, a payer's part, and the
names of a person's accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from app import words
from app.api.http.endpoint import View
from app.domain.registry.service import People
from app.domain.settlement.model import Settlement
from app.domain.settlement.payers import paid_by
from app.kit.reasons import Because, Language
from app.ledger.kinds import AccountKind

AccountName = Literal["current", "carried", "wallet"]
ACCOUNT_NAMES: dict[AccountKind, AccountName] = {
    AccountKind.CURRENT: "current",
    AccountKind.CARRIED: "carried",
    AccountKind.WALLET: "wallet",
}


class Why(View):
    """A reason in words, the next step, and who can take it."""

    reason: str
    message: str
    next_step: str
    fixer: str


class Payer(View):
    """One payer's part. ``name``: a donor's, masked. ``others``: all but the donor who asks."""

    payer: Literal[words.Payer, "others"]
    name: str | None
    amount_fen: int


async def whys(people: People, reasons: Iterable[Because], language: Language) -> list[Why]:
    """Reasons in words, with masked names in them."""
    return [Why(**one.as_dict(language)) for one in await people.named(reasons)]


async def payers(people: People, row: Settlement) -> list[Payer]:
    """Who paid which part of a bill, as its patient may see it."""
    parts = paid_by(row)
    donors = {part.person_id for part in parts if part.payer == "aid" and part.person_id}
    names = await people.masked_names(donors)
    return [
        Payer(
            payer=part.payer,
            name=names.get(part.person_id) if part.person_id else None,
            amount_fen=part.amount_fen,
        )
        for part in parts
    ]
