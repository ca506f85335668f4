"""Refusals of limits."""

from app.kit.reasons import Reason

TOO_OFTEN = Reason(
    "TOO_OFTEN", 429,
    "操作过于频繁：这项操作{per}最多 {most} 次。", "请在{wait}后再试；急需办理请到医保窗口。",
    "Too often: this can be done at most {most} times in {per_en}.",
    "Try again in {wait_en}, or go to the insurance counter.", fixer="nobody",
)  # fmt: skip
WAITS_AT_ONCE = Reason(
    "WAITS_AT_ONCE", 429,
    "同一登录最多同时等待 {most} 个医保码的结果。", "请关闭多余的页面后再试。",
    "One log-in may wait for the news of {most} codes at once, no more.", "Close the other pages.",
)  # fmt: skip
