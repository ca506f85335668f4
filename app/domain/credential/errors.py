"""Refusals of 医保码 (SOURCES F7.3)."""

from app.kit.reasons import Reason

CODE_MALFORMED = Reason(
    "CODE_MALFORMED", 422,
    "这不是医保码。", "请扫描手机上“医保码”页面的二维码或条形码。",
    "This is not a 医保码.", "Scan the code on the phone's 医保码 page.", fixer="institution",
)  # fmt: skip
CODE_UNKNOWN = Reason(
    "CODE_UNKNOWN", 404,
    "没有这个医保码，可能是截图或早已失效。", "请让顾客刷新医保码后再扫。",
    "This code is not known; it may be a screenshot or long expired.",
    "Ask the customer to refresh the code.", fixer="holder",
)  # fmt: skip
CODE_EXPIRED = Reason(
    "CODE_EXPIRED", 409,
    "医保码已过期。", "请让顾客刷新后再扫。",
    "The code has expired.", "Ask the customer to refresh it.", fixer="holder",
)  # fmt: skip
CODE_USED = Reason(
    "CODE_USED", 409,
    "这个医保码已经用过一次。", "请让顾客刷新后再扫。",
    "The code has been used once already.", "Ask the customer to refresh it.", fixer="holder",
)  # fmt: skip
TOKEN_SPENT = Reason(
    "TOKEN_SPENT", 409,
    "这次扫码已经支付过{bills}笔、共{paid}元，达到一次扫码的上限。", "请顾客刷新医保码，重新扫码后再结算。",
    "This scan has paid {bills} bills of {paid} together: as much as one scan may.",
    "Scan a fresh code of the customer's and settle again.", fixer="holder",
)  # fmt: skip
TOKEN_UNKNOWN = Reason(
    "TOKEN_UNKNOWN", 409,
    "医保码令牌（ecToken）无效或已过期。", "请重新扫描顾客的医保码。",
    "The ecToken is not known or has expired.", "Scan the customer's code again.",
    fixer="institution",
)  # fmt: skip
WRONG_HOLDER = Reason(
    "WRONG_HOLDER", 409,
    "人员编号与医保码不是同一个人。", "必须使用患者本人的医保码，请重新扫码。",
    "psn_no and the code are not the same person's.",
    "The patient's own code must be used: scan again.", fixer="institution",
)  # fmt: skip
CERT_TYPE_UNSUPPORTED = Reason(
    "CERT_TYPE_UNSUPPORTED", 422,
    "不支持这种就诊凭证类型。", "请扫描顾客的医保码（01），或读社保卡（03）；当地允许的，可用身份证（02）。",
    "This type of certificate is not taken.",
    "Scan the customer's 医保码 (01) or read the card (03); an ID number (02) where it is allowed.",
    fixer="institution",
)  # fmt: skip
BUSINESS_TYPE_UNKNOWN = Reason(
    "BUSINESS_TYPE_UNKNOWN", 422,
    "未知的业务类型。", "购药请用02121，门诊结算请用01301。",
    "Unknown business type.", "Use 02121 for a pharmacy, 01301 for a clinic.",
)  # fmt: skip
CODE_FOR_OTHER = Reason(
    "CODE_FOR_OTHER", 409,
    "这个医保码是用于“{purpose}”的，不能用于“{wanted}”。",
    "请让顾客重新出示医保码，并以“{wanted}”（businessType {business_type}）扫码。",
    "This code is for {purpose_en}, not for {wanted_en}.",
    "Ask the customer for another code and scan it for {wanted_en} (businessType {business_type}).",
    fixer="institution",
)  # fmt: skip
