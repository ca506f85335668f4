"""What 2201 to 2207 are given, field by field."""

from __future__ import annotations

from app.api.tills.transactions.shown_fields import SHOWN, SHOWN_BEFORE
from app.api.tills.transactions.traced import BESIDE, COUNTERS
from app.api.tills.wire.fields import (
    amount,
    code,
    count,
    flag,
    med_type,
    moment,
    quantity,
    record_number,
    signed_amount,
    text,
    unread,
    written_moment,
)
from app.api.tills.wire.nodes import Node, Rows, Shape

DOCTOR = (
    code("atddr_no", "医师编码", 30, required=False),
    text("dr_name", "医师姓名", 50, required=False),
    code("dept_code", "科室编码", 30),
    text("dept_name", "科室名称", 100),
    code("caty", "科别", 10, "caty"),
)
_REGISTRATION = (
    code("psn_no", "人员编号", 30),
    code("insutype", "险种类型", 6, "insutype"),
    moment("begntime", "开始时间"),
    *SHOWN,
    code("ipt_otp_no", "住院/门诊号", 30),
    *DOCTOR,
    unread("exp_content", "字段扩展", "c4000"),
)
REGISTRATION = Node("data", *_REGISTRATION)
REGISTRATION_A = Node("data", *_REGISTRATION, unread("med_type", "医疗类别", "c6", "med_type"))
REGISTRATIONS = {"2201": REGISTRATION, "2201A": REGISTRATION_A}
REGISTERED = Node(
    "data",
    code("psn_no", "人员编号", 30),
    record_number("mdtrt_id", "就诊ID"),
    code("ipt_otp_no", "住院/门诊号", 30),
    unread("exp_content", "字段扩展", "c4000"),
)
_VISIT = (
    record_number("mdtrt_id", "就诊ID"),
    code("psn_no", "人员编号", 30),
    med_type(),
    unread("begntime", "开始时间", "time", required=True),
    unread("main_cond_dscr", "主要病情描述", "c1000"),
    unread("dise_type_code", "病种类型代码", "c30", "dise_type_code"),
    unread("dise_codg", "病种编码", "c30"),
    unread("dise_name", "病种名称", "c500"),
    unread("birctrl_type", "计划生育手术类别", "c6", "birctrl_type"),
    unread("birctrl_matn_date", "计划生育手术或生育日期", "date"),
    unread("exp_content", "字段扩展", "c4000"),
)
VISIT = Node("mdtrtinfo", *_VISIT)
VISIT_A = Node(
    "mdtrtinfo",
    *_VISIT,
    unread("matn_type", "生育类别", "c6", "matn_type"),
    unread("geso_val", "孕周数", "n2"),
)
VISITS = {"2203": VISIT, "2203A": VISIT_A}
DIAGNOSES = Rows(
    "diseinfo",
    code("diag_type", "诊断类别", 3, "diag_type"),
    count("diag_srt_no", "诊断排序号", 2),
    code("diag_code", "诊断代码", 30),
    text("diag_name", "诊断名称", 100),
    text("diag_dept", "诊断科室", 50),
    code("dise_dor_no", "诊断医生编码", 30),
    text("dise_dor_name", "诊断医生姓名", 50),
    written_moment("diag_time", "诊断时间"),
    code("vali_flag", "有效标志", 3, "vali_flag"),
    told=False,
)
BILLED_BY = (
    code("bilg_dept_codg", "开单科室编码", 30),
    text("bilg_dept_name", "开单科室名称", 100),
    code("bilg_dr_codg", "开单医生编码", 30, required=False),
    text("bilg_dr_name", "开单医师姓名", 50, required=False),
)
FEES = Rows(
    "feedetail",
    code("feedetl_sn", "费用明细流水号", 30),
    record_number("mdtrt_id", "就诊ID"),
    code("psn_no", "人员编号", 30),
    code("chrg_bchno", "收费批次号", 30),
    unread("dise_codg", "病种编码", "c30"),
    code("rxno", "处方号", 30, required=False),
    code("rx_circ_flag", "外购处方标志", 3, "rx_circ_flag"),
    moment("fee_ocur_time", "费用发生时间"),
    code("med_list_codg", "医疗目录编码", 50, capital=True),
    code("medins_list_codg", "医药机构目录编码", 150),
    amount("det_item_fee_sumamt", "明细项目费用总额", zero=True),
    quantity("cnt", "数量", 16, 4),
    quantity("pric", "单价", 16, 6, zero=True),
    unread("sin_dos_dscr", "单次剂量描述", "c200"),
    unread("used_frqu_dscr", "使用频次描述", "c200"),
    unread("prd_days", "周期天数", "n4,2"),
    unread("medc_way_dscr", "用药途径描述", "c200"),
    *BILLED_BY,
    unread("acord_dept_codg", "受单科室编码", "c30"),
    unread("acord_dept_name", "受单科室名称", "c100"),
    unread("orders_dr_code", "受单医生编码", "c30"),
    unread("orders_dr_name", "受单医生姓名", "c50"),
    code("hosp_appr_flag", "医院审批标志", 3, "hosp_appr_flag"),
    unread("tcmdrug_used_way", "中药使用方式", "c6", "tcmdrug_used_way"),
    unread("etip_flag", "外检标志", "c3", "etip_flag"),
    unread("etip_hosp_code", "外检医院编码", "c30"),
    unread("dscg_tkdrug_flag", "出院带药标志", "c3", "dscg_tkdrug_flag"),
    unread("matn_fee_flag", "生育费用标志", "c6", "matn_fee_flag"),
    unread("memo", "备注", "c5"),
    unread("comb_no", "组套编号", "c3"),
    unread("exp_content", "字段扩展", "c4000"),
)
FEE_DETAILS = ("medins_list_codg", *(line.name for line in BILLED_BY), "hosp_appr_flag")
"""What is kept with a line beside its figures."""
TAKEN_BACK = Node(
    "data",
    record_number("mdtrt_id", "就诊ID"),
    code("chrg_bchno", "收费批次号", 30),
    code("psn_no", "人员编号", 30),
    unread("exp_content", "字段扩展", "c4000"),
)
_PAYS = (
    med_type(),
    amount("medfee_sumamt", "医疗费总额"),
    code("psn_setlway", "个人结算方式", 6, "psn_setlway"),
    record_number("mdtrt_id", "就诊ID"),
    code("chrg_bchno", "收费批次号", 30),
    flag("acct_used_flag", "个人账户使用标志", 1, "acct_used_flag"),
    code("insutype", "险种类型", 6, "insutype"),
    text("invono", "发票号", 20, required=False),
)
_BILL = (code("psn_no", "人员编号", 30), *SHOWN, *_PAYS)
_REST = (
    unread("exp_content", "字段扩展", "c4000"),
    unread("pub_hosp_rfom_flag", "公立医院改革标志", "c6"),
)
_TOLD = "应回传预结算金额"
_ECHOED = {
    "fulamt_ownpay_amt": "全自费金额",
    "overlmt_selfpay": "超限价金额",
    "preselfpay_amt": "先行自付金额",
    "inscp_scp_amt": "符合政策范围金额",
}
"""What 2206 answered, said again by 2207; by 2207A, who wants to."""
ECHO = tuple(signed_amount(name, zh, _TOLD) for name, zh in _ECHOED.items())
ECHO_A = tuple(signed_amount(name, zh, _TOLD, required=False) for name, zh in _ECHOED.items())
SPLIT_A = tuple(unread(name, zh, "n16,2") for name, zh in _ECHOED.items())
"""The same four where a message of the A form has them before anything was answered."""
BILL = Node("data", code("psn_no", "人员编号", 30), *SHOWN_BEFORE, *_PAYS, *_REST)
BILL_A = Node("data", *_BILL, *_REST, *SPLIT_A)
BILL_ECHOED = Node("data", *_BILL, *ECHO, *_REST, *COUNTERS)
BILL_ECHOED_A = Node("data", *_BILL, *ECHO_A, *_REST, *COUNTERS)
BILLS = {"2206": BILL, "2206A": BILL_A, "2207": BILL_ECHOED, "2207A": BILL_ECHOED_A}

_SPLIT = ("setlinfo", "setldetail[]")
REGISTER = Shape((REGISTRATION,), ("data",))
REGISTER_A = Shape((REGISTRATION_A,), ("data",))
UNREGISTER = Shape((REGISTERED,))
DIAGNOSE = Shape((VISIT, DIAGNOSES))
DIAGNOSE_A = Shape((VISIT_A, DIAGNOSES))
CHARGE = Shape((FEES,), ("result[]",))
TAKE_BACK = Shape((TAKEN_BACK,))
PRE_SETTLE = Shape((BILL,), _SPLIT)
PRE_SETTLE_A = Shape((BILL_A,), _SPLIT)
SETTLE_VISIT = Shape((BILL_ECHOED, BESIDE), (*_SPLIT, "detlcutinfo[]"))
SETTLE_VISIT_A = Shape((BILL_ECHOED_A, BESIDE), (*_SPLIT, "detlcutinfo[]"))
