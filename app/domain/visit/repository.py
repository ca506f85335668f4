"""Visits and their fee lines in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.settlement.bill import Line
from app.domain.settlement.facts.visits import line_of
from app.kit.sm import Cipher
from app.store.database import Connection, Database, Record
from app.store.sealed.columns import FEE_DETAILS

_VISIT = (
    "id", "fixmedins_code", "msgid", "ipt_otp_no", "person_id", "credential_id", "insutype",
    "med_type", "details_sealed", "begins_at",
)  # fmt: skip
_REGISTER = """
insert into visit (id, fixmedins_code, msgid, ipt_otp_no, person_id, credential_id, insutype,
    med_type, details_sealed, begins_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing returning *
"""
_BETWEEN = """
select v.*, (select max(s.settled_at) from settlement s
    where s.person_id = any(rows_of(v.person_id)) and s.mdtrt_id = v.id) as settled_at
from visit v
where v.fixmedins_code = $1 and v.person_id = $2 and v.cancelled_at is null
    and v.begins_at between $3 and $4 and v.med_type = $5 and ($6::bigint is null or v.id = $6)
order by v.begins_at, v.id limit $7
"""
_READ_TO = "select read_to from visit_sealed for update"
_END = "select max(id) from (select id from visit where id > $1 order by id limit $2) as portion"
_CLEAR = """
select id from visit v where id > $1 and id <= $2
    and (details is not null or diagnoses <> '[]' or exists (
        select from fee_line f where f.visit_id = v.id and f.details is not null))
order by id limit $3 for no key update
"""
_WINDOW = 20_000
"""So many visits are looked through at once where there is little to do."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of cost, in which batch of the visit, when, and what else the clinic says of it."""

    line: Line
    chrg_bchno: str
    fee_time: datetime
    details: dict[str, Any]

    def same_as(self, row: Record) -> bool:
        """Whether a stored line says the same."""
        mine = self.line
        return (self.chrg_bchno, mine) == (row["chrg_bchno"], line_of(row))


async def register(connection: Connection, values: dict[str, Any]) -> Record | None:
    """Stores a visit; None when the institution has used this number or message before."""
    return await connection.fetchrow(_REGISTER, *(values[name] for name in _VISIT))


async def by_message(connection: Connection, fixmedins_code: str, msgid: str) -> Record | None:
    return await connection.fetchrow(
        "select * from visit where fixmedins_code = $1 and msgid = $2", fixmedins_code, msgid
    )


async def get(connection: Connection, visit_id: int, *, lock: bool = False) -> Record | None:
    plain, locked = "select * from visit where id = $1", " for no key update"
    return await connection.fetchrow(plain + locked if lock else plain, visit_id)


async def cancel(connection: Connection, visit_id: int, moment: datetime) -> None:
    await connection.execute("update visit set cancelled_at = $2 where id = $1", visit_id, moment)


async def diagnose(
    connection: Connection, visit_id: int, med_type: str, diagnoses_sealed: bytes
) -> None:
    await connection.execute(
        "update visit set med_type = $2, diagnoses = null, diagnoses_sealed = $3 where id = $1",
        visit_id,
        med_type,
        diagnoses_sealed,
    )


async def lines(connection: Connection, visit_id: int) -> list[Record]:
    found: list[Record] = await connection.fetch(
        "select * from fee_line where visit_id = $1 order by feedetl_sn", visit_id
    )
    return found


async def add_lines(
    connection: Connection, cipher: Cipher, visit_id: int, new: Sequence[FeeLine]
) -> None:
    await connection.executemany(
        "insert into fee_line (visit_id, feedetl_sn, chrg_bchno, med_list_codg, amount_fen, cnt, "
        "pric, fee_time, rxno, details_sealed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (
                visit_id,
                fee.line.feedetl_sn,
                fee.chrg_bchno,
                fee.line.med_list_codg,
                fee.line.amount_fen,
                fee.line.count,
                fee.line.price,
                fee.fee_time,
                fee.line.rxno or None,
                FEE_DETAILS.seal_json(cipher, fee.details, visit_id, fee.line.feedetl_sn),
            )
            for fee in new
        ],
    )


async def drop_lines(connection: Connection, visit_id: int, batch: str | None) -> int:
    """Takes back unsettled lines: one batch, or all; gives how many."""
    done: str = await connection.execute(
        "delete from fee_line where visit_id = $1 and settlement_id is null "
        "and ($2::varchar is null or chrg_bchno = $2)",
        visit_id,
        batch,
    )
    return int(done.rsplit(maxsplit=1)[-1])


async def open_lines(connection: Connection, visit_id: int, batch: str) -> tuple[Line, ...]:
    """The unsettled lines of a batch, as a bill has them."""
    rows = await connection.fetch(
        "select feedetl_sn, med_list_codg, amount_fen, cnt, pric, rxno from fee_line "
        "where visit_id = $1 and chrg_bchno = $2 and settlement_id is null "
        "order by length(feedetl_sn), feedetl_sn",
        visit_id,
        batch,
    )
    return tuple(line_of(row) for row in rows)


async def sealed_to(connection: Connection) -> int:
    """Up to which visit all are sealed; locked, so that one run seals at a time."""
    return int(await connection.fetchval(_READ_TO))


async def next_clear(connection: Connection, after: int, size: int) -> tuple[int, list[int]] | None:
    """The next so many visits of which something is in clear, locked, and the id up to which they
    are all; None: there are no further visits."""
    end = await connection.fetchval(_END, after, _WINDOW)
    if end is None:
        return None
    rows = await connection.fetch(_CLEAR, after, end, size)
    return rows[-1]["id"] if len(rows) == size else end, [row["id"] for row in rows]


async def set_sealed_to(connection: Connection, read_to: int) -> None:
    await connection.execute("update visit_sealed set read_to = $1 where read_to < $1", read_to)


async def between(
    database: Database,
    fixmedins_code: str,
    person_id: int,
    times: tuple[datetime, datetime],
    med_type: str,
    visit_id: int | None,
    limit: int,
) -> list[Record]:
    """A person's visits at an institution, with when the last settlement was."""
    return await database.rows(
        _BETWEEN, fixmedins_code, person_id, *times, med_type, visit_id, limit
    )


async def fees(database: Database, visit_id: int) -> list[Record]:
    """All lines of a visit."""
    return await database.rows("select * from fee_line where visit_id = $1", visit_id)
