"""Thousands of deeds in any order, several at once: every law holds after every step."""

from __future__ import annotations

import pytest

from tests.books import check_books
from tests.till_world import Town
from tests.walk.walker import Walker

STEPS, WIDTH = 120, 6


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_laws_hold_wherever_the_walk_leads(town: Town, seed: int) -> None:
    walker = Walker(town, seed)
    await walker.prepare()
    whole = await _money(walker)
    for _ in range(STEPS):
        await walker.step(WIDTH)
        await town.drain()
        await check_books(town.services.database)
        assert await _money(walker) + await _spent(walker) == whole
    # The walk has been through what it is for.
    for code in ("OK", "ALREADY_CANCELLED", "REPLACED_SINCE", "REVERSED_BEFORE_ARRIVAL"):
        assert walker.told.get(code), walker.told
    await _told_is_true(walker)


async def _money(walker: Walker) -> int:
    everybody = [person.id for person in (*walker.patients, *walker.donors)]
    sql = "select sum(balance_fen)::bigint from account where person_id = any($1::bigint[])"
    return int(await walker.town.value(sql, everybody))


async def _spent(walker: Walker) -> int:
    """What the accounts have paid and not got back: cancels count negative."""
    sql = (
        "select coalesce(sum(own_pay_fen + mulaid_pay_fen), 0)::bigint from settlement "
        "where person_id = any($1::bigint[])"
    )
    return int(await walker.town.value(sql, [person.id for person in walker.patients]))


async def _told_is_true(walker: Walker) -> None:
    """Every figure a till was told is the one in the ledger (law 8)."""
    for one in walker.paid:
        info = one.answer.setlinfo
        [row] = await walker.town.rows(
            "select * from settlement where id = $1", int(info["setl_id"])
        )
        told = (
            info["medfee_sumamt"],
            info["acct_pay"],
            info["acct_mulaid_pay"],
            info["psn_cash_pay"],
        )
        held = (
            row["medfee_sumamt_fen"],
            row["own_pay_fen"] + row["mulaid_pay_fen"],
            row["mulaid_pay_fen"],
            row["cash_pay_fen"],
        )
        assert tuple(int(value * 100) for value in told) == held
