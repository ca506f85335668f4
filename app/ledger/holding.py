"""What is held of people's money, read for showing."""

from __future__ import annotations

from app.ledger.holds import Hold, pending_of
from app.store.database import Database


class Holdings:
    """Reads holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_person(self, person_id: int) -> list[Hold]:
        """What is held of a person's money now, oldest first."""
        async with self._database.connection() as connection:
            return await pending_of(connection, person_id)
