"""Two clinics of one place, a patient of theirs, and what is the first one's."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import Item, TillClient
from app.clients.till.sale import sale_input
from tests.api.access.tills import CLEARED, Thing
from tests.api.tills.test_outpatient import HEFEI, Clinic
from tests.prescription_world import Doctor, Pharmacy, Refused, ask
from tests.till_world import BASIC, Member, Shop, Town

ECHOED = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
TOTALS = {
    "insutype": "310", "clr_type": "41", "setl_optins": "340199", "fixmedins_setl_cnt": "1",
    "stmt_begndate": "2026-11-21", "stmt_enddate": "2026-11-21", "medfee_sumamt": "1.00",
    "fund_pay_sumamt": "0.00", "acct_pay": "1.00",
}  # fmt: skip
STANDING = (
    "settlement", "transfer", "account", "visit", "fee_line", "exchange_file", "prescription",
    "prescription_item", "prescription_access", "prescription_told", "prescription_parcel",
)  # fmt: skip
"""What a refused message leaves as it is."""


@dataclass
class Market:
    """What is the first clinic's, by name; ``other`` is the second one's till, which knows it."""

    town: Town
    patient: Member
    neighbour: Member
    other: TillClient
    other_shop: Shop
    things: dict[str, Thing] = field(default_factory=dict)
    others: dict[str, Thing] = field(default_factory=dict)
    """What the second one sends for the same, where that is not the same."""

    async def standing(self) -> dict[str, str]:
        sql = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
        return {table: await self.town.value(sql.format(table)) for table in STANDING}

    async def own(self, infno: str, given: dict[str, Any], msgid: str | None = None) -> Answer:
        return await self.town.till.call(infno, given, msgid, self.patient.place)


async def build(town: Town) -> Market:
    town.shop = await town.new_shop()
    town.till = await town.new_till(town.shop)
    second = await town.new_shop()
    await town.value(
        "update institution set admdvs = $1, hosp_lv = '10', fixmedins_type = '1',"
        " outpatient_pooling = true",
        HEFEI,
    )
    patient = await town.member("欧阳平", current_fen=90_000, place=HEFEI)
    neighbour = await town.member("王生", current_fen=90_000, place=HEFEI)
    other = await town.new_till(second)
    market = Market(town, patient, neighbour, other, second)
    await _scans(market)
    await _bills(market)
    await _visits(market)
    await _books(market)
    await _prescriptions(market)
    return market


async def _scans(market: Market) -> None:
    town, patient = market.town, market.patient
    signed_in = await market.own("9001", {"signIn": {"opter_no": "T01", "mac": "0", "ip": "1"}})
    market.things["till"] = {}
    market.things["sign_in"] = {"sign_no": signed_in.output["signinoutb"]["sign_no"]}
    shown = (await town.show(patient))["code"]
    decoded = await town.till.decode(shown)
    market.things["decoded"] = {"code": shown}
    known = {"psn_no": patient.psn_no, "mdtrt_cert_no": decoded.output["ecToken"]}
    market.things["scan"] = known
    market.things["sale"] = known | {"sale": _lines(market, known["mdtrt_cert_no"])}
    one = await town.member("李生", place=HEFEI)
    await town.scan(one)
    market.things["scan_of_one"] = {
        "psn_no": one.psn_no,
        "fixmedins_code": market.town.shop.code,
    }
    token = await town.scan(patient, business_type="01301")
    market.things["scan_of_visit"] = known | {"mdtrt_cert_no": token}


def _lines(market: Market, token: str) -> dict[str, Any]:
    items = [Item(BASIC, Decimal(2), Decimal("5.00"))]
    sale = market.town.sale_of(market.patient, token, items)
    return sale_input(sale, market.town.clock.now())


async def _bills(market: Market) -> None:
    for name in ("cancelled", "returned", "looked_up", "reversed"):
        sale = _lines(market, await market.town.scan(market.patient))
        paid = await market.own("2102", sale)
        assert paid.ok, paid.err_msg
        known = {field: paid.setlinfo[field] for field in ("setl_id", "mdtrt_id", "psn_no")}
        known |= {"feedetl_sn": sale["drugdetail"][0]["feedetl_sn"]}
        market.things[f"bill_{name}"] = known | {"omsgid": paid.msgid, "oinfno": "2102"}


async def _visits(market: Market) -> None:
    town, patient = market.town, market.patient
    for name in ("visit", "visit_charged", "visit_paid", "visit_scanned", "bill_of_visit"):
        token = await town.scan(patient, business_type="01301")
        clinic = Clinic(town, patient, token)
        assert (await clinic.register(name)).ok and (await clinic.diagnose()).ok
        known: Thing = {"psn_no": patient.psn_no, "mdtrt_id": clinic.visit, "ipt_otp_no": name}
        known |= {"mdtrt_cert_no": token, "chrg_bchno": "B1"}
        if name != "visit":
            assert (await clinic.charge(("1", BASIC, "20.00"))).ok
            told = await clinic.pre_settle("20.00")
            bill = clinic.bill("20.00") | {one: str(told.setlinfo[one]) for one in ECHOED}
            known |= {"bill": bill}
        if name == "bill_of_visit":
            paid = await market.own("2207", {"data": bill})
            assert paid.ok, paid.err_msg
            known |= {field: paid.setlinfo[field] for field in ("setl_id", "mdtrt_id")}
        market.things[name] = known
    scanned = await town.scan(patient, market.other, business_type="01301")
    market.others["visit_scanned"] = market.things["visit_scanned"] | {"mdtrt_cert_no": scanned}


async def _books(market: Market) -> None:
    code = market.town.shop.code
    node = {"in": "eA==", "filename": "x.zip", "fixmedins_code": code}
    sent = await market.own("9101", {"fsUploadIn": node})
    number = sent.output["file_qury_no"]
    asked = await market.own("3203", {"data": CLEARED})
    market.things["clearing"] = asked.output["result"]
    market.things["books"] = {"file_qury_no": number, "fixmedins_code": code, "totals": TOTALS}


async def _prescriptions(market: Market) -> None:
    """What each message of 7101 to 7211 was given, with its numbers; the second clinic sends the
    same in its own name."""
    town, patient = market.town, market.patient
    sent: dict[str, dict[str, Any]] = {}

    async def noted(till: TillClient, infno: str, given: dict[str, Any]) -> Any:
        sent[infno] = given
        return await ask(till, infno, given)

    doctor = Doctor(town.till, patient, market.things["visit_charged"]["mdtrt_id"], noted)
    shop = Pharmacy(town, town.till, patient, await town.member("方正", place=HEFEI), noted)
    seen = town.services.prescriptions_seen
    used = await doctor.issued("N1")
    [one] = await seen.of([patient.id])
    code = (await seen.show(one.row.id, [patient.id], patient.id)).code
    for infno in ("7203", "7202"):  # shown once
        with suppress(Refused):
            await shop.by_code(code, used, infno)
    await doctor.withdraw(used)
    rx = await doctor.issued("N2")
    await shop.ready(rx)
    await shop.tell(rx)
    await shop.untell(rx, rx.told)
    await shop.tell(rx)
    sent["7208"]["data"]["selStooutSn"] = rx.told
    for infno in ("7105", "7106", "7107"):
        await doctor.look(rx, infno)
    await shop.send(rx)
    await shop.search()
    gone = await doctor.issued("N3")
    sent["7101"]["data"]["hospRxno"] = "N4"
    sent["7104"]["data"]["hiRxno"] = gone.hi_rxno
    numbers = {"hiRxno": rx.hi_rxno, "authRxno": rx.auth, "mdtrtId": doctor.visit}
    for infno, given in sent.items():
        kept = {name: value for name, value in numbers.items() if name in given["data"]}
        known: Thing = {"given": given} | kept | {"fixmedinsCode": town.shop.code}
        market.things[f"rx_{infno}"] = known
        market.others[f"rx_{infno}"] = known | {"fixmedinsCode": market.other_shop.code}
    for name in ("rx_7103", "rx_7104"):
        market.things[name]["hiRxno"] = market.others[name]["hiRxno"] = gone.hi_rxno
