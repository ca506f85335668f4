"""A short deadline day: everything that happens to premiums at once, and right books after it."""

from __future__ import annotations

from pathlib import Path

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.premiums import run


async def test_each_premium_s_money_once_and_nothing_stuck(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    found = await run(tmp_path, mortal, 240, rate=40)
    # On a slow machine cover begins before anybody has asked for the premium back.
    assert set(found.states) | {"refunded"} == {"booked", "released", "refunded"}
    assert found.told["PREMIUM_UNDER_WAY"] > 5 and found.told["taken back"] > 0
