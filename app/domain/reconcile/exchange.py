"""9101, 9102: files that tills and the centre hand each other. Each belongs to its institution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.reconcile.errors import FILE_QUOTA, FILE_TOO_LARGE, FILE_UNKNOWN
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.store.database import Database

FILE_MAX = 10 * 1024 * 1024
KEPT_MAX = 10 * FILE_MAX
"""What an institution may have lying here at once."""
_KEEP = timedelta(days=7)
_INSERT = """
insert into exchange_file (file_qury_no, fixmedins_code, filename, content, created_at, expires_at)
select $1, $2::varchar, $3, $4, $5, $6
where (select coalesce(sum(octet_length(content)), 0) from exchange_file
    where fixmedins_code = $2::varchar and expires_at > $5) + octet_length($4::bytea) <= $7
returning file_qury_no
"""


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
            # Two at once can't both be the last that fits.
            await connection.execute(
                "select pg_advisory_xact_lock(hashtextextended('exchange:' || $1, 0))",
                fixmedins_code,
            )
            done = await connection.fetchval(
                _INSERT, stored.file_qury_no, fixmedins_code, filename, content, now,
                stored.expires_at, KEPT_MAX,
            )  # fmt: skip
        if done is None:
            raise Refusal(FILE_QUOTA)
        return stored

    async def get(self, fixmedins_code: str, file_qury_no: str) -> Stored:
        """A file of this institution.

        Raises:
            Refusal: FILE_UNKNOWN, also when it is another's or has expired.
        """
        row = await self._database.row(
            "select * from exchange_file "
            "where file_qury_no = $1 and fixmedins_code = $2 and expires_at > $3",
            file_qury_no, fixmedins_code, self._clock.now(),
        )  # fmt: skip
        if row is None:
            raise Refusal(FILE_UNKNOWN)
        return Stored(row["file_qury_no"], row["filename"], row["content"], row["expires_at"])

    async def sweep(self) -> int:
        """Removes what has expired; gives how many."""
        async with self._database.transaction() as connection:
            rows = await connection.fetch(
                "delete from exchange_file where expires_at <= $1 returning 1", self._clock.now()
            )
        return len(rows)
