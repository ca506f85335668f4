"""``qinji wallet …`` as it is typed: both sides of each pair of provinces, and what differs."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_ledger import qinji
from tests.ledger.conftest import Books

_SENT = (
    "insert into wallet_sent (id, person_id, made_by, mark, source, amount_fen, province,"
    " other_province, other_name, tied, relation, day, made_at, expires_at,"
    " delivered_at, state, ended_at, other_id) select 70, min(id), min(id), 'm', 1, 500, '31',"
    " '13', '*', true, 'son', '2026-01-05', now(), now(), now(), 2, now(), min(id) from person"
)


async def test_the_two_sides_are_compared(books: Books, redis_url: str, tmp_path: Path) -> None:
    code, out, err = await qinji(books, redis_url, tmp_path, "compare", group="wallet")
    assert (code, "0 compared, 0 differ" in out) == (0, True), err
    await books.tamper(_SENT)
    code, out, err = await qinji(books, redis_url, tmp_path, "compare", group="wallet")
    assert code == 1, err
    assert "DIFFERS: 70: accepted, 31 to 13, 0 fen | no such transfer" in out
    report = await books.verify()
    told = {(one.check, one.row) for one in report.findings}
    assert ("clearing", "wallet transfer 70") in told
    code, out, err = await qinji(books, redis_url, tmp_path, "carry", group="wallet")
    assert (code, "0 carried on" in out) == (0, True), err
