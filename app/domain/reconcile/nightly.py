"""The centre's statement of a day for every institution, made every night without a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.reconcile.page import as_csv, as_page
from app.domain.reconcile.scope import CLEARING, REFUND, day_bounds
from app.kit.clock import Clock, local_date
from app.store.database import Connection, Database, Record

_BATCH = 500
_LONG_S = 3600.0
_DAY = f"""
with figures as (
    select s.fixmedins_code, s.insutype, {CLEARING} as clr_type, {REFUND} as refund,
        count(*) as count, sum(s.medfee_sumamt_fen)::bigint as medfee_fen,
        sum(s.fund_pay_fen)::bigint as fund_fen,
        sum(s.own_pay_fen + s.wallet_pay_fen)::bigint as own_fen,
        sum(s.mulaid_pay_fen)::bigint as mulaid_fen, sum(s.cash_pay_fen)::bigint as cash_fen
    from settlement s where s.settled_at >= $1 and s.settled_at < $2 group by 1, 2, 3, 4
), lines as (
    select f.fixmedins_code, jsonb_agg(to_jsonb(f) - 'fixmedins_code'
        order by insutype, clr_type, refund) as totals
    from figures f group by 1
), single as (
    select r.fixmedins_code, 'no_outcome' as kind, r.msgid, r.infno, r.received_at as at,
        null::bigint as settlement_id, null::bigint as task_id, null::bigint as amount_fen
    from request r left join outcome o on o.request_id = r.id
    where r.received_at >= $1 and r.received_at < $2 and o.request_id is null
    union all
    select r.fixmedins_code, 'set_aside', r.msgid, r.infno, o.decided_at, null, null, null
    from outcome o join request r on r.id = o.request_id
    where o.state = 4 and o.decided_at >= $1 and o.decided_at < $2
    union all
    select r.fixmedins_code, 'tombstone', r.msgid, r.infno, r.received_at, null, null, null
    from request r where r.body_hash is null and r.received_at >= $1 and r.received_at < $2
    union all
    select s.fixmedins_code, 'refund_at_counter', null, null, t.created_at, s.id, t.id, t.amount_fen
    from counter_task t join settlement s on s.id = t.settlement_id
    where t.created_at >= $1 and t.created_at < $2 and t.done_at is null
), singles as (
    select fixmedins_code, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'kind', kind, 'msgid', msgid, 'infno', infno, 'setl_id', settlement_id::text,
        'task_id', task_id::text, 'amount_fen', amount_fen,
        'at', to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')))
        order by kind, at, msgid, task_id) as one_sided
    from single group by 1
)
select i.fixmedins_code, i.fixmedins_name, coalesce(l.totals, '[]') as totals,
    coalesce(o.one_sided, '[]') as one_sided
from institution i
left join lines l using (fixmedins_code)
left join singles o using (fixmedins_code)
order by 1
"""  # noqa: S608 (constants of this house)
_STORE = """
insert into institution_statement as old
    (fixmedins_code, day, totals, one_sided, csv, page, made_at)
select c, $6, t, o, v, p, $7 from unnest($1::varchar[], $2::jsonb[], $3::jsonb[], $4::text[],
    $5::text[]) as n (c, t, o, v, p)
on conflict (fixmedins_code, day) do update set totals = excluded.totals,
    one_sided = excluded.one_sided, csv = excluded.csv, page = excluded.page,
    made_at = excluded.made_at
where (old.csv, old.page) is distinct from (excluded.csv, excluded.page)
returning 1
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What a run did: institutions looked at, statements new or changed, one-sided items."""

    institutions: int = 0
    written: int = 0
    one_sided: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """An institution's statement of a day."""

    fixmedins_code: str
    day: date
    totals: list[dict[str, Any]]
    one_sided: list[dict[str, Any]]
    csv: str
    page: str
    made_at: datetime


class InstitutionStatements:
    """Makes statements and shows them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def yesterday(self) -> date:
        """The last day in China that is over."""
        return local_date(self._clock.now()) - timedelta(days=1)

    async def make(self, day: date) -> Made:
        """Makes every institution's statement of a day. Running it again changes nothing."""
        made = Made()
        async with self._database.transaction() as reading:
            cursor = await reading.cursor(_DAY, *day_bounds(day), timeout=_LONG_S)
            while rows := await cursor.fetch(_BATCH, timeout=_LONG_S):
                written = await self._store(day, rows)
                made = Made(
                    made.institutions + len(rows),
                    made.written + written,
                    made.one_sided + sum(len(row["one_sided"]) for row in rows),
                )
        return made

    async def get(self, fixmedins_code: str, day: date) -> Statement | None:
        """A statement, if it has been made."""
        row = await self._database.row(
            "select * from institution_statement where fixmedins_code = $1 and day = $2",
            fixmedins_code, day,
        )  # fmt: skip
        if row is None:
            return None
        return Statement(**{name: row[name] for name in Statement.__dataclass_fields__})

    async def _store(self, day: date, rows: Sequence[Record]) -> int:
        async with self._database.transaction() as connection:
            return await _write(connection, day, rows, self._clock.now())


async def _write(connection: Connection, day: date, rows: Sequence[Record], now: datetime) -> int:
    facts = [(row["fixmedins_code"], row["fixmedins_name"], row["totals"], row["one_sided"])
             for row in rows]  # fmt: skip
    written = await connection.fetch(
        _STORE,
        [code for code, *_ in facts],
        # asyncpg takes a list inside an array for another dimension, so lists go as JSON texts.
        [json.dumps(totals) for _, _, totals, _ in facts],
        [json.dumps(items) for _, _, _, items in facts],
        [as_csv(code, day, totals, items) for code, _, totals, items in facts],
        [as_page(code, name, day, totals, items) for code, name, totals, items in facts],
        day,
        now,
    )
    return len(written)
