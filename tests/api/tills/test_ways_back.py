"""Money that comes back by less trodden ways: a part of a purchase, a cancel undone, an account
that has moved or closed."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import Item, Sale
from app.clients.till.sale import sale_input
from app.kit.clock import SystemClock
from app.ledger.relocation import relocate
from tests.api.tills.test_undo import Case
from tests.books import check_books
from tests.till_world import BASIC, LOCK_WAITS, SELF_PAID, Member, Town


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


async def family(town: Town) -> tuple[Member, Member, str]:
    """A father with 100.00 and a son with 1000.00 who shares it."""
    father = await town.member("李老", date(1950, 1, 1), current_fen=10_000)
    son = await town.member("李强", current_fen=100_000)
    return father, son, await town.grant(son, father, "father")


async def buy(town: Town, father: Member, items: list[Item]) -> Answer:
    sale: Sale = town.sale_of(father, await town.scan(father), items)
    answer = await town.till.settle(sale)
    assert answer.ok, answer.err_msg
    return answer


async def give_back(town: Town, paid: Answer, **lines: str) -> Answer:
    info = paid.setlinfo
    data = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    detail = [{"feedetl_sn": sn.removeprefix("n"), "cnt": count} for sn, count in lines.items()]
    return await town.till.call("2103A", {"data": data, "drugdetail": detail})


def figures(answer: Answer) -> tuple[Any, ...]:
    info = answer.setlinfo
    return info["medfee_sumamt"], info["acct_pay"], info["acct_mulaid_pay"], info["psn_cash_pay"]


async def test_a_part_comes_back_to_those_who_paid_last(town: Town) -> None:
    father, son, grant = await family(town)
    items = [
        Item(BASIC, Decimal(3), Decimal("50.00")),
        Item(SELF_PAID, Decimal(1), Decimal("9.00")),
    ]
    paid = await buy(town, father, items)
    assert figures(paid) == (159, 150, 50, 9)
    serials = [line["feedetl_sn"] for line in paid.output["detlcutinfo"]]
    frozen = await town.world.call("POST", f"/aid/{grant}/freeze", token=son.token)
    assert frozen.status == 200
    rest = await give_back(town, paid, **{f"n{serials[0]}": "0.5"})
    assert rest.ok, rest.err_msg
    # A frozen grant pays nothing new, but what it has paid stays paid, less what came back.
    assert figures(rest) == (134, 125, 25, 9)
    assert rest.output["refundinfo"]["medfee_sumamt"] == -159
    assert (await town.balance(father), await town.balance(son)) == (0, 97_500)
    rest = await give_back(town, rest, **{f"n{serials[0]}": "2", f"n{serials[1]}": "1"})
    assert figures(rest) == (25, 25, 0, 0)
    assert (await town.balance(father), await town.balance(son)) == (7_500, 100_000)
    await check_books(town.services.database)


def reasons(answer: Answer) -> dict[str, str]:
    told = answer.setlinfo["exp_content"]["reasons"]
    return {why["reason"]: why["message"] for why in told}


async def test_the_rest_is_told_why_accounts_pay_no_more_of_it(town: Town) -> None:
    """130.00 payable, 100.00 of his own, nobody else; 9.00 self-paid."""
    father = await town.member("李老", date(1950, 1, 1), current_fen=10_000)
    items = [
        Item(BASIC, Decimal(13), Decimal("10.00")),
        Item(SELF_PAID, Decimal(2), Decimal("9.00")),
    ]
    paid = await buy(town, father, items)
    assert figures(paid) == (148, 100, 0, 48)
    serials = [line["feedetl_sn"] for line in paid.output["detlcutinfo"]]
    rest = await give_back(town, paid, **{f"n{serials[0]}": "1", f"n{serials[1]}": "1"})
    assert figures(rest) == (129, 100, 0, 29)
    told = reasons(rest)
    assert list(told) == ["ITEM_OUT_OF_SCOPE", "ONLY_PAYERS_OF_BEFORE"]
    assert "9.00元（第2行）" in told["ITEM_OUT_OF_SCOPE"]
    assert "20.00元" in told["ONLY_PAYERS_OF_BEFORE"]
    rest = await give_back(town, rest, **{f"n{serials[0]}": "2", f"n{serials[1]}": "1"})
    assert figures(rest) == (100, 100, 0, 0) and reasons(rest) == {}


async def test_the_rest_of_a_bill_without_accounts_says_so(town: Town) -> None:
    father, _, _ = await family(town)
    bought = [Item(BASIC, Decimal(2), Decimal("10.00"))]
    sale = town.sale_of(father, await town.scan(father), bought, acct_used_flag="0")
    paid = await town.till.settle(sale)
    assert list(reasons(paid)) == ["ACCOUNT_USE_DECLINED"]
    [serial] = [line["feedetl_sn"] for line in paid.output["detlcutinfo"]]
    rest = await give_back(town, paid, **{f"n{serial}": "1"})
    assert figures(rest) == (10, 0, 0, 10) and list(reasons(rest)) == ["ACCOUNT_USE_DECLINED"]


async def test_what_was_not_bought_can_not_be_given_back(town: Town) -> None:
    father, _, _ = await family(town)
    paid = await buy(town, father, [Item(BASIC, Decimal(2), Decimal("50.00"))])
    [serial] = [line["feedetl_sn"] for line in paid.output["detlcutinfo"]]
    assert code(await give_back(town, paid, n77="1")) == "RETURN_INVALID"
    assert code(await give_back(town, paid, **{f"n{serial}": "2.0001"})) == "RETURN_INVALID"
    assert code(await give_back(town, paid, **{f"n{serial}": "2"})) == "RETURN_INVALID"
    assert code(await give_back(town, paid, **{f"n{serial}": "0"})) == "INPUT_INVALID"
    assert code(await give_back(town, paid)) == "INPUT_INVALID"
    assert await town.balance(father) == 0
    first = await give_back(town, paid, **{f"n{serial}": "1"})
    assert first.ok
    assert code(await give_back(town, paid, **{f"n{serial}": "1"})) == "REPLACED_SINCE"


async def test_a_cancel_whose_answer_was_lost_is_undone_once(town: Town, case: Case) -> None:
    cancelled = await case.cancel()
    assert await case.balances() == (10_000, 100_000)
    for _ in range(2):
        undone = await case.reverse(omsgid=cancelled.msgid, oinfno="2103")
        assert code(undone) == "OK"
        assert await case.balances() == (0, 85_000)
    look = await town.till.call("5203", {"data": case.ids})
    assert look.output["setlinfo"]["refd_setl_flag"] == "1"
    # The settlement stands again, so it can be cancelled again.
    assert code(await case.cancel()) == "OK"
    assert await case.balances() == (10_000, 100_000)
    assert code(await case.cancel()) == "ALREADY_CANCELLED"
    assert code(await case.reverse(omsgid=cancelled.msgid, oinfno="2103")) == "OK"
    assert await case.balances() == (10_000, 100_000)
    await check_books(town.services.database)


async def refund_state(town: Town, case: Case) -> str | None:
    """Where the refund is, as the patient's phone is told."""
    path = f"/settlements/{case.ids['setl_id']}"
    seen = await town.world.call("GET", path, token=case.patient.token)
    assert seen.status == 200, seen.body
    refund = seen.data["refund"]
    return refund["state"] if refund else None


async def test_the_phone_is_told_where_the_refund_is(town: Town, case: Case) -> None:
    assert await refund_state(town, case) is None
    assert code(await case.cancel()) == "OK"
    assert await refund_state(town, case) == "returned"


async def test_a_refund_that_was_spent_is_not_taken_back(town: Town, case: Case) -> None:
    cancelled = await case.cancel()
    spent = await town.till.settle(await town.sale(case.patient, "60.00"))
    assert spent.ok
    undone = await case.reverse(omsgid=cancelled.msgid, oinfno="2103")
    assert code(undone) == "REFUND_SPENT"
    assert await case.balances() == (4_000, 100_000)
    assert code(await case.cancel()) == "ALREADY_CANCELLED"


async def test_money_follows_an_account_that_moved(town: Town, case: Case) -> None:
    services = town.services
    async with services.database.transaction() as connection:
        ids, now = services.database.ids, SystemClock().now()
        assert await relocate(connection, [case.son.id], ids, now) == 2
    assert await town.balance(case.son) == 85_000
    assert code(await case.cancel()) == "OK"
    assert await case.balances() == (10_000, 100_000)
    closed = "select balance_fen from account where person_id = $1 and closed_at is not null"
    assert [row["balance_fen"] for row in await town.rows(closed, case.son.id)] == [0, 0]
    await check_books(services.database)


async def test_an_account_that_moves_while_its_refund_waits(town: Town, case: Case) -> None:
    services = town.services
    async with services.database.transaction() as connection:
        await relocate(connection, [case.son.id], services.database.ids, SystemClock().now())
        cancel = asyncio.create_task(case.cancel())
        await town.until(LOCK_WAITS)
    assert code(await cancel) == "OK"
    assert await case.balances() == (10_000, 100_000)
    tasks = "select count(*) from counter_task where person_id = $1"
    assert await town.value(tasks, case.son.id) == 0


async def test_money_of_a_closed_account_waits_at_the_counter(town: Town, case: Case) -> None:
    closing = "update account set closed_at = now() where person_id = $1"
    await town.value(closing, case.son.id)
    answer = await case.cancel()
    assert code(answer) == "OK"
    reasons = [why["reason"] for why in answer.setlinfo["exp_content"]["reasons"]]
    assert set(reasons) == {"ACCOUNT_CLOSED"}
    tasks = await town.rows("select * from counter_task where person_id = $1", case.son.id)
    assert sum(task["amount_fen"] for task in tasks) == 15_000
    assert await case.balances() == (10_000, 85_000)
    assert await refund_state(town, case) == "at_counter"
    listed = await town.world.call("GET", "/aid/records", token=case.son.token)
    assert [item["refund"] for item in listed.data["items"]] == ["at_counter", "given_back"]
    await town.value("update counter_task set done_at = now() where person_id = $1", case.son.id)
    assert await refund_state(town, case) == "returned"
    undone = await case.reverse(omsgid=answer.msgid, oinfno="2103")
    assert code(undone) == "REFUND_SPENT"


async def test_what_was_not_sold_at_its_price_keeps_its_own(town: Town) -> None:
    """A discount on the list price, a till that rounds half to even, and a gift."""
    father = await town.member("李强", current_fen=20_000)
    items = [
        Item(BASIC, Decimal(4), Decimal("10.00")),
        Item(BASIC, Decimal(1), Decimal("0.125")),
        Item(BASIC, Decimal(2), Decimal("5.00")),
    ]
    sent = sale_input(town.sale_of(father, await town.scan(father), items), town.clock.now())
    for line, yuan in zip(sent["drugdetail"], ("30.00", "0.12", "0.00"), strict=True):
        line["det_item_fee_sumamt"] = yuan
    sent["druginfo"]["medfee_sumamt"] = "30.12"
    paid = await town.till.call("2102", sent, insuplc=father.place)
    assert paid.ok, paid.err_msg
    assert paid.setlinfo["acct_pay"] == Decimal("30.12")
    first, _, gift = (line["feedetl_sn"] for line in sent["drugdetail"])
    data = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    back = [{"feedetl_sn": first, "cnt": "3"}, {"feedetl_sn": gift, "cnt": "1"}]
    rest = await town.till.call("2103A", {"data": data, "drugdetail": back})
    assert rest.ok, rest.err_msg
    assert rest.setlinfo["medfee_sumamt"] == Decimal("7.62")
    assert await town.balance(father) == 20_000 - 762
    await check_books(town.services.database)
