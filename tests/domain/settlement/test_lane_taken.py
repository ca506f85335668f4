"""Who is woken for a bill while another has the lane doesn't go away without it."""

from __future__ import annotations

import asyncio

import pytest

from app.domain.settlement.intake import repository
from tests.api.tills.test_definite import bought
from tests.till_world import Town


@pytest.mark.parametrize("woken", [True, False])
async def test_a_bill_that_came_behind_another_drainer_s_look_waits_for_no_further_one(
    town: Town, woken: bool
) -> None:
    """The sweep has looked, and ends with what it found. The bill's own wake-up is used up by a
    drainer that doesn't get the lane: nobody would be woken for it again, and a till stood for a
    second. A sweep, which nobody woke for anything, leaves a lane to whoever has it."""
    _, body = await bought(town, "m1")
    async with town.drainer_away():
        drain, database = town.services.settlements.drain, town.services.database
        async with database.connection() as other:
            sweeping = other.transaction()
            await sweeping.start()
            lanes = range(town.services.settings.lanes)
            assert all([await repository.try_lane(other, lane) for lane in lanes])
            await town.ask(body, wait=0)
            lane = await town.value("select lane from waiting")
            drained = asyncio.create_task(drain.lane(lane, woken=woken))
            done, _ = await asyncio.wait([drained], timeout=0.1)
            assert bool(done) != woken
            await sweeping.rollback()
        assert await drained == int(woken)
        assert await town.value("select count(*) from waiting") == int(not woken)
