"""What life events leave to do: an account ends with four eyes, and what has no money is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.api.counter.conftest import Counter, paper
from tests.books import check_books
from tests.domain.events.test_events import happens
from tests.domain.premium.season import father_of, ordered, tax
from tests.domain.wallet.purses import open_wallet
from tests.phone_world import claim
from tests.till_world import Member

OLD = date(1950, 1, 1)


async def died(counter: Counter, fen: int | None, place: str = "130100") -> Member:
    who = await counter.town.member("李强", current_fen=fen, place=place)
    await happens(counter.town, "died", who)
    return who


async def tasks(counter: Counter, token: str) -> Any:
    answer = await counter.call("GET", "/events", token=token)
    assert answer.status == 200, answer.body
    return answer.data


async def test_a_dead_persons_accounts_are_paid_out_by_two(counter: Counter) -> None:
    who = await died(counter, 50_000)
    await happens(counter.town, "died", who)  # another bureau says the same
    clerk, approver = await counter.sign_in(), await counter.sign_in("approver")
    [task] = await tasks(counter, clerk)
    assert (task["kind"], task["amount_fen"], task["can_propose"]) == ("to_pay_out", 50_000, True)
    assert not task["can_close"] and task["person"] == "*强"
    alone = await counter.call("POST", f"/events/{task['id']}/close", paper(), clerk)
    assert (alone.status, alone.reason) == (409, "COUNTER_MONEY_LEFT")
    path = f"/events/{task['id']}/propose"
    proposed = await counter.call("POST", path, paper("继承人持公证书办理"), clerk)
    assert proposed.status == 201 and proposed.data["kind"] == "propose_pay_out"
    again = await counter.call("POST", path, paper(), approver)
    assert (again.status, again.reason) == (409, "COUNTER_PROPOSED")
    assert [one["proposed"] for one in await tasks(counter, clerk)] == [True]
    assert await counter.town.balance(who) == 50_000, "nothing has moved yet"
    [shown] = (await counter.call("GET", "/proposals", token=approver)).data
    assert (shown["amount_fen"], shown["mine"]) == (50_000, False)
    agreed = await counter.call("POST", f"/proposals/{shown['id']}/agree", token=approver)
    assert agreed.status == 200, agreed.body
    assert agreed.data["kind"] == "pay_out" and agreed.data["second"].startswith("approver-")
    [paid] = await counter.town.rows("select * from account_pay_out")
    assert (paid["person_id"], paid["amount_fen"], paid["reason"]) == (who.id, 50_000, 1)
    assert await tasks(counter, clerk) == []
    assert [one["kind"] for one in await counter.done()] == ["propose_pay_out", "pay_out"]
    await check_books(counter.town.services.database)


async def test_nobody_ends_an_account_alone(counter: Counter) -> None:
    who = await died(counter, 50_000)
    approver = await counter.sign_in("approver")
    [task] = await tasks(counter, approver)
    proposed = await counter.call("POST", f"/events/{task['id']}/propose", paper(), approver)
    own = await counter.call("POST", f"/proposals/{proposed.data['id']}/agree", token=approver)
    assert (own.status, own.reason) == (403, "COUNTER_OWN_PROPOSAL")
    no = await counter.call(
        "POST", f"/proposals/{proposed.data['id']}/take-back", {"reason": "材料不齐全"}, approver
    )
    assert no.status == 200
    assert await counter.town.balance(who) == 50_000
    assert [one["proposed"] for one in await tasks(counter, approver)] == [False]


async def test_what_has_no_account_is_closed_on_a_form(counter: Counter) -> None:
    await died(counter, None)
    clerk = await counter.sign_in()
    [task] = await tasks(counter, clerk)
    nothing = await counter.call("POST", f"/events/{task['id']}/propose", paper(), clerk)
    assert (nothing.status, nothing.reason) == (409, "COUNTER_NO_ACCOUNT")
    done = await counter.call("POST", f"/events/{task['id']}/close", paper(), clerk)
    assert done.status == 200 and done.data["kind"] == "event_close"
    assert await tasks(counter, clerk) == []
    late = await counter.call("POST", f"/events/{task['id']}/close", paper(), clerk)
    assert (late.status, late.reason) == (404, "COUNTER_TASK_UNKNOWN")


async def test_twins_and_contradictions_stand_there_for_their_own_region(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=700), await town.member("王重")
    await happens(town, "merged", goes, f"other={stays.psn_no}")
    ended = await died(counter, None)
    await happens(town, "resumed", ended)
    clerk, far = await counter.sign_in(), await counter.sign_in("clerk", "420000")
    found = {one["kind"]: one for one in await tasks(counter, clerk)}
    assert set(found) == {"to_merge", "to_pay_out", "contradicts"}
    assert found["to_merge"]["other"] == "*重" and found["to_merge"]["can_propose"]
    assert not found["contradicts"]["can_propose"]
    refused = await counter.call("POST", f"/events/{found['to_merge']['id']}/close", paper(), clerk)
    assert (refused.status, refused.reason) == (409, "COUNTER_MONEY_LEFT")
    assert await tasks(counter, far) == []
    path = f"/events/{found['contradicts']['id']}/close"
    assert (await counter.call("POST", path, paper(), far)).reason == "COUNTER_TASK_UNKNOWN"
    assert (await counter.call("POST", path, paper(), clerk)).status == 200
    assert len(await tasks(counter, clerk)) == 2


async def test_money_that_waits_for_the_tax_office_waits_with_the_yes(counter: Counter) -> None:
    town = counter.town
    _, daughter, grant = await father_of(town)
    order = await ordered(town, daughter, grant)
    submitted = "update premium_order set state = 3, submitted_at = now() where id = $1"
    await town.value(submitted, int(order))
    await happens(town, "died", daughter)
    place = await town.value("select insuplc_admdvs from person where id = $1", daughter.id)
    clerk = await counter.sign_in("clerk", place)
    approver = await counter.sign_in("approver", place)
    [task] = await tasks(counter, clerk)
    proposed = await counter.call("POST", f"/events/{task['id']}/propose", paper(), clerk)
    path = f"/proposals/{proposed.data['id']}/agree"
    wait = await counter.call("POST", path, token=approver)
    assert (wait.status, wait.reason) == (409, "COUNTER_NOT_YET")
    await tax(town, 3)
    assert await town.value("select state from premium_order where id = $1", int(order)) == 6
    done = await counter.call("POST", path, token=approver)
    assert done.status == 200, done.body
    assert [one["kind"] for one in await counter.done()] == ["propose_pay_out", "pay_out"]
    await check_books(town.services.database)


async def test_two_rows_of_one_person_become_one_with_four_eyes(counter: Counter) -> None:
    town = counter.town
    goes = await town.member("王重", current_fen=700, carried_fen=300)
    stays = await town.member("王重", current_fen=1_000)
    mother = await town.member("王母", OLD, "2", insutype="390")
    son = await town.member("王小", date(2005, 2, 1), current_fen=5_000)
    await town.grant(goes, mother, "mother", cap_month_fen=5_000)
    await town.grant(son, goes, "father")
    body = claim(mother) | {"relation": "mother"}
    bond = (await town.world.call("POST", "/family", body, goes.token)).data["id"]
    await town.world.call("POST", f"/family/{bond}/confirm", None, mother.token)
    await happens(town, "merged", goes, f"other={stays.psn_no}")
    clerk, approver = await counter.sign_in(), await counter.sign_in("approver")
    [task] = await tasks(counter, clerk)
    plan = {"personal_fen": 1_000, "wallet_fen": 0, "held_fen": 0, "grants": 2, "bindings": 1}
    assert (task["kind"], task["plan"], task["can_close"]) == ("to_merge", plan, False)
    path = f"/events/{task['id']}/propose"
    proposed = await counter.call("POST", path, paper("两条记录为同一人"), clerk)
    assert proposed.status == 201 and proposed.data["kind"] == "propose_merge"
    assert [one["proposed"] for one in await tasks(counter, clerk)] == [True]
    assert await town.balance(goes) == 1_000, "nothing has moved yet"
    [shown] = (await counter.call("GET", "/proposals", token=approver)).data
    assert shown["amount_fen"] == 1_000 and shown["act"]["other"] == "*重"
    yes = f"/proposals/{shown['id']}/agree"
    assert (await counter.call("POST", yes, token=clerk)).reason == "COUNTER_APPROVERS_ONLY"
    agreed = await counter.call("POST", yes, token=approver)
    assert agreed.status == 200, agreed.body
    assert agreed.data["kind"] == "merge" and agreed.data["second"].startswith("approver-")
    assert (await town.balance(goes), await town.balance(stays)) == (0, 2_000)
    sums = await town.rows(
        "select kind, balance_fen from account where person_id = $1 order by kind", stays.id
    )
    assert [tuple(row) for row in sums] == [(1, 1_700), (2, 300)]
    grants = (await town.world.call("GET", "/aid", None, stays.token)).data
    assert {(one["role"], one["other"], one["agreed"]) for one in grants} == {
        ("donor", "*母", True),
        ("beneficiary", "*小", True),
    }
    [given] = [one for one in grants if one["role"] == "donor"]
    assert given["cap_month_fen"] == 5_000 and given["can_pay"]
    family = (await town.world.call("GET", "/family", None, stays.token)).data["i_may_show"]
    assert [(one["name"], one["can_show"]) for one in family] == [("*母", True)]
    paid = await town.till.settle(await town.sale(mother, "5.00"))
    assert paid.ok and await town.balance(stays) == 1_500
    assert await tasks(counter, clerk) == []
    again = await counter.call("POST", yes, token=approver)
    assert again.reason == "COUNTER_PROPOSAL_OVER"
    [row] = await town.rows("select * from account_merge")
    assert (row["person_id"], row["into_id"], row["amount_fen"]) == (goes.id, stays.id, 1_000)
    assert (row["grants"], row["bindings"]) == (2, 1)
    await happens(town, "merged", goes, f"other={stays.psn_no}")
    assert await tasks(counter, clerk) == [], "another bureau says the same"
    assert (await open_wallet(town, goes)).status != 201, "the row that went opens nothing"
    await check_books(town.services.database)


async def test_a_merge_waits_for_a_wallet_and_keeps_what_may_not_be_twice(
    counter: Counter,
) -> None:
    town = counter.town
    goes = await town.member("王重", current_fen=700, wallet_fen=200, place="310101")
    stays = await town.member("王重", place="310101")
    father = await town.member("王老", OLD, current_fen=5_000, place="310101")
    for one in (goes, stays):
        await town.grant(father, one, "son")
    await happens(town, "merged", goes, f"other={stays.psn_no}")
    clerk = await counter.sign_in("clerk", "310000")
    approver = await counter.sign_in("approver", "310000")
    [task] = await tasks(counter, clerk)
    assert (task["plan"]["wallet_fen"], task["plan"]["grants"]) == (200, 0)
    proposed = await counter.call("POST", f"/events/{task['id']}/propose", paper(), clerk)
    yes = f"/proposals/{proposed.data['id']}/agree"
    refused = await counter.call("POST", yes, token=approver)
    assert (refused.status, refused.reason) == (409, "COUNTER_NO_WALLET")
    assert await town.balance(goes) == 900, "nothing has changed"
    assert (await open_wallet(town, stays)).status == 201
    done = await counter.call("POST", yes, token=approver)
    assert done.status == 200, done.body
    assert await town.balance(stays) == 900
    assert len((await town.world.call("GET", "/aid", None, stays.token)).data) == 1
    await check_books(town.services.database)


async def test_who_goes_abroad_for_good_is_paid_out_by_two(counter: Counter) -> None:
    town = counter.town
    who = await town.member("李远", current_fen=50_000)
    clerk, approver = await counter.sign_in(), await counter.sign_in("approver")
    path, body = f"/persons/{who.id}/pay-out", paper() | {"why": "emigration"}
    unseen = await counter.call("POST", path, body, clerk)
    assert (unseen.status, unseen.reason) == (409, "COUNTER_LOOK_FIRST")
    await counter.look(who, clerk)
    dead = await counter.call("POST", path, body | {"why": "death"}, clerk)
    assert dead.status == 422, "the dead's are paid out where their event stands"
    proposed = await counter.call("POST", path, body, clerk)
    assert proposed.status == 201, proposed.body
    assert (await counter.call("POST", path, body, clerk)).reason == "COUNTER_PROPOSED"
    yes = f"/proposals/{proposed.data['id']}/agree"
    assert (await counter.call("POST", yes, token=approver)).status == 200
    [row] = await town.rows("select * from account_pay_out where person_id = $1", who.id)
    assert (row["amount_fen"], row["reason"]) == (50_000, 2)
    assert (await counter.call("POST", path, body, clerk)).reason == "COUNTER_NO_ACCOUNT"
    await check_books(town.services.database)
