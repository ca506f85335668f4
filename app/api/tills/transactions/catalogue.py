"""13xx lists and catalogues as they have changed, 3301 and 3302 an institution's own codes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from app.api.tills.message import Message, StreamOut
from app.api.tills.settlement_info import CHARGE_LETTERS, CHARGES, kind_of_charge
from app.api.tills.transactions import catalogue_fields as fields
from app.api.tills.wire.fields import wrong
from app.api.tills.wire.nodes import Node, OneOrMore, Rows, Shape
from app.api.tills.wire.values import number, wire_time
from app.domain.catalogue.facts.terms import Asked, Span
from app.domain.catalogue.own import NotTaken, OwnCode
from app.domain.catalogue.service import Difference
from app.kit.clock import SHANGHAI

Values = dict[str, Any]
_OWN_MAX = 100
_LIMIT = {"hilist_lmtpric_type": "101", "overlmt_dspo_way": "1"}
"""A limit for everybody; what is above it the patient pays."""
_SHARE = {"selfpay_prop_psn_type": "1", "selfpay_prop_type": "10"}
_ITEM = {
    "lmt_used_flag": "0", "med_use_flag": "1", "matn_used_flag": "0", "hilist_use_type": "0",
    "lmt_cpnd_type": "1",
}  # fmt: skip
_BLANK = {"wubi": "", "pinyin": ""}
_ITEMS_TABLE = "hilist"
MAP = Shape((Rows("data", *fields.MAPPED, rows_max=_OWN_MAX),))
MAP_A = Shape((Rows("data", *fields.MAPPED_A, rows_max=_OWN_MAX),))
_MAPS = {"3301": MAP, "3301A": MAP_A}
UNMAP = Shape((OneOrMore("data", *fields.UNMAPPED, rows_max=_OWN_MAX),))


def download(infno: str) -> Callable[[Message], Awaitable[dict[str, Any]]]:
    """The transaction that offers a list's file."""

    async def offered(message: Message) -> dict[str, Any]:
        """What of the list is newer than the till's version, as a file for 9102; `0`: all of it."""
        version = fields.VERSION.of(message.input)["ver"]
        if not (version.isascii() and version.isdigit()) or len(version) > _DIGITS_MAX:
            raise wrong("ver", "不是本中心的版本号；请填0重新下载全部")
        catalogue = message.rooms.catalogue
        found = await catalogue.newer(infno, int(version))
        if found.since > found.until:
            raise wrong("ver", f"高于现有版本{found.until}；请填0重新下载全部")
        return {
            "file_qury_no": found.number,
            "filename": f"{found.name}.zip",
            "dld_endtime": catalogue.offered_until().isoformat(),
            "data_cnt": found.rows,
        }

    return offered


_DIGITS_MAX = 9


def stream(message: Message, one: Difference) -> StreamOut:
    """9102 of such a file."""
    return StreamOut(f"{one.name}.zip", message.rooms.catalogue.packed(one))


async def ethnic(message: Message) -> list[dict[str, Any]]:
    """1304: drugs of the nationalities, page by page."""
    data = fields.ETHNIC.of(message.input)
    page, size = _page(data)
    names = ("med_list_codg", "genname_codg", "drug_genname", "drug_prodname", "vali_flag", "rid")
    wanted = {name: data[name] for name in (*names, "ver") if data[name]}
    rows = [
        row
        for row in await message.rooms.catalogue.rows_of("1304", wanted)
        if _within(row["opt_time"], data["opt_begn_time"], data["opt_end_time"])
        and _within(row["updt_time"], data["updt_time"], None)
    ]
    rows.sort(key=lambda row: (row["updt_time"], row["rid"]))
    return [dict(row) for row in rows[(page - 1) * size : page * size]]


async def hilist(message: Message) -> list[dict[str, Any]]:
    """1312: the insurance catalogue, as it has changed since a moment, page by page."""
    data = fields.HILIST.of(message.input)
    if not _is(data, _ITEM | _BLANK):
        return []
    spans = await _spans(
        message,
        data,
        code=data["hilist_code"],
        name=data["hilist_name"],
        level=data["chrgitm_lv"] and data["chrgitm_lv"].zfill(2),
        charge=data["med_chrgitm_type"] and data["med_chrgitm_type"].zfill(2),
    )
    return [
        {
            "hilist_code": span.code,
            "hilist_name": span.name,
            **_span(message, data, span),
            "med_chrgitm_type": kind_of_charge(span.code, span.list_type),
            "chrgitm_lv": span.chrgitm_lv,
            "list_type": span.list_type,
            **_ITEM,
            **_BLANK,
            "memo": "",
        }
        for span in spans
    ]


async def match(message: Message) -> list[dict[str, Any]]:
    """1316: which item of the insurance catalogue an item of the nation is: they have one code."""
    data = fields.MATCH.of(message.input)
    codes = {data[name] for name in ("med_list_codg", "hilist_code")} - {""}
    if len(codes) > 1:
        return []
    spans = await _spans(message, data, code=next(iter(codes), ""))
    return [
        {
            "med_list_codg": span.code,
            "hilist_code": span.code,
            "list_type": span.list_type,
            **_span(message, data, span),
            "memo": "",
        }
        for span in spans
    ]


async def limits(message: Message) -> list[dict[str, Any]]:
    """1318: price limits and their days, as they have changed since a moment, page by page."""
    data = fields.LIMITS.of(message.input)
    if not _is(data, _LIMIT) or data["tabname"] not in ("", _ITEMS_TABLE):
        return []
    spans = await _spans(message, data, code=data["hilist_code"], limited=True)
    return [
        {
            "hilist_code": span.code,
            **_LIMIT,
            **_span(message, data, span),
            "hilist_pric_uplmt_amt": number(span.price_limit or "0", 6),
            "tabname": _ITEMS_TABLE,
        }
        for span in spans
    ]


async def shares(message: Message) -> list[dict[str, Any]]:
    """1319: first shares and their days, as they have changed since a moment, page by page."""
    data = fields.SHARES.of(message.input)
    if not _is(data, _SHARE) or data["tabname"] not in ("", _ITEMS_TABLE):
        return []
    spans = await _spans(message, data, code=data["hilist_code"], shared=True)
    return [
        {
            "hilist_code": span.code,
            **_SHARE,
            **_span(message, data, span),
            "selfpay_prop": number(span.selfpay_prop, 4),
            "tabname": _ITEMS_TABLE,
        }
        for span in spans
    ]


async def own(message: Message) -> list[dict[str, Any]]:
    """1317: this institution's own codes, as they have changed since a moment, page by page."""
    data = fields.OWN.of(message.input)
    page, size = _page(data)
    if data["fixmedins_code"] not in ("", message.sender.code):
        raise wrong("fixmedins_code", "只能查询本机构")
    texts = [
        data[name]
        for name in ("medins_list_codg", "list_type", "med_list_codg", "medins_list_name")
    ]
    rows = await message.rooms.own_codes.changed(
        message.sender.code,
        data["updt_time"],
        [*texts, data["vali_flag"]],
        (data["begndate"], data["query_date"]),
        (size, (page - 1) * size),
    )
    return [_own_row(message, data, row) for row in rows]


async def map_codes(message: Message) -> dict[str, Any]:
    """3301, 3301A: what this institution calls items of the nation; a message is taken whole or
    not."""
    node = _MAPS[message.envelope.infno].input[0]
    assert isinstance(node, Rows)
    told = [_own_code(row) for row in node.each(message.input)]
    await _taken(message.rooms.own_codes.add(message.sender.code, told))
    return {}


async def unmap_codes(message: Message) -> dict[str, Any]:
    """3302: own codes that hold no longer."""
    node = UNMAP.input[0]
    assert isinstance(node, OneOrMore)
    rows = list(node.each(message.input))
    if any(row["fixmedins_code"] != message.sender.code for row in rows):
        raise wrong("fixmedins_code", "与报文头的机构编号不一致")
    ended = [_own_code(row) for row in rows]
    await _taken(message.rooms.own_codes.withdraw(message.sender.code, ended))
    return {}


def _own_code(row: Values) -> OwnCode:
    details = {
        name: value
        for name, value in row.items()
        if isinstance(value, str) and value and name not in _KEYS
    }
    key = (row["fixmedins_hilist_id"], row["list_type"], row["med_list_codg"])
    return OwnCode(*key, row.get("begndate"), row.get("enddate"), details)


_KEYS = ("fixmedins_code", "fixmedins_hilist_id", "list_type", "med_list_codg")


async def _taken(told: Awaitable[None]) -> None:
    try:
        await told
    except NotTaken as no:
        raise wrong(no.name, f"第{no.row}行{no.why}") from None


def _own_row(message: Message, data: Values, row: Any) -> dict[str, Any]:
    details, created, updated = row["details"], row["created_at"], row["updated_at"]
    names = ("aprvno", "dosform", "exct_cont", "item_cont", "prcunt", "spec", "pacspec", "memo")
    begins = row["begins_on"]
    return {
        "fixmedins_code": message.sender.code,
        "medins_list_codg": row["own_code"],
        "medins_list_name": details.get("fixmedins_hilist_name", ""),
        "insu_admdvs": data["insu_admdvs"] or message.sender.admdvs,
        "list_type": row["list_type"],
        "med_list_codg": row["med_list_codg"],
        "begndate": _midnight(begins) if begins else wire_time(created),
        "enddate": _midnight(row["ends_on"]) if row["ends_on"] else "",
        **{name: details.get(name, "") for name in names},
        "vali_flag": "0" if row["withdrawn_at"] else "1",
        "rid": row["rid"],
        "updt_time": wire_time(updated),
        **_made(created),
    }


async def _spans(message: Message, data: Values, **more: Any) -> Sequence[Span]:
    page, size = _page(data)
    if data["vali_flag"] not in ("", "1"):
        return []
    asked = Asked(
        data["updt_time"],
        page,
        size,
        list_type=data.get("list_type") or "",
        from_day=data["begndate"],
        on_day=data["query_date"] or None,
        until_day=data.get("enddate"),
        rid=data.get("rid") or "",
        charges=CHARGES,
        letters=CHARGE_LETTERS,
        **more,
    )
    return await message.rooms.catalogue.spans(asked)


def _page(data: Values) -> tuple[int, int]:
    page, size = data["page_num"], data["page_size"]
    if page < 1:
        raise wrong("page_num", "从1开始")
    if not 1 <= size <= fields.PAGE_MAX:
        raise wrong("page_size", f"应为1至{fields.PAGE_MAX}")
    return page, size


def _is(data: Values, ours: Mapping[str, str]) -> bool:
    """Whether what is asked for is what all of ours are."""
    return all(
        data[name] == "" or data[name].lstrip("0") == value.lstrip("0")
        for name, value in ours.items()
    )


def _span(message: Message, data: Values, span: Span) -> dict[str, Any]:
    place = data["insu_admdvs"] or message.sender.admdvs
    last = span.next_on and span.next_on - timedelta(days=1)
    return {
        "insu_admdvs": place,
        "begndate": _midnight(span.begins_on),
        "enddate": _midnight(last) if last else "",
        "vali_flag": "1",
        "rid": span.rid,
        "updt_time": wire_time(span.updated_at),
        **_made(span.updated_at),
        "poolarea_no": f"{place[:4]}00",
    }


def _made(at: datetime) -> dict[str, str]:
    """Who noted a row, and when: the centre."""
    time = wire_time(at)
    names = ("crter_id", "crter_name", "crte_optins_no", "opter_id", "opter_name", "optins_no")
    return {"crte_time": time, "opt_time": time, **dict.fromkeys(names, "")}


def _midnight(day: date) -> str:
    return f"{day.isoformat()} 00:00:00"


def _within(told: str, first: date | None, last: datetime | None) -> bool:
    """Whether a written moment lies between two; what says nothing lies nowhere between."""
    begins = first if first is None or isinstance(first, datetime) else _begins(first)
    after = begins is None or told >= wire_time(begins)
    return after and (last is None or "" < told <= wire_time(last))


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def shape(node: Node) -> Shape:
    """What is asked for page by page answers a list without a node."""
    return Shape((node,), rows=True)
