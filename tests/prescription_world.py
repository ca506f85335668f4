"""A doctor who prescribes and a pharmacy that dispenses, for tests: each step is one message."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from tests.till_world import BASIC, SHARED, Member, Town

PDF = b"%PDF-1.7 prescription"
NOW, ENDS = "2026-11-21 11:30:00", "2026-11-24 11:30:00"
WHO = {"ipInfo": "10.0.0.1", "opter": "T01", "opterName": "王", "optinsNo": "P1"}
_HEAD = {
    "mdtrtCertType": "01", "bizTypeCode": "01", "rxExraAttrCode": "02", "rxTypeCode": "1",
    "prscTime": NOW, "valiDays": "3", "valiEndTime": ENDS, "rxCotnFlag": "0",
}  # fmt: skip
_DRUG = {
    "rxItemTypeCode": "11", "drugGenname": "阿莫西林", "drugDosform": "胶囊",
    "drugSpec": "0.25g*24", "medcWayCodg": "1", "medcWayDscr": "口服", "medcBegntime": NOW,
    "medcEndtime": ENDS, "medcDays": "3", "sinDosunt": "粒", "sinDoscnt": "1",
    "usedFrquCodg": "1", "usedFrquName": "每日三次", "drugDosunt": "盒", "hospApprFlag": "0",
}  # fmt: skip
_VISIT = {
    "iptOtpNo": "V1", "patnAge": "46", "gend": "1", "prscDeptName": "内科", "prscDeptCode": "A03",
    "drCode": "D1", "prscDrName": "王医生", "drProfttlCodg": "1", "drProfttlName": "主任医师",
    "drDeptCode": "A03", "drDeptName": "内科", "mdtrtTime": NOW, "spDiseFlag": "0",
    "maindiagCode": "J06.900", "maindiagName": "感冒",
}  # fmt: skip
_FOUND = {
    "diagType": "1", "maindiagFlag": "1", "diagSrtNo": "1", "diagCode": "J06.900",
    "diagName": "感冒", "diagDept": "内科", "diagDrNo": "D1", "diagDrName": "王医生",
    "diagTime": NOW,
}  # fmt: skip
_SIGNED = {
    "drCode": "D1", "prscDrName": "王医生", "pharDeptName": "药剂科", "pharDeptCode": "Y1",
    "pharCode": "Y01", "pharName": "李药师", "pharChkTime": NOW,
}  # fmt: skip
_WHY = {
    "drCode": "D1", "undoDrName": "王医生", "undoDrCertType": "01", "undoDrCertno": "1",
    "undoRea": "开错", "undoTime": NOW,
}  # fmt: skip
_CHECK = {"pharCertType": "01", "pharCode": "Y02", "rxChkOpnn": "合理", "rxChkTime": NOW}
_SALE = {"mdtrt_cert_type": "01", "begntime": NOW, "acct_used_flag": "1"}
_LINE = {"rx_circ_flag": "1", "fee_ocur_time": NOW, "medins_list_codg": "m", "pric": "10"}
_TOLD = {
    "rtalDocno": "R1", "stooutTime": NOW, "medinsListCodg": "m", "drugGenname": "阿莫西林",
    "drugSpec": "0.25g*24", "drugTotlcnt": "1", "drugTotlcntEmp": "盒",
}  # fmt: skip
_PARCEL = {
    "delvNo": "K1", "delvAddr": "长江路1号", "delvEntpName": "快送", "delvStasCodg": "1",
    "delvStasTime": NOW, "delvConner": "李平",
}  # fmt: skip
_HANDED = {
    "delverCertType": "01", "delverCertno": "1", "delverName": "张", "delvStasTime": NOW,
}  # fmt: skip
Ask = Callable[[TillClient, str, dict[str, Any]], Awaitable[Any]]


class Refused(Exception):
    """A till is told no."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.err_msg)
        self.code = answer.err_msg.split(" ")[0]


async def ask(till: TillClient, infno: str, given: dict[str, Any]) -> Any:
    """The output of a message."""
    answer = await till.call(infno, given)
    if not answer.ok:
        raise Refused(answer)
    return answer.output


@dataclass
class Rx:
    """A prescription on its way."""

    number: str
    items: dict[str, str]
    hi_rxno: str = ""
    trace: str = ""
    file: str = base64.b64encode(PDF).decode()
    seal: str = ""
    auth: str = ""
    token: str = ""
    verified: str = ""
    checked: str = ""
    told: str = ""
    bought: int = field(default=0)


class Doctor:
    """Prescribes for one patient, who has been at the clinic."""

    def __init__(self, till: TillClient, patient: Member, visit: str, ask: Ask = ask) -> None:
        self.till, self.patient, self.visit, self.ask = till, patient, visit, ask
        self.med_type = "41"

    async def draft(self, number: str, items: dict[str, str] | None = None, **more: str) -> Rx:
        """7101"""
        rx = Rx(number, items or {BASIC: "4"})
        given = self.draft_of(rx)
        given["data"].update(more)
        told = (await self.ask(self.till, "7101", given))["data"]
        rx.hi_rxno, rx.trace = told["hiRxno"], told["rxTraceCode"]
        return rx

    def draft_of(self, rx: Rx) -> dict[str, Any]:
        head = _HEAD | {"hospRxno": rx.number, "rxDrugCnt": str(len(rx.items))}
        drugs = [_DRUG | {"medListCodg": item, "drugCnt": much} for item, much in rx.items.items()]
        visit = _VISIT | self._patient("patnName") | self._clinic()
        visit |= {"mdtrtId": self.visit, "medType": self.med_type, "psnNo": self.patient.psn_no}
        return {"data": head, "rxdrugdetail": drugs, "mdtrtinfo": visit, "diseinfo": [_FOUND]}

    def said(self, rx: Rx) -> dict[str, str]:
        """What is signed of one."""
        numbers = {"rxTraceCode": rx.trace, "hiRxno": rx.hi_rxno, "mdtrtId": self.visit}
        return numbers | self._patient("patnName") | self._clinic() | _SIGNED

    def _patient(self, name: str) -> dict[str, str]:
        return {name: self.patient.name, "psnCertType": "01", "certno": self.patient.certno}

    def _clinic(self) -> dict[str, str]:
        till = self.till
        return {"fixmedinsCode": till.fixmedins_code, "fixmedinsName": till.fixmedins_name}

    async def sign(self, rx: Rx) -> None:
        """7102"""
        original = base64.b64encode(json.dumps(self.said(rx)).encode()).decode()
        given = {
            "fixmedinsCode": self.till.fixmedins_code,
            "originalValue": original,
            "originalRxFile": rx.file,
        }
        told = (await self.ask(self.till, "7102", {"data": given}))["data"]
        rx.file, rx.seal = told["rxFile"], told["signDigest"]

    async def issue(self, rx: Rx) -> Any:
        """7103"""
        given = self.said(rx) | {"rxFile": rx.file, "signDigest": rx.seal}
        return (await self.ask(self.till, "7103", {"data": given}))["data"]

    async def issued(self, number: str, items: dict[str, str] | None = None, **more: str) -> Rx:
        rx = await self.draft(number, items, **more)
        await self.sign(rx)
        assert (await self.issue(rx))["rxStasCodg"] == "1"
        return rx

    async def withdraw(self, rx: Rx) -> Any:
        """7104"""
        given = _WHY | {"hiRxno": rx.hi_rxno, "fixmedinsCode": self.till.fixmedins_code}
        return (await self.ask(self.till, "7104", {"data": given}))["data"]

    async def look(self, rx: Rx, infno: str = "7105") -> Any:
        """7105, 7106, 7107"""
        mine = {"fixmedinsCode": self.till.fixmedins_code, "mdtrtId": self.visit}
        given = mine | {"hiRxno": rx.hi_rxno} | self._patient("psnName")
        return await self.ask(self.till, infno, {"data": given})


class Pharmacy:
    """Dispenses to one patient. ``pharmacist``: whose own code is read for the check."""

    def __init__(
        self, town: Town, till: TillClient, patient: Member, pharmacist: Member, ask: Ask = ask
    ) -> None:
        self.town, self.till, self.patient, self.ask = town, till, patient, ask
        self.pharmacist, self.med_type = pharmacist, "41"
        self.mine = {"fixmedinsCode": till.fixmedins_code}
        self.names = self.mine | {"fixmedinsName": till.fixmedins_name}

    async def listed(self, **more: str) -> Any:
        """7201"""
        shown = {"ecToken": await self.town.scan(self.patient, self.till, business_type="02122")}
        person = {
            "psnName": self.patient.name,
            "psnCertType": "01",
            "certno": self.patient.certno,
        }
        given = self.mine | person | WHO | (more or shown)
        return (await self.ask(self.till, "7201", {"data": given}))["data"]

    async def fetch(self, rx: Rx, row: dict[str, str]) -> Any:
        """7204"""
        rx.auth, rx.token = row["authRxno"], row["epcToken"]
        given = self.mine | WHO | {"epcToken": rx.token, "authRxno": rx.auth, "devInfo": "D"}
        return await self.ask(self.till, "7204", {"data": given})

    async def by_code(self, code: str, rx: Rx, infno: str = "7203") -> Any:
        """7202, 7203"""
        asked = {"epcQrcd": code, "devInfo": "D"}
        if infno == "7202":
            asked = {"hiRxno": rx.hi_rxno, "authCircBizSn": code, "epcChnlId": "c"}
        return (await self.ask(self.till, infno, {"data": self.mine | WHO | asked}))["data"]

    async def verify(self, rx: Rx, file: str = "") -> Any:
        """7205"""
        given = self.mine | {"hiRxno": rx.hi_rxno, "rxTraceCode": rx.trace}
        given |= {"rxFile": file or rx.file, "epcToken": rx.token}
        told = (await self.ask(self.till, "7205", {"data": given}))["data"]
        rx.verified = told["rxSignVerifySn"]
        return told

    async def check(self, rx: Rx, says: str = "1") -> Any:
        """7206"""
        who, token = self.pharmacist, await self.town.scan(self.pharmacist, self.till)
        given = self.names | _CHECK | {"hiRxno": rx.hi_rxno, "epcToken": rx.token}
        given |= {"ecToken": token, "pharCertno": who.certno, "pharName": who.name}
        given |= {"rxChkStasCodg": says, "rxSignVerifySn": rx.verified}
        told = (await self.ask(self.till, "7206", {"data": given}))["data"]
        rx.checked = told["rxChkBizSn"]
        return told

    async def ready(self, rx: Rx) -> Rx:
        """From the patient's code to a check that says yes."""
        at, number = 0, ""
        while number != rx.hi_rxno:  # it is told with what is fetched only
            found = await self.fetch(rx, (await self.listed())[at])
            at, number = at + 1, found["data"]["hiRxno"]
        await self.verify(rx)
        await self.check(rx)
        return rx

    async def sale(self, rx: Rx, much: str, item: str = BASIC, **line: str) -> dict[str, Any]:
        """What 2101 and 2102 are given."""
        rx.bought += 1
        total = str(Decimal(much) * 10)
        patient, token = self.patient, await self.town.scan(self.patient, self.till)
        head = _SALE | {"psn_no": patient.psn_no, "insutype": patient.insutype}
        head |= {"mdtrt_cert_no": token, "medfee_sumamt": total, "med_type": self.med_type}
        one = _LINE | {"feedetl_sn": str(rx.bought), "rxno": rx.hi_rxno, "med_list_codg": item}
        one |= {"det_item_fee_sumamt": total, "cnt": much}
        return {"druginfo": head, "drugdetail": [one | line]}

    async def buy(self, rx: Rx, much: str, item: str = BASIC, **line: str) -> Any:
        """2102"""
        given = await self.sale(rx, much, item, **line)
        return (await self.ask(self.till, "2102", given))["setlinfo"]

    async def back(self, paid: dict[str, Any]) -> Any:
        """2103"""
        ids = {name: paid[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        return (await self.ask(self.till, "2103", {"data": ids}))["setlinfo"]

    async def tell(self, rx: Rx, item: str = BASIC, **more: str) -> Any:
        """7207"""
        head = self.names | {"hiRxno": rx.hi_rxno, "rxChkBizSn": rx.checked} | more
        line = _TOLD | {"medListCodg": item}
        told = await self.ask(self.till, "7207", {"data": head, "rxSaleDrugDetl": [line]})
        rx.told = told["data"]["selStooutSn"]
        return told["data"]

    async def untell(self, rx: Rx, told: str = "") -> Any:
        """7208"""
        given = self.mine | {"hiRxno": rx.hi_rxno} | ({"selStooutSn": told} if told else {})
        return (await self.ask(self.till, "7208", {"data": given}))["data"]

    async def send(self, rx: Rx) -> None:
        """7209, 7210"""
        away = self.names | _PARCEL | {"hiRxno": rx.hi_rxno}
        await self.ask(self.till, "7209", {"data": away})
        there = _HANDED | {"hiRxno": rx.hi_rxno}
        await self.ask(self.till, "7210", {"data": there})

    async def search(self, **more: str) -> Any:
        """7211"""
        page = {"pageNum": "1", "pageSize": "100"}
        asked = more or {"medListCodg": SHARED}
        return await self.ask(self.till, "7211", {"data": self.mine | page | asked})
