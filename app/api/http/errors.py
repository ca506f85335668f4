"""Reasons that any call may meet before it reaches its matter."""

from app.kit.reasons import Reason

INTERNAL = Reason(
    "INTERNAL", 500,
    "系统出错，没有办理任何业务，我们已收到记录。", "请稍后再试；多次出现请联系客服并提供编号。",
    "Something went wrong on our side; it has been recorded.",
    "Try again; if it stays, tell the help desk the request id.",
    fixer="bureau",
)  # fmt: skip
METHOD_NOT_ALLOWED = Reason(
    "METHOD_NOT_ALLOWED", 405,
    "这个地址不支持这种操作。", "请更新小程序后再试。",
    "This address does not take that method.", "Update the mini-program.",
)  # fmt: skip
TOO_LARGE = Reason(
    "TOO_LARGE", 413,
    "提交的内容太大。", "请减少内容后再提交。",
    "The request is too large.", "Send less at once.",
)  # fmt: skip
ENCODING_UNSUPPORTED = Reason(
    "ENCODING_UNSUPPORTED", 415,
    "不接受压缩过的内容。", "请去掉Content-Encoding，以原文发送。",
    "Compressed content is not taken.", "Send it as it is, without Content-Encoding.",
)  # fmt: skip
TOO_MANY_AT_ONCE = Reason(
    "TOO_MANY_AT_ONCE", 429,
    "同一网络地址的并发请求过多。", "请稍后再试。",
    "Too many calls from this address at once.", "Try again in a moment.",
    retryable=True,
)  # fmt: skip
