"""What 2101 to 2103A, 2208, 2601 and 5203 are given, field by field."""

from __future__ import annotations

from app.api.tills.transactions.outpatient_fields import SPLIT_A
from app.api.tills.transactions.shown_fields import SHOWN
from app.api.tills.transactions.traced import BESIDE, CODES, COUNTERS, RETURNED_CODES
from app.api.tills.wire.fields import (
    amount,
    code,
    flag,
    med_type,
    med_type_or_none,
    moment,
    node,
    quantity,
    record_number,
    text,
    unread,
)
from app.api.tills.wire.nodes import Node, Rows, Shape

_PURCHASE = (
    code("psn_no", "人员编号", 30),
    *SHOWN,
    moment("begntime", "开始时间"),
    amount("medfee_sumamt", "医疗费总额"),
    text("invono", "发票号", 20, required=False),
    code("insutype", "险种类型", 6, "insutype"),
    unread("dise_codg", "病种编码", "c30"),
    unread("dise_name", "病种名称", "c500"),
    flag("acct_used_flag", "个人账户使用标志", 1, "acct_used_flag"),
    med_type(),
    unread("exp_content", "字段扩展", "c4000"),
    *COUNTERS,
)
PURCHASE = Node("druginfo", *_PURCHASE)
PURCHASE_A = Node("druginfo", *_PURCHASE, *SPLIT_A)
PURCHASES = {"2101": PURCHASE, "2101A": PURCHASE_A, "2102": PURCHASE, "2102A": PURCHASE_A}
PURCHASE_LINES = Rows(
    "drugdetail",
    code("feedetl_sn", "费用明细流水号", 30),
    code("rxno", "处方号", 30, required=False),
    code("rx_circ_flag", "外购处方标志", 3, "rx_circ_flag"),
    unread("fee_ocur_time", "费用发生时间", "time", required=True),
    code("med_list_codg", "医疗目录编码", 50, capital=True),
    unread("medins_list_codg", "医药机构目录编码", "c150", required=True),
    amount("det_item_fee_sumamt", "明细项目费用总额", zero=True),
    quantity("cnt", "数量", 16, 4),
    quantity("pric", "单价", 16, 6, zero=True),
    unread("sin_dos_dscr", "单次剂量描述", "c200"),
    unread("used_frqu_dscr", "使用频次描述", "c200"),
    unread("prd_days", "周期天数", "n4,2"),
    unread("medc_way_dscr", "用药途径描述", "c200"),
    unread("bilg_dr_codg", "开单医生编码", "c30"),
    unread("bilg_dr_name", "开单医师姓名", "c50"),
    unread("tcmdrug_used_way", "中药使用方式", "c6", "tcmdrug_used_way"),
    unread("exp_content", "字段扩展", "c4000"),
    node("drug_trac_info", "追溯码节点信息"),
)
SETTLEMENT = Node(
    "data",
    record_number("setl_id", "结算ID"),
    record_number("mdtrt_id", "就诊ID"),
    code("psn_no", "人员编号", 30),
    unread("exp_content", "字段扩展", "c4000"),
)
RETURNED_LINES = Rows(
    "drugdetail",
    code("feedetl_sn", "费用明细流水号", 30),
    quantity("cnt", "数量", 16, 4),
    node("drug_trac_info", "追溯码节点信息"),
    told=False,
)
REVERSED = Node(
    "data",
    code("psn_no", "人员编号", 30),
    code("omsgid", "原发送方报文ID", 30),
    code("oinfno", "原交易编号", 5),
)
BY_MESSAGE = Node(
    "data",
    code("psn_no", "人员编号", 30),
    code("medins_setl_id", "医药机构结算ID", 30),
    code("mdtrt_id", "就诊ID", 30, required=False),
    med_type_or_none(),
)

_SPLIT = ("setlinfo", "setldetail[]", "detlcutinfo[]")
PREVIEW = SETTLE = Shape((PURCHASE, PURCHASE_LINES, CODES, BESIDE), _SPLIT)
PREVIEW_A = SETTLE_A = Shape((PURCHASE_A, PURCHASE_LINES, CODES, BESIDE), _SPLIT)
CANCEL = LOOK_UP = Shape((SETTLEMENT,), ("setlinfo", "setldetail[]"))
FIND = Shape((BY_MESSAGE,), rows=True)
RETURN_PART = Shape((SETTLEMENT, RETURNED_LINES, RETURNED_CODES), ("refundinfo", *_SPLIT))
REVERSE = Shape((REVERSED,))
