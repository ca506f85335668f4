"""Trace codes at the till: what a line has to bring, a box sold once, and free again when the sale
is undone; what was sold elsewhere is told."""

from __future__ import annotations

import asyncio
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.receipt import receipt
from app.clients.till.sale import Item, sale_input
from app.domain.settlement.facts.loader import Loader
from tests.api.tills.test_outpatient import Clinic
from tests.books import check_books
from tests.own_packs import add_packs
from tests.till_world import BASIC, SHARED, Member, Shop, Town

ASKS, REFUSES, WARNS = "130300", "130400", "130500"
BLOCK = """
[[rules]]
from = 2021-04-01
source = "F6.1: a test"
certainty = "D"
[rules.trace]
"""
PACKS = {
    ASKS: 'policy = "require"\nvisit_codes = true\n',
    REFUSES: 'policy = "require"\nsold_elsewhere = "refuse"\n',
    WARNS: 'policy = "warn"\n',
}
BOXES = int(os.environ.get("QINJI_TEST_BOXES", "24"))
TILLS = int(os.environ.get("QINJI_TEST_TILLS", "6"))
"""So many boxes are offered at so many tills; the whole proof is 1,000 at 32."""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and three places that look at trace codes."""
    texts = {
        f"{place[:4]}.toml": f'[region]\ncode = "{place[:4]}"\nname = "试验{place}"\n{BLOCK}{rules}'
        for place, rules in PACKS.items()
    }
    add_packs(tmp_path, monkeypatch, texts)
    return {}


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


def box(number: int) -> str:
    return f"8123456{number:013d}"


class Counter:
    """A pharmacy in a place that asks for codes, and a patient with 10,000.00."""

    def __init__(self, town: Town, till: TillClient, patient: Member) -> None:
        self.town, self.till, self.patient = town, till, patient
        self.msgid = ""

    def given(self, token: str, *items: Item) -> dict[str, Any]:
        sale = self.town.sale_of(self.patient, token, items)
        return sale_input(sale, self.town.clock.now())

    async def sell(self, *codes: str, count: str = "", item: str = BASIC) -> Answer:
        many = Decimal(count or max(len(codes), 1))
        return await self.sell_items(Item(item, many, Decimal("10.00"), codes=codes))

    async def sell_items(self, *items: Item, infno: str = "2102") -> Answer:
        given = self.given(await self.town.scan(self.patient, self.till), *items)
        return await self.send(given, infno)

    async def send(self, given: dict[str, Any], infno: str = "2102") -> Answer:
        self.msgid = self.till.new_msgid()
        return await self.till.call(infno, given, self.msgid, self.patient.place)

    async def cancel(self, paid: Answer) -> Answer:
        info = paid.setlinfo
        person = self.patient
        return await self.till.cancel(
            info["setl_id"], info["mdtrt_id"], person.psn_no, person.place
        )

    async def reverse(self, msgid: str, infno: str = "2102") -> Answer:
        return await self.till.reverse(msgid, infno, self.patient.psn_no, self.patient.place)

    async def give_back(self, paid: Answer, count: str, *codes: str) -> Answer:
        data = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        line = {
            "feedetl_sn": paid.output["detlcutinfo"][0]["feedetl_sn"],
            "cnt": count,
            "drug_trac_info": [{"drug_trac_codg": one} for one in codes],
        }
        return await self.till.call("2103A", {"data": data, "drugdetail": [line]})


async def counter_at(town: Town, place: str, shop: Shop | None = None) -> Counter:
    till = await town.new_till(shop or await town.new_shop(place=place))
    await till.sign_in()
    patient = await town.member("李老", date(1950, 1, 1), current_fen=1_000_000)
    return Counter(town, till, patient)


@pytest.fixture
async def counter(town: Town) -> Counter:
    return await counter_at(town, ASKS)


async def live(town: Town, scanned: str) -> list[tuple[str, int, bool]]:
    rows = await town.rows(
        "select fixmedins_code, slot, split from trace_sale"
        " where code = $1 and freed_by is null order by slot",
        scanned,
    )
    return [tuple(row) for row in rows]


async def test_a_bill_brings_the_code_of_every_box_and_the_slip_prints_them(
    counter: Counter,
) -> None:
    told = await counter.sell(box(1), count="2")
    assert code(told) == "TRACE_MISSING" and "应有2个" in told.err_msg and "收到1个" in told.err_msg
    paid = await counter.sell(box(1), box(2))
    assert paid.ok, paid.err_msg
    kept = paid.setlinfo["exp_content"]["drug_trac_info"]
    assert [one["drug_trac_codg"] for one in kept] == [box(1), box(2)]
    slip = receipt("安康药房", paid.setlinfo)
    assert f"追溯码 {box(1)}" in slip and f"追溯码 {box(2)}" in slip
    item = Item(BASIC, Decimal(2), Decimal("10.00"), "甲类药", (box(1), box(2)))
    assert box(2) in receipt("安康药房", paid.setlinfo, [item], paid.output["detlcutinfo"])
    found = await counter.till.query(
        counter.patient.psn_no,
        paid.setlinfo["setl_id"],
        paid.setlinfo["mdtrt_id"],
        counter.patient.place,
    )
    assert found.setlinfo["exp_content"]["drug_trac_info"] == kept, "also when it is looked up"
    await check_books(counter.town.services.database)


async def test_where_nobody_asks_codes_are_not_looked_at(town: Town) -> None:
    counter = await counter_at(town, "130100")
    given = counter.given(
        await town.scan(counter.patient, counter.till), Item(BASIC, Decimal(1), Decimal(1))
    )
    given["drugdetail"][0]["drug_trac_info"] = "anything"
    paid = await counter.send(given)
    assert paid.ok and "drug_trac_info" not in paid.setlinfo["exp_content"]


async def test_what_is_missing_is_warned_of_where_the_place_only_warns(town: Town) -> None:
    counter = await counter_at(town, WARNS)
    paid = await counter.sell(box(11), count="3")
    assert paid.ok and "应有3个药品追溯码，收到1个" in paid.warn_msg
    assert code(await counter.sell(box(11))) == "TRACE_ALREADY_SOLD"


async def test_wrong_codes_are_refused_by_their_own_reasons(counter: Counter) -> None:
    town = counter.town
    assert code(await counter.sell("6901234567892")) == "TRACE_FORMAT"
    assert code(await counter.sell(box(21), box(21))) == "TRACE_TWICE"
    await town.value(
        "insert into trace_product (prefix, med_list_codg, updated_at) values"
        " ('8222222', $1, now()) on conflict do nothing",
        SHARED,
    )
    assert code(await counter.sell("82222220000000000001")) == "TRACE_PRODUCT_MISMATCH"
    assert (await counter.sell("82222220000000000001", item=SHARED)).ok
    given = counter.given(
        await town.scan(counter.patient, counter.till),
        Item(BASIC, Decimal(1), Decimal(1), codes=(box(22),)),
    )
    node = given["drugdetail"][0]["drug_trac_info"]
    node[0]["feedetl_sn"] = "other"
    assert code(await counter.send(given)) == "TRACE_NOT_THIS_LINE"
    node[0] |= {"feedetl_sn": given["drugdetail"][0]["feedetl_sn"], "trdn_flag": ""}
    assert code(await counter.send(given)) == "INPUT_INVALID"
    node[0]["trdn_flag"] = "0"
    given["druginfo"]["minpacunt_drug_trac_cnt"] = "2"
    told = await counter.send(given)
    assert code(told) == "INPUT_INVALID" and "minpacunt_drug_trac_cnt" in told.err_msg
    given["druginfo"] |= {"minpacunt_drug_trac_cnt": "1", "mcs_trac_cnt": "0"}
    assert (await counter.send(given)).ok


async def test_a_gs1_code_names_its_product_by_fourteen_digits(counter: Counter) -> None:
    product = "06901234567892"
    scanned = f"(01){product}(17)271130(21)"
    await counter.town.value(
        "insert into trace_product (prefix, med_list_codg, updated_at) values"
        " ($1, $2, now()) on conflict do nothing",
        product,
        SHARED,
    )
    assert code(await counter.sell(f"{scanned}1")) == "TRACE_PRODUCT_MISMATCH"
    assert code(await counter.sell(f"(01){product}(17)271130", item=SHARED)) == "TRACE_FORMAT"
    assert (await counter.sell(f"{scanned}1", item=SHARED)).ok
    assert code(await counter.sell(f"{scanned}1", item=SHARED)) == "TRACE_ALREADY_SOLD"


async def test_codes_beside_the_lines_are_taken_where_the_place_has_that_form(
    counter: Counter,
) -> None:
    token = await counter.town.scan(counter.patient, counter.till)
    given = counter.given(token, Item(BASIC, Decimal(1), Decimal(1), codes=(box(31),)))
    node = given["drugdetail"][0].pop("drug_trac_info")
    given["drug_trac_info"] = [node[0] | {"feedetl_sn": "nosuchline"}]
    assert code(await counter.send(given)) == "TRACE_NOT_THIS_LINE"
    given["drug_trac_info"] = [node[0] | {"min_prcunt_type": "2"}]
    assert (await counter.send(given)).ok
    assert len(await live(counter.town, box(31))) == 1


async def test_settled_returned_and_sold_again(counter: Counter) -> None:
    town, mine = counter.town, (counter.till.fixmedins_code, 1, False)
    first = await counter.sell(box(41))
    told = await counter.sell(box(41))
    assert code(told) == "TRACE_ALREADY_SOLD" and first.setlinfo["setl_id"] in told.err_msg
    assert (await counter.cancel(first)).ok and await live(town, box(41)) == []
    assert (await counter.sell(box(41))).ok and await live(town, box(41)) == [mine]
    sold = counter.msgid
    assert (await counter.reverse(sold)).ok and await live(town, box(41)) == []
    assert (await counter.sell(box(41))).ok and await live(town, box(41)) == [mine]
    await check_books(town.services.database)


async def test_a_cancel_that_is_undone_takes_the_box_again_unless_it_is_sold(
    counter: Counter,
) -> None:
    town = counter.town
    for sold_since in (False, True):
        scanned = box(51 + sold_since)
        paid = await counter.sell(scanned)
        msgid = counter.till.new_msgid()
        info = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        cancelled = await counter.till.call("2103", {"data": info}, msgid, counter.patient.place)
        assert cancelled.ok
        if sold_since:
            assert (await counter.sell(scanned)).ok
        undone = await counter.reverse(msgid, "2103")
        assert code(undone) == ("TRACE_ALREADY_SOLD" if sold_since else "OK")
        assert len(await live(town, scanned)) == 1
    await check_books(town.services.database)


async def test_of_a_part_that_comes_back_it_is_said_which_boxes(counter: Counter) -> None:
    town, three = counter.town, (box(61), box(62), box(63))
    paid = await counter.sell(*three)
    assert code(await counter.give_back(paid, "1")) == "TRACE_MISSING"
    assert code(await counter.give_back(paid, "1", box(64))) == "TRACE_NOT_THIS_LINE"
    rest = await counter.give_back(paid, "1", box(62))
    assert rest.ok, rest.err_msg
    kept = rest.setlinfo["exp_content"]["drug_trac_info"]
    assert [one["drug_trac_codg"] for one in kept] == [box(61), box(63)]
    assert [len(await live(town, one)) for one in three] == [1, 0, 1]
    assert (await counter.sell(box(62))).ok
    assert code(await counter.sell(box(61))) == "TRACE_ALREADY_SOLD"
    await check_books(town.services.database)


async def test_a_part_return_that_is_undone_takes_all_boxes_again(counter: Counter) -> None:
    paid = await counter.sell(box(71), box(72))
    msgid = counter.till.new_msgid()
    data = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    serial = paid.output["detlcutinfo"][0]["feedetl_sn"]
    node = [{"drug_trac_codg": box(71)}]
    line = {"feedetl_sn": serial, "cnt": "1", "drug_trac_info": node}
    given = {"data": data, "drugdetail": [line]}
    assert (await counter.till.call("2103A", given, msgid)).ok
    assert (await counter.reverse(msgid, "2103A")).ok
    assert [len(await live(counter.town, box(n))) for n in (71, 72)] == [1, 1]
    await check_books(counter.town.services.database)


async def test_a_split_box_is_sold_in_parts_until_it_is_empty(counter: Counter) -> None:
    town = counter.town
    await town.value(
        "insert into trace_product (prefix, med_list_codg, units, updated_at) values"
        " ('8333333', $1, 24, now()) on conflict do nothing",
        BASIC,
    )
    split, whole = "~83333330000000000001", "83333330000000000001"
    first = await counter.sell(split, count="20")
    assert first.ok, first.err_msg
    told = await counter.sell(split, count="5")
    assert code(told) == "TRACE_BOX_EMPTY" and "只剩4" in told.err_msg
    assert (await counter.sell(split, count="4")).ok
    assert code(await counter.sell(whole)) == "TRACE_ALREADY_SOLD"
    assert [slot for _, slot, _ in await live(town, whole)] == [1, 2]
    assert (await counter.cancel(first)).ok
    assert (await counter.sell(split, count="20")).ok, "what came back may be sold again"
    await check_books(town.services.database)


async def test_what_another_institution_has_sold_is_told_or_refused(
    town: Town, counter: Counter
) -> None:
    first = await counter.sell(box(81))
    other, strict = await counter_at(town, ASKS), await counter_at(town, REFUSES)
    assert code(await strict.sell(box(81))) == "TRACE_SEEN_ELSEWHERE"
    second = await other.sell(box(81))
    assert second.ok and "在别的机构已有销售记录" in second.warn_msg
    [alert] = await town.rows("select * from trace_alert where code = $1", box(81))
    ids = (str(alert["first_settlement_id"]), str(alert["settlement_id"]))
    assert ids == (first.setlinfo["setl_id"], second.setlinfo["setl_id"])
    assert code(await other.sell(box(81))) == "TRACE_ALREADY_SOLD"
    assert [slot for _, slot, _ in await live(town, box(81))] == [1, 2]
    await check_books(town.services.database)


async def test_a_visit_brings_them_beside_its_bill(town: Town) -> None:
    patient = await town.member("王芳", current_fen=50_000)
    clinic = Clinic(town, patient, await town.scan(patient, business_type="01301"))
    shop = await town.new_shop(place=ASKS)
    town.till = await town.new_till(shop)
    await town.till.sign_in()
    clinic.token = await town.scan(patient, business_type="01301")
    assert (await clinic.register()).ok and (await clinic.diagnose()).ok
    assert (await clinic.charge(("1", BASIC, "60.00"))).ok
    said = (await clinic.pre_settle("60.00")).setlinfo
    names = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    bill = clinic.bill("60.00") | {name: str(said[name]) for name in names}
    row = {"feedetl_sn": "1", "drug_trac_codg": box(91), "trdn_flag": "0", "min_prcunt_type": "2"}
    assert code(await clinic.call("2207", {"data": bill})) == "TRACE_MISSING"
    wrong = {"data": bill, "drug_trac_info": [row | {"feedetl_sn": "2"}]}
    assert code(await clinic.call("2207", wrong)) == "TRACE_NOT_THIS_LINE"
    paid = await clinic.call("2207", {"data": bill, "drug_trac_info": [row]})
    assert paid.ok, paid.err_msg
    assert len(await live(town, box(91))) == 1
    info = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await clinic.call("2208", {"data": info})).ok
    assert await live(town, box(91)) == []
    await check_books(town.services.database)


async def test_who_looks_not_first_finds_what_stands_sold_in_any_place(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await counter_at(town, ASKS), await counter_at(town, ASKS)
    paid = await first.sell(box(9060))
    assert code(await second.sell(box(9060))) == "OK", "elsewhere, with an alert"
    assert code(await first.cancel(paid)) == "OK"
    [(_, slot, _)] = await live(town, box(9060))
    assert slot == 2, "the first place is free, and yet the box stands sold"
    for number in range(9061, 9082):  # long enough that batches no longer look first
        assert code(await second.sell(box(number))) == "OK"
    looked: list[bool] = []
    right = Loader.for_batch

    async def noted(self: Loader, *given: Any) -> Any:
        looked.append(given[-1])
        return await right(self, *given)

    monkeypatch.setattr(Loader, "for_batch", noted)
    assert code(await second.sell(box(9060))) == "TRACE_ALREADY_SOLD"
    assert looked == [False, True], "found by the database, and then looked for"
    assert code(await second.sell(box(9061))) == "TRACE_ALREADY_SOLD"
    assert looked == [False, True, True], "the next one is looked for at once"
    await check_books(town.services.database)


async def test_a_box_that_is_offered_twice_at_once_is_sold_once(town: Town) -> None:
    """Every box at two of many tills, of one shop and of several; batches of several lanes run at
    once and meet in the database."""
    shops = [await town.new_shop(place=REFUSES) for _ in range(max(2, TILLS // 4))]
    counters = [await counter_at(town, REFUSES, shops[n % len(shops)]) for n in range(TILLS)]
    pairs = {
        n: (counters[n % TILLS], counters[(n + 1 + n // TILLS % (TILLS - 1)) % TILLS])
        for n in range(BOXES)
    }
    offers: dict[int, list[int]] = {n: [] for n in range(TILLS)}
    for number, both in pairs.items():
        for one in both:
            offers[counters.index(one)].append(number)

    async def offer(at: int) -> list[str]:
        answers = [await counters[at].sell(box(100_000 + number)) for number in offers[at]]
        return [code(one) for one in answers]

    async def another_drainer() -> None:
        while True:
            await town.drain()
            await asyncio.sleep(0)

    others = [asyncio.create_task(another_drainer()) for _ in range(3)]
    try:
        told = await asyncio.gather(*(offer(at) for at in range(TILLS)))
    finally:
        for drainer in others:
            drainer.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    flat = [one for of_till in told for one in of_till]
    assert flat.count("OK") == BOXES
    assert set(flat) <= {"OK", "TRACE_ALREADY_SOLD", "TRACE_SEEN_ELSEWHERE"}
    assert len(flat) == 2 * BOXES
    counts = await town.rows(
        "select count(*) from trace_sale where freed_by is null and code between $1 and $2"
        " group by code",
        box(100_000),
        box(100_000 + BOXES - 1),
    )
    assert [row["count"] for row in counts] == [1] * BOXES
    await check_books(town.services.database)


async def test_the_patient_finds_the_codes_on_the_bill_s_lines_and_looks_them_up(
    counter: Counter,
) -> None:
    paid = await counter.sell(box(901), box(902))
    assert paid.ok, paid.err_msg
    world, token = counter.town.world, counter.patient.token
    bill = await world.call("GET", f"/settlements/{paid.setlinfo['setl_id']}", token=token)
    [line] = bill.data["items"]
    assert line["trace_codes"] == [box(901), box(902)]
    told = await world.call("GET", f"/medicines/{box(902)}", token=token)
    assert told.data["state"] == "mine"
    assert told.data["settlement_id"] == paid.setlinfo["setl_id"]
