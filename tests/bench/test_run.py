"""``qinji bench run``: everything that it sends is answered, and the books are right afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli

SMALL = (
    "--rate",
    "30",
    "--rate",
    "40",
    "--seconds",
    "3",
    "--warm-up",
    "0.5",
    "--people",
    "400",
    "--settlements",
    "400",
    "--active",
    "40",
)
KINDS = {
    "fair": {"2102", "2102 huge", "2102 donor"},
    "day": {"code", "6101", "2101", "2102"},
    "traced": {"2102"},
}


@pytest.mark.parametrize("mix", KINDS)
def test_a_run_on_servers_of_its_own(mix: str, tmp_path: Path) -> None:
    told, drawn = tmp_path / "found.json", tmp_path / "plot.svg"
    files = ("--json", str(told), "--plot", str(drawn))
    done = CliRunner().invoke(cli, ["bench", "run", "--mix", mix, *SMALL, *files])
    assert done.exit_code == 0, done.output
    assert "账实相符" in done.output
    found = json.loads(told.read_text())
    assert (found["left"], found["wrong"]) == (0, 0)
    assert [run["wish"]["rate"] for run in found["runs"]] == [30, 40]
    assert KINDS[mix] <= set().union(*(run["latency_ms"] for run in found["runs"]))
    for run in found["runs"]:
        assert run["problems"] == {}
        assert run["settlements_per_s"] > 0
        assert {"app1", "worker1", "postgres"} <= set(run["cpu_s"])
    assert drawn.read_text().startswith("<svg")


def test_a_siege_shuts_no_honest_till_out(tmp_path: Path) -> None:
    told = tmp_path / "found.json"
    few = [*SMALL[2:], "--seconds", "2", "--siege", "--json", str(told)]
    done = CliRunner().invoke(cli, ["bench", "run", "--mix", "typical", *few])
    assert done.exit_code == 0, done.output
    assert "besieged" in done.output and "账实相符" in done.output
    peace, war = json.loads(told.read_text())["runs"]
    assert peace["problems"] == war["problems"] == {}
    assert (peace["besiegers"], war["latency_ms"].keys()) == ({}, {"2102"})
    came = war["besiegers"]["came"]
    for kind, least in {"unfinished": 500, "slow": 500, "half-sent": 250}.items():
        assert came[kind] >= least
    assert came["bomb"] >= 20 and came["flood"] >= 16
    refused = war["besiegers"]["told"]
    assert {"SIGNATURE_INVALID", "ENCODING_UNSUPPORTED"} <= refused.keys()
    assert "let in" not in refused


def test_the_books_are_checked_beside_the_tills_here_and_at_a_standby(tmp_path: Path) -> None:
    told = tmp_path / "found.json"
    few = [*SMALL[2:], "--seconds", "2", "--late", "--json", str(told)]
    done = CliRunner().invoke(cli, ["bench", "run", "--mix", "typical", *few])
    assert done.exit_code == 0, done.output
    assert "reading at the standby" in done.output and "账实相符" in done.output
    peace, primary, standby = json.loads(told.read_text())["runs"]
    assert [run["wish"]["late"] for run in (peace, primary, standby)] == ["", "primary", "standby"]
    assert (peace["besiegers"], primary["besiegers"]["reads"]) == ({}, {})
    assert standby["besiegers"]["reads"]["standby"]
    assert standby["besiegers"]["done"]["wrong"] == primary["besiegers"]["done"]["wrong"] == 0
