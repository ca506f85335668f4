"""The short form of ``python -m tests.faults``: a dozen faults under load, or as many as
``QINJI_FAULTS`` says."""

from __future__ import annotations

import os
from pathlib import Path

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.faults.__main__ import report
from tests.faults.kinds import KINDS, kinds_of
from tests.faults.run import run

SEED, COUNT = 6845, int(os.environ.get("QINJI_FAULTS", "12"))
"""It begins with what no other test breaks."""


async def test_nothing_is_lost_doubled_or_told_otherwise_whatever_breaks(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    found = await run(tmp_path, mortal, COUNT, seed=SEED)
    assert not any(one.wrong for one in found), "\n".join(report(found))


def test_a_seed_breaks_the_same_again_and_each_kind_before_any_comes_twice() -> None:
    whole = kinds_of(7, 0, 3 * len(KINDS))
    assert kinds_of(7, 30, 5) == whole[30:35] != kinds_of(8, 30, 5)
    for turn in range(3):
        assert sorted(whole[turn * len(KINDS) :][: len(KINDS)]) == sorted(KINDS)
