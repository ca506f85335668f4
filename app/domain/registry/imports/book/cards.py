"""Social-security cards into the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.registry.imports.book.chunk import Written, begin
from app.domain.registry.imports.rows import CardRow
from app.domain.registry.indexes import (
    card_no_aad,
    card_no_indexes,
    card_sn_aad,
    card_sn_indexes,
)
from app.kit.ids import IdMaker
from app.kit.sm import Cipher, one_of
from app.store.database import Connection, Record
from app.words import CardState, CardWord

_PEOPLE = """
select coalesce(merged_into, id) as id, psn_no from person where psn_no = any($1::varchar[])
"""
# Under a lock, and in the order in which batches and phones take it: a loss that is being reported
# is seen.
_THERE = """
select * from card where card_no_index = any($1::bytea[]) order by id for no key update
"""
_INSERT = """
insert into card (id, person_id, card_no_sealed, card_no_index, card_sn_sealed, card_sn_index,
    state, state_by, state_at)
values ($1, $2, $3, $4, $5, $6, $7, 'file', $8)
"""
_UPDATE = """
update card set card_sn_sealed = $2, card_sn_index = $3, state = $4, state_by = $5, state_at = $6
where id = $1
"""
_CHANGE = """
insert into card_change (id, card_id, state, state_by, actor_id, at)
values ($1, $2, $3, 'file', null, $4)
"""


async def write_cards(
    connection: Connection,
    rows: Sequence[tuple[int, CardRow]],
    cipher: Cipher,
    ids: IdMaker,
    now: datetime,
) -> Written:
    """Writes cards (line, row). A card's number stays with its person for ever."""
    await begin(connection)
    found = await connection.fetch(_PEOPLE, [row.psn_no for _, row in rows])
    people = {row["psn_no"]: row["id"] for row in found}
    indexes = {row.card_no: card_no_indexes(cipher, row.card_no) for _, row in rows}
    stored = await connection.fetch(_THERE, [one for each in indexes.values() for one in each])
    there = {bytes(row["card_no_index"]): row for row in stored}
    turn = _Turn(cipher, ids, now)
    for line, row in rows:
        owner = people.get(row.psn_no)
        known = next((there[one] for one in indexes[row.card_no] if one in there), None)
        if owner is None:
            turn.refused.append((line, "psn_no", "there is no such person"))
        elif known is None:
            turn.add(owner, row, indexes[row.card_no][0])
        elif known["person_id"] != owner:
            turn.refused.append((line, "card_no", "belongs to another person"))
        else:
            turn.change(line, row, known)
    await connection.executemany(_INSERT, turn.new)
    await connection.executemany(_UPDATE, turn.changed)
    await connection.executemany(_CHANGE, turn.history)
    loaded, changed = len(turn.new), len(turn.changed)
    unchanged = len(rows) - len(turn.refused) - loaded - changed
    return Written(loaded, changed, unchanged, turn.refused, warned=turn.warned)


class _Turn:
    """What a chunk does, gathered to be written at once."""

    def __init__(self, cipher: Cipher, ids: IdMaker, now: datetime) -> None:
        self._cipher = cipher
        self._ids = ids
        self._now = now
        self.new: list[tuple[object, ...]] = []
        self.changed: list[tuple[object, ...]] = []
        self.history: list[tuple[object, ...]] = []
        self.refused: list[tuple[int, str, str]] = []
        self.warned: list[tuple[int, str, str]] = []

    def add(self, owner: int, row: CardRow, index: bytes) -> None:
        card, now = self._ids.next(), self._now
        number = self._cipher.seal(row.card_no, card_no_aad(card))
        self.new.append((card, owner, number, index, *self._serial(card, row), row.state, now))
        self.history.append((self._ids.next(), card, row.state, now))

    def change(self, line: int, row: CardRow, known: Record) -> None:
        state = row.state
        if state == CardState.VALID and _reported_lost(known):
            self.warned.append((line, "state", "was reported lost: the counter lifts that"))
            state = CardState.LOST
        same_serial = one_of(
            bytes(known["card_sn_index"]), card_sn_indexes(self._cipher, row.card_sn)
        )
        if same_serial and state == known["state"]:
            return
        card, by, at = known["id"], known["state_by"], known["state_at"]
        if state != known["state"]:
            by, at = CardWord.FILE, self._now
            self.history.append((self._ids.next(), card, state, at))
        self.changed.append((card, *self._serial(card, row), state, by, at))

    def _serial(self, card: int, row: CardRow) -> tuple[bytes, bytes]:
        sealed = self._cipher.seal(row.card_sn, card_sn_aad(card))
        return sealed, card_sn_indexes(self._cipher, row.card_sn)[0]


def _reported_lost(known: Record) -> bool:
    """Whether somebody has reported it: nobody's old list says that it was found."""
    return bool(known["state"] == CardState.LOST and known["state_by"] != CardWord.FILE)
