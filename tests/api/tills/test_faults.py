"""A fault never makes a till believe what is not so: unknown is a state, not an error."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from app.api.tills.handlers import NOT_KNOWN
from app.api.tills.transactions import accepting, pharmacy
from app.clients.till.sale import sale_input
from app.domain.registry import repository as registry
from app.domain.settlement.intake import repository
from tests.till_world import Town

LOST = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_connection_that_breaks_while_a_bill_is_stored(
    town: Town, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    father = await town.member("李强", current_fen=20_000)
    given, msgid = sale_input(await town.sale(father, "50.00"), town.clock.now()), "m1"
    right = repository.accept

    async def breaks(*arguments: Any) -> set[int]:
        if when == "after":
            await right(*arguments)
        raise LOST

    with monkeypatch.context() as broken:
        broken.setattr(repository, "accept", breaks)
        told = await town.ask(town.till.body("2102", given, msgid, father.place))
        assert (told.infcode, told.err_msg) == (-1, NOT_KNOWN)
    again = await town.till.call("2102", given, msgid, father.place)
    assert again.ok, again.err_msg
    assert await town.balance(father) == 15_000


async def test_a_fault_after_the_bill_is_settled_does_not_say_that_nothing_was_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father = await town.member("李强", current_fen=20_000)
    given, msgid = sale_input(await town.sale(father, "50.00"), town.clock.now()), "m1"

    def breaks(*_: Any) -> Any:
        raise ZeroDivisionError

    async def lost(*_: Any) -> Any:
        raise LOST

    body = town.till.body("2102", given, msgid, father.place)
    for where, name, how in [(pharmacy, "setldetail", breaks), (repository, "outcomes", lost)]:
        with monkeypatch.context() as broken:
            broken.setattr(where, name, how)
            assert (await town.ask(body)).err_msg == NOT_KNOWN
    paid = await town.ask(body)
    assert paid.ok
    assert await town.balance(father) == 15_000
    ids = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    undo = town.till.body("2103", {"data": ids}, "m2")
    with monkeypatch.context() as broken:
        broken.setattr(accepting, "setldetail", breaks)
        assert (await town.ask(undo)).err_msg == NOT_KNOWN
    assert (await town.ask(undo)).ok
    assert await town.balance(father) == 20_000


async def test_redis_away_between_accepting_and_telling(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """News that no one can hear: the answer is found in the database all the same."""
    father = await town.member("李强", current_fen=20_000)

    async def away(*_: Any, **__: Any) -> None:
        raise ConnectionError

    sale = await town.sale(father, "50.00")
    with monkeypatch.context() as broken:
        broken.setattr(town.services.news, "publish", away)
        broken.setattr(town.services.balances, "store", away)
        assert (await town.till.settle(sale)).ok
    assert await town.balance(father) == 15_000


async def test_a_balance_that_could_not_be_dropped_is_dropped_when_redis_is_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the next bill of anybody, not in an hour."""
    father = await town.member("李强", current_fen=20_000)
    other = await town.member("王强", current_fen=20_000)

    async def shown() -> int:
        me = (await town.world.call("GET", "/me", token=father.token)).data
        return int(me["accounts"][0]["balance_fen"])

    async def away(*_: Any, **__: Any) -> None:
        raise ConnectionError

    assert await shown() == 20_000
    sale = await town.sale(father, "50.00")
    with monkeypatch.context() as broken:
        broken.setattr(town.services.news, "publish", away)
        assert (await town.till.settle(sale)).ok
    assert await shown() == 20_000, "for showing only"
    assert (await town.till.settle(await town.sale(other, "1.00"))).ok
    for _ in range(100):
        if await shown() == 15_000:
            break
        await asyncio.sleep(0.05)
    assert await shown() == 15_000


async def test_a_repeat_that_nobody_could_read_is_not_told_that_nothing_was_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away while the signer is looked up: the first sending may be settled."""
    father = await town.member("李强", current_fen=20_000)
    given, msgid = sale_input(await town.sale(father, "50.00"), town.clock.now()), "m1"
    assert (await town.till.call("2102", given, msgid, father.place)).ok

    async def lost(*_: Any) -> Any:
        raise LOST

    with monkeypatch.context() as broken:
        broken.setattr(registry, "institutions_by_key", lost)
        told = await town.ask(town.till.body("2102", given, msgid, father.place))
        assert (told.infcode, told.err_msg) == (-1, NOT_KNOWN)
    again = await town.till.call("2102", given, msgid, father.place)
    assert again.ok and await town.balance(father) == 15_000
