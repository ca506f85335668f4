"""3508 to 3511: what an institution has told of its goods (3501 to 3506) is asked for again.

What nobody here keeps of people (patients, doctors, pharmacists, who typed it) is asked for in
vain: such filters make no difference, and such fields are empty (law 9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from app.api.tills.message import Message, Output
from app.api.tills.wire.fields import code, day, maybe, moment, record_number, text, unread, wrong
from app.api.tills.wire.nodes import Node, Shape
from app.api.tills.wire.values import number, wire_time
from app.domain.trace.uploads.values import Kind
from app.kit.value import value

_WHOSE = (
    code("fixmedins_code", "定点医药机构编号", 30),
    code("medins_list_codg", "医药机构目录编码", 150, required=False),
    code("fixmedins_bchno", "定点医药机构批次流水号", 30, required=False),
    day("begndate", "开始日期"),
    day("enddate", "结束日期"),
)
_GOODS = (
    code("med_list_codg", "医疗目录编码", 50, required=False, capital=True),
    text("medins_list_name", "医药机构目录名称", 100, required=False),
    code("rx_flag", "处方药标志", 3, "rx_flag", required=False),
    unread("list_sp_item_flag", "目录特项标志", "c3", "list_sp_item_flag"),
)
_TRDN = code("trdn_flag", "拆零标志", 3, "trdn_flag", required=False)
_MEMO = text("memo", "备注", 500, required=False)
_LOT = (
    text("manu_lotnum", "生产批号", 30, required=False),
    maybe(day("manu_date", "生产日期")),
    maybe(day("expy_end", "有效期止")),
)
_RECORD = (
    _MEMO,
    unread("vali_flag", "有效标志", "c3", "vali_flag"),
    code("rid", "数据唯一记录号", 40, required=False),
    unread("crter_id", "创建人ID", "c20"),
    unread("crter_name", "创建人姓名", "c50"),
    unread("crte_optins_no", "创建机构编号", "c20"),
    unread("opter_id", "经办人ID", "c20"),
    unread("opter_name", "经办人姓名", "c50"),
    unread("optins_no", "经办机构编号", "c20"),
    unread("poolarea_no", "统筹区编号", "c6"),
)
_STOCK = Node(
    "data",
    *_WHOSE,
    code("medins_prod_inv_no", "定点医药机构商品库存流水号", 30, required=False),
    *_GOODS,
    _TRDN,
    maybe(day("invdate", "库存日期")),
    *_LOT,
    *_RECORD,
)
_CHANGES = Node(
    "data",
    *_WHOSE,
    code("medins_prod_inv_chg_no", "定点医药机构商品库存变更流水号", 30, required=False),
    code("inv_chg_type", "库存变更类型", 6, "inv_chg_type", required=False),
    maybe(moment("inv_chg_time", "库存变更时间")),
    text("inv_chg_opter_name", "库存变更经办人姓名", 50, required=False),
    *_GOODS,
    _TRDN,
    *_RECORD,
)
_PURCHASES = Node(
    "data",
    *_WHOSE,
    code("medins_prod_purc_no", "商品采购流水号", 30, required=False),
    text("dynt_no", "随货单号", 50, required=False),
    text("spler_name", "供应商名称", 200, required=False),
    text("spler_pmtno", "供应商许可证号", 50, required=False),
    *_LOT,
    text("prodentp_name", "生产厂家名称", 200, required=False),
    text("aprvno", "批准文号", 100, required=False),
    text("purc_invo_codg", "采购发票编码", 50, required=False),
    text("purc_invo_no", "采购发票号", 50, required=False),
    maybe(moment("purc_retn_stoin_time", "采购/退货入库时间")),
    text("purc_retn_opter_name", "采购/退货经办人姓名", 50, required=False),
    code("prod_geay_flag", "商品赠送标志", 3, required=False),
    code("prod_retn_flag", "商品退货标志", 3, required=False),
    *_GOODS,
    *_RECORD,
)
_SALES = Node(
    "data",
    *_WHOSE,
    code("medins_prod_sel_no", "商品销售流水号", 30, required=False),
    code("prsc_dr_cert_type", "开方医师证件类型", 3, required=False),
    unread("prsc_dr_certno", "开方医师证件号码", "c50"),
    unread("bilg_dr_name", "开单医师姓名", "c50"),
    code("phar_cert_type", "药师证件类型", 3, required=False),
    unread("phar_certno", "药师证件号码", "c50"),
    unread("phar_name", "药师姓名", "c50"),
    text("phar_prac_cert_no", "药师执业资格证号", 50, required=False),
    code("hi_feesetl_type", "医保费用结算类型", 6, "hi_feesetl_type", required=False),
    maybe(record_number("setl_id", "结算ID")),
    code("psn_no", "人员编号", 30, required=False),
    code("psn_cert_type", "人员证件类型", 6, "psn_cert_type", required=False),
    unread("certno", "证件号码", "c600"),
    unread("psn_name", "人员姓名", "c50"),
    *_LOT,
    unread("elec_supn_codg", "电子监管编码", "c20"),
    maybe(moment("sel_retn_time", "销售/退货时间")),
    unread("sel_retn_opter_name", "销售/退货经办人姓名", "c50"),
    *_GOODS,
    _TRDN,
    *_RECORD,
)
_NAME_MAX = 100
_PLACES = {"inv_cnt": 2, "cnt": 4, "pric": 6, "finl_trns_pric": 6, "purc_retn_cnt": 2,
           "sel_retn_cnt": 2}  # fmt: skip
_CERTS, _CERT_MAX = {"prsc_dr_cert_type", "phar_cert_type"}, 3
"""Longer where they are told than where they are asked for."""
_APART = {*(one.name for one in _WHOSE), "med_list_codg", "rid", "prod_retn_flag", "setl_id"}
"""Filters that aren't looked up among what was told."""
_RETURNED = {"": None, "0": Kind.PURCHASE, "1": Kind.PURCHASE_RETURN}


@value
class Asked:
    """One of these transactions: ``number`` is what it calls a row, ``told`` what it says of one
    besides what all say."""

    node: Node
    kinds: tuple[Kind, ...]
    number: str
    told: tuple[str, ...]


_LOTS = ("manu_lotnum", "manu_date", "expy_end")
STOCK = Asked(_STOCK, (Kind.STOCK,), "medins_prod_inv_no", ("invdate", "inv_cnt", *_LOTS))
CHANGES = Asked(
    _CHANGES,
    (Kind.CHANGE,),
    "medins_prod_inv_chg_no",
    ("inv_chg_type", "inv_chg_time", "inv_chg_opter_name", "pric", "cnt", "trdn_flag"),
)
PURCHASES = Asked(
    _PURCHASES,
    (Kind.PURCHASE, Kind.PURCHASE_RETURN),
    "medins_prod_purc_no",
    (
        *("dynt_no", "spler_name", "spler_pmtno", "prodentp_name", "aprvno", "purc_invo_codg"),
        *("purc_invo_no", "purc_retn_stoin_time", "purc_retn_opter_name", "prod_geay_flag"),
        *("finl_trns_pric", "purc_retn_cnt", *_LOTS),
    ),
)
SALES = Asked(
    _SALES,
    (Kind.SALE,),
    "medins_prod_sel_no",
    (
        *("prsc_dr_cert_type", "phar_cert_type", "phar_prac_cert_no", "hi_feesetl_type", "setl_id"),
        *("psn_no", "psn_cert_type", "finl_trns_pric", "sel_retn_cnt", "sel_retn_time"),
        *("trdn_flag", *_LOTS),
    ),
)


def shape(asked: Asked) -> Shape:
    """What one of these transactions is given; it answers rows."""
    return Shape((asked.node,), rows=True)


def kept(asked: Asked) -> Callable[[Message], Awaitable[Output]]:
    """Answers one of these transactions."""

    async def answered(message: Message) -> Output:
        data = asked.node.of(message.input)
        if data["fixmedins_code"] != message.sender.code:
            raise wrong("fixmedins_code", "只能查询本机构")
        if not (data["medins_list_codg"] or data["fixmedins_bchno"]):
            raise wrong("medins_list_codg", "与fixmedins_bchno至少填一项")
        rows = await message.rooms.uploads.rows(
            message.sender.code,
            _kinds(asked, data),
            (data["medins_list_codg"], data["fixmedins_bchno"], data["med_list_codg"]),
            _said(asked, data),
            {data["rid"], data[asked.number]} - {""},
            (data["begndate"], data["enddate"]),
        )
        return [_told(asked, row) for row in rows]

    return answered


def _kinds(asked: Asked, data: dict[str, Any]) -> tuple[Kind, ...]:
    """Which of what was told: purchases, what went back, or both."""
    if "prod_retn_flag" not in data:
        return asked.kinds
    if data["prod_retn_flag"] not in _RETURNED:
        return ()
    one = _RETURNED[data["prod_retn_flag"]]
    return asked.kinds if one is None else (one,)


def _said(asked: Asked, data: dict[str, Any]) -> dict[str, str]:
    """What must stand in a row as it was told."""
    found = {name: said for name, said in data.items() if said not in (None, "")}
    names = found.keys() - _APART - {asked.number}
    told = {name: found[name] for name in names - _unread(asked.node)}
    if "medins_list_name" in told:
        told["fixmedins_hilist_name"] = told.pop("medins_list_name")
    if "setl_id" in found:
        told["setl_id"] = found["setl_id"]
    return {name: _text(one) for name, one in told.items()}


def _unread(node: Node) -> set[str]:
    """What is taken and not looked at."""
    return {one.name for one in node.fields if not one.used}


def _text(said: object) -> str:
    if isinstance(said, datetime):
        return wire_time(said)
    return said.isoformat() if isinstance(said, date) else str(said)


def _told(asked: Asked, row: Any) -> dict[str, Any]:
    details, at = row["details"], wire_time(row["told_at"])
    told = {name: details.get(name, "") for name in (*asked.told, "rx_flag", "memo")}
    told |= {name: told[name][:_CERT_MAX] for name in _CERTS & told.keys()}
    told |= {
        name: number(told[name] or "0", _PLACES[name]) for name in _PLACES.keys() & told.keys()
    }
    if asked is PURCHASES:
        told["prod_retn_flag"] = "1" if row["kind"] == Kind.PURCHASE_RETURN else "0"
    told |= {
        "fixmedins_code": row["fixmedins_code"],
        "medins_list_codg": row["fixmedins_hilist_id"],
        "fixmedins_bchno": row["fixmedins_bchno"],
        "med_list_codg": row["med_list_codg"],
        "medins_list_name": details.get("fixmedins_hilist_name", "")[:_NAME_MAX],
        asked.number: str(row["id"]),
        "rid": str(row["id"]),
        "vali_flag": "1",
        "crte_time": at,
        "updt_time": at,
        "opt_time": at,
    }
    return {_camel(name): one for name, one in told.items()}


def _camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(part.capitalize() for part in more)
