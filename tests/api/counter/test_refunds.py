"""Money leaves suspense with four eyes: one proposes, another agrees within a day."""

from __future__ import annotations

import asyncio

from tests.api.counter.conftest import Counter, paper
from tests.till_world import Member

TASK = 5


async def waiting_refund(counter: Counter, place: str = "130100") -> Member:
    """A bill whose refund found no account to go to."""
    town = counter.town
    father = await town.member("李强", current_fen=50_000, place=place)
    paid = await town.till.settle(await town.sale(father, "10.00"))
    await town.value(
        "insert into counter_task (id, kind, person_id, settlement_id, transfer_id, amount_fen,"
        " created_at) values ($4, 'refund_without_account', $1, $2, 1, 1000, $3)",
        father.id,
        int(paid.output["setlinfo"]["setl_id"]),
        town.clock.now(),
        TASK,
    )
    return father


async def propose(counter: Counter, token: str) -> str:
    answer = await counter.call("POST", f"/tasks/{TASK}/propose", paper("按退款申请表办理"), token)
    assert answer.status == 201, answer.body
    return str(answer.data["id"])


async def test_one_proposes_and_another_agrees(counter: Counter) -> None:
    father = await waiting_refund(counter)
    clerk, approver = await counter.sign_in(), await counter.sign_in("approver")
    [task] = (await counter.call("GET", "/tasks", token=clerk)).data
    assert (task["id"], task["amount_fen"], task["proposed"]) == (str(TASK), 1000, False)
    proposal = await propose(counter, clerk)
    again = await counter.call("POST", f"/tasks/{TASK}/propose", paper(), approver)
    assert (again.status, again.reason) == (409, "COUNTER_PROPOSED")
    [shown] = (await counter.call("GET", "/proposals", token=approver)).data
    assert (shown["id"], shown["amount_fen"], shown["mine"]) == (proposal, 1000, False)
    agreed = await counter.call("POST", f"/proposals/{proposal}/agree", token=approver)
    assert agreed.status == 200, agreed.body
    assert agreed.data["kind"] == "refund" and agreed.data["form_no"] == shown["act"]["form_no"]
    assert agreed.data["clerk"].startswith("clerk-")
    assert agreed.data["second"].startswith("approver-")
    [row] = await counter.town.rows("select * from counter_task")
    assert row["done_at"] is not None and row["done_by"] == agreed.data["second"]
    assert [one["kind"] for one in await counter.done()] == ["propose", "refund"]
    assert {one["person_id"] for one in await counter.done()} == {father.id}
    late = await counter.call("POST", f"/proposals/{proposal}/agree", token=approver)
    assert (late.status, late.reason) == (409, "COUNTER_PROPOSAL_OVER")
    gone = await counter.call("POST", f"/tasks/{TASK}/propose", paper(), clerk)
    assert (gone.status, gone.reason) == (404, "COUNTER_TASK_UNKNOWN")


async def test_nobody_agrees_to_the_own_proposal(counter: Counter) -> None:
    await waiting_refund(counter)
    approver, clerk = await counter.sign_in("approver"), await counter.sign_in()
    proposal = await propose(counter, approver)
    own = await counter.call("POST", f"/proposals/{proposal}/agree", token=approver)
    assert (own.status, own.reason) == (403, "COUNTER_OWN_PROPOSAL")
    other = await counter.call("POST", f"/proposals/{proposal}/agree", token=clerk)
    assert (other.status, other.reason) == (403, "COUNTER_APPROVERS_ONLY")
    assert await counter.town.value("select count(*) from ops_look where what = 'refused'") == 2
    assert await counter.town.value("select count(*) from counter_task where done_at is null") == 1


async def test_what_a_wallet_s_transfer_gives_back_goes_the_same_way(counter: Counter) -> None:
    town = counter.town
    son = await town.member("李强", current_fen=50_000, place="130100")
    await town.value(
        "insert into counter_task (id, kind, person_id, order_id, transfer_id, amount_fen,"
        " created_at) values ($2, 'wallet_without_account', $1, 70, 1, 1000, $3)",
        son.id,
        TASK,
        town.clock.now(),
    )
    clerk, approver = await counter.sign_in(), await counter.sign_in("approver")
    [task] = (await counter.call("GET", "/tasks", token=clerk)).data
    assert (task["of"], task["fixmedins_code"], task["setl_id"]) == ("wallet", None, None)
    proposal = await propose(counter, clerk)
    agreed = await counter.call("POST", f"/proposals/{proposal}/agree", token=approver)
    assert agreed.status == 200, agreed.body
    assert (await counter.call("GET", "/tasks", token=clerk)).data == []


async def test_a_proposal_is_over_after_a_day_and_may_be_made_again(counter: Counter) -> None:
    await waiting_refund(counter)
    proposal = await propose(counter, await counter.sign_in())
    counter.town.clock.advance(24 * 3600)
    approver = await counter.sign_in("approver")
    assert (await counter.call("GET", "/proposals", token=approver)).data == []
    late = await counter.call("POST", f"/proposals/{proposal}/agree", token=approver)
    assert (late.status, late.reason) == (409, "COUNTER_PROPOSAL_OVER")
    anew = await propose(counter, await counter.sign_in())
    assert (await counter.call("POST", f"/proposals/{anew}/agree", token=approver)).status == 200


async def test_two_who_agree_at_once_pay_once(counter: Counter) -> None:
    await waiting_refund(counter)
    proposal = await propose(counter, await counter.sign_in())
    both = [await counter.sign_in("approver") for _ in range(2)]
    path = f"/proposals/{proposal}/agree"
    answers = await asyncio.gather(*(counter.call("POST", path, token=one) for one in both))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert [one["kind"] for one in await counter.done()] == ["propose", "refund"]


async def test_it_is_declined_by_another_and_taken_back_by_the_own_hand(counter: Counter) -> None:
    await waiting_refund(counter)
    clerk, other = await counter.sign_in(), await counter.sign_in()
    approver = await counter.sign_in("approver")
    why = {"reason": "账号与本人不符"}
    proposal = await propose(counter, clerk)
    not_own = await counter.call("POST", f"/proposals/{proposal}/take-back", why, other)
    assert (not_own.status, not_own.reason) == (404, "NOT_FOUND")
    back = await counter.call("POST", f"/proposals/{proposal}/take-back", why, clerk)
    assert back.status == 200 and back.data["kind"] == "decline"
    proposal = await propose(counter, clerk)
    no = await counter.call("POST", f"/proposals/{proposal}/decline", why, approver)
    assert no.status == 200 and no.data["reason"] == why["reason"]
    kinds = [one["kind"] for one in await counter.done()]
    assert kinds == ["propose", "decline", "propose", "decline"]


async def test_another_region_s_refunds_are_not_seen(counter: Counter) -> None:
    await waiting_refund(counter, "420100")
    here, there = await counter.sign_in("approver"), await counter.sign_in("clerk", "420000")
    assert (await counter.call("GET", "/tasks", token=here)).data == []
    unknown = await counter.call("POST", f"/tasks/{TASK}/propose", paper(), here)
    assert (unknown.status, unknown.reason) == (404, "COUNTER_TASK_UNKNOWN")
    proposal = await propose(counter, there)
    far = await counter.call("POST", f"/proposals/{proposal}/agree", token=here)
    assert (far.status, far.reason) == (404, "NOT_FOUND")
    auditor = await counter.sign_in("auditor")
    assert len((await counter.call("GET", "/tasks", token=auditor)).data) == 1
    assert len((await counter.call("GET", "/proposals", token=auditor)).data) == 1


async def test_acts_are_read_by_whom_they_are_of(counter: Counter) -> None:
    await waiting_refund(counter)
    clerk, other = await counter.sign_in(), await counter.sign_in()
    proposal = await propose(counter, clerk)
    approver, far = await counter.sign_in("approver"), await counter.sign_in("approver", "420000")
    auditor = await counter.sign_in("auditor")
    for token, seen in ((clerk, 1), (other, 0), (approver, 1), (far, 0), (auditor, 1)):
        assert len((await counter.call("GET", "/acts", token=token)).data) == seen
        one = await counter.call("GET", f"/acts/{proposal}", token=token)
        assert one.status == (200 if seen else 404)
    assert await counter.town.value("select count(*) from ops_look where what = 'acts'") == 2
