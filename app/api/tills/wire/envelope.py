"""The national envelope around every message of a till (WIRE Envelope)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from typing import Any

from app.api.tills.errors import ENVELOPE_INVALID
from app.api.tills.wire.values import digits, dumps, is_clean, loads, wire_moment
from app.kit.reasons import Refusal
from app.kit.value import value
from app.kit.words.encoding import NotUtf8, utf8
from app.kit.words.normal import assigned, capitals, code_form, scan_form, trimmed

# field: (longest, required, what the national text calls it)
FIELDS: dict[str, tuple[int, bool, str]] = {
    "infno": (5, True, "交易编号"),
    "msgid": (30, True, "发送方报文ID"),
    "mdtrtarea_admvs": (6, True, "就医地医保区划"),
    "insuplc_admdvs": (6, False, "参保地医保区划"),
    "recer_sys_code": (10, True, "接收方系统代码"),
    "dev_no": (100, False, "设备编号"),
    "dev_safe_info": (2000, False, "设备安全信息"),
    "cainfo": (1024, False, "数字签名信息"),
    "signtype": (10, False, "签名类型"),
    "infver": (6, True, "接口版本号"),
    "opter_type": (3, True, "经办人类别"),
    "opter": (30, True, "经办人"),
    "opter_name": (50, True, "经办人姓名"),
    "inf_time": (19, True, "交易时间"),
    "fixmedins_code": (14, True, "定点医药机构编号"),
    "fixmedins_name": (200, True, "定点医药机构名称"),
    "sign_no": (30, False, "交易签到流水号"),
    "app_id": (32, False, "渠道id"),
    "enc_type": (6, False, "加密方式"),
    "pw_ecToken": (50, False, "电子凭证密码核验token"),
}
CODES = frozenset((
    "infno", "msgid", "mdtrtarea_admvs", "insuplc_admdvs", "opter", "fixmedins_code", "sign_no",
))  # fmt: skip
"""Fields that stand for something registered; read as the codes of an input are."""
SCANNED = "ecQrCode"
"""What a scanner read, with the marks that it sets around it (STX, ETX)."""
INPUT_MAX = 40_000
_SHORT = 20_000
"""A message of so many characters has an input that is short enough, however it is spaced."""
_NAME_MAX = 30
"""What is longer is no field's name, and not said back: it may be a token."""
_NESTED_MAX = 8
UPLOAD = "9101"
"""Brings a file, whose bytes may be longer than any other input."""
UPLOAD_NODES = ("fsUploadIn", "data")
FILE_BYTES = ("in", "bytes")
DOCUMENTS = {"7102": "originalRxFile", "7103": "rxFile", "7205": "rxFile"}
"""What brings a prescription's document, in which field of ``data``: long, too, but inside what a
message may have."""
_RECEIVER = "100000"
_TOLD_MAX = 200
"""Characters of ``err_msg`` and of ``warn_msg``."""


@value
class Envelope:
    """A till's message."""

    infno: str
    msgid: str
    mdtrtarea_admvs: str
    insuplc_admdvs: str
    dev_no: str
    opter_type: str
    opter: str
    opter_name: str
    fixmedins_code: str
    fixmedins_name: str
    sign_no: str
    input: dict[str, Any]


_KEPT = tuple(field.name for field in fields(Envelope) if field.name != "input")


def parse(raw: bytes) -> Envelope:
    """Reads and checks a message.

    Raises:
        Refusal: ENVELOPE_INVALID with the field and what is wrong with it.
    """
    try:
        raw = utf8(raw)
        whole = raw.decode()
        message = loads(raw)
    except NotUtf8 as error:
        raise Refusal(ENVELOPE_INVALID, field="body", detail=error.told) from None
    except ValueError:
        raise Refusal(ENVELOPE_INVALID, field="body", detail=_no_json(raw)) from None
    # Without escapes each text stands in the message as it is, so one look covers them all.
    clean = "\\" not in whole and is_clean(whole)
    if not isinstance(message, dict):
        raise Refusal(ENVELOPE_INVALID, field="body", detail="不是JSON对象")
    texts = _texts(message, clean)
    if texts["enc_type"]:
        raise Refusal(ENVELOPE_INVALID, field="enc_type", detail="应为空，本系统只收明文")
    texts["fixmedins_code"] = capitals(texts["fixmedins_code"])
    texts["opter_name"] = assigned(texts["opter_name"])
    if not texts["msgid"].isascii() or not texts["msgid"].isprintable():
        raise Refusal(ENVELOPE_INVALID, field="msgid", detail="含有非法字符")
    try:
        wire_moment(texts["inf_time"])
    except ValueError:
        raise Refusal(
            ENVELOPE_INVALID, field="inf_time", detail="应为yyyy-MM-dd HH:mm:ss"
        ) from None
    body = message.get("input")
    if not isinstance(body, dict):
        raise Refusal(ENVELOPE_INVALID, field="input", detail="应为JSON对象")
    return Envelope(
        **{name: texts[name] for name in _KEPT},
        input=_plain(body) if clean and len(whole) <= _SHORT else _input(body, texts["infno"]),
    )


def halves_of(raw: bytes) -> tuple[dict[str, Any], Any]:
    """A message without its input, unchecked, as it is signed; and its input.

    Raises:
        Refusal: ENVELOPE_INVALID: it is no message.
    """
    try:
        message = loads(utf8(raw))
    except ValueError:
        message = None
    if not isinstance(message, dict):
        parse(raw)  # tells what is wrong
        raise Refusal(ENVELOPE_INVALID, field="body", detail="不是JSON对象")
    return {name: one for name, one in message.items() if name != "input"}, message.get("input")


def _no_json(raw: bytes) -> str:
    """What is wrong with a text that is no JSON: mostly a scanner's line end, put in as it came."""
    with suppress(ValueError, RecursionError):
        json.loads(raw, strict=False)
        return "文本中有未转义的换行或控制字符"
    return "不是JSON"


def _texts(message: dict[str, Any], clean: bool) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, (longest, required, _) in FIELDS.items():
        value = message.get(name)
        if (  # nearly always
            clean
            and type(value) is str
            and 0 < len(value) <= longest
            and (name not in CODES or (value.isascii() and " " not in value))
        ):
            texts[name] = value
        else:
            texts[name] = _text(message, name, longest, required, clean=clean)
    return texts


def _text(message: dict[str, Any], name: str, longest: int, required: bool, *, clean: bool) -> str:
    value = message.get(name)
    if value is None or value == "":
        if required:
            raise Refusal(ENVELOPE_INVALID, field=name, detail="不能为空")
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Refusal(ENVELOPE_INVALID, field=name, detail="应为字符串")
    if not (clean or is_clean(value)):
        raise Refusal(ENVELOPE_INVALID, field=name, detail="含有非法字符")
    if name in CODES:
        value = code_form(value)
    elif name == "inf_time":
        value = trimmed(value)
    if required and not value:
        raise Refusal(ENVELOPE_INVALID, field=name, detail="不能为空")
    if len(value) > longest:
        raise Refusal(ENVELOPE_INVALID, field=name, detail=f"超过{longest}个字符")
    if name in CODES and any(one.isspace() for one in value):
        raise Refusal(ENVELOPE_INVALID, field=name, detail="中间不能有空格")
    return value


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    """The input of a message whose texts and length are known to be fine."""
    _check_depth(body, 0)
    return body


def _check_depth(value: Any, depth: int) -> None:
    if depth > _NESTED_MAX:
        raise Refusal(ENVELOPE_INVALID, field="input", detail="嵌套过深")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            _check_depth(item, depth + 1)


def _input(whole: dict[str, Any], infno: str) -> dict[str, Any]:
    body = _without_file(whole, infno)
    # A control character would be written as \u00xx below, so the values are looked at one by one;
    # and first, since what is nested too deep can't be written.
    _check_texts(body, "", 0)
    if len(json.dumps(body, ensure_ascii=False)) > INPUT_MAX:
        raise Refusal(ENVELOPE_INVALID, field="input", detail=f"超过{INPUT_MAX}个字符")
    return whole


def _without_file(body: dict[str, Any], infno: str) -> dict[str, Any]:
    """The input less the file's bytes, wherever 9101 may have them, or a prescription's."""
    if infno in DOCUMENTS and isinstance(node := body.get("data"), dict):
        return body | {"data": {k: v for k, v in node.items() if k != DOCUMENTS[infno]}}
    if infno != UPLOAD:
        return body
    rest = {name: value for name, value in body.items() if name not in FILE_BYTES}
    for name in UPLOAD_NODES:
        if isinstance(node := rest.get(name), dict):
            rest[name] = {key: value for key, value in node.items() if key not in FILE_BYTES}
    return rest


def _check_texts(value: Any, name: str, depth: int) -> None:
    """Refuses what no text may hold, by the ``name`` of the field where there is one."""
    if depth > _NESTED_MAX:
        raise Refusal(ENVELOPE_INVALID, field="input", detail="嵌套过深")
    if isinstance(value, str) and not is_clean(scan_form(value) if name == SCANNED else value):
        told = name.isidentifier() and name.isascii() and len(name) <= _NAME_MAX
        where = f"中{name}" if told else ""
        raise Refusal(ENVELOPE_INVALID, field="input", detail=f"{where}含有非法字符")
    if isinstance(value, dict):
        for key, item in value.items():
            _check_texts(key, "", depth + 1)
            _check_texts(item, key, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item, name, depth + 1)


def answer(
    *,
    received: datetime,
    answered: datetime,
    serial: int,
    output: Any = None,
    error: str = "",
    warnings: Sequence[str] = (),
) -> bytes:
    """The answer's text: ``infcode`` 0 with the output and what it warns of, or -1 with the error.

    The warnings are whole sentences, and are joined here and nowhere else.
    """
    stamp = digits(answered)
    return dumps(
        {
            "infcode": -1 if error else 0,
            "inf_refmsgid": f"{_RECEIVER}{stamp[:14]}{serial % 10**10:010d}",
            "refmsg_time": digits(received),
            "respond_time": stamp,
            "warn_msg": _cut("".join(warnings)),
            "err_msg": error[:_TOLD_MAX],
            "output": {} if output is None else output,
        }
    )


def _cut(text: str) -> str:
    return text if len(text) <= _TOLD_MAX else text[: _TOLD_MAX - 1] + "…"
