"""Each law that is asked after a fault is seen to break: something wrong is planted into the books,
or into what a till believes to have been told."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.client import Answer
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.faults import kinds, laws
from tests.faults.journal import Story
from tests.faults.kinds import Scene
from tests.faults.laws import Evidence
from tests.faults.premiums import PRICE_FEN, Father
from tests.faults.run import Bazaar, under_load

_IN_THE_BOOKS = (
    (laws.what_was_acknowledged_is_done_once, "a settlement is lost",
     "delete from settlement where request_id = $1"),
    (laws.what_was_acknowledged_is_done_once, "a settlement was refused in truth",
     "update outcome set state = 2, settlement_id = null, reason = 'CODE_USED'"
     " where request_id = $1"),
    (laws.nothing_is_there_that_nobody_sent, "somebody else's message",
     "update request set msgid = 'never-sent' where id = $1"),
    (laws.what_stands_is_what_was_told, "a bill doubled",
     "update settlement set medfee_sumamt_fen = 2 * medfee_sumamt_fen, fund_pay_fen ="
     " fund_pay_fen + medfee_sumamt_fen, fulamt_ownpay_fen = fulamt_ownpay_fen + medfee_sumamt_fen"
     " where request_id = $1"),
    (laws.each_figure_is_the_ledgers, "a transfer of another sum",
     "update transfer set amount_fen = amount_fen + 1"
     " where settlement_id = (select id from settlement where request_id = $1)"),
    (laws.no_fen_is_lost_or_doubled, "a fen from nowhere",
     "update account set balance_fen = balance_fen + 1 where id = ("
     " select debit_account from transfer where settlement_id ="
     " (select id from settlement where request_id = $1) limit 1)"),
    (laws.the_books_hold_their_laws, "an outcome is lost",
     "delete from outcome where request_id = $1"),
)  # fmt: skip


async def test_each_law_finds_what_breaks_it(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds.KINDS, "nothing", _nothing)
    async with under_load(tmp_path / "world", mortal, 1) as bazaar:
        rounds = itertools.count()
        while not _enough(bazaar):
            assert (await bazaar.fault(1, next(rounds), "nothing", 4)).wrong == ()
        story = _paid_by_accounts(bazaar)[0]
        await _planted_in_the_books(bazaar, story)
        await _planted_in_the_journal(bazaar, story)
        await _told_by_the_door(bazaar, story)
        await _told_to_phones(bazaar)
        await _told_of_premiums(bazaar)
        await _found_by_verify(bazaar, story)


async def _nothing(scene: Scene) -> None:
    """Breaks nothing."""


def _scene(bazaar: Bazaar) -> Scene:
    clock = bazaar.families.clock
    chance = random.Random(1)
    wires = (bazaar.database, bazaar.cache)
    return Scene(bazaar.fleet, bazaar.line, *wires, clock, chance, 0)


def _enough(bazaar: Bazaar) -> bool:
    """Whether there is what is to be tampered with."""
    accepted = any("accepted" in pair.told.values() for pair in bazaar.families.pairs)
    return accepted and bool(_paid_by_accounts(bazaar) and _booked(bazaar))


def _booked(bazaar: Bazaar) -> list[Father]:
    """Whose premium stands, as their phones and the tax office know."""
    states = bazaar.season.office.states
    fathers = [father for one in bazaar.season.households[:-1] for father in one.fathers]
    return [one for one in fathers if states.get(one.order) == "booked" and one.told == "ordered"]


def _paid_by_accounts(bazaar: Bazaar) -> list[Story]:
    return [
        one
        for one in bazaar.journal.stories
        if one.accounts_fen and not one.touched and one.sale.ok and one.sale.infno == "2102"
    ]


@asynccontextmanager
async def _tampering(bazaar: Bazaar) -> AsyncIterator[Any]:
    """Somebody with all rights, whom no trigger holds; in the end all is as it was."""
    scene = _scene(bazaar)
    async with scene.postgres() as connection:
        await connection.execute("set session_replication_role = replica")
        whole = connection.transaction()
        await whole.start()
        try:
            yield connection
        finally:
            await whole.rollback()


async def _request(connection: Any, story: Story) -> int:
    found = await connection.fetchval("select id from request where msgid = $1", story.sale.msgid)
    return int(found)


async def _planted_in_the_books(bazaar: Bazaar, story: Story) -> None:
    for law, what, tamper in _IN_THE_BOOKS:
        async with _tampering(bazaar) as connection:
            seen = Evidence(connection, bazaar.journal, bazaar.came_with_fen)
            assert await law(seen) == [], what
            await connection.execute(tamper, await _request(connection, story))
            assert await law(seen) != [], what
            assert any(one.startswith(law.__name__) for one in await laws.broken(seen)), what


async def _planted_in_the_journal(bazaar: Bazaar, story: Story) -> None:
    sale, told = story.sale, story.sale.answer
    refused = Answer(-1, "VOIDED_TOO_LATE 超时", {})
    async with _tampering(bazaar) as connection:
        seen = Evidence(connection, bazaar.journal, bazaar.came_with_fen)
        for answer, law in (
            (None, laws.all_is_known),
            (refused, laws.what_was_refused_is_nothing),
        ):
            sale.answer = answer
            assert len(await law(seen)) == 1
            sale.answer = told
            assert await law(seen) == []
        bazaar.journal.tell_wrong(sale, "told two things")
        assert len(await laws.all_is_known(seen)) == 1
        bazaar.journal.wrong.clear()


async def _told_by_the_door(bazaar: Bazaar, story: Story) -> None:
    """5203A and a repeat tell something else than what is believed."""
    sale, told = story.sale, story.sale.answer
    assert told is not None
    number = "1" if told.setlinfo["setl_id"] != "1" else "2"
    beliefs: tuple[Callable[[], None], ...] = (
        lambda: setattr(sale, "answer", _with(told, setl_id=number)),
        lambda: setattr(sale, "answer", _with(told, medfee_sumamt="0.01")),
        lambda: setattr(sale, "answer", None),
        lambda: setattr(sale, "answer", Answer(-1, "VOIDED_TOO_LATE 超时", {})),
        lambda: setattr(story, "total_fen", 0),
    )
    assert await bazaar.told_otherwise(story) == []
    total_fen = story.total_fen
    for believe in beliefs:
        believe()
        story.touched = not story.total_fen
        assert len(await bazaar.told_otherwise(story)) == 1
        sale.answer, story.touched, story.total_fen = told, False, total_fen


def _with(told: Answer, **changed: str) -> Answer:
    return replace(told, output=told.output | {"setlinfo": told.setlinfo | changed})


async def _told_to_phones(bazaar: Bazaar) -> None:
    assert await bazaar.families.wrong() == []
    pair = next(one for one in bazaar.families.pairs if "accepted" in one.told.values())
    transfer = next(name for name, told in pair.told.items() if told == "accepted")
    pair.told[transfer] = "sent"
    assert len(await bazaar.families.wrong()) == 1
    pair.told[transfer] = "accepted"


async def _told_of_premiums(bazaar: Bazaar) -> None:
    season, father = bazaar.season, _booked(bazaar)[0]
    assert await season.wrong() == []
    number, paid_fen = father.order, season.office.paid_fen
    for told, order, state, paid in (
        ("released", number, "booked", PRICE_FEN),
        ("ordered", "", "booked", PRICE_FEN),
        ("ordered", number, "voided", PRICE_FEN),
        ("ordered", number, "booked", 2 * PRICE_FEN),
    ):
        father.told, father.order = told, order
        season.office.states[number], paid_fen[number] = state, paid
        assert await season.wrong() != [], (told, order, state, paid)
    father.told, father.order = "ordered", number
    season.office.states[number], paid_fen[number] = "booked", PRICE_FEN
    assert await season.wrong() == []


async def _found_by_verify(bazaar: Bazaar, story: Story) -> None:
    """The last: it stays."""
    scene = _scene(bazaar)
    async with scene.postgres() as connection:
        await connection.execute("set session_replication_role = replica")
        await connection.execute(_IN_THE_BOOKS[4][2], await _request(connection, story))
    wrong = await bazaar.settled()
    assert any(one.startswith("ledger verify: ") for one in wrong), wrong
