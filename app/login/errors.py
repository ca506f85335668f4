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
