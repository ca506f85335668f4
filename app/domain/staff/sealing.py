"""Seals the reasons that the version before has written into the audit in clear.

Lines of the audit are changed by nobody, so this is for the owner of the tables, at a start, before
the chain takes them in; a line that it has taken in stays as it is, in clear.
"""

from __future__ import annotations

from app.domain.staff import repository, said
from app.kit.log import logger
from app.kit.sm import Cipher
from app.store.database import Database

log = logger(__name__)


async def seal_reasons(database: Database, cipher: Cipher) -> int:
    """Seals all that is left, in one transaction; gives how many."""
    if not await repository.has_clear(database):
        return 0
    if not await repository.owns_audit(database):
        log.warning("reasons_in_clear", remedy="migrate as the owner of the tables")
        return 0
    async with database.transaction() as connection, repository.changing_audit(connection):
        rows = await repository.clear_reasons(connection)
        new = [(row["id"], *said.sealed(cipher, row["id"], row["reason"])) for row in rows]
        await repository.replace_reasons(connection, new)
    return len(new)
