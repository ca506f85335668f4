"""2201 to 2208: a visit at a clinic, with the pool's own benefits (Hefei, SOURCES S111)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.sale import Item, sale_input
from app.domain.visit import repository as visits
from app.kit.money import yuan_text
from tests.books import check_books
from tests.till_world import BASIC, CAPPED, LOCK_WAITS, SELF_PAID, SHARED, Member, Town

HEFEI = "340100"


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


class Clinic:
    """A patient of Hefei, registered at a clinic there of the first level."""

    def __init__(self, town: Town, patient: Member, token: str) -> None:
        self.town, self.patient, self.token = town, patient, token
        self.visit, self.fee_time = "", "2026-11-21 11:10:00"

    async def call(self, infno: str, given: Any, msgid: str | None = None) -> Answer:
        return await self.town.till.call(infno, given, msgid, self.patient.place)

    async def register(
        self, number: str = "V1", msgid: str | None = None, begins: str = "2026-11-21 11:00:00"
    ) -> Answer:
        doctor = {"atddr_no": "D1", "dr_name": "王医生", "dept_code": "A03", "dept_name": "内科"}
        data = doctor | {
            "psn_no": self.patient.psn_no,
            "insutype": "310",
            "begntime": begins,
            "mdtrt_cert_type": "01",
            "mdtrt_cert_no": self.token,
            "ipt_otp_no": number,
            "caty": "A03",
        }
        answer = await self.call("2201", {"data": data}, msgid)
        if answer.ok:
            self.visit = answer.output["data"]["mdtrt_id"]
        return answer

    async def diagnose(self) -> Answer:
        found = {
            "diag_type": "1",
            "diag_srt_no": "1",
            "diag_code": "J06.900",
            "diag_name": "感冒",
            "diag_dept": "内科",
            "dise_dor_no": "D1",
            "dise_dor_name": "王医生",
            "diag_time": "2026-11-21 11:05:00",
            "vali_flag": "1",
        }
        info = {"mdtrt_id": self.visit, "psn_no": self.patient.psn_no, "med_type": "11"}
        info["begntime"] = "2026-11-21 11:00:00"
        return await self.call("2203", {"mdtrtinfo": info, "diseinfo": [found]})

    async def charge(
        self,
        *lines: tuple[str, str, str],
        batch: str = "B1",
        figures: Sequence[dict[str, str]] | None = None,
    ) -> Answer:
        more = {
            "rx_circ_flag": "0",
            "medins_list_codg": "m",
            "bilg_dept_codg": "A03",
            "bilg_dept_name": "内科",
            "bilg_dr_codg": "D1",
            "bilg_dr_name": "王医生",
            "hosp_appr_flag": "1",
        }
        detail = [
            {
                "feedetl_sn": sn,
                "mdtrt_id": self.visit,
                "psn_no": self.patient.psn_no,
                "chrg_bchno": batch,
                "fee_ocur_time": self.fee_time,
                "med_list_codg": item,
                "det_item_fee_sumamt": yuan,
                "cnt": "1",
                "pric": yuan,
                **more,
                **told,
            }
            for (sn, item, yuan), told in zip(lines, figures or [{}] * len(lines), strict=True)
        ]
        return await self.call("2204", {"feedetail": detail})

    def bill(self, total: str, batch: str = "B1") -> dict[str, Any]:
        return {
            "psn_no": self.patient.psn_no,
            "mdtrt_cert_type": "01",
            "mdtrt_cert_no": self.token,
            "med_type": "11",
            "medfee_sumamt": total,
            "psn_setlway": "01",
            "mdtrt_id": self.visit,
            "chrg_bchno": batch,
            "acct_used_flag": "1",
            "insutype": "310",
        }

    async def pre_settle(self, total: str, batch: str = "B1") -> Answer:
        return await self.call("2206", {"data": self.bill(total, batch)})

    async def settle(
        self, total: str, echo: dict[str, Any], batch: str = "B1", **other: str
    ) -> Answer:
        names = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        said = {name: str(echo[name]) for name in names}
        return await self.call("2207", {"data": self.bill(total, batch) | said | other})

    async def visit_of(self, items: Sequence[Item], number: str) -> Answer:
        """Another visit, with these lines and their counts, to its end."""
        self.token = await self.town.scan(self.patient, business_type="01301")
        assert (await self.register(number)).ok and (await self.diagnose()).ok
        lines = [(str(at), i.med_list_codg, "0") for at, i in enumerate(items, 1)]
        figures = [
            {
                "cnt": f"{i.cnt:f}",
                "pric": f"{i.pric:f}",
                "det_item_fee_sumamt": yuan_text(i.amount_fen),
            }
            for i in items
        ]
        charged = await self.charge(*lines, figures=figures)
        assert charged.ok, charged.err_msg
        total = yuan_text(sum(item.amount_fen for item in items))
        return await self.settle(total, (await self.pre_settle(total)).setlinfo)

    async def purchase_of(self, items: Sequence[Item], prescribed: Sequence[bool]) -> Answer:
        """2102 of these lines, some of them on a prescription from outside."""
        sale = self.town.sale_of(self.patient, await self.town.scan(self.patient), items)
        given = sale_input(sale, self.town.clock.now())
        for line, one in zip(given["drugdetail"], prescribed, strict=True):
            line["rx_circ_flag"] = "1" if one else "0"
        return await self.call("2102", given)

    async def take_back(self, paid: Answer) -> Answer:
        names = ("setl_id", "mdtrt_id", "psn_no")
        return await self.call("2103", {"data": {n: paid.setlinfo[n] for n in names}})

    async def cancel(self, paid: Answer) -> Answer:
        names = ("setl_id", "mdtrt_id", "psn_no")
        return await self.call("2208", {"data": {n: paid.setlinfo[n] for n in names}})


@pytest.fixture
async def clinic(town: Town) -> Clinic:
    await town.value(
        "update institution set admdvs = $2, hosp_lv = '10', fixmedins_type = '1', "
        "outpatient_pooling = true where fixmedins_code = $1",
        town.shop.code,
        HEFEI,
    )
    patient = await town.member("李平", current_fen=10_000, place=HEFEI)
    made = Clinic(town, patient, await town.scan(patient, business_type="01301"))
    assert (await made.register()).ok
    assert (await made.diagnose()).ok
    return made


async def test_a_visit_is_paid_by_pool_account_and_cash(clinic: Clinic) -> None:
    charged = await clinic.charge(("1", BASIC, "1000.00"), ("2", SELF_PAID, "30.00"))
    assert [line["inscp_scp_amt"] for line in charged.output["result"]] == [1000, 0]
    said = (await clinic.pre_settle("1030.00")).setlinfo
    # Basic level: 200 deductible, 60 % of the other 800 (Hefei, SOURCES S111).
    assert (said["act_pay_dedc"], said["fund_pay_sumamt"], said["psn_part_amt"]) == (200, 480, 550)
    paid = await clinic.settle("1030.00", said)
    assert paid.ok, paid.err_msg
    info = paid.setlinfo
    assert (info["acct_pay"], info["psn_cash_pay"], info["clr_type"]) == (100, 450, "11")
    assert info["mdtrt_id"] == clinic.visit
    assert code(await clinic.settle("1030.00", said)) == "SAME_BILL"
    await clinic.charge(("3", BASIC, "100.00"), batch="B2")
    more = (await clinic.pre_settle("100.00", "B2")).setlinfo
    assert (more["act_pay_dedc"], more["fund_pay_sumamt"]) == (0, 60)
    await check_books(clinic.town.services.database)


async def test_a_visit_may_hold_a_gift(clinic: Clinic) -> None:
    charged = await clinic.charge(("1", BASIC, "300.00"), ("2", BASIC, "0.00"))
    assert charged.ok, charged.err_msg
    said = (await clinic.pre_settle("300.00")).setlinfo
    assert (await clinic.settle("300.00", said)).ok
    await check_books(clinic.town.services.database)


async def test_a_cancel_gives_the_deductible_back(clinic: Clinic) -> None:
    await clinic.charge(("1", BASIC, "300.00"))
    said = (await clinic.pre_settle("300.00")).setlinfo
    paid = await clinic.settle("300.00", said)
    assert paid.setlinfo["act_pay_dedc"] == 200
    gone = await clinic.cancel(paid)
    assert gone.setlinfo["fund_pay_sumamt"] == -60
    again = (await clinic.pre_settle("300.00")).setlinfo
    assert {n: again[n] for n in ("act_pay_dedc", "fund_pay_sumamt")} == {
        n: said[n] for n in ("act_pay_dedc", "fund_pay_sumamt")
    }
    # A cancel that is undone late, after the lines were settled anew, stays.
    assert (await clinic.settle("300.00", again)).ok
    data = {"psn_no": clinic.patient.psn_no, "omsgid": gone.msgid, "oinfno": "2208"}
    assert code(await clinic.call("2601", {"data": data})) == "REFUND_SPENT"
    await check_books(clinic.town.services.database)


async def test_what_was_pre_settled_is_what_is_settled(clinic: Clinic) -> None:
    await clinic.charge(("1", BASIC, "300.00"))
    said = (await clinic.pre_settle("300.00")).setlinfo
    await clinic.charge(("2", SELF_PAID, "30.00"))
    assert code(await clinic.settle("330.00", said)) == "PRESETTLE_CHANGED"
    assert code(await clinic.settle("300.00", said)) == "AMOUNT_MISMATCH"
    now = (await clinic.pre_settle("330.00")).setlinfo
    assert (await clinic.settle("330.00", now)).ok


async def test_a_total_that_is_not_the_lines_sum_is_refused_at_either_step(clinic: Clinic) -> None:
    await clinic.charge(("1", BASIC, "500.00"))
    said = (await clinic.pre_settle("500.00")).setlinfo
    for total in ("1.00", "499.99", "500.01"):
        both = f"AMOUNT_MISMATCH 总金额与明细合计不一致（总额{total}元，明细合计500.00元）"
        for answer in (await clinic.pre_settle(total), await clinic.settle(total, said)):
            assert answer.err_msg.startswith(both), answer.err_msg
    assert (await clinic.settle("500.00", said)).ok


@pytest.mark.parametrize(
    "lines",
    [
        [(BASIC, "330.00")],
        [(BASIC, "1000.00"), (SELF_PAID, "30.00")],
        [(SELF_PAID, "12.34"), (BASIC, "199.99"), (BASIC, "0.01")],
        [(BASIC, "99999.99")],
    ],
)
async def test_the_phone_tells_what_a_visit_comes_to(
    clinic: Clinic, lines: list[tuple[str, str]]
) -> None:
    await clinic.charge(*((str(at), item, yuan) for at, (item, yuan) in enumerate(lines, 1)))
    total = f"{sum(Decimal(yuan) for _, yuan in lines):f}"
    items = [{"med_list_codg": item, "price": yuan, "count": "1"} for item, yuan in lines]
    told = await told_on_phone(clinic.town, clinic.patient, items)
    assert await told_on_phone(clinic.town, clinic.patient, items, med_type="11") == told
    said = (await clinic.pre_settle(total)).setlinfo
    paid = await clinic.settle(total, said)
    assert paid.ok, paid.err_msg
    assert told == sums(paid)
    assert bool(told["fund"]) == any(Decimal(yuan) > 200 for item, yuan in lines if item == BASIC)


@pytest.mark.parametrize("prescribed", [(True,), (False,), (True, False), (False, True)])
async def test_the_phone_tells_what_a_prescription_comes_to(
    clinic: Clinic, prescribed: tuple[bool, ...]
) -> None:
    """At a pharmacy that takes prescriptions for the pool (rx_circ_flag 1)."""
    town, patient = clinic.town, clinic.patient
    await town.value(
        "update institution set fixmedins_type = '2' where fixmedins_code = $1", town.shop.code
    )
    bought = [Item(BASIC, Decimal(1), Decimal("300.00")) for _ in prescribed]
    items = [
        {"med_list_codg": BASIC, "price": "300.00", "count": "1", "prescribed": one}
        for one in prescribed
    ]
    told = await told_on_phone(town, patient, items)
    paid = await clinic.purchase_of(bought, prescribed)
    assert paid.ok, paid.err_msg
    assert told == sums(paid)
    assert bool(told["fund"]) == any(prescribed)


KINDS = {"visit": "1", "prescriptions": "2", "purchase": "2", "purchase at a hospital": "1"}
"""What is settled, and the type of institution where."""


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_phone_tells_of_any_bill_is_what_it_comes_to(
    clinic: Clinic, kind: str
) -> None:
    """Random bills after each other, so that deductible, yearly limit and accounts are used up."""
    town, patient, chance = clinic.town, clinic.patient, Random(f"{kind}-bills")
    await town.value(
        "update institution set fixmedins_type = $2 where fixmedins_code = $1",
        town.shop.code,
        KINDS[kind],
    )
    for fen in (5_000, 150_000):
        donor = await town.member(
            "李敏", date(2003, 1, 1), gend="2", current_fen=fen, carried_fen=700, place=HEFEI
        )
        await town.grant(donor, patient, "father", cap_day_fen=chance.choice([None, 40_000]))
    payers = set()
    for number in range(12):
        items = some_items(chance)
        rx = [kind != "purchase" and chance.random() < 0.6 for _ in items]
        body = [
            {"med_list_codg": i.med_list_codg, "price": f"{i.pric:f}", "count": f"{i.cnt:f}"}
            | ({} if kind == "visit" else {"prescribed": one})
            for i, one in zip(items, rx, strict=True)
        ]
        how = {"med_type": "41"} if kind == "purchase at a hospital" else {}
        told = await told_on_phone(town, patient, body, **how)
        if kind == "visit":
            paid = await clinic.visit_of(items, f"R{number}")
        else:
            paid = await clinic.purchase_of(items, rx)
        assert paid.ok, paid.err_msg
        assert told == sums(paid), number
        payers |= {payer for payer, fen in told.items() if fen}
        cancelled = clinic.cancel if kind == "visit" else clinic.take_back
        if chance.random() < 0.3:
            assert (await cancelled(paid)).ok
    assert payers >= {"own", "aid", "cash"}
    assert ("fund" in payers) == (kind != "purchase")
    await check_books(town.services.database)


def some_items(chance: Random) -> list[Item]:
    """Up to three, each with a price to the sixth place at the most."""
    codes = chance.sample([BASIC, SHARED, SELF_PAID, CAPPED], chance.randrange(1, 4))
    return [
        Item(
            code,
            Decimal(chance.choice(["1", "2", "7", "0.5", "30"])),
            Decimal(chance.choice(["0.01", "9.99", "80", "0.3725", "133.333333", "600"])),
        )
        for code in codes
    ]


async def told_on_phone(
    town: Town, patient: Member, items: list[dict[str, Any]], **more: str
) -> dict[str, int]:
    body = {"fixmedins_code": town.shop.code, "items": items} | more
    answer = await town.world.call("POST", "/preview", body, patient.token)
    assert answer.status == 200, answer.body
    told = dict.fromkeys(("fund", "own", "aid", "cash"), 0)
    for part in answer.data["parts"]:
        told[part["payer"]] += part["amount_fen"]
    return told


def sums(paid: Answer) -> dict[str, int]:
    info = paid.setlinfo
    aid = round(info["acct_mulaid_pay"] * 100)
    return {
        "fund": round(info["fund_pay_sumamt"] * 100),
        "own": round(info["acct_pay"] * 100) - aid,
        "aid": aid,
        "cash": round(info["psn_cash_pay"] * 100),
    }


async def test_reasons_name_a_visit_s_lines_as_the_clinic_does(clinic: Clinic) -> None:
    """Twelve lines, the second and the eleventh out of scope, sent in two messages."""
    lines = [(str(n), SELF_PAID if n in (2, 11) else BASIC, "10.00") for n in range(1, 13)]
    assert (await clinic.charge(*lines[6:])).ok
    assert (await clinic.charge(*lines[:6])).ok
    said = await clinic.pre_settle("120.00")
    paid = await clinic.settle("120.00", said.setlinfo)
    assert paid.ok, paid.err_msg
    assert [line["feedetl_sn"] for line in paid.output["detlcutinfo"]] == [n for n, _, _ in lines]
    for told in (said, paid):
        [outside] = [
            why["message"]
            for why in told.setlinfo["exp_content"]["reasons"]
            if why["reason"] == "ITEM_OUT_OF_SCOPE"
        ]
        assert "20.00元（第2、11行）" in outside


async def test_a_part_of_a_batch_keeps_the_clinic_s_numbers(clinic: Clinic) -> None:
    assert (await clinic.charge(("1", BASIC, "10.00"))).ok
    assert (await clinic.charge(("9", BASIC, "5.00"), ("10", SELF_PAID, "7.00"), batch="B2")).ok
    said = await clinic.pre_settle("12.00", "B2")
    assert "7.00元（第10行）" in said.setlinfo["exp_content"]["reasons"][0]["message"]


async def test_lines_and_visits_are_kept_apart(clinic: Clinic) -> None:
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    assert code(await clinic.charge(("1", BASIC, "301.00"))) == "LINE_CHANGED"
    assert code(await clinic.pre_settle("300.00", "B9")) == "NOTHING_TO_SETTLE"
    data = {"mdtrt_id": clinic.visit, "psn_no": clinic.patient.psn_no, "chrg_bchno": "0000"}
    assert (await clinic.call("2205", {"data": data})).ok
    assert code(await clinic.pre_settle("300.00")) == "NOTHING_TO_SETTLE"
    first = clinic.visit
    assert code(await clinic.register("V1")) == "VISIT_NUMBER_USED"
    msgid = clinic.town.till.new_msgid()
    assert (await clinic.register("V2", msgid)).ok
    assert (await clinic.register("V2", msgid)).ok
    assert clinic.visit != first
    gone = {"mdtrt_id": clinic.visit, "psn_no": clinic.patient.psn_no, "ipt_otp_no": "V2"}
    assert (await clinic.call("2202", {"data": gone})).ok
    assert code(await clinic.charge(("1", BASIC, "1.00"))) == "VISIT_UNKNOWN"
    stranger = await clinic.town.member("王生", place=HEFEI)
    clinic.visit, clinic.patient = first, stranger
    assert code(await clinic.charge(("5", BASIC, "1.00"))) == "VISIT_UNKNOWN"


async def test_a_visit_that_is_being_cancelled_is_not_settled(clinic: Clinic) -> None:
    """Whoever has the visit first wins; the other sees what became of it."""
    town, visit = clinic.town, int(clinic.visit)
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    said = (await clinic.pre_settle("300.00")).setlinfo
    async with town.drainer_away():
        settling = asyncio.create_task(clinic.settle("300.00", said))
        await town.until("select count(*) from waiting")
        async with town.services.database.transaction() as connection:  # a 2202 on its way
            assert await visits.get(connection, visit, lock=True)
            await visits.drop_lines(connection, visit, None)
            await visits.cancel(connection, visit, town.clock.now())
            draining = asyncio.create_task(town.drain())
            await town.until(LOCK_WAITS)
        await draining
    assert code(await settling) == "NOTHING_TO_SETTLE"
    paid = "select count(*) from settlement where person_id = $1"
    assert await town.value(paid, clinic.patient.id) == 0


@pytest.mark.parametrize("med_type", ["11", "14"])
async def test_a_cancel_makes_the_lines_free_again(clinic: Clinic, med_type: str) -> None:
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    said = (await clinic.pre_settle("300.00")).setlinfo
    paid = await clinic.settle("300.00", said, med_type=med_type)
    assert paid.ok, paid.err_msg
    assert (await clinic.cancel(paid)).ok
    assert (await clinic.pre_settle("300.00")).ok


@pytest.mark.parametrize("med_type", ["x", "😀", "1", "1234567", "1 1"])
async def test_a_kind_of_treatment_is_a_number(clinic: Clinic, med_type: str) -> None:
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    bill = clinic.bill("300.00") | {"med_type": med_type}
    assert code(await clinic.call("2206", {"data": bill})) == "INPUT_INVALID"


@pytest.mark.parametrize("med_type", ["11", "14"])
async def test_a_cancel_of_any_kind_of_visit_is_taken_back_only_while_its_lines_are_free(
    clinic: Clinic, med_type: str
) -> None:
    """What a visit is, the visit says, not the kind of care."""
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    said = (await clinic.pre_settle("300.00")).setlinfo
    paid = await clinic.settle("300.00", said, med_type=med_type)
    names = ("setl_id", "mdtrt_id", "psn_no")
    node = {name: paid.setlinfo[name] for name in names}
    assert (await clinic.call("2208", {"data": node}, "c1")).ok
    assert (await clinic.settle("300.00", said, med_type=med_type)).ok
    back = {"psn_no": clinic.patient.psn_no, "omsgid": "c1", "oinfno": "2208"}
    assert code(await clinic.call("2601", {"data": back})) == "REFUND_SPENT"
    await check_books(clinic.town.services.database)


async def test_a_purchase_sent_as_a_visit_s_kind_of_care_can_be_restored(town: Town) -> None:
    patient = await town.member("赵六", current_fen=50_000)
    sale = replace(await town.sale(patient, "20.00"), med_type="11")
    paid = await town.till.settle(sale)
    assert paid.ok, paid.err_msg
    node = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": node}, "c1", patient.place)).ok
    back = {"psn_no": patient.psn_no, "omsgid": "c1", "oinfno": "2103"}
    restored = await town.till.call("2601", {"data": back}, None, patient.place)
    assert restored.ok, restored.err_msg
    await check_books(town.services.database)


async def test_2001_says_what_2207_pays(clinic: Clinic) -> None:
    asked = {
        "psn_no": clinic.patient.psn_no,
        "insutype": "310",
        "med_type": "11",
        "fixmedins_code": clinic.town.shop.code,
        "begntime": "2026-11-21 12:00:00",
    }
    told = (await clinic.call("2001", {"data": asked})).output["trtinfo"]
    enjoyed = {row["fund_pay_type"]: row["trt_enjymnt_flag"] for row in told}
    assert (await clinic.charge(("1", BASIC, "3000.00"))).ok
    paid = await clinic.settle("3000.00", (await clinic.pre_settle("3000.00")).setlinfo)
    assert paid.setlinfo["fund_pay_sumamt"] > 0
    assert enjoyed == {"310100": "1", "310200": "1"}


async def enjoyed(clinic: Clinic, med_type: str, begins: str = "2026-11-21 11:00:00") -> Any:
    """What 2001 says of pool and account: whether, and why not; a refusal's code."""
    asked = {
        "psn_no": clinic.patient.psn_no,
        "insutype": "310",
        "fixmedins_code": clinic.town.shop.code,
        "med_type": med_type,
        "begntime": begins,
    }
    answer = await clinic.call("2001", {"data": asked})
    if not answer.ok:
        return code(answer)
    rows = answer.output["trtinfo"]
    return [(row["trt_enjymnt_flag"] == "1", row["trt_chk_rslt"]) for row in rows]


@pytest.mark.parametrize(
    ("place", "change", "med_type", "prescribed", "says"),
    [
        (HEFEI, "", "11", False, ""),
        (HEFEI, "", "14", False, "仅外配处方的药品享受统筹"),
        (HEFEI, "", "14", True, "仅外配处方的药品享受统筹"),
        (HEFEI, "", "41", True, "仅外配处方的药品享受统筹"),
        (HEFEI, "", "41", False, "仅外配处方的药品享受统筹"),
        (HEFEI, "outpatient_pooling = false", "11", False, "本机构未开通门诊统筹"),
        (HEFEI, "outpatient_pooling = false", "41", True, "药店购药不享受统筹"),
        ("130100", "cross_region = false", "11", False, "本机构未开通外地参保人的联网结算"),
        ("360100", "", "11", False, "参保地未开展门诊统筹"),
    ],
)
async def test_2001_says_what_a_settlement_does(
    clinic: Clinic, place: str, change: str, med_type: str, prescribed: bool, says: str
) -> None:
    town = clinic.town
    if change:
        await town.value(
            f"update institution set {change} where fixmedins_code = $1", town.shop.code
        )
    if place != HEFEI:
        clinic.patient = await town.member("赵六", current_fen=10_000, place=place)
    clinic.token = await town.scan(clinic.patient)
    (pool, why), (account, _) = await enjoyed(clinic, med_type)
    assert why == says
    item = Item(BASIC, Decimal(1), Decimal("900.00"))
    sale = town.sale_of(clinic.patient, clinic.token, [item], med_type=med_type)
    given = sale_input(sale, town.clock.now())
    given["drugdetail"][0]["rx_circ_flag"] = "1" if prescribed else "0"
    told = await clinic.call("2101", given)
    if not told.ok:
        assert code(told) == "INSTITUTION_NOT_CONNECTED" and not pool and not account
        return
    may = pool and (med_type == "11" or prescribed)
    assert (told.setlinfo["fund_pay_sumamt"] > 0) == may
    assert (told.setlinfo["acct_pay"] > 0) == account


async def test_2001_is_asked_of_no_time_that_a_visit_cannot_begin(clinic: Clinic) -> None:
    for begins in ("1999-01-01 00:00:00", "2027-03-01 10:00:00"):
        assert await enjoyed(clinic, "11", begins) == "INPUT_INVALID"


async def test_a_part_of_a_visit_comes_back(clinic: Clinic) -> None:
    """What is left keeps the visit's number and lines; what came back may be settled anew."""
    lines = (("1", BASIC, "300.00"), ("2", BASIC, "100.00"), ("3", SELF_PAID, "30.00"))
    await clinic.charge(*lines)
    paid = await clinic.settle("430.00", (await clinic.pre_settle("430.00")).setlinfo)
    assert paid.setlinfo["fund_pay_sumamt"] == 120
    rest = await returned(clinic, paid, "part", "2")
    info = rest.setlinfo
    assert (info["mdtrt_id"], info["fund_pay_sumamt"]) == (clinic.visit, 60)
    assert "30.00元（第3行）" in str(info["exp_content"]["reasons"]), "by the clinic's number"
    said = (await clinic.pre_settle("100.00")).setlinfo
    again = await clinic.settle("100.00", said)
    assert again.ok, again.err_msg
    assert code(await clinic.settle("100.00", said)) == "SAME_BILL"
    # Line 2 is settled by another bill now, so the whole can't stand again.
    undo = {"psn_no": clinic.patient.psn_no, "omsgid": "part", "oinfno": "2103A"}
    assert code(await clinic.call("2601", {"data": undo})) == "REFUND_SPENT"
    for one in (again, rest):
        assert (await clinic.cancel(one)).ok
    said = (await clinic.pre_settle("430.00")).setlinfo
    assert (await clinic.settle("430.00", said)).setlinfo["fund_pay_sumamt"] == 120
    await check_books(clinic.town.services.database)


async def test_a_part_return_of_a_visit_is_undone(clinic: Clinic) -> None:
    await clinic.charge(("1", BASIC, "300.00"), ("2", BASIC, "100.00"))
    paid = await clinic.settle("400.00", (await clinic.pre_settle("400.00")).setlinfo)
    await returned(clinic, paid, "part", "2")
    undo = {"psn_no": clinic.patient.psn_no, "omsgid": "part", "oinfno": "2103A"}
    assert (await clinic.call("2601", {"data": undo})).ok
    assert code(await clinic.pre_settle("100.00")) == "NOTHING_TO_SETTLE"
    assert (await clinic.cancel(paid)).ok
    said = (await clinic.pre_settle("400.00")).setlinfo
    assert (await clinic.settle("400.00", said)).ok
    await check_books(clinic.town.services.database)


async def returned(clinic: Clinic, paid: Answer, msgid: str, *numbers: str) -> Answer:
    data = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    detail = [{"feedetl_sn": number, "cnt": "1"} for number in numbers]
    answer = await clinic.call("2103A", {"data": data, "drugdetail": detail}, msgid)
    assert answer.ok, answer.err_msg
    return answer
