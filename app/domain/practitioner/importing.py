"""The file of practitioners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.domain.practitioner import service
from app.domain.practitioner.service import Practitioner
from app.domain.registry.imports import fields as check
from app.domain.registry.imports.book.chunk import Written, begin
from app.domain.registry.imports.importer import FileKind, Report, Watch, run
from app.domain.registry.imports.rows import CERT_TYPES, registered
from app.kit.clock import Clock
from app.kit.sm import Cipher
from app.kit.words.normal import code_form
from app.store.database import Connection, Database

COLUMNS = (
    "fixmedins_code", "prac_psn_code", "prac_psn_no", "prac_psn_type", "prac_psn_name",
    "psn_cert_type", "certno", "prac_psn_cert", "prac_cert_no", "hi_dr_flag", "begntime", "endtime",
    "chg_rea",
)  # fmt: skip


async def import_practitioners(
    database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch | None = None
) -> Report:
    """Loads doctors, pharmacists and the like.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """

    async def write(connection: Connection, ready: Sequence[tuple[int, Practitioner]]) -> Written:
        await begin(connection)
        known = await service.known(connection, {one.fixmedins_code for _, one in ready})
        good = [one for _, one in ready if one.fixmedins_code in known]
        added, changed = await service.write(connection, cipher, good, clock.now())
        refused = [
            (line, "fixmedins_code", "there is no such institution")
            for line, one in ready
            if one.fixmedins_code not in known
        ]
        return Written(added, changed, len(good) - added - changed, refused)

    kind = FileKind(COLUMNS, _keys, _row, lambda line, row: (line, row), write)
    return await run(database, clock, path, kind, watch or Watch())


def _row(fields: Sequence[str], today: date) -> Practitioner:
    """Checks one line.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    shop, code, number, kind, name, cert_type, certno, paper, licence, doctor, *rest = fields
    shop, code = registered(shop), code_form(code)
    check.alnum("fixmedins_code", shop, 14)
    check.token("prac_psn_code", code, 20)
    check.digits("prac_psn_type", kind, 1, 2, 3, 4, 5, 6)
    check.code("psn_cert_type", cert_type, CERT_TYPES)
    begins, ends = check.days("begntime", rest[0], "endtime", rest[1])
    return Practitioner(
        shop,
        code,
        check.text("prac_psn_no", number, 20, empty=True),
        kind,
        cert_type,
        check.text("prac_psn_name", name, 50),
        check.text("certno", certno, 50).upper(),
        check.text("prac_psn_cert", paper, 30, empty=True),
        check.text("prac_cert_no", licence, 30, empty=True),
        check.flag("hi_dr_flag", doctor),
        begins,
        ends,
        check.text("chg_rea", rest[2], 200, empty=True),
    )


def _keys(fields: Sequence[str]) -> dict[str, str]:
    return {"prac_psn_code": f"{registered(fields[0])}\0{code_form(fields[1])}"}
