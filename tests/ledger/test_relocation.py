"""Who moves to another province gets new accounts: all the money, once, by transfers."""

from __future__ import annotations

import pytest

from app.ledger import relocation
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account
from app.ledger.relocation import relocate
from app.ledger.repository import accounts_of
from tests.ledger.ground import NOW, Ground


async def moved(ground: Ground, *people: int) -> int:
    async with ground.database.transaction() as connection:
        return await relocate(connection, people, ground.database.ids, NOW)


async def of(ground: Ground, person: int) -> tuple[list[Account], list[Account]]:
    """A person's closed and open accounts, by kind."""
    async with ground.database.connection() as connection:
        found = await accounts_of(connection, [person], lock=False)
    found.sort(key=lambda account: account.kind)
    return [a for a in found if a.closed], [a for a in found if not a.closed]


async def test_each_account_is_closed_and_its_money_goes_to_its_successor(ground: Ground) -> None:
    person = await ground.person()
    carried = await ground.account(500, person=person, kind=AccountKind.CARRIED)
    current = await ground.account(1200, person=person)
    total = await ground.total()
    assert await moved(ground, person) == 2
    closed, opened = await of(ground, person)
    assert [(a.id, a.balance_fen, a.version) for a in closed] == [
        (current.id, 0, 2),
        (carried.id, 0, 2),
    ]
    assert [(a.kind, a.balance_fen, a.version) for a in opened] == [
        (AccountKind.CURRENT, 1200, 1),
        (AccountKind.CARRIED, 500, 1),
    ]
    assert [a.successor_id for a in closed] == [a.id for a in opened]
    rows = await ground.database.rows(
        "select * from transfer where kind = $1 order by amount_fen", int(TransferKind.MOVE)
    )
    assert [(r["debit_account"], r["credit_account"], r["amount_fen"]) for r in rows] == [
        (carried.id, opened[1].id, 500),
        (current.id, opened[0].id, 1200),
    ]
    assert {row["created_at"] for row in rows} == {NOW}
    assert await ground.total() == total


async def test_an_empty_account_moves_without_a_transfer(ground: Ground) -> None:
    purse = await ground.account()
    count = await ground.transfers()
    assert await moved(ground, purse.person_id) == 1
    closed, [new] = await of(ground, purse.person_id)
    assert [a.successor_id for a in closed] == [new.id]
    assert (new.balance_fen, new.version) == (0, 0)
    assert await ground.transfers() == count


async def test_many_people_at_once_each_with_the_own_money(ground: Ground) -> None:
    purses = [await ground.account(100 * n) for n in range(1, 6)]
    stays = await ground.account(77)
    assert await moved(ground, *(purse.person_id for purse in reversed(purses))) == 5
    for n, purse in enumerate(purses, 1):
        _, [new] = await of(ground, purse.person_id)
        assert new.balance_fen == 100 * n and new.id != purse.id
    assert await ground.stored(stays) == [stays]


async def test_who_moves_again_leaves_what_was_closed_before(ground: Ground) -> None:
    purse = await ground.account(300)
    assert await moved(ground, purse.person_id) == 1
    _, [second] = await of(ground, purse.person_id)
    assert await moved(ground, purse.person_id) == 1
    closed, [third] = await of(ground, purse.person_id)
    assert {a.id: a.successor_id for a in closed} == {purse.id: second.id, second.id: third.id}
    assert third.balance_fen == 300 == await ground.total()


async def test_nobody_and_people_without_accounts_are_no_work(ground: Ground) -> None:
    assert await moved(ground) == 0
    assert await moved(ground, await ground.person()) == 0
    assert await ground.transfers() == 0


async def test_if_it_fails_everything_is_as_before(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = await ground.account(300)

    async def fails(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(relocation, "write", fails)
    with pytest.raises(ConnectionError):
        await moved(ground, purse.person_id)
    assert await of(ground, purse.person_id) == ([], [purse])
