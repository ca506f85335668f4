"""3501 to 3507 goods are told, 3512 and 3513 their trace codes are asked for. ``infcode`` 0 alone
doesn't mean that a row was taken: ``retRslt`` does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.api.reasons import EVERY
from app.api.tills.message import Message
from app.api.tills.transactions import stock_fields as fields
from app.api.tills.wire.fields import wrong
from app.api.tills.wire.nodes import Node
from app.api.tills.wire.values import wire_time
from app.domain.trace.uploads.values import Kind, Upload
from app.kit.clock import local_date
from app.kit.reasons import Refusal

Values = dict[str, Any]
Output = dict[str, Any] | list[Any]
_DAYS = ("sel_retn_time", "purc_retn_stoin_time", "inv_chg_time", "invdate")
_LINES: Mapping[Kind, tuple[str, ...]] = {
    Kind.STOCK: ("invdate",),
    Kind.CHANGE: ("inv_chg_type", "inv_chg_time"),
    Kind.PURCHASE: ("dynt_no", "purc_invo_no", "purc_retn_stoin_time"),
    Kind.PURCHASE_RETURN: ("purc_invo_no", "medins_prod_purc_no", "purc_retn_stoin_time"),
    Kind.SALE: ("rtal_docno", "stoout_no"),
    Kind.SALE_RETURN: ("mdtrt_sn", "medins_prod_sel_no", "sel_retn_time"),
}
"""What names a row's document and line, beside the item and its batch."""
_ECHO_MAX = 200
_NAME_MAX = 150
"""So long may a name be in the answer; in what is told it may have 200 characters."""
_NOT_KEPT = {
    "drugtracinfo", "psn_name", "certno", "prsc_dr_name", "prsc_dr_certno", "phar_name",
    "phar_certno", "sel_retn_opter_name", "opter_name",
}  # fmt: skip
"""Codes have rows of their own; who the people were is nobody's business afterwards (law 9)."""
_ALWAYS = date(1900, 1, 1), date(2200, 12, 31)
_TOLD = ("med_list_codg", "fixmedins_hilist_id", "fixmedins_hilist_name", "fixmedins_bchno")


def one(kind: Kind, node: Node) -> Callable[[Message], Awaitable[Output]]:
    """Takes one row."""

    async def taken(message: Message) -> Output:
        why = await _add(message, kind, node.of(message.input))
        if kind is not Kind.STOCK:
            return {"result": _result(why)}
        message.warnings.extend([why] if why else [])  # it has no output in which to say it
        return {}

    return taken


def many(
    kind: Kind, rows: fields.OneByOne, errors: str = "", *more: str
) -> Callable[..., Awaitable[Output]]:
    """Takes a list, row by row. ``errors``: the list in which each row's result is told; else there
    is one for all. ``more``: what that tells of a row besides."""

    async def taken(message: Message) -> Output:
        told = []
        if kind is Kind.STOCK:
            return await _stocks(message, rows)
        for row in rows.objects(message.input):
            try:
                why = await _add(message, kind, rows.values(row))
            except Refusal as refusal:
                why = EVERY[refusal.reason.code].sentence("zh", **refusal.params)
            names = (*_TOLD, *more)
            told.append(
                {name: _echo(row.get(name)) for name in names} | _result(why) | {"memo": ""}
            )
        if errors:
            return {errors: told}
        return {"result": _all(told)}

    return taken


async def _stocks(message: Message, rows: fields.OneByOne) -> Output:
    """3501A has no output: a row that is wrong refuses all before any is taken, and what can't be
    taken after that is warned of."""
    for values in [rows.values(row) for row in rows.objects(message.input)]:
        why = await _add(message, Kind.STOCK, values)
        message.warnings.extend([why] if why else [])
    return {}


async def delete(message: Message) -> Output:
    """3507: what was told of a batch is taken back."""
    return {"result": _result(await _delete(message, fields.GONE.of(message.input)))}


async def delete_many(message: Message) -> Output:
    """3507A: the same of several."""
    told = []
    for row in fields.GONES.objects(message.input):
        try:
            why = await _delete(message, fields.GONES.values(row))
        except Refusal as refusal:
            why = refusal.reason.sentence("zh", **refusal.params)
        told.append(
            {n: _echo(row.get(n)) for n in ("fixmedins_bchno", "inv_data_type")} | _result(why)
        )
    return {"goodErrDetail": told}


async def came_in(message: Message) -> Output:
    """3512: the trace codes of what is in stock."""
    data = fields.CAME_IN.of(message.input)
    rows = await _codes(message, data, (Kind.STOCK, Kind.CHANGE))
    return [_came(message, row) for row in rows]


async def sold(message: Message) -> Output:
    """3513: the trace codes of what was sold, as it was told (3505)."""
    data = fields.SOLD.of(message.input)
    rows = await _codes(message, data, (Kind.SALE,))
    return [
        _came(message, row)
        | {
            "mdtrtId": row["mdtrt_sn"],
            "mdtrtSetlType": "1" if row["insured"] else "2",
            "psnNo": row["details"].get("psn_no", ""),
            "trdnFlag": "1" if row["split"] else "0",
            "rid": str(row["id"]),
            "crteTime": wire_time(row["told_at"]),
            "updtTime": wire_time(row["told_at"]),
        }
        for row in rows
    ]


async def _codes(message: Message, data: Values, kinds: Sequence[Kind]) -> Sequence[Any]:
    if data["fixmedins_code"] != message.sender.code:
        raise wrong("fixmedins_code", "只能查询本机构")
    names = (
        "medins_list_codg",
        "fixmedins_bchno",
        "med_list_codg",
        "drug_trac_codg",
        "mdtrt_id",
        "psn_no",
    )
    filters = [data.get(name) or "" for name in names]
    if not any(filters[:3] + filters[4:]):
        raise wrong("medins_list_codg", "与fixmedins_bchno、med_list_codg等至少填一项")
    days = (data["begndate"] or _ALWAYS[0], data["enddate"] or _ALWAYS[1])
    return await message.rooms.uploads.codes(message.sender.code, kinds, filters, days)


def _came(message: Message, row: Any) -> dict[str, Any]:
    return {
        "fixmedinsCode": row["fixmedins_code"],
        "medinsListCodg": row["fixmedins_hilist_id"],
        "fixmedinsBchno": row["fixmedins_bchno"],
        "medListCodg": row["med_list_codg"],
        "medinsListName": row["details"].get("fixmedins_hilist_name", "")[:_NAME_MAX],
        "drugTracCodg": row["code"],
        "valiFlag": "1",
        "fixBlngAdmdvs": message.sender.admdvs,
    }


async def _delete(message: Message, data: Values) -> str:
    uploads = message.rooms.uploads
    bchno, kind = data["fixmedins_bchno"], data["inv_data_type"]
    return await uploads.delete(message.sender.code, bchno, kind)


async def _add(message: Message, kind: Kind, data: Values) -> str:
    return await message.rooms.uploads.add(message.sender.code, _upload(kind, data))


def _upload(kind: Kind, data: Values) -> Upload:
    """A row as it is kept."""
    codes = tuple(row["drug_trac_codg"] for row in fields.CODES.each(data))
    if not codes and data.get("drug_trac_codg"):
        codes = (data["drug_trac_codg"],)  # the field of before the node
    sale = kind is Kind.SALE
    number = data.get("setl_id")
    told = {name: _text(value) for name, value in data.items() if name not in _NOT_KEPT}
    at = next(data[name] for name in _DAYS if name in data)
    return Upload(
        kind=kind,
        line=tuple(told[n] for n in (*_LINES[kind], "fixmedins_bchno", "fixmedins_hilist_id")),
        fixmedins_bchno=data["fixmedins_bchno"],
        fixmedins_hilist_id=data["fixmedins_hilist_id"],
        med_list_codg=data["med_list_codg"] or "",
        happened_on=local_date(at) if isinstance(at, datetime) else at,
        details={name: value for name, value in told.items() if value},
        codes=codes,
        split=data.get("trdn_flag") == "1",
        insured=data["mdtrt_setl_type"] == "1" if sale else None,
        settlement_id=int(number) if number else None,
        mdtrt_sn=data.get("mdtrt_sn") or "",
    )


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case datetime():
            return wire_time(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _echo(value: object) -> str:
    """What a row says of itself. A wrong one is told by it, too, and may hold anything."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return ""
    return str(value)[:_ECHO_MAX].encode("utf-8", "replace").decode()


def _result(why: str) -> dict[str, str]:
    return {"retRslt": "0" if why else "1", "msgRslt": why}


def _all(told: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """One result for a batch: what was right is taken all the same."""
    wrong_rows = [f"第{at}行：{row['msgRslt']}" for at, row in enumerate(told, 1) if row["msgRslt"]]
    return _result("".join(wrong_rows)[:2_000])
