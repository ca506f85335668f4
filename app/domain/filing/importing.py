"""The file of people who are registered for chronic or special diseases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.domain.filing import chronic, repository
from app.domain.filing.chronic import Chronic
from app.domain.registry.imports import fields as check
from app.domain.registry.imports.book.chunk import Written, begin
from app.domain.registry.imports.importer import FileKind, Report, Watch, run
from app.kit.clock import Clock
from app.kit.sm import Cipher
from app.kit.words.normal import code_form
from app.store.database import Connection, Database

COLUMNS = ("psn_no", "opsp_dise_code", "opsp_dise_name", "begndate", "enddate")
_Line = tuple[str, str, str, date, date | None]


async def import_chronic(
    database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch | None = None
) -> Report:
    """Loads registrations for chronic and special diseases.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, _Line]]) -> Written:
        await begin(connection)
        people = await repository.people(connection, {row[0] for _, row in ready})
        good = [Chronic(people[row[0]], *row[1:]) for _, row in ready if row[0] in people]
        now = clock.now()
        added, changed = await chronic.write(connection, cipher, database.ids, good, now)
        refused = [
            (line, "psn_no", "there is no such person")
            for line, row in ready
            if row[0] not in people
        ]
        return Written(added, changed, len(good) - added - changed, refused)

    kind = FileKind(COLUMNS, _keys, _row, lambda line, row: (line, row), write)
    return await run(database, clock, path, kind, watch or Watch())


def _row(fields: Sequence[str], today: date) -> _Line:
    """Checks one line.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    psn_no, code, name, begins, ends = fields
    check.token("psn_no", psn_no, 30)
    check.token("opsp_dise_code", code_form(code), 30)
    named = check.text("opsp_dise_name", name, 300)
    return psn_no, code_form(code), named, *check.days("begndate", begins, "enddate", ends)


def _keys(fields: Sequence[str]) -> dict[str, str]:
    return {"opsp_dise_code": "\0".join((fields[0], code_form(fields[1]), fields[3]))}
