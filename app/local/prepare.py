"""What ``qinji up`` does before the doors open: migrate, and load the demo data once."""

from __future__ import annotations

import asyncio

from app.local.demo.loading import load
from app.local.operator_demo import make_demo_operator
from app.settings import settings
from app.store.migrate import migrate


async def prepare(database_url: str, redis_url: str) -> None:
    """Bring the database up to date and load the demo. Safe to call again."""
    await migrate(database_url)
    await load(database_url, redis_url)
    if not settings().wechat_appid:  # as `qinji up` tells the demo from a real installation
        await make_demo_operator(database_url, redis_url, settings().home)


if __name__ == "__main__":
    asyncio.run(prepare(settings().database_url, settings().redis_url))
