"""Cached balances: wrong ones are found, such as only lag a moment are not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.ledger.proof import cached
from tests.ledger.conftest import Books


async def _cache(books: Books, account: int, version: int, fen: int) -> None:
    value = {"kind": 1, "fen": fen, "version": version, "as_of": "2026-01-01T00:00:00.000+08:00"}
    await books.cache.set_newer_all([(f"qinji:balance:{account}", version, value)], 60)


@pytest.mark.parametrize(
    ("version", "fen", "found"),
    [(0, 0, None), (0, 1, "fen"), (-1, None, "version"), (1, 0, "version"), (-1, 5, "fen")],
    ids=["right", "wrong figure", "stale", "newer than the truth", "stale and wrong"],
)
async def test_a_cached_balance(
    books: Books, monkeypatch: pytest.MonkeyPatch, version: int, fen: int | None, found: str | None
) -> None:
    monkeypatch.setattr(cached, "_PATIENCE_S", 0.01)
    row = await books.database.row("select id, version, balance_fen from account where kind = 1")
    assert row is not None
    before = await books.value(
        "select debit_after_fen from transfer where debit_account = $1 and debit_version = $2",
        row["id"],
        row["version"] - 1,
    )
    figure = before if fen is None else row["balance_fen"] + fen
    await _cache(books, row["id"], row["version"] + version, figure)
    findings = (await books.verify()).findings
    if found is None:
        assert findings == []
    else:
        [finding] = findings
        assert finding.row == f"cached balance of account {row['id']}"
        assert found in finding.found


async def test_one_that_catches_up_meanwhile_is_fine(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await books.database.row("select id, version, balance_fen from account where kind = 1")
    assert row is not None
    fen = await books.value(
        "select debit_after_fen from transfer where debit_account = $1 and debit_version = $2",
        row["id"],
        row["version"] - 1,
    )
    await _cache(books, row["id"], row["version"] - 1, fen)

    async def catch_up(seconds: float) -> None:
        await _cache(books, row["id"], row["version"], row["balance_fen"])

    monkeypatch.setattr(cached, "asyncio", SimpleNamespace(sleep=catch_up))
    assert (await books.verify()).findings == []


async def test_a_balance_of_no_account(books: Books) -> None:
    await _cache(books, 5, 1, 100)
    [finding] = (await books.verify()).findings
    assert finding.row == "cached balance of account 5"
