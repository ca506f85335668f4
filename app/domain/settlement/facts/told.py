"""Settlements as their institution asks for them."""

from __future__ import annotations

from datetime import datetime

from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.model import Settlement
from app.store.late.reading import Reader

_OF_VISIT = """
select s.* from settlement s
where s.person_id = any(rows_of($1)) and s.fixmedins_code = $2 and s.mdtrt_id = $3
    and s.kind in (1, 4)
    and case when $4::bigint is null
        then not exists (select from settlement c where c.cancels_id = s.id) else s.id = $4 end
order by s.id
"""
_PURCHASES = """
select distinct on (s.mdtrt_id) s.* from settlement s
where s.person_id = any(rows_of($1)) and s.fixmedins_code = $2 and s.kind in (1, 4)
    and s.bill_time between $3 and $4 and s.med_type = $5
    and ($6::bigint is null or s.mdtrt_id = $6)
    and not exists (select from visit v where v.id = s.mdtrt_id)
order by s.mdtrt_id, s.id
limit $7
"""


async def of_visit(
    late: Reader,
    fixmedins_code: str,
    person_id: int,
    mdtrt_id: int,
    settlement_id: int | None,
) -> list[Settlement]:
    """What stands of a visit or purchase; or the one settlement that is asked for."""
    rows = await late.rows(_OF_VISIT, person_id, fixmedins_code, mdtrt_id, settlement_id)
    return [settlement_of(row) for row in rows]


async def purchases(
    late: Reader,
    fixmedins_code: str,
    person_id: int,
    between: tuple[datetime, datetime],
    med_type: str,
    mdtrt_id: int | None,
    limit: int,
) -> list[Settlement]:
    """A person's purchases between two moments, each with its first settlement."""
    rows = await late.rows(
        _PURCHASES, person_id, fixmedins_code, *between, med_type, mdtrt_id, limit
    )
    return [settlement_of(row) for row in rows]
