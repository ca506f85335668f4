"""What must be so after each fault, whatever it was: each law gives what breaks it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from app.store.database import Connection
from tests.books import LAWS as BOOKS
from tests.crash.told import check_answer
from tests.faults.journal import Journal, Order, fen

_SHOWN = 3
_LONG = 500
_REQUESTS = """
select r.fixmedins_code, r.msgid, r.infno, o.state, o.reason,
    w.request_id is not null as waits, coalesce(s.made, '{}') as made
from request r left join outcome o on o.request_id = r.id
left join waiting w on w.request_id = r.id
left join lateral (
    select array_agg(kind order by id) as made from settlement where request_id = r.id
) as s on true
"""
_STAND = """
with recursive whole as (
    select m.shop, m.msgid, s.id, s.request_id, s.medfee_sumamt_fen as fen,
        s.psn_part_fen - s.cash_pay_fen as accounts
    from unnest($1::varchar[], $2::varchar[]) as m(shop, msgid)
    join request r on r.fixmedins_code = m.shop and r.msgid = m.msgid
    join settlement s on s.request_id = r.id
    union
    select w.shop, w.msgid, n.id, n.request_id, n.medfee_sumamt_fen,
        n.psn_part_fen - n.cash_pay_fen
    from whole w join settlement n on n.cancels_id = w.id or n.request_id = w.request_id
)
select shop, msgid, sum(fen)::bigint as fen, sum(accounts)::bigint as accounts
from whole group by shop, msgid
"""
_FIGURES = """
select r.msgid, o.state, o.reason, s.*, coalesce(t.own, 0) as ledger_own,
    coalesce(t.aid, 0) as ledger_aid
from request r join outcome o on o.request_id = r.id
join settlement s on s.request_id = r.id and s.kind = 1
left join lateral (
    select sum(amount_fen) filter (where grant_id is null) as own,
        sum(amount_fen) filter (where grant_id is not null) as aid
    from transfer where settlement_id = s.id
) as t on true
where r.msgid = any($1::varchar[])
"""
OWNED = "select coalesce(sum(balance_fen), 0)::bigint from account where person_id is not null"
PREMIUMS = """
select coalesce(sum(amount_fen), 0)::bigint from premium_order where state in (4, 5, 7)
"""
"""What lies at the tax office: paid, booked, and asked for back."""
_SALES = frozenset(("2102", "2207"))
_MADE = {"2102": [1], "2207": [1], "2103": [2], "2208": [2], "2103A": [1, 2]}
"""The kinds of the settlements that a message makes when it is done; 2601 makes any or none."""


class Evidence:
    """The books beside what the tills know of them."""

    def __init__(self, connection: Connection, journal: Journal, owned_fen: int) -> None:
        self.connection = connection
        self.journal = journal
        self.owned_fen = owned_fen

    async def rows(self, sql: str, *values: object) -> list[Any]:
        return list(await self.connection.fetch(sql, *values))

    async def requests(self) -> dict[tuple[str, str], Any]:
        return {(row["fixmedins_code"], row["msgid"]): row for row in await self.rows(_REQUESTS)}


async def all_is_known(seen: Evidence) -> list[str]:
    """No till is left without an answer, and none was told two things."""
    unknown = [
        f"{one.infno} {one.msgid}: nothing was told"
        for one in seen.journal.orders.values()
        if one.told == "unknown"
    ]
    return [*unknown, *seen.journal.wrong]


async def what_was_acknowledged_is_done_once(seen: Evidence) -> list[str]:
    requests, wrong = await seen.requests(), []
    for key, one in seen.journal.orders.items():
        if not one.ok:
            continue
        row = requests.get(key)
        if row is None or row["state"] != 1:
            wrong.append(f"{one.infno} {one.msgid}: told OK, and it is {_as_text(row)}")
        elif one.infno in _MADE and sorted(row["made"]) != _MADE[one.infno]:
            wrong.append(f"{one.infno} {one.msgid}: told OK, and it made {row['made']}")
    return wrong


async def what_was_refused_is_nothing(seen: Evidence) -> list[str]:
    requests, wrong = await seen.requests(), []
    for key, one in seen.journal.orders.items():
        row = requests.get(key)
        if one.answer is None or one.ok or row is None:
            continue
        if row["state"] not in (2, 3) or row["made"] or row["waits"]:
            wrong.append(f"{one.infno} {one.msgid}: told {one.told}, and it is {_as_text(row)}")
    return wrong


async def nothing_is_there_that_nobody_sent(seen: Evidence) -> list[str]:
    orders = seen.journal.orders
    return [
        f"{row['infno']} {key[1]}: nobody sent that"
        for key, row in (await seen.requests()).items()
        if key not in orders or orders[key].infno != row["infno"]
    ]


async def what_stands_is_what_was_told(seen: Evidence) -> list[str]:
    """Of each bill, after all that was done to it: its total, and what accounts paid."""
    stories = seen.journal.stories
    keys = [(one.sale.shop, one.sale.msgid) for one in stories]
    found = await seen.rows(_STAND, [shop for shop, _ in keys], [msgid for _, msgid in keys])
    stands = {(row["shop"], row["msgid"]): (row["fen"], row["accounts"]) for row in found}
    return [
        f"{one.sale.infno} {key[1]}: {one.figures} were told, {stands.get(key, (0, 0))} stand"
        for key, one in zip(keys, stories, strict=True)
        if stands.get(key, (0, 0)) != one.figures
    ]


async def each_figure_is_the_ledgers(seen: Evidence) -> list[str]:
    """Of what was told when a bill was settled."""
    paid = {
        one.msgid: one for one in seen.journal.orders.values() if one.ok and one.infno in _SALES
    }
    return [
        f"{row['msgid']}: the ledger says {dict(row)}"[:_LONG]
        for row in await seen.rows(_FIGURES, list(paid))
        if not _agrees(paid[row["msgid"]], row)
    ]


def _agrees(one: Order, row: Any) -> bool:
    assert one.answer is not None
    if one.infno == "2207":
        told = one.answer.setlinfo
        cash, total = fen(told["psn_cash_pay"]), fen(told["medfee_sumamt"])
        there = (row["id"], row["cash_pay_fen"], row["medfee_sumamt_fen"])
        return (int(told["setl_id"]), cash, total) == there
    try:
        check_answer(one.answer, row)
    except AssertionError:
        return False
    return True


async def no_fen_is_lost_or_doubled(seen: Evidence) -> list[str]:
    """What people own now, what the tills know to have been paid, and what lies at the tax office
    is what they came with."""
    owned = await seen.connection.fetchval(OWNED)
    premiums = await seen.connection.fetchval(PREMIUMS)
    paid = sum(story.accounts_fen for story in seen.journal.stories)
    if owned + paid + premiums == seen.owned_fen:
        return []
    return [
        f"they own {owned}, {paid} were paid at tills and {premiums} to the tax office;"
        f" they came with {seen.owned_fen}"
    ]


async def the_books_hold_their_laws(seen: Evidence) -> list[str]:
    wrong = []
    for law, query in BOOKS.items():
        broken = await seen.rows(f"select * from ({query}) as broken limit {_SHOWN}")
        wrong += [f"{law}: {dict(row)}" for row in broken]
    return wrong


Law = Callable[[Evidence], Awaitable[list[str]]]
LAWS: Sequence[Law] = (
    all_is_known,
    what_was_acknowledged_is_done_once,
    what_was_refused_is_nothing,
    nothing_is_there_that_nobody_sent,
    what_stands_is_what_was_told,
    each_figure_is_the_ledgers,
    no_fen_is_lost_or_doubled,
    the_books_hold_their_laws,
)


async def broken(seen: Evidence) -> list[str]:
    """What breaks any of them, in one look; the first few of each."""
    return [f"{law.__name__}: {one}" for law in LAWS for one in (await law(seen))[:_SHOWN]]


def _as_text(row: Any) -> str:
    return "not there" if row is None else json.dumps(dict(row), default=str)
