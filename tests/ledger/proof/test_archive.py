"""A part of the books as files: each bill is proved from them alone, what is changed is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.kit.clock import midnight
from app.kit.ids import first_id_at, moment_of
from app.ledger.proof import receipts
from app.ledger.proof.archive.lines import BESIDE, MANIFEST, ROWS, ArchiveError, Manifest, line_of
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.archive.writing import write
from app.ledger.proof.receipts import ReceiptError
from tests.cli.test_ledger import qinji
from tests.ledger.conftest import Books

NOW = datetime(2030, 1, 1, tzinfo=UTC)
_BILLS = """
select s.id, r.root from settlement s join seal x using (id) join day_root r using (day)
where s.id >= $1 and s.id < $2 order by s.id
"""


async def days(books: Books) -> list[date]:
    rows = await books.database.rows("select day from day_root where root is not null order by day")
    return [row["day"] for row in rows]


async def archived(books: Books, folder: Path, begins: datetime, ends: datetime) -> Manifest:
    return await write(books.database, folder, begins, ends, NOW)


async def whole_days(books: Books, folder: Path) -> Manifest:
    closed = await days(books)
    ends = midnight(closed[-1]) + timedelta(days=1)
    return await archived(books, folder, midnight(closed[0]), ends)


async def test_every_bill_of_it_is_proved_from_the_files_alone(
    books: Books, tmp_path: Path
) -> None:
    made = await whole_days(books, tmp_path / "all")
    bills = await books.database.rows(_BILLS, made.begins, made.ends)
    assert len(bills) > 100
    there = Archive(tmp_path / "all")
    assert there.manifest == made and there.check() == []
    for bill in bills[::7]:
        receipt = there.receipt(bill["id"])
        live = await receipts.make(books.database, bill["id"])
        assert json.loads(json.dumps(receipt)) == json.loads(json.dumps(live))
        assert receipts.prove(receipt, bill["root"]).settlement["id"] == bill["id"]
    rows = await books.value(
        "select (select count(*) from transfer where id >= $1 and id < $2)"
        " + (select count(*) from settlement where id >= $1 and id < $2)",
        made.begins,
        made.ends,
    )
    assert made.rows == rows
    with pytest.raises(ReceiptError, match="no settlement 5 "):
        there.receipt(5)
    with pytest.raises(ArchiveError, match="there already"):
        await whole_days(books, tmp_path / "all")


async def test_a_border_may_fall_into_a_day_and_into_a_bill(books: Books, tmp_path: Path) -> None:
    """As months do where something was committed late, or clocks differ."""
    closed = await days(books)
    first = first_id_at(midnight(closed[0]))
    bills = await books.database.rows(_BILLS, first, first_id_at(midnight(closed[-1])))
    bill = await books.database.row(
        "select s.id, t.id as move, r.root from settlement s join transfer t"
        " on t.settlement_id = s.id join seal x on x.id = s.id join day_root r using (day)"
        " where t.id >> 22 > s.id >> 22 and r.root is not null order by s.id desc limit 1"
    )
    middle = bills[len(bills) // 2]["id"] if bill is None else bill["move"]
    border = moment_of(middle)
    begins, ends = midnight(closed[0]), midnight(closed[-1]) + timedelta(days=1)
    made = [
        await archived(books, tmp_path / "one", begins, border),
        await archived(books, tmp_path / "two", border, ends),
    ]
    assert made[0].ends == made[1].begins and min(one.beside for one in made) > 0
    found = 0
    for number, one in enumerate(made):
        there = Archive(tmp_path / ("one", "two")[number])
        assert there.check() == []
        for row in await books.database.rows(_BILLS, one.begins, one.ends):
            if row["root"] is not None:
                receipts.prove(there.receipt(row["id"]), row["root"])
                found += 1
    assert found > 100


def _text(folder: Path) -> None:
    rows = (folder / ROWS).read_bytes()
    (folder / ROWS).write_bytes(rows.replace(b"1500", b"1501"))


def _hash(folder: Path) -> None:
    rows = (folder / ROWS).read_bytes().split(b"\n")
    line = line_of(rows[40] + b"\n")
    rows[40] = rows[40].replace(line.hash.hex().encode(), b"00" * 32)
    (folder / ROWS).write_bytes(b"\n".join(rows))


def _gone(folder: Path) -> None:
    rows = (folder / ROWS).read_bytes().split(b"\n")
    (folder / ROWS).write_bytes(b"\n".join(rows[:40] + rows[41:]))


def _torn(folder: Path) -> None:
    rows = (folder / ROWS).read_bytes()
    (folder / ROWS).write_bytes(rows[: len(rows) // 2])


def _root(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["days"][0]["root"] = "00" * 32
    (folder / MANIFEST).write_text(json.dumps(manifest))


def _block(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    first = manifest["days"][0]["blocks"][0].partition(":")[0]
    manifest["days"][0]["blocks"][0] = f"{first}:{'00' * 32}"
    (folder / MANIFEST).write_text(json.dumps(manifest))


def _leaf(folder: Path) -> None:
    (folder / BESIDE).write_text("1\tno day\n")


@pytest.mark.parametrize("change", [_text, _hash, _gone, _torn, _root, _block, _leaf])
async def test_what_is_changed_is_told(
    books: Books, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    await whole_days(books, tmp_path / "all")
    change(tmp_path / "all")
    assert Archive(tmp_path / "all").check()


async def test_what_is_no_archive_is_none(books: Books, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=MANIFEST):
        Archive(tmp_path)
    for text in ("[]", "{}", '{"format": "qinji-archive-1"}', '{"format": 1}', "nothing"):
        (tmp_path / MANIFEST).write_text(text)
        with pytest.raises(ArchiveError):
            Archive(tmp_path)
    # Between midnight in China and two o'clock all that there is lies in days that are closed.
    await books.tamper("delete from day_root where day = (select max(day) from seal)")
    today = datetime.now(UTC)
    with pytest.raises(ArchiveError, match=r"not (closed|sealed)"):
        await archived(books, tmp_path / "open", today - timedelta(days=30), today)
    with pytest.raises(ArchiveError, match=MANIFEST):
        Archive(tmp_path / "open")


async def test_from_the_command_line(books: Books, redis_url: str, tmp_path: Path) -> None:
    made = await whole_days(books, tmp_path / "all")
    bill = (await books.database.rows(_BILLS, made.begins, made.ends))[3]
    folder, root = str(tmp_path / "all"), bill["root"].hex()
    words = ("prove", str(bill["id"]), "--archive", folder, "--root", root)
    code, out, err = await qinji(books, redis_url, tmp_path, *words)
    assert code == 0 and f"settlement {bill['id']}" in out, err
    code, _, err = await qinji(books, redis_url, tmp_path, *words[:-1], "00" * 32)
    assert code == 1 and "NOT proven" in err
    code, out, err = await qinji(books, redis_url, tmp_path, "check", folder, group="months")
    assert code == 0 and root in out and ": 0 wrong" in out, err
    _gone(tmp_path / "all")
    code, _, err = await qinji(books, redis_url, tmp_path, "check", folder, group="months")
    assert code == 1 and "are not those sealed" in err
    month = str(tmp_path / "month")
    code, out, err = await qinji(
        books, redis_url, tmp_path, "archive", "2024-02", month, group="months"
    )
    assert code == 0 and "0 rows of 0 days" in out, err
    for to_come, folder in (("2099-12", "more"), ("2024-02", "month")):
        more = ("archive", to_come, str(tmp_path / folder))
        code, _, err = await qinji(books, redis_url, tmp_path, *more, group="months")
        assert code == 1 and ("not over" in err or "there already" in err), err
    assert not (tmp_path / "more").exists()
    code, out, err = await qinji(books, redis_url, tmp_path, "show", group="months")
    assert code == 0 and "transfer_rest" in out, err
