"""Receipts: proved without the database; anything changed in them is refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.ledger import ledger
from app.ledger.proof import receipts
from tests.ledger.conftest import Books


async def _receipt(books: Books) -> tuple[dict[str, Any], bytes]:
    settlement = await books.value(
        "select s.id from settlement s join seal x using (id) join day_root r using (day) "
        "where r.root is not null and s.mulaid_pay_fen > 0 "
        "and s.own_pay_fen + s.mulaid_pay_fen + s.fund_pay_fen = 1500 order by s.id desc limit 1"
    )
    receipt = await receipts.make(books.database, settlement)
    root = await receipts.root_of(books.database, settlement)
    assert root is not None
    assert (root[0].isoformat(), root[1].hex()) == (receipt["day"], receipt["root"])
    root = await books.value(
        "select root from day_root where day = (select day from seal where id = $1)", settlement
    )
    return json.loads(json.dumps(receipt)), root


async def test_a_receipt_is_proved(books: Books) -> None:
    receipt, root = await _receipt(books)
    proven = receipts.prove(receipt, root)
    row = await books.database.row(
        "select * from settlement where id = $1", int(receipt["setl_id"])
    )
    assert row is not None
    for name in ("medfee_sumamt_fen", "own_pay_fen", "mulaid_pay_fen", "fund_pay_fen"):
        assert proven.settlement[name] == row[name]
    assert sum(t["amount_fen"] for t in proven.transfers) == 1500
    assert proven.day.isoformat() == receipt["day"]


async def test_every_sealed_settlement_of_closed_days_has_a_receipt(books: Books) -> None:
    rows = await books.database.rows(
        "select s.id, r.root from settlement s join seal x using (id) join day_root r using (day) "
        "where r.root is not null order by s.id"
    )
    assert len(rows) > 200
    for row in rows[::17]:
        receipts.prove(await receipts.make(books.database, row["id"]), row["root"])


def _edit_text(receipt: dict[str, Any]) -> None:
    receipt["rows"][0]["text"] = receipt["rows"][0]["text"].replace("1500", "1400", 1)


def _edit_amount(receipt: dict[str, Any]) -> None:
    receipt["rows"][1]["text"] = receipt["rows"][1]["text"].replace("1000", "1001", 1)


def _drop_transfer(receipt: dict[str, Any]) -> None:
    del receipt["rows"][1]


def _twice(receipt: dict[str, Any]) -> None:
    receipt["rows"][1] = receipt["rows"][2]


def _no_settlement(receipt: dict[str, Any]) -> None:
    del receipt["rows"][0]


def _other_name(receipt: dict[str, Any]) -> None:
    receipt["setl_id"] = str(int(receipt["setl_id"]) + 1)


def _bent_path(receipt: dict[str, Any]) -> None:
    step = receipt["rows"][0]["path"][0]
    step[0] = "left" if step[0] == "right" else "right"


def _other_forerunner(receipt: dict[str, Any]) -> None:
    receipt["rows"][1]["before_debit"] = "11" * 32


def _other_day(receipt: dict[str, Any]) -> None:
    receipt["day"] = "2020-01-01"


def _more_leaves(receipt: dict[str, Any]) -> None:
    receipt["leaves"] += 1


def _no_end_of_leaves(receipt: dict[str, Any]) -> None:
    receipt["leaves"] = float("inf")


def _inner_node_as_row(receipt: dict[str, Any]) -> None:
    receipt["rows"][0]["text"] = "\x01"


def _no_rows(receipt: dict[str, Any]) -> None:
    receipt["rows"] = []


def _no_path(receipt: dict[str, Any]) -> None:
    receipt["rows"][0]["path"] = 5


@pytest.mark.parametrize(
    "forge",
    [_edit_text, _edit_amount, _drop_transfer, _twice, _no_settlement, _other_name, _bent_path,
     _other_forerunner, _other_day, _more_leaves,
     _no_end_of_leaves, _inner_node_as_row, _no_rows, _no_path],
)  # fmt: skip
async def test_a_forged_receipt_is_refused(books: Books, forge: Any) -> None:
    receipt, root = await _receipt(books)
    forged = copy.deepcopy(receipt)
    forge(forged)
    assert forged != receipt
    with pytest.raises(receipts.ReceiptError):
        receipts.prove(forged, root)


async def test_another_root_and_things_that_are_no_receipts(books: Books) -> None:
    receipt, root = await _receipt(books)
    for value, against in ((receipt, b"\x00" * 32), ([], root), ({}, root), (None, root)):
        with pytest.raises(receipts.ReceiptError):
            receipts.prove(value, against)


async def test_no_receipt_before_the_day_is_closed(books: Books) -> None:
    latest = await books.value("select max(id) from settlement where kind = 1")
    await books.tamper(
        "update day_root set root = null, merkle = null, closed_at = null "
        f"where day = (select day from seal where id = {latest})"
    )
    with pytest.raises(receipts.ReceiptError, match="midnight"):
        await receipts.make(books.database, latest)
    assert await receipts.root_of(books.database, latest) is None
    with pytest.raises(receipts.ReceiptError, match="no settlement"):
        await receipts.make(books.database, 5)


async def test_the_command_proves_without_a_database(books: Books, tmp_path: Path) -> None:
    receipt, root = await _receipt(books)
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt))
    good = CliRunner().invoke(ledger, ["prove", str(path), "--root", root.hex()])
    assert good.exit_code == 0 and receipt["setl_id"] in good.output
    path.write_text(json.dumps(receipt).replace("1500", "1400"))
    bad = CliRunner().invoke(ledger, ["prove", str(path), "--root", root.hex()])
    assert bad.exit_code == 1 and "NOT proven" in bad.output
    for text in ("[" * 100_000, '{"leaves": 1e400}', "9" * 5000, "", "\ud800"):
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        bad = CliRunner().invoke(ledger, ["prove", str(path), "--root", root.hex()])
        assert bad.exit_code == 1 and "NOT proven" in bad.output
    odd = CliRunner().invoke(ledger, ["prove", str(path), "--root", "no hex"])
    assert odd.exit_code == 1
