"""Reasons of 代缴城乡居民医保费: why a premium can't be paid (SOURCES F7.3, F8.1)."""

from app.kit.reasons import Reason

PREMIUM_NOT_HERE = Reason(
    "PREMIUM_NOT_HERE", 409,
    "{name}的参保地还不能用个人账户代缴{year}年度居民医保费。", "请用当地的其他渠道缴费，或咨询 12393、12366。",
    "In the place where {name} is insured the premium of {year} can't be paid from an account yet.",
    "Pay it another way, or ask the hotlines 12393 and 12366.", fixer="nobody",
)  # fmt: skip
WINDOW_CLOSED = Reason(
    "WINDOW_CLOSED", 409,
    "{year}年度居民医保费的征缴期是{opens}至{closes}，现在不能缴。", "请在征缴期内缴费。",
    "The premium of {year} is collected from {opens} to {closes}; it can't be paid now.",
    "Pay it within that time.", fixer="nobody",
)  # fmt: skip
NOT_RESIDENT_PLAN = Reason(
    "NOT_RESIDENT_PLAN", 409,
    "{name}参加的是职工医保，不用缴居民医保费。", "如已改为居民医保，请先到参保地办理登记。",
    "{name} is in the employee plan and pays no residents' premium.",
    "Who has changed to the residents' plan is registered for it first.", fixer="nobody",
)  # fmt: skip
EXCLUDED_GROUP = Reason(
    "EXCLUDED_GROUP", 409,
    "当地规定，{group}的居民医保费不能用个人账户代缴。", "请按当地的渠道缴费或办理资助参保。",
    "By the local rules the premium of a person of this group ({group_en}) can't be paid from an account.",
    "Pay it by the local channels, or have the aid registered.", fixer="nobody",
)  # fmt: skip
ALREADY_PAID = Reason(
    "ALREADY_PAID", 409,
    "{name}{year}年度的居民医保费已经缴过（{channel}）。", "不用再缴；如重复缴费，可在待遇开始前申请退费。",
    "The premium of {name} for {year} has been paid already ({channel_en}).",
    "Nothing is to be done; what was paid twice is refunded before the benefit year begins.", fixer="nobody",
)  # fmt: skip
PREMIUM_UNDER_WAY = Reason(
    "PREMIUM_UNDER_WAY", 409,
    "{name}{year}年度的居民医保费正在代缴。", "请在“居民医保费”里查看进度，不用重复办理。",
    "The premium of {name} for {year} is being paid already.",
    "See how far it is under Residents' premium; there is no need to ask again.", fixer="nobody",
)  # fmt: skip
DONOR_BELOW_PREMIUM = Reason(
    "DONOR_BELOW_PREMIUM", 409,
    "居民医保费{need}元须一次付清，可用的个人账户余额不够。", "请减少补缴年数、请其他亲属共济，或用其他渠道缴费。",
    "The premium of {need} yuan is paid whole or not at all, and the accounts that may pay hold too little.",
    "Buy back fewer years, ask another relative to share, or pay it another way.", fixer="donor",
)  # fmt: skip
YEAR_NOT_MISSED = Reason(
    "YEAR_NOT_MISSED", 422,
    "{years}年度不是可以补缴的断保年度。", "请只选列出的断保年度。",
    "{years}: not a missed year that can be bought back.", "Choose only years from the list.",
)  # fmt: skip
PREMIUM_WITH_TAX_OFFICE = Reason(
    "PREMIUM_WITH_TAX_OFFICE", 409,
    "这笔居民医保费已交税务部门办理，现在不能撤回。", "请等税务部门答复；确认缴费后，待遇开始前可以申请退费。",
    "The tax office is working on this premium; it can't be taken back now.",
    "Wait for its answer. What was paid can be refunded before the cover begins.", fixer="nobody",
)  # fmt: skip
REFUND_TOO_LATE = Reason(
    "REFUND_TOO_LATE", 409,
    "待遇已从{day}开始，居民医保费不能退。", "如属重复缴费，请联系税务部门 12366。",
    "The cover has begun on {day}, so the premium is not refunded.",
    "If it was paid twice, ask the tax office's hotline 12366.", fixer="nobody",
)  # fmt: skip
NOTHING_TO_REFUND = Reason(
    "NOTHING_TO_REFUND", 409,
    "这笔居民医保费没有可退的款项。", "请刷新后查看最新状态。",
    "Of this premium there is nothing to refund.", "Refresh to see how it stands now.",
)  # fmt: skip
ONLY_ASKER_MAY = Reason(
    "ONLY_ASKER_MAY", 403,
    "只有付款人或本人可以办理此项。", "请由付款的亲属或参保人本人办理。",
    "Only whoever pays it or the resident can do this.", "Ask one of them to do it.",
    fixer="nobody",
)  # fmt: skip

# What an order that came to nothing, or a refund that was not made, is told with.
TAX_CONFIRM_FAILED = Reason(
    "TAX_CONFIRM_FAILED", 409,
    "税务部门没有确认这笔缴费：{why}。预留的款项已退回原账户。", "请核对参保登记后再试，或拨打 12366。",
    "The tax office did not confirm this payment: {why_en}. What was held is back on its account.",
    "Check the registration and try again, or call 12366.", fixer="nobody",
)  # fmt: skip
TAX_REFUND_REFUSED = Reason(
    "TAX_REFUND_REFUSED", 409,
    "税务部门没有同意退费：{why}。", "请拨打 12366 询问。",
    "The tax office did not agree to the refund: {why_en}.", "Ask its hotline 12366.", fixer="nobody",
)  # fmt: skip
TAKEN_BACK = Reason(
    "TAKEN_BACK", 409,
    "已撤回，没有扣款。", "需要时可以重新办理。",
    "It was taken back; nothing was charged.", "Order it again whenever you like.", fixer="nobody",
)  # fmt: skip
