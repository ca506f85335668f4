"""What was used before, in the periods that caps and deductibles count.

There are no counters to drift: what counts is read from the ledger itself. A payment counts in the
period of its bill's day until it is given back, whenever that is (law 5).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.domain.aid.rules.giving import Caps
from app.domain.settlement.bill import Bill
from app.domain.settlement.facts.participants import Participants
from app.domain.settlement.model import Filing, Institution, Use
from app.domain.settlement.rules.benefit import Enjoyed
from app.kit.clock import SHANGHAI, local_date
from app.kit.ids import first_id_at
from app.regions.loader import Rulebook
from app.regions.rules import AidRules
from app.store.database import Connection, Record

# A bill is settled at its time or later (the till's clock may run a little ahead), and ids grow
# with time, so everything of a year has an id above the one of its first day, less a day of slack.
# Entered grant by grant and row by row, however many the planner thinks there are: joined as sets,
# a whole index of the ledger would be read for a few rows ("offset 0" keeps a part on its own).
_USES = """
select g.donor_id, g.beneficiary_id, s.bill_time, t.amount_fen, t.id
from aid_grant g
cross join lateral (
    select id, amount_fen, settlement_id from transfer
    where grant_id = g.id and id >= $2 and kind in (2, 5) offset 0
) as t
cross join lateral (select bill_time from settlement where id = t.settlement_id offset 0) as s
where g.donor_id = any($1::bigint[])
    and (select r.id from transfer r where r.reverses_id = t.id) is null
"""
_HISTORY = """
select s.person_id, s.id, s.bill_time, s.trace ->> 'level' as level, s.act_pay_dedc_fen,
    s.fund_pay_fen
from settlement s
where s.person_id = any($1::bigint[]) and s.id >= $2 and s.kind in (1, 4)
    and (s.act_pay_dedc_fen > 0 or s.fund_pay_fen > 0)
    and (select c.id from settlement c where c.cancels_id = s.id) is null
"""
_FILINGS = """
select person_id, area, starts_on, ends_on from filing where person_id = any($1::bigint[])
"""


@dataclass(slots=True)
class Usage:
    """What counts against caps and deductibles, and the filings for treatment elsewhere."""

    uses: list[Use] = field(default_factory=list)
    """Of donors under a day, month or year cap."""
    history: dict[int, list[Enjoyed]] = field(default_factory=dict)
    """Of patients whose pool pays at the institution in question."""
    filings: dict[int, list[Filing]] = field(default_factory=dict)


async def usage(
    connection: Connection,
    bills: Sequence[Bill],
    known: Participants,
    institutions: Collection[Institution],
    rulebook: Rulebook,
    *,
    since: date,
) -> Usage:
    """What was used earlier: only by those for whom it counts."""
    first = first_id_at(
        datetime(since.year, 1, 1, tzinfo=SHANGHAI).astimezone(UTC) - timedelta(days=1)
    )
    days = {since, *(local_date(bill.bill_time) for bill in bills)}
    found = Usage()
    if donors := _donors_under_caps(known, rulebook, days):
        found.uses = [_use(row) for row in await connection.fetch(_USES, donors, first)]
    if patients := _patients_with_pooling(bills, known, institutions, rulebook):
        for row in await connection.fetch(_HISTORY, patients, first):
            found.history.setdefault(row["person_id"], []).append(_enjoyed(row))
        for row in await connection.fetch(_FILINGS, patients):
            filing = Filing(row["area"], row["starts_on"], row["ends_on"])
            found.filings.setdefault(row["person_id"], []).append(filing)
    return found


def _use(row: Record) -> Use:
    return Use(
        row["donor_id"],
        row["beneficiary_id"],
        local_date(row["bill_time"]),
        row["amount_fen"],
        row["id"],
    )


def _enjoyed(row: Record) -> Enjoyed:
    return Enjoyed(
        local_date(row["bill_time"]),
        row["level"],
        row["act_pay_dedc_fen"],
        row["fund_pay_fen"],
        row["id"],
    )


def _donors_under_caps(
    known: Participants, rulebook: Rulebook, days: Collection[date]
) -> list[int]:
    """Donors under a cap on any of the days: rules may change between the bills of a batch."""
    found = set()
    for grants in known.grants.values():
        for grant in grants:
            donor = known.people.get(grant.donor_id)
            if donor is None:
                continue
            if _has_period_cap(grant.caps) or any(
                _region_has_period_cap(rulebook.at(donor.place, day).rules.aid) for day in days
            ):
                found.add(grant.donor_id)
    return sorted(found)


def _has_period_cap(caps: Caps) -> bool:
    return any(cap is not None for cap in (caps.day_fen, caps.month_fen, caps.year_fen))


def _region_has_period_cap(rules: AidRules) -> bool:
    caps = (rules.cap_day_fen, rules.cap_month_fen, rules.cap_year_fen)
    return any(cap is not None for cap in caps)


def _patients_with_pooling(
    bills: Sequence[Bill],
    known: Participants,
    institutions: Collection[Institution],
    rulebook: Rulebook,
) -> list[int]:
    """Patients whose own pool pays ordinary outpatient cost, where an institution may pool."""
    if not any(one.pooling for one in institutions):
        return []
    found = set()
    for bill in bills:
        patient = known.people.get(bill.person_id)
        if patient is None:
            continue
        rules = rulebook.at(patient.place, local_date(bill.bill_time)).rules
        if rules.benefit(patient.insutype).pooled:
            found.add(patient.id)
    return sorted(found)
