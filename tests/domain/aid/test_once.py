"""A grant for one bill is used once, whatever comes at once and whatever comes back; a paused one
pays nothing until its day, and then again by itself."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

from app.clients.till.answer import Answer
from tests.books import check_books
from tests.domain.aid.test_ends import pass_by
from tests.domain.aid.test_grants import act, family, no, states
from tests.till_world import Member, Town

ONCE: dict[str, Any] = {"once": True}


async def once_for(town: Town, **more: Any) -> tuple[Member, Member, str]:
    daughter, father = await family(town)
    return daughter, father, await town.grant(daughter, father, "father", **ONCE | more)


async def paid(town: Town, father: Member, yuan: str) -> Answer:
    told = await town.till.settle(await town.sale(father, yuan))
    assert told.ok, told.err_msg
    return told


def by_aid(told: Answer) -> float:
    return float(told.setlinfo["acct_mulaid_pay"])


def why(told: Answer) -> list[str]:
    return [one["reason"] for one in told.setlinfo["exp_content"]["reasons"]]


async def undo(town: Town, told: Answer) -> Answer:
    names = ("setl_id", "mdtrt_id", "psn_no")
    return await town.till.call("2103", {"data": {name: told.setlinfo[name] for name in names}})


async def restore(town: Town, father: Member, cancel: Answer) -> Answer:
    data = {"psn_no": father.psn_no, "omsgid": cancel.msgid, "oinfno": "2103"}
    return await town.till.call("2601", {"data": data})


async def test_one_bill_and_no_other(town: Town) -> None:
    daughter, father, grant = await once_for(town)
    assert by_aid(await paid(town, father, "30.00")) == 30
    second = await paid(town, father, "20.00")
    assert (by_aid(second), why(second)) == (0, ["USED_UP"])
    assert await states(town, daughter) == [("donor", "*老", "used")]
    assert await states(town, father) == [("beneficiary", "*敏", "used")]
    [seen] = (await act(town, "GET", "/aid", father)).data
    assert (seen["once"], seen["can_pay"], seen["why_not"]["reason"]) == (True, False, "USED_UP")
    assert "重新开通" in seen["why_not"]["next_step"]
    for method, path, body in (
        ("POST", "freeze", None),
        ("POST", "pause", {"until": "2026-12-01"}),
    ):
        assert no(await act(town, method, f"/aid/{grant}/{path}", daughter, body)) == "USED_UP"
    assert no(await act(town, "PATCH", f"/aid/{grant}", daughter, {})) == "USED_UP"
    await check_books(town.services.database)


async def test_of_two_bills_at_once_one_uses_it(town: Town) -> None:
    """At two pharmacies, so in two batches that wait for the donor's account."""
    _, father, grant = await once_for(town)
    tills = [town.till, await town.new_till(await town.new_shop())]
    assert (await tills[1].sign_in()).ok
    for _ in range(5):
        sales = [await town.sale(father, "1.00", till=till) for till in tills]
        told = await asyncio.gather(*(t.settle(s) for t, s in zip(tills, sales, strict=True)))
        assert [one.ok for one in told] == [True, True]
    uses = "select count(*) from transfer where grant_id = $1"
    assert await town.value(uses, int(grant)) == 1


async def test_of_a_batch_of_bills_one_uses_it(town: Town) -> None:
    _, father, _ = await once_for(town)
    async with town.drainer_away():
        sales = [await town.sale(father, "1.00") for _ in range(3)]
        asked = [asyncio.create_task(town.till.settle(sale)) for sale in sales]
        await town.until("select count(*) >= 3 from waiting")
        await town.drain()
        told = await asyncio.gather(*asked)
    assert sorted(by_aid(one) for one in told) == [0, 0, 1]


async def test_a_bill_that_comes_back_whole_gives_the_use_back(town: Town) -> None:
    _, father, _ = await once_for(town)
    first = await paid(town, father, "30.00")
    cancel = await undo(town, first)
    assert cancel.ok
    assert await states(town, father) == [("beneficiary", "*敏", "active")]
    assert by_aid(await paid(town, father, "20.00")) == 20
    back = await restore(town, father, cancel)
    assert back.err_msg.startswith("REFUND_SPENT"), "somebody else has used it since"
    await check_books(town.services.database)


async def test_a_cancel_that_is_taken_back_uses_it_again(town: Town) -> None:
    _, father, _ = await once_for(town)
    cancel = await undo(town, await paid(town, father, "30.00"))
    assert (await restore(town, father, cancel)).ok
    assert await states(town, father) == [("beneficiary", "*敏", "used")]
    assert by_aid(await paid(town, father, "1.00")) == 0
    await check_books(town.services.database)


async def test_an_ended_one_is_not_used_twice_either(town: Town) -> None:
    daughter, father, grant = await once_for(town)
    cancel = await undo(town, await paid(town, father, "30.00"))
    assert by_aid(await paid(town, father, "20.00")) == 20
    await act(town, "DELETE", f"/aid/{grant}", daughter)
    assert (await restore(town, father, cancel)).err_msg.startswith("REFUND_SPENT")


async def test_what_was_used_up_takes_no_place_and_is_granted_anew(town: Town) -> None:
    daughter, father, old = await once_for(town)
    first = await paid(town, father, "30.00")
    new = await town.grant(daughter, father, "father", **ONCE)
    assert await states(town, daughter) == [("donor", "*老", "active")]
    [row] = await town.rows("select end_reason from aid_grant where id = $1", int(old))
    assert row["end_reason"] == "used_up"
    assert (await undo(town, first)).ok
    assert await states(town, daughter) == [("donor", "*老", "active")], "the old one stays away"
    assert by_aid(await paid(town, father, "10.00")) == 10
    assert new != old
    await check_books(town.services.database)


async def test_until_a_day_is_what_it_was(town: Town) -> None:
    daughter, father, _ = await once_for(town, ends_on="2026-11-30")
    await pass_by(town, daughter, father)
    assert await states(town, father) == [("beneficiary", "*敏", "expired")]


async def test_a_pause_holds_at_once_and_ends_by_itself_on_its_day(town: Town) -> None:
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father")
    assert by_aid(await paid(town, father, "1.00")) == 1
    told = await act(town, "POST", f"/aid/{grant}/pause", daughter, {"until": "2026-12-01"})
    assert (told.data["state"], told.data["paused_until"]) == ("paused", "2026-12-01")
    rests = await paid(town, father, "1.00")
    assert (by_aid(rests), why(rests)) == (0, ["PAUSED"])
    assert "2026-12-01" in rests.setlinfo["exp_content"]["reasons"][0]["message"]
    [seen] = (await act(town, "GET", "/aid", father)).data
    assert (seen["state"], seen["why_not"]["reason"]) == ("paused", "PAUSED")
    await pass_by(town, daughter, father, day=date(2026, 12, 1))
    assert by_aid(await paid(town, father, "1.00")) == 1
    [seen] = (await act(town, "GET", "/aid", father)).data
    assert (seen["state"], seen["paused_until"]) == ("active", None)


async def test_the_donor_lets_it_go_on_before(town: Town) -> None:
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father")
    assert no(await act(town, "POST", f"/aid/{grant}/pause", father, {"until": "2026-12-01"})) == (
        "ONLY_DONOR_MAY"
    )
    for day in ("2026-11-21", "2020-01-01", "2028-01-01"):
        answer = await act(town, "POST", f"/aid/{grant}/pause", daughter, {"until": day})
        assert no(answer) == "PERIOD_INVALID"
    await act(town, "POST", f"/aid/{grant}/pause", daughter, {"until": "2026-12-01"})
    told = await act(town, "POST", f"/aid/{grant}/unfreeze", daughter)
    assert told.data["state"] == "active"
    assert by_aid(await paid(town, father, "1.00")) == 1


async def test_a_pause_waits_for_the_bill_that_is_being_paid(town: Town) -> None:
    """Law 6: what has answered holds; what commits before it had the account."""
    daughter, father = await family(town)
    grant = await town.grant(daughter, father, "father")
    for _ in range(5):
        sale = await town.sale(father, "1.00")
        told, stopped = await asyncio.gather(
            town.till.settle(sale),
            act(town, "POST", f"/aid/{grant}/pause", daughter, {"until": "2026-12-01"}),
        )
        assert told.ok and stopped.status == 200
        assert by_aid(await paid(town, father, "2.00")) == 0
        await act(town, "POST", f"/aid/{grant}/unfreeze", daughter)
        assert by_aid(await paid(town, father, "2.00")) == 2
