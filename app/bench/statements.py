"""Which SQL the settlement path really runs: captured on the connections while it works."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.bench.made import typical
from app.bench.made.town import RELATIVES, Shop, Town
from app.compose import Services
from app.domain.settlement.model import Outcome
from app.domain.settlement.orders import CANCEL, REVERSE, SETTLE, Cancel, Order, Reversal
from app.kit.clock import SystemClock

_NOT_PLANNED = ("begin", "commit", "rollback", "set ", "savepoint", "release", "vacuum",
                "select pg_advisory_unlock_all")  # fmt: skip


@dataclass(slots=True)
class Statement:
    """One statement as it was sent: its last arguments, and how often and how long it ran."""

    sql: str
    arguments: tuple[Any, ...] = ()
    seconds: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The statement's beginning on one line."""
        return " ".join(self.sql.split())


class Captured(dict[str, Statement]):
    """Statements by their text, in the order in which they were first seen."""

    def see(self, record: Any) -> None:
        """asyncpg's query logger."""
        sql: str = record.query
        if sql.strip().lower().startswith(_NOT_PLANNED):
            return
        known = self.setdefault(sql, Statement(sql))
        known.arguments = tuple(record.args or ())
        known.seconds.append(record.elapsed)


@asynccontextmanager
async def capturing(services: Services) -> AsyncIterator[Captured]:
    """Sees every statement of all connections until the end of the block."""
    found = Captured()
    await services.database.empty_hands()
    async with AsyncExitStack() as held:
        holders = [
            await held.enter_async_context(pool.acquire())
            for pool in services.database.pools
            for _ in range(pool.get_max_size())
        ]
        for one in holders:
            one.add_query_logger(found.see)
        connections = [one._con for one in holders]  # the pool's own, not this loan of it
    try:
        yield found
        await asyncio.sleep(0)  # the last ones are told in the loop's next turn
    finally:
        for one in connections:
            if not one.is_closed():
                one.remove_query_logger(found.see)


@dataclass(frozen=True, slots=True)
class Bought:
    """A bill that was handed in."""

    number: int
    shop: Shop
    msgid: str
    body_hash: bytes
    request_id: int


async def buy(services: Services, town: Town, count: int) -> list[Bought]:
    """Hands in bills of people of all kinds, at institutions of all kinds."""
    moment, roles = SystemClock().now(), len(RELATIVES) + 11

    async def one(at: int) -> Bought:
        block = secrets.randbelow(town.blocks)
        k = RELATIVES[at % roles] if at % roles < len(RELATIVES) else 29 + at % 11
        number, where = town.of_role(k, block), town.shop(secrets.randbelow(town.shops))
        msgid, body_hash = f"B{secrets.token_hex(8)}", secrets.token_bytes(32)
        order = typical.order(town, number, moment, services.database.ids.next())
        request_id = await services.settlements.intake.accept(
            where.code, msgid, SETTLE, order, [body_hash]
        )
        return Bought(number, where, msgid, body_hash, request_id)

    return list(await asyncio.gather(*(one(at) for at in range(count))))


async def settle(services: Services, request_ids: Sequence[int]) -> list[Outcome]:
    """Drains all lanes, and reads the outcomes as waiting tills do."""
    for lane in await services.settlements.lanes_waiting():
        await services.settlements.drain.lane(lane)
    found = await asyncio.gather(*(services.settlements.outcome(one, 5) for one in request_ids))
    assert None not in found, "a request is not decided"
    return [one for one in found if one is not None]


async def work(services: Services, town: Town, count: int) -> None:
    """Everything that the path does, with so many bills: preview, settle, repeat, cancel, reverse
    (also what never came), look up, diagnose."""
    settlements = services.settlements
    bought = await buy(services, town, count)
    outcomes = await settle(services, [one.request_id for one in bought])
    first = bought[0]
    bill = typical.order(town, first.number, SystemClock().now()).bill
    await settlements.preview(bill, first.shop.code)
    await settlements.diagnose(bill.person_id)
    await settlements.intake.seen(first.shop.code, first.msgid, SETTLE, [first.body_hash])
    half = len(bought) // 2
    undone: list[int] = []
    for one, outcome in zip(bought, outcomes, strict=True):
        if outcome.settlement is None or len(undone) >= half:
            continue
        undone.append(await _undo(services, town, one, outcome, cancel=len(undone) % 2 == 0))
    await settle(services, undone)
    done = next(outcome.settlement for outcome in outcomes if outcome.settlement)
    await settlements.find(done.id, done.fixmedins_code)
    await settlements.stands(done.id)


async def _undo(
    services: Services, town: Town, one: Bought, outcome: Outcome, *, cancel: bool
) -> int:
    """A cancel by the settlement, or a reversal by the message, some of them of what never came."""
    row, psn_no = outcome.settlement, town.identity(one.number).psn_no
    assert row is not None
    if cancel:
        order: Order = Cancel(psn_no, row.id, row.mdtrt_id)
    else:
        omsgid = one.msgid if row.id % 4 != 1 else f"N{secrets.token_hex(8)}"
        order = Reversal(psn_no, omsgid, SETTLE)
    return await services.settlements.intake.accept(
        one.shop.code,
        f"U{secrets.token_hex(8)}",
        CANCEL if cancel else REVERSE,
        order,
        [secrets.token_bytes(32)],
    )
