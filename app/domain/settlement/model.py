"""What the settlement room works on: requests, snapshots, results. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

from app.domain.prescription.values import Dispensed, Prescribed
from app.domain.registry.named import Named
from app.domain.settlement.bill import Bill, LineSplit, Split, Terms
from app.domain.settlement.orders import Order
from app.domain.settlement.rules.benefit import Enjoyed
from app.domain.settlement.trace import Trace
from app.domain.trace.values import Alert, Product, Sale
from app.kit.reasons import Because
from app.kit.value import value
from app.ledger.kinds import AccountKind
from app.ledger.models import Account, CounterTask, Transfer
from app.regions.loader import Rulebook
from app.regions.periods import Caps
from app.words import CardState


class BatchRace(Exception):
    """Something the batch relied on came to be meanwhile; run the batch again."""


class BoxRace(BatchRace):
    """A box that the batch took for unsold stands sold; run it again, and look first."""


class Kind(IntEnum):
    """``settlement.kind``."""

    SETTLED = 1
    CANCELLED = 2
    REVERSED = 3
    RESTORED = 4

    @property
    def pays(self) -> bool:
        """Whether such a row pays (the others give back)."""
        return self in (Kind.SETTLED, Kind.RESTORED)


class State(IntEnum):
    """``outcome.state``."""

    DONE = 1
    REFUSED = 2
    VOID = 3
    SET_ASIDE = 4
    ASKING = 5
    """No outcome, and never stored: donors are asked first."""


@value
class Request:
    """One accepted message, as an order: without names and numbers of people."""

    id: int
    fixmedins_code: str
    msgid: str
    infno: str
    lane: int
    order: Order
    received_at: datetime | None = None
    asked: bool = False
    """Donors have been asked: it was decided before, and waited for them."""


@value
class SentBy:
    """Who at which till has sent a message, as it says: the cashier's number, the till's, and the
    number of the sign-in, which was a live one of the institution."""

    opter: str = ""
    dev_no: str = ""
    sign_no: str = ""


UNSAID = SentBy()
"""Nobody has said who it was."""


@value
class Question:
    """A donor is asked whether so much of one bill may be paid by a grant."""

    grant_id: int
    donor_id: int
    amount_fen: int


@value
class Facts:
    """What is known of a person: the patient or a donor."""

    id: int
    psn_no: str
    insutype: str
    psn_type: str
    place: str
    insured: bool
    suspended: bool
    sort_name: str = ""
    """The name, for regions that order donors by it; empty where none does."""
    wallet_place: str = ""
    """Which place of use a patient has chosen for the own wallet; empty: none."""
    merged_into: int | None = None
    """The row of the same person that stays."""
    merged: tuple[int, ...] = ()
    """The rows of the same person that were merged into this one."""
    merged_numbers: tuple[str, ...] = ()
    """Their national numbers."""

    @property
    def stays(self) -> int:
        """The row by which the person is known now."""
        return self.merged_into or self.id

    @property
    def token(self) -> str:
        """Stands for the person's name in reasons; doors put the masked name in its place."""
        return f"@{self.id}"


@value
class Institution:
    """What is known of an institution."""

    code: str
    admdvs: str
    hosp_lv: str
    pooling: bool
    cross_region: bool
    wallet_at: str = ""
    """The kinds of terminal that take the 医保钱包 here."""


@value
class Grant:
    """A grant as stored, before the rules look at it."""

    id: int
    donor_id: int
    beneficiary_id: int
    starts_on: date
    ends_on: date | None
    rank: int
    frozen: bool
    purposes: tuple[str, ...]
    caps: Caps
    agreed: bool = True
    """Whether the beneficiary has said yes; else it stands on the donor's word."""
    ask_above_fen: int | None = None
    """Above this sum the donor wants to be asked first."""
    once: bool = False
    """It is for one bill or premium."""
    paused_until: date | None = None
    """The day on which it goes on by itself."""


@value
class Use:
    """A payment by a donor for a beneficiary, not given back. ``day``: on which it counts."""

    donor_id: int
    beneficiary_id: int
    day: date
    amount_fen: int
    transfer_id: int


@value
class Filing:
    """A person has filed for treatment in an area (leading digits of places)."""

    area: str
    starts_on: date
    ends_on: date | None


@dataclass(slots=True)
class Settlement:
    """One row of ``settlement``; a cancel's figures are negative.

    The columns are named here and nowhere else: what is written, read, told to tills that wait and
    turned round by a cancel follows these fields. ``ledger/proof/seals.py`` lists what is sealed;
    a test compares all of them with the table.

    ``counted_on``: the day in whose periods caps and deductibles count it: on which it was settled
    (law 13); for what is left after a part return, or stands again, the original's (law 5).
    ``bill_key``: the same for bills that are the same; None: no code was scanned, or an older row.
    ``cert_type``: what the patient showed (``mdtrt_cert_type``), ``card_id``: which card.
    """

    id: int
    kind: Kind
    cancels_id: int | None
    request_id: int
    fixmedins_code: str
    mdtrtarea_admvs: str
    person_id: int
    mdtrt_id: int
    credential_id: int | None
    bill_key: int | None
    insutype: str
    psn_type: str
    insuplc_admdvs: str
    med_type: str
    invono: str
    bill_time: datetime
    settled_at: datetime
    counted_on: date
    medfee_sumamt_fen: int
    fulamt_ownpay_fen: int
    overlmt_selfpay_fen: int
    preselfpay_fen: int
    inscp_scp_fen: int
    act_pay_dedc_fen: int
    hifp_pay_fen: int
    pool_prop: Decimal
    fund_pay_fen: int
    psn_part_fen: int
    own_pay_fen: int
    wallet_pay_fen: int
    mulaid_pay_fen: int
    cash_pay_fen: int
    balance_after_fen: int
    lines: tuple[LineSplit, ...]
    trace: Trace
    rules: str
    cert_type: str
    card_id: int | None

    def donor_sums(self) -> dict[int, int]:
        """What each donor paid (negative: got back), by person id, in fen."""
        sums: dict[int, int] = {}
        for leg in self.trace.legs:
            if leg.grant_id is not None:
                sums[leg.person_id] = sums.get(leg.person_id, 0) + leg.amount_fen
        return sums


COLUMNS = tuple(column.name for column in fields(Settlement))
FIGURES = tuple(name for name in COLUMNS if name.endswith("_fen") and name != "balance_after_fen")
"""Sums of the bill, in fen: a cancel's are the negative of what it cancels."""


@value
class Original:
    """A row that may be undone, with its transfers and what has undone it.

    ``replaced_by``: of a row that gives back, what its request made stand in its stead: what is
    left after a part return, and the whole again after that was reversed. ``away_since``: what it
    moved is away; from when on the books are here.
    """

    settlement: Settlement
    transfers: tuple[Transfer, ...]
    cancelled_by: int | None
    replaced_by: int | None = None
    away_since: str | None = None

    @property
    def next(self) -> int | None:
        """What has come after it."""
        return self.replaced_by if self.cancelled_by is None else self.cancelled_by


@value
class Written:
    """Of a settlement that is written its lines and its trace as JSON: who tells it to others needs
    not make them once more."""

    lines: str
    trace: str


@dataclass(slots=True)
class Result:
    """What became of one request."""

    request: Request
    state: State
    because: Because | None = None
    settlement: Settlement | None = None
    transfers: list[Transfer] = field(default_factory=list)
    split: Split | None = None
    tasks: list[CounterTask] = field(default_factory=list)
    first_half: Result | None = None
    """What was given back to make this stand: a part return cancels the whole and settles the rest;
    its reversal gives back the rest and restores the whole."""
    sales: list[Sale] = field(default_factory=list)
    """The trace codes that it sells."""
    alerts: list[Alert] = field(default_factory=list)
    dispensed: list[Dispensed] = field(default_factory=list)
    """What it takes of prescriptions; of what gives back: what comes free."""
    written: Written | None = None
    """Set when it is written."""
    tombstone: bool = False
    """A reversal of a message that has not come: the writer lays a tombstone."""
    voids: int | None = None
    """A reversal of a message that still waits: the writer voids that request."""
    questions: tuple[Question, ...] = ()
    """What donors are to be asked before this is decided, until ``until``."""
    until: datetime | None = None


@value
class Stands:
    """The settlement that stands in another's stead, by the numbers a till needs to reach it."""

    settlement_id: int
    mdtrt_id: int
    total_fen: int

    @classmethod
    def of(cls, row: Settlement) -> Stands:
        return cls(row.id, row.mdtrt_id, row.medfee_sumamt_fen)


@value
class Undone:
    """What has taken back, since, what a request did: a cancel, a reversal, a restoring.

    ``stands``: what stands in its stead, under another number; None: nothing does.
    """

    kind: Kind
    at: datetime
    stands: Stands | None = None


@value
class Outcome:
    """What became of a request, as stored."""

    request_id: int
    state: State
    reason: str | None
    params: dict[str, str]
    settlement: Settlement | None
    people: dict[int, Named] = field(default_factory=dict)
    """Those whom the answer names, as far as they came with it."""
    undone: Undone | None = None
    """Set when what the request did no longer stands (law 5: a repeat is told what holds now)."""


@value
class NamedMessage:
    """What a reversal names: the message's own id, and what has become of it.

    ``whole_cancel_id``: the cancel that a part return began with.
    """

    request_id: int
    infno: str
    psn_no: str
    state: State | None
    settlement_id: int | None
    whole_cancel_id: int | None = None


MessageKey = tuple[str, str]
"""(institution, msgid): under it a message counts once."""


@dataclass(slots=True)
class Snapshot:
    """All that a batch needs, as it was under the batch's locks, made in one go of what was loaded.

    The fold notes in it what each request did, for the ones after it: ``accounts``, ``uses``,
    ``spent``, ``history``, ``originals``, ``named``, ``same_bills``, ``settled_lines``, ``sold``
    and ``prescriptions`` move on.
    """

    rulebook: Rulebook
    people: dict[int, Facts] = field(default_factory=dict)
    persons: dict[int, Named] = field(default_factory=dict)
    """The same people as a door names them."""
    institutions: dict[str, Institution] = field(default_factory=dict)
    payables: dict[str, int] = field(default_factory=dict)
    pooled_funds: dict[str, int] = field(default_factory=dict)
    suspense_account: int = 0
    accounts: dict[tuple[int, AccountKind], Account] = field(default_factory=dict)
    accounts_by_id: dict[int, Account] = field(default_factory=dict)
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    """Of donors under a cap that counts earlier uses."""
    once: set[int] = field(default_factory=set)
    """Grants for one bill, as far as somebody here pays or paid by them."""
    spent: set[int] = field(default_factory=set)
    """Those of them whose one bill stands paid."""
    history: dict[int, list[Enjoyed]] = field(default_factory=dict)
    """Of patients whose pool pays at the institution in question."""
    filings: dict[int, list[Filing]] = field(default_factory=dict)
    shown_by_family: set[int] = field(default_factory=set)
    catalogue: dict[str, Terms] = field(default_factory=dict)
    bills: dict[int, Bill] = field(default_factory=dict)
    """By request; what was asked of donors before, with their answers."""
    originals: dict[int, Original] = field(default_factory=dict)
    """By settlement id."""
    named: dict[MessageKey, NamedMessage] = field(default_factory=dict)
    """What reversals name."""
    bill_keys: dict[int, int] = field(default_factory=dict)
    """What makes a purchase the same as another one, by request id, as far as it was worked out."""
    same_bills: dict[int, list[int]] = field(default_factory=dict)
    """Settlements by what makes bills the same (``bill_key``)."""
    settled_lines: dict[tuple[int, str], int] = field(default_factory=dict)
    """Batches of a visit's lines (visit, chrg_bchno) of which none is open: what settled them."""
    free_lines: dict[int, set[str]] = field(default_factory=dict)
    """Unsettled line numbers of visits of which a cancel may have to be undone, or a part comes
    back; purchases have none."""
    sold: dict[str, tuple[Sale, ...]] = field(default_factory=dict)
    """What stands sold of the trace codes that bills and originals have."""
    products: dict[str, Product] = field(default_factory=dict)
    """What the first digits of trace codes stand for."""
    prescriptions: dict[str, Prescribed] = field(default_factory=dict)
    """Those that bills and originals name, by their numbers, as they are locked."""
    cards: dict[int, CardState] = field(default_factory=dict)
    """What the cards that were shown are now, as they are locked."""

    def stays(self, person_id: int) -> int:
        """The row by which a person is known now: under it counts what was used."""
        person = self.people.get(person_id)
        return person_id if person is None else person.stays

    def is_of(self, psn_no: str, person_id: int) -> bool:
        """Whether a number is a person's: of whichever of the person's rows."""
        person = self.people[person_id]
        now = self.people.get(person.stays, person)
        return psn_no in (person.psn_no, now.psn_no, *now.merged_numbers)

    def end_of(self, settlement_id: int) -> Original:
        """The end of one bill's chain: settlement, its cancel, the cancel's undoing …"""
        found = self.originals[settlement_id]
        while found.cancelled_by is not None:
            found = self.originals[found.cancelled_by]
        return found

    def standing(self, settlement_id: int) -> Original:
        """What has come of it at last, also under another number: what is left after a part was
        given back, and what is left of that …"""
        found = self.originals[settlement_id]
        while (after := found.next) is not None:
            found = self.originals[after]
        return found


NextId = Callable[[], int]


@value
class Round:
    """One run of the fold: what it works on, when, and where ids come from."""

    snapshot: Snapshot
    moment: datetime
    next_id: NextId
