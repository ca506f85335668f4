"""The demo's operator, clerk and approver: a random password made once for each installation.

Nothing of it is in the repository, and a real installation has no such operator.
"""

from __future__ import annotations

from pathlib import Path

from app.domain.staff.passwords import made_up
from app.domain.staff.service import Operators
from app.domain.staff.values import Role
from app.kit.clock import SystemClock
from app.local.operator_demo_file import APPROVER, CLERK, NAME, keep_password, kept_password
from app.store.cache import Cache
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.keys import Keys
from app.store.sealed import ring

_HEBEI = "130000"
_STAFF: tuple[tuple[str, Role, str | None], ...] = (
    (NAME, "auditor", None),
    (CLERK, "clerk", _HEBEI),
    (APPROVER, "approver", _HEBEI),
)


async def make_demo_operator(database_url: str, redis_url: str, home: Path, keys: Keys) -> None:
    """Makes the demo's staff, or gives them the kept password; again it changes nothing."""
    database = await Database.open(database_url, pool_max=2, application="qinji-demo")
    cache = await Cache.open(redis_url)
    try:
        cipher = keys.cipher()
        await ring.use(database, cipher)
        await _make(Operators(Shared(database), cache, SystemClock(), cipher), home)
    finally:
        await cache.close()
        await database.close()


async def _make(operators: Operators, home: Path) -> None:
    password = kept_password(home)
    if password is None:
        password = made_up()
        keep_password(home, password)
    for name, role, place in _STAFF:
        right = await operators.password_is(name, password)
        if right is None:
            await operators.add(name, role, password, place)
        elif not right:  # the folder was emptied, the database was not
            await operators.set_password(name, password)
