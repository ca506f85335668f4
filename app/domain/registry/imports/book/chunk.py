"""What all chunks of an import share: their turn, what became of them, the accounts they need.

Everything runs in the caller's transaction, under one advisory lock: two imports take turns chunk
by chunk, so each sees what the other has loaded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.registry.imports.insurance import InsuranceChange
from app.kit.ids import IdMaker
from app.ledger.kinds import AccountKind
from app.store.database import Connection

_LOCK = 0x51494D50  # "QIMP"

_FLOW = """
insert into account (id, kind, flow_code, opened_at)
select id, $1, code, $2 from unnest($3::bigint[], $4::text[]) as new (id, code)
on conflict (kind, flow_code) where flow_code is not null do nothing
"""


OnChange = Callable[[Connection, Sequence[InsuranceChange], datetime, IdMaker], Awaitable[None]]
"""Hears of all changed insurances of a chunk, in its transaction, before accounts move. A floor
above acts on them: the registry need not know whom they concern."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a chunk: counts, lines refused with their reason by column, the people who
    were there before and whose accounts it opened or closed, and what is to be told of lines that
    were not refused."""

    loaded: int
    changed: int
    unchanged: int
    refused: Sequence[tuple[int, str, str]] = ()
    holders: Collection[int] = ()
    warned: Sequence[tuple[int, str, str]] = ()


async def begin(connection: Connection) -> None:
    """Takes the import's turn until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)


async def open_flow_accounts(
    connection: Connection, kind: AccountKind, codes: Iterable[str], ids: IdMaker, now: datetime
) -> None:
    """Opens the flow accounts of a kind that are not there yet."""
    wanted = sorted(set(codes))
    await connection.execute(_FLOW, kind, now, [ids.next() for _ in wanted], wanted)
