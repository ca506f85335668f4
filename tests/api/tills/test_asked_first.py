"""A donor who wants to be asked first: the bill waits for the answer as long as the till waits, and
is decided with what holds then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.sale import sale_input
from tests.books import check_books
from tests.own_packs import add_pack
from tests.phone_world import Answer as Told
from tests.till_world import Member, Town

MADE_UP = "139900"
_REFUSES = """
[region]
code = "1399"
name = "演示地区"

[[rules]]
from = 2021-04-01
source = "made up"
certainty = "D"
sample = true
[rules.aid]
ask_silence = "refuse"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and one of a region that settles nothing without an answer."""
    add_pack(tmp_path, monkeypatch, "1399.toml", _REFUSES)
    return {}


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


@dataclass
class Home:
    """A father with 10.00, and a son with 1000.00 who wants to be asked above 20.00."""

    town: Town
    father: Member
    son: Member
    grant: str

    async def ask_above(
        self, fen: int | None, grant: str = "", donor: Member | None = None
    ) -> Told:
        path = f"/aid/{grant or self.grant}"
        by = donor or self.son
        return await self.town.world.call("PATCH", path, {"ask_above_fen": fen}, by.token)

    async def questions(self, donor: Member | None = None) -> list[Any]:
        token = (donor or self.son).token
        told = await self.town.world.call("GET", "/questions", token=token)
        return list(told.data["items"])

    async def say(self, answer: str, donor: Member | None = None, which: str = "") -> Told:
        by = donor or self.son
        wanted = which or (await self.questions(by))[0]["id"]
        path = f"/questions/{wanted}"
        return await self.town.world.call("POST", path, {"answer": answer}, by.token)

    async def asked(self, *donors: Member) -> None:
        """Waits until these (else the son) are asked."""
        for _ in range(400):
            if all([await self.questions(one) for one in donors or (self.son,)]):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("nobody was asked")

    @asynccontextmanager
    async def buying(self, yuan: str, msgid: str = "m1") -> AsyncIterator[asyncio.Task[Answer]]:
        """The father's bill under way."""
        given = sale_input(await self.town.sale(self.father, yuan), self.town.clock.now())
        task = asyncio.create_task(self.town.till.call("2102", given, msgid, self.father.place))
        try:
            yield task
        finally:
            task.cancel()

    async def time_is_over(self) -> None:
        self.town.clock.advance(30)


@pytest.fixture
async def home(town: Town) -> Home:
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    son = await town.member("李强", current_fen=100_000)
    made = Home(town, father, son, await town.grant(son, father, "father"))
    assert (await made.ask_above(2_000)).data["ask_above_fen"] == 2_000
    return made


def reasons(answer: Answer) -> set[str]:
    return {one["reason"] for one in answer.setlinfo["exp_content"]["reasons"]}


async def test_yes(town: Town, home: Home) -> None:
    async with home.buying("50.00") as bill:
        await home.asked()
        [asked] = await home.questions()
        assert (asked["amount_fen"], asked["institution"]) == (4_000, "安康药房")
        assert (asked["other"], asked["other_is"]) == ("*老", "父亲")
        assert not bill.done() and await town.balance(home.son) == 100_000
        assert (await home.say("yes")).status == 200
        paid = await bill
    assert paid.ok and paid.setlinfo["acct_mulaid_pay"] == 40, paid.err_msg
    assert await home.questions() == []
    await check_books(town.services.database)


async def test_no(town: Town, home: Home) -> None:
    async with home.buying("50.00") as bill:
        await home.asked()
        assert (await home.say("no")).status == 200
        paid = await bill
    assert paid.ok and paid.setlinfo["psn_cash_pay"] == 40
    assert "DONOR_SAID_NO" in reasons(paid)
    assert await town.balance(home.son) == 100_000


async def test_no_answer_in_time(town: Town, home: Home) -> None:
    async with home.buying("50.00") as bill:
        await home.asked()
        [asked] = await home.questions()
        await home.time_is_over()
        paid = await bill
    assert paid.ok and paid.setlinfo["psn_cash_pay"] == 40
    assert "DONOR_SILENT" in reasons(paid)
    late = await home.say("yes", which=asked["id"])
    assert (late.status, late.reason) == (409, "QUESTION_OVER")
    assert await town.balance(home.son) == 100_000
    await check_books(town.services.database)


async def test_the_first_answer_counts(town: Town, home: Home) -> None:
    async with town.drainer_away(), home.buying("50.00") as bill:
        await town.until("select count(*) from waiting")
        await town.drain()
        [asked] = await home.questions()
        assert (await home.say("yes")).status == 200
        assert (await home.say("yes", which=asked["id"])).status == 200, "the same again is fine"
        other = await home.say("no", which=asked["id"])
        assert (other.status, other.reason) == (409, "QUESTION_OVER")
        await town.drain()
        assert (await bill).setlinfo["acct_mulaid_pay"] == 40


async def test_what_is_not_above_the_sum_asks_nobody(town: Town, home: Home) -> None:
    async with home.buying("30.00") as bill:  # 20.00 of the son's
        assert (await bill).setlinfo["acct_mulaid_pay"] == 20
    assert (await home.ask_above(None)).data["ask_above_fen"] is None
    async with home.buying("90.00", "m2") as bill:
        assert (await bill).setlinfo["acct_mulaid_pay"] == 90
    assert await town.value("select count(*) from question where donor_id = $1", home.son.id) == 0


async def test_a_preview_says_that_somebody_would_be_asked(town: Town, home: Home) -> None:
    told = await town.till.preview(await town.sale(home.father, "50.00"))
    [why] = [
        one
        for one in told.setlinfo["exp_content"]["reasons"]
        if one["reason"] == "DONOR_ASKED_FIRST"
    ]
    assert "*强" in why["message"] and "40.00" in why["message"]
    assert told.setlinfo["acct_mulaid_pay"] == 40
    assert await home.questions() == []


@pytest.mark.parametrize("what", ["freeze", "end"])
async def test_a_grant_that_is_frozen_or_ended_meanwhile_pays_nothing(
    town: Town, home: Home, what: str
) -> None:
    async with town.drainer_away(), home.buying("50.00") as bill:
        await town.until("select count(*) from waiting")
        await town.drain()
        assert (await home.say("yes")).status == 200
        if what == "freeze":
            path = f"/aid/{home.grant}/freeze"
            assert (await town.world.call("POST", path, token=home.son.token)).status == 200
        else:
            path = f"/aid/{home.grant}"
            assert (await town.world.call("DELETE", path, token=home.son.token)).status == 200
        await town.drain()
        paid = await bill
    assert paid.ok and paid.setlinfo["psn_cash_pay"] == 40
    assert await town.balance(home.son) == 100_000


async def test_a_yes_binds_its_bill_and_its_sum_only(town: Town, home: Home) -> None:
    """The own money that was there when it was asked is gone: the donor pays no more for it."""
    async with town.drainer_away(), home.buying("50.00") as bill:
        await town.until("select count(*) from waiting")
        await town.drain()
        assert (await home.say("yes")).status == 200
        async with home.buying("10.00", "other") as other:
            await town.until(
                "select count(*) from request where msgid = 'other' and received_at is not null"
            )
            await town.value("update waiting set lane = lane where lane >= 0")
            ids = await town.rows("select request_id, lane from waiting order by request_id desc")
            await town.services.settlements.drain._batch(ids[0]["lane"], [ids[0]["request_id"]])
            assert (await other).ok
        assert await town.balance(home.father) == 0
        await town.drain()
        paid = await bill
    # Hebei: all or nothing.
    assert (paid.setlinfo["acct_mulaid_pay"], paid.setlinfo["psn_cash_pay"]) == (0, 50)
    assert "DONOR_AGREED_TO_LESS" in reasons(paid)
    async with home.buying("60.00", "next") as again:
        await home.asked()
        assert not again.done()


async def test_what_is_spent_meanwhile_is_gone(town: Town, home: Home) -> None:
    mother = await town.member("王老", date(1950, 1, 1), "2", current_fen=0)
    await town.grant(home.son, mother, "mother")
    async with town.drainer_away(), home.buying("500.00") as bill:
        await town.until("select count(*) from waiting")
        await town.drain()
        hers = asyncio.create_task(town.till.settle(await town.sale(mother, "800.00")))
        await town.until("select count(*) from waiting where lane >= 0")
        await town.drain()
        assert (await hers).setlinfo["acct_mulaid_pay"] == 800
        assert (await home.say("yes")).status == 200
        await town.drain()
        paid = await bill
    assert paid.ok and await town.balance(home.son) >= 0
    assert paid.setlinfo["acct_mulaid_pay"] <= 200
    await check_books(town.services.database)


async def test_other_bills_of_both_go_on_meanwhile(town: Town, home: Home) -> None:
    async with home.buying("50.00") as bill:
        await home.asked()
        small = await town.till.settle(await town.sale(home.father, "12.00"))
        assert small.ok and small.setlinfo["acct_mulaid_pay"] == 2
        own = await town.till.settle(await town.sale(home.son, "5.00"))
        assert own.ok and not bill.done()
        assert (await home.say("no")).status == 200
        assert (await bill).ok


async def test_the_till_s_patience_voids_what_nobody_could_decide(town: Town, home: Home) -> None:
    """A till that goes away, or a worker that is away when the time is over."""
    town.services.settings.till_wait_default_s = 5
    async with home.buying("50.00") as bill:
        await home.asked()
        [asked] = await home.questions()
        await town.stop_drainer()
        assert code(await bill) == "VOIDED_TOO_LATE"
        over = await home.say("yes", which=asked["id"])
        assert (over.status, over.reason) == (409, "QUESTION_OVER")
        assert await home.questions() == []
    town.start_drainer()
    await check_books(town.services.database)


async def test_a_till_without_patience_has_no_time_to_ask(town: Town, home: Home) -> None:
    town.services.settings.till_wait_default_s = 2
    async with home.buying("50.00") as bill:
        paid = await bill
    assert paid.ok and "DONOR_SILENT" in reasons(paid)


async def test_a_till_that_comes_again_waits_as_long_as_it_takes(town: Town, home: Home) -> None:
    given = sale_input(await town.sale(home.father, "50.00"), town.clock.now())
    body = town.till.body("2102", given, "m1", home.father.place)
    assert code(await town.ask(body, wait=0)) == "PROCESSING"
    await home.asked()
    [asked] = await home.questions()
    assert asked["until_at"] > asked["asked_at"]
    assert code(await town.ask(body, wait=0)) == "PROCESSING"
    assert (await home.say("yes")).status == 200
    assert (await town.ask(body, wait=5)).ok


async def test_a_reversal_voids_what_waits_for_an_answer(town: Town, home: Home) -> None:
    async with home.buying("50.00") as bill:
        await home.asked()
        [asked] = await home.questions()
        assert (await town.till.reverse("m1", "2102", home.father.psn_no, "")).ok
        assert code(await bill) == "REVERSED_BEFORE_ARRIVAL"
    assert (await home.say("yes", which=asked["id"])).reason == "QUESTION_OVER"
    await check_books(town.services.database)


async def test_nobody_else_answers(town: Town, home: Home) -> None:
    async with home.buying("50.00") as bill:
        await home.asked()
        [asked] = await home.questions()
        for other in (home.father, await town.member("王强", current_fen=0)):
            told = await home.say("yes", other, asked["id"])
            assert (told.status, told.reason) == (404, "NOT_FOUND")
        assert not bill.done() and await home.questions(home.father) == []
        assert (await home.say("no")).status == 200
        await bill


async def test_a_phone_that_waits_is_told(town: Town, home: Home) -> None:
    waits = asyncio.create_task(town.world.call("GET", "/questions?wait=10", token=home.son.token))
    async with home.buying("50.00") as bill:
        [asked] = (await waits).data["items"]
        known = f"/questions?wait=10&known={asked['id']}"
        over = asyncio.create_task(town.world.call("GET", known, token=home.son.token))
        assert (await home.say("yes", which=asked["id"])).status == 200
        assert (await bill).ok
        assert (await over).data["items"] == []


async def test_only_the_donor_sees_and_sets_the_sum(town: Town, home: Home) -> None:
    seen = (await town.world.call("GET", "/aid", token=home.father.token)).data
    assert [one["ask_above_fen"] for one in seen] == [None]
    told = await home.ask_above(0, donor=home.father)
    assert (told.status, told.reason) == (403, "ONLY_DONOR_MAY")
    for wrong in (-1, "5", 1.5, True, 10**13):
        assert (await home.ask_above(wrong)).status == 422  # type: ignore[arg-type]
    kept = await town.world.call(
        "PATCH", f"/aid/{home.grant}", {"cap_day_fen": 9_000}, home.son.token
    )
    assert kept.data["ask_above_fen"] == 2_000, "what is left out stays"


async def test_above_nothing_asks_always(town: Town, home: Home) -> None:
    assert (await home.ask_above(0)).status == 200
    async with home.buying("11.00") as bill:
        await home.asked()
        assert (await home.questions())[0]["amount_fen"] == 100
        assert (await home.say("yes")).status == 200
        assert (await bill).setlinfo["acct_mulaid_pay"] == 1


@pytest.mark.parametrize("said", ["no", ""])
async def test_where_the_region_says_so_nothing_is_settled_without_an_answer(
    town: Town, said: str
) -> None:
    father = await town.member("李老", date(1950, 1, 1), place=MADE_UP, current_fen=1_000)
    son = await town.member("李强", place=MADE_UP, current_fen=100_000)
    shop = await town.new_shop()
    home = Home(town, father, son, await town.grant(son, father, "father"))
    assert shop and (await home.ask_above(0)).status == 200
    async with home.buying("50.00") as bill:
        await home.asked()
        if said:
            assert (await home.say(said)).status == 200
        else:
            await home.time_is_over()
        told = await bill
    if said:
        assert told.ok and told.setlinfo["acct_mulaid_pay"] == 0, "a no is no silence"
    else:
        assert code(told) == "DONOR_SILENT_REFUSED" and "*强" in told.err_msg
        again = await town.till.call("2102", {}, "m1", father.place)
        assert not again.ok
    assert await town.balance(son) == 100_000
