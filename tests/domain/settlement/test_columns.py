"""A settlement's columns: the table, the value, what is sealed and what waiting tills are told are
the same; lines and traces of before are read as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import product

import orjson

from app.domain.settlement import lines, trace
from app.domain.settlement.bill import Line, LineSplit, Terms
from app.domain.settlement.book.write import ONE_BILL, write_sql, written
from app.domain.settlement.intake.outcome_news import decode, encode
from app.domain.settlement.model import COLUMNS, FIGURES, Result, State
from app.domain.settlement.rules.fold import fold
from app.domain.settlement.trace import PaidLeg, ToldReason, Trace
from app.ledger.proof.seals import SETTLEMENT_FIELDS, SHOWN_FIELDS
from app.ledger.repository import ACCOUNT_COLUMNS, TRANSFER_COLUMNS
from tests.domain.settlement.rules.made import NOON, Room
from tests.till_world import Town

_TABLE = """
select column_name from information_schema.columns
where table_name = 'settlement' order by ordinal_position
"""

_TRANSFER = ["int8", "int2", *["int8"] * 10, "timestamptz"]

DERIVED = {"counted_on", "bill_key"}
"""Follows from other rows: the day of ``settled_at``, or the original's. ``ledger verify`` derives
it again, so that nobody can change it unseen. ``bill_key`` follows from the row itself."""


def settled() -> Result:
    room = Room()
    room.person(1, current=500, carried=200)
    room.person(2, current=5_000, carried=4_000)
    room.grant(2, 1)
    [result] = fold([room.bill(1, 3_000)], room.snapshot, NOON, room.next_id)
    assert result.settlement is not None and result.settlement.mulaid_pay_fen
    return result


async def test_table_value_and_seal_name_the_same_columns(town: Town) -> None:
    table = [row["column_name"] for row in await town.services.database.rows(_TABLE)]
    assert sorted(table) == sorted(COLUMNS)
    sealed = SETTLEMENT_FIELDS + SHOWN_FIELDS
    assert sorted(sealed) == sorted(set(COLUMNS) - DERIVED), "sealed, or said why not"


async def test_every_form_of_the_writers_statement_has_its_parameters_where_they_are_told(
    town: Town,
) -> None:
    forms = [(None, None), *product(range(1, ONE_BILL[0] + 1), range(1, ONE_BILL[1] + 1))]
    async with town.services.database.connection() as connection:
        for (transfers, accounts), sells in product(forms, (False, True)):
            found = await connection.prepare(write_sql(transfers, accounts, sells=sells))
            given = [one.name.removesuffix("[]") for one in found.get_parameters()]
            moved, held = transfers or 1, accounts or 1
            at = len(COLUMNS) + moved * len(TRANSFER_COLUMNS) + 5
            assert len(given) == at + 1 + held * ACCOUNT_COLUMNS + sells * 5
            assert given[at] == "timestamptz" and set(given[at + 1 :][: 4 * held]) == {"int8"}
            assert given[len(COLUMNS) :][: moved * 13] == moved * _TRANSFER
            assert given[at - 5 : at] == ["int8", "int2", "int8", "varchar", "jsonb"]


def test_a_cancel_turns_every_sum_round() -> None:
    assert set(FIGURES) == {n for n in COLUMNS if n.endswith("_fen")} - {"balance_after_fen"}


def test_a_waiting_till_is_told_the_row_as_it_is() -> None:
    result = settled()
    outcome = decode(encode(result, {}, {}))
    assert outcome is not None and outcome.state is State.DONE
    assert outcome.settlement == result.settlement


def test_what_is_told_of_a_written_row_is_what_was_written() -> None:
    result = settled()
    assert result.settlement is not None
    fresh = encode(result, {}, {})
    result.written = written(result.settlement)
    assert encode(result, {}, {}) == fresh


def test_news_of_another_version_is_left_alone() -> None:
    told = orjson.loads(encode(settled(), {}, {}))
    for other in (told | {"v": told["v"] ^ 1}, {k: v for k, v in told.items() if k != "v"}):
        assert decode(orjson.dumps(other).decode()) is None


def test_lines_come_back_as_they_were_stored() -> None:
    terms = Terms("阿莫西林", "101", "02", Decimal("0.10"), Decimal("8.123456"), "准字1")
    known = LineSplit(
        Line("1", "X", 2560, Decimal("2.5000"), Decimal("10.24"), True),
        terms,
        1,
        2,
        3,
        2554,
    )
    unknown = LineSplit(Line("2", "Y", 100, Decimal(1), Decimal(1)), None, 100, 0, 0, 0)
    parts = (known, unknown, replace(known, terms=replace(terms, price_limit=None)))
    assert lines.read(json.loads(json.dumps(lines.stored(parts)))) == parts


def test_lines_and_traces_of_before_are_read() -> None:
    """Rows from before prescriptions, lists, levels and steps were kept."""
    old = {
        "sn": "1",
        "code": "X",
        "name": "甲",
        "fen": 100,
        "cnt": "1",
        "pric": "1",
        "limit": None,
        "prop": "0",
        "lv": "01",
        "own": 0,
        "over": 0,
        "pre": 0,
        "scope": 100,
        "known": True,
    }
    [part] = lines.read([old])
    assert part.terms == Terms("甲", "101", "01", Decimal(0), None, "")
    assert not part.line.prescribed
    found = trace.read(
        {
            "legs": [
                {"person": "1", "grant": None, "fen": 5},
                {"person": "2", "grant": "9", "fen": 7},
            ],
            "reasons": [{"code": "FROZEN", "params": {"name": "@2"}}],
        }
    )
    assert found == Trace(
        (PaidLeg(1, None, 5), PaidLeg(2, 9, 7)), (ToldReason("FROZEN", {"name": "@2"}),), "basic"
    )


def test_a_trace_comes_back_as_it_was_stored() -> None:
    found = settled().settlement
    assert found is not None and found.trace.steps
    assert trace.read(json.loads(json.dumps(trace.stored(found.trace)))) == found.trace
