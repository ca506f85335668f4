"""The audit's chain: every line of who signed in and who looked, from before it too; whatever is
changed, removed or put in is named; its head can be kept elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from app.domain.counter import repository as acts
from app.domain.counter.values import Clerk, Doing, Paper
from app.domain.staff import repository
from app.domain.staff.values import Look, Operator, Secret, Visitor
from app.kit.clock import SystemClock
from app.kit.ids import IdMaker, first_id_at
from app.kit.sm import Cipher
from app.ledger.balances import Balances
from app.ledger.proof.audit.lines import FORMS, Head, head_of
from app.ledger.proof.audit.replay import AUDIT, AUDIT_SHARED, replay_audit
from app.ledger.proof.audit.sealing import AuditSealer
from app.ledger.proof.findings import Report
from app.ledger.proof.service import Verification
from app.regions.loader import Rulebook
from app.store.cache import Cache
from app.store.cells.places import PLACES
from app.store.cells.shared import Shared
from app.store.database import Database
from tests.ledger.conftest import Books
from tests.servers import new_database
from tests.store.cells.test_places import named
from worker import jobs

CIPHER = Cipher(b"d" * 16, b"i" * 16)

LINES, ACT = 8, 5
VISITOR = Visitor("10.0.0.9", "r")
OTHER = {
    "bigint": "coalesce({0}, 0) + 1",
    "boolean": "not {0}",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "character varying": "case {0} when 'in' then 'out' else {0} || '.' end",
}
"""Another value than the one there is, by type."""


class _Next(IdMaker):
    """Gives one id only."""

    def __init__(self, id_: int) -> None:
        super().__init__(0)
        self._id = id_

    def next(self) -> int:
        return self._id


class _Ahead(SystemClock):
    def now(self) -> datetime:
        return super().now() + timedelta(minutes=1)


@dataclass
class Trail(Books):
    """An audit with eight lines of two operators, looks and sign-ins, in a chain."""

    ids: list[int] = field(default_factory=list)

    async def note(self, number: int, moment: datetime) -> None:
        """One more line of the audit, with an id of that moment."""
        who = await self.value(
            "select id from ops_operator order by id limit 1 offset $1", number % 2
        )
        self.database.ids = _Next(first_id_at(moment) + number)
        self.ids.append(self.database.ids.next())
        if number == ACT:
            await self.act(who, moment)
        elif number % 3:
            look = Look("story", f"setl_id {number}", True, None, f"投诉 {number}")
            await repository.note_look(
                Shared(self.database), CIPHER, who, look, moment, f"r{number}"
            )
        else:
            await repository.note_sign_in(Shared(self.database), who, "10.0.0.9", "in", moment, "r")

    async def act(self, who: int, moment: datetime) -> None:
        """What a clerk did, with another one's yes."""
        paper, doing = Paper("F-1", "投诉"), Doing(self.database.ids.next(), 3, 4)
        clerk = Clerk(Operator(who, "clerk-2", "approver", moment, None, "1301"), VISITOR)
        first = Operator(who + 9, "clerk-1", "clerk", moment, None, "1301")
        async with self.database.transaction() as connection:
            await acts.write(
                connection, CIPHER, doing, 5, "refund", paper, clerk, moment, proposer=first
            )

    async def chain(self, at: datetime | None = None) -> int:
        return await AuditSealer(self.database, SystemClock()).run(now=at)

    async def wrong(self, kept: Head | None = None) -> list[tuple[str, str]]:
        report = Report(datetime.now(UTC))
        await replay_audit(self.database, report, lambda rows: None, kept)
        assert report.checks[AUDIT].wrong == len(report.findings)
        return [(one.row, one.found) for one in report.findings]

    async def head(self) -> Head:
        report = await self.verify()
        assert report.wrong == 0
        return head_of(report.figures["audit"])


@pytest.fixture
async def trail(migrated: str, cache: Cache) -> AsyncIterator[Trail]:
    database = await Database.open(migrated)
    found = Trail(migrated, database, Balances(database, cache, SystemClock()), cache)
    begun = datetime.now(UTC) - timedelta(hours=1)
    for name in ("viewer-1", "auditor-1"):
        secret = Secret(b"h" * 32, b"s" * 16, 2, 1, 1)
        assert await repository.add(Shared(database), name, "auditor", secret, begun)
    for number in range(LINES):
        await found.note(number, begun + timedelta(minutes=number))
    assert await found.chain() == LINES
    yield found
    await database.close()


def _literal(value: object) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, bool | int) else f"'{value}'"


def the(trail: Trail, number: int) -> str:
    kind = "act" if number == ACT else "look" if number % 3 else "sign-in"
    return f"{kind} {trail.ids[number]}"


async def test_lines_of_before_and_new_ones_are_in_one_chain(trail: Trail) -> None:
    assert await trail.wrong() == []
    before = await trail.head()
    assert before.lines == LINES
    await trail.note(LINES, datetime.now(UTC) - timedelta(minutes=1))
    assert await trail.chain() == 1
    assert (await trail.head()).lines == LINES + 1
    assert await trail.wrong(kept=before) == []
    assert await trail.chain() == 0


async def test_the_newest_wait_half_a_minute_and_what_is_late_is_taken_in(trail: Trail) -> None:
    now = datetime.now(UTC)
    await trail.note(LINES, now)
    assert await trail.chain(now + timedelta(seconds=20)) == 0
    assert await trail.wrong() == [], "not yet in the chain, and not wrong"
    assert await trail.chain(now + timedelta(seconds=40)) == 1
    await trail.note(LINES + 1, now - timedelta(seconds=20))  # committed late
    assert await trail.chain(now + timedelta(seconds=50)) == 1
    assert await trail.wrong() == []


async def test_every_column_is_in_the_chain(trail: Trail) -> None:
    """A column that is added later wants a form of its own."""
    for form in FORMS:
        rows = await trail.database.rows(
            "select column_name from information_schema.columns where table_name = $1"
            " order by ordinal_position",
            form.table,
        )
        assert tuple(row[0] for row in rows) == form.fields
        for column in form.fields[1:]:
            kind = await trail.value(
                "select data_type from information_schema.columns where table_name = $1"
                " and column_name = $2",
                form.table,
                column,
            )
            other = OTHER[kind].format(column)
            line = await trail.value(f"select min(id) from {form.table}")
            kept = await trail.value(f"select r.{column} from {form.table} r where id = {line}")
            await trail.tamper(f"update {form.table} set {column} = {other} where id = {line}")
            [(row, found)] = await trail.wrong()
            assert row.startswith(f"{form.name} {line}, line ") and found.startswith("changed")
            await trail.tamper(
                f"update {form.table} set {column} = {_literal(kept)} where id = {line}"
            )
            assert await trail.wrong() == []


async def test_a_line_is_of_whom_it_was(trail: Trail) -> None:
    """Another name for an operator: it would say of somebody else what he has done."""
    await trail.tamper("update ops_operator set name = 'somebody' where name = 'viewer-1'")
    assert [row for row, _ in await trail.wrong()] == [
        f"{the(trail, number)}, line {number + 1} of the audit" for number in range(0, LINES, 2)
    ]


async def test_a_missing_line_is_named(trail: Trail) -> None:
    await trail.tamper(f"delete from ops_look where id = {trail.ids[4]}")
    assert await trail.wrong() == [(f"{the(trail, 4)}, line 5 of the audit", "removed")]


async def test_a_line_that_was_removed_with_its_place_in_the_chain(trail: Trail) -> None:
    gone = trail.ids[4]
    await trail.tamper(
        f"delete from ops_look where id = {gone}", f"delete from audit_seal where id = {gone}"
    )
    assert await trail.wrong() == [("lines 5 to 5 of the audit", "removed")]
    await trail.tamper("update audit_seal set position = position - 1 where position > 5")
    [(row, found)] = await trail.wrong()
    assert row == f"{the(trail, 5)}, line 5 of the audit"
    assert "lines before it were removed" in found


async def test_a_line_that_was_put_in_is_named(trail: Trail) -> None:
    await trail.note(LINES, datetime.now(UTC) - timedelta(minutes=57, seconds=30))
    assert await trail.chain() == 0
    assert await trail.wrong() == [(the(trail, LINES), "put in later")]
    # … also when the chain is made to take it in.
    await trail.tamper("update feed set read_to = 0 where name = 'audit'")
    assert await trail.chain() == 1
    [(row, found)] = await trail.wrong()
    assert row == f"{the(trail, LINES)}, line {LINES + 1} of the audit"
    assert found == "put in after later ones had been sealed"


@pytest.mark.parametrize("forged", [False, True])
async def test_a_head_kept_outside_tells_of_a_chain_that_was_made_anew(
    trail: Trail, forged: bool
) -> None:
    """Who can do everything in the database removes the last lines, or seals all of it again."""
    kept = await trail.head()
    if forged:
        await trail.tamper(
            f"update ops_look set reason = 'nothing' where id = {trail.ids[4]}",
            "truncate audit_seal",
            "update feed set read_to = 0 where name = 'audit'",
        )
        assert await trail.chain() == LINES
    else:
        await trail.tamper(
            f"delete from ops_look where id = {trail.ids[-1]}",
            f"delete from audit_seal where position = {LINES}",
        )
    assert await trail.wrong() == [], "the chain itself is whole"
    [(row, found)] = await trail.wrong(kept=kept)
    assert row == f"line {LINES} of the audit"
    assert forged or found == f"{LINES - 1} lines"


async def test_a_chain_goes_on_in_both_when_the_shared_tables_get_a_database_of_their_own(
    trail: Trail,
) -> None:
    """What was sealed in one stays valid in both, and each takes in what is written beside it."""
    kept = await trail.head()
    await trail.database.close()
    name = urlsplit(trail.url).path.strip("/")
    async with new_database(trail.url, "shared", name) as url:
        cell, shared = await Database.open(trail.url), await Database.open(url, models=False)
        trail.database = cell
        there = Trail(url, shared, trail.balances, trail.cache, list(trail.ids))
        before = datetime.now(UTC) - timedelta(minutes=1)
        await there.note(LINES + 2, before)
        await there.note(LINES + 3, before)
        cell.ids = _Next(first_id_at(before))
        await trail.act(1, before)
        sealer = AuditSealer(cell, SystemClock(), Shared(shared))
        assert (await sealer.run(), await sealer.run()) == (3, 0)
        verification = Verification(
            cell, cell, trail.balances, SystemClock(), Rulebook.load(), Shared(shared)
        )
        report = await verification.run(kept=kept, kept_shared=kept)
        assert report.wrong == 0
        heads = [head_of(report.figures[name]) for name in (AUDIT, AUDIT_SHARED)]
        assert [head.lines for head in heads] == [LINES + 1, LINES + 2]
        report = await verification.run(kept=heads[1], kept_shared=heads[0])
        assert {one.check for one in report.findings} == {AUDIT, AUDIT_SHARED}
        await there.tamper(f"delete from ops_look where id = {there.ids[-1]}")
        report = await verification.run()
        found = [(one.check, one.row.partition(",")[0]) for one in report.findings]
        assert found == [(AUDIT_SHARED, f"look {there.ids[-1]}")]
        await shared.close()


def test_a_line_is_hashed_from_tables_that_are_beside_it() -> None:
    for form in FORMS:
        tables = named(f"select {form.text} from {form.table} r")
        assert {PLACES[table] for table in tables} == {PLACES[form.table]}, form.table


async def test_two_at_once_take_each_line_once(trail: Trail) -> None:
    await trail.tamper("truncate audit_seal", "update feed set read_to = 0 where name = 'audit'")
    done = await asyncio.gather(*(trail.chain() for _ in range(4)))
    assert sum(done) == LINES
    assert await trail.wrong() == []


async def test_who_writes_waits_for_no_chain(trail: Trail) -> None:
    """While somebody holds the chain's turn a look is written at once."""
    async with trail.database.transaction() as connection:
        await connection.execute("select 1 from feed where name = 'audit' for update")
        async with asyncio.timeout(5):
            await trail.note(LINES, datetime.now(UTC))


async def test_the_worker_lengthens_the_chain_and_logs_its_head(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, clock = trail.database, _Ahead()
    services = SimpleNamespace(
        audit_sealer=AuditSealer(database, clock),
        verification=Verification(database, database, trail.balances, clock, Rulebook.load()),
    )
    await trail.note(LINES, datetime.now(UTC))
    assert await jobs.seal_audit({"services": services}) == 1
    head = await trail.head()
    assert head.lines == LINES + 1
    said: list[dict[str, object]] = []
    monkeypatch.setattr(jobs.log, "log", lambda level, event, **more: said.append(more))
    trail.database.ids = _Next(first_id_at(datetime.now(UTC)))
    await jobs.verify({"services": services})
    assert said == [{"wrong": 0, "last_day": None, "last_root": None, "audit": str(head)}]
