"""异地就医备案 at the phones' door."""

from __future__ import annotations

import pytest

from tests.till_world import Town


@pytest.mark.parametrize("starts_on", ["0001-01-01", "2025-11-01", "2027-12-01", "9999-12-31"])
async def test_a_filing_begins_within_a_year(town: Town, starts_on: str) -> None:
    father = await town.member("李国强")
    body = {"area": "11", "kind": "long_term", "starts_on": starts_on}
    answer = await town.world.call("POST", "/filings", body, father.token)
    assert (answer.status, answer.body["reason"]) == (422, "INVALID_INPUT"), answer.body
    near = await town.world.call(
        "POST", "/filings", body | {"starts_on": "2026-10-01"}, father.token
    )
    assert near.status == 201, near.body
