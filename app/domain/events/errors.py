"""Refusals of the bureaus' door."""

from app.kit.reasons import Reason

BUREAU_SIGNATURE = Reason(
    "BUREAU_SIGNATURE", 401,
    "签名不正确，或这家经办机构没有登记、已停用。", "请核对密钥编号、密钥和签名算法。",
    "The signature is wrong, or this bureau is not registered, or closed.",
    "Check key id, key and signature (x-ca-key, x-ca-signature).", fixer="bureau",
)  # fmt: skip
BUREAU_CLOCK = Reason(
    "BUREAU_CLOCK", 401,
    "签名时间与服务器相差超过{window}秒。", "请校准时钟后重新签名发送。",
    "The signature's time is more than {window} seconds off.", "Set the clock and sign again.",
    fixer="bureau",
)  # fmt: skip
