"""What watches from outside asks for figures that are there, and each alert leads to its page."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from app.api.ops.metrics import _Once
from app.domain.ops.figures.values import (
    Books,
    DatabaseHealth,
    Figures,
    Minute,
    Process,
    RedisHealth,
    Refused,
    Sealing,
    StandbyHealth,
    Statements,
    Verified,
    WorkerHealth,
)
from app.domain.premium.rules.overview import Overview

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
NAME = re.compile(r"\bqinji_\w+")
UNITS = ("_seconds", "_bytes", "_seconds_total", "_bytes_max")
COUNTED = {
    "qinji_up", "qinji_worker_lives", "qinji_database_connections",
    "qinji_database_connections_max", "qinji_worker_connections", "qinji_drainers_awake",
    "qinji_queue_length", "qinji_counter_tasks", "qinji_set_aside_7d", "qinji_books_wrong",
    "qinji_one_sided_institutions", "qinji_requests_last_minute", "qinji_refusals_1h",
    "qinji_processes", "qinji_calls_total", "qinji_refusals_total", "qinji_limits_reached_total",
    "qinji_premiums", "qinji_premiums_late", "qinji_standby_up", "qinji_late_reads_total",
    "qinji_spans_total",
}  # fmt: skip
"""What is counted in pieces, or is yes or no: no unit."""


def _alerts() -> list[dict[str, str]]:
    """The rules, by what is said of each; an expression may go on over further lines."""
    text = (DEPLOY / "watch/alerts.yml").read_text(encoding="utf-8")
    found = []
    for block in text.split("      - alert: ")[1:]:
        joined = re.sub(r">-\n((?: {10}.+\n)+)", lambda m: " ".join(m[1].split()) + "\n", block)
        said = dict(re.findall(r"^ +(\w+): (.+)$", joined, re.MULTILINE))
        found.append(said | {"alert": block.partition("\n")[0]})
    return found


def _panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (DEPLOY / "watch/grafana.json").read_text(encoding="utf-8")
    )["panels"]
    return found


def _figures() -> Figures:
    """All that may be told, told."""
    minute = Minute(NOW, True, 1, 1, p50_ms=20.0, p99_ms=90.0)
    doors, refusals = {"till": {"2xx": 1}}, {"till": {"X": 1}}
    calls_ms, limits = {"till": 5.0}, {"login": 1}
    spans = {"sent": 1, "dropped": 1}
    process = Process("a:1", "app", NOW, 0, 1, 1, doors, calls_ms, refusals, limits, spans)
    return Figures(
        NOW,
        Books(
            NOW,
            last=minute,
            refusals=[Refused("X", 1, 1)],
            sealing=Sealing(NOW, day=date(2026, 11, 26)),
            verified=Verified(NOW, NOW, 0, 1, 1, []),
            statements=Statements(date(2026, 11, 26), 1, 0, []),
            months_until=NOW,
        ),
        [],
        DatabaseHealth(True, 1.0, "18", 1, 1, 100, 0.1),
        RedisHealth(True, 1.0, 1, 1, 1),
        WorkerHealth({}, 1, 1, [0]),
        [process],
        Overview([], [], [], None),
        StandbyHealth(True, 0.5, {"standby": 1}),
    )


def told() -> set[str]:
    registry = CollectorRegistry()
    registry.register(_Once(_figures()))
    text = generate_latest(registry).decode()
    return {
        re.split(r"[{ ]", line)[0]
        for line in text.splitlines()
        if line and not line.startswith("#")
    }


def test_every_figure_has_its_unit_in_its_name() -> None:
    bare = {name for name in told() if not name.endswith(UNITS)}
    assert bare <= COUNTED, "a name ends in its unit, or counts"


@pytest.mark.parametrize("alert", _alerts(), ids=lambda one: one["alert"])
def test_an_alert_asks_for_what_is_told_and_leads_to_its_page(alert: dict[str, str]) -> None:
    asked = set(NAME.findall(alert["expr"]))
    assert asked and asked <= told()
    assert alert["labels"] in ("{severity: page}", "{severity: ticket}")
    page, _, anchor = alert["runbook"].partition("#")
    titles = re.findall(r"^## (\w+)$", (DEPLOY.parent / page).read_text(encoding="utf-8"), re.M)
    assert alert["alert"] in titles and anchor == alert["alert"].lower()


def test_no_page_is_left_over() -> None:
    titles = re.findall(r"^## (\w+)$", (DEPLOY / "RUNBOOKS.md").read_text(encoding="utf-8"), re.M)
    assert sorted(titles) == sorted(one["alert"] for one in _alerts())


@pytest.mark.parametrize("panel", _panels(), ids=lambda one: str(one["title"]))
def test_a_panel_asks_for_what_is_told(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        names = set(NAME.findall(target["expr"]))
        assert names and names <= told()
