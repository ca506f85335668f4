"""The bench of the rules: its bills make every donor pay, and its report is whole. Nothing here is
measured in time."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from app.bench import commands, decision_cost
from app.bench.decision_cost import NOON, Timing, measure, parts, scene
from app.cli import cli
from app.domain.settlement.model import Settlement
from app.domain.settlement.rules.decide import Decision, decide
from app.domain.settlement.rules.funding import Funding
from app.kit.clock import local_date
from app.kit.words.table import width
from app.regions.loader import Rulebook

BOOK = Rulebook.load()


@pytest.mark.parametrize("donors", decision_cost.DONORS)
@pytest.mark.parametrize("lines", decision_cost.LINES)
def test_a_scene_asks_all_that_a_decision_can_be_asked(donors: int, lines: int) -> None:
    made = scene(BOOK, donors, lines)
    decision = decide(made.bill, made.snapshot, made.institution, local_date(NOON))
    assert len(decision.split.lines) == lines
    payers = {leg.grant_id for leg in decision.funding.legs}
    assert len(payers - {None}) == donors
    assert decision.funding.own_fen == 200
    assert (decision.benefit.fund_fen > 0) == (lines >= 20)
    assert decision.benefit.deductible_fen > 0
    assert decision.funding.steps.items


def test_the_parts_are_the_decisions_own() -> None:
    made = scene(BOOK, 2, 20)
    called = {name: call() for name, call in parts(made).items()}
    whole = called["decide"]
    assert isinstance(whole, Decision)
    assert called["split"] == whole.split
    assert called["pooling"] == whole.benefit
    funding, row = called["funding"], called["row"]
    assert isinstance(funding, Funding) and funding.legs == whole.funding.legs
    assert isinstance(row, Settlement) and row.mulaid_pay_fen == whole.funding.mulaid_fen


def test_a_measurement_is_a_cost_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run takes 3 µs a call but one, which takes 30: the median does not see it."""
    runs: list[int] = []

    def seconds(call: object, calls: int) -> float:
        runs.append(calls)
        return calls * (30e-6 if len(runs) == 15 else 3e-6)

    monkeypatch.setattr(decision_cost, "_seconds", seconds)
    assert measure(lambda: None, 11, 0.02) == pytest.approx((3, 3, 3))
    assert len(set(runs[-11:])) == 1
    assert runs[-1] * 3e-6 >= 0.02


def test_the_command_prints_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    made = (1234.56, 1000.0, 2000.0)
    monkeypatch.setattr(decision_cost, "measure", lambda call, runs, run_s: made)
    result = CliRunner().invoke(cli, ["bench", "rules"])
    assert result.exit_code == 0, result.output
    for title in commands._TITLES.values():
        assert title in result.stdout
    rows = [line for line in result.stdout.splitlines() if "±" in line]
    assert len(rows) == len(commands._TITLES) * len(decision_cost.LINES)
    assert all(row.count("1,234.6 ±500.0") == len(decision_cost.DONORS) for row in rows)
    assert len({width(row) for row in rows}) == 1


def test_json_is_one_object_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    timings = [Timing("decide", 2, 5, 100.0, 90.0, 110.0), Timing("row", 2, 5, 10.0, 9.0, 11.0)]
    monkeypatch.setattr(decision_cost, "run", lambda **_: iter(timings))
    result = CliRunner().invoke(cli, ["bench", "rules", "--json", "--runs", "1"])
    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["bench"], one["part"], one["median_us"]) for one in found] == [
        ("rules", "decide", 100.0),
        ("rules", "row", 10.0),
    ]
