"""Whether a process may start on this database: asked before it answers anybody or seals a row."""

from __future__ import annotations

from dataclasses import replace

from app.domain.registry.service import sealed_before
from app.kit.log import logger
from app.kit.sm import Cipher
from app.local.demo.looking import refuse_demo
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.rights.looking import TooMuch, too_much
from app.store.sealed.canary import check_beside, check_keys
from app.store.urls.postgres import OWNER, SHARED_OWNER

log = logger(__name__)


async def may_start(
    database: Database, cipher: Cipher, *, demo: bool, apart: Shared | None = None
) -> TooMuch | None:
    """Makes sure that the keys are the database's, and that only the demo finds the demo in it.
    What the database's role may do beyond its need is told, and keeps nothing from starting.
    ``apart``: where the shared tables are, if that is another database: the same of it.

    Raises:
        StartRefused: it is not so.
    """
    await check_keys(database, cipher, sealed_before)
    if apart is not None:
        await check_beside(apart, cipher)
    if not demo:
        await refuse_demo(database, cipher)
    found = await too_much(database)
    if found is None and apart is not None:
        beside = await too_much(apart)
        found = beside and replace(beside, shared=True)
    if found is not None:
        remedy = SHARED_OWNER if found.shared else OWNER
        log.warning("database_role_too_much", role=found.role, owns=found.owns, remedy=remedy)
    return found
