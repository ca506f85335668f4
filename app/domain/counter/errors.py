"""Refusals of the counter, for those who work there."""

from app.kit.reasons import Reason

COUNTER_OTHER_REGION = Reason(
    "COUNTER_OTHER_REGION", 403,
    "这位参保人不在您服务的地区参保（{place}），不能在这里办理。这次操作已记入审计。",
    "请到参保地的医保窗口办理。",
    "This person is insured in another region ({place_en}), which isn't yours to serve; this try is in the audit.",
    "Let the counter of the place of insurance do it.",
    fixer="bureau",
)  # fmt: skip
COUNTER_LOOK_FIRST = Reason(
    "COUNTER_LOOK_FIRST", 409,
    "请先核对这位参保人的证件。", "请输入姓名和证件号码查询后再办理。",
    "This person's document has not been checked by you today.",
    "Look the person up by name and number first.",
)  # fmt: skip
COUNTER_TASK_UNKNOWN = Reason(
    "COUNTER_TASK_UNKNOWN", 404,
    "没有这项待办，或已经办结。", "请刷新待办列表。",
    "There is no such task waiting, or it is done.", "Load the list again.",
)  # fmt: skip
COUNTER_PROPOSED = Reason(
    "COUNTER_PROPOSED", 409,
    "这项业务已提交复核，正在等待另一人同意。", "请等待复核，或由提交人撤回后再提交。",
    "This has been proposed already and waits for a second person's yes.",
    "Wait for it, or let whoever proposed it take it back.",
)  # fmt: skip
COUNTER_OWN_PROPOSAL = Reason(
    "COUNTER_OWN_PROPOSAL", 403,
    "不能复核自己提交的业务。这次操作没有办理，已记入审计。", "请由另一位复核人办理。",
    "You can't agree to what you have proposed yourself; nothing was done. This try is in the audit.",
    "Let another approver do it.",
    fixer="bureau",
)  # fmt: skip
COUNTER_PROPOSAL_OVER = Reason(
    "COUNTER_PROPOSAL_OVER", 409,
    "这项待复核的业务已经办结、撤回或过期。", "如仍需办理，请重新提交。",
    "What was proposed has been decided, was taken back, or is over.",
    "Propose it again if it is still wanted.",
)  # fmt: skip
COUNTER_MONEY_LEFT = Reason(
    "COUNTER_MONEY_LEFT", 409,
    "这位参保人还有没有结清的账户，这项待办不能直接办结。", "请先提交账户结清，由另一人复核。",
    "This person has accounts that are not paid out; the task can't just be closed.",
    "Propose the pay-out, for another one to agree to.",
)  # fmt: skip
COUNTER_NO_ACCOUNT = Reason(
    "COUNTER_NO_ACCOUNT", 409,
    "这位参保人没有可以结清的账户。", "请直接办结这项待办。",
    "This person has no account that could be paid out.", "Close the task.",
)  # fmt: skip
COUNTER_NO_WALLET = Reason(
    "COUNTER_NO_WALLET", 409,
    "要合并的记录钱包里有钱，保留的记录还没有开通医保钱包。什么都没有变。", "请先为这位参保人开通医保钱包，再同意。",
    "There is money in the wallet of the record that goes, and the one that stays has no wallet."
    " Nothing has changed.",
    "Open the wallet for this person, then agree again.",
)  # fmt: skip
COUNTER_NOT_YET = Reason(
    "COUNTER_NOT_YET", 409,
    "账户现在不能结清：有钱正在等待税务部门答复，或账户正在变动。什么都没有变。", "请稍后再同意。",
    "The accounts can't be paid out now: money waits for the tax office's answer, or is being used."
    " Nothing has changed.",
    "Agree again later.",
    retryable=True,
)  # fmt: skip
