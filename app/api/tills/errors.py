"""Refusals of the tills' door: envelope, signature, sign-in."""

from app.kit.reasons import Reason

ENVELOPE_INVALID = Reason(
    "ENVELOPE_INVALID", 422,
    "报文不合规范：{field} {detail}。", "请按接口规范改正报文后重发。",
    "The envelope is not right: {field}.", "Correct the message.", fixer="institution",
)  # fmt: skip
INPUT_INVALID = Reason(
    "INPUT_INVALID", 422,
    "交易输入不合规范：{field} {detail}。", "请按接口规范改正后重发。",
    "The input is not right: {field}.", "Correct the input.", fixer="institution",
)  # fmt: skip
ADDRESS_UNKNOWN = Reason(
    "ADDRESS_UNKNOWN", 404,
    "接口地址或请求方法不对。", "请用POST发往/fsi/api/rsfComIfsService/callService，或/fsi/api/加交易编号。",
    "There is no such address, or it takes another method.",
    "POST to /fsi/api/rsfComIfsService/callService, or to /fsi/api/ and the transaction's number.",
    fixer="institution",
)  # fmt: skip
BUSY = Reason(
    "BUSY", 503,
    "系统繁忙，这次发送没有受理。", "请稍后用同一报文号重发。",
    "Too busy: this sending was not taken.", "Send it again in a moment, with the same msgid.",
    fixer="institution",
)  # fmt: skip
SIGNATURE_MISSING = Reason(
    "SIGNATURE_MISSING", 401,
    "缺少签名请求头。", "请按本机构的签名方式（{scheme}）签名。",
    "The signature headers are missing.", "Sign as agreed for this institution ({scheme}).",
    fixer="institution",
)  # fmt: skip
SIGNATURE_INVALID = Reason(
    "SIGNATURE_INVALID", 401,
    "签名不正确，或机构密钥未登记。", "请核对密钥编号、密钥和签名算法。",
    "The signature is wrong, or the key is not registered.", "Check key id, key and algorithm.",
    fixer="institution",
)  # fmt: skip
INSTITUTION_CLOSED = Reason(
    "INSTITUTION_CLOSED", 403,
    "本机构的接入已停用，这次发送没有受理。", "请联系当地医保经办机构；此前已受理的报文照常有效。",
    "This institution's access is closed: this sending was not taken.",
    "Ask the insurance office; what was taken before stands.", fixer="institution",
)  # fmt: skip
CLOCK_SKEW = Reason(
    "CLOCK_SKEW", 401,
    "签名时间与服务器相差超过{window}秒。", "请校准收银机时钟后重新签名发送。",
    "The signature's time is more than {window} seconds off.", "Set the till's clock.",
    fixer="institution",
)  # fmt: skip
REPLAYED = Reason(
    "REPLAYED", 401,
    "这份签名已经用过一次。", "请用新的时间和随机数重新签名；报文号不变即可取回原结果。",
    "This signature was used before.",
    "Sign again; with the same msgid you get the stored answer.", fixer="institution",
)  # fmt: skip
NOT_YOUR_INSTITUTION = Reason(
    "NOT_YOUR_INSTITUTION", 403,
    "签名的机构与报文中的机构编号不一致。", "每台收银机只能为本机构办理。",
    "The signer and fixmedins_code differ.", "A till acts for its own institution.",
    fixer="institution",
)  # fmt: skip
TRANSACTION_UNKNOWN = Reason(
    "TRANSACTION_UNKNOWN", 404,
    "不支持的交易编号{infno}。", "请核对交易编号。",
    "Transaction {infno} is not offered.", "Check infno.", fixer="institution",
)  # fmt: skip
SIGN_IN_UNKNOWN = Reason(
    "SIGN_IN_UNKNOWN", 409,
    "签到流水号无效或已签退。", "请先调用9001重新签到。",
    "sign_no is not known or has been signed out.", "Sign in again with 9001.",
    fixer="institution",
)  # fmt: skip
INSUPLC_MISMATCH = Reason(
    "INSUPLC_MISMATCH", 409,
    "参保地医保区划与患者参保地不一致。", "请用1101返回的insuplc_admdvs。",
    "insuplc_admdvs is not the patient's.", "Take it from 1101.", fixer="institution",
)  # fmt: skip
