"""Refusals of login and identity."""

from app.kit.reasons import Reason

LOGIN_REQUIRED = Reason(
    "LOGIN_REQUIRED", 401,
    "登录已失效，请重新登录。", "请重新打开小程序登录。",
    "Your login has ended.", "Log in again.",
)  # fmt: skip
IDENTITY_REQUIRED = Reason(
    "IDENTITY_REQUIRED", 403,
    "办理前需要先完成实名认证。", "请在“我的”中完成实名认证。",
    "A real-name check is needed first.", "Complete the real-name check under “Me”.",
)  # fmt: skip
IDENTITY_TAKEN = Reason(
    "IDENTITY_TAKEN", 403,
    "您在这个微信上的实名绑定已于 {at} 被另一个微信的实名认证取代，医保码、亲情账户和共济已转到那里。",
    "如果不是您本人办理，请立即在这里重新实名认证，并拨打 12393 或到医保窗口反映。",
    "On {at} another WeChat user passed the real-name check as you; your code and your relatives are there now.",
    "If that was not you, do the real-name check here again at once, and tell 12393 or the insurance counter.",
)  # fmt: skip

FACE_FAILED = Reason(
    "FACE_FAILED", 403,
    "人脸核验未通过。", "请在光线充足处重试，或改用社保卡号和密码核验，也可到医保窗口办理。",
    "The face check did not pass.",
    "Try in better light, or use your social-security card and its password, or the counter.",
)  # fmt: skip
CARD_CHECK_FAILED = Reason(
    "CARD_CHECK_FAILED", 403,
    "社保卡核验未通过，卡号或密码不正确。", "请核对后重试，或改用人脸核验，也可到医保窗口办理。",
    "The card check did not pass: the card number or the password is wrong.",
    "Check them and try again, or use the face check, or the counter.",
)  # fmt: skip
IDENTITY_TRIES = Reason(
    "IDENTITY_TRIES", 429,
    "实名认证失败次数过多（一小时内最多 {limit} 次）。", "请一小时后再试，或到医保窗口办理。",
    "Too many failed real-name checks (at most {limit} an hour).",
    "Try again in an hour, or go to the insurance counter.",
)  # fmt: skip
IDENTITY_BOUND = Reason(
    "IDENTITY_BOUND", 409,
    "当前微信已实名绑定另一位参保人。", "请用本人的微信登录；替家人出示医保码请使用亲情账户。",
    "This WeChat user is bound to another insured person already.",
    "Use your own WeChat; to show a relative's code use the family account.",
)  # fmt: skip
IDENTITY_NOT_OFFERED = Reason(
    "IDENTITY_NOT_OFFERED", 503,
    "线上实名核验尚未开通。", "请到参保地医保窗口办理。",
    "The real-name check is not set up here.", "Go to the insurance counter.",
    fixer="bureau",
)  # fmt: skip
PROOF_USED = Reason(
    "PROOF_USED", 409,
    "这次核验结果已经用过。", "请重新做一次核验。",
    "This check has been used already.", "Do the check once more.",
)  # fmt: skip
