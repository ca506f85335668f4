"""What the night shift calls transactions, kinds and states, in both languages. Pure."""

from __future__ import annotations

from app.kit.reasons import Language

_PAIRS: dict[str, dict[str, tuple[str, str]]] = {
    "infno": {
        "2102": ("药店结算", "pharmacy settlement"),
        "2103": ("药店结算撤销", "cancel of a pharmacy settlement"),
        "2103A": ("部分退货", "return of a part"),
        "2207": ("门诊结算", "outpatient settlement"),
        "2208": ("门诊结算撤销", "cancel of an outpatient settlement"),
        "2601": ("冲正", "reversal"),
    },
    "settlement": {
        "1": ("结算", "settled"),
        "2": ("撤销", "cancelled"),
        "3": ("冲正", "reversed"),
        "4": ("恢复（撤销被冲正）", "restored (its cancel was reversed)"),
    },
    "state": {
        "0": ("等待办理", "waiting"),
        "1": ("已办理", "done"),
        "2": ("已拒绝", "refused"),
        "3": ("作废（先被冲正）", "void (reversed before it was decided)"),
        "4": ("出错搁置", "set aside after an error"),
    },
    "transfer": {
        "1": ("期初", "opening"),
        "2": ("结算付款", "payment"),
        "3": ("撤销退回", "given back by a cancel"),
        "4": ("冲正退回", "given back by a reversal"),
        "5": ("恢复付款", "paid again"),
        "6": ("账户转移", "moved"),
    },
    "account": {
        "1": ("个人账户当年", "personal account, this year"),
        "2": ("个人账户往年", "personal account, carried over"),
        "3": ("医保钱包", "wallet"),
        "11": ("统筹基金", "pooled fund"),
        "12": ("机构应付", "institution's payable"),
        "13": ("缴费", "contributions"),
        "14": ("待处理", "suspense"),
    },
    "insutype": {
        "310": ("职工医保", "employee plan"),
        "390": ("居民医保", "resident plan"),
    },
    "one_sided": {
        "no_outcome": ("请求没有结局", "a request without an outcome"),
        "set_aside": ("出错搁置", "set aside after an error"),
        "tombstone": ("冲正先于原交易到达", "a reversal came before its original"),
        "refund_at_counter": ("退款在柜台等待", "a refund waits at the counter"),
    },
}


def word(kind: str, value: object, language: Language) -> str:
    """A stored value in words; as it is where it has none."""
    pair = _PAIRS[kind].get(str(value))
    return str(value) if pair is None else pair[0 if language == "zh" else 1]
