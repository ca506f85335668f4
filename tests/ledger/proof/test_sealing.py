"""Sealing: off the hot path, in any order of arrival, by any number of sealers, once each."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from app.kit.clock import SystemClock, local_date
from app.kit.ids import first_id_at
from app.ledger.proof.sealing import LedgerSealer
from tests.ledger.conftest import Books
from tests.servers import owner

NOW = datetime.now(UTC)
TOMORROW = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def at_this_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealing goes by the real clock, and this module may have been read long ago."""
    now = datetime.now(UTC)
    monkeypatch.setattr(sys.modules[__name__], "NOW", now)
    monkeypatch.setattr(sys.modules[__name__], "TOMORROW", now + timedelta(days=2))


async def _forget_seals(books: Books) -> None:
    await books.tamper("truncate seal, day_root", "update feed set read_to = 0")


async def _chain(books: Books, ids: list[int]) -> None:
    """Transfers of one account with versions in this order, under these ids."""
    account = await books.value("select id from account where kind = 1 order by id limit 1")
    row = await books.database.row("select * from account where id = $1", account)
    assert row is not None
    payable = await books.value("select id from account where kind = 12 limit 1")
    for number, one in enumerate(ids, 1):
        await books.database.value(
            "insert into transfer (id, kind, debit_account, credit_account, amount_fen, "
            "debit_version, debit_after_fen, created_at) values ($1, 1, $2, $3, 1, $4, $5, $6)",
            one,
            account,
            payable,
            row["version"] + number,
            row["balance_fen"] - number,
            NOW,
        )
    await books.database.value(
        "update account set version = version + $2, balance_fen = balance_fen - $2 where id = $1",
        account,
        len(ids),
    )


async def _wrong(books: Books) -> list[str]:
    return [f"{f.check} {f.row}: {f.found}" for f in (await books.verify()).findings]


async def test_everything_is_sealed_once_and_again_nothing(books: Books) -> None:
    rows = "select (select count(*) from transfer) + (select count(*) from settlement)"
    assert await books.value("select count(*) from seal") == await books.value(rows)
    assert await books.seal() == 0
    leaves = await books.value("select sum(leaves) from day_root")
    assert leaves == await books.value(rows)


async def test_sealing_stays_behind_the_newest(books: Books) -> None:
    fresh = first_id_at(NOW)
    await _chain(books, [fresh])
    assert await books.seal(NOW + timedelta(seconds=20)) == 0
    assert await books.seal(NOW + timedelta(seconds=40)) == 1
    assert await _wrong(books) == []


async def test_two_sealers_at_once_seal_each_row_once(books: Books) -> None:
    await _forget_seals(books)
    sealers = [LedgerSealer(books.database, SystemClock()) for _ in range(4)]
    done = await asyncio.gather(*(sealer.run() for sealer in sealers))
    rows = "select (select count(*) from transfer) + (select count(*) from settlement)"
    assert sum(sealed.rows for sealed in done) == await books.value(rows)
    assert await _wrong(books) == []


async def test_small_batches_give_the_same_seals(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await books.database.rows("select id, hash, day from seal order by id")
    roots = await books.database.rows("select root from day_root order by day")
    await _forget_seals(books)
    monkeypatch.setattr("app.ledger.proof.sealing._BATCH", 7)
    await books.seal()
    assert await books.database.rows("select id, hash, day from seal order by id") == whole
    assert await books.database.rows("select root from day_root order by day") == roots


async def test_a_gentle_sealer_seals_the_same(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await books.database.rows("select id, hash, day from seal order by id")
    await _forget_seals(books)
    monkeypatch.setattr("app.ledger.proof.sealing._SMALL_BATCH", 7)
    assert (await LedgerSealer(books.database, SystemClock()).run_gently()).rows == len(whole)
    assert await books.database.rows("select id, hash, day from seal order by id") == whole


async def test_a_gentle_sealer_does_not_overtake_itself(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _forget_seals(books)
    monkeypatch.setattr("app.ledger.proof.sealing._SMALL_BATCH", 100)
    sealer = LedgerSealer(books.database, SystemClock())
    first = asyncio.create_task(sealer.run_gently())
    await asyncio.sleep(0)
    assert (await sealer.run_gently()).rows == 0
    assert not first.done(), "the second comes back at once"
    assert (await first).rows == await books.value("select count(*) from seal")


async def test_a_gentle_sealer_seals_what_is_late_when_it_can_be_no_later(books: Books) -> None:
    first = first_id_at(NOW)

    async def sealed(after_s: float) -> int:
        at = NOW + timedelta(seconds=after_s)
        return (await LedgerSealer(books.database, SystemClock()).run_gently(now=at)).rows

    await _chain(books, [first + 5])
    assert await sealed(40) == 1
    await _chain(books, [first + 1])  # an id below the mark, committed only now
    assert await sealed(95) == 0
    assert await _wrong(books) == [], "it is not too late yet"
    assert await sealed(3600) == 1, "before the mark moves past it for good"
    assert await _wrong(books) == []


@pytest.mark.parametrize("batch", [1, 2, 2000])
async def test_ids_in_another_order_than_versions(
    books: Books, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    first = first_id_at(NOW)
    monkeypatch.setattr("app.ledger.proof.sealing._BATCH", batch)
    await _chain(books, [first + 3, first + 1, first + 2, first, first + 9])
    assert await books.seal(NOW + timedelta(minutes=2)) == 5
    assert await _wrong(books) == []


async def test_what_is_committed_late_is_sealed_by_the_next_run(books: Books) -> None:
    first = first_id_at(NOW)
    await _chain(books, [first + 5])
    assert await books.seal(NOW + timedelta(seconds=40)) == 1
    await _chain(books, [first + 1])  # an id below the mark, committed only now
    assert await _wrong(books) == []
    assert await books.seal(NOW + timedelta(seconds=50)) == 1
    assert await _wrong(books) == []


async def test_what_is_put_far_below_the_mark_stays_unsealed_and_is_found(books: Books) -> None:
    old = await books.value("select min(id) + 1000000 from transfer where kind = 2")
    await _chain(books, [old, first_id_at(NOW)])
    await books.seal(NOW + timedelta(minutes=1))
    assert [text.split(":")[0] for text in await _wrong(books)] == [f"seals transfer {old}"]


async def test_a_straggler_of_a_closed_day_counts_in_the_next(books: Books) -> None:
    await _chain(books, [first_id_at(NOW)])
    await books.seal(TOMORROW)
    closed = await books.value("select max(day) from day_root where root is not null")
    assert closed == local_date(NOW)
    await _chain(books, [first_id_at(TOMORROW)])  # created_at is of the closed day
    assert await books.seal(TOMORROW + timedelta(minutes=1)) == 1
    day = await books.value("select day from seal order by id desc limit 1")
    assert day == closed + timedelta(days=1)
    assert await _wrong(books) == []


async def test_a_day_with_missing_seals_is_not_closed(books: Books) -> None:
    await _chain(books, [first_id_at(NOW), first_id_at(NOW) + 1])
    assert await books.seal(NOW + timedelta(minutes=1)) == 2
    await books.tamper("delete from seal where id = (select max(id) from seal)")
    before = await books.value("select count(*) from day_root where root is not null")
    await books.seal(TOMORROW)
    assert await books.value("select count(*) from day_root where root is not null") == before


async def test_a_row_that_vanished_with_its_seal_from_an_open_day(books: Books) -> None:
    await _chain(books, [first_id_at(NOW), first_id_at(NOW) + 1])
    await books.seal(NOW + timedelta(minutes=1))
    last = await books.database.row("select * from transfer order by id desc limit 1")
    assert last is not None
    await books.tamper(
        f"delete from transfer where id = {last['id']}",
        f"delete from seal where id = {last['id']}",
        "update account set version = version - 1, balance_fen = balance_fen + 1 "
        f"where id = {last['debit_account']}",
    )
    [wrong] = await _wrong(books)
    assert wrong.startswith(f"days day {local_date(NOW)}:")


@pytest.mark.parametrize(
    "statement",
    ["update seal set hash = hash", "delete from seal",
     "update day_root set leaves = leaves + 1 where root is not null",
     "delete from day_root where root is not null"],
)  # fmt: skip
async def test_seals_and_closed_days_refuse_change(books: Books, statement: str) -> None:
    async with owner(books.url) as connection:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(statement)
