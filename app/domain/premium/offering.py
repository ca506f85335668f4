"""What a premium is for a resident today, and whether the accounts would pay it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from app.domain.aid.errors import CONSENT_PENDING, PURPOSE_NOT_AUTHORISED
from app.domain.aid.repository import Tie
from app.domain.premium import errors
from app.domain.premium.models import About
from app.domain.premium.rules.paying import PREMIUM, Paying, who_pays
from app.domain.premium.rules.quote import Quote, Resident, missed_years, quote
from app.domain.settlement.model import Snapshot
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.kit.value import value
from app.regions.loader import Rulebook
from app.regions.rules import Identity, PremiumRules
from app.words import CHANNELS


@value
class Offer:
    """A quote for a year, with what it costs in all and who would pay it now.

    ``paying``: who, and under which caps; or why nobody does.
    """

    quote: Quote
    amount_fen: int
    paying: Paying | tuple[Because, ...]

    @property
    def because(self) -> tuple[Because, ...]:
        """Why the accounts would not pay it now; empty when they would."""
        return () if isinstance(self.paying, Paying) else self.paying


def whose(asker_id: int, beneficiary: str, ties: Mapping[str, Tie]) -> tuple[int, int | None]:
    """Whose premium is asked for, and the donor who pays it alone.

    Raises:
        Refusal: NOT_FOUND, CONSENT_PENDING, PURPOSE_NOT_AUTHORISED.
    """
    if beneficiary == "me":
        return asker_id, None
    tie = ties.get(beneficiary)
    if tie is None or tie.donor_id != asker_id:
        raise Refusal(NOT_FOUND)
    if not tie.agreed or tie.beneficiary_id is None:
        raise Refusal(CONSENT_PENDING, name=f"@{asker_id}")
    if PREMIUM not in tie.purposes:
        raise Refusal(PURPOSE_NOT_AUTHORISED, name=f"@{asker_id}")
    return tie.beneficiary_id, asker_id


def resident_of(
    person_id: int, snapshot: Snapshot, about: About, today: date, rulebook: Rulebook
) -> Resident:
    """A person as premiums ask. A child that was just born is one, whatever the file says."""
    person = snapshot.people[person_id]
    rules = rulebook.at(person.place, today).rules.premium
    newborn = about.born_on <= today <= about.born_on + timedelta(days=rules.newborn_days)
    identity: Identity = "none"
    if about.identity in ("student", "aided"):
        identity = "aided" if about.identity == "aided" else "student"
    elif newborn:
        identity = "newborn"
    return Resident(
        person_id,
        person.token,
        about.born_on,
        person.insutype,
        identity,
        frozenset(about.channels),
        about.sex,
    )


def rules_for(
    person_id: int, snapshot: Snapshot, day: date, rulebook: Rulebook, *, office: bool
) -> PremiumRules:
    """The rules of a person's place; without a tax office no premium can be paid."""
    rules = rulebook.at(snapshot.people[person_id].place, day).rules.premium
    return rules if office else rules.model_copy(update={"prices": None})


def stands(resident: Resident, about: About, year: int) -> Because | None:
    """Why a year needs no order: it is paid, or is being paid."""
    name = {"name": resident.name, "year": str(year)}
    if year in about.under_way:
        return Because(errors.PREMIUM_UNDER_WAY, name)
    channel = about.channels.get(year)
    if channel is None:
        return None
    words = CHANNELS.get(channel, CHANNELS["other"])
    return Because(errors.ALREADY_PAID, {**name, "channel": words.zh, "channel_en": words.en})


def offered(
    resident: Resident,
    year: int,
    rules: PremiumRules,
    snapshot: Snapshot,
    today: date,
    bought: Sequence[int],
    payer_id: int | None,
) -> Offer | Because:
    """A year's quote with what the accounts would do about it, or why there is none."""
    found = quote(resident, year, rules, today, bought)
    if isinstance(found, Because):
        return found
    strange = sorted(set(bought) - set(missed_years(resident, year, rules)))
    if strange or (bought and not rules.buy_back):
        return Because(errors.YEAR_NOT_MISSED, {"years": "、".join(map(str, strange or bought))})
    amount = found.price_fen * (1 + len(set(bought)))
    paying = who_pays(resident.person_id, amount, snapshot, today, payer_id)
    return Offer(found, amount, paying if isinstance(paying, Paying) else tuple(paying))
