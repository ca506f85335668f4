"""A message counts once: its stored answer comes back however often and whenever it is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from app.api.tills.handlers import PROCESSING
from app.clients.till.sale import Sale, sale_input
from tests.till_world import Member, Town


async def bought(town: Town, patient: Member, yuan: str = "50.00") -> dict[str, Any]:
    return sale_input(await town.sale(patient, yuan), town.clock.now())


async def test_the_same_message_gets_the_same_answer(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    given = await bought(town, father)
    first = await town.till.call("2102", given, insuplc=father.place)
    for _ in range(3):
        town.clock.advance(1)
        again = await town.till.call("2102", given, first.msgid, father.place)
        assert again.ok and again.output == first.output
    assert await town.balance(father) == 15_000


async def test_32_at_once_settle_once(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    given, msgid = await bought(town, father), town.till.new_msgid()
    calls = [town.till.call("2102", given, msgid, father.place) for _ in range(32)]
    answers = await asyncio.gather(*calls)
    assert all(answer.ok for answer in answers)
    assert len({answer.setlinfo["setl_id"] for answer in answers}) == 1
    assert await town.balance(father) == 15_000


async def test_another_message_under_the_same_msgid_is_refused(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    given = await bought(town, father)
    first = await town.till.call("2102", given, insuplc=father.place)
    other = given | {"druginfo": given["druginfo"] | {"invono": "7"}}
    answer = await town.till.call("2102", other, first.msgid, father.place)
    assert answer.err_msg.startswith("MSGID_REUSED ")
    undo = {"psn_no": father.psn_no, "omsgid": "x", "oinfno": "2102"}
    answer = await town.till.call("2601", {"data": undo}, first.msgid)
    assert answer.err_msg.startswith("MSGID_REUSED ")
    assert await town.balance(father) == 15_000


async def test_msgids_are_each_institution_s_own(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    other = await town.new_till(await town.new_shop())
    first = await town.till.call("2102", await bought(town, father), insuplc=father.place)
    there = sale_input(await town.sale(father, "50.00", till=other), town.clock.now())
    second = await other.call("2102", there, first.msgid, father.place)
    assert second.ok and second.setlinfo["setl_id"] != first.setlinfo["setl_id"]


async def test_a_till_that_does_not_wait_fetches_the_answer_later(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    given, msgid = await bought(town, father), town.till.new_msgid()
    async with town.drainer_away():
        body = town.till.body("2102", given, msgid, father.place)
        for _ in range(2):
            told = await town.ask(body, wait=0)
            assert (told.infcode, told.err_msg) == (-1, PROCESSING)
        assert await town.balance(father) == 20_000
        await town.drain()
        done = await town.ask(body, wait=0)
    assert done.ok and done.setlinfo["medins_setl_id"] == msgid
    assert await town.balance(father) == 15_000


async def test_the_answer_comes_though_the_token_died_meanwhile(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    given, msgid = await bought(town, father), town.till.new_msgid()
    async with town.drainer_away():
        body = town.till.body("2102", given, msgid, father.place)
        assert (await town.ask(body, wait=0)).err_msg == PROCESSING
        await town.services.cache.redis.flushall()
        await town.drain()
    answer = await town.till.call("2102", given, msgid, father.place)
    assert answer.ok
    fresh = await town.till.call("2102", given, insuplc=father.place)
    assert fresh.err_msg.startswith("TOKEN_UNKNOWN ")
    other = given | {"druginfo": given["druginfo"] | {"invono": "7"}}
    changed = await town.till.call("2102", other, msgid, father.place)
    assert changed.err_msg.startswith("MSGID_REUSED ")
    assert await town.balance(father) == 15_000


async def test_a_flush_in_the_middle_loses_no_accepted_bill(town: Town) -> None:
    people = [await town.member(f"李{n}", current_fen=1_000) for n in range(8)]
    sales: list[Sale] = [await town.sale(person, "4.00") for person in people]
    async with town.drainer_away():
        calls = [asyncio.create_task(town.till.settle(sale)) for sale in sales]
        while await town.value("select count(*) from waiting") < len(sales):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await town.services.cache.redis.flushall()
    for call, person in zip(calls, people, strict=True):
        answer = await call
        assert answer.ok, answer.err_msg
        assert await town.balance(person) == 600


async def test_a_refused_bill_stays_refused_under_its_msgid(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    sale = replace(await town.sale(father, "50.00"), insutype="390")
    given = sale_input(sale, town.clock.now())
    first = await town.till.call("2102", given, insuplc=father.place)
    assert first.err_msg.startswith("INSUTYPE_MISMATCH ")
    await town.value("update person set insutype = '390' where id = $1", father.id)
    again = await town.till.call("2102", given, first.msgid, father.place)
    assert again.err_msg == first.err_msg
