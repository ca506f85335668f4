"""What a size needs: deploy/SCALE.md says what the figures come to; what lies where is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from app.bench.scale.needs import Needs, Size, read, sources, table
from app.bench.scale.sizes import Held, Sizes, lines, sizes
from app.settings import PROJECT_ROOT
from app.store.urls.postgres import credentials
from tests.bench.conftest import Lively
from tests.servers import as_owner

PAGE = PROJECT_ROOT / "deploy" / "SCALE.md"


def part(name: str) -> list[str]:
    """What stands between a mark and its end."""
    found = re.search(
        rf"<!-- {name} -->\n(.*?)\n<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None, name
    return found[1].splitlines()


def test_the_page_says_what_the_figures_come_to() -> None:
    figures, told = read()
    assert part("needs") == table(figures, told), "print it anew: qinji bench scale"
    assert part("figures") == sources(figures)
    assert all(source and unit for _, _, unit, source in figures.sources)


def test_the_arithmetic_by_hand() -> None:
    figures, _ = read()
    told = Needs(Size("a test", 1_000_000, 240_000), figures)
    assert told.busiest_hour == pytest.approx(240_000 * 0.15 / 3600) == pytest.approx(10.0)
    assert told.worst_minute == pytest.approx(45.0)
    assert figures.ms_at(45) == 5.13 and figures.ms_at(1170) == 1.35 and figures.ms_at(9e9) == 0.9
    assert told.cores[0] == pytest.approx(45 * 5.13 * figures["app_part"] / 1000)
    assert told.apps == 2 and told.connections == 22 * (told.apps + told.workers)
    assert told.people_gb == pytest.approx(figures["person_bytes"] / 1000)
    a_bill = figures["bill_bytes"] + 2 * figures["notice_bytes"]
    assert told.year_gb == pytest.approx(365 * 240_000 * a_bill / 1e9)
    assert told.wal_day_gb == pytest.approx(240_000 * a_bill * figures["wal_times"] / 1e9)
    assert told.cells == 1
    many = replace(told, size=replace(told.size, people=1_000_000_000))
    assert many.cells == -(-round(many.people_gb) // round(figures["memory_gb"]))


async def test_what_has_come_since_is_told_by_the_bill(lively: Lively, tmp_path: Path) -> None:
    before = await sizes(lively.place)
    assert before.bills > 100 and before.tables["person"].bytes > 400 * 100
    before.write(tmp_path / "before.json")
    assert Sizes.read(tmp_path / "before.json") == before
    connection = await asyncpg.connect(**credentials(as_owner(lively.place.database_url)))
    try:
        await connection.execute(
            "insert into catalogue_item (med_list_codg, name, list_type, chrgitm_lv, selfpay_prop)"
            " select 'SCALE' || n, repeat('x', 100), '101', '01', 0 from generate_series(1, 500) n"
        )
        await lively.services.cache.redis.set("qinji:scale:1", "x" * 1000)
        since = (await sizes(lively.place)).since(Sizes.read(tmp_path / "before.json"))
    finally:
        await connection.execute("delete from catalogue_item where med_list_codg like 'SCALE%'")
        await connection.close()
        await lively.services.cache.redis.delete("qinji:scale:1")
    assert since.tables["catalogue_item"].rows == 500 and since.wal_bytes > 50_000
    assert since.tables["person"].rows == 0 and since.redis["qinji:scale"].bytes > 1000
    assert since.bills == 0 and any("catalogue_item" in line for line in lines(since))
    two = replace(since, tables={**since.tables, "settlement": Held(2, 3000, 1000)})
    assert any(line.startswith("settlement") and "2,000" in line for line in lines(two))
