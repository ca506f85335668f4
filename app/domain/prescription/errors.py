"""Refusals of prescriptions (电子处方): each names what is wrong with which."""

from app.kit.reasons import Reason

_LIST = "请重新获取该患者的处方列表（7201）后再下载。"
_LIST_EN = "Ask for the patient's list again (7201)."

RX_NOT_PRESCRIBER = Reason(
    "RX_NOT_PRESCRIBER", 403,
    "本机构不是定点医疗机构，不能开具或撤销电子处方。", "请由开方的医疗机构办理。",
    "Only a clinic or hospital issues prescriptions.", "The prescriber has to do it.",
    fixer="institution",
)  # fmt: skip
RX_UNKNOWN = Reason(
    "RX_UNKNOWN", 404,
    "没有这张电子处方，或者与所报的就诊、人员不符。", "请核对医保处方编号、就诊编号和人员信息。",
    "There is no prescription with these particulars.",
    "Compare its number, the visit and the person.", fixer="institution",
)  # fmt: skip
RX_NUMBER_USED = Reason(
    "RX_NUMBER_USED", 409,
    "本机构的处方号{number}已上传为另一张电子处方。", "请核对处方号；要改的处方请先撤销（7104）。",
    "Prescription number {number} of this institution is issued already.",
    "Check the number; withdraw that one first (7104).", fixer="institution",
)  # fmt: skip
RX_TRACE_USED = Reason(
    "RX_TRACE_USED", 409,
    "处方追溯码不对，或已经用过。", "每个追溯码只能上传一次；请重新预核验（7101）。",
    "rxTraceCode is wrong or was used before.", "Each is good once: begin with 7101 again.",
    fixer="institution",
)  # fmt: skip
RX_SIGNATURE_WRONG = Reason(
    "RX_SIGNATURE_WRONG", 409,
    "处方签名与处方内容不符。", "请用7102对同一内容重新签名后上传。",
    "The signature is not of this prescription.", "Have the same content signed again (7102).",
    fixer="institution",
)  # fmt: skip
RX_DISPENSED = Reason(
    "RX_DISPENSED", 409,
    "处方{rxno}已有药品取药，不能撤销。", "请由药店先退药（2103），再撤销处方。",
    "Of prescription {rxno} something is dispensed already.",
    "The pharmacy has to take it back first (2103).", fixer="institution",
)  # fmt: skip
RX_WITHDRAWN = Reason(
    "RX_WITHDRAWN", 409,
    "处方{rxno}已由开方机构撤销。", "请患者与开方医生联系，凭新处方购药。",
    "Prescription {rxno} was withdrawn by its doctor.", "The patient has to ask the doctor.",
    fixer="beneficiary",
)  # fmt: skip
RX_EXPIRED = Reason(
    "RX_EXPIRED", 409,
    "处方{rxno}已于{ended}失效。", "请患者请医生重新开方。",
    "Prescription {rxno} ran out at {ended}.", "The patient needs a new one.",
    fixer="beneficiary",
)  # fmt: skip
RX_USED_UP = Reason(
    "RX_USED_UP", 409,
    "处方{rxno}的药品已全部取完。", "请核对是否已在其他药店取药；需要继续用药的，请医生重新开方。",
    "Prescription {rxno} is used up.", "Maybe another pharmacy dispensed it; a new one is needed.",
    fixer="beneficiary",
)  # fmt: skip
RX_OF_OTHER = Reason(
    "RX_OF_OTHER", 409,
    "处方{rxno}不是这位患者的。", "请核对处方编号与患者的医保码。",
    "Prescription {rxno} is not this patient's.", "Compare its number with the code that was shown.",
    fixer="institution",
)  # fmt: skip
RX_NOT_HERE = Reason(
    "RX_NOT_HERE", 409,
    "处方{rxno}没有流转到本机构。", "请患者出示医保码或处方码，用7201、7204下载后再结算。",
    "Prescription {rxno} was not fetched by this institution.",
    "Fetch it first, with the patient's code (7201, 7204).", fixer="institution",
)  # fmt: skip
RX_NOT_CHECKED = Reason(
    "RX_NOT_CHECKED", 409,
    "处方{rxno}还没有通过本机构药师的审核。", "请药师审方并上传（7206）后再结算。",
    "No pharmacist of this institution has found prescription {rxno} right.",
    "Have it checked (7206) first.", fixer="institution",
)  # fmt: skip
RX_MED_TYPE = Reason(
    "RX_MED_TYPE", 409,
    "处方{rxno}的医疗类别是{med_type}，结算的医疗类别与它不同。", "请按处方的医疗类别结算。",
    "Prescription {rxno} is of med_type {med_type}.", "Settle with the same.",
    fixer="institution",
)  # fmt: skip
RX_ITEM_UNKNOWN = Reason(
    "RX_ITEM_UNKNOWN", 409,
    "处方{rxno}里没有明细{line}的药品{code}。", "请核对医疗目录编码；处方外的药品请另行结算。",
    "Prescription {rxno} has no {code} as in line {line}.",
    "Check the item's code; sell other goods on another bill.", fixer="institution",
)  # fmt: skip
RX_TOO_MUCH = Reason(
    "RX_TOO_MUCH", 409,
    "处方{rxno}的药品{code}还可取{left}，本次要取{asked}。", "请按处方单位核对数量；已取的部分不能再取。",
    "Of {code} on prescription {rxno} there is {left} left, and {asked} is asked for.",
    "Check the count in the prescription's unit.", fixer="institution",
)  # fmt: skip
RX_ACCESS_ENDED = Reason(
    "RX_ACCESS_ENDED", 409,
    "处方的访问授权不对、已过期或已作废。", _LIST,
    "This access to a prescription is wrong, over or void.", _LIST_EN, fixer="institution",
)  # fmt: skip
RX_NOT_VERIFIED = Reason(
    "RX_NOT_VERIFIED", 409,
    "处方{rxno}还没有核验，或核验流水号不对。", "请先核验处方原件（7205），再上传审方信息。",
    "Prescription {rxno} was not verified under this number.", "Verify it first (7205).",
    fixer="institution",
)  # fmt: skip
RX_SALE_UNKNOWN = Reason(
    "RX_SALE_UNKNOWN", 409,
    "没有可撤销的销售明细，或审方流水号不对。", "请核对销售出库流水号和审方业务流水号。",
    "There is no such sale detail or check.", "Check selStooutSn and rxChkBizSn.",
    fixer="institution",
)  # fmt: skip
