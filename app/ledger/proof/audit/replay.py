"""Walks the audit's chain again: a line that was changed, removed or put in later is found.

Findings name a line and tell nothing of what stands in it: reasons are typed by people.
"""

from __future__ import annotations

import asyncio

from app.ledger.proof.audit.chains import forms_in
from app.ledger.proof.audit.lines import BEGINNING, FEED, FORMS, Form, Head, line_hash
from app.ledger.proof.books import Watch
from app.ledger.proof.findings import KEPT, Report
from app.store.cells.places import Place
from app.store.database import Connection, Record
from app.store.feed import floor
from app.store.late.reading import Reader

AUDIT, AUDIT_SHARED = "audit", "audit_shared"
"""The checks, and the figures with the heads: of the chain, and of the one that the shared tables
have in a database of their own."""
_ROWS, _AT_ONCE = 5000, 256
_TIMEOUT_S = 600.0
_BY_KIND = {form.kind: form for form in FORMS}


def _read(forms: tuple[Form, ...]) -> str:
    texts = " ".join(
        f"when {form.kind} then (select {form.text} from {form.table} r where r.id = x.id)"  # noqa: S608
        for form in forms
    )
    return f"""
select x.position, x.id, x.kind, x.hash, case x.kind {texts} end as text
from audit_seal x where x.position > $1 order by x.position limit {_ROWS}
"""  # noqa: S608


def _inserted(form: Form) -> str:
    return f"""
select r.id, count(*) over () as wrong from {form.table} r
where r.id <= $1 and not exists (select from audit_seal x where x.id = r.id)
order by r.id limit {KEPT}
"""  # noqa: S608


class _Chain:
    """The chain as far as it was walked."""

    def __init__(self, check: str, report: Report, kept: Head | None) -> None:
        self._check = check
        self._report = report
        self._kept = kept
        self._before: bytes | None = BEGINNING
        self._newest = 0
        self.walked = 0

    def take(self, row: Record) -> None:
        position, name = row["position"], _name(row["kind"], row["id"])
        where = f"{name}, line {position} of the audit"
        if position != self.walked + 1:
            self._wrong(f"lines {self.walked + 1} to {position - 1} of the audit", "removed")
            self._before = None  # what the next one was chained to is gone with them
        if row["text"] is None:
            self._wrong(where, "removed")
        elif self._before is not None and line_hash(self._before, row["text"]) != row["hash"]:
            self._wrong(where, "changed, or lines before it were removed")
        elif row["id"] <= floor(self._newest):
            self._wrong(where, "put in after later ones had been sealed")
        if self._kept is not None and self._kept.lines == position:
            self.compare(row["hash"])
        self._before = row["hash"]
        self._newest = max(self._newest, row["id"])
        self.walked = position

    @property
    def head(self) -> Head | None:
        """The last line's; None: there is none."""
        return Head(self.walked, self._before) if self.walked and self._before else None

    def end(self) -> None:
        """Was it longer when its head was kept?"""
        if self._kept is not None and self._kept.lines > self.walked:
            self.compare(None)

    def compare(self, found: bytes | None) -> None:
        assert self._kept is not None
        if found != self._kept.hash:
            self._report.add(
                self._check,
                f"line {self._kept.lines} of the audit",
                f"hash {self._kept.hash.hex()}, as kept outside",
                found.hex() if found else f"{self.walked} lines",
            )

    def _wrong(self, row: str, found: str) -> None:
        self._report.add(self._check, row, "as it was sealed", found)


async def replay_audit(
    reader: Reader,
    report: Report,
    watch: Watch,
    kept: Head | None = None,
    place: Place | None = None,
) -> None:
    """Compares every line with the chain, and the chain with a head that was kept outside.

    ``place``: of the tables whose lines are chained there, where that is not all of them.
    """
    check = AUDIT_SHARED if place is Place.SHARED else AUDIT
    forms = FORMS if place is None else await forms_in(reader, place)
    too_late = floor(
        await reader.value("select coalesce(max(read_to), 0) from feed where name = $1", FEED)
    )
    chain = _Chain(check, report, kept)
    report.looked(check, 0)
    read = _read(forms)
    while rows := await _portion(reader, read, chain.walked):
        for number, row in enumerate(rows):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # others of this process go on
            chain.take(row)
        report.looked(check, len(rows))
        watch(len(rows))
    chain.end()
    for form in forms:
        await _find_inserted(reader, form, too_late, check, report)
    report.figures[check] = str(chain.head) if chain.head else None


async def _portion(reader: Reader, read: str, after: int) -> list[Record]:
    async def work(connection: Connection) -> list[Record]:
        return list(await connection.fetch(read, after, timeout=_TIMEOUT_S))

    return await reader.look(work)


async def _find_inserted(
    reader: Reader, form: Form, too_late: int, check: str, report: Report
) -> None:
    async def work(connection: Connection) -> list[Record]:
        return list(await connection.fetch(_inserted(form), too_late, timeout=_TIMEOUT_S))

    rows = await reader.look(work)
    for row in rows:
        report.add(check, f"{form.name} {row['id']}", "in the chain", "put in later")
    report.checks[check].wrong += max(0, rows[0]["wrong"] - len(rows)) if rows else 0


def _name(kind: int, row_id: int) -> str:
    form = _BY_KIND.get(kind)
    return f"{form.name if form else f'kind {kind}'} {row_id}"
