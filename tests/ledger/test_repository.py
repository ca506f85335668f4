"""Accounts and transfers in a real database: many rows in one statement, each as it was meant, and
never over what somebody else wrote meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ledger.kinds import AccountKind
from app.ledger.models import LedgerError, Transfer
from app.ledger.repository import (
    accounts_of,
    check_updated,
    find_flows,
    flow_accounts,
    owners_of,
    write,
)
from tests.ledger.ground import Ground
from tests.till_world import LOCK_WAITS

FUND, SHOP = (AccountKind.POOLED_FUND, "130100"), (AccountKind.PAYABLE, "P1")


async def test_money_moves_and_both_chains_go_on(ground: Ground) -> None:
    giver, taker = await ground.account(1000), await ground.account(200)
    transfer = ground.moved(giver, taker, 300)
    async with ground.database.transaction() as connection:
        await ground.write(connection, [transfer], giver, taker)
    assert await ground.stored(giver, taker) == [giver, taker]
    assert [(a.balance_fen, a.version) for a in (giver, taker)] == [(700, 2), (500, 2)]
    row = await ground.database.row("select * from transfer where id = $1", transfer.id)
    assert row is not None
    assert Transfer(**row) == transfer


async def test_many_in_any_order_get_each_its_own(ground: Ground) -> None:
    accounts = [await ground.account(100 * n) for n in range(1, 9)]
    backwards = [accounts[n] for n in (5, 0, 7, 2, 1, 6, 4, 3)]
    transfers = [ground.paid_out(account, account.id % 90 + 1) for account in backwards]
    async with ground.database.transaction() as connection:
        await ground.write(connection, transfers, *reversed(backwards))
    assert await ground.stored(*accounts) == accounts


async def test_an_account_may_move_several_times_in_one_batch(ground: Ground) -> None:
    one, other = await ground.account(1000), await ground.account()
    transfers = [ground.moved(one, other, 10), ground.moved(other, one, 4), ground.paid_in(one, 1)]
    async with ground.database.transaction() as connection:
        await ground.write(connection, transfers, one, other)
    assert await ground.stored(one, other) == [one, other]
    assert [(a.balance_fen, a.version) for a in (one, other)] == [(995, 4), (6, 2)]


async def test_nothing_is_written_for_nothing(ground: Ground) -> None:
    async with ground.database.transaction() as connection:
        await ground.write(connection, [])
    assert await ground.transfers() == 0


async def test_whoever_read_before_another_wrote_writes_nothing(ground: Ground) -> None:
    purse, other = await ground.account(1000), await ground.account(1000)
    stale = replace(purse)
    async with ground.database.transaction() as connection:
        await ground.write(connection, [ground.paid_out(purse, 400)], purse)
    count = await ground.transfers()
    late = ground.paid_out(stale, 700)
    with pytest.raises(asyncpg.UniqueViolationError):  # its place in the chain is taken
        async with ground.database.transaction() as connection:
            await ground.write(connection, [late], stale)
    with pytest.raises(LedgerError, match="changed under the batch"):  # nor without a transfer
        async with ground.database.transaction() as connection:
            given = ground.paid_in(other, 5)
            await write(connection, [given], [(other, other.version - 1), (stale, 1)])
    assert await ground.stored(purse) == [purse]
    assert (await ground.stored(other))[0].balance_fen == 1000, "the rest of the batch neither"
    assert await ground.transfers() == count


async def test_of_two_at_once_one_is_written(ground: Ground) -> None:
    """Both have read the same 1000 and want 700 of it; the second waits and then sees it."""
    purse = await ground.account(1000)
    copies = [replace(purse), replace(purse)]

    async def pay(n: int) -> None:
        async with ground.database.transaction() as connection:
            await ground.write(connection, [ground.paid_out(copies[n], 700)], copies[n])

    found = await asyncio.gather(pay(0), pay(1), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NoneType", "UniqueViolationError"]
    assert [a.balance_fen for a in await ground.stored(purse)] == [300]


async def test_a_lock_keeps_the_other_waiting_and_nobody_loses(ground: Ground) -> None:
    purse = await ground.account(1000)

    async def pay(fen: int) -> bool:
        async with ground.database.transaction() as connection:
            [mine] = await accounts_of(connection, [purse.person_id], lock=True)
            await asyncio.sleep(0.01)
            if mine.balance_fen < fen:
                return False
            await ground.write(connection, [ground.paid_out(mine, fen)], mine)
            return True

    paid = await asyncio.gather(*(pay(300) for _ in range(6)))
    assert sorted(paid) == [False] * 3 + [True] * 3
    [left] = await ground.stored(purse)
    assert (left.balance_fen, left.version) == (100, 4)


async def test_reading_waits_for_nobody(ground: Ground) -> None:
    purse = await ground.account(1000)
    async with ground.database.transaction() as connection:
        await accounts_of(connection, [purse.person_id], lock=True)
        assert await asyncio.wait_for(ground.stored(purse), 5) == [purse]


async def test_locks_are_taken_in_the_order_of_accounts(ground: Ground) -> None:
    """Whoever is asked for in whatever order: two batches can't wait for each other."""
    numbers = [ground.database.ids.next() for _ in range(4)]
    made = [await ground.account(number=numbers[n]) for n in (2, 0, 3, 1)]
    people = [account.person_id for account in made]
    async with ground.database.transaction() as connection:
        locked = await accounts_of(connection, [*people, people[0]], lock=True)
    assert [account.id for account in locked] == numbers


async def test_closed_accounts_are_found_and_marked(ground: Ground) -> None:
    old, new = await ground.account(), await ground.account()
    await ground.database.value(
        "update account set closed_at = now(), successor_id = $2 where id = $1", old.id, new.id
    )
    assert await ground.stored(old) == [replace(old, closed=True, successor_id=new.id)]


async def test_the_database_itself_refuses_what_no_code_should_ask(ground: Ground) -> None:
    purse = await ground.account(1000)
    paid = ground.paid_out(purse, 10)
    async with ground.database.transaction() as connection:
        await ground.write(connection, [paid], purse)
    for wrong in (
        replace(paid, id=1, amount_fen=0, debit_version=9),
        replace(paid, id=1, debit_after_fen=-1, debit_version=9),
        replace(paid, id=1, credit_account=paid.debit_account, debit_version=9),
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with ground.database.transaction() as connection:
                await ground.write(connection, [wrong])
    with pytest.raises(asyncpg.CheckViolationError):
        async with ground.database.transaction() as connection:
            await ground.write(connection, [], replace(purse, balance_fen=-1))


async def test_a_transfer_is_undone_once(ground: Ground) -> None:
    purse = await ground.account()
    given = ground.paid_in(purse, 1000)
    async with ground.database.transaction() as connection:
        await ground.write(connection, [given], purse)
        await ground.write(connection, [ground.paid_out(purse, 400, given.id)], purse)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with ground.database.transaction() as connection:
            await ground.write(connection, [ground.paid_out(purse, 400, given.id)], purse)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 600))))
async def test_any_batch_keeps_the_sum_and_the_chains(
    ground: Ground, moves: list[tuple[int, int, int]]
) -> None:
    accounts = [await ground.account(500) for _ in range(4)]
    total = await ground.total()
    transfers = [
        ground.moved(accounts[giver], accounts[taker], fen)
        for giver, taker, fen in moves
        if giver != taker and accounts[giver].balance_fen >= fen
    ]
    changed = [account for account in accounts if account.version > 1]
    async with ground.database.transaction() as connection:
        await ground.write(connection, transfers, *changed)
    assert await ground.stored(*accounts) == accounts
    assert await ground.total() == total
    for account in accounts:
        steps = await ground.database.rows(
            "select version, after_fen from (select debit_version as version, debit_after_fen as"
            " after_fen from transfer where debit_account = $1 union all select credit_version,"
            " credit_after_fen from transfer where credit_account = $1) x order by version",
            account.id,
        )
        assert [row["version"] for row in steps] == list(range(1, account.version + 1))
        assert steps[-1]["after_fen"] == account.balance_fen


async def test_flows_are_opened_once_though_two_find_them_missing(ground: Ground) -> None:
    async def ask() -> dict[tuple[AccountKind, str], int]:
        async with ground.database.transaction() as connection:
            return await flow_accounts(connection, [FUND, SHOP], ground.database.ids)

    async with ground.database.transaction() as connection:
        opened = await flow_accounts(connection, [FUND, SHOP], ground.database.ids)
        other = asyncio.create_task(ask())
        while not await ground.database.value(LOCK_WAITS) and not other.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not other.done()
    assert await other == opened and set(opened) == {FUND, SHOP}
    assert await ground.database.value("select count(*) from account where kind in (11, 12)") == 2


async def test_a_flow_is_found_by_kind_and_code_together(ground: Ground) -> None:
    async with ground.database.transaction() as connection:
        opened = await flow_accounts(connection, [FUND, SHOP], ground.database.ids)
        crossed = [(AccountKind.POOLED_FUND, "P1"), (AccountKind.PAYABLE, "130100")]
        assert await find_flows(connection, crossed) == {}
        assert await find_flows(connection, [*crossed, SHOP]) == {SHOP: opened[SHOP]}


async def test_flows_have_no_owner(ground: Ground) -> None:
    one, other = await ground.account(), await ground.account()
    async with ground.database.connection() as connection:
        found = await owners_of(connection, [other.id, ground.flow, one.id, 5])
    assert found == {one.person_id, other.person_id}


def test_every_account_must_have_been_reached() -> None:
    check_updated("UPDATE 0", [])
    with pytest.raises(LedgerError):
        check_updated("UPDATE 1", [])
