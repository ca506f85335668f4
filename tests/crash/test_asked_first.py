"""Donors who are asked first, with app, worker, till and phone as processes of their own and over
real HTTP: every way in which a question can end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp

from app.clients.till.client import Answer, Item, Sale, TillClient
from app.clients.till.sale import sale_input
from app.compose import Services
from app.domain.login.sessions import Sessions
from app.kit.clock import SystemClock
from app.ledger.kinds import AccountKind
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, running_fleet, settled_books, until
from tests.crash.village import PHARMACY, Village, insist, till
from tests.people_factory import add_person, made_up_certno
from tests.till_world import open_account

Mortal = tuple[Embedded, Endpoints]
PLACE = "370100"
"""Where several donors pay one bill together."""
PATIENCE_S = 12
_GRANT = """
insert into aid_grant (id, donor_id, beneficiary_id, asked_index, asked_name, relation, starts_on,
    created_at, confirmed_at, agreed_at, rank)
values ($1, $2, $3, $4, '*', 'father', current_date - 2, now(), now(), now(), $5)
"""


@dataclass
class Donor:
    id: int
    grant: int
    token: str


@dataclass
class Family:
    """A father with 10.00, and donors with 50.00 each who want to be asked above 5.00."""

    fleet: Fleet
    services: Services
    http: aiohttp.ClientSession
    at: TillClient
    father: int = 0
    psn_no: str = ""
    donors: list[Donor] = field(default_factory=list)

    async def build(self, donors: int = 1) -> Family:
        self.father = await self._person("1950-01-01", 1_000)
        row = await self.services.database.row(
            "select psn_no from person where id = $1", self.father
        )
        assert row is not None
        self.psn_no = row["psn_no"]
        for number in range(donors):
            donor = await self._person("1980-05-17", 5_000)
            grant = self.services.database.ids.next()
            await self.services.database.value(
                _GRANT, grant, donor, self.father, grant.to_bytes(8, "big"), number
            )
            token = await self._token(donor)
            self.donors.append(Donor(donor, grant, token))
            status, _ = await self.call(
                "PATCH", f"/aid/{grant}", self.donors[-1], {"ask_above_fen": 500}
            )
            assert status == 200
        return self

    async def _person(self, born: str, fen: int) -> int:
        brdy = date.fromisoformat(born)
        person = await add_person(
            self.services.database,
            self.services.people.cipher,
            name="李问",
            certno=made_up_certno(brdy),
            gend="1",
            brdy=brdy,
            place=PLACE,
        )
        await open_account(self.services, person, AccountKind.CURRENT, fen, PLACE)
        opened = "update person set activated_at = now() where id = $1"
        await self.services.database.value(opened, person)
        return person

    async def _token(self, person_id: int) -> str:
        database, login_id = self.services.database, self.services.database.ids.next()
        await database.value(
            "insert into login (id, openid, person_id, created_at) values ($1, $2, $3, now())",
            login_id,
            secrets.token_hex(8),
            person_id,
        )
        sessions = Sessions(self.services.cache, SystemClock(), self.services.news, 10**6, 10**6)
        return (await sessions.begin(login_id))[0]

    async def call(
        self, method: str, path: str, donor: Donor, body: Any = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {donor.token}"}
        url = f"{self.fleet.url}/api/v1{path}"
        async with self.http.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def asked(self, donor: Donor) -> str:
        """Waits until a donor is asked; the question's id."""
        for _ in range(3):
            _, told = await self.call("GET", "/questions?wait=20", donor)
            if told["data"]["items"]:
                return str(told["data"]["items"][0]["id"])
        raise AssertionError("nobody was asked")

    async def say(self, donor: Donor, question: str, answer: str) -> str:
        _, told = await self.call("POST", f"/questions/{question}", donor, {"answer": answer})
        return str(told["reason"])

    async def sale(self, yuan: str) -> dict[str, Any]:
        credentials = self.services.credentials
        issued = await credentials.issue(self.father, None, "02121")
        token = await credentials.decode(
            issued.code, self.at.fixmedins_code, f"s{issued.shown.id}", "T01", "02121"
        )
        item = Item("XQ99DEM001A001010100001", Decimal(yuan) / 5, Decimal(5))
        sale = Sale(self.psn_no, token.token, "310", PLACE, [item])
        return sale_input(sale, self.at.clock.now())

    async def buy(self, yuan: str = "40.00", msgid: str = "") -> asyncio.Task[Answer]:
        """The father's bill under way, at a till that believes what it is told."""
        given = await self.sale(yuan)
        number = msgid or self.at.new_msgid()
        return asyncio.create_task(self.at.call("2102", given, number, PLACE))

    async def left(self) -> list[int]:
        """What the donors have."""
        rows = await self.services.database.rows(
            "select balance_fen from account join unnest($1::bigint[]) with ordinality"
            " as n (person_id, place) using (person_id) order by place",
            [donor.id for donor in self.donors],
        )
        return [row["balance_fen"] for row in rows]


def figures(answer: Answer) -> tuple[int, int, set[str]]:
    """Aid and cash in whole yuan, and the reasons that were told."""
    assert answer.ok, answer.err_msg
    info = answer.setlinfo
    told = {one["reason"] for one in info["exp_content"]["reasons"]}
    return int(info["acct_mulaid_pay"]), int(info["psn_cash_pay"]), told


async def yes(home: Family) -> None:
    [son] = home.donors
    bill = await home.buy()
    assert await home.say(son, await home.asked(son), "yes") == "OK"
    aid, cash, _ = figures(await bill)
    assert (aid, cash) == (30, 0) and await home.left() == [2_000]


async def no(home: Family) -> None:
    [son] = home.donors
    bill = await home.buy()
    assert await home.say(son, await home.asked(son), "no") == "OK"
    aid, cash, told = figures(await bill)
    assert (aid, cash) == (0, 30) and "DONOR_SAID_NO" in told


async def too_late(home: Family) -> None:
    [son] = home.donors
    bill = await home.buy()
    question = await home.asked(son)
    aid, cash, told = figures(await bill)
    assert (aid, cash) == (0, 30) and "DONOR_SILENT" in told
    assert await home.say(son, question, "yes") == "QUESTION_OVER"
    assert await home.left() == [5_000]


async def twice(home: Family) -> None:
    [son] = home.donors
    bill = await home.buy()
    question = await home.asked(son)
    told = await asyncio.gather(*(home.say(son, question, "yes") for _ in range(5)))
    assert set(told) == {"OK"}
    assert await home.say(son, question, "no") == "QUESTION_OVER"
    assert figures(await bill)[0] == 30


async def phone_off(home: Family) -> None:
    """Nobody has a session: the log-in is gone."""
    await home.services.database.value("delete from login where person_id = $1", home.donors[0].id)
    bill = await home.buy()
    aid, _, told = figures(await bill)
    assert aid == 0 and "DONOR_SILENT" in told


async def till_gone(home: Family) -> None:
    [son] = home.donors
    msgid = home.at.new_msgid()
    bill = await home.buy(msgid=msgid)
    question = await home.asked(son)
    bill.cancel()
    assert await home.say(son, question, "yes") == "OK"
    found: list[Answer] = []

    async def is_found() -> bool:
        found.append(await home.at.found(home.psn_no, msgid, PLACE))
        return found[-1].ok

    await until(is_found, "it is settled, though nobody waits for it", every_s=0.2)
    [row] = found[-1].rows
    assert row["acct_mulaid_pay"] == 30
    undo = {"psn_no": home.psn_no, "omsgid": msgid, "oinfno": "2102"}
    assert (await insist(home.at, "2601", {"data": undo}, home.at.new_msgid(), PLACE)).ok
    assert await home.left() == [5_000]


def meanwhile(method: str, path: str) -> Callable[[Family], Awaitable[None]]:
    """The grant is frozen or ended between question and answer."""

    async def case(home: Family) -> None:
        [son] = home.donors
        bill = await home.buy()
        question = await home.asked(son)
        status, _ = await home.call(method, f"/aid/{son.grant}{path}", son)
        assert status == 200
        assert await home.say(son, question, "yes") == "OK"
        aid, cash, told = figures(await bill)
        assert (aid, cash) == (0, 30) and told & {"FROZEN", "NO_AID_GRANT"}

    case.__name__ = f"grant{path or '_ended'}"
    return case


async def spent(home: Family) -> None:
    """The donor's money goes for an own bill meanwhile."""
    [son] = home.donors
    bill = await home.buy()
    question = await home.asked(son)
    mine = Family(home.fleet, home.services, home.http, home.at, son.id)
    row = await home.services.database.row("select psn_no from person where id = $1", son.id)
    assert row is not None
    mine.psn_no = row["psn_no"]
    assert (await (await mine.buy("35.00"))).ok
    assert await home.say(son, question, "yes") == "OK"
    aid, cash, _ = figures(await bill)
    assert (aid, cash) == (15, 15) and await home.left() == [0]


async def two_donors(home: Family) -> None:
    first, second = home.donors
    bill = await home.buy("90.00")  # 10.00, 50.00 and 30.00
    asked = await asyncio.gather(home.asked(first), home.asked(second))
    assert await home.say(first, asked[0], "yes") == "OK"
    await asyncio.sleep(0.5)
    assert not bill.done(), "the other one is asked, too"
    assert await home.say(second, asked[1], "yes") == "OK"
    aid, cash, _ = figures(await bill)
    assert (aid, cash) == (80, 0) and await home.left() == [0, 2_000]


async def two_donors_one_no(home: Family) -> None:
    """Then the other one is asked for as much as that needs."""
    first, second = home.donors
    bill = await home.buy("40.00")
    assert await home.say(first, await home.asked(first), "no") == "OK"
    assert await home.say(second, await home.asked(second), "yes") == "OK"
    aid, _, told = figures(await bill)
    assert aid == 30 and "DONOR_SAID_NO" in told and await home.left() == [5_000, 2_000]


async def preview(home: Family) -> None:
    given = await home.sale("40.00")
    aid, _, told = figures(await home.at.call("2101", given, insuplc=PLACE))
    assert aid == 30 and "DONOR_ASKED_FIRST" in told
    _, seen = await home.call("GET", "/questions", home.donors[0])
    assert seen["data"]["items"] == []


async def others_go_on(home: Family) -> None:
    [son] = home.donors
    bill = await home.buy()
    question = await home.asked(son)
    small = await (await home.buy("13.00"))
    assert figures(small)[0] == 3 and not bill.done()
    assert await home.say(son, question, "yes") == "OK"
    aid, cash, _ = figures(await bill)
    assert (aid, cash) == (30, 10), "a yes is for its own sum"


ONE = (
    yes, no, too_late, twice, phone_off, till_gone, meanwhile("POST", "/freeze"),
    meanwhile("DELETE", ""), spent, preview, others_go_on,
)  # fmt: skip
TWO = (two_donors, two_donors_one_no)


async def shops(services: Services, folder: Path) -> None:
    """The village's pharmacies, moved to where these families live."""
    await Village.build(services, folder)
    await services.database.value("update institution set admdvs = $1", PLACE)


async def test_every_way_in_which_a_question_ends(mortal: Mortal, tmp_path: Path) -> None:
    env = {"QINJI_TILL_WAIT_DEFAULT_S": str(PATIENCE_S)}
    embedded, found = mortal
    async with (
        running_fleet(tmp_path, embedded, found, 1, **env) as (fleet, services),
        aiohttp.ClientSession() as http,
        till(fleet.url, 1, PHARMACY) as at,
    ):
        await shops(services, tmp_path)
        at.retry_waits_s = ()
        wrong: list[str] = []

        async def one(case: Callable[[Family], Awaitable[None]], donors: int) -> None:
            home = await Family(fleet, services, http, at).build(donors)
            try:
                await case(home)
            except AssertionError as error:
                wrong.append(f"{case.__name__}: {error}")

        async with asyncio.TaskGroup() as group:
            for case in ONE:
                group.create_task(one(case, 1))
            for case in TWO:
                group.create_task(one(case, 2))
        assert not wrong, "\n".join(wrong)
        await settled_books(services.database)
        assert (await services.verification.run()).wrong == 0


async def test_a_worker_that_is_killed_between_question_and_answer(
    mortal: Mortal, tmp_path: Path
) -> None:
    """Answered while none is there, or by nobody: the next worker decides."""
    env = {"QINJI_TILL_WAIT_DEFAULT_S": "12"}
    embedded, found = mortal
    async with (
        running_fleet(tmp_path, embedded, found, 1, **env) as (fleet, services),
        aiohttp.ClientSession() as http,
        till(fleet.url, 1, PHARMACY) as at,
    ):
        await shops(services, tmp_path)
        at.retry_waits_s = ()
        homes = [await Family(fleet, services, http, at).build() for _ in range(4)]
        bills = [await home.buy() for home in homes]
        asked = [await home.asked(home.donors[0]) for home in homes]
        fleet.kill("worker0")
        for home, question, answer in zip(homes, asked, ("yes", "no", "yes"), strict=False):
            assert await home.say(home.donors[0], question, answer) == "OK"
        answers = await asyncio.gather(*bills)
        paid = [figures(answer)[0] for answer in answers]
        assert paid == [30, 0, 30, 0], [answer.err_msg for answer in answers]
        assert "DONOR_SILENT" in figures(answers[3])[2]
        waits = "select not exists (select from waiting)"
        await until(lambda: _true(services, waits), "nothing waits")
        await settled_books(services.database)


async def _true(services: Services, sql: str) -> bool:
    return bool(await services.database.value(sql))
