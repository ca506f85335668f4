"""A system at work: verification beside settlements, cancels and sealing finds nothing."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, date, datetime, timedelta

from app.clients.till.client import Answer
from app.compose import Services
from tests.till_world import Member, Town

CUSTOMERS, ROUNDS = 6, 8


async def _busy(town: Town, customer: Member, chance: random.Random) -> int:
    """Buys, and sometimes gives back or reverses; gives how many were settled."""
    settled = 0
    for _ in range(ROUNDS):
        sale = await town.sale(customer, f"{chance.randint(1, 4000) / 100:.2f}")
        answer: Answer = await town.till.settle(sale)
        assert answer.ok, answer.err_msg
        settled += 1
        if chance.random() < 0.4:
            info = answer.setlinfo
            undone = await town.till.cancel(
                info["setl_id"], info["mdtrt_id"], customer.psn_no, customer.place
            )
            assert undone.ok, undone.err_msg
    return settled


async def _verify_all_the_time(services: Services, done: asyncio.Event) -> int:
    runs = 0
    while not done.is_set():
        await services.ledger_sealer.run(now=datetime.now(UTC) + timedelta(seconds=29))
        report = await services.verification.run()
        assert report.findings == []
        runs += 1
    return runs


async def test_a_busy_system_has_no_findings(town: Town) -> None:
    chance = random.Random(7)
    # Redis is the session's, the databases are not: balances of other tests' people may lie there.
    await town.services.cache.redis.flushall()
    donor = await town.member("赵一", date(1950, 5, 17), current_fen=50_000, carried_fen=500)
    customers = [
        await town.member(f"客{n}", current_fen=chance.choice([0, 300, 20_000]))
        for n in range(CUSTOMERS)
    ]
    for customer in customers[:3]:
        await town.grant(donor, customer)
    done = asyncio.Event()
    watching = asyncio.create_task(_verify_all_the_time(town.services, done))
    settled = sum(await asyncio.gather(*(_busy(town, one, chance) for one in customers)))
    done.set()
    assert await watching >= 1
    report = await town.services.verification.run_and_store()
    assert report.findings == []
    assert report.checks["figures"].rows >= settled == CUSTOMERS * ROUNDS
    assert report.checks["cached"].rows > 0
    kept = await town.rows("select counts, findings from verification")
    assert kept[0]["counts"]["wrong"] == 0 and kept[0]["findings"] == {"items": []}
    assert await town.value("select count(*) from transfer where kind = 3") > 0
    assert await town.value("select count(*) from transfer where grant_id is not null") > 0


async def test_a_statement_on_the_phone(town: Town) -> None:
    donor = await town.member("钱二", date(1950, 5, 17), current_fen=10_000)
    child = await town.member("孙三", current_fen=100)
    await town.grant(donor, child)
    answer = await town.till.settle(await town.sale(child, "5.00"))
    assert answer.ok, answer.err_msg
    today = town.clock.now().date()
    path = f"/accounts/statement?from={today - timedelta(days=1)}&to={today + timedelta(days=2)}"
    page = (await town.world.call("GET", path + "&limit=1", token=donor.token)).data
    assert (page["opening_fen"], page["closing_fen"]) == (0, 9600)
    [opening] = page["items"]
    assert (opening["what"], opening["amount_fen"]) == ("opening", 10_000)
    more = await town.world.call("GET", f"{path}&cursor={page['next']}", token=donor.token)
    [paid] = more.data["items"]
    assert (paid["amount_fen"], paid["balance_after_fen"], paid["mutual_aid"]) == (-400, 9600, True)
    assert paid["for_whom"] == "*三" and paid["institution"] == "安康药房"
    assert more.data["next"] is None
    response = await town.world.client.get(
        "/api/v1" + path,
        headers={"Authorization": f"Bearer {donor.token}", "Accept": "text/csv"},
    )
    text = await response.text()
    assert response.content_type == "text/csv" and "-4.00,96.00" in text and "*三" in text
    for bad in (
        "from=2026-01-02&to=2026-01-01",
        "from=x&to=y",
        "",
        "from=0001-01-01&to=9999-12-31",
    ):
        refused = await town.world.call("GET", f"/accounts/statement?{bad}", token=donor.token)
        assert refused.reason == "INVALID_INPUT", bad
    cursor = f"{path}&cursor={2**63}-1"
    refused = await town.world.call("GET", cursor, token=donor.token)
    assert refused.reason == "INVALID_INPUT"
