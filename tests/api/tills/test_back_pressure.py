"""Back-pressure: beyond what a process can bear a till is told at once, and nothing is stored."""

from __future__ import annotations

import asyncio

from app.api.http.counting import counts
from app.clients.till.sale import sale_input
from tests.till_world import Member, Town


async def stored(town: Town) -> int:
    count: int = await town.value(
        "select count(*) from request where fixmedins_code = $1", town.shop.code
    )
    return count


async def until_stored(town: Town, count: int) -> None:
    for _ in range(1000):
        if await stored(town) == count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the messages were not stored")


async def bills(town: Town, father: Member, count: int) -> list[bytes]:
    """Messages of as many bills of 50.00."""
    sale = await town.sale(father, "50.00")
    return [
        town.till.body("2102", sale_input(sale, town.clock.now()), f"m{number}", father.place)
        for number in range(1, count + 1)
    ]


async def test_one_more_than_can_be_borne_is_told_to_come_again(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    bodies = await bills(town, father, 3)
    town.services.settings.till_crowd_max = 2
    async with town.drainer_away():
        first = [asyncio.create_task(town.ask(body)) for body in bodies[:2]]
        await until_stored(town, 2)
        status, told = await town.post(bodies[2])
        assert status == 200 and '"err_msg":"BUSY ' in told, "a national till reads no other status"
        assert await stored(town) == 2
    answers = await asyncio.gather(*first)
    assert all(answer.ok for answer in answers), "what was taken is settled"
    assert (await town.ask(bodies[2])).ok, "the same msgid again, in quieter times"
    assert await town.balance(father) == 20_000 - 3 * 5_000


async def test_who_has_gone_away_makes_room(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    *first, last = await bills(town, father, 4)
    town.services.settings.till_crowd_max = 1
    for body in first:
        assert (await town.ask(body)).ok
    broken = await town.ask(b"{")
    assert broken.err_msg.startswith("ENVELOPE_INVALID")
    assert (await town.ask(last)).ok


async def test_a_till_comes_again_by_itself(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    sales = [await town.sale(father, "50.00") for _ in range(2)]
    town.services.settings.till_crowd_max = 1
    patient = await town.new_till(town.shop, retry_waits_s=(0.1,) * 100)
    before = times_busy()
    async with town.drainer_away():
        first = asyncio.create_task(town.till.settle(sales[0]))
        await until_stored(town, 1)
        second = asyncio.create_task(patient.settle(sales[1]))
        while times_busy() == before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert [(await first).ok, (await second).ok] == [True, True]
    assert await town.balance(father) == 20_000 - 2 * 5_000


async def test_one_institution_does_not_take_all_seats(town: Town) -> None:
    patient = await town.member("李强", current_fen=20_000)
    sales = [sale_input(await town.sale(patient, "1.00"), town.clock.now()) for _ in range(6)]
    other = await town.new_till(await town.new_shop())
    town.services.settings.till_crowd_max = 8
    signs_in = {"signIn": {"opter_no": "T01", "mac": "m", "ip": "i"}}
    async with town.drainer_away():
        bodies = [
            town.till.body("2102", given, f"m{n}", patient.place) for n, given in enumerate(sales)
        ]
        waiting = [asyncio.create_task(town.ask(body)) for body in bodies]
        await until_stored(town, 6)
        assert (await town.till.call("9001", signs_in)).err_msg.startswith("BUSY ")
        assert (await other.call("9001", signs_in)).ok
    assert all(answer.ok for answer in await asyncio.gather(*waiting))


async def test_who_is_not_signed_takes_no_seat(town: Town) -> None:
    town.services.settings.till_crowd_max = 1
    body = town.till.body("9001", {}, "m1")
    answers = await asyncio.gather(*(town.ask(body, headers={}) for _ in range(20)))
    assert {answer.err_msg.split(" ")[0] for answer in answers} == {"SIGNATURE_MISSING"}


def times_busy() -> int:
    """How often a till was told to come again."""
    found: int = counts()["refusals"].get("till", {}).get("BUSY", 0)
    return found
