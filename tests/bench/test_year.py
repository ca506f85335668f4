"""``qinji bench year``: all are credited and closed while tills settle; the books are right."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from app.cli import cli

SMALL = ("--people", "580", "--rate", "20", "--seconds", "1", "--warm-up", "0.2", "--active", "40")


def test_a_small_town_on_servers_of_its_own(tmp_path: Path) -> None:
    told = tmp_path / "found.json"
    done = CliRunner().invoke(cli, ["bench", "year", *SMALL, "--json", str(told)])
    assert done.exit_code == 0, done.output
    assert "账实相符" in done.output
    found = json.loads(told.read_text())
    assert (found["accounts"], found["wrong"]) == (580, 0)
    credit, close = found["runs"]
    assert (credit["what"], close["what"]) == ("credit", "close")
    for ran in (credit, close):
        assert ran["said"].startswith("580 "), "everybody's account, once"
        assert ran["seconds"] > 0
        for report in (ran["peace"], ran["meanwhile"]):
            assert report["problems"] == {} and report["latency_ms"]["2102"]["p99"] > 0
