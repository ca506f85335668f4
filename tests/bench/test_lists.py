"""``qinji bench lists`` measures what it says, on a list of its own."""

from __future__ import annotations

from app.bench.lists.running import measured
from tests.servers import migrate, new_database


async def test_each_step_has_its_rows(database_url: str) -> None:
    async with new_database(database_url, "lists") as url:
        await migrate(url)
        steps = await measured(url, 3_000, 30)
    told = [(one.what, one.rows) for one in steps]
    assert told == [
        ("taken in", 3_000),
        ("first download", 3_000),
        ("next day's whole file taken in", 3_000),
        ("next day's difference", 30),
        ("insurance catalogue", 3_000),
        ("1318, page 1", 1_000),
        ("1318, page 3", 1_000),
    ]
    first, later = steps[1], steps[3]
    assert 0 < later.bytes < first.bytes
