"""One number leads from a till's call through the logs of app and worker to the ledger's rows."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from app.kit.log import _which_call
from tests.till_world import Town


@pytest.fixture
def debug() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)


@pytest.mark.usefixtures("debug")
async def test_a_bill_is_followed_from_the_call_to_the_ledger(town: Town) -> None:
    patient = await town.member("李老", current_fen=100_000)
    sale = await town.sale(patient, "10.00")
    with capture_logs(processors=[_which_call]) as said:
        answer = await town.till.settle(sale)
    assert answer.ok
    taken = [one for one in said if one["event"] == "request_taken"]
    calls = [one for one in said if one["event"] == "http" and one["route"].startswith("/fsi")]
    assert len(taken) == 1 and taken[0]["request_id"] == calls[-1]["request_id"] != ""
    decided = {one["request"]: one for one in said if one["event"] == "request_decided"}
    settlement = int(decided[taken[0]["request"]]["settlement"])
    assert str(settlement) == answer.setlinfo["setl_id"]
    rows = await town.services.database.rows(
        "select s.request_id from transfer t join settlement s on s.id = t.settlement_id"
        " where s.id = $1",
        settlement,
    )
    assert {str(row["request_id"]) for row in rows} == {taken[0]["request"]}
    assert all("psn_no" not in one and "msgid" not in one for one in said)
