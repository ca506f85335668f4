"""Refusals of those outside, and what is said when they can't be reached."""

from app.kit.reasons import Reason

IDENTITY_AWAY = Reason(
    "IDENTITY_AWAY", 503,
    "实名核验服务暂时无法使用，本次不计入次数。", "请稍后再试，或改用另一种核验方式。",
    "The real-name check can't be reached; this try does not count.",
    "Try again shortly, or use the other way of checking.",
    fixer="nobody", retryable=True,
)  # fmt: skip

# What becomes of WeChat's answers to a login code. None is a 401: that means only
# "the login token is bad", and a phone then logs in anew by itself.
WECHAT_BUSY = Reason(
    "WECHAT_BUSY", 503,
    "微信系统繁忙，暂时无法登录。", "请稍后再试。",
    "WeChat is busy, logging in is not possible just now.", "Please try again shortly.",
    fixer="nobody", retryable=True,
)  # fmt: skip
WECHAT_AWAY = Reason(
    "WECHAT_AWAY", 503,
    "暂时连接不上微信，未能登录。", "请稍后再试。",
    "WeChat can't be reached; you are not logged in.", "Please try again shortly.",
    fixer="nobody", retryable=True,
)  # fmt: skip
WECHAT_CODE_INVALID = Reason(
    "WECHAT_CODE_INVALID", 422,
    "登录凭证无效或已过期。", "请重新打开小程序，再登录一次。",
    "The login code is not valid or too old.", "Open the mini-program again and log in.",
)  # fmt: skip
WECHAT_CODE_USED = Reason(
    "WECHAT_CODE_USED", 409,
    "这个登录凭证已经用过。", "请重新登录以取得新的凭证。",
    "This login code has been used already.", "Log in again to get a new one.",
)  # fmt: skip
WECHAT_CODE_MISSING = Reason(
    "WECHAT_CODE_MISSING", 422,
    "没有收到登录凭证。", "请重新打开小程序，再登录一次。",
    "WeChat got no login code.", "Open the mini-program again and log in.",
)  # fmt: skip
WECHAT_QUOTA = Reason(
    "WECHAT_QUOTA", 429,
    "登录过于频繁，被微信暂时限制。", "请一分钟后再试。",
    "Too many logins; WeChat has paused them.", "Try again in a minute.",
    retryable=True,
)  # fmt: skip
WECHAT_USER_BLOCKED = Reason(
    "WECHAT_USER_BLOCKED", 403,
    "微信判定该账号存在高风险，不允许登录。", "请在微信中完成安全验证，或到医保窗口办理。",
    "WeChat holds this user to be a high risk and blocks the login.",
    "Complete the safety check in WeChat, or go to the insurance counter.",
)  # fmt: skip
WECHAT_APPID_WRONG = Reason(
    "WECHAT_APPID_WRONG", 502,
    "登录服务配置有误（小程序编号不正确）。", "请联系客服，由管理员检查小程序编号。",
    "The login service is set up wrongly: WeChat does not know the appid.",
    "Tell the help desk; an administrator must correct the appid.",
    fixer="bureau",
)  # fmt: skip
WECHAT_APPID_MISSING = Reason(
    "WECHAT_APPID_MISSING", 502,
    "登录服务配置有误（缺少小程序编号）。", "请联系客服，由管理员填写小程序编号。",
    "The login service is set up wrongly: there is no appid.",
    "Tell the help desk; an administrator must set the appid.",
    fixer="bureau",
)  # fmt: skip
WECHAT_SECRET_WRONG = Reason(
    "WECHAT_SECRET_WRONG", 502,
    "登录服务配置有误（小程序密钥不正确）。", "请联系客服，由管理员检查小程序密钥。",
    "The login service is set up wrongly: WeChat refuses the app's secret.",
    "Tell the help desk; an administrator must correct the secret.",
    fixer="bureau",
)  # fmt: skip
WECHAT_SECRET_MISSING = Reason(
    "WECHAT_SECRET_MISSING", 502,
    "登录服务配置有误（缺少小程序密钥）。", "请联系客服，由管理员填写小程序密钥。",
    "The login service is set up wrongly: there is no app secret.",
    "Tell the help desk; an administrator must set the secret.",
    fixer="bureau",
)  # fmt: skip
WECHAT_REFUSED = Reason(
    "WECHAT_REFUSED", 502,
    "微信拒绝了这次登录（代码 {errcode}）。", "请稍后再试；多次出现请联系客服并提供代码。",
    "WeChat refused the login (code {errcode}).",
    "Try again; if it stays, tell the help desk the code.",
    fixer="bureau",
)  # fmt: skip
