"""Whether what the tills were told is what the ledger holds (law 8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.clients.till.client import Answer
from app.store.database import Database
from tests.crash.village import Bill

_SETTLED = """
select r.fixmedins_code, r.msgid, o.state, o.reason, s.*,
    coalesce(t.own, 0) as ledger_own, coalesce(t.aid, 0) as ledger_aid
from request r join outcome o on o.request_id = r.id
left join settlement s on s.id = o.settlement_id
left join (
    select settlement_id, sum(amount_fen) filter (where grant_id is null) as own,
        sum(amount_fen) filter (where grant_id is not null) as aid
    from transfer group by settlement_id
) as t on t.settlement_id = s.id
where r.msgid = any($1::varchar[])
"""
_PATIENCE_S = 600.0
_FIGURES = {
    "medfee_sumamt": "medfee_sumamt_fen", "fulamt_ownpay_amt": "fulamt_ownpay_fen",
    "overlmt_selfpay": "overlmt_selfpay_fen", "preselfpay_amt": "preselfpay_fen",
    "inscp_scp_amt": "inscp_scp_fen", "psn_part_amt": "psn_part_fen",
    "acct_mulaid_pay": "ledger_aid", "psn_cash_pay": "cash_pay_fen", "balc": "balance_after_fen",
}  # fmt: skip


async def check_told(database: Database, bills: Sequence[Bill]) -> int:
    """Asserts that every answer equals the ledger, figure by figure; gives how many were paid."""
    async with database.connection() as connection:
        numbers = [bill.msgid for bill in bills]
        found = await connection.fetch(_SETTLED, numbers, timeout=_PATIENCE_S)
    rows = {row["msgid"]: row for row in found}
    paid = 0
    for bill in bills:
        row = rows[bill.msgid]
        first, *others = bill.answers
        assert others
        assert all(
            (o.infcode, o.err_msg, o.output) == (first.infcode, first.err_msg, first.output)
            for o in others
        ), (bill.msgid, [a.err_msg for a in bill.answers])
        if first.ok:
            paid += 1
            check_answer(first, row)
            assert row["medfee_sumamt_fen"] == sum(item.amount_fen for item in bill.items)
        else:
            assert row["state"] == 2, (bill.msgid, first.err_msg, row["state"])
            assert first.err_msg.split()[0] == row["reason"]
    given_up = [msgid for bill in bills for msgid in bill.given_up]
    kept = await database.value(
        "select count(*) from request r join settlement s on s.request_id = r.id and s.kind = 1"
        " where r.msgid = any($1::varchar[])"
        " and not exists (select from settlement c where c.cancels_id = s.id)",
        given_up,
    )
    assert kept == 0, "a message that was reversed still holds somebody's money"
    return paid


def check_answer(answer: Answer, row: Any) -> None:
    """One answer against its row and the transfers behind it."""
    info = answer.setlinfo
    assert info["setl_id"] == str(row["id"])
    told = {name: _fen(info[name]) for name in _FIGURES}
    assert told == {name: row[column] for name, column in _FIGURES.items()}
    assert _fen(info["acct_pay"]) in (row["ledger_own"], row["ledger_own"] + row["ledger_aid"])
    legs: dict[str, int] = {}
    for leg in info["exp_content"]["legs"]:
        legs[leg["payer"]] = legs.get(leg["payer"], 0) + _fen(leg["amount"])
    held = {"own": row["ledger_own"], "aid": row["ledger_aid"], "cash": row["cash_pay_fen"]}
    assert legs == {payer: fen for payer, fen in held.items() if fen}
    accounts = sum(_fen(part["fund_payamt"]) for part in answer.output["setldetail"])
    assert accounts == row["ledger_own"] + row["ledger_aid"] + row["fund_pay_fen"]
    lines = sum(_fen(line["det_item_fee_sumamt"]) for line in answer.output["detlcutinfo"])
    assert lines == row["medfee_sumamt_fen"]


def _fen(yuan: Any) -> int:
    fen = Decimal(yuan) * 100
    assert fen == int(fen)
    return int(fen)
