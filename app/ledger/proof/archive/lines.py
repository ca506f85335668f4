"""The lines of an archive's files, and what its manifest says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.kit.value import value
from app.ledger.proof.seals import NOTHING, Day

FORMAT = "qinji-archive-1"
MANIFEST, ROWS, BESIDE = "manifest.json", "rows.tsv", "beside.tsv"
_NONE = "-"


class ArchiveError(Exception):
    """An archive can't be made, isn't one, or was changed; the text says what."""


@value
class Line:
    """A row of the books: ``text`` as it was hashed, with the hashes of the transfers before it;
    of a settlement also its transfers."""

    id: int
    day: date
    hash: bytes
    debit: bytes | None
    credit: bytes | None
    transfers: tuple[int, ...]
    text: str

    def written(self) -> bytes:
        moves = ",".join(map(str, self.transfers)) or _NONE
        before = (_NONE if one is None else one.hex() for one in (self.debit, self.credit))
        parts = (str(self.id), self.day.isoformat(), self.hash.hex(), *before, moves, self.text)
        return "\t".join(parts).encode() + b"\n"


@value
class Leaf:
    """A row of another month: only its place in a day's tree."""

    id: int
    day: date
    hash: bytes

    def written(self) -> bytes:
        return f"{self.id}\t{self.day.isoformat()}\t{self.hash.hex()}\n".encode()


def line_of(written: bytes) -> Line:
    """A line as it was written.

    Raises:
        ArchiveError: it isn't one.
    """
    try:
        id_, day, hash_, debit, credit, moves, text = written.decode().rstrip("\n").split("\t", 6)
        return Line(
            int(id_),
            date.fromisoformat(day),
            bytes.fromhex(hash_),
            None if debit == _NONE else bytes.fromhex(debit),
            None if credit == _NONE else bytes.fromhex(credit),
            () if moves == _NONE else tuple(map(int, moves.split(","))),
            text,
        )
    except ValueError as error:
        raise ArchiveError(f"{ROWS} is damaged near {written[:40]!r}") from error


def leaf_of(written: bytes) -> Leaf:
    """Likewise of a row of another month."""
    try:
        id_, day, hash_ = written.decode().rstrip("\n").split("\t")
        return Leaf(int(id_), date.fromisoformat(day), bytes.fromhex(hash_))
    except ValueError as error:
        raise ArchiveError(f"{BESIDE} is damaged near {written[:40]!r}") from error


@value
class Manifest:
    """What an archive holds. ``begins`` to ``ends``: its ids, the last one not included."""

    begins: int
    ends: int
    rows: int
    beside: int
    sums: tuple[tuple[str, str], ...]
    """Each file's SM3."""
    days: tuple[Day, ...]
    made_at: datetime

    def written(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "begins": self.begins,
            "ends": self.ends,
            "rows": self.rows,
            "beside": self.beside,
            "sm3": dict(self.sums),
            "made_at": self.made_at.isoformat(),
            "days": [_written(day) for day in self.days],
        }


def manifest_of(said: Any) -> Manifest:
    """A manifest as it was written.

    Raises:
        ArchiveError: it isn't one.
    """
    try:
        if said["format"] != FORMAT:
            raise ArchiveError(f"{MANIFEST} is of no archive, or of a later version")
        return Manifest(
            int(said["begins"]),
            int(said["ends"]),
            int(said["rows"]),
            int(said["beside"]),
            tuple((str(name), str(sm3)) for name, sm3 in said["sm3"].items()),
            tuple(_day_of(day) for day in said["days"]),
            datetime.fromisoformat(said["made_at"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"{MANIFEST} is damaged") from error


def _written(day: Day) -> dict[str, object]:
    blocks = (f"{id_}:{root.hex()}" for id_, root in zip(day.firsts, day.roots, strict=True))
    return {
        "day": day.day.isoformat(),
        "leaves": day.leaves,
        "last_id": day.last_id,
        "merkle": day.merkle.hex(),
        "previous": (day.previous or NOTHING).hex(),
        "root": day.root.hex(),
        "blocks": list(blocks),
    }


def _day_of(said: Any) -> Day:
    blocks: Sequence[str] = said["blocks"]
    previous = bytes.fromhex(said["previous"])
    return Day(
        date.fromisoformat(said["day"]),
        int(said["leaves"]),
        int(said["last_id"]),
        bytes.fromhex(said["merkle"]),
        None if previous == NOTHING else previous,
        bytes.fromhex(said["root"]),
        tuple(int(block.partition(":")[0]) for block in blocks),
        tuple(bytes.fromhex(block.partition(":")[2]) for block in blocks),
    )
