"""What was used before, in the periods that caps and deductibles count.

There are no counters to drift: what counts is read from the ledger itself. A payment counts in the
period of the day on which it was settled (law 13) until it is given back, whenever that is (law 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from app.domain.aid.repository import GIVEN_BACK
from app.domain.settlement.bill import Bill
from app.domain.settlement.facts.participants import Participants
from app.domain.settlement.model import Filing, Institution, Use
from app.domain.settlement.rules.benefit import Enjoyed
from app.domain.settlement.rules.decide import patient_of
from app.kit.clock import local_date, midnight
from app.kit.ids import first_id_at
from app.regions.loader import Rulebook
from app.regions.periods import count_uses, first_day_counted
from app.store.database import Connection, Record

COUNTED_ON = "coalesce({row}.counted_on, ({row}.settled_at at time zone 'Asia/Shanghai')::date)"
"""SQL: the day in whose periods a settlement counts. Rows of before this was kept say nothing where
it is simply the day they were settled on."""
# What is held for a premium (7) counts from that day on until it is given back; posted (8) or not.
# Entered grant by grant and row by row, however many the planner thinks there are: joined as sets,
# a whole index of the ledger would be read for a few rows ("offset 0" keeps a part on its own).
_USES = f"""
select g.donor_id, g.beneficiary_id,
    coalesce(s.day, (t.created_at at time zone 'Asia/Shanghai')::date) as day, t.amount_fen, t.id
from aid_grant g
cross join lateral (
    select id, amount_fen, settlement_id, created_at from transfer
    where grant_id = g.id and id >= $2 and kind in (2, 5, 7) offset 0
) as t
left join lateral (
    select {COUNTED_ON.format(row="settlement")} as day
    from settlement where id = t.settlement_id offset 0
) as s on true
where g.donor_id = any($1::bigint[]) and not {GIVEN_BACK.format(transfer="t")}
"""  # noqa: S608
_HISTORY = f"""
select s.person_id, s.id, {COUNTED_ON.format(row="s")} as day, s.trace ->> 'level' as level,
    s.act_pay_dedc_fen, s.fund_pay_fen
from settlement s
where s.person_id = any($1::bigint[]) and s.id >= $2 and s.kind in (1, 4)
    and (s.act_pay_dedc_fen > 0 or s.fund_pay_fen > 0)
    and (select c.id from settlement c where c.cancels_id = s.id) is null
"""  # noqa: S608
_FILINGS = """
select person_id, area, starts_on, ends_on from filing where person_id = any($1::bigint[])
"""


@dataclass(slots=True)
class Usage:
    """What counts against caps and deductibles, and the filings for treatment elsewhere."""

    uses: list[Use] = field(default_factory=list)
    """Of donors under a cap that counts earlier uses."""
    history: dict[int, list[Enjoyed]] = field(default_factory=dict)
    """Of patients whose pool pays at the institution in question."""
    filings: dict[int, list[Filing]] = field(default_factory=dict)


def first_use(since: date) -> int:
    """The lowest id that a use may have that counts under a cap on a day, or later."""
    return _first_of(first_day_counted(since))


def first_enjoyed(since: date) -> int:
    """Likewise of a settlement whose deductible and fund count: they start afresh with the year."""
    return _first_of(date(since.year, 1, 1))


def _first_of(day: date) -> int:
    # Ids grow with time, and what counts on a day was settled on it or later (the rest of a bill):
    # it has an id above the day's first. A day of slack, since workers' clocks differ a little.
    return first_id_at(midnight(day).astimezone(UTC) - timedelta(days=1))


async def usage(
    connection: Connection,
    bills: Sequence[Bill],
    known: Participants,
    institutions: Collection[Institution],
    rulebook: Rulebook,
    *,
    since: date,
) -> Usage:
    """What was used earlier: only by those for whom it counts.

    ``since``: the first of the days on which something is judged.
    """
    days = {since, *(local_date(bill.bill_time) for bill in bills)}
    found, stays = Usage(), _stays(known)
    if donors := _donors_under_caps(known, rulebook, days):
        rows = await connection.fetch(_USES, _rows_of(donors, known), first_use(since))
        found.uses = [_use(row, stays) for row in rows]
    if patients := _patients_with_pooling(bills, known, institutions, rulebook):
        mine = _rows_of(patients, known)
        for row in await connection.fetch(_HISTORY, mine, first_enjoyed(since)):
            person = stays.get(row["person_id"], row["person_id"])
            found.history.setdefault(person, []).append(_enjoyed(row))
        for row in await connection.fetch(_FILINGS, mine):
            filing = Filing(row["area"], row["starts_on"], row["ends_on"])
            person = stays.get(row["person_id"], row["person_id"])
            found.filings.setdefault(person, []).append(filing)
    return found


def _stays(known: Participants) -> dict[int, int]:
    """By a row that was merged, the one that stays: what was used under either is used."""
    return {one: person.id for person in known.people.values() for one in person.merged}


def _rows_of(person_ids: Collection[int], known: Participants) -> list[int]:
    """All rows of people, those that were merged with them."""
    merged = {one for i in person_ids if i in known.people for one in known.people[i].merged}
    return sorted({*person_ids, *merged})


def _use(row: Record, stays: Mapping[int, int]) -> Use:
    donor, beneficiary = row["donor_id"], row["beneficiary_id"]
    return Use(
        stays.get(donor, donor),
        stays.get(beneficiary, beneficiary),
        row["day"],
        row["amount_fen"],
        row["id"],
    )


def _enjoyed(row: Record) -> Enjoyed:
    return Enjoyed(
        row["day"],
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
            if count_uses(grant.caps) or any(
                count_uses(rulebook.at(donor.place, day).rules.aid.caps) for day in days
            ):
                found.add(grant.donor_id)
    return sorted(found)


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
        if bill.person_id not in known.people:
            continue
        patient = patient_of(bill, known.people)
        rules = rulebook.at(patient.place, local_date(bill.bill_time)).rules
        if rules.benefit(patient.insutype).pooled:
            found.add(patient.stays)
    return sorted(found)
