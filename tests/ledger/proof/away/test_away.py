"""A month's bills are brought away and back: what is here is right all the while."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.settlement.facts.originals import Originals, add_chains
from app.domain.whatif.service import Question, span_of
from app.kit.clock import SystemClock
from app.kit.ids import first_id_at
from app.kit.reasons import Refusal
from app.ledger import repository
from app.ledger.away.errors import MONTH_AWAY
from app.ledger.kinds import TransferKind
from app.ledger.models import Account, Transfer, credit
from app.ledger.proof import receipts
from app.ledger.proof.archive.lines import ROWS, ArchiveError
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.archive.writing import write
from app.ledger.proof.away.attaching import attach, drop
from app.ledger.proof.away.detaching import detach
from app.ledger.proof.away.months import Archived, AwayError, month_of
from app.ledger.proof.receipts import ReceiptError
from app.ledger.proof.service import Verification
from app.ledger.statements import BEGIN, AccountPeriod, Statements
from app.regions.loader import Rulebook
from app.store.database import Database
from tests.cli.test_ledger import qinji
from tests.ledger.conftest import Books
from tests.ledger.proof.away.conftest import APRIL, JULY, JUNE, MAY, NOW, archived, held
from tests.servers import as_owner, owner

_OLD = "select md5(string_agg(t::text, '|' order by id)) from transfer t where id < $1"
_A_YEAR_AGO = """
create or replace function present() returns timestamptz language sql stable
as $$ select '2025-04-30 15:59Z'::timestamptz $$
"""
_BILL = """
select s.id, r.root from settlement s join seal x using (id) join day_root r using (day)
where s.id >= $1 and s.id < $2 and s.kind = 1 order by s.id limit 1
"""


async def clean(old: Books) -> None:
    report = await old.verify()
    assert report.findings == []


async def goes_on(old: Books) -> int:
    """Everybody whose account stood in those months is paid something, and it is sealed."""
    flow = await old.value("select debit_account from transfer where kind = 1 limit 1")
    people = await old.database.rows(
        "select distinct person_id from account where person_id is not null and version > 1"
    )
    async with old.database.transaction() as connection:
        found = await repository.accounts_of(connection, [row[0] for row in people], lock=True)
        accounts = [one for one in found if one.version > 1 and not one.closed]
        before = [(one, one.version) for one in accounts]
        ids = old.database.ids
        moved = [_paid_in(ids.next(), flow, one) for one in accounts]
        await repository.write(connection, moved, before)
    await old.seal(SystemClock().now() + timedelta(minutes=5))
    sealed = "select count(*) from seal where id = any($1::bigint[])"
    assert await old.value(sealed, [one.id for one in moved]) == len(moved) > 5
    return len(moved)


def _paid_in(id_: int, flow: int, account: Account) -> Transfer:
    version, after = credit(account, 100)
    side, kind, at = (version, after), TransferKind.OPENING, SystemClock().now()
    return Transfer(id_, kind, None, None, None, flow, account.id, 100, None, None, *side, at)


async def away(old: Books, folder: Path, *months: Any) -> None:
    async with owner(old.url) as connection:
        for month in months:
            there = await archived(old, month, folder / f"{month:%Y-%m}")
            gone, kept = await detach(connection, *await held(connection, month, there))
            assert gone > 0 and kept > 0


async def test_what_is_away_is_not_here_and_the_books_are_right(old: Books, tmp_path: Path) -> None:
    await clean(old)
    before = await old.value("select count(*) from transfer")
    await away(old, tmp_path, APRIL, MAY)
    row = await old.database.row("select sum(gone) as gone, sum(kept) as kept from month_away")
    assert row is not None and await old.value("select count(*) from transfer") == before - row[0]
    assert await old.value("select count(*) from month_base where version > 0") > 5
    await clean(old)
    await goes_on(old)
    await clean(old)
    ends = await old.value("select away_until()")
    bill = await old.database.row(_BILL, 0, ends)
    assert bill is not None
    with pytest.raises(ReceiptError, match="--archive"):
        await receipts.make(old.database, bill["id"])
    made = json.loads(json.dumps(Archive(tmp_path / "2024-04").receipt(bill["id"])))
    assert receipts.prove(made, bill["root"]).settlement["id"] == bill["id"]
    with pytest.raises(ArchiveError, match="away already"):
        await archived(old, MAY, tmp_path / "again")
    await archived(old, JUNE, tmp_path / "june")
    assert Archive(tmp_path / "june").check() == [], "the month after it is whole"


@pytest.mark.parametrize("dropped", [False, True])
async def test_it_comes_back_as_it_was(old: Books, tmp_path: Path, dropped: bool) -> None:
    ends = first_id_at(JUNE)
    before = await old.value(_OLD, ends)
    await away(old, tmp_path, APRIL, MAY)
    assert await old.value(_OLD, ends) != before
    await goes_on(old)
    async with owner(old.url) as connection:
        april = await held(connection, APRIL, tmp_path / "2024-04")
        may = await held(connection, MAY, tmp_path / "2024-05")
        if dropped:
            await drop(connection, *april)
            await drop(connection, *may)
            with pytest.raises(AwayError, match="archive alone already"):
                await drop(connection, *may)
        with pytest.raises(AwayError, match="a younger month"):
            await attach(connection, *april)
        await attach(connection, *may)
        await clean(old)
        await attach(connection, *april)
        with pytest.raises(AwayError, match="not away"):
            await attach(connection, *april)
        shape = "select count(*) from pg_trigger where tgrelid = 'transfer_2024_05'::regclass"
        other = shape.replace("05", "06")
        assert await connection.fetchval(shape) == await connection.fetchval(other)
    assert await old.value(_OLD, ends) == before
    assert await old.value("select count(*) from month_base") == 0
    await clean(old)


async def test_what_may_not_go_stays(old: Books, tmp_path: Path) -> None:
    may = await archived(old, MAY, tmp_path / "may")
    april = await archived(old, APRIL, tmp_path / "april")
    async with owner(old.url) as connection:
        with pytest.raises(AwayError, match="transfer_before comes first"):
            await detach(connection, *await held(connection, MAY, may))
        with pytest.raises(AwayError, match="not of 2024-04"):
            await held(connection, APRIL, may)
        with pytest.raises(AwayError, match="no part of the transfers"):
            await held(connection, MAY.replace(year=2023), may)
        await connection.execute(
            "insert into waiting (request_id, lane) values (5, 1) on conflict do nothing"
        )
        with pytest.raises(AwayError, match="request 5 "):
            await detach(connection, *await held(connection, APRIL, april))
        await connection.execute("delete from waiting")
        await connection.execute(_A_YEAR_AGO)
        with pytest.raises(AwayError, match="from 2025-05-01 on"):
            await detach(connection, *await held(connection, APRIL, april))
        assert await connection.fetchval("select count(*) from month_away") == 0


async def test_a_changed_archive_is_refused_both_ways(old: Books, tmp_path: Path) -> None:
    april = await archived(old, APRIL, tmp_path / "april")
    whole = (april / ROWS).read_bytes()
    changed = whole.replace(b"500,", b"501,", 1)
    assert changed != whole
    async with owner(old.url) as connection:
        (april / ROWS).write_bytes(changed)
        with pytest.raises(AwayError, match="was changed"):
            await detach(connection, *await held(connection, APRIL, april))
        (april / ROWS).write_bytes(whole)
        given = await held(connection, APRIL, april)
        await detach(connection, *given)
        (april / ROWS).write_bytes(changed)
        for work in (drop, attach):
            with pytest.raises(AwayError, match="was changed"):
                await work(connection, *given)
        (april / ROWS).write_bytes(whole)
        await connection.execute("alter table away.transfer_before disable trigger all")
        await connection.execute(
            "update away.transfer_before set amount_fen = amount_fen + 1"
            " where id = (select min(id) from away.transfer_before)"
        )
        with pytest.raises(AwayError, match="not the same in the archive and here"):
            await attach(connection, *given)


async def test_a_base_or_a_kept_row_that_was_changed_is_found(old: Books, tmp_path: Path) -> None:
    await away(old, tmp_path, APRIL)
    base = "(select min(account_id) from month_base where version > 0)"
    await old.tamper(f"update month_base set fen = fen + 1 where account_id = {base}")
    assert {one.check for one in (await old.verify()).findings} >= {"balance", "chain"}
    await old.tamper(f"update month_base set fen = fen - 1 where account_id = {base}")
    await clean(old)
    await old.tamper(
        "delete from transfer where id = (select min(id) from transfer where kind = 1)"
    )
    wrong = [one for one in (await old.verify()).findings if one.check == "seals"]
    assert any("what was kept of transfer_before" in one.row for one in wrong)


async def test_whose_year_was_never_closed_keeps_what_the_account_moved(
    old: Books, tmp_path: Path
) -> None:
    who = await old.value(
        "select a.person_id from transfer t join account a on a.id = t.debit_account"
        " where t.kind = 2 and t.grant_id is null and a.kind = 1 order by t.id limit 1"
    )
    sum_of = (
        "select sum(t.amount_fen) from transfer t join account a on a.id = t.debit_account"
        f" where t.kind = 2 and a.person_id = {who}"
    )
    before = await old.value(sum_of)
    await old.tamper(f"delete from account_close where person_id = {who}")
    await away(old, tmp_path, APRIL)
    assert await old.value(sum_of) == before
    await clean(old)


async def told(old: Books, begin: datetime) -> list[Any]:
    """The statements of everybody, people and institutions, from a day to the end of July."""
    books, end = Statements(old.database), JULY.replace(month=8)
    people = "select distinct person_id from account where person_id is not null order by 1"
    shops = "select fixmedins_code from institution order by 1"
    found: list[Any] = []
    for row in await old.database.rows(people):
        periods = await books.accounts(row[0], begin, end)
        found += [periods, await books.movements(periods, BEGIN, 10_000)]
    for row in await old.database.rows(shops):
        found.append(await books.institution(row[0], begin, end))
    return found


async def test_statements_go_on_from_there_and_those_of_before_say_so(
    old: Books, tmp_path: Path
) -> None:
    before = await told(old, JUNE)
    assert any(one.opening_fen for one in before if isinstance(one, AccountPeriod))
    await away(old, tmp_path, APRIL, MAY)
    assert await told(old, JUNE) == before
    with pytest.raises(Refusal) as refused:
        await told(old, MAY)
    assert refused.value.reason is MONTH_AWAY and refused.value.params == {"begin": "2024-06"}
    what_if = Question(Rulebook.load(), Rulebook.load(), MAY.date())
    with pytest.raises(Refusal):
        await old.database.look(span_of(what_if))
    span = await old.database.look(span_of(replace(what_if, since=JUNE.date())))
    assert span.first < span.last


async def test_a_bill_of_it_is_known_to_be_away_and_younger_ones_are_whole(
    old: Books, tmp_path: Path
) -> None:
    await away(old, tmp_path, APRIL, MAY)
    ends = await old.value("select away_until()")
    for low, high, since in ((0, ends, "2024-06"), (ends, 2**62, None)):
        bill = await old.database.row(_BILL, low, high)
        assert bill is not None
        found = Originals()
        async with old.database.transaction() as connection:
            await add_chains(connection, {bill["id"]}, found)
        original = found.by_id[bill["id"]]
        assert original.away_since == since and (since or original.transfers)


async def test_several_archives_that_follow_on_each_other_hold_it(
    old: Books, tmp_path: Path
) -> None:
    middle = APRIL.replace(day=20)
    await write(old.database, tmp_path / "one", APRIL, middle, NOW)
    await write(old.database, tmp_path / "two", middle, MAY, NOW)
    one, two = Archive(tmp_path / "one"), Archive(tmp_path / "two")
    before = await old.value(_OLD, first_id_at(JUNE))
    async with owner(old.url) as connection:
        april = await month_of(connection, APRIL)
        with pytest.raises(AwayError, match="not of 2024-04"):
            Archived([one], april)
        with pytest.raises(AwayError, match="is not the same"):
            await detach(connection, april, Archived([two], april))
        whole = Archived([two, one], april)
        await detach(connection, april, whole)
        await drop(connection, april, whole)
        with pytest.raises(AwayError, match="not the archive that"):
            await attach(connection, april, Archived([two], april))
        await attach(connection, april, whole)
    assert await old.value(_OLD, first_id_at(JUNE)) == before


async def test_by_the_command(
    old: Books, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(await archived(old, APRIL, tmp_path / "april"))

    async def says(*words: str) -> tuple[int, str]:
        code, out, err = await qinji(old, redis_url, tmp_path, *words, group="months")
        return code, out + err

    code, said = await says("detach", "2024-04", folder)
    assert code == 1 and "does not own the tables" in said
    monkeypatch.setenv("QINJI_OWNER_DATABASE_URL", as_owner(old.url))
    code, said = await says("detach", "2024-04", folder)
    assert code == 0 and "transfers are away" in said, said
    code, said = await says("attach", "2024-04", folder)
    assert code == 0 and "are back" in said, said
    code, said = await says("drop", "2024-04", folder)
    assert code == 1 and "is not away" in said


class Meanwhile:
    """Reads the books; once it has read which months are away, something happens to them."""

    def __init__(self, database: Database, happens: Callable[[], Awaitable[None]]) -> None:
        self._happens: Callable[[], Awaitable[None]] | None = happens
        self.row, self.value, self.look = database.row, database.value, database.look
        self._rows = database.rows

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        found = await self._rows(sql, *arguments)
        if "from month_away order by ends" in sql and self._happens is not None:
            happens, self._happens = self._happens, None
            await happens()
        return found


async def test_a_month_may_go_while_the_books_are_checked(old: Books, tmp_path: Path) -> None:
    books = Meanwhile(old.database, lambda: away(old, tmp_path, APRIL))
    report = await Verification(
        old.database, books, old.balances, SystemClock(), Rulebook.load()
    ).run()
    assert await old.value("select count(*) from month_away") == 1
    assert report.findings == []
