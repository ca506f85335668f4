"""A till that says nothing of coming again is told a definite answer (law 14): done, or nothing was
done and nothing will be; what can't be known is no 200."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from app.api.tills.handlers import NOT_KNOWN, PROCESSING
from app.clients.till.answer import Answer, read_answer
from app.clients.till.sale import sale_input
from app.clients.till.signing import SCHEMES
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.intake import repository
from app.domain.settlement.rules.fold import ECHOED
from app.store.database import Connection
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.api.tills.test_undo import Case
from tests.books import check_books
from tests.till_world import BASIC, Member, Town

__all__ = ["clinic"]
VOIDED = "VOIDED_TOO_LATE"
_ENDED = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a worker meets whose connection was ended; the last: it has not been told yet."""


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


@pytest.fixture(autouse=True)
def impatient(town: Town, request: pytest.FixtureRequest) -> None:
    """Tills have no patience at all, once the test begins."""
    for made in ("case", "clinic"):
        if made in request.fixturenames:
            request.getfixturevalue(made)
    town.services.settings.till_wait_default_s = 0


async def bought(town: Town, msgid: str, yuan: str = "50.00") -> tuple[Member, bytes]:
    father = await town.member("李强", current_fen=20_000)
    given = sale_input(await town.sale(father, yuan), town.clock.now())
    return father, town.till.body("2102", given, msgid, father.place)


async def status_of(town: Town, body: bytes, **more: Any) -> tuple[int, str]:
    status, text = await town.post(body, **more)
    answer = read_answer("", 200, text.encode())
    return status, code(answer)


async def test_what_nobody_decides_is_voided_for_good(town: Town) -> None:
    father, body = await bought(town, "m1")
    async with town.drainer_away():
        assert await status_of(town, body) == (200, VOIDED)
        assert await town.value("select count(*) from waiting") == 0
        await town.drain()
        assert await status_of(town, body) == (200, VOIDED)
    for wait in (0, None):
        assert await status_of(town, body, wait=wait) == (200, VOIDED)
    assert await town.balance(father) == 20_000
    undo = {"psn_no": father.psn_no, "omsgid": "m1", "oinfno": "2102"}
    town.services.settings.till_wait_default_s = 8
    assert (await town.till.call("2601", {"data": undo})).ok
    assert await status_of(town, body) == (200, VOIDED)
    await check_books(town.services.database)


async def test_who_comes_again_is_told_to(town: Town) -> None:
    father, body = await bought(town, "m1")
    async with town.drainer_away():
        for _ in range(2):
            told = await town.ask(body, wait=0)
            assert (told.infcode, told.err_msg) == (-1, PROCESSING)
        await town.drain()
        assert (await town.ask(body, wait=0)).ok
    assert await town.balance(father) == 15_000


async def test_the_scan_pays_another_bill_in_its_stead(town: Town) -> None:
    """What was voided is none of the few bills that one scan may pay."""
    father = await town.member("李强", current_fen=20_000)
    sale = await town.sale(father, "10.00")
    bodies = [
        town.till.body("2102", sale_input(sale, town.clock.now()), f"m{number}", father.place)
        for number in range(12)
    ]
    async with town.drainer_away():
        for body in bodies[:-1]:
            assert await status_of(town, body) == (200, VOIDED)
    town.services.settings.till_wait_default_s = 8
    assert (await town.ask(bodies[-1])).ok


@pytest.mark.parametrize("what", ["2103", "2103A", "2601"])
async def test_what_undoes_is_voided_too(town: Town, case: Case, what: str) -> None:
    held = await case.balances()
    line = case.paid.output["detlcutinfo"][0]["feedetl_sn"]
    reversal = {"psn_no": case.patient.psn_no, "omsgid": case.msgid, "oinfno": "2102"}
    given: dict[str, Any] = {"data": reversal if what == "2601" else case.ids}
    if what == "2103A":
        given["drugdetail"] = [{"feedetl_sn": line, "cnt": "0.5"}]
    body = town.till.body(what, given, "u1", case.patient.place)
    async with town.drainer_away():
        assert await status_of(town, body) == (200, VOIDED)
    assert await status_of(town, body) == (200, VOIDED)
    assert await case.balances() == held
    town.services.settings.till_wait_default_s = 8
    assert (await town.till.call(what, given, "u2", case.patient.place)).ok
    await check_books(town.services.database)


async def test_a_visit_and_its_cancel_are_voided_too(town: Town, clinic: Clinic) -> None:
    town.services.settings.till_wait_default_s = 8
    assert (await clinic.charge(("1", BASIC, "100.00"))).ok
    info = (await clinic.pre_settle("100.00")).setlinfo
    given = {"data": clinic.bill("100.00") | {name: str(info[name]) for name in ECHOED}}
    town.services.settings.till_wait_default_s = 0
    async with town.drainer_away():
        assert code(await clinic.call("2207", given, "v1")) == VOIDED
    assert code(await clinic.call("2207", given, "v1")) == VOIDED
    town.services.settings.till_wait_default_s = 8
    paid = await clinic.call("2207", given, "v2")
    assert paid.ok, paid.err_msg
    ids = {"data": {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}}
    town.services.settings.till_wait_default_s = 0
    async with town.drainer_away():
        assert code(await clinic.call("2208", ids, "v3")) == VOIDED
    town.services.settings.till_wait_default_s = 8
    assert (await clinic.call("2207", given, "v2")).ok, "it stands"
    assert (await clinic.call("2208", ids, "v4")).ok
    await check_books(town.services.database)


@asynccontextmanager
async def deciding(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """A worker in the middle of a batch: it has claimed what waits, and goes on when it is let."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    right = Loader.for_batch

    async def slow(self: Loader, connection: Connection, *more: Any) -> Any:
        begun.set()
        while not go_on.is_set():  # at work: its connection isn't idle
            await connection.fetchval("select pg_sleep(0.01)")
        return await right(self, connection, *more)

    with monkeypatch.context() as slowed:
        slowed.setattr(Loader, "for_batch", slow)
        yield go_on
        assert begun.is_set()
        go_on.set()


async def test_what_is_just_being_decided_is_waited_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father, body = await bought(town, "m1")
    async with deciding(town, monkeypatch) as go_on:
        told = asyncio.create_task(town.ask(body))
        await asyncio.sleep(0.3)
        assert not told.done()
        go_on.set()
        answer = await told
        assert answer.ok, answer.err_msg
    assert await town.balance(father) == 15_000


async def test_what_takes_longer_to_decide_is_not_known(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father, body = await bought(town, "m1")
    async with deciding(town, monkeypatch):
        assert await status_of(town, body) == (504, "PROCESSING")
    town.services.settings.till_wait_default_s = 8
    assert (await town.ask(body)).ok
    assert await town.balance(father) == 15_000


@pytest.mark.parametrize("written", [False, True])
async def test_a_worker_that_stands_still_in_its_batch_has_to_let_go(
    town: Town, written: bool
) -> None:
    """As one that was stopped (SIGSTOP) does, in any place of its transaction."""
    father, body = await bought(town, "m1")
    async with town.drainer_away():
        assert (await town.ask(body, wait=0)).err_msg == PROCESSING
        url = town.services.database
        async with url.connection() as stopped:
            stands = stopped.transaction()
            await stands.start()
            rows = await stopped.fetch("delete from waiting returning request_id, lane")
            [(request, lane)] = [tuple(row) for row in rows]
            assert await repository.try_lane(stopped, lane)
            if written:
                await stopped.execute(
                    "insert into outcome (request_id, state, decided_at) values ($1, 1, now())",
                    request,
                )
            assert await status_of(town, body) == (200, VOIDED)
            with pytest.raises(_ENDED):
                await stands.commit()
    assert await status_of(town, body) == (200, VOIDED)
    assert await town.balance(father) == 20_000


async def test_a_worker_that_another_waits_for_has_to_let_go_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A donor's account is locked by a worker of another lane, which was stopped."""
    father, body = await bought(town, "m1")
    async with town.services.database.connection() as stopped:
        stands = stopped.transaction()
        await stands.start()
        assert await repository.try_lane(stopped, 77)
        await stopped.execute(
            "update account set version = version where person_id = $1", father.id
        )
        assert (await status_of(town, body))[0] == 200
        with pytest.raises(_ENDED):
            await stands.commit()
    assert await status_of(town, body) == (200, "OK")
    assert await town.balance(father) == 15_000


async def test_a_database_that_does_not_answer_is_not_waited_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father, body = await bought(town, "m1")

    async def hangs(*_: Any) -> set[int]:
        await asyncio.sleep(60)
        return set()

    begun = asyncio.get_running_loop().time()
    with monkeypatch.context() as broken:
        broken.setattr(repository, "accept", hangs)
        assert await status_of(town, body) == (504, "PROCESSING")
    assert asyncio.get_running_loop().time() - begun < 1.5
    assert await town.balance(father) == 20_000


async def test_many_lose_patience_at_once(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    sales = [await town.sale(father, "1.00") for _ in range(20)]
    bodies = [
        town.till.body("2102", sale_input(sale, town.clock.now()), f"m{n}", father.place)
        for n, sale in enumerate(sales)
    ]
    async with town.drainer_away():
        told = await asyncio.gather(*(status_of(town, body) for body in bodies * 2))
    assert set(told) == {(200, VOIDED)}
    assert await town.value("select count(*) from waiting") == 0


async def test_voids_race_workers(town: Town) -> None:
    """Told what holds, whoever was first: a worker, or the patience of the till."""
    father = await town.member("李强", current_fen=20_000)
    bodies = []
    for number in range(60):
        given = sale_input(await town.sale(father, "1.00"), town.clock.now())
        bodies.append(town.till.body("2102", given, f"m{number}", father.place))
    first = [answer for body in bodies for answer in [await status_of(town, body)]]
    first += await asyncio.gather(*(status_of(town, body) for body in bodies))
    again = [await status_of(town, body) for body in bodies]
    for told, now in zip(first, again * 2, strict=True):
        assert told in (now, (504, "PROCESSING")), "not known, or what holds"
    assert set(again) <= {(200, "OK"), (200, VOIDED)}
    paid = again.count((200, "OK"))
    assert await town.balance(father) == 20_000 - 100 * paid
    await check_books(town.services.database)


@pytest.mark.parametrize("way", ["BUSY", "INSTITUTION_CLOSED", "SIGN_IN_UNKNOWN", "REPLAYED"])
async def test_a_repeat_that_is_not_let_in_is_not_told_that_nothing_was_done(
    town: Town, way: str
) -> None:
    """Of a message that was accepted before, its sending now says nothing."""
    town.services.settings.till_wait_default_s = 8
    shop = await town.new_shop("tif")
    till = await town.new_till(shop)
    father = await town.member("李强", current_fen=20_000)
    await till.sign_in()
    given = sale_input(await town.sale(father, "50.00", till=till), town.clock.now())
    sent = till.body("2102", given, "m1", father.place)
    other = till.body("2102", given, "m2", father.place)
    headers = SCHEMES["tif"](shop.key_id, shop.secret, sent, int(town.clock.now().timestamp()))
    assert (await town.ask(sent, headers=headers)).ok
    more: dict[str, Any] = {"shop": shop}
    if way == "BUSY":
        town.services.settings.till_crowd_max = 0
    elif way == "INSTITUTION_CLOSED":
        await town.services.people.close_institution(shop.code, town.clock.now())
    elif way == "SIGN_IN_UNKNOWN":
        await till.sign_out()
    else:
        more = {"headers": headers}
    assert await status_of(town, sent, **more) == (504, way)
    assert await status_of(town, other, **more) == (200, way)
    assert NOT_KNOWN.startswith("PROCESSING ")
