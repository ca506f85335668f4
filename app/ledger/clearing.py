"""Whether the two sides of every wallet transfer agree: what one province's clearing account gave,
the other's has taken, id by id.

The two sides may lie in two cells (law 16), so each is read by itself and they are compared here.
The sender's side is read first: it follows the payee's, which must have decided by then. What has
been posted on one side only is in flight as long as the sender's half waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.kit.value import value
from app.store.database import Record
from app.store.late.reading import Reader

_SIZE = 20_000
_SENT_COLUMNS = """
select w.id, w.province, w.other_province, w.state,
    w.delivered_at is not null as delivered, coalesce((
        select sum(t.amount_fen) from hold h join transfer t on t.reverses_id = h.id
        where h.purpose = 1 and h.order_id = w.id and t.kind = 8), 0)::bigint as fen
from wallet_sent w
"""
_SENT = f"{_SENT_COLUMNS} where w.id > $1 order by w.id limit $2"
_SENT_OF = f"{_SENT_COLUMNS} where w.id = any($1::bigint[])"
_OFFER_COLUMNS = """
select o.id, o.province, o.other_province, o.state, coalesce((
        select sum(t.amount_fen) from wallet_posting p join transfer t on t.id = p.transfer_id
        where p.wallet_id = o.id), 0)::bigint as fen
from wallet_offer o
"""
_OFFERS = f"{_OFFER_COLUMNS} where o.id > $1 and o.id <= $2 order by o.id"
_OFFERS_OF = f"{_OFFER_COLUMNS} where o.id = any($1::bigint[])"
_CAME_FROM_ELSEWHERE = """
select o.id from wallet_offer o
where o.id > $1 and not exists (select from wallet_sent w where w.id = o.id) order by o.id limit $2
"""
Elsewhere = Callable[[str, Sequence[int]], Awaitable[Sequence[Record]]]
"""Asks all other cells for rows by their ids."""
_NAMES = {1: "waits", 2: "accepted", 3: "refused", 4: "expired"}


@dataclass(slots=True)
class Clearing:
    """What went from one province to another: out of the one's books, into the other's. ``flying``:
    what the other has taken and the one has not given yet, by id."""

    province: str
    other: str
    given_fen: int = 0
    taken_fen: int = 0
    count: int = 0
    flying: dict[int, int] = field(default_factory=dict)

    @property
    def flying_fen(self) -> int:
        return sum(self.flying.values())

    @property
    def agrees(self) -> bool:
        """Whether what is in flight explains the difference."""
        return self.given_fen + self.flying_fen == self.taken_fen


@value
class Difference:
    """What the two sides tell differently of one transfer."""

    id: int
    sender: str
    payee: str


@dataclass(slots=True)
class Comparison:
    """All of them, by (province, other)."""

    compared: int = 0
    clearings: dict[tuple[str, str], Clearing] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def in_order(self) -> list[Clearing]:
        return [self.clearings[key] for key in sorted(self.clearings)]

    def of(self, province: str, other: str) -> Clearing:
        return self.clearings.setdefault((province, other), Clearing(province, other))


async def compare(reader: Reader, elsewhere: Elsewhere | None = None) -> Comparison:
    """Compares both sides of all transfers, in portions. ``elsewhere``: finds the sides that are in
    other cells; then these are all transfers of which one side is here."""
    found, after = Comparison(), -1
    while rows := await reader.rows(_SENT, after, _SIZE):
        last, sent = rows[-1]["id"], _by_id(rows)
        offers = _by_id(await reader.rows(_OFFERS, after, last))
        if elsewhere is not None:
            offers = {number: row for number, row in offers.items() if number in sent}
            missing = [number for number in sent if number not in offers]
            offers |= _by_id(await elsewhere(_OFFERS_OF, missing))
        _compare(found, sent, offers)
        found.compared += len(rows)
        after = last
    after = -1
    while elsewhere and (rows := await reader.rows(_CAME_FROM_ELSEWHERE, after, _SIZE)):
        ids = [row["id"] for row in rows]
        sent = _by_id(await elsewhere(_SENT_OF, ids))
        _compare(found, sent, _by_id(await reader.rows(_OFFERS_OF, ids)))
        found.compared += len(rows)
        after = ids[-1]
    return found


def _by_id(rows: Sequence[Record]) -> dict[int, Record]:
    return {row["id"]: row for row in rows}


def _compare(found: Comparison, sent: Mapping[int, Record], offers: Mapping[int, Record]) -> None:
    for wallet_id in sorted(sent.keys() | offers.keys()):
        mine, theirs = sent.get(wallet_id), offers.get(wallet_id)
        if mine is not None and mine["fen"]:
            pair = found.of(mine["province"], mine["other_province"])
            pair.given_fen += mine["fen"]
            pair.count += 1
        if theirs is not None and theirs["fen"]:
            pair = found.of(theirs["other_province"], theirs["province"])
            pair.taken_fen += theirs["fen"]
            if mine is not None and mine["state"] == 1:
                pair.flying[wallet_id] = theirs["fen"]
        found.differences += _differences(wallet_id, mine, theirs)


def _differences(
    wallet_id: int, mine: Record | None, theirs: Record | None
) -> Iterator[Difference]:
    if mine is None or theirs is None:
        if mine is None or mine["delivered"] or mine["state"] == 2:
            yield Difference(wallet_id, _told(mine), _told(theirs))
        return
    ways = {
        (mine["province"], mine["other_province"]),
        (theirs["other_province"], theirs["province"]),
    }
    ended = mine["state"] != 1
    same = (mine["state"], mine["fen"]) == (theirs["state"], theirs["fen"])
    if len(ways) > 1 or (ended and not same):
        yield Difference(wallet_id, _told(mine), _told(theirs))


def _told(row: Record | None) -> str:
    if row is None:
        return "no such transfer"
    return f"{_NAMES[row['state']]}, {row['province']} to {row['other_province']}, {row['fen']} fen"
