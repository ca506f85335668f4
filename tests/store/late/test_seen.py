"""The doors with a standby: people see what they have just done, figures tell how old it is, and
bills are decided right while it stands still."""

from __future__ import annotations

import asyncio
from unittest.mock import ANY

import pytest
from pydantic import SecretStr

from app.domain.ops.figures import kinds
from app.domain.ops.figures.rules.troubles import troubles
from app.domain.ops.figures.values import StandbyHealth
from app.local.servers.servers import wait_ready
from app.store.late.reading import Place
from tests.api.phone.test_my_bills import buy
from tests.crash.fleet import until
from tests.store.late.conftest import Pair
from tests.till_world import BASIC, Town, town

__all__ = ["town"]
_TOKEN = "t" * 40
_DAYS = "/accounts/statement?from=2026-11-01&to=2026-11-30"


@pytest.fixture
def migrated(pair: Pair) -> str:
    """In place of the session's database: the pair's."""
    return pair.where.database_url


@pytest.fixture
def config(pair: Pair, redis_url: str) -> dict[str, object]:
    return {
        "redis_url": redis_url.replace("db=0", "db=8"),  # no balances of another database
        "standby_url": pair.where.standby_url,
        "metrics_token": SecretStr(_TOKEN),
    }


async def _metrics(town: Town) -> dict[str, float]:
    answer = await town.world.client.get("/metrics", headers={"Authorization": f"Bearer {_TOKEN}"})
    lines = (await answer.text()).splitlines()
    told = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(number) for name, number in told}


async def test_a_bill_is_decided_right_and_seen_at_once_while_the_standby_stands_still(
    pair: Pair, town: Town
) -> None:
    patient = await town.member("李全", current_fen=1_000)
    async with pair.holding_still():
        for price, left_fen in (("7.00", 300), ("20.00", 0)):
            paid = await buy(town, patient, (BASIC, price))
            assert paid.ok, paid.err_msg
            told = await town.world.call("GET", _DAYS, token=patient.token)
            assert told.data["closing_fen"] == left_fen
            assert told.data["items"][-1]["setl_id"] == paid.setlinfo["setl_id"]
            assert told.data["as_of"] == told.body["data"]["as_of"] > "2026-11-21T12:00"
    reads = await _metrics(town)
    assert reads['qinji_late_reads_total{at="late"}'] >= 2


async def test_metrics_tell_whether_the_standby_is_there_and_how_old_it_is(town: Town) -> None:
    patient = await town.member("李全", current_fen=1_000)
    await town.world.call("GET", _DAYS, token=patient.token)
    found = await _metrics(town)
    assert found["qinji_standby_up"] == 1
    assert 0 <= found["qinji_standby_late_seconds"] < 60
    assert found['qinji_late_reads_total{at="standby"}'] >= 1
    assert {f'qinji_late_reads_total{{at="{place}"}}' for place in Place} <= found.keys()


async def test_the_books_are_checked_at_the_standby(pair: Pair, town: Town) -> None:
    patient = await town.member("李全", current_fen=1_000)
    paid = await buy(town, patient, (BASIC, "7.00"))
    assert paid.ok, paid.err_msg
    services = town.services
    before = dict(services.lateness.reads)
    report = await services.verification.run()
    assert report.wrong == 0 and report.checks["balance"].rows
    after = services.lateness.reads
    assert after[Place.STANDBY] > before.get(Place.STANDBY, 0)
    assert after[Place.LATE] == before.get(Place.LATE, 0)
    made = await services.institution_statements.make(services.institution_statements.yesterday())
    assert made.institutions


async def test_the_night_shift_is_told_of_a_standby_that_is_away(pair: Pair, town: Town) -> None:
    live = town.services.live
    live.fresh_s = 0.0

    async def well() -> bool:
        return kinds.STANDBY_AWAY not in {one.kind for one in troubles(await live.figures())}

    await until(well, "the standby is seen")
    pair.standby.stop()
    try:
        async with asyncio.timeout(60):
            while (await live.figures()).standby == StandbyHealth(True, ANY, ANY):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        found = await live.figures()
        assert found.database.well and found.books is not None
        assert kinds.STANDBY_AWAY in {one.kind for one in troubles(found)}
        assert (await _metrics(town))["qinji_standby_up"] == 0
    finally:
        pair.standby.spawn()
        wait_ready(pair.standby)
