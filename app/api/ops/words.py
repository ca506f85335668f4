"""What the night shift calls kinds and states, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app import words
from app.kit.reasons import Language
from app.ledger.kinds import AccountKind, TransferKind
from app.words import Word, name_of

_WORDS: dict[str, Mapping[str, Word]] = {
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
