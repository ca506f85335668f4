"""9101, 9102: files that tills and the centre hand each other. Each belongs to its institution.

People stand in their rows, so they lie sealed; their names too, which whoever sends them chooses.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.reconcile import repository
from app.domain.reconcile.errors import FILE_QUOTA, FILE_TOO_LARGE, FILE_UNKNOWN
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from app.store.database import Database, Record
from app.store.sealed.clear import seal_few
from app.store.sealed.columns import FILE_CONTENT, FILE_NAME

FILE_MAX = 10 * 1024 * 1024
KEPT_MAX = 10 * FILE_MAX
"""What an institution may have lying here at once."""
_KEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it is kept."""

    file_qury_no: str
    filename: str
    content: bytes
    expires_at: datetime


class Exchange:
    """Keeps files for a few days."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher

    async def put(self, fixmedins_code: str, filename: str, content: bytes) -> Stored:
        """Keeps a file.

        Raises:
            Refusal: FILE_TOO_LARGE, FILE_QUOTA.
        """
        if len(content) > FILE_MAX:
            raise Refusal(FILE_TOO_LARGE, limit=FILE_MAX // 1024**2)
        now = self._clock.now()
        stored = Stored(f"{self._database.ids.next():020d}", filename, content, now + _KEEP)
        # Ten megabytes take a tenth of a second.
        name, sealed = await asyncio.to_thread(self._sealed, stored)
        async with self._database.transaction() as connection:
            if not await repository.put_file(
                connection,
                stored.file_qury_no,
                fixmedins_code,
                name,
                sealed,
                len(content),
                now,
                stored.expires_at,
                KEPT_MAX,
            ):
                raise Refusal(FILE_QUOTA)
        return stored

    async def get(self, fixmedins_code: str, file_qury_no: str) -> Stored:
        """A file of this institution.

        Raises:
            Refusal: FILE_UNKNOWN, also when it is another's or has expired.
        """
        row = await repository.file(self._database, fixmedins_code, file_qury_no, self._clock.now())
        if row is None:
            raise Refusal(FILE_UNKNOWN)
        return await asyncio.to_thread(self._opened, row)

    async def sweep(self) -> int:
        """Removes what has expired; gives how many."""
        async with self._database.transaction() as connection:
            return await repository.remove_expired(connection, self._clock.now())

    async def seal_clear(self) -> int:
        """Seals what the version before has kept in clear; gives how many files."""
        await seal_few(self._database, self._cipher, FILE_NAME, 100)
        return await seal_few(self._database, self._cipher, FILE_CONTENT, 1)

    def _sealed(self, file: Stored) -> tuple[bytes, bytes]:
        """A file's name and content."""
        number = file.file_qury_no
        name = FILE_NAME.seal(self._cipher, file.filename, number)
        return name, FILE_CONTENT.seal_bytes(self._cipher, file.content, number)

    def _opened(self, row: Record) -> Stored:
        return Stored(
            row["file_qury_no"],
            FILE_NAME.text_of(self._cipher, row),
            FILE_CONTENT.bytes_of(self._cipher, row),
            row["expires_at"],
        )
