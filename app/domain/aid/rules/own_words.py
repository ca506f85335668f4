"""Reasons of mutual aid as they are said to the donor whom they are about: "you", and the own act.

The reasons' own sentences (``aid/errors.py``) speak of the donor to everybody else. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.aid import errors
from app.kit.reasons import Because
from app.regions.periods import PERIODS

_Words = tuple[str, str, str, str]
_OWN: dict[str, _Words] = {
    errors.FROZEN.code: (
        "您已冻结这项共济。",
        "点“解冻”就恢复。",
        "You have frozen this grant.",
        "Unfreeze it when it is wanted.",
    ),
    errors.PAUSED.code: (
        "您暂停了这项共济，{day}自动恢复。",
        "要提前恢复，点“现在恢复”。",
        "You have paused this grant; it goes on by itself on {day}.",
        "You can let it go on before.",
    ),
    errors.USED_UP.code: (
        "您的这次共济只用一次，已经用掉了。",
        "需要时再开通一次。",
        "Your grant was for one use, which has been made.",
        "Grant it anew when it is needed.",
    ),
    errors.NOT_YET_EFFECTIVE.code: (
        "您的共济从{day}起生效。",
        "到那天自动开始，不用再办。",
        "Your grant starts on {day}.",
        "It begins by itself; nothing need be done.",
    ),
    errors.EXPIRED.code: (
        "您的共济已于{day}到期。",
        "需要时重新开通。",
        "Your grant ended on {day}.",
        "Set it up again when it is needed.",
    ),
    errors.CONSENT_PENDING.code: (
        "亲属还没有同意。",
        "请亲属在自己的手机上打开“家庭共济”，点“同意”。",
        "Your relative has not agreed yet.",
        "Your relative agrees under Mutual aid.",
    ),
    errors.ENDED_WITH_INSURANCE.code: (
        "您的共济已于{day}按当地规定自动终止：{cause}。",
        "参保恢复正常后，可以重新开通。",
        "By the local rules your grant ended on {day}: {cause_en}.",
        "Once the insurance is in order you can set it up again.",
    ),
    errors.PURPOSE_NOT_AUTHORISED.code: (
        "您没有把这种用途算在这项共济里。",
        "可以修改用途。",
        "Your grant is not for this purpose.",
        "You can change the purposes.",
    ),
    errors.DONOR_SUSPENDED.code: (
        "您的参保状态不正常或已被暂停，暂不能替亲属付。",
        "请到参保地恢复参保状态。",
        "Your insurance is not in order, so mutual aid is paused.",
        "Have it put right at the insurance office.",
    ),
    errors.DONOR_NOT_EMPLOYEE_PLAN.code: (
        "您参加的是居民医保，没有个人账户可以替亲属付。",
        "可请参加职工医保的亲属来付。",
        "You are in the resident plan, which has no account to share.",
        "Ask a relative in the employee plan to pay.",
    ),
    errors.DONOR_NO_PERSONAL_ACCOUNT.code: (
        "您的职工医保没有个人账户，不能替亲属付。",
        "可请有个人账户的亲属来付。",
        "Your employee plan has no personal account.",
        "Ask a relative with an account to pay.",
    ),
    errors.DONOR_BALANCE_ZERO.code: (
        "您的个人账户余额为零。",
        "有钱到账后自动可以付。",
        "Your account is empty.",
        "It works again once money has come in.",
    ),
    errors.BELOW_FLOOR.code: (
        "您的余额未超过当地规定须保留的{floor}元。",
        "余额超过后自动可以付。",
        "Your balance is not above the {floor} yuan that must stay.",
        "It works once the balance is above.",
    ),
    errors.NOTHING_ALLOTTED.code: (
        "您还没有划钱到家庭共济账户。",
        "在“家庭共济”里划拨后就能付。",
        "You have set nothing aside for relatives.",
        "Set money aside under Mutual aid.",
    ),
    errors.CURRENT_YEAR_NOT_SHAREABLE.code: (
        "当地只能共济往年结余；您现在只有当年的钱。",
        "当年的钱到明年就能共济。",
        "Only carried-over money can be shared here; you have current-year money only.",
        "It can be shared next year.",
    ),
}
_CAPS: dict[str, _Words] = {
    errors.CAPS[period].code: (
        f"超过您这项共济的{period.zh}{{cap}}元。",
        f"可以调高上限，或请亲属{period.later_zh}。",
        f"This is above the {period.limit_en} of your grant.",
        f"You can raise the limit; or: {period.later_en.lower()}.",
    )
    for period in PERIODS
}


def in_own_words(why: Because, reader_id: int) -> Because:
    """A reason as its reader is told it: "you" where it is about the reader as donor."""
    words = _OWN.get(why.reason.code) or _CAPS.get(why.reason.code)
    if words is None or why.params.get("name") != f"@{reader_id}":
        return why
    zh, next_zh, en, next_en = words
    return Because(replace(why.reason, zh=zh, next_zh=next_zh, en=en, next_en=next_en), why.params)
