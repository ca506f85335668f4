"""Two halves, two transactions, one id: whoever dies in between, the sweep goes on, and what is
decided once is decided on both sides (law 16)."""

from __future__ import annotations

import asyncio

import pytest

from app.domain.wallet.book import payee, sender
from app.domain.wallet.halves import Halves
from app.domain.wallet.values import Sent, State
from app.ledger.clearing import Comparison, compare
from tests.domain.wallet.purses import do, family, purse, send, sent, sweep
from tests.domain.wallet.test_wallet import WHOLE
from tests.phone_world import at, together
from tests.till_world import Town


async def half(town: Town, transfer: str) -> Sent:
    found = await sender.get(town.services.database, int(transfer))
    assert found is not None
    return found


async def compared(town: Town) -> Comparison:
    found = await compare(town.services.database)
    assert found.differences == []
    assert all(one.agrees for one in found.in_order)
    return found


def flying(found: Comparison) -> dict[int, int]:
    return {id_: fen for one in found.in_order for id_, fen in one.flying.items()}


async def test_what_was_accepted_is_in_flight_until_the_sender_s_side_has_followed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)

    async def dies(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as killed:
        killed.setattr(Halves, "follow", dies)
        assert (await do(town, mother, "accept", transfer)).status >= 500
    assert (await purse(town, mother))["WALLET"] == 10_000
    assert (await purse(town, son))["HELD"] == 10_000
    assert flying(await compared(town))[int(transfer)] == 10_000
    assert (await do(town, mother, "accept", transfer)).status == 200, "again is fine"
    assert (await purse(town, mother))["WALLET"] == 10_000
    await sweep(town)
    assert (await purse(town, son))["HELD"] == 0
    assert int(transfer) not in flying(await compared(town))
    assert (await half(town, transfer)).state is State.ACCEPTED


async def test_what_was_given_back_half_way_arrives(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    await do(town, mother, "accept", transfer)

    async def dies(*_: object) -> None:
        raise OSError

    for step, mark in (("bring_back", "at-the-first-step"), ("follow", "at-the-second-step")):
        with monkeypatch.context() as killed:
            killed.setattr(Halves, step, dies)
            answer = await do(town, mother, "return", transfer, amount_fen=4_000, mark=mark)
            assert answer.status >= 500
        await compared(town)
        assert (await purse(town, mother))["HELD"] == 4_000
        again = await do(town, mother, "return", transfer, amount_fen=4_000, mark=mark)
        assert again.status == 200, "it is the same return"
        assert await sweep(town) == 1
        assert (await purse(town, mother))["HELD"] == 0
    assert await purse(town, son) == WHOLE | {"CURRENT": 498_000}
    assert flying(await compared(town)).keys().isdisjoint({int(transfer)})
    assert await sweep(town) == 0


async def test_an_offer_that_comes_after_its_end_changes_nothing(town: Town) -> None:
    son, mother = await family(town)
    answer = await send(town, son, mother)
    transfer = str(answer.data["id"])
    late = await half(town, transfer)
    town.clock.set(at(2026, 11, 22, 6))
    halves = town.services.wallets._halves
    assert await halves.expire([late]) == {late.id: State.EXPIRED}
    await halves.offer([late])
    offer = await payee.get(town.services.database, late.id)
    assert offer is not None and offer.state is State.EXPIRED
    assert (await do(town, mother, "accept", transfer)).reason == "OFFER_ENDED"
    await sweep(town)
    assert await purse(town, son) == WHOLE
    await compared(town)


async def test_two_who_accept_at_once_get_it_once(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    told = await together(*(do(town, mother, "accept", transfer) for _ in range(6)))
    assert {one.status for one in told} == {200}
    assert (await purse(town, mother))["WALLET"] == 10_000
    count = await town.value(
        "select count(*) from wallet_posting where wallet_id = $1", int(transfer)
    )
    assert count == 1


async def test_who_accepts_at_the_moment_of_the_end_has_it_or_has_it_not(town: Town) -> None:
    son, mother = await family(town)
    outcomes = set()
    for _ in range(3):
        transfer = await sent(town, son, mother)
        late, halves = await half(town, transfer), town.services.wallets._halves
        accepted, decided = await asyncio.gather(
            do(town, mother, "accept", transfer), halves.expire([late])
        )
        await halves.follow(decided)
        state = (await half(town, transfer)).state
        outcomes.add(state)
        assert (state is State.ACCEPTED) == (accepted.status == 200)
        assert decided == {late.id: state}
        await compared(town)
    held = await purse(town, son)
    assert held["HELD"] == 0
    assert (await purse(town, mother))["WALLET"] == 600_000 - held["CURRENT"] - held["CARRIED"]


async def test_what_was_accepted_in_time_does_not_run_out(town: Town) -> None:
    """The sender's side asks for the end when the payee has just said yes."""
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    late, halves = await half(town, transfer), town.services.wallets._halves
    await do(town, mother, "accept", transfer)
    assert await halves.expire([late]) == {late.id: State.ACCEPTED}
    await halves.follow({late.id: State.ACCEPTED})
    assert (await purse(town, mother))["WALLET"] == 10_000
    assert (await half(town, transfer)).state is State.ACCEPTED
    await compared(town)


async def test_a_refusal_and_an_acceptance_at_once_are_one_of_them(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    told = await together(
        do(town, mother, "accept", transfer), do(town, mother, "refuse", transfer)
    )
    assert sorted(one.status for one in told) == [200, 409]
    await sweep(town)
    await compared(town)


async def test_one_may_send_once_though_many_phones_try_at_once(town: Town) -> None:
    son, mother = await family(town)
    told = await together(*(send(town, son, mother) for _ in range(5)))
    assert sorted(one.status for one in told) == [201, 409, 409, 409, 409]
    assert (await purse(town, son))["HELD"] == 10_000


async def test_what_hinders_one_step_of_a_sweep_hinders_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    son, mother = await family(town)
    await sent(town, son, mother)
    town.clock.set(at(2026, 11, 22, 6))
    other, _ = await family(town)
    await send(town, other, mother)

    async def dies(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as hindered:
        hindered.setattr(Halves, "offer", dies)
        with pytest.raises(OSError):
            await sweep(town)
    assert await purse(town, son) == WHOLE
    assert await sweep(town) == 1


async def test_several_sweeps_at_once_do_it_once(town: Town) -> None:
    pairs = [await family(town) for _ in range(4)]
    for son, mother in pairs:
        await send(town, son, mother)
    await together(*(sweep(town) for _ in range(4)))
    town.clock.set(at(2026, 11, 22, 6))
    await together(*(sweep(town) for _ in range(4)))
    for son, _ in pairs:
        assert await purse(town, son) == WHOLE
    await compared(town)
