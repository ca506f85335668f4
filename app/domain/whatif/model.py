"""What a replay works on: bills as they were, outcomes before and after. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.aid.rules.standing import Standing, reached
from app.domain.settlement.bill import Bill
from app.domain.settlement.model import Facts, Filing, Grant, Institution, Settlement, Use
from app.domain.settlement.rules.benefit import Enjoyed
from app.ledger.kinds import AccountKind


class Effect(StrEnum):
    """What the changed rules do to a bill, as the patient feels it."""

    MORE = "more"
    """More is paid for the patient: less cash."""
    LESS = "less"
    SHIFTED = "shifted"
    """The same cash, but others pay the rest or other reasons are given."""
    SAME = "same"
    REFUSED = "refused"
    """The bill would not be settled at all."""
    UNKNOWN = "not_replayed"


class Problem(StrEnum):
    """Why a bill can't be replayed."""

    REQUEST_GONE = "request_gone"
    INSTITUTION_GONE = "institution_gone"
    REST_OF_UNKNOWN = "rest_of_unknown"
    RULES_CHANGED = "rules_changed"
    REGISTRY_CHANGED = "registry_changed"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True, slots=True)
class Purse:
    """One account as it was just before a bill."""

    account_id: int
    person_id: int
    kind: AccountKind
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Paid:
    """Who pays a bill, in fen."""

    fund_fen: int
    own_fen: int
    aid_fen: int
    cash_fen: int
    wallet_fen: int = 0


@dataclass(frozen=True, slots=True)
class PastBill:
    """A settled bill and all that was known when it was decided, as far as it is still known.

    ``registry_changed``: something that keeps no history (a donor's place, an institution) has
    been changed since. ``spent``: those of the grants that had been used up. ``rest``: what a
    partial refund left over; the original payers pay it.
    ``undone_by``: the row that undid it, if any; ``stands``: it stands at the end all the same.
    """

    stored: Settlement
    bill: Bill
    institution: Institution
    patient: Facts
    donors: tuple[Facts, ...]
    grants: tuple[Grant, ...]
    spent: frozenset[int]
    purses: tuple[Purse, ...]
    uses: tuple[Use, ...]
    history: tuple[Enjoyed, ...]
    filings: tuple[Filing, ...]
    shown_by_family: bool
    registry_changed: bool
    rest: bool
    undone_by: int | None
    stands: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """A settled bill that can't be read back."""

    stored: Settlement
    problem: Problem
    stands: bool


@dataclass(frozen=True, slots=True)
class Undoing:
    """A row that undoes another: a cancel, a reversal, or (``pays``) the undoing of a cancel.

    ``undone_by``: what undid this one in its turn. ``part_of``: the request of a partial refund.
    """

    id: int
    undoes: int
    pays: bool
    undone_by: int | None
    part_of: int | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """One bill under the stored and under the changed rules.

    ``after`` is None when the bill can't be replayed (``problem``); a bill that would be refused
    (``refused``) is all cash.
    """

    stored: Settlement
    effect: Effect
    before: Paid
    after: Paid | None
    reasons_before: tuple[str, ...] = ()
    reasons_after: tuple[str, ...] = ()
    refused: str = ""
    problem: Problem | None = None
    stands: bool = True
    """False: it was cancelled later, and is not counted."""


@dataclass(frozen=True, slots=True)
class Span:
    """The settlements that are replayed: ids from ``first`` to ``last``, none if they cross."""

    first: int
    last: int


@dataclass(slots=True)
class GrantRow:
    """A grant as the table has it now; ``standing`` shows it as it stood at a moment."""

    grant: Grant
    confirmed_at: datetime
    agreed_at: datetime | None
    declined_at: datetime | None
    frozen_at: datetime | None
    ended_at: datetime | None
    paused_at: datetime | None = None

    def standing(self, moment: datetime) -> Standing:
        """What its record said at a moment."""
        return Standing(
            confirmed=reached(self.confirmed_at, moment),
            agreed=reached(self.agreed_at, moment),
            declined=reached(self.declined_at, moment),
            ended=reached(self.ended_at, moment),
            frozen=reached(self.frozen_at, moment),
            starts_on=self.grant.starts_on,
            ends_on=self.grant.ends_on,
            paused_until=self.paused_until(moment),
        )

    def paused_until(self, moment: datetime) -> date | None:
        return self.grant.paused_until if reached(self.paused_at, moment) else None


@dataclass(frozen=True, slots=True)
class TimedUse:
    """A donor's payment; ``back_id``: the transfer that gave it back, if any."""

    use: Use
    back_id: int | None


@dataclass(frozen=True, slots=True)
class TimedEnjoyed:
    """What a bill used of deductible and fund; ``cancel_id``: what cancelled it, if anything."""

    enjoyed: Enjoyed
    cancel_id: int | None


@dataclass(frozen=True, slots=True)
class TimedFacts:
    """A person as the registry has it now."""

    facts: Facts
    updated_at: datetime
