"""Tills' messages from the tables of their fields: right ones, and ones of which some fields,
nodes or parts of the envelope have another value, another type, another length."""

from __future__ import annotations

import base64
import io
import random
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.api.tills.incoming import BODY_MAX
from app.api.tills.table import TRANSACTIONS, Transaction
from app.api.tills.wire.envelope import FIELDS
from app.api.tills.wire.fields import Field
from app.api.tills.wire.nodes import Node, Rows
from app.clients.till.client import CALL_PATH
from tests.fuzz.case import Case
from tests.fuzz.making.grammar import hostile, shaken, text, torn, value, written

RIGHT: dict[str, str] = {
    "infno": "", "msgid": "<<msgid>>", "mdtrtarea_admvs": "<<shop_place>>", "insuplc_admdvs": "",
    "recer_sys_code": "QINJI", "dev_no": "", "dev_safe_info": "", "cainfo": "", "signtype": "SM3",
    "infver": "V1.0", "opter_type": "1", "opter": "T01", "opter_name": "收银员",
    "inf_time": "<<now>>", "fixmedins_code": "<<shop>>", "fixmedins_name": "药房", "sign_no": "",
}  # fmt: skip
"""A right envelope."""
VALUES: dict[str, str] = {
    "psn_no": "<<psn_no>>", "insutype": "<<insutype>>", "mdtrt_cert_type": "01",
    "mdtrt_cert_no": "<<token>>", "begntime": "<<now>>", "fee_ocur_time": "<<now>>",
    "med_type": "41", "setl_id": "<<setl_id>>", "mdtrt_id": "<<mdtrt_id>>", "ipt_otp_no": "N1",
    "chrg_bchno": "<<batch>>", "ecQrCode": "<<code>>", "businessType": "02121",
    "acct_used_flag": "1", "psn_setlway": "01", "oinfno": "2102", "omsgid": "<<omsgid>>",
    "file_qury_no": "<<file>>", "stmt_begndate": "<<today>>", "stmt_enddate": "<<today>>",
    "setl_optins": "139999", "clr_type": "41", "refd_setl_flag": "", "sign_no": "<<sign_no>>",
    "opter_no": "T01", "vali_flag": "1", "hosp_appr_flag": "1", "rx_circ_flag": "0",
    "med_list_codg": "XQ99DEM001A001010100001", "filename": "x.zip", "fixmedins_code": "<<shop>>",
    "diag_time": "<<now>>", "operatorId": "T01", "mac": "00", "ip": "127.0.0.1", "certno": "",
    "medfee_sumamt": "10.50", "det_item_fee_sumamt": "10.50", "cnt": "1", "pric": "10.5",
    "fixmedins_setl_cnt": "1", "fulamt_ownpay_amt": "0.00", "overlmt_selfpay": "0.00",
    "preselfpay_amt": "0.00", "inscp_scp_amt": "10.50", "feedetl_sn": "<<serial>>",
    "orgId": "<<shop>>", "operatorName": "王", "officeId": "1", "officeName": "药房",
    "medins_list_codg": "M1",
    "diag_type": "1", "diag_srt_no": "1", "diag_code": "J06.900", "invono": "",
}  # fmt: skip
"""What is right in a field of this name."""


def _file() -> str:
    """A zip of rows, the same at every time, as base64."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(zipfile.ZipInfo("x.txt"), b"1\t2\t3\t10.50\t0.00\t10.50\t0\n")
    return base64.b64encode(target.getvalue()).decode()


_FILE = _file()
_VISITS = {one.infno for one in TRANSACTIONS if one.infno[:2] == "22"}
_CENT = Decimal("0.01")
_COUNTS = ("1", "2", "3", "0.5", "0.0001", "999999999999.9999", "1000", "99999", "7.25")
_PRICES = ("10.5", "0", "0.01", "0.000001", "9999999999.999999", "333.333333", "99999999.99", "5")
_HEADERS = (
    "Prefer: wait=0", "Prefer: wait=1", "Prefer: wait=99999", "Prefer: wait=٣", "Prefer: ,,;wait=0",
    "Expect: 100-continue", "X-Forwarded-For: 1.2.3.4, x", "X-Forwarded-For: ::1",
    "Accept-Language: en;q=\xff", "Cookie: a=\x01", "Range: bytes=0-", "If-None-Match: \"",
    "Content-Encoding: identity", "Content-Encoding: gzip", "Transfer-Encoding: identity",
)  # fmt: skip
_KINDS = (
    "application/json", "application/json; charset=utf-8", "application/json; charset=gbk",
    "text/plain", "application/json; charset=\"", "multipart/form-data", "x", "",
    "application/json;;;", "é/é",
)  # fmt: skip
_PATHS = (
    "/fsi/api/{infno}", "/fsi/api/{infno}/", f"{CALL_PATH}/", "/fsi/api/{infno}?a=%00&b=\xff",
    "/fsi/api/9999", "/fsi//api/x", "/FSI/api/2102", "/fsi/api/%32102", "/fsi",
    "/fsi/api/{infno}#x", "/fsi/api/" + "9" * 4000, "/fsi/api/..%2f..%2f{infno}", "/fsi/%zz",
)  # fmt: skip
_WEIGHED = [
    one for one in TRANSACTIONS
    for _ in range(4 if one.moves_money or one.infno in ("2101", "2206", "2204") else 2)
]  # fmt: skip


def message(dice: random.Random) -> Case:
    """One message, with a right signature mostly."""
    transaction = dice.choice(_WEIGHED)
    envelope: dict[str, Any] = dict(RIGHT) | {"infno": transaction.infno}
    if dice.random() < 0.05:
        envelope["msgid"] = dice.choice(("<<last>>", "<<omsgid>>", "<<msgid>>x"))
    envelope["input"] = _input(dice, transaction)
    if dice.random() < 0.3:
        _add_up(dice, envelope["input"])
    roll = dice.random()
    if roll < 0.15:
        pass
    elif roll < 0.55:
        _spoil_field(dice, envelope["input"], transaction)
    elif roll < 0.7:
        _spoil_envelope(dice, envelope)
    elif roll < 0.88:
        envelope = shaken(dice, envelope, dice.choice((1, 1, 2, 3, 5)))
    body = written(dice, envelope)
    if 0.88 <= roll < 0.95:
        body = torn(dice, body)
    if dice.random() < 0.003:
        body += b" " * (BODY_MAX - len(body) + dice.choice((-1, 0, 1)))
    signed = dice.random() < 0.92
    return Case("till", transaction.infno, _head(dice, transaction.infno, signed), body, signed)


def _input(dice: random.Random, transaction: Transaction) -> dict[str, Any]:
    return {node.name: _node(dice, node, transaction) for node in transaction.shape.input}


def _node(dice: random.Random, node: Node, transaction: Transaction) -> Any:
    if not isinstance(node, Rows):
        return _fields(dice, node, transaction)
    rows = dice.choice((1, 1, 1, 2, 3, 200, 201)) if dice.random() < 0.1 else 1
    return [_fields(dice, node, transaction) | _serial(at) for at in range(rows)]


def _add_up(dice: random.Random, input: dict[str, Any]) -> None:
    """Lines of other counts and prices, some of them as large and as small as can be, whose sums
    are right (or nearly so): what reaches those who reckon."""
    lines = next((rows for rows in input.values() if isinstance(rows, list)), [])
    total = Decimal(0)
    for line in lines:
        if "pric" in line:
            count, price = Decimal(dice.choice(_COUNTS)), Decimal(dice.choice(_PRICES))
            amount = (count * price).quantize(_CENT, ROUND_HALF_UP)
            line |= {
                "cnt": f"{count:f}",
                "pric": f"{price:f}",
                "det_item_fee_sumamt": f"{amount:f}",
            }
            total += amount
    for node in input.values():
        if total and isinstance(node, dict) and "medfee_sumamt" in node:
            node["medfee_sumamt"] = f"{total + dice.choice((0, 0, 0, 0, 0, _CENT)):f}"


def _serial(at: int) -> dict[str, str]:
    return {"feedetl_sn": f"<<serial>>{at or ''}"}


def _fields(dice: random.Random, node: Node, transaction: Transaction) -> dict[str, Any]:
    found = {
        field.name: _right(field, transaction)
        for field in node.fields
        if field.required or field.read is not None or dice.random() < 0.2
    }
    if "fixmedins_code" in found and dice.random() < 0.5:
        del found["fixmedins_code"]
    return found


def _right(field: Field, transaction: Transaction) -> Any:
    visit = transaction.infno in _VISITS
    if field.type in ("bytes", "text"):
        return _FILE
    if visit and field.name in ("mdtrt_id", "med_type", "businessType", "setl_id"):
        return {
            "mdtrt_id": "<<paid_visit>>" if transaction.infno == "2208" else "<<visit>>",
            "setl_id": "<<paid_visit_setl>>",
            "med_type": "11",
        }.get(field.name, "01301")
    if field.name in VALUES:
        return VALUES[field.name]
    if field.type in ("date", "time"):
        return "<<now>>"
    if field.type[0] == "n" and field.type != "node":
        return "1"
    return {} if field.type == "node" else "A03"[: int(field.type[1:])]


def _spoil_field(dice: random.Random, input: dict[str, Any], transaction: Transaction) -> None:
    """Gives fields of the table values by their types, and nodes another form."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        node = dice.choice(transaction.shape.input)
        roll = dice.random()
        if roll < 0.05:
            input[node.name] = hostile(dice)
            continue
        held = input.get(node.name)
        holder = dice.choice(held) if isinstance(held, list) and held else held
        if not isinstance(holder, dict):
            continue
        field = dice.choice(node.fields)
        if roll < 0.1:
            holder[field.name.title().replace("_", "")] = holder.pop(field.name, "")
        elif roll < 0.15:
            holder.pop(field.name, None)
        elif roll < 0.2:
            holder[text(dice, 9)] = hostile(dice)
        else:
            holder[field.name] = value(dice, field.type, field.codes)


def _spoil_envelope(dice: random.Random, envelope: dict[str, Any]) -> None:
    for _ in range(dice.choice((1, 1, 2))):
        name = dice.choice([*FIELDS, "input", "infno"])
        if name == "infno" and dice.random() < 0.7:
            envelope[name] = dice.choice(TRANSACTIONS).infno
        elif name == "input" or dice.random() < 0.3:
            envelope[name] = hostile(dice)
        elif dice.random() < 0.1:
            envelope.pop(name, None)
        else:
            kind = "time" if name == "inf_time" else f"c{FIELDS[name][0]}"
            envelope[name] = value(dice, kind)


def _head(dice: random.Random, infno: str, signed: bool) -> str:
    path = CALL_PATH if dice.random() < 0.85 else dice.choice(_PATHS).format(infno=infno)
    kind = "application/json" if dice.random() < 0.9 else dice.choice(_KINDS)
    lines = [f"POST {path} HTTP/1.1", f"Content-Type: {kind}"]
    lines.append(dice.choice(_HEADERS) if dice.random() < 0.08 else "Prefer: wait=0")
    if not signed or dice.random() < 0.01:
        lines += _made_up(dice)
    return "\r\n".join([*lines, ""])


def _made_up(dice: random.Random) -> list[str]:
    """Headers of a signature that is none."""
    key = dice.choice(("demo-pharmacy-1", "demo-pharmacy-2", "x", "x" * 900, "é", ""))
    stamp = dice.choice(("0", "9" * 13, "9" * 400, "-1", "<<unix>>", "²", "1e9", ""))
    sign = dice.choice(("00", "0" * 64, "x" * 900, ":", "é", ""))
    if dice.random() < 0.5:
        return [f"x-ca-key: {key}", f"x-ca-signature: {stamp}:{sign}"]
    return [
        f"x-tif-paasid: {key}",
        f"x-tif-timestamp: {stamp}",
        f"x-tif-nonce: {sign}{stamp}",
        f"x-tif-signature: {sign}",
    ]


def call(dice: random.Random, infno: str, input: dict[str, Any]) -> Case:
    """A signed message with a right envelope."""
    message = dict(RIGHT) | {"infno": infno, "input": input}
    return Case("till", infno, _head(dice, infno, signed=True), written(dice, message), signed=True)
