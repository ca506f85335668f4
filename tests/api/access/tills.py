"""The tills' table: each transaction × whose thing × which institution sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.till_world import AT_THE_DESK

FINE = "OK"
TOKEN, VISIT, BILL, FILE = "TOKEN_UNKNOWN", "VISIT_UNKNOWN", "SETTLEMENT_UNKNOWN", "FILE_UNKNOWN"
INPUT = "INPUT_INVALID"
NOT_TAKEN = "retRslt 0"
"""Of a row: the message itself was read."""
_FEE = {
    "feedetl_sn": "n1", "chrg_bchno": "B1", "rx_circ_flag": "0",
    "fee_ocur_time": "2026-11-21 11:10:00",
    "med_list_codg": "T1A001A0101010001", "det_item_fee_sumamt": "5.00", "cnt": "1",
    "pric": "5.00", "medins_list_codg": "m", "bilg_dept_codg": "A03", "bilg_dept_name": "内科",
    "bilg_dr_codg": "D1", "bilg_dr_name": "王医生", "hosp_appr_flag": "1",
}  # fmt: skip
_REGISTRATION = {
    "insutype": "310", "begntime": "2026-11-21 11:00:00", "mdtrt_cert_type": "01",
    "ipt_otp_no": "N1", "atddr_no": "D1", "dr_name": "王医生", "dept_code": "A03",
    "dept_name": "内科", "caty": "A03",
}  # fmt: skip
_DIAGNOSIS = {
    "diag_type": "1", "diag_srt_no": "1", "diag_code": "J06.900", "diag_name": "感冒",
    "diag_dept": "内科", "dise_dor_no": "D1", "dise_dor_name": "王医生",
    "diag_time": "2026-11-21 11:05:00", "vali_flag": "1",
}  # fmt: skip
Thing = dict[str, Any]
Input = Callable[[Thing], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One transaction, on one thing.

    Attributes:
        thing: a name of ``Market.things``.
        own, other: what the institution whose thing it is is told, and another one, which knows
            every number of it.
        hostile: what the former is told when one of these numbers is another: a neighbour's, or
            one that nobody has.
    """

    infno: str
    thing: str
    own: str
    other: str
    input: Input
    hostile: dict[str, str]


def _data(*names: str) -> Input:
    """A node ``data`` of these fields of the thing."""
    return lambda thing: {"data": {name: thing[name] for name in names}}


def _charge(thing: Thing) -> dict[str, Any]:
    return {"feedetail": [_FEE | {name: thing[name] for name in ("mdtrt_id", "psn_no")}]}


def _register(thing: Thing) -> dict[str, Any]:
    return {"data": _REGISTRATION | {name: thing[name] for name in ("psn_no", "mdtrt_cert_no")}}


def _diagnose(thing: Thing) -> dict[str, Any]:
    info = {"mdtrt_id": thing["mdtrt_id"], "psn_no": thing["psn_no"], "med_type": "11"}
    info["begntime"] = "2026-11-21 11:00:00"
    return {"mdtrtinfo": info, "diseinfo": [_DIAGNOSIS]}


def _purchase(thing: Thing) -> dict[str, Any]:
    """2101, 2102: the thing's own lines; the token is what whoever sends shows."""
    head: dict[str, Any] = thing["sale"]["druginfo"]
    shown = {name: thing[name] for name in ("psn_no", "mdtrt_cert_no")}
    return {**thing["sale"], "druginfo": head | shown}


def _pay(thing: Thing) -> dict[str, Any]:
    names = ("psn_no", "mdtrt_cert_no", "mdtrt_id")
    return {"data": thing["bill"] | {name: thing[name] for name in names}}


def _return(thing: Thing) -> dict[str, Any]:
    line = {"feedetl_sn": thing["feedetl_sn"], "cnt": "1"}
    return _data("setl_id", "mdtrt_id", "psn_no")(thing) | {"drugdetail": [line]}


def _totals(thing: Thing) -> dict[str, Any]:
    return {"data": thing["totals"]}


def _rows(thing: Thing) -> dict[str, Any]:
    head: dict[str, Any] = dict(thing["totals"])
    del head["acct_pay"]
    more = {"file_qury_no": thing["file_qury_no"], "cash_payamt": "0.00"}
    return {"data": head | more}


def _upload(thing: Thing) -> dict[str, Any]:
    node = {"in": "eA==", "filename": "x.zip", "fixmedins_code": thing["fixmedins_code"]}
    return {"fsUploadIn": node}


def _kept(thing: Thing) -> dict[str, Any]:
    """3508 to 3511: of a batch that anybody might have."""
    period = {"begndate": "2026-11-21", "enddate": "2026-11-21", "fixmedins_bchno": "B1"}
    return {"data": period | {"fixmedins_code": thing["fixmedins_code"]}}


def _download(thing: Thing) -> dict[str, Any]:
    names = ("file_qury_no", "fixmedins_code")
    return {"fsDownloadIn": {name: thing[name] for name in names} | {"filename": "x"}}


def _by_message(thing: Thing) -> dict[str, Any]:
    names = {"psn_no": thing["psn_no"], "medins_setl_id": thing["omsgid"]}
    return {"data": names | {"mdtrt_id": thing["mdtrt_id"], "med_type": ""}}


def _said_paid(thing: Thing) -> dict[str, object]:
    return {"data": {"medins_setl_id": thing["omsgid"], "pay_way": "cash"}}


_SETTLED = _data("setl_id", "mdtrt_id", "psn_no")
_OF_VISIT = {"mdtrt_id": f"{VISIT}|{INPUT}", "psn_no": VISIT}
_OF_BILL = {"setl_id": f"{BILL}|{INPUT}", "mdtrt_id": f"{BILL}|{INPUT}", "psn_no": BILL}
MESSAGE = "MESSAGE_UNKNOWN"
_OF_MESSAGE = {"psn_no": MESSAGE}
_OF_SCAN = {"mdtrt_cert_no": TOKEN, "psn_no": "WRONG_HOLDER"}
_PAID = {"mdtrt_id": f"{VISIT}|{INPUT}", "mdtrt_cert_no": TOKEN, "psn_no": f"{VISIT}|WRONG_HOLDER"}
_NO_GOODS = ("3501", "3501A", "3502", "3502A", "3503", "3503A", "3504", "3504A", "3505A", "3506",
             "3506A", "3507", "3507A", "3512", "3513")  # fmt: skip
_KEPT = ("3508", "3509", "3510", "3511")
_SOLD = {
    "fixmedins_hilist_id": "H1", "fixmedins_hilist_name": "甲类药", "fixmedins_bchno": "B1",
    "prsc_dr_name": "王医生", "mdtrt_sn": "V1", "manu_lotnum": "L1", "manu_date": "2026-01-01",
    "rx_flag": "0", "trdn_flag": "0", "rtal_docno": "D1", "sel_retn_cnt": "1",
    "sel_retn_time": "2026-11-21 11:00:00", "sel_retn_opter_name": "收银员",
    "mdtrt_setl_type": "1",
}  # fmt: skip


_CASHIER = {"opter_no": "07", "opter_name": "王芳", "pin": "274918"}
_PIN = {"opter_no": "T01", "pin": "274918"}
RX, ACCESS, MINE = "RX_UNKNOWN", "RX_ACCESS_ENDED", "NOT_YOUR_INSTITUTION"


def _prescription(thing: Thing) -> dict[str, Any]:
    """What was sent before, with the thing's numbers and in the sender's name."""
    given = dict(thing["given"])
    for node in ("data", "mdtrtinfo"):
        if node in given:
            new = {name: thing[name] for name in given[node] if name in thing}
            given[node] = given[node] | new
    return given


def _rx(infno: str, own: str, other: str, hostile: dict[str, str] | None = None) -> Row:
    return Row(infno, f"rx_{infno}", own, other, _prescription, hostile or {})


def _told_sold(thing: Thing) -> dict[str, Any]:
    return {"selinfo": _SOLD | {"setl_id": thing["setl_id"]}}


_LISTS = ("1301", "1302", "1305", "1306", "1306A", "1307", "1309", "1320")
_PAGES = ("1304", "1312", "1316", "1318", "1319")
_PAGE = {"updt_time": "2026-01-01 00:00:00", "page_num": "1", "page_size": "1"}
_OWN_CODE = {
    "fixmedins_hilist_id": "A1", "list_type": "101", "med_list_codg": "T1A001A0101010001",
}  # fmt: skip
CLEARED = {
    "clr_type": "41", "clr_way": "01", "setlym": "202611", "psntime": "0", "medfee_sumamt": "0.00",
    "med_sumfee": "0.00", "fund_appy_sum": "0.00", "cash_payamt": "0.00", "acct_pay": "0.00",
    "begndate": "2026-11-20", "enddate": "2026-11-20",
}  # fmt: skip
_DAY = {"begntime": "2026-11-21 00:00:00", "endtime": "2026-11-21 23:00:00", "med_type": "41"}


def _of_shop(node: str, given: dict[str, Any]) -> Input:
    """What names the institution whose it is."""
    return lambda thing: {node: given | {"fixmedins_code": thing["fixmedins_code"]}}


ROWS = (
    # Catalogues are everybody's; own codes, practitioners and applications the institution's.
    *(Row(infno, "till", FINE, FINE, lambda thing: {"data": {"ver": "0"}}, {}) for infno in _LISTS),
    *(Row(infno, "till", FINE, FINE, lambda thing: {"data": _PAGE}, {}) for infno in _PAGES),
    Row("1901", "till", FINE, FINE,
        lambda thing: {"data": {"type": "gend", "admdvs": "340100", "date": "2026-11-21",
                                "vali_flag": "1"}}, {}),
    Row("1201", "books", FINE, FINE, _of_shop("medinsinfo", {"fixmedins_type": "1"}),
        {"fixmedins_code": f"{FINE}|{INPUT}"}),
    Row("3301", "till", FINE, FINE,
        lambda thing: {"data": [_OWN_CODE | {"fixmedins_hilist_name": "药"}]}, {}),
    Row("3301A", "till", FINE, FINE,
        lambda thing: {"data": [_OWN_CODE | {"fixmedins_hilist_name": "药", "scdz": "沪"}]}, {}),
    Row("1317", "books", FINE, INPUT, _of_shop("data", _PAGE), {"fixmedins_code": INPUT}),
    Row("3302", "books", FINE, INPUT, _of_shop("data", _OWN_CODE), {"fixmedins_code": INPUT}),
    Row("5102", "till", FINE, FINE, lambda thing: {"data": {"prac_psn_type": "1"}}, {}),
    Row("3203", "till", FINE, FINE, lambda thing: {"data": CLEARED}, {}),
    Row("3204", "clearing", FINE, INPUT, _data("clr_appy_evt_id"), {"clr_appy_evt_id": INPUT}),
    # Of people an institution sees its own records; what they have used elsewhere while it sees
    # them (5201 tells another none of these: test_records).
    Row("5201", "bill_looked_up", FINE, FINE,
        lambda thing: {"data": _DAY | {"psn_no": thing["psn_no"]}}, {}),
    Row("5204", "bill_looked_up", FINE, BILL, _SETTLED, _OF_BILL),
    Row("5206", "scan_of_one", FINE, TOKEN, _data("psn_no"), {"psn_no": TOKEN}),
    Row("5301", "scan_of_one", FINE, TOKEN, _data("psn_no"), {"psn_no": TOKEN}),
    # Goods are told by whoever has sent them, of the own only; another's settlement is none.
    Row("3505", "bill_looked_up", FINE, NOT_TAKEN, _told_sold, {}),
    *(Row(infno, "till", INPUT, INPUT, lambda thing: {}, {}) for infno in _NO_GOODS),
    Row("9001", "till", FINE, FINE,
        lambda thing: {"signIn": {"opter_no": "T01", "mac": "0", "ip": "127.0.0.1"}}, {}),
    Row("9002", "sign_in", FINE, "SIGN_IN_UNKNOWN",
        lambda thing: {"signOut": {"sign_no": thing["sign_no"], "opter_no": "T01"}},
        {"sign_no": "SIGN_IN_UNKNOWN"}),
    # A code is whoever's it is shown to; decoded, it is nobody's any more.
    Row("6101", "decoded", "CODE_USED", "CODE_USED",
        lambda thing: {
            "InData": AT_THE_DESK | {"ecQrCode": thing["code"], "businessType": "02121"}
        },
        {"code": "CODE_UNKNOWN|CODE_MALFORMED"}),
    Row("1101", "scan", FINE, TOKEN,
        lambda thing: {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": thing["mdtrt_cert_no"]}},
        {"mdtrt_cert_no": TOKEN}),
    Row("2001", "scan_of_one", FINE, INPUT,
        lambda thing: {"data": {"psn_no": thing["psn_no"], "insutype": "310", "med_type": "41",
                                "fixmedins_code": thing["fixmedins_code"],
                                "begntime": "2026-11-21 11:00:00"}},
        {"psn_no": TOKEN, "fixmedins_code": INPUT}),
    Row("2101", "sale", FINE, TOKEN, _purchase, _OF_SCAN),
    Row("2101A", "sale", FINE, TOKEN, _purchase, _OF_SCAN),
    Row("2102", "sale", FINE, TOKEN, _purchase, _OF_SCAN),
    Row("2102A", "sale", "SAME_BILL", TOKEN, _purchase, _OF_SCAN),
    Row("2103", "bill_cancelled", FINE, BILL, _SETTLED, _OF_BILL),
    Row("2103A", "bill_returned", FINE, BILL, _return, _OF_BILL),
    Row("5203", "bill_looked_up", FINE, BILL, _SETTLED, _OF_BILL),
    Row("5203A", "bill_looked_up", FINE, MESSAGE, _by_message, _OF_MESSAGE),
    # Each institution has cashiers of its own; which numbers there are is told to nobody else.
    Row("9001B", "books", FINE, FINE, lambda thing: {"data": _CASHIER}, {}),
    Row("9001A", "books", "CASHIER_WRONG", "CASHIER_WRONG", lambda thing: {"signIn": _PIN}, {}),
    Row("9001C", "books", FINE, FINE, lambda thing: {"data": {}}, {}),
    Row("5203B", "books", FINE, FINE, lambda thing: {"data": {"stmt_date": "2026-11-21"}}, {}),
    Row("5203C", "bill_looked_up", FINE, MESSAGE, _said_paid, {}),
    # A msgid is the sender's: another's reversal finds its own message of that number, and none.
    Row("2601", "bill_reversed", FINE, FINE, _data("psn_no", "omsgid", "oinfno"), {}),
    Row("2201", "scan_of_visit", FINE, TOKEN, _register, _OF_SCAN),
    Row("2201A", "scan_of_visit", "VISIT_NUMBER_USED", TOKEN, _register, _OF_SCAN),
    Row("2202", "visit", FINE, VISIT, _data("psn_no", "mdtrt_id", "ipt_otp_no"), _OF_VISIT),
    Row("2203", "visit_paid", FINE, VISIT, _diagnose, _OF_VISIT),
    Row("2203A", "visit_paid", FINE, VISIT, _diagnose, _OF_VISIT),
    Row("2204", "visit_charged", FINE, VISIT, _charge, _OF_VISIT),
    Row("2205", "visit_charged", FINE, VISIT, _data("mdtrt_id", "chrg_bchno", "psn_no"),
        _OF_VISIT),
    Row("2206", "visit_paid", FINE, TOKEN, _pay, _PAID),
    Row("2206A", "visit_paid", FINE, TOKEN, _pay, _PAID),
    Row("2207", "visit_paid", FINE, TOKEN, _pay, _PAID),
    Row("2207A", "visit_paid", "SAME_BILL", TOKEN, _pay, _PAID),
    # Who has scanned the very patient, too, pays no visit at another institution.
    Row("2206", "visit_scanned", FINE, VISIT, _pay, _PAID),
    Row("2207", "visit_scanned", FINE, VISIT, _pay, _PAID),
    Row("2208", "bill_of_visit", FINE, BILL, _SETTLED, _OF_BILL),
    Row("3201", "books", FINE, FINE, _totals, {}),
    Row("3202", "books", "FILE_INVALID", FILE, _rows, {"file_qury_no": FILE}),
    _rx("7101", FINE, VISIT, {"fixmedinsCode": MINE}),
    _rx("7102", FINE, MINE, {"fixmedinsCode": MINE}),
    _rx("7103", FINE, RX, {"fixmedinsCode": MINE}),
    _rx("7104", FINE, RX, {"hiRxno": RX}),
    *(_rx(infno, FINE, RX, {"hiRxno": RX, "mdtrtId": RX}) for infno in ("7105", "7106", "7107")),
    _rx("7201", FINE, TOKEN, {"fixmedinsCode": MINE}),
    # A code that a phone shows is whoever's it is shown to; it was read, and is nobody's any more.
    _rx("7202", ACCESS, ACCESS), _rx("7203", ACCESS, ACCESS),
    _rx("7204", FINE, ACCESS, {"authRxno": ACCESS}),
    # Each look and each check has a number of its own: the last is asked for first.
    _rx("7207", FINE, "RX_SALE_UNKNOWN", {"hiRxno": RX}),
    _rx("7206", FINE, TOKEN, {"hiRxno": ACCESS}),
    _rx("7205", FINE, ACCESS, {"hiRxno": ACCESS}),
    _rx("7208", FINE, "RX_SALE_UNKNOWN", {"hiRxno": RX}),
    _rx("7209", FINE, RX, {"hiRxno": RX}), _rx("7210", FINE, RX, {"hiRxno": RX}),
    _rx("7211", FINE, FINE, {"fixmedinsCode": MINE}),
    Row("9101", "books", FINE, "NOT_YOUR_INSTITUTION", _upload,
        {"fixmedins_code": "NOT_YOUR_INSTITUTION"}),
    *(Row(infno, "books", FINE, INPUT, _kept, {"fixmedins_code": INPUT}) for infno in _KEPT),
    Row("9102", "books", FINE, FILE, _download, {"file_qury_no": FILE}),
)  # fmt: skip
OUTSIDERS = {
    "unsigned": "SIGNATURE_MISSING",
    "unknown key": "SIGNATURE_INVALID",
    "wrong secret": "SIGNATURE_INVALID",
    "other scheme": "SIGNATURE_INVALID",
    "signed for another body": "SIGNATURE_INVALID",
    "signed an hour ago": "CLOCK_SKEW",
    "another institution in this one's name": "NOT_YOUR_INSTITUTION",
}
"""Who has no part in it, whatever is sent, and what is told."""
