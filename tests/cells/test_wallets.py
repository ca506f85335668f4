"""Money between two cells: each side in its own books, and both tell the same."""

from __future__ import annotations

import secrets
import signal
from datetime import date
from functools import partial
from typing import Any

from tests.cells.country import Cell, Citizen, Country, Reply, begin, citizen
from tests.crash.fleet import until

_PURSE = """
select coalesce(sum(balance_fen), 0)::bigint from account a join person p on p.id = a.person_id
where p.psn_no = $1 and a.closed_at is null and a.kind = any($2::smallint[])
"""
_OWN, _WALLET = (1, 2), (3,)
_OFFERED = """
select exists (select from wallet_offer o join person p on p.id = o.person_id
    where o.id = $1 and p.psn_no = $2)
"""
_HALF = """
select exists (select from wallet_offer
    where state <> 1 and told_at is null and returns_id is null)
    or exists (select from wallet_sent where state = 1 and returns_id is not null)
"""


class Pair:
    """A son in the north with money, and his mother in the south."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.son = citizen("钱子", "130100", date(1980, 5, 2))
        self.mother = citizen("钱母", "330100", date(1950, 3, 1), "2", yuan=None)
        self.his = self.hers = ""

    async def come(self) -> None:
        country = self.country
        self.his = await country.joins(country.north, self.son, country.south)
        self.hers = await country.joins(country.south, self.mother)
        for token in (self.his, self.hers):
            opened = await country.call(country.north, "POST", "/wallet", {"holder": "me"}, token)
            assert opened.status == 201, opened.body

    async def send(self, fen: int = 10_000) -> int:
        how = {"amount_fen": fen, "source": "personal", "mark": secrets.token_hex(8)}
        body = self.mother.claim | how | {"relation": "mother"}
        sent = await self.country.call(
            self.country.north, "POST", "/wallet/transfers", body, self.his
        )
        return int(sent.data["id"])

    async def arrived(self, transfer: int) -> None:
        look = partial(self.country.south.value, _OFFERED, transfer, self.mother.psn_no)
        await until(look, "the offer has arrived")

    async def do(self, at: Cell, transfer: int, what: str, **body: Any) -> Reply:
        path = f"/wallet/transfers/{transfer}/{what}"
        return await self.country.call(at, "POST", path, body or None, self.hers)

    async def holds(self, cell: Cell, who: Citizen, kinds: tuple[int, ...]) -> int:
        return int(await cell.value(_PURSE, who.psn_no, list(kinds)))

    async def compared(self) -> None:
        """Nothing is half-way, and each cell finds both sides the same and its books right."""
        for cell in self.country.cells:
            await until(partial(_is_whole, cell), "nothing is half-way")
        for cell in self.country.cells:
            said = await cell.qinji("wallet", "compare")
            assert "DIFFERS" not in said and "in flight:" not in said, said
            assert "0 wrong" in await cell.qinji("ledger", "verify")


async def _is_whole(cell: Cell) -> bool:
    return not await cell.value(_HALF)


async def test_what_is_accepted_refused_and_given_back_stands_in_both_books(
    country: Country,
) -> None:
    pair = Pair(country)
    await pair.come()
    first = await pair.send()
    await pair.arrived(first)
    for _ in range(2):
        accepted = await pair.do(country.north, first, "accept")
        assert accepted.status == 200, accepted.body
    assert await pair.holds(country.south, pair.mother, _WALLET) == 10_000
    assert await pair.holds(country.north, pair.son, _OWN) == 40_000
    mark = secrets.token_hex(8)
    for cell in country.cells:
        back = await pair.do(cell, first, "return", amount_fen=3_000, mark=mark)
        assert back.status < 300, back.body
    assert await pair.holds(country.south, pair.mother, _WALLET) == 7_000
    assert await pair.holds(country.north, pair.son, _OWN) == 43_000

    second = await pair.send(500)
    await pair.arrived(second)
    assert (await pair.do(country.south, second, "refuse")).status == 200
    country.clock.tomorrow(12)  # a stranger is told of a no when the time is over
    await pair.compared()
    shown = await country.call(country.south, "GET", "/wallet", token=pair.his)
    assert shown.status == 200, shown.body


async def test_a_cell_that_is_down_keeps_nobody_s_money(country: Country) -> None:
    """The payee's cell dies before the offer comes, the sender's before the answer does."""
    pair = Pair(country)
    await pair.come()
    north, south = country.cells
    for name in ("worker0", "app"):
        await south.fleet.end(name, signal.SIGKILL)
    transfer = await pair.send()
    await until(partial(north.value, _UNDELIVERED, transfer), "it waits")
    for name in ("app", "worker0"):
        await begin(south, name)
    await pair.arrived(transfer)
    for name in ("worker0", "app"):
        await north.fleet.end(name, signal.SIGKILL)
    accepted = await pair.do(south, transfer, "accept")
    assert accepted.status == 200, accepted.body
    assert await pair.holds(south, pair.mother, _WALLET) == 10_000
    for name in ("app", "worker0"):
        await begin(north, name)
    await pair.compared()
    assert await pair.holds(north, pair.son, _OWN) == 40_000


_UNDELIVERED = "select delivered_at is null from wallet_sent where id = $1"


async def test_a_relative_s_wallet_in_another_cell_is_the_relative_s_to_open(
    country: Country,
) -> None:
    child = citizen("钱女", "130100", date(1985, 5, 2), "2")
    father = citizen("钱父", "330100", date(1955, 3, 1))
    hers = await country.joins(country.north, child)
    his = await country.joins(country.south, father, country.north)
    tie = await country.ask_to_show(country.north, hers, father, "father")
    done = await country.call(country.south, "POST", f"/family/{tie}/confirm", token=his)
    assert done.status == 200, done.body
    refused = await country.call(country.north, "POST", "/wallet", {"holder": tie}, hers)
    assert (refused.status, refused.reason) == (409, "RELATIVE_ELSEWHERE"), refused.body
    opened = await country.call(country.north, "POST", "/wallet", {"holder": "me"}, his)
    assert opened.status == 201, opened.body
