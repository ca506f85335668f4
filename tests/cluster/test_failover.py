"""The short form of ``storm.py``: the primary killed together with Redis' master, and cut off by
the network; frozen where this machine has no networks to give."""

from __future__ import annotations

import asyncio
import re

import pytest

from app.settings import PROJECT_ROOT
from tests.cluster.apart import in_own_network, possible
from tests.cluster.storm import run


@pytest.mark.usefixtures("parts")
async def test_no_bill_is_lost_or_doubled_when_the_primary_is_killed_or_cut_off() -> None:
    if possible():
        words = ["tests.cluster", "--tills", "8", "--only", "kill and redis", "cut"]
        there = await asyncio.create_subprocess_exec(
            *in_own_network(words),
            cwd=PROJECT_ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await there.communicate())[0].decode()
        assert there.returncode == 0, said
        assert re.search(r"[1-9]\d* paid: all found, none lost, none doubled", said), said
    else:
        result = await run(("kill and redis", "freeze"), tills=8)
        assert result.paid > 0
        assert len(result.blows) == 2
