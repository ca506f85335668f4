"""Refusals of the night shift's door and of the counter's, by who asks."""

from app.domain.staff.values import Role
from app.kit.reasons import Reason

OPS_SIGN_IN_REQUIRED = Reason(
    "OPS_SIGN_IN_REQUIRED", 401,
    "值班登录已失效。", "请重新登录。",
    "You are not signed in, or your sign-in has ended.", "Sign in again.",
)  # fmt: skip
OPS_SIGN_IN_FAILED = Reason(
    "OPS_SIGN_IN_FAILED", 403,
    "用户名或密码不正确，或账号已停用。", "请核对后再试；忘记密码请联系管理员重置。",
    "The name or the password is wrong, or the account is disabled.",
    "Check both; if the password is lost, an administrator can set a new one.",
)  # fmt: skip
OPS_TRIES = Reason(
    "OPS_TRIES", 429,
    "从这里登录失败的次数过多，已暂时锁定。", "请{minutes}分钟后再试，或在曾经登录过的设备上登录。",
    "Too many failed sign-ins from here; signing in from here is locked for a while.",
    "Try again in {minutes} minutes, or on a device on which you have signed in before.",
)  # fmt: skip
OPS_AUDITOR_ONLY = Reason(
    "OPS_AUDITOR_ONLY", 403,
    "您的角色只能查看运行数据，不能查看具体交易和审计记录。", "如确有需要，请由审计员查看。",
    "Your role sees figures only, not single settlements or the audit.",
    "Ask an auditor to look.",
    fixer="bureau",
)  # fmt: skip
OPS_OTHER_DOOR = Reason(
    "OPS_OTHER_DOOR", 403,
    "您的角色不在这个页面工作。", "值班员请在值班页面登录，经办人请在柜台页面登录。",
    "Your role doesn't work on this page.",
    "Operators sign in on the night shift's page, clerks on the counter's.",
)  # fmt: skip
COUNTER_CLERKS_ONLY = Reason(
    "COUNTER_CLERKS_ONLY", 403,
    "您的角色只能查看，不能办理业务。这次操作没有办理，已记入审计。", "请由经办人办理。",
    "Your role reads only; nothing was done. This try is in the audit.", "Let a clerk do it.",
    fixer="bureau",
)  # fmt: skip
COUNTER_APPROVERS_ONLY = Reason(
    "COUNTER_APPROVERS_ONLY", 403,
    "您的角色不能复核。这次操作没有办理，已记入审计。", "请由复核人办理。",
    "Your role can't agree to what others propose; nothing was done. This try is in the audit.",
    "Let an approver do it.",
    fixer="bureau",
)  # fmt: skip
OPS_STORY_UNKNOWN = Reason(
    "OPS_STORY_UNKNOWN", 404,
    "没有找到这笔结算或报文。这次查询已记入审计。", "请核对结算号，或机构编号与报文号。",
    "There is no such settlement or message. This look is in the audit.",
    "Check setl_id, or the institution's code and the msgid.",
)  # fmt: skip
OPS_REGION_UNKNOWN = Reason(
    "OPS_REGION_UNKNOWN", 404,
    "这个地区在这一天没有规则。", "请核对地区代码和日期。",
    "There are no rules for that region on that day.", "Check the region's code and the day.",
)  # fmt: skip
OPS_METRICS_CLOSED = Reason(
    "OPS_METRICS_CLOSED", 403,
    "监控指标只对持有令牌的采集程序开放。",
    "请设置QINJI_METRICS_TOKEN，并在采集程序中使用同一令牌；或设置QINJI_METRICS_PORT，在本机的该端口采集。",
    "Metrics are for a collector that has the token.",
    "Set QINJI_METRICS_TOKEN and give it to the collector, or QINJI_METRICS_PORT and collect there.",
    fixer="bureau",
)  # fmt: skip

ONLY: dict[str, tuple[tuple[Role, ...], Reason]] = {
    "auditor": (("auditor",), OPS_AUDITOR_ONLY),
    "staff": (("clerk", "approver", "auditor"), OPS_OTHER_DOOR),
    "clerk": (("clerk", "approver"), COUNTER_CLERKS_ONLY),
    "approver": (("approver",), COUNTER_APPROVERS_ONLY),
}
"""For whom a call is, and what others are told who have business at its door."""
