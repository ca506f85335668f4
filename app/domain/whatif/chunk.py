"""Rows of one chunk put together: each bill with what was known when it was decided. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.domain.aid.errors import DONOR_SILENT, DONOR_SUSPENDED, FROZEN, PAUSED, USED_UP
from app.domain.aid.rules.giving import Answer
from app.domain.settlement.bill import Bill
from app.domain.settlement.model import Facts, Filing, Grant, Institution, Kind, Settlement, Use
from app.domain.settlement.orders import RETURN_PART, VISIT_SETTLE, VISIT_SETTLE_A
from app.domain.settlement.rules.benefit import Enjoyed
from app.domain.settlement.rules.part_return import bill_after_return
from app.domain.whatif.model import (
    GrantRow,
    PastBill,
    Problem,
    Purse,
    TimedEnjoyed,
    TimedFacts,
    TimedUse,
    Undoing,
    Unread,
)
from app.ledger.kinds import AccountKind
from app.regions.periods import COLUMNS, caps_of
from app.store.database import Record

_HOSPITAL_LEVELS = {"third": "01", "second": "05", "basic": "08"}


@dataclass(slots=True)
class Chunk:
    """What the database says of the people, places and goods of some bills, as it is now."""

    events: dict[int, Record] = field(default_factory=dict)
    """By id: the settlements' rows, with what their requests and their undoing say."""
    people: dict[int, TimedFacts] = field(default_factory=dict)
    grants: dict[int, list[GrantRow]] = field(default_factory=dict)
    accounts: dict[int, list[Record]] = field(default_factory=dict)
    balances: dict[tuple[int, int], int] = field(default_factory=dict)
    uses: dict[int, list[TimedUse]] = field(default_factory=dict)
    history: dict[int, list[TimedEnjoyed]] = field(default_factory=dict)
    filings: dict[int, list[Record]] = field(default_factory=dict)
    bindings: dict[int, list[Record]] = field(default_factory=dict)
    shops: dict[str, Record] = field(default_factory=dict)
    answers: dict[int, dict[int, Answer]] = field(default_factory=dict)
    """By request and grant: what donors who were asked first have said."""

    def standing(self, stored: Settlement) -> list[GrantRow]:
        """The grants under which somebody could pay for the patient at the bill's moment."""
        rows = self.grants.get(stored.person_id, ())
        return [row for row in rows if row.standing(stored.settled_at).binds]

    def past_bill(self, stored: Settlement) -> PastBill | Unread:
        """The bill as it was."""
        event, shop = self.events[stored.id], self.shops.get(stored.fixmedins_code)
        if event["infno"] is None:
            return Unread(stored, Problem.REQUEST_GONE, event["stands"])
        if shop is None:
            return Unread(stored, Problem.INSTITUTION_GONE, event["stands"])
        standing = self.standing(stored)
        donors = [self.people[row.grant.donor_id] for row in standing]
        seen = _Seen.of(stored)
        everybody = {stored.person_id, *(row.grant.donor_id for row in standing)}
        return PastBill(
            stored=stored,
            bill=replace(
                _bill(stored, event),
                answers={
                    **seen.silent(row.grant for row in standing),
                    **self.answers.get(stored.request_id, {}),
                },
            ),
            institution=Institution(
                stored.fixmedins_code,
                stored.mdtrtarea_admvs,
                _HOSPITAL_LEVELS[stored.trace.level],
                shop["outpatient_pooling"],
                shop["cross_region"],
                shop["wallet_at"],
            ),
            patient=self._patient(stored),
            donors=tuple(seen.donor(known) for known in donors),
            grants=tuple(seen.grant(row, stored.settled_at) for row in standing),
            spent=frozenset(row.grant.id for row in standing if seen.was_spent(row.grant)),
            purses=tuple(self._purses(stored, everybody)),
            uses=tuple(self._uses_before(stored, donors)),
            history=tuple(
                known.enjoyed
                for known in self.history.get(stored.person_id, ())
                if known.enjoyed.settlement_id < stored.id
                and (known.cancel_id is None or known.cancel_id > stored.id)
            ),
            filings=tuple(
                Filing(row["area"], row["starts_on"], row["ends_on"])
                for row in self.filings.get(stored.person_id, ())
                if row["created_at"] <= stored.settled_at
            ),
            shown_by_family=any(
                row["confirmed_at"] <= stored.settled_at
                and (row["ended_at"] is None or stored.settled_at < row["ended_at"])
                for row in self.bindings.get(stored.person_id, ())
            ),
            registry_changed=any(
                stored.settled_at < changed
                for changed in (shop["updated_at"], *(known.updated_at for known in donors))
            ),
            rest=event["infno"] == RETURN_PART,
            undone_by=event["undone_by"],
            stands=event["stands"],
        )

    def _patient(self, stored: Settlement) -> Facts:
        """The patient as the settlement says: insured and in order, or it had been refused."""
        return replace(
            self.people[stored.person_id].facts,
            insutype=stored.insutype,
            psn_type=stored.psn_type,
            place=stored.insuplc_admdvs,
            insured=True,
            suspended=False,
        )

    def _purses(self, stored: Settlement, people: Iterable[int]) -> Iterable[Purse]:
        for person in people:
            for row in self.accounts.get(person, ()):
                closed = row["closed_at"] is not None and row["closed_at"] <= stored.settled_at
                if row["id"] < stored.id and not closed:
                    balance = self.balances[(stored.id, row["id"])]
                    yield Purse(row["id"], person, AccountKind(row["kind"]), balance)

    def _uses_before(self, stored: Settlement, donors: Sequence[TimedFacts]) -> Iterable[Use]:
        for donor in {known.facts.id for known in donors}:
            for known in self.uses.get(donor, ()):
                given_back = known.back_id is not None and known.back_id < stored.id
                if known.use.transfer_id < stored.id and not given_back:
                    yield known.use


def _bill(stored: Settlement, event: Record) -> Bill:
    bill = bill_after_return(stored, {})
    if event["acct"] is not None:  # what a part return left over was not asked anew
        bill = replace(bill, account_used=event["acct"])
    if event["terminal"] is not None:
        bill = replace(bill, terminal=event["terminal"])
    of_visit = event["infno"] in (VISIT_SETTLE, VISIT_SETTLE_A)
    return replace(bill, visit=(stored.mdtrt_id, "")) if of_visit else bill


@dataclass(frozen=True, slots=True)
class _Seen:
    """What can be told from the stored decision alone: who paid, who was left out and why.

    A frozen period, or a donor's suspension, is kept in the tables only while it lasts; where the
    decision looked at the donors, its reasons say what it saw.
    """

    paid: frozenset[int]
    reasons: frozenset[tuple[str, str]]
    paused: Mapping[str, date]
    """Until when, by donor."""

    @classmethod
    def of(cls, stored: Settlement) -> _Seen:
        return cls(
            frozenset(leg.grant_id for leg in stored.trace.legs if leg.grant_id is not None),
            frozenset((why.code, why.params.get("name", "")) for why in stored.trace.reasons),
            {
                why.params["name"]: date.fromisoformat(why.params["day"])
                for why in stored.trace.reasons
                if why.code == PAUSED.code
            },
        )

    def grant(self, row: GrantRow, moment: datetime) -> Grant:
        standing = row.standing(moment)
        frozen = standing.frozen or (FROZEN.code, f"@{row.grant.donor_id}") in self.reasons
        frozen = frozen and row.grant.id not in self.paid
        paused = standing.paused_until or self.paused.get(f"@{row.grant.donor_id}")
        paused = None if row.grant.id in self.paid else paused
        return replace(row.grant, frozen=frozen, agreed=standing.agreed, paused_until=paused)

    def silent(self, grants: Iterable[Grant]) -> dict[int, Answer]:
        """Of whom there was no time to ask no question is kept, but that nothing was said."""
        return {
            grant.id: Answer("silent", 0)
            for grant in grants
            if (DONOR_SILENT.code, f"@{grant.donor_id}") in self.reasons
        }

    def was_spent(self, grant: Grant) -> bool:
        return grant.once and (USED_UP.code, f"@{grant.donor_id}") in self.reasons

    def donor(self, known: TimedFacts) -> Facts:
        if (DONOR_SUSPENDED.code, known.facts.token) in self.reasons:
            return replace(known.facts, suspended=True)
        return known.facts


def undoing_of(row: Record) -> Undoing:
    """A cancel, a reversal or a restoring from its row."""
    kind, part = Kind(row["kind"]), row["infno"] == RETURN_PART
    return Undoing(
        row["id"],
        row["cancels_id"],
        kind.pays,
        row["undone_by"],
        row["request_id"] if part else None,
    )


def grant_row(row: Record) -> GrantRow:
    """A grant from its row."""
    caps = caps_of(row[column] for column in COLUMNS)
    grant = Grant(
        row["id"],
        row["donor_id"],
        row["beneficiary_id"],
        row["starts_on"],
        row["ends_on"],
        row["rank"],
        False,
        tuple(row["purposes"]),
        caps,
        once=row["once"],
        paused_until=row["paused_until"],
    )
    return GrantRow(
        grant,
        row["confirmed_at"],
        row["agreed_at"],
        row["declined_at"],
        row["frozen_at"],
        row["ended_at"],
        row["paused_at"],
    )


def use_row(row: Record) -> TimedUse:
    """A donor's payment from its row."""
    use = Use(
        row["donor_id"],
        row["beneficiary_id"],
        row["day"],
        row["amount_fen"],
        row["id"],
    )
    return TimedUse(use, row["back_id"])


def enjoyed_row(row: Record) -> TimedEnjoyed:
    """What a bill used of deductible and fund, from its row."""
    enjoyed = Enjoyed(
        row["day"],
        row["level"],
        row["act_pay_dedc_fen"],
        row["fund_pay_fen"],
        row["id"],
    )
    return TimedEnjoyed(enjoyed, row["cancel_id"])
