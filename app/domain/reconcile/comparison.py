"""3202: an institution's rows against the centre's, in one set-based statement."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import dataclass

from app.domain.reconcile.archive import FileRow, rows_of
from app.domain.reconcile.facts.compared import add_told, differing, forget_told
from app.domain.reconcile.memos import memo_of, result_line
from app.domain.reconcile.scope import Figures, Scope
from app.domain.reconcile.totals import Switches
from app.store.database import Connection

_AT_ONCE = 2000
RESULTS_MAX = 300_000


@dataclass(slots=True)
class Compared:
    """The zip with the differing rows, how many there are, and whether that is all of them."""

    content: bytes
    rows: int
    whole: bool


async def take_in(connection: Connection, content: bytes) -> Figures:
    """Puts an uploaded file's rows where this transaction compares them; gives their totals.

    Raises:
        Refusal: FILE_INVALID.
    """
    total, batch = Figures(), []
    for row in rows_of(content):
        total += Figures(1, row.medfee_fen, row.fund_fen, row.acct_fen)
        batch.append(_record(row))
        if len(batch) == _AT_ONCE:
            await _copy(connection, batch)
            batch = []
    await _copy(connection, batch)
    return total


async def result_file(
    connection: Connection, scope: Scope, switches: Switches, filename: str
) -> Compared:
    """The answer's zip: a row a line, in the table's order and without a head."""
    target, count, whole = io.BytesIO(), 0, True
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(filename, "w") as text,
    ):
        async for row in differing(connection, scope, switches.columns()):
            if count == RESULTS_MAX:
                whole = False
                break
            verdict, memo = memo_of(row, scope)
            text.write((result_line(row, scope.result(verdict), memo) + "\n").encode())
            count += 1
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)
    await forget_told(connection)
    return Compared(target.getvalue(), count, whole)


def _record(row: FileRow) -> tuple[object, ...]:
    digits = row.setl_id.isascii() and row.setl_id.isdigit()
    number = int(row.setl_id) if digits else None
    if number is not None and number >= 2**63:
        number = None
    return (
        row.line,
        row.setl_id,
        number,
        row.mdtrt_id,
        row.psn_no,
        row.medfee_fen,
        row.fund_fen,
        row.acct_fen,
        row.refund,
    )


async def _copy(connection: Connection, batch: list[tuple[object, ...]]) -> None:
    if batch:
        await add_told(connection, batch)
    await asyncio.sleep(0)
