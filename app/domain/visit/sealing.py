"""Seals what visits of the version before hold in clear, in portions of a moment each.

Each is a transaction, so whoever ends it half-way leaves whole portions. While the program is
brought up to date, processes of before still write in clear: visits of the last days are looked at
again in every run, and the mark stays behind them.
"""

from __future__ import annotations

from datetime import timedelta

from app.domain.visit import repository
from app.kit.clock import SystemClock
from app.kit.ids import first_id_at
from app.kit.sm import Cipher
from app.store.database import Database
from app.store.sealed.clear import seal_clear
from app.store.sealed.columns import FEE_DETAILS, VISIT_DETAILS, VISIT_DIAGNOSES

PORTION = 200
"""Visits at a time: some hundredths of a second, in which nobody charges or settles them."""
_AGAIN = timedelta(days=2)


async def seal_visits(database: Database, cipher: Cipher, portion: int = PORTION) -> int:
    """Seals all that is left; gives of how many visits."""
    settled = first_id_at(SystemClock().now() - _AGAIN)  # as ids go by
    done, after = 0, 0
    while True:
        async with database.transaction() as connection:
            after = max(after, await repository.sealed_to(connection))
            found = await repository.next_clear(connection, after, portion)
            if found is None:
                return done
            after, ids = found
            for column, key in (
                (VISIT_DETAILS, "id"),
                (VISIT_DIAGNOSES, "id"),
                (FEE_DETAILS, "visit_id"),
            ):
                await seal_clear(connection, cipher, column, f"{key} = any($1::bigint[])", ids)
            await repository.set_sealed_to(connection, min(after, settled))
        done += len(ids)
