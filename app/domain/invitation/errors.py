"""Refusals of invitation cards. Whom a card isn't for is told no more than that."""

from app.kit.reasons import Reason

INVITATION_UNKNOWN = Reason(
    "INVITATION_UNKNOWN", 404,
    "这张卡片打不开：内容不完整或不是这里发出的。", "请对方重新发一张卡片。",
    "This card can't be opened: it is damaged or was not sent from here.",
    "Ask whoever sent it to send it again.",
)  # fmt: skip
INVITATION_FOR_OTHER = Reason(
    "INVITATION_FOR_OTHER", 403,
    "这张卡片不是发给您的，只有被邀请的那位亲属本人能打开。", "请把卡片转给那位亲属，由其在自己的手机上打开。",
    "This card is not for you: only the relative it was sent to can open it.",
    "Pass it on to that relative, to be opened on the own phone.",
)  # fmt: skip
INVITATION_OWN = Reason(
    "INVITATION_OWN", 409,
    "这是您自己发出的卡片，要由对方打开。", "请在微信里把它发给那位亲属。",
    "You have sent this card yourself; it is for the other to open.", "Send it to the relative in WeChat.",
)  # fmt: skip
INVITATION_ANSWERED = Reason(
    "INVITATION_ANSWERED", 409,
    "这件事已经办完了，卡片不用再打开。", "可在“亲情”和“共济”里查看现在的情况。",
    "This has been answered; the card is of no more use.", "See how things stand under Family and Mutual aid.",
)  # fmt: skip
INVITATION_WITHDRAWN = Reason(
    "INVITATION_WITHDRAWN", 409,
    "对方已经撤回了这张卡片。", "仍需办理的，请对方重新发一张。",
    "Whoever sent this card has taken it back.", "If it is still wanted, ask for a new one.",
)  # fmt: skip
INVITATION_EXPIRED = Reason(
    "INVITATION_EXPIRED", 409,
    "这张卡片已经过期。", "请对方重新发一张卡片。",
    "This card has expired.", "Ask whoever sent it to send a new one.",
)  # fmt: skip
