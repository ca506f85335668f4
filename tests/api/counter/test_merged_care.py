"""What a merged person has at a clinic and a pharmacy, in the inbox and in the wallet."""

from __future__ import annotations

from datetime import date

from app.domain.registry.imports.book.credits import write_bases, write_credits
from app.domain.registry.imports.book.lists import write_residents
from app.domain.registry.imports.rows import BaseRow, CreditRow, ResidentRow
from tests.api.counter.conftest import Counter
from tests.api.counter.test_merged import code, merge, read, verified
from tests.api.tills.test_cards import card_of
from tests.api.tills.test_goods import box, sale
from tests.api.tills.test_outpatient import HEFEI, Clinic, clinic
from tests.api.tills.test_prescriptions import Street, street
from tests.domain.events.test_events import happens, line, load
from tests.domain.notice.inbox import kinds, tell
from tests.domain.notice.test_telling import pay
from tests.domain.reconcile.shop_books import ShopBooks
from tests.domain.wallet.purses import do, family, open_wallet, sent, sweep
from tests.till_world import BASIC

__all__ = ["clinic", "street"]


async def test_a_visit_and_a_prescription_go_on_under_the_other_number(
    counter: Counter, clinic: Clinic, street: Street
) -> None:
    town, goes = counter.town, clinic.patient
    rx = await street.doctor.issued("N1", {BASIC: "4"})
    await clinic.charge(("1", BASIC, "30.00"))
    stays = await town.member(goes.name, goes.brdy, goes.gend, current_fen=0, place=HEFEI)
    await merge(counter, goes, stays)
    more = await clinic.charge(("2", BASIC, "20.00"))
    assert more.ok, "the clinic still has the number of before"
    for one in (clinic, street.doctor, street.shop, street.other):
        one.patient = stays
    assert (await clinic.charge(("3", BASIC, "10.00"))).ok
    ready = await street.shop.ready(rx)
    bought = await street.shop.buy(ready, "3")
    assert bought["psn_no"] == stays.psn_no
    [shown] = await read(town, stays, "/prescriptions")
    assert shown["number"] == rx.hi_rxno and not shown["name"], "my own"
    await street.shop.back(bought)
    assert await street.left(rx) == [(BASIC, 4, 0)]
    await verified(town)


async def test_what_a_shop_told_by_the_old_number_is_found_by_either(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=9_000), await town.member("王重")
    bill, till = await pay(town, goes, "40.00"), town.till
    row = sale("1", box(1), mdtrt_setl_type="1", setl_id=bill["setl_id"], psn_no=goes.psn_no)
    assert (await till.call("3505", {"selinfo": row})).ok
    await merge(counter, goes, stays)
    asked = {"fixmedins_code": till.fixmedins_code, "medins_list_codg": "H1"}
    asked |= {"begndate": "2026-11-21", "enddate": "2026-11-21"}
    for infno in ("3511", "3513"):
        for psn_no, found in ((goes.psn_no, 1), (stays.psn_no, 1), ("nobody", 0)):
            answer = await till.call(infno, {"data": asked | {"psn_no": psn_no}})
            assert answer.ok and len(answer.rows) == found, (infno, answer.err_msg, psn_no)
    msgid = await town.value("select msgid from request where infno = '2102'")
    for psn_no in (goes.psn_no, stays.psn_no):
        assert (await till.found(psn_no, msgid, stays.place)).ok


async def test_what_was_told_and_what_is_told_is_in_one_inbox(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=9_000), await town.member("王重")
    bill = await pay(town, goes, "40.00")
    off = {"topics": [{"topic": "aid", "inbox": True, "outside": False}]}
    wished = await town.world.call("PATCH", "/notices/settings", off, goes.token)
    assert wished.status == 200, wished.body
    await tell(town)
    told = await kinds(town, goes)
    assert told
    await merge(counter, goes, stays)
    await tell(town)
    assert await kinds(town, goes) == []
    mine = await kinds(town, stays)
    assert mine[: len(told)] == told
    topics = (await read(town, stays, "/notices/settings"))["topics"]
    assert [one["topic"] for one in topics if not one["outside"]] == ["bill", "aid"]
    back = await town.till.cancel(bill["setl_id"], bill["mdtrt_id"], goes.psn_no, goes.place)
    assert back.ok, back.err_msg
    await tell(town, 2)
    assert len(await kinds(town, stays)) > len(mine), "a bill of before was cancelled"
    assert await kinds(town, goes) == []
    await verified(town)


async def test_what_a_relative_has_pushed_can_be_given_back_from_the_other_row(
    counter: Counter,
) -> None:
    town = counter.town
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    assert (await do(town, mother, "accept", transfer)).status == 200
    await sweep(town)
    stays = await town.member(
        mother.name, mother.brdy, mother.gend, place=mother.place, insutype="390"
    )
    assert (await open_wallet(town, stays)).status == 201
    before = await town.balance(son)
    await merge(counter, mother, stays)
    assert await town.balance(stays) == 10_000
    history = await read(town, stays, "/wallet/transfers")
    assert [one["id"] for one in history["items"]] == [transfer]
    back = await do(town, stays, "return", transfer, amount_fen=4_000)
    assert back.status in (200, 201), back.body
    await sweep(town)
    assert (await town.balance(stays), await town.balance(son)) == (6_000, before + 4_000)
    other = await town.member("王小")
    assert (await do(town, other, "return", transfer, amount_fen=1_000)).status == 404
    assert code(await town.till.person("x")) != "OK"
    await verified(town)


async def test_what_comes_back_to_a_sender_whose_row_went_is_the_persons(
    counter: Counter,
) -> None:
    town = counter.town
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    assert (await do(town, mother, "accept", transfer)).status == 200
    await sweep(town)
    stays = await town.member(son.name, son.brdy, son.gend, place=son.place)
    assert (await open_wallet(town, stays)).status == 201
    await merge(counter, son, stays)
    assert (await do(town, mother, "return", transfer, amount_fen=10_000)).status in (200, 201)
    await sweep(town)
    assert await town.balance(stays) == 600_000
    await verified(town)


async def test_a_shops_books_agree_whichever_number_it_writes(counter: Counter) -> None:
    town = counter.town
    goes, stays = await town.member("王重", current_fen=9_000), await town.member("王重")
    books = ShopBooks(town)
    first = await books.buy(goes, "10.00")
    await merge(counter, goes, stays)
    second = await books.buy(stays, "20.00")
    books.change(first, psn_no=stays.psn_no)
    books.change(second, psn_no=goes.psn_no)
    assert await books.differences() == []
    books.change(books.rows[0], psn_no="nobody")
    assert len(await books.differences()) == 1


async def test_files_that_name_the_old_number_speak_of_the_person(counter: Counter) -> None:
    """And what waited under it is booked, what was owed under it is taken."""
    town, services = counter.town, counter.town.services
    goes = await town.member("王重", current_fen=1_000, carried_fen=0)
    stays = await town.member("王重", current_fen=2_000, carried_fen=0)
    november, october, now = date(2026, 11, 1), date(2026, 10, 1), town.clock.now()

    async def credits(*rows: CreditRow) -> None:
        async with services.database.transaction() as connection:
            lines = list(enumerate(rows, 2))
            told = await write_credits(connection, lines, "test", services.database.ids, now)
        assert not told.refused, told.refused

    await credits(
        CreditRow(goes.psn_no, "supplement", october, None, 500),
        CreditRow(goes.psn_no, "recovery", october, None, 9_000),
    )
    await services.crediting.run("13", november)
    assert await town.balance(goes) == 0
    owed = "select sum(owed_fen) from account_credit"
    assert await town.value(owed) == 7_500
    await credits(CreditRow(goes.psn_no, "supplement", november, None, 700))
    await merge(counter, goes, stays)
    async with services.database.transaction() as connection:
        bases = [BaseRow(one.psn_no, november, 500_000 + one.id % 7) for one in (goes, stays)]
        written = await write_bases(connection, list(enumerate(bases, 2)), "test", now)
        assert not written.refused
        years = [ResidentRow(goes.psn_no, 2026, "tax", "student")]
        assert not (await write_residents(connection, list(enumerate(years, 2)), now)).refused
    [base] = await town.rows("select person_id, base_fen from account_base")
    assert tuple(base) == (stays.id, 500_000 + stays.id % 7), "the own line counts"
    assert await town.value("select person_id from enrolment") == stays.id
    await credits(CreditRow(goes.psn_no, "supplement", date(2026, 9, 1), None, 300))
    await services.crediting.run("13", november)
    month = await town.value(
        "select sum(amount_fen) from account_credit where person_id = $1 and kind = 1", stays.id
    )
    left = 2_000 + 700 + 300 + month - 7_500
    assert (await town.value(owed), await town.balance(stays)) == (max(-left, 0), max(left, 0))
    await verified(town)


async def test_what_happens_to_the_person_is_told_by_either_number(counter: Counter) -> None:
    """What happened to the insurance of the row that went is no news of the one that stays."""
    town = counter.town
    goes, stays = await town.member("王重", current_fen=700), await town.member("王重")
    card = await card_of(town, goes)
    await merge(counter, goes, stays)
    await happens(town, "stopped", goes)
    assert (await town.till.settle(await town.sale(stays, "1.00"))).ok
    assert (await card.read()).ok
    await happens(town, "card_lost", goes, f'"{{""card_no"": ""{card.number}""}}"')
    assert code(await card.read()) == "CARD_LOST"
    died = line("died", goes)
    assert [one[0].loaded for one in [await load(town, died) for _ in range(2)]] == [1, 0]
    ended = await town.world.call("GET", "/filings", token=stays.token)
    assert ended.status == 401, "nobody speaks for the dead"
    clerk = await counter.sign_in()
    tasks = (await counter.call("GET", "/events", token=clerk)).data
    assert [(one["kind"], one["amount_fen"]) for one in tasks] == [("to_pay_out", 600)]
    await verified(town)
