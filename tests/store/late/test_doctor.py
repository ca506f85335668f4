"""``qinji doctor`` beside a standby that follows, and one that stands still."""

from __future__ import annotations

import asyncpg
import pytest

from app.store.doctor import running
from app.store.doctor.told import Mark
from tests.store.late.conftest import Pair


async def test_how_far_a_standby_is_behind_is_told(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary = await asyncpg.connect(pair.where.database_url)
    try:
        told = await running.standby(pair.where.standby_url, primary)
        assert told.mark is Mark.OK and "behind" in told.said
        alone = await running.standby(pair.where.database_url, primary)
        assert alone.mark is Mark.FAULT, "what leads is none"
        async with pair.holding_still():
            await pair.tell_primary("select pg_switch_wal()")
            await pair.tell_primary("select txid_current(), pg_logical_emit_message(true, '', '')")
            monkeypatch.setattr(running, "_LATE_BYTES", 0)
            told = await running.standby(pair.where.standby_url, primary)
            assert told.mark is Mark.WARN and "QinjiStandbyAway" in told.do
    finally:
        await primary.close()
