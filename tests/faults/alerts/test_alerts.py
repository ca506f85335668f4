"""The short form of ``python -m tests.faults.alerts``; and that no alert is left out there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.alerts.cases import CASES
from tests.faults.alerts.prometheus import RULES, NoPrometheus, check, faster, program
from tests.faults.alerts.run import run

_QUICK = ("no_app", "no_database")


def _needs(name: str) -> None:
    try:
        program(name)
    except NoPrometheus as error:
        pytest.skip(str(error))


async def test_an_alert_fires_and_is_over_when_its_page_was_followed() -> None:
    _needs("prometheus")
    cases = [one for one in CASES if one.way.__name__ in _QUICK]
    found = await run(cases, 15, whole=False)
    assert len(found) == len(_QUICK)
    assert not any(one.wrong for one in found), "\n".join(one.line() for one in found)


def test_each_alert_is_brought_about_at_least_once() -> None:
    alerts = re.findall(r"- alert: (\w+)", RULES.read_text(encoding="utf-8"))
    assert sorted({one.alert for one in CASES}) == sorted(alerts)


def test_the_rules_are_sound_as_prometheus_own_tool_says(tmp_path: Path) -> None:
    _needs("promtool")
    assert check() == ""
    broken = tmp_path / "alerts.yml"
    broken.write_text(RULES.read_text(encoding="utf-8").replace("max(", "most(", 1))
    assert "most" in check(broken)


def test_what_the_rules_wait_for_is_shorter_and_their_thresholds_stay() -> None:
    rules = "expr: delta(a[30m]) > 20 and b > 900\n for: 1m\n"
    assert faster(rules, 15) == "expr: delta(a[120000ms]) > 20 and b > 900\n for: 4000ms\n"
