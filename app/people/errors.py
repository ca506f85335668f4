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
GUARDIAN_REQUIRED = Reason(
    "GUARDIAN_REQUIRED", 403,
    "未满 {age} 周岁须由监护人办理。",
    "请由年满 18 周岁的监护人在自己的小程序里用亲情账户绑定孩子，由监护人出示孩子的医保码。",
    "Under the age of {age} a guardian must act.",
    "A guardian of 18 or more adds the child to the family account and shows the child's code.",
    fixer="holder",
)  # fmt: skip
