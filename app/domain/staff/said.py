"""Reasons that operators type: sealed, and committed to in the audit's line.

The line holds ``sm3:`` and the SM3 of a random salt and the reason: it tells nothing, and shows
when another reason is put in its place. It stays when the reason is sealed with another key.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from app.domain.staff.values import UNSAID
from app.kit.log import logger
from app.kit.sm import Cipher, SealError, same, sm3
from app.store.sealed.columns import LOOK_REASON, SealedColumn

UNREADABLE = "***"
"""Stands for a reason that is gone, doesn't open, or isn't the one that was written."""
_FORM, _SALT = "sm3:", 16
_COMMITMENT = re.compile(f"{_FORM}[0-9a-f]{{64}}", re.ASCII)
log = logger(__name__)


def sealed(
    cipher: Cipher, line_id: int, reason: str, column: SealedColumn = LOOK_REASON
) -> tuple[str, bytes | None]:
    """What a line (of a look, where no other ``column`` is named) holds as its reason, and the
    sealed one; None: nothing was said."""
    if reason == UNSAID:
        return reason, None
    salt = secrets.token_hex(_SALT)
    return _commitment(salt, reason), column.seal(cipher, salt + reason, line_id)


def opened(cipher: Cipher, row: Mapping[str, Any], column: SealedColumn = LOOK_REASON) -> str:
    """The reason of a line (the column's key, ``reason``, ``reason_sealed``), also of before."""
    line: str = row["reason"]
    if row["reason_sealed"] is None and not _COMMITMENT.fullmatch(line):
        return line
    salt, reason = _read(cipher, row, column)
    if same(_commitment(salt, reason), line):
        return reason
    log.error("ops_reason_unreadable", line=str(row[column.keys[0]]), table=column.table)
    return UNREADABLE


def _read(cipher: Cipher, row: Mapping[str, Any], column: SealedColumn) -> tuple[str, str]:
    text = ""
    with suppress(SealError):
        text = "" if row["reason_sealed"] is None else column.text_of(cipher, row)
    return text[: 2 * _SALT], text[2 * _SALT :]


def _commitment(salt: str, reason: str) -> str:
    return _FORM + sm3(f"{salt}{reason}".encode()).hex()
