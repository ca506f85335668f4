"""A clock in the hand: for tests and the demo, set as people type, and only ever forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.kit.hand import HandClock
from app.local.played_clock import (
    ClockError,
    file_of,
    forward_to,
    moment_of,
    read,
    span_of,
    start,
    stop,
)
from app.settings import Settings

NIGHT = datetime(2026, 12, 31, 15, 58, tzinfo=UTC)
PLAYED: dict[str, Any] = {
    "demo": True,
    "wechat_appid": "wx-demo",
    "wechat_base_url": "http://127.0.0.1:9",
    "identity_base_url": "http://localhost:9",
    "tax_base_url": "http://[::1]:9",
    "tax_key": SecretStr("played"),
}


@pytest.mark.parametrize(
    "real",
    [
        {"demo": False},
        {"wechat_base_url": "https://api.weixin.qq.com"},
        {"identity_base_url": "https://identity.example"},
        {"tax_base_url": "https://127.0.0.1.example:9"},
    ],
)
def test_a_real_installation_refuses_a_clock_in_the_hand(
    real: dict[str, object], tmp_path: Path
) -> None:
    file = tmp_path / "clock.json"
    HandClock(file).set(NIGHT)
    assert Settings(**PLAYED, clock=file).clock == file
    with pytest.raises(ValidationError, match="a real installation goes by the machine's clock"):
        Settings(**{**PLAYED, **real}, clock=file)
    assert Settings(**{**PLAYED, **real}).clock is None, "without it all is as ever"


def test_a_file_that_is_not_there_is_no_clock(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="names no file"):
        Settings(**PLAYED, clock=tmp_path / "none")


def test_what_is_typed_is_understood_as_china_s_time() -> None:
    assert read("2026-12-31T23:58 x60") == (NIGHT, 60)
    assert read("2026-12-31T15:58:00+00:00") == (NIGHT, 1)
    assert read("x0") == (None, 0)
    assert span_of("1d12h") == timedelta(hours=36) and span_of("90s") == timedelta(seconds=90)
    for wrong in ("soon", "2026-13-01", "x3601", "2100-01-01"):
        with pytest.raises(ClockError):
            read(wrong)
    for wrong in ("3", "1w", "-1d", ""):
        with pytest.raises(ClockError):
            span_of(wrong)


def test_a_home_goes_on_with_its_clock_and_never_back(tmp_path: Path) -> None:
    assert start(tmp_path, None) is None and not file_of(tmp_path).exists()
    file = start(tmp_path, "2026-12-31T23:58 x60")
    assert file == file_of(tmp_path)
    stop(tmp_path)
    stood = HandClock(file).now()
    assert stood >= NIGHT and HandClock(file).speed == 0
    assert start(tmp_path, None) == file and HandClock(file).speed == 1
    assert stood <= HandClock(file).now() < stood + timedelta(minutes=1)
    with pytest.raises(ClockError, match="goes forward only"):
        start(tmp_path, "2026-12-30T00:00")
    forward_to(HandClock(file), moment_of("2027-02-01T00:00"), 0)
    assert HandClock(file).now() == moment_of("2027-02-01T00:00")
