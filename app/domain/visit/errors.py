"""Refusals of outpatient visits."""

from app.kit.reasons import Reason

VISIT_UNKNOWN = Reason(
    "VISIT_UNKNOWN", 404,
    "没有找到这次就诊，或它不属于本机构、本参保人，或已撤销。", "请核对就诊号和人员编号，或重新挂号。",
    "There is no such visit of this institution and person, or it was cancelled.",
    "Check mdtrt_id and psn_no, or register anew.", fixer="institution",
)  # fmt: skip
VISIT_NUMBER_USED = Reason(
    "VISIT_NUMBER_USED", 409,
    "这个门诊号已经登记过。", "若是重发，请原样重发2201取回就诊号；另一次就诊请用新的ipt_otp_no。",
    "This ipt_otp_no is registered already.",
    "To get its mdtrt_id send 2201 again unchanged; another visit needs a new ipt_otp_no.",
    fixer="institution",
)  # fmt: skip
VISIT_SETTLED = Reason(
    "VISIT_SETTLED", 409,
    "这次就诊已有结算，不能撤销挂号。", "请先用2208撤销结算。",
    "The visit has been settled; its registration can't be cancelled.", "Cancel with 2208 first.",
    fixer="institution",
)  # fmt: skip
LINE_CHANGED = Reason(
    "LINE_CHANGED", 409,
    "明细流水号{line}已上传过，且内容不同。", "若是同一项费用，请先用2205撤销原明细再上传；确为另一项费用时，才换新的流水号。",
    "Line {line} was uploaded before with another content.",
    "If it is the same cost, take the line back with 2205 first; a new number is for another cost.",
    fixer="institution",
)  # fmt: skip
