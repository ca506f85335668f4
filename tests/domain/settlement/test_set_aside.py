"""A request that breaks its batch is found, set aside with its reason, and holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from app.clients.till.sale import sale_input
from app.domain.settlement.book import write
from app.domain.settlement.model import Settlement, State
from app.domain.settlement.rules import decide as rules
from app.domain.settlement.rules import fold
from app.kit.money import fen_from_yuan
from tests.servers import owner
from tests.till_world import Town

POISON = "777.77"
POISON_FEN = 77_777


def broken_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that raises for one bill."""
    right = rules.decide

    def decide(bill: Any, *more: Any) -> Any:
        if bill.total_fen == POISON_FEN:
            raise ZeroDivisionError("a rule that is wrong")
        return right(bill, *more)

    monkeypatch.setattr(fold, "decide", decide)


def broken_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that one of the table's CHECKs refuses."""

    def spoil(row: Settlement) -> None:
        if row.medfee_sumamt_fen == POISON_FEN:
            row.cash_pay_fen += 1

    monkeypatch.setattr(write, "check", spoil)


@pytest.mark.parametrize("poison", [broken_rule, broken_row])
async def test_the_others_are_settled(
    town: Town, monkeypatch: pytest.MonkeyPatch, poison: Callable[[pytest.MonkeyPatch], None]
) -> None:
    poison(monkeypatch)
    people = [await town.member(f"李{n}", current_fen=100_000) for n in range(7)]
    amounts = ["10.00", "20.00", POISON, "30.00", POISON, "40.00", "50.00"]
    bodies = []
    async with town.drainer_away():
        for person, yuan in zip(people, amounts, strict=True):
            sale = await town.sale(person, yuan)
            given = sale_input(sale, town.clock.now())
            bodies.append(town.till.body("2102", given, town.till.new_msgid(), person.place))
            await town.ask(bodies[-1], wait=0)
        with structlog.testing.capture_logs() as logs:
            await town.drain()
        assert await town.value("select count(*) from waiting") == 0
    for body, person, yuan in zip(bodies, people, amounts, strict=True):
        answer = await town.ask(body, wait=0)
        if yuan == POISON:
            assert answer.err_msg.startswith("SET_ASIDE 这笔交易处理出错")
            assert await town.balance(person) == 100_000
        else:
            assert answer.ok, answer.err_msg
            assert await town.balance(person) == 100_000 - fen_from_yuan(yuan)
    rows = await town.rows(
        "select detail from outcome o join request r on r.id = o.request_id"
        " where state = $1 and fixmedins_code = $2",
        int(State.SET_ASIDE),
        town.shop.code,
    )
    # What PostgreSQL tells of the row would be the person's whole bill.
    of_row = "CheckViolationError: 23514: settlement: settlement_person_part"
    error = "ZeroDivisionError" if poison is broken_rule else of_row
    assert [row["detail"]["error"] for row in rows] == [error] * 2
    told = [line["error"] for line in logs if line["event"] == "request_set_aside"]
    assert told == [error] * 2


async def test_what_was_set_aside_can_be_reversed_and_sent_anew(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father = await town.member("李强", current_fen=100_000)
    with monkeypatch.context() as spoiled:
        broken_rule(spoiled)
        sale = await town.sale(father, POISON)
        first = await town.till.settle(sale)
        assert first.err_msg.startswith("SET_ASIDE ")
    undone = await town.till.reverse(first.msgid, "2102", father.psn_no, father.place)
    assert undone.ok, undone.err_msg
    assert (await town.till.settle(sale)).ok
    assert await town.balance(father) == 100_000 - POISON_FEN


DAMAGE = {
    "another message of a newer version": ("infno = '2199'", "KeyError"),
    "a part that is missing": ("body = body - 'person'", "KeyError"),
    "something else in a place": ("body = body || '{\"lines\": 5}'", "TypeError"),
    "a day that is none": ('body = body || \'{"begntime": "soon"}\'', "ValueError"),
    "no object at all": ("body = '[]'", "AttributeError"),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_an_order_that_cannot_be_read_holds_up_nobody(town: Town, damage: str) -> None:
    """It alone is set aside, at once and with what is wrong with it; who waits is told."""
    change, error = DAMAGE[damage]
    people = [await town.member(f"李{n}", current_fen=100_000) for n in range(3)]
    bodies = []
    async with town.drainer_away():
        for person in people:
            given = sale_input(await town.sale(person, "10.00"), town.clock.now())
            bodies.append(town.till.body("2102", given, town.till.new_msgid(), person.place))
            await town.ask(bodies[-1], wait=0)
        async with owner(town.services.settings.database_url) as connection:
            spoiled = await connection.fetchval(
                f"update request set {change} where id = (select request_id from waiting"
                " order by request_id offset 1 limit 1) returning id"
            )
        till = asyncio.create_task(town.services.settlements.outcome(spoiled, 20))
        await asyncio.sleep(0)
        with structlog.testing.capture_logs() as logs:
            await town.drain()
        assert await town.value("select count(*) from waiting") == 0
    told = await till
    assert told is not None and told.state is State.SET_ASIDE and told.reason == "SET_ASIDE"
    assert [(await town.ask(body, wait=0)).ok for body in (bodies[0], bodies[2])] == [True, True]
    assert [await town.balance(person) for person in people] == [99_000, 100_000, 99_000]
    detail = await town.value("select detail from outcome where request_id = $1", spoiled)
    assert detail["error"] == f"UnreadableError: {error}"
    [line] = [line for line in logs if line["event"] == "request_set_aside"]
    assert (line["request"], line["error"]) == (str(spoiled), f"UnreadableError: {error}")
