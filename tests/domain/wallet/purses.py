"""Deeds with wallets, and what the tables hold of them."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import date
from typing import Any

from app.ledger.kinds import AccountKind
from tests.phone_world import Answer, Someone, claim
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)
SHANGHAI, HEBEI, GUANGDONG = "310101", "130100", "440100"


async def family(
    town: Town, sender: str = HEBEI, payee: str = SHANGHAI, *, fen: int = 500_000
) -> tuple[Member, Member]:
    """A son with money and his mother, insured in two provinces, each with a wallet."""
    son = await town.member("李儿", current_fen=fen, carried_fen=100_000, place=sender)
    mother = await town.member("王母", OLD, "2", place=payee, insutype="390")
    for one in (son, mother):
        assert (await open_wallet(town, one)).status == 201
    return son, mother


async def open_wallet(town: Town, who: Member, holder: str = "me") -> Answer:
    return await town.world.call("POST", "/wallet", {"holder": holder}, who.token)


async def send(
    town: Town, sender: Member, to: Someone | dict[str, Any], fen: int = 10_000, **more: Any
) -> Answer:
    """Sends money to somebody, by default the sender's mother, by name and number."""
    whom = to if isinstance(to, dict) else claim(to) | {"relation": "mother"}
    body = {"amount_fen": fen, "source": "personal", "mark": secrets.token_hex(8)}
    return await town.world.call("POST", "/wallet/transfers", whom | body | more, sender.token)


async def sent(town: Town, sender: Member, to: Someone | dict[str, Any], *more: Any) -> str:
    """The same, which succeeds and has arrived: its id."""
    answer = await send(town, sender, to, *more)
    assert answer.status == 201, answer.body
    await sweep(town)
    return str(answer.data["id"])


async def do(town: Town, who: Member, what: str, transfer: str, **body: Any) -> Answer:
    path = f"/wallet/transfers/{transfer}/{what}"
    if what == "return":
        body = {"mark": secrets.token_hex(8)} | body
    return await town.world.call("POST", path, body or None, who.token)


async def sweep(town: Town) -> int:
    """What the worker does every second."""
    return await town.services.wallets.sweep.run()


async def wallet(town: Town, who: Member) -> Any:
    answer = await town.world.call("GET", "/wallet", None, who.token)
    assert answer.status == 200, answer.body
    return answer.data


async def history(town: Town, who: Member) -> list[Any]:
    answer = await town.world.call("GET", "/wallet/transfers", None, who.token)
    assert answer.status == 200, answer.body
    return list(answer.data["items"])


async def purse(town: Town, who: Someone) -> dict[str, int]:
    """What a person's open accounts hold, by kind."""
    sql = "select kind, balance_fen from account where person_id = $1 and closed_at is null"
    rows = await town.rows(sql, who.id)
    return {AccountKind(row["kind"]).name: row["balance_fen"] for row in rows}


async def cleared(town: Town) -> Counter[str]:
    """What the clearing accounts were given and gave, by their codes."""
    sql = """
    select a.flow_code, sum(case when t.credit_account = a.id then t.amount_fen
        else -t.amount_fen end)::bigint as fen
    from account a join transfer t on a.id in (t.credit_account, t.debit_account)
    where a.kind = 15 group by 1
    """
    return Counter({row["flow_code"]: row["fen"] for row in await town.rows(sql)})
