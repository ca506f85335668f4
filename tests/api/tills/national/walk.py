"""A day of every transaction that we serve, through the door, in one of three forms."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from app.clients.till.client import TillClient
from app.clients.till.day import packed, told_on, totals
from app.clients.till.journal import Entry
from app.domain.catalogue.importing import import_list
from app.domain.catalogue.lists import LISTS
from app.domain.filing.importing import COLUMNS as CHRONIC
from app.domain.filing.importing import import_chronic
from app.domain.practitioner.importing import COLUMNS as PRACTITIONERS
from app.domain.practitioner.importing import import_practitioners
from app.domain.registry.imports.book.items import write_items
from app.domain.registry.imports.rows import ItemRow
from tests.api.tills.national.tables import National, Table, faults, transactions
from tests.api.tills.test_outpatient import Clinic
from tests.prescription_world import Doctor, Pharmacy, Rx
from tests.till_world import BASIC, Town

Form = Literal["full", "minimum", "blank"]
Input = dict[str, Any]
NATIONAL = transactions()
DAY, NOW = "2026-11-21", "2026-11-21 11:20:00"
CENTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
SHOWN = {"card_sn": "", "refd_setl_flag": "0", "clr_type": "41", "psn_cert_type": "01"}
"""What a full form says where not any value will do."""


ITEM = "T1A001A0101010001"
GOODS = ("3501", "3502", "3503", "3504", "3505", "3506", "3507")
TOLD = {
    "med_list_codg": ITEM, "setl_id": "", "psn_no": "", "trdn_flag": "0",
    "drug_trac_codg": "", "mdtrt_setl_type": "2", "inv_data_type": "1",
}  # fmt: skip
CERTNO = "340102198001010015"
DATED = "T9D001A0101010001"
MORE = {"3502"}
"""Answered with a result that the text doesn't have: whoever reads none isn't hurt by it."""
ONE_OF = {
    ("3502A", "med_list_codg"), ("3506A", "med_list_codg"),
    ("3512", "fixmedins_bchno"), ("3513", "fixmedins_bchno"), ("1201", "fixmedins_code"),
    *((infno, "fixmedins_bchno") for infno in ("3508", "3509", "3510", "3511")),
    ("7201", "ecToken"), ("7201", "regSn"), ("7211", "medListCodg"), ("7211", "drugName"),
    ("7208", "selStooutSn"), ("7101", "ecToken"), ("7101", "mdtrtCertNo"), ("7101", "cardSn"),
    ("7211", "medListCodgs"),
}  # fmt: skip
"""One of several that a form may leave out, but not all of them; or what the answer has to tell."""
FILTERS = (
    "medins_list_name", "trdn_flag", "rid", "medins_prod_inv_no", "medins_prod_inv_chg_no",
    "medins_prod_purc_no", "medins_prod_sel_no", "prod_retn_flag", "setl_id", "psn_no",
    "prsc_dr_cert_type", "phar_cert_type",
)  # fmt: skip
"""What a full form can't say of the rows of this walk, as it would find none of them."""
NUMBERED = ("fixmedins_bchno", "rtal_docno", "mdtrt_sn", "fixmedins_hilist_id")


class Walk:
    """One patient's day at one clinic. ``sent`` and ``told`` keep each transaction's last."""

    def __init__(self, clinic: Clinic, form: Form) -> None:
        self.town, self.patient, self.form = clinic.town, clinic.patient, form
        self.sent: dict[str, Input] = {}
        self.told: dict[str, Any] = {}
        self.wrong: list[str] = []
        self.visited = ""

    async def ask(self, infno: str, given: Input) -> tuple[str, Any]:
        """As it is given: what the till is told, and the output."""
        till = self.town.till
        body = till.body(infno, given, till.new_msgid(), self.patient.place)
        status, text = await self.town.post(body)
        assert status == 200, (infno, text)
        value = json.loads(text, parse_float=Decimal)
        return value["err_msg"], value["output"]

    async def call(self, infno: str, given: Input) -> Any:
        """In the walk's form; the answer looked at by the tables."""
        dressed = self._dressed(NATIONAL[infno], given)
        said, output = await self.ask(infno, dressed)
        assert not said, (infno, said)
        self.sent[infno], self.told[infno] = dressed, output
        self.wrong += [f"{infno} {one}" for one in wrongs(NATIONAL[infno], output)]
        return output

    def _dressed(self, national: National, given: Input) -> Input:
        given = json.loads(json.dumps(given))
        for table in national.given:
            if table.shape == "rows" or "." in table.name:
                continue
            node = given[table.name]
            for row in node if table.shape == "list" else [node]:
                self._dress(national.infno, table, row)
        return dict(given)

    def _dress(self, infno: str, table: Table, row: Input) -> None:
        mine = {"certno": self.patient.certno, "psn_name": self.patient.name, **SHOWN}
        for line in table.lines:
            if line.required or line.type == "node" or (infno, line.name) in ONE_OF:
                continue
            if self.form == "minimum":
                row.pop(line.name, None)
            elif self.form == "blank":
                row[line.name] = "0" if line.type[0] == "n" else ""
            elif line.name not in row:
                row[line.name] = mine.get(line.name, line.sample())

    async def token(self) -> str:
        shown = await self.town.show(self.patient)
        given = {
            "ecQrCode": shown["code"],
            "orgId": self.town.shop.code,
            "businessType": "01301",
            "operatorId": "T01",
            "operatorName": "王",
            "officeId": "A03",
            "officeName": "内科",
        }
        return str((await self.call("6101", {"InData": given}))["OutData"]["ecToken"])

    async def whole(self) -> Walk:
        """All of it, in a till's order."""
        who = {"opter_no": self.town.till.operator.opter}
        signed = await self.call("9001", {"signIn": who | {"mac": "0" * 17, "ip": "10.0.0.1"}})
        await self.person()
        await self.counter("A")
        await self.visit("V-A", "A")
        paid = await self.counter("")
        await self.visit("V", "")
        await self.looks(paid)
        await self.records(paid)
        await self.books(paid)
        await self.goods()
        await self.catalogue()
        await self.prescriptions()
        ids = {name: paid[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        await self.call("2103", {"data": ids})
        await self.call("9002", {"signOut": who | {"sign_no": signed["signinoutb"]["sign_no"]}})
        self.town.till.sign_no = ""
        return self

    async def person(self) -> None:
        shown = {"mdtrt_cert_type": "01", "mdtrt_cert_no": await self.token()}
        await self.call("1101", {"data": shown})
        asked = {
            "psn_no": self.patient.psn_no,
            "insutype": "310",
            "fixmedins_code": self.town.shop.code,
            "med_type": "41",
            "begntime": NOW,
        }
        await self.call("2001", {"data": asked})

    async def counter(self, letter: str) -> Any:
        """2101, 2102."""
        head = {
            "psn_no": self.patient.psn_no,
            "mdtrt_cert_type": "01",
            "mdtrt_cert_no": await self.token(),
            "begntime": NOW,
            "medfee_sumamt": "10.00",
            "insutype": "310",
            "acct_used_flag": "1",
            "med_type": "41",
        }
        line = {
            "feedetl_sn": "1",
            "rx_circ_flag": "0",
            "fee_ocur_time": NOW,
            "med_list_codg": BASIC,
            "medins_list_codg": "m",
            "det_item_fee_sumamt": "10.00",
            "cnt": "1",
            "pric": "10.00",
        }
        given = {"druginfo": head, "drugdetail": [line]}
        await self.call(f"2101{letter}", given)
        return (await self.call(f"2102{letter}", given))["setlinfo"]

    async def visit(self, number: str, letter: str) -> None:
        """2201 to 2208, and a reversal."""
        psn_no, token = self.patient.psn_no, await self.token()
        shown = {"psn_no": psn_no, "mdtrt_cert_type": "01", "mdtrt_cert_no": token}
        come = shown | {
            "insutype": "310",
            "begntime": NOW,
            "ipt_otp_no": number,
            "dept_code": "A03",
            "dept_name": "内科",
            "caty": "A03.01.001",
        }
        gone = await self.call(f"2201{letter}", {"data": come | {"ipt_otp_no": f"{number}-gone"}})
        names = ("psn_no", "mdtrt_id", "ipt_otp_no")
        await self.call("2202", {"data": {name: gone["data"][name] for name in names}})
        visit = (await self.call(f"2201{letter}", {"data": come}))["data"]["mdtrt_id"]
        self.visited = visit
        await self.found(letter, visit)
        for batch in ("B0", "B1"):
            await self.charge(visit, batch, f"{batch}-1")
            if batch == "B0":
                back = {"mdtrt_id": visit, "chrg_bchno": batch, "psn_no": psn_no}
                await self.call("2205", {"data": back})
        bill = shown | {
            "med_type": "11",
            "medfee_sumamt": "30.00",
            "psn_setlway": "01",
            "mdtrt_id": visit,
            "chrg_bchno": "B1",
            "acct_used_flag": "1",
            "insutype": "310",
        }
        said = (await self.call(f"2206{letter}", {"data": bill}))["setlinfo"]
        echo = {name: str(said[name]) for name in CENTS}
        paid = (await self.call(f"2207{letter}", {"data": bill | echo}))["setlinfo"]
        ids = {name: paid[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        back = (await self.call("2208", {"data": ids}))["setlinfo"]
        undo = {"psn_no": psn_no, "omsgid": back["medins_setl_id"], "oinfno": "2208"}
        await self.call("2601", {"data": undo})

    async def found(self, letter: str, visit: str) -> None:
        """2203."""
        head = {
            "mdtrt_id": visit,
            "psn_no": self.patient.psn_no,
            "med_type": "11",
            "begntime": NOW,
        }
        found = {
            "diag_type": "1",
            "diag_srt_no": "1",
            "diag_code": "J06.9" + "0" * 25,
            "diag_name": "感冒",
            "diag_dept": "内科",
            "dise_dor_no": "D1",
            "dise_dor_name": "王",
            "diag_time": NOW,
            "vali_flag": "1",
        }
        await self.call(f"2203{letter}", {"mdtrtinfo": head, "diseinfo": [found]})

    async def charge(self, visit: str, batch: str, number: str) -> None:
        """2204."""
        line = {
            "feedetl_sn": number,
            "mdtrt_id": visit,
            "psn_no": self.patient.psn_no,
            "chrg_bchno": batch,
            "rx_circ_flag": "0",
            "fee_ocur_time": NOW,
            "med_list_codg": BASIC,
            "medins_list_codg": "m",
            "det_item_fee_sumamt": "30.00",
            "cnt": "1",
            "pric": "30.00",
            "bilg_dept_codg": "A03",
            "bilg_dept_name": "内科",
            "hosp_appr_flag": "1",
        }
        await self.call("2204", {"feedetail": [line]})

    async def prescriptions(self) -> None:
        """7101 to 7107 and 7201 to 7211: one is dispensed, two are withdrawn."""
        patient = self.patient
        till = self.town.till

        async def ask(till: TillClient, infno: str, given: Input) -> Any:
            if infno == "2102":  # dressed above, as a sale without a prescription
                said, output = await self.ask(infno, given)
                assert not said, said
                return output
            return await self.call(infno, given)

        doctor = Doctor(till, patient, self.visited, ask)
        shop = Pharmacy(self.town, till, patient, await self.town.member("药师"), ask)
        for infno in ("7202", "7203"):
            one = await doctor.issued(f"W-{infno}")
            await shop.fetch(one, await shop.by_code(await self.shown(one), one, infno))
            await doctor.withdraw(one)
        one = await doctor.issued("W1")
        await shop.ready(one)
        await shop.buy(one, "2")
        await shop.tell(one)
        await shop.send(one)
        for infno in ("7105", "7106", "7107"):
            await doctor.look(one, infno)
        await shop.untell(one, one.told)
        await shop.search()

    async def shown(self, one: Rx) -> str:
        """The code of one on the patient's phone."""
        seen = self.town.services.prescriptions_seen
        [mine] = [s for s in await seen.of([self.patient.id]) if s.row.hi_rxno == one.hi_rxno]
        return (await seen.show(mine.row.id, [self.patient.id], self.patient.id)).code

    async def looks(self, paid: Any) -> None:
        """5203, 5203A."""
        ids = {name: paid[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
        await self.call("5203", {"data": ids})
        asked = {
            "psn_no": paid["psn_no"],
            "medins_setl_id": paid["medins_setl_id"],
            "mdtrt_id": paid["mdtrt_id"],
            "med_type": paid["med_type"],
        }
        await self.call("5203A", {"data": asked})

    async def records(self, paid: Any) -> None:
        """5102, 5201, 5204, 5206, 5301."""
        await registered(self.town, self.patient.psn_no)
        who = {"psn_cert_type": "01", "certno": CERTNO, "prac_psn_name": "王医生"}
        await self.call("5102", {"data": who | {"prac_psn_type": "1", "prac_psn_code": "D1"}})
        psn_no, times = self.patient.psn_no, {"begntime": f"{DAY} 00:00:00", "endtime": NOW}
        ids = {name: paid[name] for name in ("mdtrt_id", "psn_no")}
        await self.call("5201", {"data": times | {"med_type": "41"} | ids})
        await self.call(
            "5201", {"data": times | {"med_type": "11", "psn_no": psn_no, "mdtrt_id": ""}}
        )
        await self.call("5204", {"data": ids | {"setl_id": paid["setl_id"]}})
        await self.call("5206", {"data": {"psn_no": psn_no, "cum_ym": "202611"}})
        await self.call("5301", {"data": {"psn_no": psn_no}})

    async def goods(self) -> None:
        """3501 to 3507, their forms A, 3508 to 3513."""
        for infno, table in ((one, NATIONAL[one].given[0]) for one in GOODS):
            if infno == "3507":
                await self.codes()
            row: Input = {line.name: line.sample() for line in table.lines if line.required}
            row |= {name: value for name, value in TOLD.items() if name in table.names}
            for form, number in (("", "1"), ("A", "2")):
                told = row | {name: number for name in NUMBERED if name in row}
                if "drugtracinfo" in table.names:
                    told["drugtracinfo"] = [{"drug_trac_codg": traced(infno, number)}]
                node = NATIONAL[infno + form].given[0]
                await self.call(infno + form, {node.name: [told] if form else told})

    async def catalogue(self) -> None:
        """1201 to 1901, 3301, 3302."""
        await known(self.town)
        kind = {"fixmedins_type": "1", "fixmedins_code": self.town.shop.code}
        await self.call("1201", {"medinsinfo": kind | {"fixmedins_name": ""}})
        for infno in LISTS:
            if LISTS[infno].is_file:
                offered = await self.call(infno, {"data": {"ver": "0"}})
        assert offered["file_qury_no"]
        page = {"updt_time": "2026-01-01 00:00:00", "page_num": "1", "page_size": "10"}
        ethnic = dict.fromkeys((line.name for line in NATIONAL["1304"].given[0].lines), "")
        await self.call("1304", {"data": ethnic | page | {"updt_time": ""}})
        place = {"insu_admdvs": "", "poolarea_no": "", "tabname": "", "rid": ""}
        days = {"query_date": "2026-03-01", "begndate": "2026-01-01", "enddate": "2026-06-01"}
        asked = page | place | days | {"hilist_code": DATED}
        item = dict.fromkeys(("hilist_name", "wubi", "pinyin", "med_chrgitm_type", "list_type"), "")
        flags = {"lmt_used_flag": "0", "matn_used_flag": "0", "hilist_use_type": "0"}
        await self.call("1312", {"data": asked | item | flags | {"chrgitm_lv": "02"}})
        more = {"med_list_codg": "", "list_type": ""}
        await self.call("1316", {"data": asked | more})
        limit = {"hilist_lmtpric_type": "101", "overlmt_dspo_way": "1"}
        await self.call("1318", {"data": asked | limit})
        share = {"selfpay_prop_psn_type": "1", "selfpay_prop_type": "10"}
        await self.call("1319", {"data": asked | share})
        told = {"type": "gend", "admdvs": "340100", "date": DAY, "vali_flag": "1"}
        await self.call("1901", {"data": told | {"parent_value": ""}})
        await self.own_codes(page)

    async def own_codes(self, page: Input) -> None:
        """3301, 1317, 3302."""
        code = {"fixmedins_hilist_id": "OWN1", "list_type": "101", "med_list_codg": DATED}
        more = {"fixmedins_hilist_name": "自家的名字", "begndate": DAY, "enddate": ""}
        await self.call("3301", {"data": [code | more]})
        await self.call("3301A", {"data": [code | more | {"scdz": "上海", "prdr_name": "一厂"}]})
        asked = {"list_type": "101", "medins_list_codg": "OWN1", "medins_list_name": "自家"}
        here = {"fixmedins_code": self.town.shop.code, "med_list_codg": "", "insu_admdvs": ""}
        await self.call("1317", {"data": page | asked | here})
        await self.call("3302", {"data": code | {"fixmedins_code": self.town.shop.code}})

    async def codes(self) -> None:
        """3508 to 3513."""
        asked = {
            "fixmedins_code": self.town.shop.code,
            "begndate": DAY,
            "enddate": DAY,
            "medins_list_codg": "1",
            "fixmedins_bchno": "1",
            "med_list_codg": ITEM,
        }
        for infno in ("3508", "3509", "3510", "3511"):
            names = NATIONAL[infno].given[0].names
            await self.call(
                infno, {"data": asked | {name: "" for name in FILTERS if name in names}}
            )
        await self.call("3512", {"data": asked | {"drug_trac_codg": traced("3501", "1")}})
        more = {"drug_trac_codg": traced("3505", "1"), "mdtrt_id": "1", "psn_no": ""}
        await self.call("3513", {"data": asked | more})

    async def books(self, paid: Any) -> None:
        """3201, 9101, 3202."""
        kept = {name: str(value) for name, value in paid.items()} | {"infcode": 0}
        rows = told_on([Entry("m", "2102", {}, kept)], self.town.clock.now().date())
        figures = totals(rows)
        period = {"stmt_begndate": DAY, "stmt_enddate": DAY, "setl_optins": paid["clr_optins"]}
        head = period | figures | {"insutype": "310", "clr_type": "41"}
        del head["cash_payamt"]
        await self.call("3201", {"data": head})
        file = {
            "in": base64.b64encode(packed(rows, "x.txt")).decode(),
            "filename": "x.zip",
            "fixmedins_code": self.town.shop.code,
        }
        sent = await self.call("9101", {"fsUploadIn": file})
        head = period | figures | {"file_qury_no": sent["file_qury_no"]}
        del head["acct_pay"]
        info = (await self.call("3202", {"data": head}))["fileinfo"]
        wanted = {
            "file_qury_no": info["file_qury_no"],
            "filename": info["filename"],
            "fixmedins_code": self.town.shop.code,
        }
        self.sent["9102"] = {"fsDownloadIn": wanted}


async def known(town: Town) -> None:
    """What the centre has of the catalogue: an item with days, a drug of the nationalities, the
    credit code of the institution."""
    services, now = town.services, town.clock.now()
    first = ItemRow(
        DATED, "甲", "101", "02", Decimal("0.1"), Decimal(9), "准字1", None, date(2026, 1, 1)
    )
    second = replace(first, pric_uplmt_amt=Decimal(8), begins_on=date(2026, 6, 1))
    async with services.database.transaction() as connection:
        await write_items(connection, [(1, first), (2, second)], now)
        await connection.execute(
            "update institution set uscc = '91340100MA2TXXXX0K' where fixmedins_code = $1",
            town.shop.code,
        )
    lines = NATIONAL["1304"].told[0].lines
    row = {line.name: line.sample() for line in lines} | {"rid": "R1"}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "1304.txt"
        path.write_text("\t".join(row[name] for name in LISTS["1304"].columns), encoding="utf-8")
        await import_list(services.database, town.clock, "1304", path)


async def registered(town: Town, psn_no: str) -> None:
    """A doctor of the institution, and what the person is registered for."""
    services = town.services
    doctor = f"{town.shop.code},D1,,1,王医生,01,{CERTNO},Q1,L1,1,2020-01-01,,"
    disease = f"{psn_no},M00500,高血压,2025-01-01,"
    with TemporaryDirectory() as folder:
        for columns, line, load in (
            (PRACTITIONERS, doctor, import_practitioners),
            (CHRONIC, disease, import_chronic),
        ):
            path = Path(folder) / "rows.csv"
            path.write_text("\n".join([",".join(columns), line]), encoding="utf-8")
            report = await load(services.database, services.people.cipher, town.clock, path)
            assert report.refused == 0


def traced(infno: str, number: str) -> str:
    """A trace code of its own for a row that is told."""
    return f"8{infno}{number:0>15}"


def wrongs(national: National, output: Any) -> list[str]:
    """What in an answer is not as the text has it."""
    found = []
    for table in national.told:
        if table.name == "none" and output != {} and national.infno not in MORE:
            found.append(f"has an output: {output}")
        if table.name in ("none", "stream") or table.shape == "rows":
            continue
        node = output if table.name == "-" else output.get(table.name)
        if isinstance(node, list) is not (table.shape == "list") or node is None:
            found.append(f"{table.name} is no {table.shape}")
            continue
        if not node and table.name != "idetinfo":
            found.append(f"{table.name} is empty")
        for row in node if isinstance(node, list) else [node]:
            for line in table.lines:
                if line.required and line.name not in row:
                    found.append(f"{table.name}.{line.name} is not there")
                elif line.name in row:
                    told = faults(line, row[line.name])
                    found += [f"{table.name}.{line.name}: {one}" for one in told]
    return found
