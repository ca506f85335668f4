"""Refusals of the family account."""

from app.kit.reasons import Reason

BIND_SELF = Reason(
    "BIND_SELF", 409,
    "不能把自己添加为亲情成员。", "本人的医保码请直接在首页出示。",
    "You can't add yourself.", "Show your own code on the front page.",
)  # fmt: skip
COMMITMENT_MISSING = Reason(
    "COMMITMENT_MISSING", 422,
    "绑定未满 {age} 周岁的亲属须由您签署个人承诺书。", "请阅读承诺书并手写签名后再提交。",
    "To add a relative under {age} you must sign the commitment.", "Sign it and send it again.",
)  # fmt: skip
CONSENT_MISSING = Reason(
    "CONSENT_MISSING", 403,
    "亲属已满 {age} 周岁，须由本人重新同意。",
    "请亲属在自己的小程序完成实名认证，并在“亲情”里确认。",
    "The relative has turned {age} and must consent in person.",
    "Ask the relative to complete the real-name check and confirm under Family.",
    fixer="holder",
)  # fmt: skip
RELATION_UNPROVEN = Reason(
    "RELATION_UNPROVEN", 422,
    "绑定未满 {age} 周岁的亲属须提供关系证明。",
    "请填写户口簿、出生医学证明或公证书中任意一种的编号。",
    "To add a relative under {age} the relation must be proved.",
    "Give the number of the household register, the birth certificate or a notarised deed.",
)  # fmt: skip
NOT_GUARDIAN = Reason(
    "NOT_GUARDIAN", 403,
    "未能核实您是这位未满 {age} 周岁亲属的监护人，没有办理绑定。",
    "请核对姓名、证件号码和关系证明的编号后再试；仍不能核实，请带户口簿或出生医学证明到医保窗口办理。",
    "It could not be confirmed that you are the guardian of this relative under {age}; nothing was bound.",
    "Check name, number and the document's number; else take the household register to the counter.",
)  # fmt: skip
MONTHLY_BIND_QUOTA = Reason(
    "MONTHLY_BIND_QUOTA", 409,
    "该亲属本月被绑定的次数已达上限（{limit}次，已解除的也计入）。", "请下个月再办理。",
    "This relative has been bound {limit} times this month, ended ones counted.",
    "Try again next month.", fixer="nobody",
)  # fmt: skip
BINDING_ENDED = Reason(
    "BINDING_ENDED", 409,
    "亲情账户已解除，不能再出示这位亲属的医保码。", "请重新绑定，或由本人出示。",
    "The family account has ended; this relative's code can't be shown.",
    "Bind again, or let the person show the code.",
)  # fmt: skip
BINDING_PENDING = Reason(
    "BINDING_PENDING", 409,
    "亲属还没有确认，暂不能出示其医保码。", "请亲属在自己的小程序“亲情”里确认。",
    "The relative has not confirmed yet.", "Ask the relative to confirm under Family.",
    fixer="holder",
)  # fmt: skip
HOLDER_MUST_CONFIRM = Reason(
    "HOLDER_MUST_CONFIRM", 403,
    "只有被绑定的亲属本人可以确认。", "请亲属在自己的小程序“亲情”里确认。",
    "Only the relative can confirm.", "Ask the relative to confirm under Family.",
    fixer="holder",
)  # fmt: skip
