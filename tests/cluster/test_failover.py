"""The short form of ``storm.py``: the primary killed together with Redis' master, and frozen."""

from __future__ import annotations

import pytest

from tests.cluster.storm import run


@pytest.mark.usefixtures("parts")
async def test_no_bill_is_lost_or_doubled_when_the_primary_is_killed_or_freezes() -> None:
    result = await run(("kill and redis", "freeze"), tills=8)
    assert result.paid > 0
    assert len(result.blows) == 2
