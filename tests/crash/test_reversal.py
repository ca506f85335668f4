"""A reversal that races its original: one outcome, told to both sides, and the money is back."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

from app.clients.till.client import Answer, Item, Sale, TillClient
from app.clients.till.sale import sale_input
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import running_fleet, settled_books
from tests.crash.village import Patient, Village, insist, till

ROUNDS, CLIENTS = 500, 16
_BALANCES = "select id, balance_fen from account where person_id is not null order by id"


async def test_reversals_race_their_originals(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)
        before = [tuple(row) for row in await services.database.rows(_BALANCES)]
        rounds = iter(range(ROUNDS))
        seen = {True: 0, False: 0}

        async def one(number: int) -> None:
            async with till(fleet.url, number) as first, till(fleet.url, 100 + number) as second:
                for turn in rounds:
                    patient = village.patients[turn % len(village.patients)]
                    seen[await _race(village, patient, first, second, turn)] += 1

        async with asyncio.TaskGroup() as group:
            for number in range(CLIENTS):
                group.create_task(one(number))
        counts = await settled_books(services.database)
        assert seen[True] == counts.settled == counts.reversed > 0
        assert seen[False] == counts.void > 0
        assert counts.requests == 2 * ROUNDS
        assert [tuple(row) for row in await services.database.rows(_BALANCES)] == before


async def _race(
    village: Village, patient: Patient, first: TillClient, second: TillClient, turn: int
) -> bool:
    """Original and reversal at once, each sent twice; whether the original was settled first."""
    token = await village.token(patient, first.fixmedins_code)
    # Mostly more than the patient has: the relative pays a part, and must get it back.
    item = Item("XQ99DEM001A001010100001", Decimal(3), Decimal(80 + turn) / 10)
    sale = Sale(patient.psn_no, token, patient.insutype, patient.place, [item])
    body = sale_input(sale, first.clock.now())
    msgid, undo = first.new_msgid(), second.new_msgid()
    node = {"psn_no": patient.psn_no, "omsgid": msgid, "oinfno": "2102"}

    async def original() -> Answer:
        await asyncio.sleep((turn % 3) * 0.004)
        return await insist(first, "2102", body, msgid, patient.place)

    async def reversal() -> Answer:
        await asyncio.sleep((turn % 5) * 0.003)
        return await insist(second, "2601", {"data": node}, undo, patient.place)

    if turn % 4 == 0:  # the reversal came and was answered long before
        undone = [await reversal()]
        done = [await original(), await original()]
    elif turn % 4 == 1:  # the other order
        done = [await original()]
        undone = [await reversal()]
        done.append(await original())
    else:
        one, two, three, four = await asyncio.gather(original(), reversal(), original(), reversal())
        done, undone = [one, three], [two, four]
    assert all(answer.ok for answer in undone), [answer.err_msg for answer in undone]
    told = {"OK" if answer.ok else answer.err_msg.split()[0] for answer in done}
    settled = told <= {"OK", "UNDONE_SINCE"}
    assert settled or told == {"REVERSED_BEFORE_ARRIVAL"}, told
    if told == {"OK"}:
        assert done[0].setlinfo == done[1].setlinfo
    late = await insist(first, "2102", body, msgid, patient.place)
    assert late.err_msg.split()[0] == ("UNDONE_SINCE" if settled else "REVERSED_BEFORE_ARRIVAL")
    again = await insist(second, "2601", {"data": node}, undo, patient.place)
    assert again.ok
    return settled
