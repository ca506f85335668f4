"""Money between provinces while everything is killed, also between its two halves."""

from __future__ import annotations

from pathlib import Path

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.purses import run


async def test_no_fen_is_lost_or_doubled_and_nothing_is_stuck(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    states, strikes = await run(tmp_path, mortal, 24, families=8, strikes=8)
    assert states["accepted"] > 0
    assert sum(strikes.values()) > 3
