"""What the night shift calls transactions, kinds and states, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app import words
from app.kit.reasons import Language
from app.ledger.kinds import AccountKind, TransferKind
from app.words import Word, name_of

_TRANSACTIONS: Mapping[str, Word] = {
    "2102": Word("药店结算", "pharmacy settlement"),
    "2103": Word("药店结算撤销", "cancel of a pharmacy settlement"),
    "2103A": Word("部分退货", "return of a part"),
    "2207": Word("门诊结算", "outpatient settlement"),
    "2208": Word("门诊结算撤销", "cancel of an outpatient settlement"),
    "2601": Word("冲正", "reversal"),
}
_WORDS: dict[str, Mapping[str, Word]] = {
    "infno": _TRANSACTIONS,
    "settlement": words.SETTLEMENTS,
    "state": words.STATES,
    "transfer": {str(kind.value): kind.word for kind in TransferKind},
    "account": {str(kind.value): kind.word for kind in AccountKind},
    "insutype": words.INSUTYPES,
    "one_sided": words.ONE_SIDED,
}


def word(kind: str, value: object, language: Language) -> str:
    """A stored value in words; as it is where it has none."""
    return name_of(_WORDS[kind], value, language)
