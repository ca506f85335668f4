"""The short form of ``definite.py``: workers in trouble, tills with little patience."""

from __future__ import annotations

from pathlib import Path

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.definite import VOIDED, run


async def test_tills_are_told_a_definite_answer_whatever_becomes_of_the_worker(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    told, trouble = await run(tmp_path, mortal, 40, tills=12, patience_s=2, slack_s=4.0)
    assert told["OK"] > 0 and told[VOIDED] > 0, dict(told)
    # On a machine that has no time for it a worker may be at work for longer than a till waits.
    assert told["unknown"] <= 3, dict(told)
    assert trouble.strikes.total() > 1 and trouble.patient_ones["OK"] > 0
