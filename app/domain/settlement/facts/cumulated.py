"""What a person has used, month by month: as the patient, and of the own account for others."""

from __future__ import annotations

from datetime import date

from app.domain.aid.repository import GIVEN_BACK
from app.domain.settlement.facts.usage import COUNTED_ON
from app.kit.value import value
from app.store.late.reading import Reader

# A bill counts in the month of the day in whose periods it counts, until it is given back.
_AIDED = f"""
select to_char({COUNTED_ON.format(row="s")}, 'YYYYMM') as month, s.insutype, s.med_type,
    sum(s.mulaid_pay_fen)::bigint as fen
from settlement s
where s.person_id = any(rows_of($1)) and s.kind in (1, 4) and s.mulaid_pay_fen > 0
    and {COUNTED_ON.format(row="s")} between $2 and $3
    and not exists (select from settlement c where c.cancels_id = s.id)
group by 1, 2, 3 order by 1, 2, 3
"""  # noqa: S608
_GIVEN = f"""
select to_char(coalesce(s.day, (t.created_at at time zone 'Asia/Shanghai')::date), 'YYYYMM')
    as month, sum(t.amount_fen)::bigint as fen
from aid_grant g
cross join lateral (
    select id, amount_fen, settlement_id, created_at from transfer
    where grant_id = g.id and kind in (2, 5, 7) offset 0
) as t
left join lateral (
    select {COUNTED_ON.format(row="settlement")} as day
    from settlement where id = t.settlement_id offset 0
) as s on true
where g.donor_id = any(rows_of($1)) and not {GIVEN_BACK.format(transfer="t")}
    and coalesce(s.day, (t.created_at at time zone 'Asia/Shanghai')::date) between $2 and $3
group by 1 order by 1
"""  # noqa: S608


@value
class Aided:
    """What mutual aid paid of a patient's bills of one kind in a month (``YYYYMM``), in fen."""

    month: str
    insutype: str
    med_type: str
    fen: int


async def aided(late: Reader, person_id: int, first: date, last: date) -> list[Aided]:
    """What mutual aid paid for a person from a day to another."""
    return [Aided(*row.values()) for row in await late.rows(_AIDED, person_id, first, last)]


async def given(late: Reader, person_id: int, first: date, last: date) -> dict[str, int]:
    """What a person's account paid for others from a day to another, by month, in fen."""
    rows = await late.rows(_GIVEN, person_id, first, last)
    return {row["month"]: row["fen"] for row in rows}
