"""Reasons of 家庭共济: why a grant can't be made, and why one did not pay (SOURCES F7.3)."""

from app.kit.reasons import Reason
from app.regions.periods import PERIODS

# Making a grant
DONOR_NOT_EMPLOYEE_PLAN = Reason(
    "DONOR_NOT_EMPLOYEE_PLAN", 409,
    "共济人须参加职工医保；{name}参加的是居民医保。", "请由参加职工医保并有个人账户的亲属发起共济。",
    "Only a member of the employee plan can share money; {name} is in the resident plan.",
    "Ask a relative in the employee plan to be the donor.", fixer="donor",
)  # fmt: skip
DONOR_NO_PERSONAL_ACCOUNT = Reason(
    "DONOR_NO_PERSONAL_ACCOUNT", 409,
    "{name}参加的职工医保没有个人账户（单建统筹），不能共济。", "请由有个人账户的亲属发起共济。",
    "{name}'s employee plan has no personal account, so there is nothing to share.",
    "Ask a relative with a personal account to be the donor.", fixer="donor",
)  # fmt: skip
DONOR_SUSPENDED = Reason(
    "DONOR_SUSPENDED", 409,
    "共济人{name}的参保状态不正常或已被暂停，暂不能共济。", "请共济人到参保地恢复参保状态。",
    "The donor {name}'s insurance is not in order, so mutual aid is paused.",
    "The donor should restore the enrolment at the insurance office.", fixer="donor",
)  # fmt: skip
AREA_NOT_ALLOWED = Reason(
    "AREA_NOT_ALLOWED", 409,
    "共济双方参保地不在同一{area}（{donor_place}、{beneficiary_place}），不能使用家庭共济。",
    "可改用“医保钱包”跨省转账，或请与被共济人在同一{area}参保的亲属共济，或用现金支付。",
    "Donor and beneficiary are not insured in the same {area_en} ({donor_place_en}, {beneficiary_place_en}).",
    "Send money by the Wallet, ask a relative who is insured in the same {area_en}, or pay in cash.",
    fixer="donor",
)  # fmt: skip
CHAIN_FORBIDDEN = Reason(
    "CHAIN_FORBIDDEN", 409,
    "当地不允许连环共济：被共济人不能再作共济人。", "请先解除已有的共济关系。",
    "Chains are not allowed here: a beneficiary can't also be a donor.",
    "End the existing grant first.",
)  # fmt: skip
PERIOD_INVALID = Reason(
    "PERIOD_INVALID", 422,
    "起止日期不正确：{detail}。", "请重新选择日期。",
    "The dates are not right: {detail_en}.", "Choose other dates.",
)  # fmt: skip
LAST_DAY_NEEDED = Reason(
    "LAST_DAY_NEEDED", 422,
    "当地的共济须约定结束日期。", "请填写结束日期。",
    "Here mutual aid must have a last day.", "Set a last day.", fixer="donor",
)  # fmt: skip
LAST_DAY_FORBIDDEN = Reason(
    "LAST_DAY_FORBIDDEN", 422,
    "当地的共济长期有效，不能设结束日期。", "请去掉结束日期；不再需要时可以解除共济。",
    "Here mutual aid has no last day.", "Leave the last day out; end the grant when it is not needed.",
    fixer="donor",
)  # fmt: skip
PURPOSE_NOT_OFFERED = Reason(
    "PURPOSE_NOT_OFFERED", 422,
    "当地的共济不支持所选用途。", "请重新选择用途。",
    "That purpose is not offered here.", "Choose another purpose.", fixer="donor",
)  # fmt: skip
PURPOSE_NOT_YOURS_TO_CHOOSE = Reason(
    "PURPOSE_NOT_YOURS_TO_CHOOSE", 422,
    "当地的共济用途统一规定，不能只选其中一部分。", "请保留全部用途。",
    "Here mutual aid is for all purposes together; a part can't be chosen.", "Keep all purposes.",
    fixer="donor",
)  # fmt: skip
COOLDOWN = Reason(
    "COOLDOWN", 409,
    "按当地规定，{day}之前不能办理。", "急需停用时可以先冻结，冻结随时生效。",
    "By the local rules this is not possible before {day}.",
    "To stop payments at once, freeze the grant: that is always possible.", fixer="nobody",
)  # fmt: skip
CONSENT_PENDING = Reason(
    "CONSENT_PENDING", 409,
    "{name}的共济还没有经被共济人确认。", "请被共济人在自己的小程序“家庭共济”中确认。",
    "The grant of {name} waits for the beneficiary's confirmation.",
    "The beneficiary confirms it under Mutual aid.", fixer="beneficiary",
)  # fmt: skip
ONLY_BENEFICIARY_MAY = Reason(
    "ONLY_BENEFICIARY_MAY", 403,
    "只有被共济人本人可以办理此项。", "请被共济人在自己的小程序“家庭共济”中办理。",
    "Only the beneficiary can do this.", "Ask the beneficiary to do it under Mutual aid.",
    fixer="beneficiary",
)  # fmt: skip
ONLY_DONOR_MAY = Reason(
    "ONLY_DONOR_MAY", 403,
    "只有共济人可以办理此项。", "请联系共济人在其手机上办理。",
    "Only the donor can do this.", "Ask the donor to do it.", fixer="donor",
)  # fmt: skip

ORDER_FIXED = Reason(
    "ORDER_FIXED", 409,
    "当地按规定的次序请共济人付款：{rule}，不能自行排序。", "无需设置；不想由某位共济人付款时，可请其冻结。",
    "Here the rules say which donor is asked first ({rule_en}); it can't be set.",
    "There is nothing to set; a donor who is not to pay can freeze the grant.", fixer="nobody",
)  # fmt: skip
ORDERS = {
    "balance_desc": ("余额从高到低", "the largest balance"),
    "bind_first": ("先绑定者先付", "who was bound first"),
    "bind_last": ("后绑定者先付", "who was bound last"),
}

# Using a grant
NO_AID_GRANT = Reason(
    "NO_AID_GRANT", 409,
    "没有亲属为{name}开通家庭共济。", "请有职工医保个人账户的亲属在“家庭共济”中添加{name}。",
    "No relative shares money with {name} yet.",
    "A relative with a personal account can add {name} under Mutual aid.", fixer="donor",
)  # fmt: skip
ASK_BENEFICIARY = Reason(
    "ASK_BENEFICIARY", 409,
    "原因在对方一侧，是对方的个人信息，这里不显示。", "请对方在自己的手机上打开“家庭共济”，查看为什么不能付。",
    "The reason lies with your relative and is theirs to know.",
    "They can see it on their own phone, under Mutual aid.", fixer="beneficiary",
)  # fmt: skip
ONLY_FAMILY_ACCOUNT = Reason(
    "ONLY_FAMILY_ACCOUNT", 409,
    "只绑定了亲情账户：亲情账户只能代为出示医保码，不能付钱。", "请亲属另外开通“家庭共济”，两者要分别办理。",
    "Only a family account is bound: it can show the code but moves no money.",
    "Set up Mutual aid as well; the two are separate.", fixer="donor",
)  # fmt: skip
DONOR_BALANCE_ZERO = Reason(
    "DONOR_BALANCE_ZERO", 409,
    "共济人{name}的个人账户余额为零。", "可请其他亲属开通共济，或用现金支付。",
    "The donor {name}'s account is empty.", "Ask another relative, or pay in cash.", fixer="donor",
)  # fmt: skip
DONOR_BALANCE_BELOW_BILL = Reason(
    "DONOR_BALANCE_BELOW_BILL", 409,
    "共济人{name}可用的钱不够这次结算（需要{need}元）；按当地规定要么全付、要么不付，且不能几人合付。",
    "可少买一些分次结算，或请余额更多的亲属共济，或用现金支付。",
    "The donor {name} can't cover this bill ({need} yuan needed); the rule here is all or nothing from one donor.",
    "Split the purchase, ask a relative with more, or pay in cash.", fixer="donor",
)  # fmt: skip
DONORS_TOGETHER_BELOW_BILL = Reason(
    "DONORS_TOGETHER_BELOW_BILL", 409,
    "各位共济人可用的钱合计不够这次结算（需要{need}元）；按当地规定不能部分支付。",
    "可少买一些分次结算，或用现金支付。",
    "The donors together can't cover this bill ({need} yuan needed); part payment is not allowed here.",
    "Split the purchase or pay in cash.", fixer="donor",
)  # fmt: skip
DONOR_NOT_ASKED = Reason(
    "DONOR_NOT_ASKED", 409,
    "当地一次结算最多由{limit}位共济人付款，按次序先请的是{name}，轮不到这一位。",
    "不想先由{name}付时，可请其冻结自己的共济；当地可以自行排序的，也可以调整付款次序。",
    "Here {limit} donor at the most pays a bill; {name} comes first, so this one is not asked.",
    "If {name} is not to pay, {name} can freeze the own grant; where people set the order, change it.",
    fixer="beneficiary",
)  # fmt: skip
AID_PAID_PARTLY = Reason(
    "AID_PAID_PARTLY", 409,
    "亲属可共济的钱不够全部（需要{need}元），还差{short}元需现金支付。", "可请其他亲属开通共济，或用现金支付余下部分。",
    "The relatives' money does not cover all of it ({need} yuan needed); {short} is left to pay in cash.",
    "Ask another relative, or pay the rest in cash.", fixer="donor",
)  # fmt: skip
BELOW_FLOOR = Reason(
    "BELOW_FLOOR", 409,
    "共济人{name}的余额未超过当地规定须保留的{floor}元。", "余额超过后即可使用，或用现金支付。",
    "The donor {name}'s balance is not above the {floor} yuan that must stay.",
    "It works once the balance is above; or pay in cash.", fixer="donor",
)  # fmt: skip
NOTHING_ALLOTTED = Reason(
    "NOTHING_ALLOTTED", 409,
    "共济人{name}的家庭共济账户里没有钱。", "请{name}先划拨，或请其他亲属共济，或用现金支付。",
    "The donor {name} has nothing in the family aid account.",
    "{name} can set money aside there; or ask another relative, or pay in cash.", fixer="donor",
)  # fmt: skip
CURRENT_YEAR_NOT_SHAREABLE = Reason(
    "CURRENT_YEAR_NOT_SHAREABLE", 409,
    "当地只能共济往年结余；共济人{name}只有当年的钱。", "当年的钱到明年才能共济；这次请用现金支付。",
    "Only carried-over money can be shared here; the donor {name} has current-year money only.",
    "It can be shared next year; pay in cash now.", fixer="nobody",
)  # fmt: skip
CAPS = {
    period: Reason(
        period.reason, 409,
        f"超过{{name}}共济的{period.zh}{{cap}}元。", f"可{period.later_zh}，或请共济人调高上限，或用现金支付。",
        f"This is above the {period.limit_en} of the donor {{name}}.",
        f"{period.later_en}, ask the donor to raise the limit, or pay in cash.", fixer="donor",
    )
    for period in PERIODS
}  # fmt: skip
"""By period: its cap holds a donor back."""
PLACE_OF_USE_NOT_ALLOWED = Reason(
    "PLACE_OF_USE_NOT_ALLOWED", 409,
    "按参保地规定，家庭共济不能在这个地方的机构使用。", "请在参保地范围内的定点机构使用，或用现金支付。",
    "By the rules of the insured place, mutual aid can't be used at an institution here.",
    "Use it at an institution of the insured area, or pay in cash.", fixer="nobody",
)  # fmt: skip
NOT_YET_EFFECTIVE = Reason(
    "NOT_YET_EFFECTIVE", 409,
    "{name}的共济从{day}起生效。", "请在生效后使用，或用现金支付。",
    "The grant of {name} starts on {day}.", "Use it from then on, or pay in cash.", fixer="nobody",
)  # fmt: skip
EXPIRED = Reason(
    "EXPIRED", 409,
    "{name}的共济已于{day}到期。", "请共济人重新授权。",
    "The grant of {name} ended on {day}.", "The donor can grant it again.", fixer="donor",
)  # fmt: skip
ENDED_WITH_INSURANCE = Reason(
    "ENDED_WITH_INSURANCE", 409,
    "{name}的共济已于{day}按当地规定自动终止：{cause}。", "参保恢复正常后，请共济人重新授权。",
    "By the local rules the grant of {name} ended on {day}: {cause_en}.",
    "Once the insurance is in order the donor can grant it again.", fixer="donor",
)  # fmt: skip
ENDED_BECAUSE = {
    "donor_stopped": ("共济人停止或暂停参保", "the donor's insurance stopped"),
    "donor_left_plan": ("共济人不再参加职工医保", "the donor left the employee plan"),
    "beneficiary_stopped": ("被共济人停止或暂停参保", "the beneficiary's insurance stopped"),
    "moved_apart": (
        "双方参保地已不在同一地区", "the two are no longer insured in the same area",
    ),
    "donor_paid_out": (
        "共济人的个人账户已结清注销", "the donor's account was paid out and closed",
    ),
    "beneficiary_paid_out": (
        "被共济人的个人账户已结清注销", "the beneficiary's account was paid out and closed",
    ),
    "divorced": ("双方已离婚", "the couple is divorced"),
    "donor_died": ("共济人已登记死亡", "the donor is registered as deceased"),
    "donor_merged": (
        "共济人的重复参保记录已合并", "the donor's insurance was registered twice and merged",
    ),
    "beneficiary_died": ("被共济人已登记死亡", "the beneficiary is registered as deceased"),
    "beneficiary_merged": (
        "被共济人的重复参保记录已合并",
        "the beneficiary's insurance was registered twice and merged",
    ),
}  # fmt: skip
"""By cause, as stored with a grant (``rules/ending.py``)."""
ENDED_BY_EVENT = Reason(
    "ENDED_BY_EVENT", 409,
    "{name}的共济已于{day}自动终止：{cause}。", "登记有误的，请到参保地医保窗口更正；仍需共济的，请共济人重新授权。",
    "The grant of {name} ended on {day}: {cause_en}.",
    "If that is wrong, tell the insurance counter; if it is still wanted, the donor can grant it again.",
    fixer="donor",
)  # fmt: skip
USED_UP = Reason(
    "USED_UP", 409,
    "{name}的这次共济只用一次，已经用掉了。", "需要再用的，请共济人重新开通一次。",
    "The grant of {name} was for one use, which has been made.",
    "If it is needed again, the donor can grant it anew.", fixer="donor",
)  # fmt: skip
PAUSED = Reason(
    "PAUSED", 409,
    "{name}暂停了这项共济，{day}自动恢复。", "到那天就能用；急用的，请共济人在手机上提前恢复，或用现金支付。",
    "{name} has paused this grant; it goes on by itself on {day}.",
    "Wait until then; the donor can also let it go on before, or pay in cash.", fixer="donor",
)  # fmt: skip
FROZEN = Reason(
    "FROZEN", 409,
    "{name}已冻结这项共济。", "请共济人在手机上解冻。",
    "{name} has frozen this grant.", "The donor can unfreeze it.", fixer="donor",
)  # fmt: skip
PURPOSE_NOT_AUTHORISED = Reason(
    "PURPOSE_NOT_AUTHORISED", 409,
    "{name}的共济没有授权用于这种用途。", "请共济人修改授权用途。",
    "The grant of {name} is not for this purpose.", "The donor can change it.", fixer="donor",
)  # fmt: skip
OWN_BALANCE_NOT_ZERO = Reason(
    "OWN_BALANCE_NOT_ZERO", 409,
    "当地规定本人账户用完后才能共济；本人账户尚有余额。", "本人余额用完后即可使用共济。",
    "Here mutual aid pays only once the patient's own account is empty.",
    "It works once the own balance is used up.", fixer="nobody",
)  # fmt: skip
ACCOUNT_USE_DECLINED = Reason(
    "ACCOUNT_USE_DECLINED", 409,
    "这次选择了不使用个人账户，因此没有用共济。", "需要时请告诉收银员使用个人账户。",
    "The account was not to be used for this bill, so neither was mutual aid.",
    "Tell the cashier to use the account.", fixer="user",
)  # fmt: skip
ITEM_OUT_OF_SCOPE = Reason(
    "ITEM_OUT_OF_SCOPE", 409,
    "有{amount}元（第{lines}行）属于当地不能用个人账户支付的项目，需现金支付。", "可换用医保目录内的同类商品，或用现金支付。",
    "{amount} yuan (line {lines}) is for what an account can't pay here; it is paid in cash.",
    "Choose an item of the insurance catalogue, or pay in cash.", fixer="nobody",
)  # fmt: skip
DONOR_SAID_NO = Reason(
    "DONOR_SAID_NO", 409,
    "征求了{name}的意见，{name}没有同意支付这笔，因此没有用其共济。", "可请其他共济人支付或用现金；也可与{name}商量后重新结算。",
    "{name} was asked and did not agree to pay this bill.",
    "Pay it otherwise, or talk to {name} and settle it anew.", fixer="donor",
)  # fmt: skip
DONOR_AGREED_TO_LESS = Reason(
    "DONOR_AGREED_TO_LESS", 409,
    "{name}同意支付的是{amount}元，这笔现在需要的更多。", "请重新结算，会按新的金额再征求{name}同意。",
    "{name} agreed to pay {amount}, and the bill needs more by now.",
    "Settle it anew: {name} is asked again for the new sum.", fixer="donor",
)  # fmt: skip
DONOR_SILENT = Reason(
    "DONOR_SILENT", 409,
    "这笔需要先征求{name}同意，{name}没有及时回复，因此没有用其共济。", "请{name}打开亲济小程序，再重新结算；或用现金支付。",
    "{name} wants to be asked first and did not answer in time, so {name} paid nothing.",
    "Settle it anew with {name} at the phone, or pay in cash.", fixer="donor",
)  # fmt: skip
DONOR_SILENT_REFUSED = Reason(
    "DONOR_SILENT_REFUSED", 409,
    "这笔需要先征求{name}同意，{name}没有及时回复，按参保地规定不予结算，没有扣款。",
    "请{name}打开亲济小程序，再重新结算；或选择不使用个人账户。",
    "{name} wants to be asked first and did not answer in time; by the local rules nothing is paid then.",
    "Settle it anew with {name} at the phone, or without the account.", fixer="donor",
)  # fmt: skip
DONOR_ASKED_FIRST = Reason(
    "DONOR_ASKED_FIRST", 409,
    "结算时会先征求{name}同意支付{amount}元。", "请{name}留意手机上的亲济小程序。",
    "{name} will be asked first whether {amount} may be paid.", "{name} should have the phone at hand.",
    fixer="donor",
)  # fmt: skip
QUESTION_OVER = Reason(
    "QUESTION_OVER", 409,
    "这次询问已经结束，你的回答没有用上。", "可在“共济记录”里查看这笔怎样支付了。",
    "This question is over; your answer came to nothing.", "See in the records how the bill was paid.",
    fixer="nobody",
)  # fmt: skip

# Setting money aside for relatives
NO_ALLOTTING = Reason(
    "NO_ALLOTTING", 409,
    "参保地的共济直接从个人账户支付，不用划拨。", "无需划拨；开通共济后即可使用。",
    "Where you are insured relatives are paid for out of the account itself.",
    "Nothing need be set aside.", fixer="nobody",
)  # fmt: skip
ALLOTTED_THIS_MONTH = Reason(
    "ALLOTTED_THIS_MONTH", 409,
    "本月已划拨过（当地每月可划拨{times}次）。", "请从{day}起再划拨。",
    "You have set money aside this month (at most {times} a month here).",
    "It can be done again from {day}.", fixer="nobody",
)  # fmt: skip
ALLOTTED_TOO_MUCH = Reason(
    "ALLOTTED_TOO_MUCH", 409,
    "现在最高可划拨{most}元：个人账户须保留{floor}元。", "请减少金额。",
    "{most} yuan can be set aside now: {floor} must stay in the account.", "Set less aside.",
)  # fmt: skip
