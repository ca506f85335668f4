"""Refusals of 医保钱包 (SOURCES F4.1, F7.3)."""

from app.kit.reasons import Reason

PLACE_NOT_LIVE = Reason(
    "PLACE_NOT_LIVE", 409,
    "{insured_place}还没有上线医保钱包。", "同省的近亲属可以改用“家庭共济”；上线后即可使用钱包。",
    "The wallet is not offered yet in {insured_place_en}.",
    "Within a province relatives can use Mutual aid instead.", fixer="nobody",
)  # fmt: skip
PLACE_FIXED = Reason(
    "PLACE_FIXED", 409,
    "{insured_place}的医保钱包不能更改使用地。", "使用地就是参保地，参保地变动后自动跟着变，钱不受影响。",
    "Where one is insured in {insured_place_en}, the wallet's place of use can't be changed.",
    "It is the place of insurance and moves with it; the money stays.", fixer="nobody",
)  # fmt: skip
NOT_OPENED = Reason(
    "NOT_OPENED", 409,
    "还没有开通医保钱包。", "请先在“医保钱包”中开通，开通后即可转出和接收。",
    "The wallet has not been opened.", "Open it under Wallet first.",
)  # fmt: skip
PAYEE_NOT_OPENED = Reason(
    "PAYEE_NOT_OPENED", 409,
    "{name}还没有开通医保钱包，不能接收。",
    "请对方在自己手机的“医保钱包”中开通；已绑定亲情账户的，您也可以代为开通。",
    "{name} has no wallet yet and can't accept money.",
    "They can open one on their own phone; with a family account you can open it for them.",
    fixer="beneficiary",
)  # fmt: skip
DAILY_COUNT = Reason(
    "DAILY_COUNT", 409,
    "今天已转出 {limit} 次，当地每天最多 {limit} 次。", "请明天{hour}点以后再转。",
    "You have sent {limit} times today, the most that is allowed.",
    "Send again after {hour}:00 tomorrow.", fixer="nobody",
)  # fmt: skip
SINGLE_AMOUNT = Reason(
    "SINGLE_AMOUNT", 409,
    "每笔最多转 {limit} 元。", "请把金额改小；每天最多可转 {times} 次。",
    "At most {limit} yuan can be sent at once.",
    "Choose a smaller sum; you may send {times} times a day.",
)  # fmt: skip
CLOSED_HOURS = Reason(
    "CLOSED_HOURS", 409,
    "每晚{begin}点至次日{hour}点不办理钱包转账。", "请在{hour}点以后再办理。",
    "From {begin}:00 to {hour}:00 no wallet money is sent.", "Come back after {hour}:00.",
    fixer="nobody",
)  # fmt: skip
PENDING_UNACCEPTED = Reason(
    "PENDING_UNACCEPTED", 409,
    "上一笔转账还没有被接收，现在不能再转。", "请对方在{until}前接收；逾期会自动退回，之后可以再转。",
    "Your last transfer has not been accepted yet, so nothing more can be sent.",
    "Your relative can accept it until {until}; after that it comes back and you can send again.",
    fixer="beneficiary",
)  # fmt: skip
NOT_NEAR_RELATIVE = Reason(
    "NOT_NEAR_RELATIVE", 409,
    "{relation}不在可以转账的近亲属之内。", "可以转给：{allowed}。",
    "A relative of that kind ({relation_en}) can't be sent money.",
    "You can send to: {allowed_en}.",
)  # fmt: skip
PAYEE_IS_SENDER = Reason(
    "PAYEE_IS_SENDER", 409,
    "不能转给自己。", "自己的个人账户在结算时可以直接使用，不需要转账。",
    "You can't send money to yourself.", "Your own account pays at the till by itself.",
)  # fmt: skip
SOURCE_NOT_OFFERED = Reason(
    "SOURCE_NOT_OFFERED", 409,
    "不能从{source}转出。", "请改从另一处转出；居民医保没有个人账户，只能转出钱包里的钱。",
    "Money can't be sent from the {source_en}.",
    "Choose the other source; the resident plan has no personal account, only the wallet.",
)  # fmt: skip
SOURCE_SHORT = Reason(
    "SOURCE_SHORT", 409,
    "{source}现在最多可转 {left} 元。", "请把金额改小，或改从另一处转出。",
    "At most {left} yuan can be sent from the {source_en} now.",
    "Choose a smaller sum or the other source.",
)  # fmt: skip
OFFER_ENDED = Reason(
    "OFFER_ENDED", 409,
    "这笔转账{how}，不能再办理。", "请刷新列表查看；需要时可请对方再转一次。",
    "This transfer {how_en}; nothing can be done with it any more.",
    "Refresh the list; your relative can send again.", fixer="nobody",
)  # fmt: skip
ENDED = {
    2: ("已经接收", "has been accepted"),
    3: ("已经拒收", "was refused"),
    4: ("已经到期退回", "was not accepted in time and went back"),
}
"""How an offer ended, by its state."""
NOT_YET = ("还没有接收", "has not been accepted yet")
RETURN_TOO_MUCH = Reason(
    "RETURN_TOO_MUCH", 409,
    "这笔转账现在最多可退回 {left} 元。", "已经用掉或退过的部分不能再退，请把金额改小。",
    "At most {left} yuan of this transfer can be given back now.",
    "What was spent or given back before can't be; choose a smaller sum.",
)  # fmt: skip
ONLY_OWNER_RETURNS = Reason(
    "ONLY_OWNER_RETURNS", 403,
    "退回已接收的钱须由钱包本人办理。", "请对方在自己手机的“医保钱包”中办理；未成年人由监护人办理。",
    "Only the owner of a wallet can give money back.",
    "They can do it on their own phone under Wallet; for a minor the guardian does it.",
    fixer="holder",
)  # fmt: skip
