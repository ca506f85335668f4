"""Each use of a donor's money is told once, whatever WeChat does and whoever is killed."""

from __future__ import annotations

from pathlib import Path

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.notices import run


async def test_each_use_is_told_once_goes_out_and_holds_up_no_till(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    found = await run(tmp_path, mortal, 200, kills=0)
    assert found["kills"] == 4
    assert isinstance(found["waited_s"], float) and found["waited_s"] < 5
