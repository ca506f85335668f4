"""Runs the checks of the books over the tables, range by range of ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.kit.value import value
from app.ledger.proof.checks import CHECKS, Check
from app.ledger.proof.findings import Report
from app.regions.loader import Rulebook
from app.store.database import Connection, Record
from app.store.late.reading import Reader

Watch = Callable[[int], None]
"""Is told how many rows more have been looked at."""

_SIZES = {
    "account": 5_000,
    "transfer": 50_000,
    "settlement": 20_000,
    "request": 50_000,
    "person": 5_000,
    "wallet_sent": 5_000,
    "wallet_offer": 5_000,
    "account_credit": 20_000,
    "account_close": 20_000,
    "account_pay_out": 20_000,
    "account_merge": 20_000,
    "premium_order": 5_000,
    "prescription": 5_000,
}
_LAST = """
select greatest((select max(id) from request), (select max(request_id) from outcome),
    (select max(request_id) from waiting))
"""
_TIMEOUT_S = 600.0
# A check looks at a range of one table and at what belongs to it. Where the others were empty when
# they were last counted, and hold a million rows by now, a plan would read them for each row. A
# range newer than the last count looks empty, too: what belongs to a row is asked for row by row
# (lateral), and never joined as one range with another.
BY_INDEX = "set local enable_seqscan = off"


async def check_books(reader: Reader, rulebook: Rulebook, report: Report, watch: Watch) -> None:
    """Runs every check over every row that was there when it began."""
    for table in _SIZES:
        newest = _LAST if table == "request" else f"select max(id) from {table}"  # noqa: S608
        last: int | None = await reader.value(newest)
        after = -1
        while last is not None and after < last:
            part = _Part(table, after, last, report.begun_at)
            rows, after, found = await reader.look(part.read)
            for check, wrong in found:
                _judge(check, rows, wrong, rulebook, report)
            watch(rows)


@value
class _Part:
    """The next rows of a table up to the last that is looked at."""

    table: str
    after: int
    last: int
    begun_at: datetime

    async def read(
        self, connection: Connection
    ) -> tuple[int, int, list[tuple[Check, list[Record]]]]:
        """How many they are, the last one's id, and what each check gives."""
        await connection.execute(BY_INDEX)
        rows, to = await _range(connection, self.table, self.after, self.last)
        found = []
        for check in CHECKS:
            if check.over == self.table:
                values = (self.after, to, *((self.begun_at,) if "$3" in check.sql else ()))
                found.append(
                    (check, await connection.fetch(check.sql, *values, timeout=_TIMEOUT_S))
                )
        return rows, to, found


async def _range(connection: Connection, table: str, after: int, last: int) -> tuple[int, int]:
    """The next rows of a table: how many, and the last one's id."""
    size = _SIZES[table]
    rows, end = await connection.fetchrow(
        "select count(*), max(id) from (select id from "  # noqa: S608
        f"{table} where id > $1 and id <= $2 order by id limit $3) as part",
        after,
        last,
        size,
    )
    return rows, end if rows == size else last


def _judge(
    check: Check, looked: int, found: list[Record], rulebook: Rulebook, report: Report
) -> None:
    report.looked(check.name, looked)
    for row in found:
        wrong = check.judged(row, rulebook) if check.judged else row
        if wrong is not None:
            report.add(check.name, *wrong)


async def waiting(reader: Reader, now: datetime) -> tuple[int, int | None, float]:
    """How many requests wait, the oldest of them, and for how many seconds it has waited."""
    rows = await reader.rows(
        "select count(*) over (), r.id, r.received_at "
        "from waiting w join request r on r.id = w.request_id order by r.received_at limit 1"
    )
    if not rows:
        return 0, None, 0.0
    count, oldest, received_at = rows[0]
    return count, oldest, (now - received_at).total_seconds()
