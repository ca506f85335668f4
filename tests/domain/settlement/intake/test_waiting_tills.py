"""Waiting for outcomes: whatever comes first, in whatever order, nobody waits for news in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

import pytest

from app.domain.settlement.intake import repository
from app.domain.settlement.intake.outcome_news import encode
from app.domain.settlement.intake.waiting_tills import WaitingTills, topic
from app.domain.settlement.model import Outcome, Request, Result, State
from app.domain.settlement.orders import Reversal
from app.kit.batcher import Batcher
from app.kit.ids import NODES, IdMaker
from tests.till_world import Town

NEVER_S, PATIENCE_S = 3600, 20


@pytest.fixture(autouse=True)
def no_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is saved by the slow look that finds what no news told of."""
    monkeypatch.setattr("app.domain.settlement.intake.waiting_tills._POLL_S", NEVER_S)


async def test_repeats_at_once_of_what_was_decided_long_since(town: Town) -> None:
    buyer = await town.member("李强", current_fen=5_000)
    answer = await town.till.settle(await town.sale(buyer, "12.00"))
    assert answer.ok, answer.err_msg
    number = await town.value("select max(request_id) from outcome")
    results = town.services.settlements.results
    found = await asyncio.gather(*(results.get(number, PATIENCE_S) for _ in range(3)))
    assert [one.state if one else None for one in found] == [State.DONE] * 3


async def test_news_that_comes_while_the_database_is_asked(town: Town) -> None:
    results = town.services.settlements.results
    number = town.services.database.ids.next()
    news = encode(
        Result(Request(number, "P", "m", "2601", 0, Reversal("N1", "o", "2102")), State.VOID),
        {},
        {},
    )

    async def asked_too_early(ids: Sequence[int]) -> Sequence[Outcome | Exception | None]:
        await results._hear({topic(number): news})
        return [None for _ in ids]

    results._reader = Batcher(asked_too_early)
    found = await results.get(number, PATIENCE_S)
    assert found is not None and found.state is State.VOID


async def test_who_asks_where_no_news_of_it_comes_is_told_while_other_news_come_all_the_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "app.domain.settlement.intake.waiting_tills"
    monkeypatch.setattr(f"{module}._POLL_S", 0.01)
    monkeypatch.setattr(f"{module}._MISSED_S", NEVER_S)
    buyer = await town.member("李强", current_fen=5_000)
    answer = await town.till.settle(await town.sale(buyer, "12.00"))
    assert answer.ok, answer.err_msg
    number = await town.value("select max(request_id) from outcome")
    services = town.services
    results = WaitingTills(services.database, services.news)
    foreign = IdMaker((services.database.ids.node + 1) % NODES).next()
    looks = 0

    async def decided_later(ids: Collection[int]) -> dict[int, Outcome]:
        nonlocal looks
        results._heard += 1
        looks += 1
        async with services.database.lookup() as connection:
            found = await repository.outcomes(connection, [number])
        return {foreign: found[number]} if foreign in ids and looks > 2 else {}

    monkeypatch.setattr(results, "_fetch", decided_later)
    try:
        told = await results.get(foreign, PATIENCE_S)
    finally:
        await results.close()
    assert told is not None and told.state is State.DONE
