"""Statements: opening plus movements is closing, for any movements and any period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kit.words.sheet import as_sheet
from app.ledger import repository
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, Transfer, credit, debit
from app.ledger.statement_csv import lines
from app.ledger.statements import BEGIN, Movement, Statements
from app.store.database import Database
from tests.ledger.conftest import Books

START = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
# (account 0 or 1, fen: positive comes in, hours later than the one before)
steps = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.integers(-50, 100).filter(bool), st.integers(0, 30)),
    max_size=25,
)


async def _play(database: Database, moves: list[tuple[int, int, int]]) -> tuple[int, list[Account]]:
    """A new person with two accounts, on which all that is possible of the moves happens."""
    ids = database.ids
    person = ids.next()
    flow = await database.value("select id from account where kind = 13")
    kinds = (AccountKind.CURRENT, AccountKind.CARRIED)
    accounts = [Account(ids.next(), kind, person, 0, 0) for kind in kinds]
    transfers, at = [], START
    for which, fen, hours in moves:
        account, at = accounts[which], at + timedelta(hours=hours)
        if fen < 0 and account.balance_fen < -fen:
            continue
        version, after = credit(account, fen) if fen > 0 else debit(account, -fen)
        sides = (flow, account.id) if fen > 0 else (account.id, flow)
        debited = (None, None) if fen > 0 else (version, after)
        credited = (version, after) if fen > 0 else (None, None)
        transfers.append(
            Transfer(
                id=ids.next(),
                kind=TransferKind.OPENING,
                settlement_id=None,
                grant_id=None,
                reverses_id=None,
                debit_account=sides[0],
                credit_account=sides[1],
                amount_fen=abs(fen),
                debit_version=debited[0],
                debit_after_fen=debited[1],
                credit_version=credited[0],
                credit_after_fen=credited[1],
                created_at=at,
            )
        )
    async with database.transaction() as connection:
        await connection.execute(
            "insert into person select $1::bigint, $1::text, psn_name_sealed, psn_name_index, "
            "psn_cert_type, certno_sealed, int8send($1::bigint), gend, brdy, insutype, psn_type, "
            "psn_insu_stas, insuplc_admdvs from person limit 1",
            person,
        )
        await connection.executemany(
            "insert into account (id, kind, person_id, balance_fen) values ($1, $2, $3, 0)",
            [(account.id, int(account.kind), person) for account in accounts],
        )
        await repository.write(connection, transfers, [(a, 0) for a in accounts if a.version])
    return person, accounts


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=steps, begin=st.integers(-5, 400), length=st.integers(0, 400))
async def test_opening_and_movements_make_closing(
    books: Books, moves: list[tuple[int, int, int]], begin: int, length: int
) -> None:
    person, accounts = await _play(books.database, moves)
    first, end = START + timedelta(hours=begin), START + timedelta(hours=begin + length)
    statements = Statements(books.database)
    periods = await statements.accounts(person, first, end)
    found = await statements.movements(periods, BEGIN, 1000)
    assert [period.account_id for period in periods] == [account.id for account in accounts]
    for period in periods:
        own = [one for one in found if one.account_id == period.account_id]
        assert period.opening_fen + sum(one.fen for one in own) == period.closing_fen
        balance = period.opening_fen
        for one in own:
            balance += one.fen
            assert one.after_fen == balance
            assert first <= one.at < end
    # The same from another side: what all earlier and later movements say.
    everything = await statements.accounts(
        person, START - timedelta(days=1), START.replace(year=2030)
    )
    whole = await statements.movements(everything, BEGIN, 1000)
    assert found == [one for one in whole if first <= one.at < end]
    at_end: dict[AccountKind, int] = {}
    for period in await statements.accounts(person, end, end):
        at_end[period.kind] = at_end.get(period.kind, 0) + period.closing_fen
    for account in accounts:
        mine = [one for one in whole if one.account_id == account.id]
        assert at_end[account.kind] == sum(one.fen for one in mine if one.at < end)
        assert account.balance_fen == sum(one.fen for one in mine)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=steps, size=st.integers(1, 7))
async def test_pages_together_are_the_whole(
    books: Books, moves: list[tuple[int, int, int]], size: int
) -> None:
    person, _ = await _play(books.database, moves)
    statements = Statements(books.database)
    periods = await statements.accounts(person, START, START.replace(year=2030))
    paged: list[Movement] = []
    after = BEGIN
    while page := await statements.movements(periods, after, size):
        paged += page
        after = page[-1].id, page[-1].account_id
    assert paged == await statements.movements(periods, BEGIN, 1000)


async def test_an_institution_s_statement(books: Books) -> None:
    statements = Statements(books.database)
    code = await books.value(
        "select s.fixmedins_code from settlement s where kind = 2 order by id limit 1"
    )
    row = await books.database.row(
        "select min(settled_at) as first, max(settled_at) as last, "
        "sum(fund_pay_fen + own_pay_fen + mulaid_pay_fen) as fen from settlement "
        "where fixmedins_code = $1",
        code,
    )
    assert row is not None
    end = row["last"] + timedelta(seconds=1)
    middle = row["first"] + (row["last"] - row["first"]) / 2
    whole = await statements.institution(code, row["first"], end)
    second = await statements.institution(code, middle, end)
    assert whole is not None and second is not None
    assert (whole.opening_fen, whole.closing_fen) == (0, row["fen"])
    assert second.closing_fen == row["fen"]
    moved = await statements.institution_movements(
        second.account_id, code, middle, end, BEGIN, 1000
    )
    assert second.opening_fen + sum(one.fen for one in moved) == second.closing_fen
    assert any(one.fen < 0 and one.kind is TransferKind.CANCEL for one in moved)
    assert await statements.institution("P0", middle, end) is None


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@A1", "\tx"])
def test_no_cell_is_a_formula(name: str) -> None:
    one = Movement(
        1, 2, AccountKind.CURRENT, TransferKind.SETTLEMENT, -120, 80, 9, "P1", name, 5, 7, START
    )
    text = as_sheet(lines([], [one], lambda person: f"{name}{person}", 6))
    cells = text.splitlines()[1].split(",")
    assert all(not cell.startswith(("=", "+", "@", "\t")) for cell in cells[:-1])
    assert cells[-1] == "\t9"  # a number by itself, kept as a text
    assert cells[5] == f"'{name}" and cells[6] == f"'{name}5"
    assert cells[3] == "-1.20" and cells[2] == "共济结算"
