"""2102: what the till is told is what the ledger holds, to the fen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.client import Item
from app.clients.till.sale import Sale, sale_input
from tests.till_world import BASIC, CAPPED, SELF_PAID, SHARED, Member, Town


async def grandfather_and_son(town: Town) -> tuple[Member, Member]:
    """The patient with 100.00, whose son shares his 1000.00."""
    patient = await town.member("李老", date(1950, 1, 1), current_fen=6_000, carried_fen=4_000)
    son = await town.member("李强", current_fen=60_000, carried_fen=40_000)
    await town.grant(son, patient, "father")
    return patient, son


def basket() -> list[Item]:
    return [
        Item(BASIC, Decimal(3), Decimal("40.01")),
        Item(SHARED, Decimal(1), Decimal("99.99")),
        Item(SELF_PAID, Decimal("0.5"), Decimal("20.50")),
        Item(CAPPED, Decimal(2), Decimal("9.125")),
        Item("NOT-IN-CATALOGUE", Decimal(1), Decimal("1.00")),
    ]


def fen(value: Decimal) -> int:
    assert isinstance(value, Decimal)
    return int(value * 100)


async def test_a_bill_of_every_kind_of_line_to_the_fen(town: Town) -> None:
    patient, son = await grandfather_and_son(town)
    answer = await town.till.settle(town.sale_of(patient, await town.scan(patient), basket()))
    assert answer.ok, answer.err_msg
    info = answer.setlinfo
    # 120.03 甲 + 99.99 乙 (10.00 first) + 10.25 丙 + 18.25 (16.00 within the limit) + 1.00 unknown
    told = {name: fen(value) for name, value in info.items() if isinstance(value, Decimal)}
    expected = {
        "medfee_sumamt": 24_952,
        "fulamt_ownpay_amt": 1_125,
        "overlmt_selfpay": 225,
        "preselfpay_amt": 1_000,
        "inscp_scp_amt": 22_602,
        "fund_pay_sumamt": 0,
        "psn_part_amt": 24_952,
        "acct_pay": 23_602,
        "acct_mulaid_pay": 13_602,
        "psn_cash_pay": 1_350,
        "balc": 0,
    }
    assert {name: told[name] for name in expected} == expected
    check_identities(told)
    [row] = await town.rows("select * from settlement where id = $1", int(info["setl_id"]))
    assert (row["own_pay_fen"], row["mulaid_pay_fen"]) == (10_000, 13_602)
    check_row(told, row)
    transfers = await town.rows(
        "select t.*, a.person_id from transfer t join account a on a.id = t.debit_account"
        " where settlement_id = $1 order by t.id",
        row["id"],
    )
    moved = [(t["person_id"], t["amount_fen"], t["grant_id"] is not None) for t in transfers]
    assert moved == [
        (patient.id, 6_000, False),
        (patient.id, 4_000, False),
        (son.id, 13_602, True),
    ]
    assert (await town.balance(patient), await town.balance(son)) == (0, 100_000 - 13_602)
    check_lines(answer.output["detlcutinfo"])
    own, aid = answer.output["setldetail"]
    assert (own["fund_pay_type"], fen(own["fund_payamt"])) == ("310200", 10_000)
    assert (aid["fund_pay_type"], fen(aid["fund_payamt"])) == ("310204", 13_602)
    # What was left before: the patient's own is known here, what a donor has is not.
    assert [fen(one["crt_payb_lmt_amt"]) for one in (own, aid)] == [10_000, 13_602]
    legs = [
        (leg["payer"], leg["masked_name"], fen(leg["amount"]))
        for leg in info["exp_content"]["legs"]
    ]
    assert legs == [("own", "", 10_000), ("aid", "*强", 13_602), ("cash", "", 1_350)]
    assert [r["reason"] for r in info["exp_content"]["reasons"]] == ["ITEM_OUT_OF_SCOPE"]
    assert (info["medins_setl_id"], info["psn_name"]) == (answer.msgid, "李老")


def check_identities(told: dict[str, int]) -> None:
    """Law 3."""
    assert told["medfee_sumamt"] == (
        told["fulamt_ownpay_amt"]
        + told["overlmt_selfpay"]
        + told["preselfpay_amt"]
        + told["inscp_scp_amt"]
    )
    assert told["medfee_sumamt"] == told["fund_pay_sumamt"] + told["psn_part_amt"]
    assert told["psn_part_amt"] == told["acct_pay"] + told["psn_cash_pay"]
    assert told["fund_pay_sumamt"] == sum(
        told[name]
        for name in (
            "hifp_pay",
            "cvlserv_pay",
            "hifes_pay",
            "hifmi_pay",
            "hifob_pay",
            "maf_pay",
            "oth_pay",
        )
    )


def check_row(told: dict[str, int], row: Any) -> None:
    pairs = {
        "medfee_sumamt": "medfee_sumamt_fen",
        "fulamt_ownpay_amt": "fulamt_ownpay_fen",
        "overlmt_selfpay": "overlmt_selfpay_fen",
        "preselfpay_amt": "preselfpay_fen",
        "inscp_scp_amt": "inscp_scp_fen",
        "hifp_pay": "hifp_pay_fen",
        "psn_part_amt": "psn_part_fen",
        "psn_cash_pay": "cash_pay_fen",
        "acct_mulaid_pay": "mulaid_pay_fen",
        "balc": "balance_after_fen",
    }
    assert {wire: told[wire] for wire in pairs} == {w: row[name] for w, name in pairs.items()}
    assert told["acct_pay"] == row["own_pay_fen"] + row["mulaid_pay_fen"]


def check_lines(lines: list[dict[str, Any]]) -> None:
    names = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
    assert [tuple(fen(line[name]) for name in names) for line in lines] == [
        (0, 0, 0, 12_003),
        (0, 0, 1_000, 8_999),
        (1_025, 0, 0, 0),
        (0, 225, 0, 1_600),
        (100, 0, 0, 0),
    ]
    for line in lines:
        assert sum(line[name] for name in names) == line["det_item_fee_sumamt"]
    assert [line["chrgitm_lv"] for line in lines] == ["01", "02", "03", "01", "03"]
    assert (lines[3]["pric_uplmt_amt"], lines[3]["cnt"]) == (Decimal("8"), Decimal("2"))
    assert lines[4]["memo"] == "不在医保目录，全额自费"


async def test_amounts_are_json_numbers_with_two_decimals(town: Town) -> None:
    patient, _ = await grandfather_and_son(town)
    given = sale_input(await town.sale(patient, "50.00"), town.clock.now())
    _, text = await town.post(town.till.body("2102", given, town.till.new_msgid(), patient.place))
    found = re.findall(
        r'"(\w+_pay|\w+_amt|balc|\w+amt|\w+selfpay|amount|fund_payamt)":([^,}]+)', text
    )
    amounts = [
        (name, value)
        for name, value in found
        if value != "null" and name not in ("pric_uplmt_amt", "pool_prop_selfpay")
    ]
    assert len(amounts) > 20
    for name, value in amounts:
        assert re.fullmatch(r"-?[0-9]+\.[0-9]{2}", value), (name, value)
    assert '"balc":50.00' in text and '"acct_pay":50.00' in text


async def test_amounts_are_taken_as_numbers_and_as_texts(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    for price, total in [(12.1, 12.1), ("12.10", "12.1"), (12, "12.00")]:
        sale = await town.sale(father, str(price))
        given = sale_input(sale, town.clock.now())
        given["druginfo"]["medfee_sumamt"] = total
        given["drugdetail"][0] |= {"pric": price, "cnt": 1, "det_item_fee_sumamt": price}
        answer = await town.till.call("2102", given, insuplc=father.place)
        assert answer.ok, answer.err_msg


Change = Callable[[dict[str, Any], dict[str, Any]], None]


def changed(node: int, **values: Any) -> Change:
    def change(*nodes: dict[str, Any]) -> None:
        nodes[node].update(values)

    return change


REFUSED: list[tuple[Change, str]] = [
    (changed(0, medfee_sumamt="50.01"), "AMOUNT_MISMATCH 总金额与明细合计不一致（总额50.01元"),
    (
        changed(1, det_item_fee_sumamt="50.02"),
        "LINE_AMOUNT_MISMATCH 第1行金额与单价乘数量不一致（应为50.00元，送来50.02元）。",
    ),
    (
        changed(1, pric="49.98"),
        "LINE_AMOUNT_MISMATCH 第1行金额与单价乘数量不一致（应为49.98元，送来50.00元）。",
    ),
    (changed(0, psn_no="N1"), "WRONG_HOLDER "),
    (changed(0, mdtrt_cert_no="130100ec" + "0" * 32), "TOKEN_UNKNOWN "),
    (changed(0, mdtrt_cert_type="05"), "CERT_TYPE_UNSUPPORTED "),
    (changed(0, insutype="390"), "INSUTYPE_MISMATCH "),
    (changed(0, acct_used_flag="2"), "INPUT_INVALID 交易输入不合规范：acct_used_flag "),
    (changed(0, acct_used_flag=""), "INPUT_INVALID 交易输入不合规范：acct_used_flag "),
    (changed(0, begntime="2026-11-21 12:10:01"), "INPUT_INVALID 交易输入不合规范：begntime "),
    (changed(0, begntime="2025-11-01"), "INPUT_INVALID 交易输入不合规范：begntime "),
    (changed(0, begntime="now"), "INPUT_INVALID 交易输入不合规范：begntime "),
    (changed(0, invono="x" * 21), "INPUT_INVALID 交易输入不合规范：invono "),
    (changed(1, cnt="1_0"), "INPUT_INVALID 交易输入不合规范：cnt "),
    (changed(1, cnt="１"), "INPUT_INVALID 交易输入不合规范：cnt "),
    (changed(0, medfee_sumamt="5_0.00"), "INPUT_INVALID 交易输入不合规范：medfee_sumamt "),
    (changed(0, medfee_sumamt="５０.00"), "INPUT_INVALID 交易输入不合规范：medfee_sumamt "),
    *(
        (changed(node, **{name: sent}), f"INPUT_INVALID 交易输入不合规范：{name} ")
        for node, name in (
            (0, "medfee_sumamt"),
            (1, "det_item_fee_sumamt"),
            (1, "pric"),
            (1, "cnt"),
        )
        for sent in ("1e2", "5E1", "5.0e0", ".5", "5.", "+50", " 50.00 ", "-0", "NaN", "５０")
    ),
    (changed(1, pric=0.00001), "INPUT_INVALID 交易输入不合规范：pric "),  # goes out as 1e-05
    (changed(0, medfee_sumamt=1e20), "INPUT_INVALID 交易输入不合规范：medfee_sumamt "),
    (changed(0, medfee_sumamt="50.000"), "INPUT_INVALID 交易输入不合规范：medfee_sumamt "),
    (changed(1, cnt="0"), "INPUT_INVALID 交易输入不合规范：cnt "),
    (changed(1, cnt="-1"), "INPUT_INVALID 交易输入不合规范：cnt "),
    (changed(1, cnt="1.00001"), "INPUT_INVALID 交易输入不合规范：cnt "),
    (changed(1, cnt="NaN"), "INPUT_INVALID 交易输入不合规范：cnt "),
    (changed(1, pric="1e400"), "INPUT_INVALID 交易输入不合规范：pric "),
    (changed(1, pric=True), "INPUT_INVALID 交易输入不合规范：pric "),
    (changed(1, det_item_fee_sumamt="50.001"), "INPUT_INVALID 交易输入不合规范：det_item_fee"),
    (changed(1, det_item_fee_sumamt=float("nan")), "INPUT_INVALID 交易输入不合规范：det_item_fee"),
    (changed(1, feedetl_sn=""), "INPUT_INVALID 交易输入不合规范：feedetl_sn "),
    (changed(1, med_list_codg=None), "INPUT_INVALID 交易输入不合规范：med_list_codg "),
]


async def test_a_bill_that_is_not_right_is_refused_and_moves_nothing(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    sale = await town.sale(father, "50.00")
    for change, expected in REFUSED:
        given = sale_input(sale, town.clock.now())
        change(given["druginfo"], given["drugdetail"][0])
        for infno in ("2101", "2102"):
            answer = await town.till.call(infno, given, insuplc=father.place)
            assert answer.err_msg.startswith(expected), (infno, answer.err_msg)
    no_details: tuple[object, ...] = (None, [], {}, "x", [1], [{}] * 201)
    for details in no_details:
        given = sale_input(sale, town.clock.now()) | {"drugdetail": details}
        answer = await town.till.call("2102", given, insuplc=father.place)
        assert answer.err_msg.startswith("INPUT_INVALID "), details
    twice = sale_input(sale, town.clock.now())
    twice["drugdetail"] *= 2
    twice["druginfo"]["medfee_sumamt"] = "100.00"
    answer = await town.till.call("2102", twice, insuplc=father.place)
    assert answer.err_msg.startswith("INPUT_INVALID 交易输入不合规范：feedetl_sn ")
    wrong_place = await town.till.call("2102", sale_input(sale, town.clock.now()), insuplc="130200")
    assert wrong_place.err_msg.startswith("INSUPLC_MISMATCH ")
    assert await town.balance(father) == 20_000
    assert await town.value("select count(*) from settlement where person_id = $1", father.id) == 0


async def test_the_token_of_another_patient_is_not_taken(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    thief = await town.member("赵六", current_fen=0)
    token = await town.scan(thief)
    item = Item(BASIC, Decimal(1), Decimal("50.00"))
    answer = await town.till.settle(Sale(father.psn_no, token, "310", father.place, [item]))
    assert answer.err_msg.startswith("WRONG_HOLDER ")


async def test_an_account_that_is_not_to_be_used_is_not_used(town: Town) -> None:
    patient, son = await grandfather_and_son(town)
    token = await town.scan(patient)
    item = Item(BASIC, Decimal(1), Decimal("50.00"))
    answer = await town.till.settle(town.sale_of(patient, token, [item], acct_used_flag="0"))
    assert answer.ok
    assert fen(answer.setlinfo["psn_cash_pay"]) == 5_000
    assert answer.output["setldetail"] == []
    [reason] = answer.setlinfo["exp_content"]["reasons"]
    assert (reason["reason"], bool(reason["next_step"])) == ("ACCOUNT_USE_DECLINED", True)
    assert (await town.balance(patient), await town.balance(son)) == (10_000, 100_000)


async def test_no_body_at_rest_holds_a_name_or_a_token(town: Town) -> None:
    patient, _ = await grandfather_and_son(town)
    sale = await town.sale(patient, "50.00")
    assert (await town.till.settle(sale)).ok
    rows = await town.rows("select body from request where fixmedins_code = $1", town.shop.code)
    text = json.dumps([row["body"] for row in rows], ensure_ascii=False)
    assert rows and not any(
        secret in text for secret in (sale.mdtrt_cert_no, patient.name, patient.certno)
    )
