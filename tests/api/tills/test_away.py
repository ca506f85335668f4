"""A bill of a year of which months are away: it is told still, and nothing of it is given back in
part, or twice, until they are back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.kit.ids import first_id_at
from tests.api.tills.test_undo import FULL, Case, case, code
from tests.servers import months_away

__all__ = ["case"]


async def answers(case: Case) -> list[Any]:
    part = {"feedetl_sn": case.paid.output["detlcutinfo"][0]["feedetl_sn"], "cnt": "1"}
    return [
        await case.cancel(),
        await case.reverse(),
        await case.town.till.call("2103A", {"data": case.ids, "drugdetail": [part]}),
    ]


async def test_nothing_of_it_is_given_back_until_they_are_here_again(
    case: Case, migrated: str
) -> None:
    town = case.town
    before = await case.balances()
    since = town.clock.now() + timedelta(days=40)
    shown = await town.till.call("5203", {"data": case.ids})
    async with months_away(migrated, first_id_at(since)):
        for answer in await answers(case):
            assert code(answer) == "MONTH_AWAY" and f"{since:%Y-%m}" in answer.err_msg
        assert await case.balances() == before
        assert (await town.till.call("5203", {"data": case.ids})).output == shown.output
        statement = f"/accounts/statement?from={town.clock.now():%Y-%m}-01&to=2030-12-31"
        told = await town.world.call("GET", statement, token=case.son.token)
        assert (told.status, told.reason) == (409, "MONTH_AWAY")
    assert code(await case.cancel()) == "OK"
    assert await case.balances() == FULL


async def test_what_was_done_already_is_told_to_who_asks_again(case: Case, migrated: str) -> None:
    town = case.town
    done = await case.cancel()
    since = town.clock.now() + timedelta(days=40)
    async with months_away(migrated, first_id_at(since)):
        again = await town.till.call("2103", {"data": case.ids}, done.msgid)
        assert again.output == done.output
        assert code(await case.cancel()) == "ALREADY_CANCELLED"
        assert await case.balances() == FULL
