"""9101, 9102: files that tills and the centre hand each other. Each belongs to its institution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.reconcile import repository
from app.domain.reconcile.errors import FILE_QUOTA, FILE_TOO_LARGE, FILE_UNKNOWN
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.store.database import Database

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

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def put(self, fixmedins_code: str, filename: str, content: bytes) -> Stored:
        """Keeps a file.

        Raises:
            Refusal: FILE_TOO_LARGE, FILE_QUOTA.
        """
        if len(content) > FILE_MAX:
            raise Refusal(FILE_TOO_LARGE, limit=FILE_MAX // 1024**2)
        now = self._clock.now()
        stored = Stored(f"{self._database.ids.next():020d}", filename, content, now + _KEEP)
        async with self._database.transaction() as connection:
            if not await repository.put_file(
                connection,
                stored.file_qury_no,
                fixmedins_code,
                filename,
                content,
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
        return Stored(row["file_qury_no"], row["filename"], row["content"], row["expires_at"])

    async def sweep(self) -> int:
        """Removes what has expired; gives how many."""
        async with self._database.transaction() as connection:
            return await repository.remove_expired(connection, self._clock.now())
