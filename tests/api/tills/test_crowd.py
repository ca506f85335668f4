"""A crowd at real tills: bills, repeats, cancels and reversals at once, drained by several at once;
afterwards every law of the ledger holds and every answer is what the ledger holds."""

from __future__ import annotations

import asyncio
import random
from datetime import date
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.sale import Sale, sale_input
from tests.till_world import Member, Town

FAMILIES, ROUNDS = 5, 3
NOBODY_OVERDRAWN = "select count(*) from account where balance_fen < 0"
CHAINS = """
with moves as (
    select debit_account as account, debit_version as version, debit_after_fen as after,
        -amount_fen as change from transfer where debit_version is not null
    union all
    select credit_account, credit_version, credit_after_fen, amount_fen
        from transfer where credit_version is not null
), chained as (
    select *, sum(change) over w as running, row_number() over w as place
    from moves window w as (partition by account order by version)
)
select count(*) from account a left join lateral (
    select max(version) as version, sum(change) as total,
        bool_and(running = after and place = version) as whole
    from chained where account = a.id
) c on true
where a.person_id is not null and (
    a.version <> coalesce(c.version, 0) or a.balance_fen <> coalesce(c.total, 0)
    or not coalesce(c.whole, true))
"""
LEGS = """
select count(*) from settlement s where abs(own_pay_fen + wallet_pay_fen + mulaid_pay_fen
        + fund_pay_fen)
    <> (select coalesce(sum(amount_fen), 0) from transfer t where t.settlement_id = s.id)
"""
HOME = """
select count(*) from transfer back join transfer paid on paid.id = back.reverses_id
where back.kind between 3 and 5
    and (back.debit_account, back.credit_account, back.amount_fen, back.grant_id)
        is distinct from (paid.credit_account, paid.debit_account, paid.amount_fen, paid.grant_id)
    and not exists (select from account a where a.closed_at is not null
        and a.id in (paid.debit_account, paid.credit_account))
"""


async def crowd(town: Town) -> list[tuple[Member, TillClient]]:
    """Families in which two children share with both parents: donors are everybody's at once."""
    buyers = []
    for _ in range(FAMILIES):
        parents = [
            await town.member("王老", date(1950, 1, 1), gend, current_fen=5_000)
            for gend in ("1", "2")
        ]
        for _ in range(2):
            child = await town.member("王强", current_fen=30_000, carried_fen=3_000)
            for parent, relation in zip(parents, ("father", "mother"), strict=True):
                await town.grant(child, parent, relation)
        buyers += [(parent, await town.new_till(town.shop)) for parent in parents]
    return buyers


async def shop(town: Town, buyer: Member, till: TillClient, luck: random.Random) -> list[Answer]:
    """Buys, sends everything twice at once, and takes some of it back."""
    answers = []
    for _ in range(ROUNDS):
        sale: Sale = await town.sale(
            buyer, f"{luck.randint(1, 150)}.{luck.randint(0, 99):02d}", till=till
        )
        msgid = till.new_msgid()
        given = sale_input(sale, town.clock.now())
        sent = [till.call("2102", given, msgid, buyer.place) for _ in range(2)]
        first, second = await asyncio.gather(*sent)
        assert first.ok and second.ok, (first.err_msg, second.err_msg)
        assert first.setlinfo["setl_id"] == second.setlinfo["setl_id"]
        answers.append(first)
        info = first.setlinfo
        what = luck.choice(["keep", "keep", "cancel", "reverse", "both"])
        undoing: list[Any] = []
        if what in ("cancel", "both"):
            undoing.append(
                till.cancel(info["setl_id"], info["mdtrt_id"], buyer.psn_no, buyer.place)
            )
        if what in ("reverse", "both"):
            undoing.append(till.reverse(msgid, "2102", buyer.psn_no, buyer.place))
        await asyncio.gather(*undoing)
    return answers


async def test_a_crowd_leaves_a_ledger_that_holds(town: Town) -> None:
    buyers = await crowd(town)

    async def another_drainer() -> None:
        while True:
            await town.drain()
            await asyncio.sleep(0)

    others = [asyncio.create_task(another_drainer()) for _ in range(2)]
    try:
        luck = random.Random(20261121)
        answers = await asyncio.gather(
            *(shop(town, buyer, till, random.Random(luck.random())) for buyer, till in buyers)
        )
    finally:
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    for law in (NOBODY_OVERDRAWN, CHAINS, LEGS, HOME):
        assert await town.value(law) == 0, law
    told = {answer.setlinfo["setl_id"]: answer.setlinfo for one in answers for answer in one}
    assert len(told) == len(buyers) * ROUNDS
    rows = await town.rows(
        "select * from settlement where fixmedins_code = $1 and kind = 1", town.shop.code
    )
    assert len(rows) == len(told)
    for row in rows:
        info = told[str(row["id"])]
        assert info["acct_mulaid_pay"] * 100 == row["mulaid_pay_fen"]
        assert info["acct_pay"] * 100 == row["own_pay_fen"] + row["mulaid_pay_fen"]
        assert info["psn_cash_pay"] * 100 == row["cash_pay_fen"]
    donors = await town.value(
        "select max(n) from (select count(distinct grant_id) as n from transfer t"
        " join settlement s on s.id = t.settlement_id where s.fixmedins_code = $1"
        " and grant_id is not null and t.kind = 2 group by settlement_id) as counted",
        town.shop.code,
    )
    assert donors == 1, "Hebei: never two donors together"
    waits = "select count(*) from waiting w join request r on r.id = w.request_id"
    assert await town.value(f"{waits} where fixmedins_code = $1", town.shop.code) == 0
    aside = "select count(*) from outcome o join request r on r.id = o.request_id where state = 4"
    assert await town.value(f"{aside} and fixmedins_code = $1", town.shop.code) == 0
