"""Loads files: people, institutions, catalogue, products, cards, residents' paid years, credits.

A bad line is refused with its number, column and reason, the others are loaded. Loading the same
file again changes nothing. Lines are checked and sealed in a thread while the chunk before is
written; memory holds two chunks, however long the file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from app.domain.registry.imports import rows
from app.domain.registry.imports.book.cards import write_cards
from app.domain.registry.imports.book.chunk import OnChange, Written
from app.domain.registry.imports.book.credits import write_bases, write_credits
from app.domain.registry.imports.book.items import write_items
from app.domain.registry.imports.book.lists import (
    FORMER_FOR,
    write_institutions,
    write_residents,
)
from app.domain.registry.imports.book.people import write_people
from app.domain.registry.imports.book.products import write_products
from app.domain.registry.imports.duplicates import Duplicates
from app.domain.registry.imports.lines import Bad, CsvFile, Line
from app.domain.registry.imports.rows import (
    BaseRow,
    CardRow,
    CreditRow,
    InstitutionRow,
    ItemRow,
    PersonRow,
    ProductRow,
    ResidentRow,
)
from app.domain.registry.indexes import (
    certno_before,
    index_certno,
    index_name,
    index_written,
    name_before,
    written_before,
)
from app.domain.registry.service import certno_aad, name_aad
from app.kit.clock import Clock, local_date
from app.kit.ids import IdMaker
from app.kit.sm import Cipher
from app.kit.value import value
from app.ledger.balances import Renew
from app.store.database import Connection, Database

CHUNK = 10_000
_LINE_BYTES_ABOUT = 60

Row = TypeVar("Row")
Ready = TypeVar("Ready")


class Refused(NamedTuple):
    """A line that was not loaded, or was in spite of what is told."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}: "
        return where + (f"{self.column}: {self.reason}" if self.column else self.reason)


def _nothing(refused: Refused) -> None:
    pass


def _no_doubts(row: object) -> Sequence[Bad]:
    return ()


def _silence(size: int, lines: int) -> None:
    pass


@dataclass(slots=True)
class Watch:
    """Who is told: each refused line, what is wrong in lines that are loaded all the same, and
    after each chunk the bytes and lines it had."""

    refused: Callable[[Refused], None] = _nothing
    warned: Callable[[Refused], None] = _nothing
    progress: Callable[[int, int], None] = _silence


@dataclass(slots=True)
class Report:
    """What an import did, in lines."""

    loaded: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(slots=True)
class _Chunk(Generic[Ready]):
    """Lines made ready to be written, and those refused on the way."""

    ready: list[Ready] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warned: list[Refused] = field(default_factory=list)
    size: int = 0
    lines: int = 0


@value
class FileKind(Generic[Row, Ready]):
    """How one kind of file is read and written; matters above the registry have kinds of their own.

    ``keys``: what no two lines may share, by column; ``prepare`` gets the line's number.
    """

    columns: Sequence[str]
    keys: Callable[[Sequence[str]], dict[str, str]]
    check: Callable[[Sequence[str], date], Row]
    prepare: Callable[[int, Row], Ready]
    write: Callable[[Connection, Sequence[Ready]], Awaitable[Written]]
    renew: Renew | None = None
    doubts: Callable[[Row], Sequence[Bad]] = _no_doubts
    may: Sequence[str] = ()


async def import_people(
    database: Database,
    cipher: Cipher,
    clock: Clock,
    path: Path,
    watch: Watch | None = None,
    *,
    on_change: OnChange,
    renew: Renew,
    lenient: bool = False,
    is_here: Callable[[str], bool] = lambda _: True,
) -> Report:
    """Loads insured persons; opens the accounts of employees that have one.

    Balances are opening balances: they count when an account is opened and never again. Whoever
    depends on a person's insurance hears of its change by ``on_change``, chunk by chunk; whose
    accounts changed is told to ``renew`` after the commit. With ``lenient`` an impossible ID number
    is loaded and told, for a registry with errors of old. ``is_here``: whether a place is of this
    cell; who is insured in another one's is refused.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """
    # Lines are staged in a thread: it needs an id maker, and so a node, of its own.
    ids = await database.another_id_maker()

    async def write(connection: Connection, ready: Sequence[tuple[object, ...]]) -> Written:
        pools = {str(record[14])[:4] for record in ready if record[15]}
        return await write_people(connection, ready, pools, database.ids, clock.now(), on_change)

    kind = FileKind(
        rows.PEOPLE,
        rows.person_keys,
        partial(rows.person_row, lenient=lenient, is_here=is_here),
        lambda line, row: _staged(line, row, cipher, ids),
        write,
        renew,
        rows.number_faults if lenient else _no_doubts,
    )
    return await run(database, clock, path, kind, watch or Watch())


async def import_institutions(
    database: Database,
    cipher: Cipher,
    clock: Clock,
    path: Path,
    watch: Watch | None = None,
    *,
    demo: bool,
    former_for: timedelta = FORMER_FOR,
) -> Report:
    """Loads designated institutions; opens their payable accounts. Who signs in a way that covers
    no body is told.

    ``demo``: whether this is the demo, the one place for keys that everybody can read;
    ``former_for``: how long tills may sign as before, where scheme, key or secret change.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, InstitutionRow]]) -> Written:
        return await write_institutions(
            connection, ready, cipher, database.ids, clock.now(), former_for
        )

    kind = FileKind(
        rows.INSTITUTIONS,
        rows.institution_keys,
        rows.institution_row if demo else rows.real_institution_row,
        lambda line, row: (line, row),
        write,
        doubts=rows.signing_faults,
        may=rows.INSTITUTIONS_MAY,
    )
    return await run(database, clock, path, kind, watch or Watch())


async def import_catalogue(
    database: Database, clock: Clock, path: Path, watch: Watch | None = None
) -> Report:
    """Loads the insurance catalogue.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, ItemRow]]) -> Written:
        return await write_items(connection, ready, clock.now())

    kind = FileKind(
        rows.CATALOGUE,
        rows.item_keys,
        rows.item_row,
        lambda line, row: (line, row),
        write,
        may=rows.CATALOGUE_MAY,
    )
    return await run(database, clock, path, kind, watch or Watch())


async def import_products(
    database: Database, clock: Clock, path: Path, watch: Watch | None = None
) -> Report:
    """Loads which items the boxes of a product may be sold as, by what begins their trace codes.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[ProductRow]) -> Written:
        return await write_products(connection, ready, clock.now())

    kind = FileKind(
        rows.PRODUCTS,
        rows.product_keys,
        rows.product_row,
        lambda line, row: row,
        write,
        may=rows.PRODUCTS_MAY,
    )
    return await run(database, clock, path, kind, watch or Watch())


async def import_residents(
    database: Database, clock: Clock, path: Path, watch: Watch | None = None
) -> Report:
    """Loads the benefit years that residents have paid elsewhere, and what they are besides an age.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, ResidentRow]]) -> Written:
        return await write_residents(connection, ready, clock.now())

    kind = FileKind(
        rows.RESIDENTS,
        rows.resident_keys,
        rows.resident_row,
        lambda line, row: (line, row),
        write,
    )
    return await run(database, clock, path, kind, watch or Watch())


async def import_bases(
    database: Database, clock: Clock, path: Path, watch: Watch | None = None, *, source: str
) -> Report:
    """Loads what people's monthly credit is reckoned from; ``source``: which delivery it is.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, BaseRow]]) -> Written:
        return await write_bases(connection, ready, source, clock.now())

    kind = FileKind(rows.BASES, rows.base_keys, rows.base_row, lambda line, row: (line, row), write)
    return await run(database, clock, path, kind, watch or Watch())


async def import_credits(
    database: Database, clock: Clock, path: Path, watch: Watch | None = None, *, source: str
) -> Report:
    """Loads credits and what is to be taken back; they wait until the region's month is credited.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, CreditRow]]) -> Written:
        return await write_credits(connection, ready, source, database.ids, clock.now())

    kind = FileKind(
        rows.CREDITS, rows.credit_keys, rows.credit_row, lambda line, row: (line, row), write
    )
    return await run(database, clock, path, kind, watch or Watch())


async def import_cards(
    database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch | None = None
) -> Report:
    """Loads social-security cards and what they are now. A loss that was reported on a phone or at
    the counter stands, whatever the file says of a card being valid, and is told.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, CardRow]]) -> Written:
        return await write_cards(connection, ready, cipher, database.ids, clock.now())

    kind = FileKind(rows.CARDS, rows.card_keys, rows.card_row, lambda line, row: (line, row), write)
    return await run(database, clock, path, kind, watch or Watch())


async def run(
    database: Database, clock: Clock, path: Path, kind: FileKind[Row, Ready], watch: Watch
) -> Report:
    """Loads a file of a kind.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """
    file = CsvFile(path, kind.columns, kind.may)
    watch.progress(file.header_size, 0)
    today = local_date(clock.now())
    chunks = _chunks(file, kind, today)
    report = Report()
    chunk = await asyncio.to_thread(next, chunks, None)
    while chunk is not None:
        following = asyncio.create_task(asyncio.to_thread(next, chunks, None))
        try:
            written = await _write(database, kind, chunk.ready, report)
        finally:
            with suppress(Exception):
                await asyncio.shield(following)
        refused = [*chunk.refused, *(Refused(*one) for one in written.refused)]
        report.refused += len(refused)
        for one in sorted(refused):
            watch.refused(one)
        for one in sorted([*chunk.warned, *(Refused(*one) for one in written.warned)]):
            watch.warned(one)
        watch.progress(chunk.size, chunk.lines)
        chunk = following.result()
    return report


async def _write(
    database: Database, kind: FileKind[Row, Ready], ready: Sequence[Ready], report: Report
) -> Written:
    if not ready:
        return Written(0, 0, 0)
    async with database.transaction() as connection:
        written = await kind.write(connection, ready)
    if kind.renew is not None:
        await kind.renew(written.holders)
    report.loaded += written.loaded
    report.changed += written.changed
    report.unchanged += written.unchanged
    return written


def _chunks(file: CsvFile, kind: FileKind[Row, Ready], today: date) -> Iterator[_Chunk[Ready]]:
    duplicates = _marked(file, kind)
    chunk: _Chunk[Ready] = _Chunk()
    for line in file.lines():
        chunk.size += line.size
        chunk.lines += 1
        try:
            row = _checked(line, kind, today, duplicates)
            chunk.ready.append(kind.prepare(line.number, row))
            chunk.warned += [
                Refused(line.number, one.column, one.reason) for one in kind.doubts(row)
            ]
        except Bad as bad:
            chunk.refused.append(Refused(line.number, bad.column, bad.reason))
        if chunk.lines >= CHUNK:
            yield chunk
            chunk = _Chunk()
    if chunk.lines:
        yield chunk


def _marked(file: CsvFile, kind: FileKind[Row, Ready]) -> dict[str, Duplicates]:
    """The first pass: every key of every line that can be read."""
    about = file.size // _LINE_BYTES_ABOUT
    marked = {column: Duplicates(about) for column in kind.keys([""] * len(kind.columns))}
    for line in file.lines():
        if line.bad is None:
            for column, key in kind.keys(line.fields).items():
                marked[column].mark(key)
    return marked


def _checked(
    line: Line, kind: FileKind[Row, Ready], today: date, duplicates: dict[str, Duplicates]
) -> Row:
    if line.bad is not None:
        raise line.bad
    row = kind.check(line.fields, today)
    for column, key in kind.keys(line.fields).items():
        if (first := duplicates[column].seen(key, line.number)) is not None:
            raise Bad(column, f"the same as in line {first}")
    return row


def _staged(line: int, row: PersonRow, cipher: Cipher, ids: IdMaker) -> tuple[object, ...]:
    """A person as a row that is staged; name and number sealed."""
    return (
        line,
        ids.next(),
        row.psn_no,
        cipher.seal(row.psn_name, name_aad(row.psn_no)),
        index_name(cipher, row.psn_name),
        row.psn_cert_type,
        cipher.seal(row.certno, certno_aad(row.psn_no)),
        index_certno(cipher, row.psn_cert_type, row.certno),
        index_written(cipher, row.psn_name, row.certno),
        row.gend,
        row.brdy,
        row.insutype,
        row.psn_type,
        row.psn_insu_stas,
        row.insuplc_admdvs,
        row.has_account,
        ids.next(),
        row.current_fen,
        ids.next(),
        ids.next(),
        row.carried_fen,
        ids.next(),
        *_before(row, cipher),
    )


def _before(row: PersonRow, cipher: Cipher) -> tuple[list[bytes] | None, ...]:
    """Under what name, number and both may lie besides, while keys are rotated."""
    if not cipher.rotating:
        return None, None, None
    return (
        name_before(cipher, row.psn_name),
        certno_before(cipher, row.psn_cert_type, row.certno),
        written_before(cipher, row.psn_name, row.certno),
    )
