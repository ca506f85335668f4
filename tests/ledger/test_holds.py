"""Holds: set aside once, ended once, and never spent meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from app.ledger import holds
from app.ledger.holds import Ended, Ending, Hold, HoldPurpose, HoldState, Wanted
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, LedgerError
from app.ledger.relocation import relocate
from app.ledger.repository import accounts_of, flow_accounts
from tests.ledger.ground import NOW, Ground

PENDING, POSTED, VOIDED, EXPIRED, REFUNDED = HoldState


async def placed(ground: Ground, *wanted: tuple[Account, int]) -> list[Hold]:
    async with ground.database.transaction() as connection:
        people = {account.person_id for account, _ in wanted}
        now = {a.id: a for a in await accounts_of(connection, people, lock=True)}
        return await holds.place(
            connection,
            [
                Wanted(now[account.id], fen, HoldPurpose.WALLET, order, NOW + timedelta(hours=8))
                for order, (account, fen) in enumerate(wanted, 70)
            ],
            NOW,
            ground.database.ids,
        )


async def ended(ground: Ground, *endings: Ending) -> list[Ended]:
    async with ground.database.transaction() as connection:
        return await holds.end(connection, endings, NOW, ground.database.ids)


async def clearing(ground: Ground) -> int:
    key = (AccountKind.CLEARING, "34-35")
    async with ground.database.transaction() as connection:
        return (await flow_accounts(connection, [key], ground.database.ids))[key]


async def balances(ground: Ground, person: int) -> dict[AccountKind, int]:
    async with ground.database.connection() as connection:
        found = await accounts_of(connection, [person], lock=False)
    return {a.kind: a.balance_fen for a in found if not a.closed}


async def pending(ground: Ground, person: int) -> list[Hold]:
    async with ground.database.connection() as connection:
        return await holds.pending_of(connection, person)


async def test_what_is_held_leaves_the_account_and_stays_the_owners(ground: Ground) -> None:
    purse = await ground.account(1000)
    total = await ground.total()
    [first, second] = await placed(ground, (purse, 300), (purse, 200))
    held = await balances(ground, purse.person_id)
    assert held == {AccountKind.CURRENT: 500, AccountKind.HELD: 500}
    assert await ground.total() == total
    assert await pending(ground, purse.person_id) == [first, second]
    assert (first.account_id, first.amount_fen, first.order_id) == (purse.id, 300, 70)
    row = await ground.database.row("select * from transfer where id = $1", first.id)
    assert row is not None
    assert (row["kind"], row["debit_account"]) == (TransferKind.HOLD, purse.id)


@pytest.mark.parametrize("fen", [0, -1, 1001])
async def test_no_more_is_held_than_there_is(ground: Ground, fen: int) -> None:
    purse = await ground.account(1000)
    with pytest.raises(LedgerError):
        await placed(ground, (purse, fen))
    with pytest.raises(LedgerError):  # all or none
        await placed(ground, (purse, 600), (purse, 600))
    assert await balances(ground, purse.person_id) == {AccountKind.CURRENT: 1000}
    assert await pending(ground, purse.person_id) == []


async def test_what_is_held_is_not_held_again(ground: Ground) -> None:
    purse = await ground.account(1000)
    [hold] = await placed(ground, (purse, 1000))
    async with ground.database.connection() as connection:
        own = await accounts_of(connection, [purse.person_id], lock=False)
    [aside] = [a for a in own if a.kind is AccountKind.HELD]
    with pytest.raises(LedgerError, match="open account"):
        await placed(ground, (aside, 10))
    assert await pending(ground, purse.person_id) == [hold]


@pytest.mark.parametrize("state", [VOIDED, EXPIRED])
async def test_it_comes_back_to_where_it_came_from(ground: Ground, state: HoldState) -> None:
    person = await ground.person()
    current = await ground.account(1000, person=person)
    carried = await ground.account(400, person=person, kind=AccountKind.CARRIED)
    [_, hold] = await placed(ground, (current, 100), (carried, 400))
    [done] = await ended(ground, Ending(hold.id, state))
    assert (done.fresh, done.suspended, done.hold.state) == (True, False, state)
    assert await balances(ground, person) == {
        AccountKind.CURRENT: 900,
        AccountKind.CARRIED: 400,
        AccountKind.HELD: 100,
    }


async def test_it_is_posted_to_the_account_that_is_named(ground: Ground) -> None:
    purse = await ground.account(1000)
    [hold] = await placed(ground, (purse, 300))
    flow = await clearing(ground)
    [done] = await ended(ground, Ending(hold.id, POSTED, flow))
    assert done.hold.state is POSTED
    assert await balances(ground, purse.person_id) == {
        AccountKind.CURRENT: 700,
        AccountKind.HELD: 0,
    }
    row = await ground.database.row("select * from transfer where reverses_id = $1", hold.id)
    assert row is not None
    assert (row["kind"], row["credit_account"], row["amount_fen"]) == (8, flow, 300)


async def test_whatever_comes_second_is_told_how_it_ended(ground: Ground) -> None:
    purse = await ground.account(1000)
    [hold] = await placed(ground, (purse, 300))
    flow = await clearing(ground)
    await ended(ground, Ending(hold.id, EXPIRED))
    for late in (Ending(hold.id, POSTED, flow), Ending(hold.id, VOIDED), Ending(hold.id, EXPIRED)):
        [told] = await ended(ground, late)
        assert (told.fresh, told.hold.state, told.hold.ended_at) == (False, EXPIRED, NOW)
    assert (await balances(ground, purse.person_id))[AccountKind.CURRENT] == 1000


async def test_of_many_at_once_one_ends_it(ground: Ground) -> None:
    purse = await ground.account(1000)
    [hold] = await placed(ground, (purse, 300))
    flow = await clearing(ground)
    ways = [Ending(hold.id, POSTED, flow), Ending(hold.id, VOIDED), Ending(hold.id, EXPIRED)] * 3
    told = [done for [done] in await asyncio.gather(*(ended(ground, way) for way in ways))]
    assert sum(done.fresh for done in told) == 1
    assert len({done.hold.state for done in told}) == 1
    assert sum((await balances(ground, purse.person_id)).values()) in (700, 1000)


async def test_many_holds_of_one_account_at_once_never_pass_it(ground: Ground) -> None:
    purse = await ground.account(1000)
    tries = await asyncio.gather(
        *(placed(ground, (purse, 300)) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(one, list) for one in tries) == 3
    assert all(isinstance(one, list | LedgerError) for one in tries)
    assert (await balances(ground, purse.person_id))[AccountKind.HELD] == 900


async def test_it_follows_its_owner_to_another_province(ground: Ground) -> None:
    purse = await ground.account(1000)
    [back, paid] = await placed(ground, (purse, 300), (purse, 200))
    async with ground.database.transaction() as connection:
        await relocate(connection, [purse.person_id], ground.database.ids, NOW)
    flow = await clearing(ground)
    done = await ended(ground, Ending(back.id, EXPIRED), Ending(paid.id, POSTED, flow))
    assert [one.suspended for one in done] == [False, False]
    assert await balances(ground, purse.person_id) == {
        AccountKind.CURRENT: 800,
        AccountKind.HELD: 0,
    }


async def test_without_a_way_home_it_lies_in_suspense(ground: Ground) -> None:
    purse = await ground.account(1000)
    [hold] = await placed(ground, (purse, 1000))
    await ground.database.value("update account set closed_at = now() where id = $1", purse.id)
    [done] = await ended(ground, Ending(hold.id, VOIDED))
    assert (done.fresh, done.suspended) == (True, True)
    kind = await ground.database.value(
        "select a.kind from transfer t join account a on a.id = t.credit_account"
        " where t.reverses_id = $1",
        hold.id,
    )
    assert kind == AccountKind.SUSPENSE


async def test_orders_find_their_holds(ground: Ground) -> None:
    purse = await ground.account(1000)
    [one, other] = await placed(ground, (purse, 100), (purse, 200))
    await ended(ground, Ending(other.id, VOIDED))
    async with ground.database.connection() as connection:
        found = await holds.of_orders(connection, HoldPurpose.WALLET, [70, 71, 72])
        none = await holds.of_orders(connection, HoldPurpose.PREMIUM, [70, 71])
    assert [(h.id, h.state) for h in found] == [(one.id, PENDING), (other.id, VOIDED)]
    assert none == []
    assert await pending(ground, purse.person_id) == [one]


@pytest.mark.parametrize(
    "wrong",
    [
        [Ending(1, VOIDED)],
        [Ending(1, POSTED)],
        [Ending(1, VOIDED, 5)],
        [Ending(1, PENDING)],
        [Ending(1, VOIDED), Ending(1, EXPIRED)],
    ],
)
async def test_an_ending_that_makes_no_sense_does_nothing(
    ground: Ground, wrong: list[Ending]
) -> None:
    with pytest.raises(LedgerError):
        await ended(ground, *wrong)


async def refunded(ground: Ground, *hold_ids: int) -> list[Ended]:
    async with ground.database.transaction() as connection:
        return await holds.refund(
            connection, hold_ids, TransferKind.PREMIUM_REFUND, NOW, ground.database.ids
        )


async def test_what_was_posted_comes_back_once(ground: Ground) -> None:
    purse = await ground.account(1000)
    [hold] = await placed(ground, (purse, 300))
    await ended(ground, Ending(hold.id, POSTED, await clearing(ground)))
    told = [one for [one] in await asyncio.gather(*(refunded(ground, hold.id) for _ in range(4)))]
    assert sum(one.fresh for one in told) == 1
    assert {one.hold.state for one in told} == {REFUNDED}
    assert await balances(ground, purse.person_id) == {
        AccountKind.CURRENT: 1000,
        AccountKind.HELD: 0,
    }


async def test_only_what_was_posted_comes_back(ground: Ground) -> None:
    purse = await ground.account(1000)
    [pending, voided] = await placed(ground, (purse, 300), (purse, 200))
    await ended(ground, Ending(voided.id, VOIDED))
    for wrong in (pending.id, voided.id, 1):
        with pytest.raises(LedgerError):
            await refunded(ground, wrong)
    assert (await balances(ground, purse.person_id))[AccountKind.CURRENT] == 700
