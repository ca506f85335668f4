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
    "这个门诊号已经登记过。", "每次就诊请用新的ipt_otp_no。",
    "This ipt_otp_no is registered already.", "Use a new one for each visit.",
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
    "明细流水号{line}已上传过，且内容不同。", "请用2205撤销后重新上传，或换新的流水号。",
    "Line {line} was uploaded before with another content.",
    "Take it back with 2205, or use a new number.", fixer="institution",
)  # fmt: skip
