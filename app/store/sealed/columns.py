"""Columns whose values lie sealed and lay in clear in rows of before: the one list of them, what a
value is bound to, and the one way to read it, whichever way its row has it.

Beside ``name``, which holds the value in clear and nothing in rows of today, stands
``name_sealed``. What has always been sealed (people's names and numbers, tills' secrets) is bound
by ``domain/registry/service.py`` in the same form: ``table.name:key``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from app.kit.sm import Cipher
from app.kit.value import value


@value
class SealedColumn:
    """``table.name_sealed``, which stands for what ``name`` held. ``keys``: the columns of the
    table's primary key, to which a value is bound; ``nothing``: a text of ``name`` that says
    nothing; ``in_bytes``: it held no text, but bytes."""

    table: str
    name: str
    keys: tuple[str, ...]
    nothing: str = ""
    in_bytes: bool = False

    @property
    def sealed(self) -> str:
        """The sealed column's name."""
        return f"{self.name}_sealed"

    def belongs_to(self, *key: object) -> str:
        """What the value of the row with this key is bound to."""
        return f"{self.table}.{self.name}:{':'.join(map(str, key))}"

    def seal(self, cipher: Cipher, text: str, *key: object) -> bytes:
        return cipher.seal(text, self.belongs_to(*key))

    def seal_bytes(self, cipher: Cipher, content: bytes, *key: object) -> bytes:
        return cipher.seal_bytes(content, self.belongs_to(*key))

    def seal_json(self, cipher: Cipher, content: object, *key: object) -> bytes:
        return cipher.seal_bytes(orjson.dumps(content), self.belongs_to(*key))

    def text_of(self, cipher: Cipher, row: Mapping[str, Any]) -> str:
        """A row's text, sealed or of before."""
        sealed = row[self.sealed]
        return str(row[self.name]) if sealed is None else cipher.open(sealed, self._of(row))

    def bytes_of(self, cipher: Cipher, row: Mapping[str, Any]) -> bytes:
        """A row's bytes, sealed or of before."""
        sealed = row[self.sealed]
        return bytes(row[self.name]) if sealed is None else cipher.open_bytes(sealed, self._of(row))

    def json_of(self, cipher: Cipher, row: Mapping[str, Any]) -> Any:
        """A row's object, sealed or of before. None: it has none."""
        sealed = row[self.sealed]
        if sealed is None:
            return row[self.name]
        return orjson.loads(cipher.open_bytes(sealed, self._of(row)))

    def _of(self, row: Mapping[str, Any]) -> str:
        return self.belongs_to(*(row[key] for key in self.keys))


VISIT_DETAILS = SealedColumn("visit", "details", ("id",))
"""Who sees a patient, in which department."""
VISIT_DIAGNOSES = SealedColumn("visit", "diagnoses", ("id",), "[]")
FEE_DETAILS = SealedColumn("fee_line", "details", ("visit_id", "feedetl_sn"))
"""Which department and doctor a line of cost comes from."""
FILE_CONTENT = SealedColumn("exchange_file", "content", ("file_qury_no",), in_bytes=True)
FILE_NAME = SealedColumn("exchange_file", "filename", ("file_qury_no",))
LOOK_REASON = SealedColumn("ops_look_reason", "reason", ("look_id",))
"""Why an operator looks (``domain/staff/said.py``); in clear it stood in ``ops_look``."""
ACT_REASON = SealedColumn("counter_act_reason", "reason", ("act_id",))
"""Why a clerk did something, in the same form."""
TASK_NOTE = SealedColumn("counter_task", "note", ("id",))

COLUMNS = (
    VISIT_DETAILS,
    VISIT_DIAGNOSES,
    FEE_DETAILS,
    FILE_CONTENT,
    FILE_NAME,
    LOOK_REASON,
    ACT_REASON,
    TASK_NOTE,
)
