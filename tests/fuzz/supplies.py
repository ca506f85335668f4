"""What the running system knows and a case only names: people, codes, bills, log-ins."""

from __future__ import annotations

import base64
import itertools
import json
import secrets
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.clients.till.client import Item, Sale, TillClient
from app.clients.till.sale import sale_input, wire_time
from app.compose import Services
from app.domain.reconcile.archive import packed
from app.domain.staff.values import Visitor
from app.kit.clock import SystemClock
from tests.crash.village import Patient, till
from tests.fuzz.client import Line
from tests.fuzz.country import Shop, is_clinic

_ANY_BILL = "03132"
"""A code that is shown for this pays purchases and visits."""
_DRUG = "XQ99DEM001A001010100001"
_ROW = b"1\t2\t3\t1.00\t0.00\t1.00\t0\n"
_REGISTRATION = {
    "mdtrt_cert_type": "01", "atddr_no": "D1", "dr_name": "王医生", "dept_code": "A03",
    "dept_name": "内科", "caty": "A03",
}  # fmt: skip
_FEE = {
    "chrg_bchno": "B1", "rx_circ_flag": "0", "med_list_codg": _DRUG, "cnt": "1",
    "det_item_fee_sumamt": "10.50", "pric": "10.50", "medins_list_codg": "m",
    "bilg_dept_codg": "A03", "bilg_dept_name": "内科",
    "bilg_dr_codg": "D1", "bilg_dr_name": "王医生", "hosp_appr_flag": "1",
}  # fmt: skip
_BILL = {
    "mdtrt_cert_type": "01", "med_type": "11", "medfee_sumamt": "10.50", "psn_setlway": "01",
    "chrg_bchno": "B1", "acct_used_flag": "1", "invono": "",
}  # fmt: skip
_ECHO = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_HERE = "130000"
"""Whose people the clerks serve."""
_counts = itertools.count(1)


class Supplies:
    """Fresh values for the marks of cases."""

    def __init__(
        self,
        services: Services,
        shops: Sequence[Shop],
        patients: Sequence[Patient],
        url: str,
        port: int,
    ) -> None:
        self._services = services
        self._shops = shops
        self._patients = patients
        self._url = url
        self._port = port

    async def till(self) -> dict[str, str]:
        """A till of one of the institutions, somebody of its place mostly who has just been scanned
        there, a bill, and at a clinic a visit."""
        number = next(_counts)
        shop = self._shops[number % len(self._shops)]
        near = [one for one in self._patients if one.place[:4] == shop[2][:4]]
        patients = near if near and number % 4 else self._patients
        patient = patients[number // 4 % len(patients)]
        async with till(self._url, next(_counts) % 10**8, shop) as at:
            token = await self._scanned(patient, shop[0])
            known = {
                "psn_no": patient.psn_no,
                "insutype": patient.insutype,
                "token": token,
                "code": await self._code(patient, "02121"),
                "batch": "B1",
            }
            known |= _told_of(shop)
            known |= await self._bill(at, patient, token)
            known["omsgid"] = (await self._bill(at, patient, token))["paid_by"]
            if is_clinic(shop):
                known |= await self._visits(at, patient, token)
            signed = await at.sign_in()
            known["sign_no"] = at.sign_no if signed.ok else ""
            file = {"in": base64.b64encode(packed("x.txt", _ROW)).decode(), "filename": "x.zip"}
            file["fixmedins_code"] = at.fixmedins_code
            kept = await at.call("9101", {"fsUploadIn": file}, wait=0)
            known["file"] = str(kept.output.get("file_qury_no", "")) if kept.ok else ""
        return known

    async def phone(self, number: int) -> dict[str, str]:
        """Somebody's phone, with something of everything."""
        rows = await self._services.database.rows(
            "select id from person where psn_no like 'F%' order by psn_no"
        )
        row, other = rows[number * 4 % len(rows)], rows[(number * 4 + 1) % len(rows)]
        line = Line(self._port)
        try:
            who = await self._who(row["id"], "own_") | await self._who(other["id"], "")
            token = await self._logged_in(line, who)
            spare = await self._logged_in(line, None)
            known = who | {"phone": token, "spare": spare, "other_grant": "1"}
            known["grant"] = await self._first(line, token, "/aid")
            known["filing"] = await self._first(line, token, "/filings")
            known["member"] = await self._first(line, token, "/family")
            shown = await self._call(line, "POST", "/credentials", token, {"holder": "me"})
            known["shown"] = str((shown or {}).get("id", ""))
            found = await self._services.database.value(
                "select id from settlement where person_id = $1 order by id desc limit 1", row["id"]
            )
            return known | {"settlement": str(found or 1)}
        finally:
            line.close()

    async def operator(self) -> dict[str, str]:
        """An auditor who has signed in, and one who may be signed out."""
        found = {}
        for mark in ("ops", "spare"):
            name, password = f"fuzz-{secrets.token_hex(4)}", secrets.token_hex(12)
            assert await self._services.operators.add(name, "auditor", password)
            came = Visitor(f"10.0.{next(_counts) % 250}.1", "fuzz")
            signed = await self._services.operators.sign_in(name, password, came)
            found[mark] = signed.token
        settled = await self._services.database.value("select max(id) from settlement")
        return found | {"settlement": str(settled or 1)}

    async def clerk(self) -> dict[str, str]:
        """An approver who has signed in, and one who may be signed out; somebody whom the first
        has just looked up, and another one with what he has."""
        found, people = {}, list[int]()
        for row in await self._services.database.rows(
            "select id from person where psn_no like 'F%' order by random() limit 2"
        ):
            people.append(row["id"])
        for mark in ("counter", "spare"):
            name, password = f"fuzz-{secrets.token_hex(4)}", secrets.token_hex(12)
            assert await self._services.operators.add(name, "approver", password, _HERE)
            came = Visitor(f"10.1.{next(_counts) % 250}.1", "fuzz")
            signed = await self._services.operators.sign_in(name, password, came, "counter")
            found[mark] = signed.token
        own, other = [await self._who(one, "") for one in people]
        line = Line(self._port)
        try:
            who = {"psn_name": own["name"], "psn_cert_type": "01", "certno": own["certno"]}
            await self._call(line, "POST", "/persons", found["counter"], who, prefix="/counter/api")
        finally:
            line.close()
        grant = await self._services.database.value(
            "select id from aid_grant where donor_id = $1 limit 1", people[0]
        )
        known = {"person": str(people[0]), "grant": str(grant or 1), "member": "1"}
        return found | other | known | {"shown": "1", "settlement": "1", "filing": "1"}

    async def bureau(self) -> dict[str, str]:
        """A bureau of everywhere, which signs, and somebody of whom it speaks."""
        code = f"fuzz{secrets.token_hex(4)}"
        key_id, secret = await self._services.bureaus.add(code, "演示医保局", ["13"])
        psn_no = await self._services.database.value(
            "select psn_no from person where psn_no like 'F%' order by random() limit 1"
        )
        return {"key_id": key_id, "secret": secret, "scheme": "hmac-sm3", "psn_no": str(psn_no)}

    def moment(self) -> dict[str, str]:
        """What is another each time."""
        number = next(_counts)
        now = SystemClock().now()
        return {
            "msgid": f"F{secrets.token_hex(6)}{number:012d}",
            "serial": f"s{number}",
            "now": wire_time(now),
            "today": wire_time(now)[:10],
            "unix": str(int(time.time())),
        }

    async def _code(self, patient: Patient, business: str) -> str:
        issued = await self._services.credentials.issue(patient.id, None, business)
        return issued.code

    async def _scanned(self, patient: Patient, shop: str) -> str:
        code = await self._code(patient, _ANY_BILL)
        token = await self._services.credentials.decode(
            code, shop, f"scan{secrets.token_hex(8)}", "T01", _ANY_BILL
        )
        return token.token

    async def _bill(self, at: TillClient, patient: Patient, token: str) -> dict[str, str]:
        sale = Sale(
            patient.psn_no, token, patient.insutype, "", [Item(_DRUG, Decimal(2), Decimal("1.5"))]
        )
        input = sale_input(sale, at.clock.now())
        msgid = at.new_msgid()
        told = await at.call("2102", input, msgid, wait=8)
        if not told.ok:
            return {"paid_by": msgid}
        info = told.setlinfo
        serial = str(input["drugdetail"][0]["feedetl_sn"])
        return {
            "setl_id": info["setl_id"],
            "mdtrt_id": info["mdtrt_id"],
            "sold": serial,
            "paid_by": msgid,
        }

    async def _visits(self, at: TillClient, patient: Patient, token: str) -> dict[str, str]:
        """One visit with lines of cost, and one that has been paid."""
        visit = await self._visit(at, patient, token)
        paid = await self._visit(at, patient, token)
        bill = _BILL | {
            "psn_no": patient.psn_no,
            "mdtrt_cert_no": token,
            "mdtrt_id": paid,
            "insutype": patient.insutype,
        }
        before = await at.call("2206", {"data": bill}, wait=8)
        info = before.setlinfo if before.ok else {}
        echo = {name: str(info.get(name, 0)) for name in _ECHO}
        settled = await at.call("2207", {"data": bill | echo}, wait=8)
        setl_id = settled.setlinfo["setl_id"] if settled.ok else ""
        return {"visit": visit, "paid_visit": paid, "paid_visit_setl": setl_id}

    async def _visit(self, at: TillClient, patient: Patient, token: str) -> str:
        now = wire_time(at.clock.now())
        registration = _REGISTRATION | {
            "psn_no": patient.psn_no,
            "insutype": patient.insutype,
            "begntime": now,
            "mdtrt_cert_no": token,
            "ipt_otp_no": f"N{next(_counts)}",
        }
        told = await at.call("2201", {"data": registration}, wait=0)
        if not told.ok:
            return ""
        visit = str(told.output["data"]["mdtrt_id"])
        fee = _FEE | {
            "feedetl_sn": f"n{next(_counts)}",
            "mdtrt_id": visit,
            "psn_no": patient.psn_no,
            "fee_ocur_time": now,
        }
        await at.call("2204", {"feedetail": [fee]}, wait=0)
        return visit

    async def _who(self, person_id: int, prefix: str) -> dict[str, str]:
        people = self._services.people
        person = await people.get(person_id)
        return {f"{prefix}name": people.name(person), f"{prefix}certno": people.certno(person)}

    async def _logged_in(self, line: Line, who: dict[str, str] | None) -> str:
        """A new log-in; of this person if there is one."""
        code = f"demo-fuzz{secrets.token_hex(4)}-1"
        token = str((await self._call(line, "POST", "/login", "", {"code": code}))["token"])
        if who is not None:
            card = {"method": "card", "card_no": secrets.token_hex(8), "password": "123456"}
            claim = {
                "psn_name": who["own_name"],
                "psn_cert_type": "01",
                "certno": who["own_certno"],
            }
            await self._call(line, "POST", "/identity", token, claim | {"proof": card})
        return token

    async def _first(self, line: Line, token: str, path: str) -> str:
        found = await self._call(line, "GET", path, token)
        return str(found[0].get("id", "")) if isinstance(found, list) and found else "1"

    async def _call(
        self,
        line: Line,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        prefix: str = "/api/v1",
    ) -> Any:
        raw = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {prefix}{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(raw)}\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        )
        told = await line.ask(head.encode() + raw)
        return json.loads(told.body)["data"] if told.status < 400 else None


def _told_of(shop: Shop) -> dict[str, str]:
    """What an institution's tills sign with, and what stands in their envelopes."""
    code, _, place, key_id, secret, scheme = shop
    return {"shop": code, "shop_place": place, "key_id": key_id, "secret": secret, "scheme": scheme}
