"""A prescription's way: a doctor issues it, a pharmacy fetches, checks and dispenses it, in parts,
once, and what comes back may be had again."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import Any

import pytest

from app.clients.till.client import TillClient
from tests.api.tills.test_outpatient import HEFEI, Clinic, clinic, code
from tests.books import check_books
from tests.prescription_world import ENDS, PDF, Doctor, Pharmacy, Refused, Rx
from tests.till_world import BASIC, CAPPED, SHARED, Member, Town

__all__ = ["clinic"]

TWO = {"cnt": "2", "pric": "10.00", "det_item_fee_sumamt": "20.00"}


@dataclass
class Street:
    """A clinic with a doctor, two pharmacies, a patient and somebody else."""

    town: Town
    doctor: Doctor
    shop: Pharmacy
    other: Pharmacy
    patient: Member
    pharmacist: Member

    async def left(self, rx: Rx) -> list[tuple[str, int, int]]:
        """What is prescribed and dispensed, as it is kept."""
        rows = await self.town.rows(
            "select med_list_codg, prescribed::int, dispensed::int from prescription_item i "
            "join prescription p on p.id = i.prescription_id where hi_rxno = $1 order by 1",
            rx.hi_rxno,
        )
        return [tuple(row) for row in rows]

    async def last(self, infno: str) -> str:
        """The number of the shop's last message of a kind."""
        sql = "select msgid from request where infno = $1 and fixmedins_code = $2 order by id desc"
        return str(await self.town.value(sql, infno, self.shop.till.fixmedins_code))


async def till_of(town: Town, name: str) -> TillClient:
    till = await town.new_till(await town.new_shop(name=name, place=HEFEI))
    await till.sign_in()
    return till


@pytest.fixture
async def street(clinic: Clinic) -> Street:
    town, patient = clinic.town, clinic.patient
    pharmacist = await town.member("方正", place=HEFEI)
    shop, other = [
        Pharmacy(town, await till_of(town, name), patient, pharmacist)
        for name in ("东街药房", "西街药房")
    ]
    doctor = Doctor(town.till, patient, clinic.visit)
    return Street(town, doctor, shop, other, patient, pharmacist)


async def refused(awaitable: Any) -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as told:
        await awaitable
    return told.value.code


async def test_a_prescription_is_dispensed_in_parts_and_what_comes_back_is_there_again(
    street: Street,
) -> None:
    rx = await street.doctor.issued("N1", {BASIC: "4", SHARED: "2"})
    [row] = await street.shop.listed()
    assert (row["valiEndTime"], row["rxExraAttrName"], row["deptName"]) == (
        ENDS,
        "门诊统筹",
        "内科",
    )
    found = await street.shop.fetch(rx, row)
    assert found["data"]["hiRxno"] == rx.hi_rxno and found["data"]["rxTraceCode"] == rx.trace
    assert found["rxOtpinfo"]["patnName"] == "李平" and found["rxOtpinfo"]["medType"] == "41"
    assert [one["takeDrugFlag"] for one in found["rxDetlList"]] == ["0", "0"]
    assert [one["diagName"] for one in found["rxDiseList"]] == ["感冒"]
    assert (await street.shop.verify(rx))["flag"] is True
    await street.shop.check(rx)
    first = await street.shop.buy(rx, "3")
    assert (await street.doctor.look(rx))["data"]["rxUsedStasCodg"] == "3"
    told = await street.shop.tell(rx)
    second = await street.shop.buy(rx, "1")
    assert await street.left(rx) == [(BASIC, 4, 4), (SHARED, 2, 0)]
    sold = await street.doctor.look(rx, "7107")
    assert [(one["cnt"], one["takeDrugFlag"]) for one in sold["seltdelts"]] == [
        (4.0, "1"),
        (0.0, "0"),
    ]
    assert await refused(street.shop.buy(rx, "1")) == "RX_TOO_MUCH"
    await street.shop.back(first)
    assert await street.left(rx) == [(BASIC, 4, 1), (SHARED, 2, 0)]
    gone = await street.town.value(
        "select withdrawn_at from prescription_told where id = $1", int(told["selStooutSn"])
    )
    assert gone is not None, "what was told of it goes with it"
    await street.shop.buy(rx, "3")
    await street.shop.buy(rx, "2", SHARED)
    assert (await street.doctor.look(rx))["data"]["rxUsedStasCodg"] == "2"
    assert await refused(street.shop.buy(rx, "1", SHARED)) == "RX_USED_UP"
    assert second["setl_id"]
    await check_books(street.town.services.database)


async def test_what_was_checked_is_told_to_the_prescriber(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    assert (await street.doctor.look(rx, "7106"))["data"]["rxChkStasName"] == "未审核"
    await street.shop.ready(rx)
    told = (await street.doctor.look(rx, "7106"))["data"]
    assert (told["rxChkStasName"], told["pharName"], told["rxChkOpnn"]) == (
        "审核通过",
        "方正",
        "合理",
    )


async def test_two_pharmacies_dispense_it_once(street: Street) -> None:
    """Both have fetched and checked it; both settle at the same moment."""
    rx = await street.doctor.issued("N1")
    await street.shop.ready(rx)
    await street.other.ready(rx)
    sales = [await one.sale(rx, "3") for one in (street.shop, street.other)]
    async with street.town.drainer_away():
        both = asyncio.gather(
            street.shop.till.call("2102", sales[0], wait=15),
            street.other.till.call("2102", sales[1], wait=15),
        )
        shops = f"'{street.shop.till.fixmedins_code}', '{street.other.till.fixmedins_code}'"
        await street.town.until(
            "select (count(*) = 2)::int from waiting w join request r on r.id = w.request_id "
            f"where r.fixmedins_code in ({shops})"
        )
        settlements = street.town.services.settlements
        lanes = await settlements.sweep()
        await asyncio.gather(*(settlements.drain.lane(lane) for lane in lanes))
        answers = await both
    codes = sorted(one.err_msg.split(" ")[0] for one in answers)
    assert codes == ["", "RX_TOO_MUCH"]
    assert await street.left(rx) == [(BASIC, 4, 3)]
    await check_books(street.town.services.database)


async def test_who_may_not_have_it_is_told_why(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    assert await refused(street.shop.buy(rx, "1")) == "RX_NOT_HERE"
    [row] = await street.shop.listed()
    await street.shop.fetch(rx, row)
    assert await refused(street.shop.buy(rx, "1")) == "RX_NOT_CHECKED"
    await street.shop.verify(rx)
    await street.shop.check(rx, "2")
    assert await refused(street.shop.buy(rx, "1")) == "RX_NOT_CHECKED"
    await street.shop.check(rx)
    assert await refused(street.other.buy(rx, "1")) == "RX_NOT_HERE"
    assert await refused(street.shop.buy(rx, "1", CAPPED)) == "RX_ITEM_UNKNOWN"
    assert await refused(street.shop.buy(rx, "5")) == "RX_TOO_MUCH"
    assert await refused(street.shop.buy(rx, "1", rx_circ_flag="0")) == "INPUT_INVALID"
    street.shop.med_type = "11"
    assert await refused(street.shop.buy(rx, "1")) == "RX_MED_TYPE"
    street.shop.med_type = "41"
    neighbour = await street.town.member("王芳", current_fen=10_000, place=HEFEI)
    hers = Pharmacy(street.town, street.shop.till, neighbour, street.pharmacist)
    assert await refused(hers.buy(rx, "1")) == "RX_OF_OTHER"
    rx.hi_rxno = rx.hi_rxno[:-1] + ("1" if rx.hi_rxno[-1] != "1" else "2")
    assert await refused(street.shop.buy(rx, "1")) == "RX_UNKNOWN"


async def test_the_preview_says_the_same(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    given = await street.shop.sale(rx, "1")
    told = await street.shop.till.call("2101", given)
    assert told.err_msg.startswith("RX_NOT_HERE ")
    await street.shop.ready(rx)
    assert (await street.shop.till.call("2101", given)).ok
    assert await street.left(rx) == [(BASIC, 4, 0)]


async def test_an_own_number_is_no_prescription_of_ours(street: Street) -> None:
    rx = Rx("", {}, hi_rxno="R-2026-1")
    assert await street.shop.buy(rx, "1")


async def test_what_has_run_out_or_is_withdrawn_is_not_dispensed(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    gone = await street.doctor.issued("N2")
    await street.shop.ready(rx)
    await street.shop.ready(gone)
    paid = await street.shop.buy(gone, "1")
    assert await refused(street.doctor.withdraw(gone)) == "RX_DISPENSED"
    await street.shop.back(paid)
    for _ in range(2):
        assert (await street.doctor.withdraw(gone))["rxStasName"] == "已撤销"
    assert await refused(street.shop.buy(gone, "1")) == "RX_WITHDRAWN"
    undo = {"psn_no": paid["psn_no"], "omsgid": await street.last("2103"), "oinfno": "2103"}
    told = await street.shop.till.call("2601", {"data": undo})
    assert told.err_msg.startswith("RX_WITHDRAWN "), "the sale is not restored"
    paid = await street.shop.buy(rx, "1")
    street.town.clock.advance(3 * 86_400)
    assert await refused(street.shop.buy(rx, "1")) == "RX_EXPIRED"
    await street.shop.back(paid)
    assert await street.left(rx) == [(BASIC, 4, 0)]


async def test_fetching_one_voids_the_others_of_the_list(street: Street) -> None:
    first, second = [await street.doctor.issued(number) for number in ("N1", "N2")]
    rows = await street.shop.listed()
    assert len(rows) == 2
    await street.shop.fetch(first, rows[0])
    await street.shop.fetch(first, rows[0])
    assert await refused(street.shop.fetch(second, rows[1])) == "RX_ACCESS_ENDED"
    rows = await street.shop.listed()
    assert await refused(street.other.fetch(first, rows[0])) == "RX_ACCESS_ENDED"
    street.town.clock.advance(30 * 60)
    assert await refused(street.shop.fetch(first, rows[0])) == "RX_ACCESS_ENDED"


async def test_a_check_needs_the_document_that_was_signed(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    [row] = await street.shop.listed()
    await street.shop.fetch(rx, row)
    other = "JVBERi0xLjcgb3RoZXI="
    assert (await street.shop.verify(rx, other)) | {"signCertSn": ""} == {
        "flag": False,
        "rxSignVerifySn": "",
        "signCertSn": "",
        "signCertDn": "CN=Qinji prescription seal",
    }
    rx.verified = "1"
    assert await refused(street.shop.check(rx)) == "RX_NOT_VERIFIED"
    await street.shop.verify(rx)
    await street.shop.check(rx)


async def test_a_pharmacist_s_own_code_is_read_for_the_check(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    [row] = await street.shop.listed()
    await street.shop.fetch(rx, row)
    await street.shop.verify(rx)
    street.pharmacist.certno = street.patient.certno
    assert await refused(street.shop.check(rx)) == "WRONG_HOLDER"
    street.pharmacist.name = street.patient.name
    assert await refused(street.shop.check(rx)) == "WRONG_HOLDER"


async def test_one_is_issued_as_it_was_signed_and_once(street: Street) -> None:
    doctor = street.doctor
    rx = await doctor.draft("N1")
    rx.seal = "00"
    assert await refused(doctor.issue(rx)) == "RX_SIGNATURE_WRONG"
    await doctor.sign(rx)
    assert await street.shop.listed() == [], "nobody sees it yet"
    await doctor.issue(rx)
    await doctor.issue(rx)
    assert len(await street.shop.listed()) == 1
    assert await refused(doctor.draft("N1")) == "RX_NUMBER_USED"
    other = await doctor.draft("N2")
    other.trace = rx.trace
    await doctor.sign(other)
    assert await refused(doctor.issue(other)) == "RX_TRACE_USED"
    await doctor.withdraw(rx)
    assert await refused(doctor.issue(rx)) == "RX_TRACE_USED"
    assert (await doctor.issued("N1")).hi_rxno != rx.hi_rxno


async def test_a_document_may_be_longer_than_any_other_input(street: Street) -> None:
    rx = await street.doctor.draft("N1")
    rx.file = base64.b64encode(PDF * 5_000).decode()
    assert len(rx.file) > 100_000
    await street.doctor.sign(rx)
    await street.doctor.issue(rx)
    [row] = await street.shop.listed()
    assert (await street.shop.fetch(rx, row))["data"]["rxFile"] == rx.file
    assert (await street.shop.verify(rx))["flag"] is True


async def test_nothing_stays_of_what_was_never_signed(street: Street) -> None:
    first = await street.doctor.draft("N1")
    street.town.clock.advance(2 * 86_400 + 1)
    await street.doctor.draft(
        "N2", prscTime="2026-11-23 11:30:00", valiEndTime="2026-11-26 11:30:00"
    )
    assert await street.left(first) == []
    await street.doctor.sign(first)
    assert await refused(street.doctor.issue(first)) == "RX_UNKNOWN"


async def test_what_a_doctor_says_has_to_fit_together(street: Street) -> None:
    wrongs: tuple[dict[str, str], ...] = (
        {"valiEndTime": "2026-11-25 11:30:00"},
        {"valiDays": "0"},
        {"mdtrtCertType": "03"},
        {"prscTime": "2026-12-21 11:30:00"},
    )
    for wrong in wrongs:
        assert await refused(street.doctor.draft("N1", None, **wrong)) == "INPUT_INVALID"
    stranger = await street.town.member("王芳", place=HEFEI)
    hers = Doctor(street.doctor.till, stranger, street.doctor.visit)
    assert await refused(hers.draft("N1")) == "VISIT_UNKNOWN"


async def test_two_drafts_of_one_number_become_one_prescription(street: Street) -> None:
    first, second = [await street.doctor.draft("N1") for _ in range(2)]
    for one in (first, second):
        await street.doctor.sign(one)
    await street.doctor.issue(first)
    assert await refused(street.doctor.issue(second)) == "RX_NUMBER_USED"


async def test_a_pharmacy_prescribes_nothing_and_sees_what_it_may(street: Street) -> None:
    rx = await street.doctor.issued("N1")
    quack = Doctor(street.shop.till, street.patient, street.doctor.visit)
    assert await refused(quack.draft("Q1")) == "RX_NOT_PRESCRIBER"
    assert await refused(quack.withdraw(rx)) == "RX_NOT_PRESCRIBER"
    assert await refused(quack.look(rx)) == "RX_UNKNOWN"
    neighbour = await street.town.member("王芳", place=HEFEI)
    assert await refused(street.shop.listed(regSn="1")) == "CARD_NOT_READ"
    hers = await street.town.scan(neighbour, street.shop.till, business_type="02122")
    assert await refused(street.shop.listed(ecToken=hers)) == "WRONG_HOLDER"
    assert await refused(street.shop.listed(ecToken=hers, regSn="1")) == "INPUT_INVALID"


async def test_nobody_learns_who_is_registered(street: Street) -> None:
    """The same is told of somebody who is there and of nobody."""
    rx = await street.doctor.issued("N1")
    neighbour = await street.town.member("王芳", place=HEFEI)
    patient = street.patient
    name, certno = patient.name, patient.certno
    for other in ((neighbour.name, neighbour.certno), ("张无此", "110101199001011237")):
        patient.name, patient.certno = other
        for infno in ("7105", "7106", "7107"):
            assert await refused(street.doctor.look(rx, infno)) == "RX_UNKNOWN"
        assert await refused(street.doctor.issue(rx)) == "RX_UNKNOWN"
        assert await refused(street.doctor.draft("N2")) == "VISIT_UNKNOWN"
        assert await refused(street.shop.listed()) == "WRONG_HOLDER"
    patient.name, patient.certno = name, certno
    assert await street.shop.listed()


async def test_what_is_sold_for_cash_is_used_up(street: Street) -> None:
    rx = await street.shop.ready(await street.doctor.issued("N1"))
    assert await refused(street.shop.tell(rx, CAPPED)) == "RX_ITEM_UNKNOWN"
    await street.shop.tell(rx, hiFeesetlFlag="0", psnCashPay="40.00")
    assert await refused(street.shop.buy(rx, "1")) == "RX_USED_UP"
    assert await street.shop.listed() == []
    assert await refused(street.doctor.withdraw(rx)) == "RX_DISPENSED"
    assert await refused(street.shop.untell(rx, "1")) == "RX_SALE_UNKNOWN"
    await street.shop.untell(rx, rx.told)
    await street.shop.buy(rx, "1")
    rx.checked = "1"
    assert await refused(street.shop.tell(rx)) == "RX_SALE_UNKNOWN"


async def test_a_part_return_gives_back_its_part(street: Street) -> None:
    rx = await street.shop.ready(await street.doctor.issued("N1"))
    paid = await street.shop.buy(rx, "4")
    ids = {name: paid[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    line = {"feedetl_sn": "1", "cnt": "1"}
    told = await street.shop.till.call("2103A", {"data": ids, "drugdetail": [line]})
    assert told.ok, told.err_msg
    assert await street.left(rx) == [(BASIC, 4, 3)]
    undo = {"psn_no": paid["psn_no"], "omsgid": await street.last("2103A"), "oinfno": "2103A"}
    await street.other.ready(rx)
    await street.other.buy(rx, "1")
    refusal = await street.shop.till.call("2601", {"data": undo})
    assert refusal.err_msg.startswith("RX_USED_UP "), "somebody else has had it since"
    await check_books(street.town.services.database)


async def test_nothing_of_it_lies_in_clear(street: Street) -> None:
    """Diagnosis, medicine, doctor and document: sealed, as a visit's are."""
    rx = await street.shop.ready(await street.doctor.issued("N1"))
    await street.shop.tell(rx)
    await street.shop.send(rx)
    tables = [
        f"prescription{more}" for more in ("", "_access", "_told", "_parcel", "_code", "_sale")
    ]
    for table in tables:
        rows = await street.town.rows(f"select to_jsonb(t)::text as row from {table} t")
        text = "".join(row["row"] for row in rows)
        for word in ("感冒", "J06", "阿莫西林", "王医生", "方正", "长江路", "李平", "PDF"):
            assert word not in text, (table, word)
        assert PDF.hex() not in text
        assert rx.token not in text


async def test_a_clinic_fills_a_prescription_in_a_visit_as_a_pharmacy_does(
    street: Street, clinic: Clinic
) -> None:
    """2204's ``rxno``: what isn't fetched and checked there is refused, what is settled is
    dispensed, and there again after 2208."""
    street.doctor.med_type = "11"
    rx = await street.doctor.issued("N1", {BASIC: "2"})
    desk = Pharmacy(street.town, street.town.till, street.patient, street.pharmacist)
    line = {"rxno": rx.hi_rxno, "rx_circ_flag": "1"}
    unmarked = await clinic.charge(("1", BASIC, "10.00"), figures=[line | {"rx_circ_flag": "0"}])
    assert "rx_circ_flag" in unmarked.err_msg
    assert (await clinic.charge(("1", BASIC, "10.00"), figures=[line])).ok
    other = await clinic.charge(("1", BASIC, "10.00"), figures=[line | {"rxno": "R-1"}])
    assert code(other) == "LINE_CHANGED", "another number is another line"
    assert code(await clinic.pre_settle("10.00")) == "RX_NOT_HERE"
    await desk.ready(rx)
    said = (await clinic.pre_settle("10.00")).setlinfo
    assert await street.left(rx) == [(BASIC, 2, 0)], "looking takes nothing"
    paid = await clinic.settle("10.00", said)
    assert paid.ok, paid.err_msg
    assert await street.left(rx) == [(BASIC, 2, 1)]
    assert (await clinic.charge(("2", BASIC, "20.00"), batch="B2", figures=[line | TWO])).ok
    assert code(await clinic.pre_settle("20.00", "B2")) == "RX_TOO_MUCH"
    assert (await clinic.cancel(paid)).ok
    assert await street.left(rx) == [(BASIC, 2, 0)]
    both = (await clinic.pre_settle("20.00", "B2")).setlinfo
    assert (await clinic.settle("20.00", both, "B2")).ok
    assert await street.left(rx) == [(BASIC, 2, 2)]
    await check_books(street.town.services.database)
