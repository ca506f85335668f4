"""Reads an archive: the receipt of a bill, and whether all of it is as it was sealed."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes

from app.ledger.proof import merkle
from app.ledger.proof.archive.lines import (
    BESIDE,
    MANIFEST,
    ROWS,
    ArchiveError,
    Leaf,
    Line,
    Manifest,
    leaf_of,
    line_of,
    manifest_of,
)
from app.ledger.proof.receipts import ReceiptError, entry_of, receipt_of
from app.ledger.proof.seals import Day, day_hash, leaf

_CHUNK = 1 << 20


class Archive:
    """An archive in a folder.

    Raises:
        ArchiveError: there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self.said = (folder / MANIFEST).read_bytes()
            said = json.loads(self.said)
        except (OSError, ValueError, RecursionError) as error:
            raise ArchiveError(f"{folder} is no archive: it has no {MANIFEST}") from error
        self.manifest: Manifest = manifest_of(said)
        self.days: dict[date, Day] = {day.day: day for day in self.manifest.days}

    @cached_property
    def _beside(self) -> list[Leaf]:
        with (self._folder / BESIDE).open("rb") as file:
            return [leaf_of(line) for line in file]

    def receipt(self, settlement_id: int) -> dict[str, object]:
        """The receipt of a bill, as the running system would make it.

        Raises:
            ReceiptError: the bill isn't in it, or its lines were changed.
            ArchiveError: it is damaged.
        """
        with (self._folder / ROWS).open("rb") as file:
            bill = _find(file, settlement_id)
            if bill is None or not bill.text.startswith('["S'):
                raise ReceiptError(f"there is no settlement {settlement_id} in {self._folder}")
            rows = [bill]
            for one in bill.transfers:
                row = _find(file, one)
                if row is None:
                    raise ReceiptError(f"transfer {one} of it is missing: the archive was changed")
                rows.append(row)
            if len({row.day for row in rows}) != 1 or bill.day not in self.days:
                raise ReceiptError("its rows are sealed under several days")
            day = self.days[bill.day]
            entries = [self._entry(file, row, day) for row in sorted(rows, key=lambda r: r.id)]
        return receipt_of(settlement_id, day, entries)

    def _entry(self, file: BinaryIO, row: Line, day: Day) -> dict[str, object]:
        number = day.block_of(row.id)
        first, last = day.ids_of(number)
        block: list[tuple[int, bytes]] = [
            (one.id, one.hash)
            for one in self._beside
            if first <= one.id <= last and one.day == day.day
        ]
        _seek(file, first)
        for written in file:
            line = line_of(written)
            if line.id > last:
                break
            if line.day == day.day:
                block.append((line.id, line.hash))
        leaves = [hash_ for _, hash_ in sorted(block)]
        if row.hash not in leaves:
            raise ReceiptError("the archive was changed: run `qinji months check`")
        before = row.debit, row.credit
        return entry_of(row.text, before, leaves.index(row.hash), leaves, number, day)

    def check(self, watch: Callable[[int], None] = lambda rows: None) -> list[str]:
        """What is wrong, sentence by sentence; nothing: every file is as it was written, every row
        as it was sealed, and every block of a day that has rows here leads to the day's root."""
        wrong = [
            f"{name}: its SM3 is not that of the manifest"
            for name, sm3 in self.manifest.sums
            if _sm3(self._folder / name) != sm3
        ]
        try:
            wrong += self._check_rows(watch)
        except ArchiveError as error:
            wrong.append(str(error))
        for day in self.manifest.days:
            if merkle.root(day.roots) != day.merkle:
                wrong.append(f"day {day.day}: its blocks don't lead to its tree's root")
            if day_hash(day.previous, day.day, day.leaves, day.merkle) != day.root:
                wrong.append(f"day {day.day}: its root is not that of its tree")
        return wrong

    def _check_rows(self, watch: Callable[[int], None]) -> list[str]:
        wrong: list[str] = []
        trees = {day.day: _Blocks(day) for day in self.manifest.days}
        beside: dict[date, list[Leaf]] = defaultdict(list)
        for one in self._beside:
            beside[one.day].append(one)
        before, count = -1, 0
        for line in self.lines():
            if line.id <= before:
                wrong.append(f"row {line.id}: it stands after row {before}")
            before, count = line.id, count + 1
            if leaf(line.text, line.debit, line.credit) != line.hash:
                wrong.append(f"row {line.id}: it is not what was sealed")
            if line.day not in trees:
                wrong.append(f"row {line.id}: its day {line.day} has no root here")
                continue
            others = beside[line.day]
            while others and others[0].id < line.id:
                one = others.pop(0)
                trees[line.day].add(one.id, one.hash)
            trees[line.day].add(line.id, line.hash)
            if count % 10_000 == 0:
                watch(10_000)
        if count != self.manifest.rows:
            wrong.append(f"{self.manifest.rows} rows were written, {count} are there")
        for day, tree in trees.items():
            for one in beside[day]:
                tree.add(one.id, one.hash)
            wrong += tree.ended()
        return wrong

    def lines(self) -> Iterator[Line]:
        """Its rows in order of id.

        Raises:
            ArchiveError: one of them is damaged.
        """
        with (self._folder / ROWS).open("rb") as file:
            for written in file:
                yield line_of(written)


@dataclass(slots=True)
class _Blocks:
    """A day's blocks while they are read, one at a time."""

    day: Day
    number: int = -1
    hashes: list[bytes] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, id_: int, hash_: bytes) -> None:
        if (number := self.day.block_of(id_)) != self.number:
            self.end()
            self.number = number
        self.hashes.append(hash_)

    def end(self) -> None:
        if self.hashes and merkle.root(self.hashes) != self.day.roots[self.number]:
            first, last = self.day.ids_of(self.number)
            self.wrong.append(f"day {self.day.day}: rows {first} to {last} are not those sealed")
        self.hashes.clear()

    def ended(self) -> list[str]:
        self.end()
        return self.wrong


def _seek(file: BinaryIO, wanted: int) -> None:
    """Goes to the first line whose id isn't lower."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        _to_line(file, middle)
        at = file.tell()
        line = file.readline()
        if not line or int(line.partition(b"\t")[0]) >= wanted:
            high = middle
        else:
            low = at + len(line)
    _to_line(file, low)


def _to_line(file: BinaryIO, place: int) -> None:
    """Goes to the first line that begins at a place or later."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline()


def _find(file: BinaryIO, wanted: int) -> Line | None:
    try:
        _seek(file, wanted)
        written = file.readline()
        line = line_of(written) if written else None
    except ValueError as error:
        raise ArchiveError(f"{ROWS} is damaged") from error
    return line if line is not None and line.id == wanted else None


def _sm3(path: Path) -> str:
    found = hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.finalize().hex()
