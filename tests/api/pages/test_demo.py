"""The demo's addresses are there in the demo and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.api.pages import clock
from app.kit.clock import SystemClock
from app.kit.hand import HandClock
from tests.till_world import Town


@pytest.mark.parametrize("config", [{"demo": True}])
async def test_the_demo_gives_away_its_own_pharmacy(town: Town) -> None:
    answer = await town.world.client.get("/demo/till")
    told = await answer.json()
    assert (told["fixmedins_code"], told["key_id"]) == ("P13010200001", "demo-pharmacy-1")
    assert told["shelf"][0] == {
        "short": "amoxilin",
        "med_list_codg": "XQ99DEM001A001010100001",
        "name": "阿莫西林胶囊 0.25g×24粒",
        "pric": "12.80",
    }
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("config", [{"demo": True}])
async def test_the_demo_names_its_people(town: Town) -> None:
    told = await (await town.world.client.get("/demo/people")).json()
    assert (told[0]["who"], told[0]["name"], told[0]["certno"]) == (
        "limin",
        "李敏",
        "139900198306180028",
    )


@pytest.mark.parametrize("address", ["/demo/till", "/demo/people", "/demo/clock", "/demo/clock.js"])
async def test_elsewhere_there_is_no_such_address(town: Town, address: str) -> None:
    assert (await town.world.client.get(address)).status == 404


@pytest.mark.parametrize("config", [{"demo": True}])
async def test_pages_of_the_demo_go_by_its_clock_in_the_hand(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = await (await town.world.client.get("/till")).text()
    assert "clock.js" not in plain
    file = tmp_path / "clock.json"
    HandClock(file).set(datetime(2026, 12, 31, 15, 58, tzinfo=UTC), 0)
    monkeypatch.setattr(SystemClock, "in_hand", HandClock(file))
    for address in ("/", "/till", "/counter", "/ops"):
        page = await (await town.world.client.get(address)).text()
        assert page.index("/demo/clock.js") < page.index("<title>"), address
    assert {route.path for route in clock.routes()} == {"/demo/clock", "/demo/clock.js"}
