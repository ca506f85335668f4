"""Refusals of trace codes (药品追溯码), and what a till is warned of."""

from app.kit.reasons import Reason

TRACE_MISSING = Reason(
    "TRACE_MISSING", 422,
    "第{line}行应有{need}个药品追溯码，收到{got}个。",
    "请逐盒扫描最小包装上的追溯码后重发；没有追溯码的药品，请与医保经办机构核对无码库。",
    "Line {line} needs {need} trace codes and has {got}.",
    "Scan the code on each smallest package; for goods without one ask the insurance office.",
    fixer="institution",
)  # fmt: skip
TRACE_FORMAT = Reason(
    "TRACE_FORMAT", 422,
    "第{line}行的{code}不是药品追溯码。",
    "请扫描药盒上标有“药品追溯码”的码（一般为20位数字），不要扫商品条形码或外箱码。",
    "{code} in line {line} is no trace code.",
    "Scan the trace code on the box (mostly 20 digits), not the barcode or the carton.",
    fixer="institution",
)  # fmt: skip
TRACE_TWICE = Reason(
    "TRACE_TWICE", 422,
    "追溯码{code}在这张单子里扫了两次。", "每盒一个码：请重新扫描没有扫到的那一盒。",
    "Trace code {code} stands in this bill twice.", "One code a box: scan the box that was left out.",
    fixer="institution",
)  # fmt: skip
TRACE_NOT_THIS_LINE = Reason(
    "TRACE_NOT_THIS_LINE", 422,
    "追溯码{code}所在的明细{line}不在这张单子里。", "请核对明细流水号后重发。",
    "Trace code {code} names line {line}, which is not in this bill.", "Check the lines' numbers.",
    fixer="institution",
)  # fmt: skip
TRACE_PRODUCT_MISMATCH = Reason(
    "TRACE_PRODUCT_MISMATCH", 409,
    "第{line}行的追溯码{code}不是该行药品的码。", "请核对药盒与明细：扫的是另一种药品，或医疗目录编码录错。",
    "Trace code {code} in line {line} belongs to another product.",
    "Compare the box with the line: another box was scanned, or the item's code is wrong.",
    fixer="institution",
)  # fmt: skip
TRACE_ALREADY_SOLD = Reason(
    "TRACE_ALREADY_SOLD", 409,
    "追溯码{code}在本机构已售出（结算号{setl_id}），没有重复结算。",
    "请扫描手中这一盒的码；原来那笔确已退药的，请先撤销或退货。",
    "Trace code {code} is sold here already (setl_id {setl_id}).",
    "Scan the box in your hand; if that sale was returned, cancel it first.", fixer="institution",
)  # fmt: skip
TRACE_BOX_EMPTY = Reason(
    "TRACE_BOX_EMPTY", 409,
    "追溯码{code}这一盒只剩{left}，本次要卖{asked}。", "请核对拆零数量，或加扫下一盒的追溯码。",
    "Of the box {code} only {left} is left, and {asked} is to be sold.",
    "Check the count, or scan the next box as well.", fixer="institution",
)  # fmt: skip
TRACE_SEEN_ELSEWHERE = Reason(
    "TRACE_SEEN_ELSEWHERE", 409,
    "追溯码{code}在别的机构已有销售记录。", "请核对药品来源，并联系医保经办机构。",
    "Trace code {code} was sold by another institution before.",
    "Check where the box came from, and ask the insurance office.", fixer="institution",
)  # fmt: skip
