"""Seals the reasons that the version before has written into the audit in clear.

Lines of the audit are changed by nobody, so this is for the owner of the tables, at a start, before
the chain takes them in; a line that it has taken in stays as it is, in clear.
"""

from __future__ import annotations

from app.domain.staff import repository, said
from app.kit.log import logger
from app.kit.sm import Cipher
from app.store.cells.shared import Shared

log = logger(__name__)


async def seal_reasons(shared: Shared, cipher: Cipher) -> int:
    """Seals all that is left, in one transaction; gives how many."""
    if not await repository.has_clear(shared):
        return 0
    if not await repository.owns_audit(shared):
        log.warning("reasons_in_clear", remedy="migrate as the owner of the tables")
        return 0
    async with shared.transaction() as there, repository.changing_audit(there):
        rows = await repository.clear_reasons(there)
        new = [(row["id"], *said.sealed(cipher, row["id"], row["reason"])) for row in rows]
        await repository.replace_reasons(there, new)
    return len(new)
