"""Runs, rows of credits and whom they are for. Pure."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum

from app.kit.value import value
from app.ledger.kinds import CreditKind, CreditState, PayOutReason
from app.words import NORMAL, RETIRED, SUSPENDED


class RunKind(IntEnum):
    """What a run over a region's people does."""

    CREDIT = 1
    CLOSE = 2


@value
class Run:
    """A run over a region's people for a month or a year, and how far it has come.

    ``rows``, ``amount_fen``: what it has booked, since it was first begun; ``people``: whom it has
    looked at since it was last begun.
    """

    id: int
    kind: RunKind
    region: str
    period: date
    done_to: int
    people: int
    rows: int
    amount_fen: int
    begun_at: datetime
    moved_at: datetime
    ended_at: datetime | None


@value
class Holder:
    """Who has a personal account."""

    person_id: int
    psn_type: str
    psn_insu_stas: str
    place: str

    @property
    def retired(self) -> bool:
        return self.psn_type.startswith(RETIRED)

    @property
    def insured(self) -> bool:
        return self.psn_insu_stas == NORMAL

    @property
    def suspended(self) -> bool:
        """Nothing is credited until the insurance is in order again."""
        return self.psn_insu_stas == SUSPENDED


@value
class Credit:
    """One row: see the table ``account_credit``."""

    id: int
    person_id: int
    kind: CreditKind
    period: date
    state: CreditState
    base_fen: int | None
    given_fen: int | None
    place: str | None
    retired: bool | None
    gross_fen: int
    withheld_fen: int
    set_off_fen: int
    amount_fen: int
    owed_fen: int
    source: str
    made_at: datetime
    booked_at: datetime | None


CREDIT_COLUMNS = tuple(Credit.__dataclass_fields__)


@value
class Close:
    """One year that is over: see the table ``account_close``."""

    id: int
    person_id: int
    begun_on: date
    ended_on: date
    place: str
    current_product: int
    carried_product: int
    owed_product: int
    interest_fen: int
    moved_fen: int
    current_account: int
    current_version: int
    carried_account: int
    carried_version: int
    made_at: datetime


CLOSE_COLUMNS = tuple(Close.__dataclass_fields__)


@value
class PayOut:
    """Accounts that were paid out and closed: see the table ``account_pay_out``.

    ``owed_fen``: what was owed and couldn't be taken; ``grants``: how many have ended by it.
    """

    id: int
    person_id: int
    reason: PayOutReason
    place: str
    amount_fen: int
    wallet_fen: int
    owed_fen: int
    grants: int
    made_at: datetime


PAY_OUT_COLUMNS = tuple(PayOut.__dataclass_fields__)


@value
class Merge:
    """Two rows of one person that became one: see the table ``account_merge``.

    ``person_id``: the row that goes; ``owed_fen``: what was owed and couldn't be taken; ``grants``,
    ``bindings``: how many were made anew for the row that stays.
    """

    id: int
    person_id: int
    into_id: int
    place: str
    amount_fen: int
    wallet_fen: int
    owed_fen: int
    grants: int
    bindings: int
    made_at: datetime


MERGE_COLUMNS = tuple(Merge.__dataclass_fields__)


@value
class MergePlan:
    """What a merge would do now; ``held_fen``: what is held and has to end first."""

    personal_fen: int
    wallet_fen: int
    held_fen: int
    grants: int
    bindings: int

    @property
    def amount_fen(self) -> int:
        """What would go to the accounts of the row that stays."""
        return self.personal_fen + self.wallet_fen
