"""Two rows of one person, merged by two clerks: whatever is the person's is found at every door
under the row that stays, by either number, and what was written stays as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.sale import Item
from app.store.rights.tables import APPEND_ONLY
from tests.api.counter.conftest import Counter, paper
from tests.api.tills.test_cards import card_of
from tests.books import check_books
from tests.domain.events.test_events import happens
from tests.domain.premium.season import enrolled, order, ordered, seen, tax
from tests.phone_world import claim
from tests.till_world import BASIC, Member, Town

OLD = date(1950, 1, 1)


async def merge(counter: Counter, goes: Member, stays: Member) -> None:
    """The bureau says so, one clerk proposes it, another agrees."""
    town = counter.town
    await happens(town, "merged", goes, f"other={stays.psn_no}")
    clerk = await counter.sign_in("clerk", goes.place)
    approver = await counter.sign_in("approver", goes.place)
    tasks = (await counter.call("GET", "/events", token=clerk)).data
    [task] = [one for one in tasks if one["kind"] == "to_merge" and one["can_propose"]]
    proposed = await counter.call("POST", f"/events/{task['id']}/propose", paper(), clerk)
    assert proposed.status == 201, proposed.body
    done = await counter.call("POST", f"/proposals/{proposed.data['id']}/agree", token=approver)
    assert done.status == 200, done.body


async def read(town: Town, who: Member, path: str) -> Any:
    answer = await town.world.call("GET", path, token=who.token)
    assert answer.status == 200, answer.body
    return answer.data


async def verified(town: Town) -> None:
    await check_books(town.services.database)
    report = await town.services.verification.run()
    assert not report.findings, report.findings


def code(answer: Any) -> str:
    return str(answer.err_msg.split(" ")[0] or "OK")


async def history(town: Town) -> dict[str, set[str]]:
    """All that only grows, as it lies there."""
    found = {}
    for table in sorted(APPEND_ONLY):
        rows = await town.rows(f"select t::text as row from {table} t")
        found[table] = {row["row"] for row in rows}
    return found


async def test_bills_of_either_row_are_seen_and_undone_by_either_number(counter: Counter) -> None:
    town = counter.town
    goes = await town.member("王重", current_fen=6_000, carried_fen=4_000)
    stays = await town.member("王重", current_fen=1_000)
    son = await town.member("王小", date(2005, 2, 1), current_fen=90_000)
    await town.grant(son, goes, "father")
    paid = [await town.till.settle(await town.sale(goes, "150.00")) for _ in range(1)]
    paid.append(await town.till.settle(await town.sale(goes, "20.00")))
    own = await town.till.settle(await town.sale(stays, "4.00"))
    assert [one.ok for one in (*paid, own)] == [True] * 3
    assert (await town.balance(goes), await town.balance(son)) == (0, 83_000)
    before = await history(town)
    await merge(counter, goes, stays)
    after = await history(town)
    assert all(before[table] <= after[table] for table in before), "what was written stays"
    assert await town.balance(stays) == 600

    bills = await read(town, stays, "/bills?month=2026-11&who=me")
    assert {one["setl_id"] for one in bills["items"]} == {
        one.setlinfo["setl_id"] for one in (*paid, own)
    }
    assert [one["name"] for one in bills["picture"]["paid_by"]] == ["*小"]
    first = paid[0].setlinfo
    told = await read(town, stays, f"/settlements/{first['setl_id']}")
    assert told["seen_as"] == "patient" and told["items"]
    records = await read(town, stays, "/aid/records")
    assert {one["setl_id"] for one in records["items"]} == {x.setlinfo["setl_id"] for x in paid}
    statement = await read(town, stays, "/accounts/statement?from=2026-11-01&to=2026-11-30")
    assert {one["closed"] for one in statement["accounts"]} == {True, False}
    assert statement["closing_fen"] == 600

    def named(one: Any, psn_no: str) -> dict[str, str]:
        info = one.setlinfo
        return {"setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"], "psn_no": psn_no}

    for psn_no in (goes.psn_no, stays.psn_no):
        for one in (paid[0], own):
            looked = await town.till.call("5203", {"data": named(one, psn_no)})
            assert looked.ok, looked.err_msg
    wrong = await town.till.call("2103", {"data": named(paid[0], son.psn_no)})
    assert code(wrong) == "SETTLEMENT_UNKNOWN"
    back = await town.till.call("2103", {"data": named(paid[0], stays.psn_no)})
    assert back.ok and back.setlinfo["balc"] == Decimal("106.00"), back.err_msg
    assert (await town.balance(stays), await town.balance(son)) == (10_600, 88_000)
    again = await town.till.call("2103", {"data": named(own, goes.psn_no)})
    assert again.ok, again.err_msg
    assert await town.balance(stays) == 11_000
    undone = await town.till.call("2103", {"data": named(paid[1], goes.psn_no)})
    assert undone.ok and await town.balance(son) == 90_000
    assert await town.rows("select * from counter_task") == [], "nothing waits at the counter"
    await verified(town)


async def test_what_is_left_of_a_bill_is_paid_from_where_its_money_went(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=6_000), await town.member("王重")
    items = [Item(BASIC, Decimal(3), Decimal("10.00"))]
    sale = town.sale_of(goes, await town.scan(goes), items)
    msgid = town.till.new_msgid()
    paid = await town.till.settle(sale, msgid)
    assert paid.ok, paid.err_msg
    await merge(counter, goes, stays)
    info = paid.setlinfo
    data = {"setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"], "psn_no": stays.psn_no}
    [line] = paid.output["detlcutinfo"]
    returned = [{"feedetl_sn": line["feedetl_sn"], "cnt": 1}]
    part = await town.till.call("2103A", {"data": data, "drugdetail": returned})
    assert part.ok, part.err_msg
    assert await town.balance(stays) == 4_000
    wrong = {"psn_no": "X", "omsgid": msgid, "oinfno": "2102"}
    assert code(await town.till.call("2601", {"data": wrong})) == "ORIGINAL_MISMATCH"
    whole = await town.till.call("2601", {"data": wrong | {"psn_no": stays.psn_no}})
    assert whole.ok, whole.err_msg
    assert await town.balance(stays) == 6_000
    await verified(town)


async def test_a_till_pays_by_either_number_and_by_either_card(counter: Counter) -> None:
    town = counter.town
    goes = await town.member("王重", current_fen=6_000)
    stays = await town.member("王重", current_fen=1_000)
    card, other = await card_of(town, goes), await card_of(town, stays)
    await card.read()
    assert (await town.till.settle(card.sale("10.00"))).ok
    await merge(counter, goes, stays)
    for one in (card, other):
        seen_by_till = await one.read()
        assert seen_by_till.output["baseinfo"]["psn_no"] == stays.psn_no
        paid = await town.till.settle(one.sale("5.00"))
        assert paid.ok and paid.setlinfo["psn_no"] == stays.psn_no, paid.err_msg
    assert await town.balance(stays) == 5_000
    token = await town.scan(stays)
    sale = town.sale_of(goes, token, card.sale("5.00").items)
    assert (await town.till.settle(sale)).ok, "the code is the one's, the number the other's"
    assert {one["state"] for one in await read(town, stays, "/cards")} == {"valid"}
    assert len(await read(town, stays, "/cards")) == 2
    await card.says("lost")
    assert code(await card.read()) == "CARD_LOST", "a file of before names the old number"
    await verified(town)


async def test_the_phone_of_the_row_that_went_is_the_persons(counter: Counter) -> None:
    town = counter.town
    goes = await town.member("王重", current_fen=700)
    someone = await town.world.add("王重")
    stays = Member(**vars(someone), token="", psn_no="", place=goes.place, insutype=goes.insutype)
    stays.psn_no = await town.value("select psn_no from person where id = $1", stays.id)
    filing = {"area": "1101", "kind": "long_term", "starts_on": "2026-11-21"}
    made = await town.world.call("POST", "/filings", filing, goes.token)
    assert made.status == 201, made.body
    await merge(counter, goes, stays)
    me = await read(town, goes, "/me")
    assert me["name"] == "*重" and not me["holds"]
    assert sum(one["balance_fen"] for one in me["accounts"]) == 700
    assert await town.value("select person_id from login where person_id = $1", goes.id) is None
    assert [one["area"] for one in await read(town, goes, "/filings")] == ["1101"]
    code_shown = await town.show(goes)
    decoded = await town.till.decode(code_shown["code"])
    assert decoded.output["idNo"] == stays.certno
    await verified(town)


async def test_of_two_phones_the_one_of_the_row_that_stays_goes_on(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=700), await town.member("王重")
    await merge(counter, goes, stays)
    taken = await town.world.call("GET", "/filings", token=goes.token)
    assert taken.reason == "IDENTITY_TAKEN"
    assert await read(town, stays, "/filings") == []
    bound = await town.world.identify(goes.token, goes)
    assert bound.status == 200, "the old document proves who it is, too"
    assert (
        await town.value(
            "select person_id from login where person_id is not null"
            " and id = (select max(id) from login where person_id = $1)",
            stays.id,
        )
        == stays.id
    )
    await verified(town)


async def test_what_was_used_counts_on_whichever_row_it_was_used(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=50_000), await town.member("王重")
    mother = await town.member("王母", OLD, "2", insutype="390")
    await town.grant(goes, mother, "mother", cap_month_fen=5_000)
    assert (await town.till.settle(await town.sale(mother, "30.00"))).ok
    await merge(counter, goes, stays)
    too_much = await town.till.settle(await town.sale(mother, "30.00"))
    assert too_much.ok and too_much.setlinfo["acct_pay"] == 0, "20.00 of the month are left"
    paid = await town.till.settle(await town.sale(mother, "20.00"))
    assert paid.ok and paid.setlinfo["acct_pay"] == Decimal("20.00"), paid.err_msg
    assert await town.balance(stays) == 45_000
    await verified(town)


async def test_of_two_premiums_of_a_year_one_is_taken_back_and_cover_follows(
    counter: Counter,
) -> None:
    town = counter.town
    goes = await town.member("王重", OLD, insutype="390")
    stays = await town.member("王重", OLD, insutype="390")
    daughter = await town.member("王敏", gend="2", current_fen=200_000)
    son = await town.member("王强", current_fen=200_000)
    purposes = ["medical", "premium"]
    old = await town.grant(daughter, goes, "father", purposes=purposes)
    new = await town.grant(son, stays, "father", purposes=purposes)
    first = await ordered(town, daughter, old)
    await tax(town, 3)
    second = await ordered(town, son, new)
    assert (await seen(town, son, second))["state"] != "released"
    assert (await seen(town, daughter, first))["state"] in ("paid", "booked")
    await merge(counter, goes, stays)
    assert (await seen(town, son, second))["state"] == "released"
    assert await town.balance(son) == 200_000
    told = await seen(town, stays, first)
    assert told["state"] in ("paid", "booked") and told["mine"]
    refused = await order(town, son, new)
    assert refused.reason in ("ALREADY_PAID", "PREMIUM_UNDER_WAY"), refused.body
    await verified(town)


async def test_a_second_payment_is_refunded_before_its_cover_begins(counter: Counter) -> None:
    town = counter.town
    goes = await town.member("王重", OLD, insutype="390")
    stays = await town.member("王重", OLD, insutype="390")
    daughter = await town.member("王敏", gend="2", current_fen=200_000)
    grant = await town.grant(daughter, goes, "father", purposes=["medical", "premium"])
    before = await town.balance(daughter)
    order = await ordered(town, daughter, grant)
    await tax(town, 3)
    await enrolled(town, stays, 2027)
    await merge(counter, goes, stays)
    await tax(town, 3)
    assert (await seen(town, daughter, order))["state"] == "refunded"
    assert await town.balance(daughter) == before
    await verified(town)


async def test_merged_on_and_merged_again_all_leads_to_the_last(counter: Counter) -> None:
    town = counter.town
    one, two, three = [await town.member("王重", current_fen=1_000) for _ in range(3)]
    paid = await town.till.settle(await town.sale(one, "4.00"))
    await merge(counter, one, two)
    await merge(counter, two, three)
    assert await town.balance(three) == 2_600
    info = paid.setlinfo
    data = {"setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"], "psn_no": three.psn_no}
    assert (await town.till.call("2103", {"data": data})).ok
    assert await town.balance(three) == 3_000
    # What has come under the old row since, by a version that knew nothing of it, follows late.
    late = "insert into resident (person_id, identity, noted_at) values ($1, 'student', now())"
    await town.value(late, one.id)
    merging = town.services.counter_tasks._merging
    before = await history(town)
    for _ in range(2):
        await merging.merge(one.id, two.id)
    assert await history(town) == before
    assert [row["person_id"] for row in await town.rows("select * from resident")] == [three.id]
    await verified(town)


@pytest.mark.parametrize("said_yes", [True, False])
async def test_who_has_a_tie_with_both_rows_has_one_with_the_person(
    counter: Counter, said_yes: bool
) -> None:
    """The other one was a request of which nobody knew that it asks for the same."""
    town = counter.town
    goes, stays, sister = [await town.member("王敏", gend="2") for _ in range(3)]
    for one, agrees in ((goes, True), (stays, said_yes)):
        body = claim(one) | {"relation": "elder_sister"}
        asked = await town.world.call("POST", "/family", body, sister.token)
        assert asked.status == 201, asked.body
        if agrees:
            path = f"/family/{asked.data['id']}/confirm"
            assert (await town.world.call("POST", path, token=one.token)).status == 200
    await merge(counter, goes, stays)
    [tie] = (await read(town, sister, "/family"))["i_may_show"]
    assert tie["state"] == ("active" if said_yes else "pending")
    await verified(town)


async def test_the_counter_finds_the_person_by_either_document(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=700), await town.member("王重")
    clerk = await counter.sign_in()
    await counter.look(goes, clerk)
    await merge(counter, goes, stays)
    for one in (goes, stays):
        answer = await counter.call("POST", "/persons", claim(one), clerk)
        assert answer.status == 200 and answer.data["id"] == str(stays.id), answer.body
    stale = await counter.call(
        "POST", f"/persons/{goes.id}/pay-out", paper() | {"why": "emigration"}, clerk
    )
    assert stale.reason == "COUNTER_LOOK_FIRST"
    kinds = await town.rows(
        "select kind from counter_act where person_id = $1 order by id", goes.id
    )
    assert [row["kind"] for row in kinds] == ["propose_merge", "merge"]
