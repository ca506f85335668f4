"""Looks for the demo in a real installation: whoever has read the repository could sign there."""

from __future__ import annotations

import csv

from app.domain.registry import repository
from app.domain.registry.indexes import certno_indexes, secret_indexes
from app.domain.registry.published import DEMO_KEY, SECRETS
from app.kit.sm import Cipher
from app.local.demo import FOLDER
from app.store.database import Database
from app.store.versions import StartRefused

_SHOWN = 5


class DemoFound(StartRefused):
    """A real installation's database holds the demo's people or institutions."""


async def refuse_demo(database: Database, cipher: Cipher) -> None:
    """Makes sure that nothing of the demo is in this database.

    Raises:
        DemoFound: something is.
    """
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    async with database.connection() as connection:
        found = await repository.published(
            connection,
            DEMO_KEY,
            [index for secret in sorted(SECRETS) for index in secret_indexes(cipher, secret)],
            [
                (one["psn_no"], index)
                for one in people
                for index in certno_indexes(cipher, one["psn_cert_type"], one["certno"])
            ],
        )
    if found:
        more = " …" if len(found) > _SHOWN else ""
        listed = ", ".join(found[:_SHOWN]) + more
        raise DemoFound(
            f"This is a real installation, and its database holds the demo's data: {listed}. Their"
            " keys and people are known to everybody, so nothing is started: use a database of its"
            " own (QINJI_DATABASE_URL) that was never the demo's, or set QINJI_DEMO=1 if this is"
            f" the demo. 正式环境的数据库中含有演示数据（{listed}），其密钥人人可知，因此不启动："
            "请使用全新的数据库；如确为演示，请设置QINJI_DEMO=1。"
        )
