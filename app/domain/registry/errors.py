"""Refusals of the registry."""

from app.kit.reasons import Reason

PERSON_UNKNOWN = Reason(
    "PERSON_UNKNOWN", 404,
    "没有查到这位参保人，请核对姓名和证件号码。", "请核对证件；仍查不到请联系参保地医保经办机构。",
    "No insured person matches this name and number.",
    "Check the name and number, or ask the insurance office.",
)  # fmt: skip
BENEFICIARY_NOT_ENROLLED = Reason(
    "BENEFICIARY_NOT_ENROLLED", 409,
    "{name}没有参加基本医疗保险，或参保状态不正常。", "请先在参保地办理参保或缴清欠费，之后再试。",
    "{name} is not enrolled in basic medical insurance, or the enrolment is not in order.",
    "Enrol or settle the arrears at the insurance office first.",
    fixer="beneficiary",
)  # fmt: skip
MISUSE_SUSPENSION = Reason(
    "MISUSE_SUSPENSION", 403,
    "{name}的医保使用已被暂停。", "请联系参保地医保经办机构处理。",
    "The use of {name}'s insurance is suspended.", "Contact the insurance office.",
    fixer="bureau",
)  # fmt: skip
NOT_ACTIVATED = Reason(
    "NOT_ACTIVATED", 409,
    "{name}的医保码还没有开通。",
    "请{name}用自己的微信在小程序里完成实名认证；孩子由监护人绑定并签署承诺书即开通；不用手机的，请带身份证到医保窗口开通。",
    "{name}'s 医保码 has not been opened yet.",
    "{name} does the real-name check on the own phone; a guardian opens a child's by signing for it; without a phone, at the insurance counter.",
    fixer="holder",
)  # fmt: skip
GUARDIAN_REQUIRED = Reason(
    "GUARDIAN_REQUIRED", 403,
    "未满 {age} 周岁须由监护人办理。",
    "请由年满 18 周岁的监护人在自己的小程序里用亲情账户绑定孩子，由监护人出示孩子的医保码。",
    "Under the age of {age} a guardian must act.",
    "A guardian of 18 or more adds the child to the family account and shows the child's code.",
    fixer="holder",
)  # fmt: skip

# A bond between two people: the family account and mutual aid refuse with the same words.
RELATION_NOT_ALLOWED = Reason(
    "RELATION_NOT_ALLOWED", 409,
    "{relation}不在当地允许的亲属范围内。", "请核对关系；当地范围为：{allowed}。",
    "A relative of that kind ({relation_en}) is not allowed here.",
    "Check the relation; allowed here: {allowed_en}.",
)  # fmt: skip
RELATION_CONFLICT = Reason(
    "RELATION_CONFLICT", 409,
    "填写的亲属关系有矛盾：{detail}。", "请核对关系后重新提交。",
    "The relation contradicts what is registered (sex, age, or somebody else in that role).",
    "Check the relation and try again.",
)  # fmt: skip
MAX_OUT = Reason(
    "MAX_OUT", 409,
    "已达到人数上限（{limit}人）。", "请先解除一位，再添加新的亲属。",
    "The limit of {limit} people is reached.", "End one of them first.",
)  # fmt: skip
MAX_IN = Reason(
    "MAX_IN", 409,
    "对方已达到可被绑定的人数上限（{limit}人）。", "请对方先解除一位。",
    "The relative has reached the limit of {limit}.", "The relative must end one first.",
)  # fmt: skip
ALREADY_BOUND = Reason(
    "ALREADY_BOUND", 409,
    "与该亲属已有绑定，无需重复办理。", "请在列表中查看或修改。",
    "This relative is bound already.", "See the list.",
)  # fmt: skip
RELATIVE_ELSEWHERE = Reason(
    "RELATIVE_ELSEWHERE",
    409,
    "{name}在另一地区参保，这项业务不能由亲属代办。",
    "请{name}用自己的微信在小程序里办理，或到参保地医保窗口办理。",
    "{name} is insured in another region, where a relative can't do this.",
    "{name} does it on the own phone, or at the insurance counter there.",
    fixer="holder",
)
