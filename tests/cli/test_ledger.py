"""``qinji ledger …`` as it is typed, and the worker's jobs."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.registry.service import name_aad
from app.kit.ids import first_id_at
from app.kit.sm import Cipher
from app.settings import Settings
from tests import commands
from tests.ledger.conftest import Books
from worker.main import make_worker

KEY = "11" * 16


async def qinji(
    books: Books, redis_url: str, home: Path, *words: str, group: str = "ledger", said: str = ""
) -> tuple[int, str, str]:
    """Runs the command on a test's ledger: exit code, stdout, stderr. ``said``: what is typed at
    its prompt."""
    own = {
        "QINJI_DATABASE_URL": books.url,
        "QINJI_REDIS_URL": redis_url.replace("db=0", "db=7"),
        "QINJI_HOME": str(home),
        "QINJI_DATA_KEY": KEY,
        "QINJI_INDEX_KEY": KEY,
    }
    return await commands.qinji(own, group, *words, said=said)


async def test_verify_tells_and_exits_by_what_it_finds(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    code, out, err = await qinji(books, redis_url, tmp_path, "verify")
    assert (code, "0 wrong" in out) == (0, True), err
    account = await books.value("select min(id) from account where kind = 1")
    await books.tamper(f"update account set balance_fen = 1 where id = {account}")
    code, out, _ = await qinji(books, redis_url, tmp_path, "verify")
    assert code == 1 and f"balance: account {account}" in out and "balance_fen 1," in out
    code, out, _ = await qinji(books, redis_url, tmp_path, "verify", "--json", "--store")
    report = json.loads(out)
    assert code == 1 and report["wrong"] == 1
    assert report["findings"][0]["row"] == f"account {account}"
    assert await books.value("select (counts ->> 'wrong')::int from verification") == 1


async def test_a_receipt_from_the_command_line(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    row = await books.database.row(
        "select s.id, encode(r.root, 'hex') as root from settlement s join seal x using (id) "
        "join day_root r using (day) where r.root is not null limit 1"
    )
    assert row is not None
    path = tmp_path / "receipt.json"
    words = ("receipt", str(row["id"]), "--out", str(path))
    code, out, err = await qinji(books, redis_url, tmp_path, *words)
    assert code == 0 and row["root"] in out, err
    words = ("prove", str(path), "--root", row["root"])
    code, out, err = await qinji(books, redis_url, tmp_path, *words)
    assert code == 0 and str(row["id"]) in out, err
    code, _, err = await qinji(books, redis_url, tmp_path, "receipt", "5")
    assert code == 1 and "no settlement 5" in err


async def test_seal_seals_what_is_left(books: Books, redis_url: str, tmp_path: Path) -> None:
    rows = await books.value("select count(*) from seal")
    await books.tamper("truncate seal, day_root", "update feed set read_to = 0")
    code, out, err = await qinji(books, redis_url, tmp_path, "seal")
    assert code == 0 and out.startswith(f"{rows} rows sealed"), err


async def test_statements_as_files(books: Books, redis_url: str, tmp_path: Path) -> None:
    cipher = Cipher(bytes.fromhex(KEY), bytes.fromhex(KEY))
    for row in await books.database.rows("select id, psn_no from person"):
        sealed = cipher.seal("王小明", name_aad(row["psn_no"]))
        await books.value("update person set psn_name_sealed = $2 where id = $1", row["id"], sealed)
    shop = await books.value("select fixmedins_code from settlement order by id limit 1")
    path = tmp_path / "out.csv"
    period = ("--from", "2020-01-01", "--to", "2035-01-01", "--csv", str(path))
    code, _, err = await qinji(
        books, redis_url, tmp_path, "statement", "--institution", shop, *period
    )
    assert code == 0, err
    table = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert {row[6] for row in table[2:-1]} == {"**明"}
    moved = [row for row in table[1:] if row[2] not in ("期初余额", "期末余额")]
    fen = sum(round(float(row[3]) * 100) for row in moved)
    assert table[1][2:5] == ["期初余额", "", "0.00"]
    assert table[-1][2:5] == ["期末余额", "", f"{fen / 100:.2f}"]
    for words in (("--person", "nobody"), ("--institution", "P0"), ()):
        code, _, err = await qinji(books, redis_url, tmp_path, "statement", *words, *period)
        assert code != 0 and "Error" in err


async def test_the_audits_head_is_told_and_compared(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    await books.value(
        "insert into ops_sign_in (id, address, result, at, request_id)"
        " values ($1, '10.0.0.9', 'unknown', now() - interval '1 hour', 'r')",
        first_id_at(datetime.now(UTC) - timedelta(hours=1)),
    )
    code, out, err = await qinji(books, redis_url, tmp_path, "seal")
    assert code == 0 and out.rstrip().endswith(", 1 lines of the audit"), err
    code, out, err = await qinji(books, redis_url, tmp_path, "verify")
    head = out.rstrip().rpartition("audit ")[2]
    assert code == 0 and len(head) == 2 + 64, err
    code, out, err = await qinji(books, redis_url, tmp_path, "verify", "--audit", head)
    assert (code, "0 wrong" in out) == (0, True), err
    code, out, _ = await qinji(books, redis_url, tmp_path, "verify", "--audit", f"2{head[1:]}")
    assert code == 1 and "audit: line 2 of the audit" in out and "found     1 lines" in out
    code, _, err = await qinji(books, redis_url, tmp_path, "verify", "--audit", "1:ff")
    assert code == 2 and "64 hex digits" in err
    code, _, err = await qinji(books, redis_url, tmp_path, "verify", "--audit-shared", head)
    assert code == 2 and "the audit is one chain: give --audit" in err


async def test_the_worker_seals_every_five_seconds_and_verifies_at_half_past_two(
    redis_url: str, tmp_path: Path
) -> None:
    worker = make_worker(Settings(database_url="postgres:///x", redis_url=redis_url, home=tmp_path))
    jobs = {job.name: job for job in worker.cron_jobs}
    nightly, often = jobs["cron:verify"], jobs["cron:seal"]
    assert (nightly.hour, nightly.minute, nightly.second) == (2, 30, 0)
    assert (often.hour, often.minute, often.second) == (None, None, set(range(2, 60, 5)))
    assert jobs["cron:seal_audit"].second == set(range(4, 60, 5))
    assert worker.timezone is not None and worker.timezone.tzname(None) == "Asia/Shanghai"
