"""What a region can decide, as typed values. Packs hold the data, this module its form.

SOURCES.md tells what each section rests on; every value in a pack cites it by id. ``"unlimited"``
in a pack is None here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from app.regions.periods import COLUMNS, Caps, caps_of, with_caps
from app.words import Insutype

Group = Literal[
    "spouse",
    "parents",
    "children",
    "siblings",
    "paternal_grandparents",
    "maternal_grandparents",
    "sons_children",
    "daughters_children",
    "parents_in_law",
]
Area = Literal["pool", "province", "nation"]
DonorOrder = Literal["balance_desc", "bind_first", "bind_last", "user_order"]
Purpose = Literal["medical", "premium"]
Level = Literal["basic", "second", "third"]
WalletSource = Literal["personal", "wallet"]
Payer = Literal["own", "donors", "wallet"]
PurseName = Literal["current", "carried_over", "donors", "wallet"]
OWN: tuple[PurseName, ...] = ("current", "carried_over")
Part = Literal[
    "deductible",
    "ratio",
    "outpatient",
    "purchase",
    "first_share",
    "over_limit",
    "fully_selfpaid",
    "vaccine",
    "checkup",
]
Goods = Literal["vaccine", "checkup"]
PARTS: tuple[Part, ...] = get_args(Part)
"""Into what the patient's share of a bill falls, in the order in which they are paid."""
GENERAL: Literal["general"] = "general"
Purses = tuple[PurseName, ...] | Literal["general"]
Licence = Literal["drug", "slices", "device", "disinfectant", "service", "health_food", "none"]


_CAPS_OF = attrgetter(*COLUMNS)
_EACH_PART = attrgetter(*PARTS)
_ALL_GENERAL = (GENERAL,) * len(PARTS)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CredentialRules(Section):
    """医保码 (SOURCES F2.5). ``token_ttl_s``: so long a till may use what it has decoded, for
    ``token_bills`` bills, and while those before come to less than ``token_fen`` (F2.6). A card
    that was read pays ``reading_bills`` in that time; ``id_number``: whether name and number of an
    identity card are taken, where the institution may (F2.7)."""

    ttl_s: int = Field(ge=5, le=600)
    grace_s: int = Field(ge=0, le=600)
    refresh_after_s: int = Field(ge=1, le=600)
    token_ttl_s: int = Field(ge=30, le=86_400)
    token_bills: int = Field(ge=1, le=1_000)
    token_fen: int = Field(ge=1)
    reading_bills: int = Field(ge=1, le=1_000)
    id_number: bool


class FamilyRules(Section):
    """亲情账户 (SOURCES F2.1, F2.2)."""

    relations: tuple[Group, ...]
    max_out: int = Field(ge=1)
    max_in: int = Field(ge=1)
    binds_per_month: int = Field(ge=1)
    consent_age: int = Field(ge=0, le=120)


@with_caps(int | None, Field(ge=1))
class AidRules(Section):
    """家庭共济 (SOURCES F3.3). Sums in fen; None: no limit.

    Attributes:
        relations: groups of relatives that may be added, seen from the donor.
        max_out, max_in: members a donor may have; donors a beneficiary may have.
        area: both must be insured in the same one.
        use_area: the institution must lie in the beneficiary's one (SOURCES F5.3).
        chain: whether a beneficiary may also be a donor (Tai'an forbids it).
        proof: how the relation is proved when a grant is made: by the donor's commitment, or by a
            register; where the centre has no line to one the relative confirms it.
        consent: whose consent a grant needs; a child's is not asked for (``family.consent_age``).
        validity: whether a grant may, must or must not have a last day.
        min_bound_days: days a grant must have stood before anybody may end it; freezing is free.
        rebind_cooldown_days: days after the end before the same two may bind again.
        new_phone_hours: so long after a log-in has begun to speak for a donor no money flows by the
            grants that it makes: they take effect on the first day after that.
        starts: when a new grant takes effect.
        fund_source, floor_fen: which of the donor's money may be shared; what must stay. With
            ``allotted`` it is what the donor has put into an account for relatives, above the
            floor and so many times a month (``allotments_a_month``), and nothing else.
        cap_*_fen: the region's own caps, one a period; a donor may set lower ones.
        cap_share: the largest share of the donor's balance in one use.
        cap_scope: whether caps that count earlier uses count a pair's or all of a donor's.
        own_first: whether the patient's own account is exhausted first, or must be empty before.
        donor_order, tie_break: whom to ask first. who_may_order: who sets it where people do.
        max_donors: how many may pay one bill. allow_partial: whether a part may be paid.
        purposes: what for; purpose_choice: whether the donor may choose among them.
        who_may_end: donor only, or either side.
        ends_with_insurance: whether a grant ends when the donor's employee insurance or the
            beneficiary's insurance ends, also by moving out of the area; else it rests until then.
        ask_wait_s: how long a donor who wants to be asked first has for an answer, as far as the
            till's patience goes. ask_silence: without one the bill is paid without this donor, or
            refused. Both are the beneficiary's region's.
        divorce: whether a divorce ends the grants of spouses and to parents-in-law, or frees their
            donor to end them at once, whatever ``min_bound_days`` says.
    """

    relations: tuple[Group, ...]
    max_out: int | None = Field(ge=1)
    max_in: int | None = Field(ge=1)
    area: Area
    use_area: Area
    chain: bool
    proof: Literal["commitment", "registry"]
    consent: Literal["donor", "both"]
    validity: Literal["open", "period", "either"]
    min_bound_days: int = Field(ge=0, le=3660)
    rebind_cooldown_days: int = Field(ge=0, le=3660)
    new_phone_hours: int = Field(ge=0, le=720)
    starts: Literal["at_once", "next_day", "next_month"]
    fund_source: Literal["all", "carried_over", "allotted"]
    floor_fen: int = Field(ge=0)
    allotments_a_month: int = Field(ge=1, le=31)
    cap_share: Decimal | None = Field(gt=0, le=1)
    cap_scope: Literal["pair", "donor"]
    own_first: Literal["exhaust", "zero_required"]
    donor_order: DonorOrder
    tie_break: Literal["bind_first", "name"]
    who_may_order: Literal["donor", "beneficiary", "either"]
    max_donors: int | None = Field(ge=1)
    allow_partial: bool
    purposes: tuple[Purpose, ...]
    purpose_choice: bool
    who_may_end: Literal["donor", "either"]
    ends_with_insurance: bool
    ask_wait_s: int = Field(ge=1, le=20)
    ask_silence: Literal["without", "refuse"]
    divorce: Literal["ends", "frees"]

    @property
    def caps(self) -> Caps:
        """The region's own caps."""
        return caps_of(_CAPS_OF(self))


class ScopeRules(Section):
    """What an account may pay of the patient's part (SOURCES F3.5, F5.4)."""

    fully_selfpaid: bool
    over_limit: bool
    first_share: bool
    licences: tuple[Licence, ...]


class OwnRules(Section):
    """How the own account is used. Floors bind donors, never the owner (SOURCES F7.2)."""

    spend_first: Literal["current", "carried_over"]
    carried_over_only: bool


class PurseRules(Section):
    """Who pays what an account may pay, and in which order (SOURCES F3.7, F3.8, law 4).

    A part of the bill may name its purses; ``general``: as ``order`` says, own money as ``own``
    says, where ``scope`` lets accounts pay it at all.

    Attributes:
        order: the own account, which comes first, donors and the wallet (医保钱包), each once.
        deductible, ratio: of what is pooled, below the deductible, and what the pool leaves above.
        outpatient, purchase: what is in scope and not pooled, of a visit and of a purchase.
        first_share, over_limit: the class-B first share, and what lies above price limits.
        fully_selfpaid: the fully self-paid cost of anything but the two that follow.
        vaccine, checkup: that of vaccines outside the programme, and of health checks.
    """

    order: tuple[Payer, ...]
    deductible: Purses
    ratio: Purses
    outpatient: Purses
    purchase: Purses
    first_share: Purses
    over_limit: Purses
    fully_selfpaid: Purses
    vaccine: Purses
    checkup: Purses

    @property
    def by_part(self) -> bool:
        """Whether any part has purses of its own."""
        return _EACH_PART(self) != _ALL_GENERAL


class ByLevel(Section):
    """A figure by level of institution (一级及以下, 二级, 三级)."""

    basic: int = Field(ge=0)
    second: int = Field(ge=0)
    third: int = Field(ge=0)

    def at(self, level: Level) -> int:
        return int(getattr(self, level))


class RatioByLevel(Section):
    """A share by level of institution, 0 to 1."""

    basic: Decimal = Field(ge=0, le=1)
    second: Decimal = Field(ge=0, le=1)
    third: Decimal = Field(ge=0, le=1)

    def at(self, level: Level) -> Decimal:
        return Decimal(getattr(self, level))


class BenefitRules(Section):
    """Outpatient pooling of one plan (SOURCES F5.2). Nothing is carried over to the next period.

    Attributes:
        pooled: whether the pool pays ordinary outpatient cost at all.
        deductible_fen: by level; ``deductible_per`` a year or a visit.
        deductible_ceiling_fen: all deductibles of a year together at the most.
        ratio_active, ratio_retired: what the pool pays of the rest.
        cap_active_fen, cap_retired_fen: what the pool pays at the most in a ``cap_per``.
        away: what holds at an institution of another pool without filing: the same terms,
            a ratio lower by ``away_points``, or nothing.
    """

    pooled: bool
    deductible_per: Literal["year", "visit"]
    deductible_fen: ByLevel
    deductible_ceiling_fen: int | None = Field(ge=0)
    ratio_active: RatioByLevel
    ratio_retired: RatioByLevel
    cap_per: Literal["year", "month"]
    cap_active_fen: int | None = Field(ge=0)
    cap_retired_fen: int | None = Field(ge=0)
    away: Literal["same", "lower", "nothing"]
    away_points: Decimal = Field(ge=0, le=1)


class DatingRules(Section):
    """How many days back a till's date may lie (law 13, SOURCES F5.9); it chooses which version of
    the rules holds, and nothing else.

    Attributes:
        purchase_days: of a purchase over the counter.
        prescription_days: of a purchase on a prescription from outside.
        visit_begin_days: of a visit that is registered.
        visit_settle_days: of a visit's beginning when it is settled.
    """

    purchase_days: int = Field(ge=0, le=366)
    prescription_days: int = Field(ge=0, le=366)
    visit_begin_days: int = Field(ge=0, le=366)
    visit_settle_days: int = Field(ge=0, le=366)


class LineRules(Section):
    """What a till of the region may send as the amount of a line besides price times count
    (SOURCES F5.10).

    Attributes:
        tolerance_fen: how far it may lie from it, since tills round differently.
        discounts: whether it may be less, with the list price beside it.
        gifts: whether it may be 0.00.
    """

    tolerance_fen: int = Field(ge=0, le=9)
    discounts: bool
    gifts: bool


class RepeatRules(Section):
    """What becomes of a bill that an institution here sends again under another msgid while the
    first stands, all else being the same (SOURCES F5.11).

    Attributes:
        same_bill: it is refused, or settled once more with a warning.
    """

    same_bill: Literal["refuse", "warn"]


class TraceRules(Section):
    """药品追溯码, at institutions here (SOURCES F6.1 to F6.4).

    Attributes:
        policy: codes are not looked at; what is missing or wrong is warned of; or it is refused.
        exempt: kinds of goods that need none.
        no_code: items of which boxes without a code are still in stock (无码库), by their codes,
            until ``no_code_until``.
        sold_elsewhere: what becomes of a code that another institution has sold: the office is
            told, or it is refused.
        visit_codes: whether a visit's settlement (2207) brings codes.
    """

    policy: Literal["off", "warn", "require"]
    exempt: tuple[Licence, ...]
    no_code: tuple[str, ...] | None
    no_code_until: date | None
    sold_elsewhere: Literal["alert", "refuse"]
    visit_codes: bool


Identity = Literal["student", "newborn", "aided", "none"]
"""What a resident is besides an age: at school, born within ``newborn_days``, or one whose premium
the state pays in whole or in part (医疗救助对象)."""


Sex = Literal["male", "female"]


class PremiumPrice(Section):
    """What a resident pays for a benefit year, and for those after it until another is told.

    Ages are those on its first day, both included; where several prices fit, one for the
    resident's identity goes before one for anybody, and then the first that stands in the list.
    """

    year: int = Field(ge=2021, le=2200)
    from_age: int = Field(default=0, ge=0, le=200)
    to_age: int = Field(default=200, ge=0, le=200)
    identity: Identity | None = None
    sex: Sex | None = None
    fen: int = Field(ge=1)


class PremiumWindow(Section):
    """When the premium of a benefit year is collected (集中征缴期), both days included; in the
    years after it on the same days, until another is told."""

    year: int = Field(ge=2021, le=2200)
    opens: date
    closes: date


class PremiumRules(Section):
    """代缴城乡居民医保费 (SOURCES F8.1 to F8.4). The benefit year is the calendar's.

    Attributes:
        prices, windows: by benefit year; None: not paid by an account here.
        mode: an account is charged at once, or on each month's last day, for the whole or not at
            all.
        excluded: whose premium an account can't pay.
        after_window: whether it may be paid when the window has closed, with a waiting period.
        late_in_window: what is paid in the window when the year has begun covers from the day on
            which the money arrives, or after the waiting period.
        waiting_months: the fixed waiting period; gap_months: what a missed year adds.
        first_gap_year: years before it count for nothing.
        buy_back: whether a missed year may be paid too, at the price of now, and adds nothing then.
        long_gap_years, long_gap_months: of so many missed years or more, so many months stay.
        confirm_days: of what the tax office says nothing within so many days it is asked to
            forget it, so that the money is free again.
        newborn_days: enrolled within so many days, a child is covered from birth.
    """

    mode: Literal["at_once", "month_end"]
    prices: tuple[PremiumPrice, ...] | None
    windows: tuple[PremiumWindow, ...] | None
    excluded: tuple[Identity, ...] | None
    after_window: bool
    late_in_window: Literal["arrival", "waiting"]
    waiting_months: int = Field(ge=0, le=24)
    gap_months: int = Field(ge=0, le=12)
    first_gap_year: int = Field(ge=2021, le=2200)
    buy_back: bool
    long_gap_years: int = Field(ge=1, le=50)
    long_gap_months: int = Field(ge=0, le=60)
    newborn_days: int = Field(ge=0, le=366)
    confirm_days: int = Field(ge=1, le=90)


class AccountRules(Section):
    """The personal account's own year (SOURCES F9.1 to F9.4).

    Attributes:
        active_share: what of the base is credited a month to who works.
        retired_fen: what a month's credit of the retired is; None: ``retired_share`` of the base.
        withheld_active_fen, withheld_retired_fen: what of it goes elsewhere (长期护理保险).
        year_begins_in: the month with which the account's year begins.
        current_rate, carried_rate: a year's interest on each part, on its months' last balances.
        nets_current: whether this year's part, where more is owed than it held, lowers what the
            carried-over one earns.
    """

    active_share: Decimal = Field(ge=0, le=Decimal("0.2"))
    retired_fen: int | None = Field(ge=0)
    retired_share: Decimal = Field(ge=0, le=Decimal("0.2"))
    withheld_active_fen: int = Field(ge=0)
    withheld_retired_fen: int = Field(ge=0)
    year_begins_in: int = Field(ge=1, le=12)
    current_rate: Decimal = Field(ge=0, le=Decimal("0.1"))
    carried_rate: Decimal = Field(ge=0, le=Decimal("0.1"))
    nets_current: bool

    def withheld_fen(self, retired: bool) -> int:
        return self.withheld_retired_fen if retired else self.withheld_active_fen


class WalletRules(Section):
    """医保钱包 (SOURCES F4.1). Hours are whole ones of Shanghai's clock.

    Attributes:
        live: whether it can be opened, sent from and accepted into here.
        relations: groups of relatives one may send to, seen from the sender.
        sources: which money may be sent; of the personal account, what could be shared.
        sends_a_day: how often one may send on a day, whatever became of it.
        single_fen: what may be sent at once at the most.
        closed_from_hour, closed_until_hour: between them nothing is sent; equal: never closed.
        returned_at_hour: when what nobody has accepted goes back on the day after.
        one_pending: whether nothing may be sent while something waits to be accepted.
        use_area: the institution must lie in the one of the owner's place (使用地).
        place_choice: whether the owner may choose another place of use than that of the insurance.
    """

    live: bool
    relations: tuple[Group, ...]
    sources: tuple[WalletSource, ...]
    sends_a_day: int = Field(ge=1, le=1_000)
    single_fen: int = Field(ge=1)
    closed_from_hour: int = Field(ge=0, le=23)
    closed_until_hour: int = Field(ge=0, le=23)
    returned_at_hour: int = Field(ge=0, le=23)
    one_pending: bool
    use_area: Area
    place_choice: bool

    def closed(self, hour: int) -> bool:
        """Whether nothing is sent in an hour of Shanghai's day: from the first on, until just
        before the second."""
        begins, ends = self.closed_from_hour, self.closed_until_hour
        if begins <= ends:
            return begins <= hour < ends
        return hour >= begins or hour < ends


class DisplayRules(Section):
    """How figures are told on the wire and which names people see (SOURCES F0, F5.4).

    Attributes:
        mulaid_inside_acct_pay: whether ``acct_pay`` holds mutual aid, or stands beside it.
        wallet_inside_mulaid: whether ``acct_mulaid_pay`` holds the wallet too.
        setldetail_by_part: whether ``setldetail`` tells who paid which part of the bill.
        setldetail_balances: whether ``setldetail`` tells what the own account's parts hold after a
            bill, in rows that are no payments.
        account_inside_fund_pay: whether ``fund_pay_sumamt`` holds ``acct_pay``.
        aid_by_place: whether ``setldetail`` tells mutual aid of the patient's own pool (31020401)
            and of others (31020402) apart, though its field has six characters (F5.13).
        padded_results: whether ``stmt_rslt`` is written with six digits (000000, 000101).
        aid_alias: what the region calls mutual aid.
    """

    mulaid_inside_acct_pay: bool
    wallet_inside_mulaid: bool
    setldetail_by_part: bool
    setldetail_balances: bool
    account_inside_fund_pay: bool
    aid_by_place: bool
    padded_results: bool
    aid_alias: str


class Rules(Section):
    """All rules in force at a place on a day."""

    credential: CredentialRules
    family: FamilyRules
    aid: AidRules
    scope: ScopeRules
    own: OwnRules
    purses: PurseRules
    benefit_employee: BenefitRules
    benefit_resident: BenefitRules
    dating: DatingRules
    lines: LineRules
    repeats: RepeatRules
    trace: TraceRules
    premium: PremiumRules
    wallet: WalletRules
    account: AccountRules
    display: DisplayRules

    def purses_of(self, part: Part) -> tuple[PurseName, ...]:
        """Who pays a part of a bill, in order; nobody: it is cash."""
        found: Purses = getattr(self.purses, part)
        if found == GENERAL and part in ("vaccine", "checkup"):
            part, found = "fully_selfpaid", self.purses.fully_selfpaid
        if found != GENERAL:
            return found
        if not getattr(self.scope, part, True):
            return ()
        own: list[PurseName] = ["carried_over", "current"]
        if self.own.carried_over_only:
            own.pop()
        elif self.own.spend_first == "current":
            own.reverse()
        purses: list[PurseName] = []
        for payer in self.purses.order:
            purses += own if payer == "own" else [payer]
        return tuple(purses)

    def benefit(self, insutype: str) -> BenefitRules:
        """The pooling terms of a plan (310 employee, 390 resident)."""
        return self.benefit_employee if insutype == Insutype.EMPLOYEE else self.benefit_resident
