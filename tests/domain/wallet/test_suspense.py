"""What comes back to a closed account lies in suspense, and the counter knows of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import app.store.migrations
from app.ledger.kinds import PayOutReason
from tests.domain.wallet.purses import SHANGHAI, do, family, history, open_wallet, send, sent, sweep
from tests.phone_world import claim
from tests.till_world import Member, Town


async def emigrated(town: Town, who: Member) -> None:
    await town.services.paying_out.pay_out(who.id, PayOutReason.EMIGRATION)


async def tasks(town: Town, who: Member) -> list[tuple[str, int | None, int | None, int, str]]:
    found = await town.services.counter_tasks.of_person(who.id)
    return [(t.kind, t.settlement_id, t.order_id, t.amount_fen, t.place) for t in found]


async def missing(town: Town) -> list[Any]:
    report = await town.services.verification.run()
    about = {"suspended", "hold-ends", "wallet-offers", "wallet-sent"}
    return [one for one in report.findings if one.check in about]


async def test_a_return_to_who_has_no_account_any_more_waits_at_the_counter(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother, 10_000)
    assert (await do(town, mother, "accept", transfer)).status == 200
    await emigrated(town, son)
    given = await do(town, mother, "return", transfer, amount_fen=4_000)
    assert given.status == 200, given.body
    back = int(given.data["id"])
    expected = [("wallet_without_account", None, back, 4_000, son.place)]
    assert await tasks(town, son) == expected
    assert await tasks(town, mother) == []
    [open_task] = [t for t in await town.services.counter_tasks.open() if t.person_id == son.id]
    assert open_task.fixmedins_code is None
    assert await missing(town) == []
    rows = {row["id"]: row["at_counter"] for row in await history(town, son)}
    assert rows == {str(back): True, transfer: False}
    assert not any(row["at_counter"] for row in await history(town, mother))
    await town.value("update counter_task set done_at = now() where person_id = $1", son.id)
    assert not any(row["at_counter"] for row in await history(town, son))


async def test_what_nobody_accepts_finds_its_account_closed(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother, 10_000)
    closing = "update account set closed_at = now() where person_id = $1 and kind <> 4"
    await town.value(closing, son.id)
    assert (await do(town, mother, "refuse", transfer)).status == 200
    await town.services.wallets.sweep.end_of(son.id)
    expected = [("wallet_without_account", None, int(transfer), 10_000, son.place)]
    assert await tasks(town, son) == expected
    [row] = await history(town, son)
    assert (row["state"], row["at_counter"]) == ("returned", True)
    await town.value("delete from counter_task where person_id = $1", son.id)
    [wrong] = [one for one in await missing(town) if one.check == "suspended"]
    assert (wrong.expected, wrong.found) == ("a task of the counter over 10000 fen", "none")


async def test_what_lay_there_before_tasks_were_made_of_it_is_found(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother, 10_000)
    assert (await do(town, mother, "accept", transfer)).status == 200
    assert (await do(town, mother, "return", transfer, amount_fen=1_000)).status == 200
    await emigrated(town, son)
    assert (await do(town, mother, "return", transfer, amount_fen=4_000)).status == 200
    daughter = await town.member("李女", gend="2", place=SHANGHAI)
    await open_wallet(town, daughter)
    whom = claim(daughter) | {"relation": "daughter"}
    pending = (await send(town, mother, whom, 2_000, source="wallet")).data["id"]
    await sweep(town)
    closing = "update account set closed_at = now() where person_id = $1 and kind <> 4"
    await town.value(closing, mother.id)
    await town.services.wallets.sweep.end_of(mother.id)
    expected = [*await tasks(town, son), *await tasks(town, mother)]
    assert [task[3] for task in expected] == [4_000, 2_000] and expected[1][2] == int(pending)
    await town.value("delete from counter_task where person_id in ($1, $2)", son.id, mother.id)
    for _ in range(2):
        for statement in backfill():
            await town.value(statement)
        assert [*await tasks(town, son), *await tasks(town, mother)] == expected


def backfill() -> list[str]:
    folder = Path(app.store.migrations.__file__).parent / "sql"
    forwards = (folder / "0055_suspended_tasks.sql").read_text("utf-8").split("-- backwards")[0]
    return ["insert into" + one for one in forwards.split("insert into")[1:]]
