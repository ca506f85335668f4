"""Whether a process may start on this database: asked before it answers anybody or seals a row."""

from __future__ import annotations

from app.domain.registry.service import sealed_before
from app.kit.sm import Cipher
from app.local.demo.looking import refuse_demo
from app.store.database import Database
from app.store.sealed.canary import check_keys


async def may_start(database: Database, cipher: Cipher, *, demo: bool) -> None:
    """Makes sure that the keys are the database's, and that only the demo finds the demo in it.

    Raises:
        StartRefused: it is not so.
    """
    await check_keys(database, cipher, sealed_before)
    if not demo:
        await refuse_demo(database, cipher)
