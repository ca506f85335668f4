"""What 3501 to 3507, 3512 and 3513 are given, field by field. What nobody here needs of a person
isn't looked at and not kept: names and numbers of patient, doctor, pharmacist."""

from __future__ import annotations

from typing import Any

from app.api.tills.wire.fields import (
    Holder,
    code,
    code_that,
    day,
    maybe,
    moment,
    node,
    quantity,
    record_number,
    text,
    unread,
    wrong,
)
from app.api.tills.wire.nodes import ROWS_MAX, Node, Rows, Shape

_WHAT = (
    code("med_list_codg", "医疗目录编码", 50, required=False, capital=True),
    code("fixmedins_hilist_id", "定点医药机构目录编号", 30),
    text("fixmedins_hilist_name", "定点医药机构目录名称", 200),
)
_STOCK = (
    *_WHAT,
    code("rx_flag", "处方药标志", 3, "rx_flag"),
    day("invdate", "盘存日期"),
    quantity("inv_cnt", "库存数量", 16, 2, zero=True),
    text("manu_lotnum", "生产批号", 30, required=False),
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    day("manu_date", "生产日期"),
    day("expy_end", "有效期止"),
    text("memo", "备注", 500, required=False),
    node("drugtracinfo", "溯源码节点信息"),
)
_CHANGE = (
    code("med_list_codg", "医疗目录编码", 50, required=False, capital=True),
    code("inv_chg_type", "库存变更类型", 6, "inv_chg_type"),
    code("fixmedins_hilist_id", "定点医药机构目录编号", 30),
    text("fixmedins_hilist_name", "定点医药机构目录名称", 200),
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    quantity("pric", "单价", 16, 6, zero=True),
    quantity("cnt", "数量", 16, 4),
    code("rx_flag", "处方药标志", 3, "rx_flag"),
    moment("inv_chg_time", "库存变更时间"),
    text("inv_chg_opter_name", "库存变更经办人姓名", 50, required=False),
    text("memo", "备注", 500, required=False),
    code("trdn_flag", "拆零标志", 2, required=False),
    node("drugtracinfo", "溯源码节点信息"),
    code("trac_codg_pac_hery", "追溯码包装层级", 3, "trac_codg_pac_hery", required=False),
)
_PURCHASE = (
    *_WHAT,
    text("dynt_no", "随货单号", 50, required=False),
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    text("spler_name", "供应商名称", 200),
    text("spler_pmtno", "供应商许可证号", 50, required=False),
    text("manu_lotnum", "生产批号", 30),
    text("prodentp_name", "生产厂家名称", 200),
    text("aprvno", "批准文号", 100),
    day("manu_date", "生产日期"),
    day("expy_end", "有效期止"),
    maybe(quantity("finl_trns_pric", "最终成交单价", 16, 6, zero=True)),
    quantity("purc_retn_cnt", "采购/退货数量", 16, 4),
    text("purc_invo_codg", "采购发票编码", 50, required=False),
    text("purc_invo_no", "采购发票号", 50, required=False),
    code("rx_flag", "处方药标志", 3, "rx_flag"),
    moment("purc_retn_stoin_time", "采购/退货入库时间"),
    text("purc_retn_opter_name", "采购/退货经办人姓名", 50),
    code("prod_geay_flag", "商品赠送标志", 3, required=False),
    text("memo", "备注", 500, required=False),
)
_PURCHASE_RETURN = (
    *_WHAT,
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    text("spler_name", "供应商名称", 200),
    text("spler_pmtno", "供应商许可证号", 50, required=False),
    day("manu_date", "生产日期"),
    day("expy_end", "有效期止"),
    maybe(quantity("finl_trns_pric", "最终成交单价", 16, 6, zero=True)),
    quantity("purc_retn_cnt", "采购/退货数量", 16, 4),
    text("purc_invo_codg", "采购发票编码", 50, required=False),
    text("purc_invo_no", "采购发票号", 50),
    code("rx_flag", "处方药标志", 3, "rx_flag"),
    moment("purc_retn_stoin_time", "采购/退货入库时间"),
    text("purc_retn_opter_name", "采购/退货经办人姓名", 50),
    text("memo", "备注", 500, required=False),
    code("medins_prod_purc_no", "商品采购流水号", 50, required=False),
)
_SALE = (
    *_WHAT,
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    code("prsc_dr_cert_type", "开方医师证件类型", 6, required=False),
    unread("prsc_dr_certno", "开方医师证件号码", "c50"),
    text("prsc_dr_name", "开方医师姓名", 50),
    code("phar_cert_type", "药师证件类型", 6, required=False),
    unread("phar_certno", "药师证件号码", "c50"),
    text("phar_name", "药师姓名", 50, required=False),
    text("phar_prac_cert_no", "药师执业资格证号", 50, required=False),
    code("hi_feesetl_type", "医保费用结算类型", 6, "hi_feesetl_type", required=False),
    maybe(record_number("setl_id", "结算ID")),
    code("mdtrt_sn", "就医流水号", 30),
    code("psn_no", "人员编号", 30, required=False),
    code("psn_cert_type", "人员证件类型", 6, "psn_cert_type", required=False),
    unread("certno", "证件号码", "c50"),
    unread("psn_name", "人员姓名", "c50"),
    text("manu_lotnum", "生产批号", 30),
    day("manu_date", "生产日期"),
    maybe(day("expy_end", "有效期止")),
    code("rx_flag", "处方药标志", 3, "rx_flag"),
    code("trdn_flag", "拆零标志", 3, "trdn_flag"),
    maybe(quantity("finl_trns_pric", "最终成交单价", 16, 6, zero=True)),
    code("rxno", "处方号", 40, required=False),
    code("rx_circ_flag", "外购处方标志", 3, "rx_circ_flag", required=False),
    code("rtal_docno", "零售单据号", 40),
    code("stoout_no", "销售出库单据号", 40, required=False),
    code("bchno", "批次号", 30, required=False),
    code("drug_trac_codg", "药品追溯码", 100, required=False, capital=True),
    code("drug_prod_barc", "药品条形码", 30, required=False),
    text("shelf_posi", "货架位", 20, required=False),
    quantity("sel_retn_cnt", "销售/退货数量", 16, 4),
    moment("sel_retn_time", "销售/退货时间"),
    text("sel_retn_opter_name", "销售/退货经办人姓名", 50),
    text("memo", "备注", 500, required=False),
    code_that(
        "mdtrt_setl_type",
        "就诊结算类型",
        6,
        lambda value: value in ("1", "2"),
        "应为1或2",
        "mdtrt_setl_type",
    ),
    node("drugtracinfo", "溯源码节点信息"),
)
_SALE_RETURN = (
    *_WHAT,
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    maybe(record_number("setl_id", "结算ID")),
    code("psn_no", "人员编号", 30, required=False),
    code("psn_cert_type", "人员证件类型", 6, "psn_cert_type", required=False),
    unread("certno", "证件号码", "c50"),
    unread("psn_name", "人员姓名", "c50"),
    text("manu_lotnum", "生产批号", 30),
    day("manu_date", "生产日期"),
    maybe(day("expy_end", "有效期止")),
    code("rx_flag", "处方药标志", 3, "rx_flag"),
    code("trdn_flag", "拆零标志", 3, "trdn_flag"),
    maybe(quantity("finl_trns_pric", "最终成交单价", 16, 6, zero=True)),
    quantity("sel_retn_cnt", "销售/退货数量", 16, 4),
    moment("sel_retn_time", "销售/退货时间"),
    text("sel_retn_opter_name", "销售/退货经办人姓名", 50),
    text("memo", "备注", 500, required=False),
    code("medins_prod_sel_no", "商品销售流水号", 50, required=False),
    code("mdtrt_sn", "就医流水号", 30),
    node("drugtracinfo", "溯源码节点信息"),
)


class OneByOne(Rows):
    """A list of which each row is taken or refused for itself."""

    def objects(self, input: Holder) -> list[Holder]:
        """The rows as they came."""
        rows = input.get(self.name)
        if not isinstance(rows, list) or not 0 < len(rows) <= ROWS_MAX:
            raise wrong(self.name, f"应为1至{ROWS_MAX}行的数组")
        return [self._checked(row) for row in rows]

    def values(self, row: Holder) -> dict[str, Any]:
        """What one of them says.

        Raises:
            Refusal: INPUT_INVALID.
        """
        return self._values(row)


CODES = Rows(
    "drugtracinfo", code("drug_trac_codg", "药品追溯码", 100, capital=True), required=False
)
STOCK, STOCKS = Node("invinfo", *_STOCK), OneByOne("invinfoDetail", *_STOCK)
CHANGE, CHANGES = Node("invinfo", *_CHANGE), OneByOne("invinfoDetail", *_CHANGE)
PURCHASE, PURCHASES = Node("purcinfo", *_PURCHASE), OneByOne("purcinfoDetail", *_PURCHASE)
BACK, BACKS = Node("purcinfo", *_PURCHASE_RETURN), OneByOne("purcinfoDetail", *_PURCHASE_RETURN)
SALE, SALES = Node("selinfo", *_SALE), OneByOne("selinfoDetail", *_SALE)
RETURN, RETURNS = Node("selinfo", *_SALE_RETURN), OneByOne("selinfoDetail", *_SALE_RETURN)
_GONE = (
    code("fixmedins_bchno", "定点医药机构批次流水号", 30),
    code("inv_data_type", "进销存数据类型", 30),
)
GONE, GONES = Node("data", *_GONE), OneByOne("goodDetail", *_GONE)
_ASKED = (
    code("fixmedins_code", "定点医药机构编号", 30),
    code("medins_list_codg", "医药机构目录编码", 150, required=False),
    code("fixmedins_bchno", "定点医药机构批次流水号", 30, required=False),
)
_ITEM = code("med_list_codg", "医疗目录编码", 50, required=False, capital=True)
_CODE = code("drug_trac_codg", "药品追溯码", 30, required=False, capital=True)
_FROM, _TO = day("begndate", "开始日期"), day("enddate", "结束日期")
CAME_IN = Node("data", *_ASKED, _FROM, _TO, _ITEM, _CODE)
SOLD = Node(
    "data",
    *_ASKED,
    maybe(_FROM),
    maybe(_TO),
    _ITEM,
    code("mdtrt_id", "就诊ID", 30, required=False),
    code("psn_no", "人员编号", 30, required=False),
    code("psn_cert_type", "人员证件类型", 6, "psn_cert_type", required=False),
    code("certno", "证件号码", 600, required=False),
    unread("psn_name", "人员姓名", "c50"),
    _CODE,
)


def shape(node: Node, *output: str, rows: bool = False) -> Shape:
    """What one of these transactions is given and answers."""
    told = (node, CODES) if "drugtracinfo" in (one.name for one in node.fields) else (node,)
    return Shape(told, output, rows=rows)
