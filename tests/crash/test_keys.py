"""All keys exchanged while tills and phones go on: none is refused, a killed rotation goes on, and
afterwards everything is read with the new keys alone."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp

from app.clients.till.client import Item, TillClient
from app.clients.till.sale import Sale, sale_input
from app.compose import Services
from app.kit.words.id_numbers import id_number
from app.local.servers.embedded import Embedded
from app.store.sealed.keeper import Keeper
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, running_fleet, settled_books, until
from tests.crash.village import OTHER, PHARMACY, Village, till
from tests.people_factory import add_person
from tests.phone_world import API

MORE_PEOPLE = 4000
"""So many that a rotation can be killed in the middle."""
_SOLD, _CALLS = 30, 20
"""So much is done before, and as many bills afterwards."""
_OLD = "select count(*) from person where get_byte(psn_name_sealed, 0) = 1"
_ITEMS = (Item("XQ99DEM001A001010100001", Decimal(1), Decimal("3.20")),)


@dataclass
class Load:
    """Tills and phones that never stop, and what they were told."""

    fleet: Fleet
    services: Services
    village: Village
    sold: list[tuple[str, dict[str, Any], str, str]] = field(default_factory=list)
    """msgid, input, place and settlement of each bill."""
    calls: int = 0
    refused: list[str] = field(default_factory=list)

    async def sell(self, at: TillClient) -> None:
        patient = self.village.random.choice(self.village.patients)
        token = await self.village.token(patient, at.fixmedins_code)
        sale = Sale(patient.psn_no, token, patient.insutype, patient.place, _ITEMS)
        input, msgid = sale_input(sale, at.clock.now()), at.new_msgid()
        answer = await at.call("2102", input, msgid, patient.place, wait=20)
        if answer.ok:
            done = answer.output["setlinfo"]["setl_id"]
            self.sold.append((msgid, input, patient.place, done))
        else:
            self.refused.append(answer.err_msg)

    async def ask(self, phone: aiohttp.ClientSession, method: str, path: str, **body: Any) -> Any:
        """The data of an answer."""
        async with phone.request(method, f"{self.fleet.url}{API}{path}", json=body or None) as got:
            answer = await got.json()
            if got.status >= 400:
                self.refused.append(f"{method} {path} {got.status} {answer}")
            self.calls += 1
            return answer["data"]

    async def phone(self, patient_id: int) -> aiohttp.ClientSession:
        login = self.services.database.ids.next()
        await self.services.database.value(
            "insert into login (id, openid, person_id, created_at, bound_at)"
            " values ($1, $2, $3, now(), now())",
            login,
            f"o{login}",
            patient_id,
        )
        token, _ = await self.services.login._sessions.begin(login)
        return aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})

    async def until_sold(self, bills: int) -> None:
        async def sold() -> bool:
            return len(self.sold) >= bills and self.calls > _CALLS

        await until(sold, f"{bills} bills are sold")

    async def selling(self, number: int) -> None:
        async with till(self.fleet.url, number, (PHARMACY, OTHER)[number % 2]) as at:
            at.retry_waits_s = ()
            while True:
                await self.sell(at)
                await asyncio.sleep(0.05)

    async def phoning(self, patient_id: int) -> None:
        async with await self.phone(patient_id) as phone:
            while True:
                await self.ask(phone, "GET", "/me")
                await self.ask(phone, "POST", "/credentials", holder="me")
                await self.ask(phone, "GET", "/aid")
                made = await self.ask(phone, "POST", "/family", **nobody())
                await self.ask(phone, "DELETE", f"/family/{made['id']}")
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def going_on(self):  # type: ignore[no-untyped-def]
        """The load; whoever fails ends the test."""
        tasks = [asyncio.create_task(self.selling(number)) for number in range(4)]
        tasks += [asyncio.create_task(self.phoning(p.id)) for p in self.village.patients[:2]]
        try:
            yield
        finally:
            for task in tasks:
                if not task.done():
                    task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if not isinstance(outcome, asyncio.CancelledError):
                    raise AssertionError("a till or phone ended") from outcome


def nobody() -> dict[str, str]:
    number = id_number(f"13{secrets.randbelow(10_000):04d}", date(1950, 1, 1), 2)
    return {
        "psn_name": "李老",
        "psn_cert_type": "01",
        "certno": number,
        "relation": "father",
    }


async def qinji(fleet: Fleet, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.cli",
        "keys",
        *words,
        env=fleet.env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def told(fleet: Fleet, *words: str) -> str:
    process = await qinji(fleet, *words)
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


async def test_all_keys_are_exchanged_under_load(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    kept = tmp_path / "keys.json"
    first = {"data_key": "11" * 16, "index_key": "22" * 16}
    kept.write_text(json.dumps(first))
    async with running_fleet(
        tmp_path, *mortal, workers=2, QINJI_DATA_KEY="", QINJI_INDEX_KEY=""
    ) as (fleet, services):
        database, cipher = services.database, services.people.cipher
        village = await Village.build(services, tmp_path)
        for n in range(MORE_PEOPLE):
            number = f"Q{n}"
            await add_person(
                database,
                cipher,
                name="李敏",
                certno=number,
                gend="2",
                brdy=date(1980, 1, 1),
                cert_type="08",
            )
        load = Load(fleet, services, village)
        async with Keeper(database, cipher, fleet.settings, "test"), load.going_on():
            await load.until_sold(_SOLD)
            before = len(load.sold)
            asked = nobody()
            async with await load.phone(village.patients[4].id) as phone:
                await load.ask(phone, "POST", "/family", **asked)
            await _rotate_killed_half_way(fleet, lambda: database.value(_OLD))
            assert "0 values have to be made anew" in await told(fleet, "status")
            assert "2 keys are dropped" in await told(fleet, "drop")
            await load.until_sold(len(load.sold) + _SOLD)
        assert load.refused == []
        assert await database.value(_OLD) == 0
        alone = json.loads(kept.read_text())
        assert {len(key) for key in alone.values()} == {32}
        assert not set(alone.values()) & set(first.values())
        await _all_begin_again(fleet)
        await _what_was_is_still_known(load, before, asked)
        await settled_books(database)


async def _rotate_killed_half_way(fleet: Fleet, old: Callable[[], Awaitable[int]]) -> None:
    assert "qinji keys rotate" in await told(fleet, "new")
    async with asyncio.timeout(60):
        while True:  # who runs has not read it yet
            process = await qinji(fleet, "rotate", "--settle", "3")
            assert process.stdout is not None
            line = await process.stdout.readline()
            if b"written from now on" in line:
                break
            assert b"don't have the new key yet" in line, line
            await process.communicate()

    async def in_the_middle() -> bool:
        return 0 < await old() < MORE_PEOPLE - 300

    await until(in_the_middle, "the rotation is half-way", every_s=0.01)
    process.kill()
    await process.communicate()
    assert await old() > 0, "it was killed too late: the run shows nothing"
    out = await told(fleet, "rotate", "--settle", "3")
    assert "Nothing needs the keys of before" in out
    assert "0 rows written anew" in await told(fleet, "rotate", "--settle", "0")


async def _all_begin_again(fleet: Fleet) -> None:
    """With the new keys alone."""
    for name in ("app", "worker0", "worker1"):
        fleet.kill(name)

    async def down() -> bool:
        return not await fleet.ready()

    await until(down, "the app is gone")
    await until(fleet.ready, "the app is there again")


async def _what_was_is_still_known(load: Load, before: int, asked: dict[str, str]) -> None:
    """A repeat gets the answer of before, a request made before is remembered, all can buy."""
    async with till(load.fleet.url, 90) as at:
        for msgid, input, place, done in load.sold[:before]:
            if msgid.startswith(at.fixmedins_code):
                answer = await at.call("2102", input, msgid, place, wait=20)
                assert answer.ok, answer.err_msg
                assert answer.output["setlinfo"]["setl_id"] == done
        for _ in range(10):
            await load.sell(at)
    async with await load.phone(load.village.patients[8].id) as phone:
        assert await load.ask(phone, "GET", "/me")
    patient = load.village.patients[4].id
    await load.services.database.value("delete from login where person_id = $1", patient)
    async with await load.phone(patient) as phone:
        assert load.refused == []
        await load.ask(phone, "POST", "/family", **asked)
        assert "ALREADY_BOUND" in load.refused[-1]
