"""Live figures agree with the books, cost one reading however many look, and say what is wrong."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pydantic import SecretStr

from app.api.http.counting import counts
from app.api.ops.metrics import ASIDE
from app.domain.ops.figures.books import Reader
from app.domain.ops.figures.pulse import Pulse
from app.kit.ids import first_id_at, moment_of
from app.ledger.proof.findings import Report
from tests.api.ops.conftest import NightShift
from tests.domain.premium.season import father_of, ordered, tax
from tests.domain.settlement.test_set_aside import POISON, broken_rule
from tests.phone_world import DoorServer
from tests.till_world import Member, Town


def total(found: Any, name: str) -> int:
    return sum(minute[name] for minute in found["books"]["minutes"])


def troubles(found: Any) -> set[str]:
    """What is wrong, but for the worker's process, which tests of this kind don't run."""
    return {one["code"] for one in found["troubles"]} - {"NO_WORKER"}


async def buy(town: Town, patient: Member, yuan: str) -> Any:
    return await town.till.settle(await town.sale(patient, yuan))


async def test_figures_agree_with_the_books(night: NightShift) -> None:
    town, token = night.town, await night.sign_in("viewer")
    patient = await town.member("李老", current_fen=100_000)
    paid = [await buy(town, patient, "10.00") for _ in range(4)]
    assert all(one.ok for one in paid)
    info = paid[0].setlinfo
    cancel = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": cancel})).ok
    assert not (await town.till.call("2103", {"data": cancel})).ok
    assert (await town.till.reverse(paid[1].msgid, "2102", patient.psn_no, patient.place)).ok
    found = await night.figures(token)
    counts = {
        row["state"]: row["count"]
        for row in await town.rows("select state, count(*)::int from outcome group by 1")
    }
    assert total(found, "accepted") == await town.value("select count(*) from request") == 7
    assert total(found, "settled") == 4
    assert total(found, "undone") == 2
    assert total(found, "refused") == counts[2] == 1
    assert [(one["reason"], one["hour"]) for one in found["books"]["refusals"]] == [
        ("ALREADY_CANCELLED", 1)
    ]
    assert found["books"]["refusals"][0]["message"]
    last = found["books"]["last"]
    assert last is None or last["accepted"] <= 7
    newest = [minute for minute in found["books"]["minutes"] if minute["accepted"]][-1]
    assert newest["p50_ms"] is not None and newest["p99_ms"] >= newest["p50_ms"]
    assert (found["books"]["length"], troubles(found)) == (0, set())


async def test_what_waits_is_counted_with_its_age(night: NightShift) -> None:
    town, token = night.town, await night.sign_in("viewer")
    old = datetime.now(UTC) - timedelta(seconds=90)
    async with town.drainer_away():
        for n in range(3):
            await town.value(
                "with r as (insert into request (id, fixmedins_code, msgid, infno, lane, body_hash,"
                " body, received_at) values ($1, 'P00000000009', $2, '2102', 77, '\\x00', '{}', $3)"
                " returning id) insert into waiting select id, 77 from r",
                first_id_at(old) + n,
                f"m{n}",
                old,
            )
        found = await night.figures(token)
        await town.value("delete from waiting")
    assert found["books"]["length"] == 3
    assert 85 < found["books"]["oldest_s"] < 600
    assert found["state"] == "bad" and "QUEUE_STUCK" in troubles(found)
    assert total(found, "undecided") == total(found, "accepted") == 3
    assert found["queue"][-1]["length"] == 3


async def test_a_late_decision_is_found_in_the_minute_of_its_request(night: NightShift) -> None:
    town, token = night.town, await night.sign_in("viewer")
    patient = await town.member("李老", current_fen=100_000)
    async with town.drainer_away():
        waiting = asyncio.create_task(buy(town, patient, "10.00"))
        while not await town.value("select count(*) from waiting"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert total(await night.figures(token), "undecided") == 1
    assert (await waiting).ok
    found = await night.figures(token)
    assert (total(found, "undecided"), total(found, "settled")) == (0, 1)


async def test_ten_pages_cost_as_one(night: NightShift, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = 0
    right = Reader.read

    async def read(*arguments: Any) -> Any:
        nonlocal readings
        readings += 1
        return await right(*arguments)

    monkeypatch.setattr(Reader, "read", read)
    token = await night.sign_in("viewer")
    night.town.services.live.fresh_s = 3600
    calls = [night.call("GET", "/figures", token=token) for _ in range(10)]
    assert [one.status for one in await asyncio.gather(*calls)] == [200] * 10
    assert (await night.call("GET", "/figures", token=token)).status == 200
    assert readings == 1


async def test_a_request_that_was_set_aside_is_named(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_rule(monkeypatch)
    town, token = night.town, await night.sign_in("viewer")
    patient = await town.member("李老", current_fen=100_000)
    answer = await buy(town, patient, POISON)
    assert answer.err_msg.startswith("SET_ASIDE")
    found = await night.figures(token)
    [one] = found["books"]["set_aside"]
    assert (one["fixmedins_code"], one["msgid"]) == (town.shop.code, answer.msgid)
    assert one["error"] == "ZeroDivisionError"
    assert found["state"] in ("warn", "bad") and "SET_ASIDE" in troubles(found)


async def test_money_at_the_counter_and_findings_of_the_books_are_shown(night: NightShift) -> None:
    town, token = night.town, await night.sign_in("viewer")
    patient = await town.member("李老", current_fen=100_000)
    paid = await buy(town, patient, "10.00")
    await town.value("update account set closed_at = now() where person_id = $1", patient.id)
    info = paid.setlinfo
    cancel = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": cancel})).ok
    report = Report(town.clock.now(), town.clock.now())
    report.looked("requests", 10)
    report.add("requests", "request 7", "an outcome", "neither")
    await town.value(
        "insert into verification values (1, $1, $1, $2, $3)",
        town.clock.now(),
        report.counts(),
        {"items": report.as_dict()["findings"]},
    )
    made = await town.services.institution_statements.make(town.clock.now().date())
    found = await night.figures(token)
    books = found["books"]
    assert (books["tasks"]["count"], books["tasks"]["fen"]) == (1, 1000)
    assert books["verified"]["wrong"] == 1
    [wrong] = books["verified"]["found"]
    assert wrong["rows"] == ["request 7"]
    assert made.one_sided == 1 == books["statements"]["institutions"]
    [item] = books["statements"]["items"]
    assert (item["fixmedins_code"], item["amount_fen"]) == (town.shop.code, 1000)
    assert {"BOOKS_WRONG", "ONE_SIDED"} <= troubles(found)
    english = await night.figures(token, headers={"Accept-Language": "en"})
    texts = [one["message"] + one["to_do"] for one in english["troubles"]]
    assert texts and all(text.isascii() for text in texts)


async def test_books_that_nobody_ever_checked_are_told_from_their_first_bill_on(
    night: NightShift,
) -> None:
    town = night.town
    await town.value("delete from verification")
    patient = await town.member("李老", current_fen=100_000)
    assert (await buy(town, patient, "10.00")).ok
    first = moment_of(await town.value("select min(id) from settlement"))
    again(town)
    told = await metric(night, "qinji_books_verified_timestamp_seconds")
    assert told == first.timestamp()
    town.clock.set(first + timedelta(hours=25))
    again(town)
    token = await night.sign_in("viewer")
    assert "BOOKS_NOT_CHECKED" not in troubles(await night.figures(token))
    town.clock.set(first + timedelta(hours=27))
    again(town)
    token = await night.sign_in("viewer")
    assert "BOOKS_NOT_CHECKED" in troubles(await night.figures(token))


async def test_months_that_end_soon_are_told(night: NightShift) -> None:
    town, token = night.town, await night.sign_in("viewer")
    again(town)
    assert "MONTHS_MISSING" not in troubles(await night.figures(token))
    until = await metric(night, "qinji_months_made_until_timestamp_seconds")
    town.clock.set(datetime.fromtimestamp(until, UTC) - timedelta(days=30))
    again(town)
    found = await night.figures(await night.sign_in("viewer"))
    assert "MONTHS_MISSING" in troubles(found)


async def test_premiums_by_region_and_state_and_what_waits_too_long(night: NightShift) -> None:
    town = night.town
    father, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    _, son, second = await father_of(town)
    await ordered(town, son, second)
    town.world.outside.tax.mood = {"silent": 1.0}
    await tax(town)
    await town.services.premiums.take_back(father.id, int(number))
    town.services.live.fresh_s = 0.0
    found = (await night.figures(await night.sign_in("viewer")))["premiums"]
    [row] = found["standing"]
    figures = (row["region"], row["state"], row["count"], row["fen"])
    assert figures == ("河北省石家庄市", "submitted", 2, 80_000)
    assert (found["late_count"], found["late"]) == (0, [])
    town.clock.set(town.clock.now() + timedelta(days=8))
    told = await night.figures(await night.sign_in("viewer"))
    assert told["premiums"]["late_count"] == 2
    whats = {one["id"]: one["what"] for one in told["premiums"]["late"]}
    assert whats[number] == "已请作废，税务部门没有答复"
    assert "PREMIUM_STUCK" in troubles(told)
    days = {(one["day"], one["what"]) for one in told["premiums"]["days"]}
    assert ("2026-12-31", "缴费截止") in days


async def test_processes_say_that_they_live(night: NightShift) -> None:
    await night.call("GET", "/me")
    services = night.town.services
    await Pulse(services.cache, services.clock, "app", counts).beat()
    token = await night.sign_in("viewer")
    found = await night.figures(token)
    [one] = [p for p in found["processes"] if p["kind"] == "app"]
    assert found["worker"]["lives"] is False
    assert one["silent_s"] == 0 and one["doors"]["ops"]["4xx"] >= 1
    assert one["refusals"]["ops"]["OPS_SIGN_IN_REQUIRED"] >= 1
    night.town.clock.advance(60)
    assert "PROCESS_SILENT" in troubles(await night.figures(token))


async def test_the_rules_of_a_region_with_their_sources(night: NightShift) -> None:
    token = await night.sign_in("viewer")
    listed = (await night.call("GET", "/regions", token=token)).data
    assert {"code": "13", "name": "河北"}.items() <= next(
        one for one in listed if one["code"] == "13"
    ).items() or any(one["code"] == "13" for one in listed)
    hebei = (await night.call("GET", "/regions/1301", token=token)).data
    assert hebei["follows"] and hebei["version"].startswith("00@")
    rules = [rule for section in hebei["sections"] for rule in section["rules"]]
    in_force = night.town.services.rulebook.at("130100", datetime.now(UTC).date())
    assert {rule["key"] for rule in rules} == set(in_force.entries)
    assert all(rule["source"] and rule["value"] and rule["title"] for rule in rules)
    [relations] = [rule for rule in rules if rule["key"] == "aid.relations"]
    document = relations["sources"][0]
    assert (document["id"], document["number"]) == ("N2", "国办发〔2024〕38号")
    assert (document["date"], document["link"]) == ("2024-07-26", "")
    assert relations["sentence"].startswith("个人账户可以给这些亲属用：配偶、")
    assert [one["id"] for one in relations["documents"]] == ["N2", "N3", "S4"]
    assert relations["basis"] == "正式文件或官方发布" and relations["nation"] == ""
    [partial] = [rule for rule in rules if rule["key"] == "aid.allow_partial"]
    assert partial["nation"] == "共济的钱不够时，能付多少付多少，其余付现金。"
    assert relations["source"].startswith("《") and relations["source"].endswith(relations["says"])
    assert any(cited["link"].startswith("https://") for rule in rules for cited in rule["sources"])
    for wrong in ("x", "1", "99x", "0000000", "１３"):
        answer = await night.call("GET", f"/regions/{wrong}", token=token)
        assert (answer.status, answer.reason) == (404, "OPS_REGION_UNKNOWN")
    early = await night.call("GET", "/regions/13?day=1990-01-01", token=token)
    assert early.reason == "OPS_REGION_UNKNOWN"


async def test_metrics_are_closed_but_for_a_token_or_on_a_port_of_their_own(
    night: NightShift,
) -> None:
    client, config = night.town.world.client, night.town.services.settings
    patient = await night.town.member("李老", current_fen=100_000)
    assert (await buy(night.town, patient, "10.00")).ok
    right = {"Authorization": "Bearer collector"}
    for headers in ({}, right, {"Authorization": "Bearer "}, {"Authorization": ""}):
        closed = await client.get("/metrics", headers=headers)
        assert (closed.status, (await closed.json())["reason"]) == (403, "OPS_METRICS_CLOSED")
    config.metrics_token = SecretStr("collector")
    assert (await client.get("/metrics")).status == 403
    answer = await client.get("/metrics", headers=right)
    text = await answer.text()
    assert answer.status == 200 and answer.content_type == "text/plain"
    assert 'qinji_requests_last_minute{became="settled"} 1.0' in text
    assert 'qinji_up{dependency="postgresql"} 1.0' in text
    assert client.app is not None
    async with TestClient(DoorServer(client.app[ASIDE])) as aside:
        answer = await aside.get("/metrics")
        assert answer.status == 200 and "qinji_up" in await answer.text()
        for path in ("/", "/api/v1/me", "/health/live", "/ops/api/figures"):
            assert (await aside.get(path)).status == 404, "nothing else is there"


def again(town: Town) -> None:
    """What is looked at seldom is looked at the next time."""
    town.services.live.fresh_s = 0.0
    town.services.live._reader._slow_at = None


async def metric(night: NightShift, name: str) -> float:
    """A figure without labels, as it is collected."""
    night.town.services.live.fresh_s = 0
    app = night.town.world.client.app
    assert app is not None
    async with TestClient(DoorServer(app[ASIDE])) as aside:
        lines = (await (await aside.get("/metrics")).text()).splitlines()
    return next(float(one.split()[1]) for one in lines if one.startswith(f"{name} "))


async def test_while_somebody_holds_the_queue_figures_are_told_and_how_old_they_are(
    night: NightShift,
) -> None:
    assert await metric(night, "qinji_books_unread_seconds") < 5
    token, database = await night.sign_in("viewer"), night.town.services.database
    async with database.transaction() as somebody:
        await somebody.execute("lock table waiting in access exclusive mode")
        found = await night.figures(token)
        assert found["database"]["well"] and "DATABASE_AWAY" not in troubles(found)
        night.town.clock.advance(30)
        assert await metric(night, "qinji_books_unread_seconds") >= 30
        assert "BOOKS_UNREAD" in troubles(await night.figures(await night.sign_in("viewer")))


async def test_redis_that_takes_nothing_is_away(night: NightShift) -> None:
    token, redis = await night.sign_in("viewer"), night.town.services.cache.redis
    assert (await night.figures(token))["redis"]["well"]
    await redis.config_set("maxmemory", "1")
    try:
        night.town.services.live.fresh_s = 0
        assert not (await night.town.services.live.figures()).redis.well
    finally:
        await redis.config_set("maxmemory", "0")


async def test_each_request_that_is_set_aside_counts_however_many_there_are(
    night: NightShift,
) -> None:
    await night.town.value(
        "insert into outcome (request_id, state, reason, decided_at)"
        " select n, 4, 'SET_ASIDE', now() from generate_series(1, 51) as n"
    )
    assert await metric(night, "qinji_set_aside_7d") == 51


async def test_a_region_is_shown_of_any_day(night: NightShift) -> None:
    token = await night.sign_in("viewer")
    for day in ("0001-01-01", "1899-12-31", "9999-12-31"):
        for code in ("13", "1301", "310000"):
            answer = await night.call("GET", f"/regions/{code}?day={day}", token=token)
            assert answer.status < 500, (code, day)
