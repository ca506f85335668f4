"""2102 over real HTTP: what the till is told is what the ledger holds, to the fen."""

from __future__ import annotations

from tests.till_world import Town


async def test_first(town: Town) -> None:
    father = await town.member("李强", current_fen=20000)
    answer = await town.till.settle(await town.sale(father, "50.00"))
    assert answer.ok, answer.err_msg
    print(answer.output)
    assert await town.balance(father) == 15000
