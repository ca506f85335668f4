"""Why nobody can leave just now."""

from app.kit.reasons import Reason

MONEY_WAITS = Reason(
    "MONEY_WAITS",
    409,
    "还有 {amount} 元没有办完（转账待接收，或代缴的居民医保费待确认），现在不能注销。",
    "请先在“医保钱包”里接收、退回或收回，在“居民医保费（代缴）”里收回；或等办完后再注销。",
    "{amount} yuan are on their way (a wallet transfer, or a premium); the account can't be closed now.",
    "Accept, refuse or take them back under Wallet or Premium, or wait until they are done.",
)
