"""Sons who send money to their mothers in other provinces over real HTTP, and insist until they are
told, while app, worker and the database's backends are killed under them.

``python -m tests.crash.purses 1000`` is the long form of ``test_purses.py``.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from app.compose import Services
from app.domain.login.sessions import Sessions
from app.kit.clock import SettableClock, local_date, machine, midnight
from app.kit.hand import HandClock, take
from app.ledger.clearing import compare
from app.ledger.kinds import AccountKind
from app.ledger.proof.service import Verification
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_servers, running_fleet, until
from tests.people_factory import add_person, made_up_certno
from tests.till_world import open_account

PROVINCES = ("110101", "130100", "310101", "350200", "330100", "510100")
FEN = 10_000_000
A_DAY = 3
_OFFER_PATIENCE_S = 60.0
_HALF = """
select exists (select from wallet_offer where state <> 1 and told_at is null)
    or exists (select from wallet_sent where state = 1 and delivered_at is null)
"""
_KILL_BACKEND = """
select pg_terminate_backend(pid) from pg_stat_activity
where application_name in ('qinji-app', 'qinji-worker') and datname = current_database()
order by random() limit 1
"""


class Ahead(HandClock):
    """The programs' clock in the hand, which goes on to another day or hour when the test says."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.file = file
        self.set(machine())

    @contextmanager
    def taken(self) -> Iterator[None]:
        """This process goes by it, too: its ids lie among the programs'."""
        take(self.file)
        try:
            yield
        finally:
            take(None)

    def tomorrow(self, hour: int, minute: int = 0, second: int = 0) -> None:
        """Goes on to a time of the next day in China."""
        day = local_date(self.now()) + timedelta(days=1)
        self.set(midnight(day) + timedelta(hours=hour, minutes=minute, seconds=second))

    def on(self, day: date, hour: int) -> None:
        """Goes on to a time of a day in China."""
        self.set(midnight(day) + timedelta(hours=hour))

    def today(self, hour: int) -> None:
        """Goes on to a later hour of the day."""
        self.on(local_date(self.now()), hour)


@dataclass
class Pair:
    """A son and his mother, each with a phone, and what the phones were told."""

    son: int
    mother: int
    son_token: str
    mother_token: str
    certno: str
    told: dict[str, str] = field(default_factory=dict)
    """The last definite answer of each transfer: ``sent``, ``accepted``, ``refused``."""
    returned: Counter[str] = field(default_factory=Counter)


@dataclass
class Campaign:
    """What goes on, and what was killed."""

    fleet: Fleet
    services: Services
    clock: Ahead
    random: random.Random
    pairs: list[Pair] = field(default_factory=list)
    strikes: Counter[str] = field(default_factory=Counter)
    http: aiohttp.ClientSession | None = None
    going: bool = True
    url: str = ""
    """What the phones call, where it is not the app itself."""

    async def build(self, count: int) -> None:
        """Families, all wallets opened."""
        fresh = [await self._family(number) for number in range(count)]
        for pair in fresh:
            for token in (pair.son_token, pair.mother_token):
                assert (await self.call("POST", "/wallet", token, {"holder": "me"}))[0] == 201

    async def _family(self, number: int) -> Pair:
        places = self.random.sample(PROVINCES, 2) if number % 5 else [PROVINCES[0]] * 2
        son, _ = await self.person(f"李儿{number}", "1", date(1985, 5, 5), places[0])
        mother, certno = await self.person("王母", "2", date(1955, 5, 5), places[1])
        await open_account(self.services, son, AccountKind.CURRENT, FEN, places[0])
        await open_account(self.services, son, AccountKind.CARRIED, FEN, places[0])
        own, hers = await self.log_in(son), await self.log_in(mother)
        self.pairs.append(Pair(son, mother, own, hers, certno))
        return self.pairs[-1]

    async def person(
        self, name: str, gend: str, brdy: date, place: str, insutype: str = "310"
    ) -> tuple[int, str]:
        """Somebody new: the id, and the number on the identity card."""
        certno = made_up_certno(brdy, gend)
        cipher, database = self.services.people.cipher, self.services.database
        more: dict[str, Any] = {"name": name, "certno": certno, "gend": gend, "brdy": brdy}
        more |= {"place": place, "insutype": insutype}
        return await add_person(database, cipher, **more), certno

    async def log_in(self, person_id: int) -> str:
        """A new log-in of somebody."""
        login_id = self.services.database.ids.next()
        await self.services.database.value(
            "insert into login (id, openid, person_id, created_at) values ($1, $2, $3, now())",
            login_id,
            secrets.token_hex(8),
            person_id,
        )
        return await self._session(login_id)

    async def _session(self, login_id: int) -> str:
        """A session that doesn't end while the clock goes on."""
        far = SettableClock(self.clock.now())
        far.advance(86_400 * 400)
        services = self.services
        sessions = Sessions(services.cache, far, services.news, 10**7, 10**8)
        return (await sessions.begin(login_id))[0]

    async def call(
        self, method: str, path: str, token: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """A call that is made again until something definite is told."""
        assert self.http is not None
        headers = {"Authorization": f"Bearer {token}"}
        while True:
            try:
                async with self.http.request(
                    method, f"{self.url or self.fleet.url}/api/v1{path}", json=body, headers=headers
                ) as response:
                    found = await response.json()
                    if response.status < 500:
                        return response.status, found
            except (aiohttp.ClientError, TimeoutError, ValueError):
                pass
            await asyncio.sleep(0.05)

    # What families do

    async def day(self) -> None:
        """Everybody sends, accepts, refuses, forgets; then the night passes."""
        await asyncio.gather(*(self._deeds(pair) for pair in self.pairs))
        late = [self._accept_late(pair) for pair in self.pairs]
        self.clock.tomorrow(5, 59, 59)
        await asyncio.gather(*late)
        self.clock.today(12)

    async def _deeds(self, pair: Pair) -> None:
        for _ in range(A_DAY):
            transfer = await self._send(pair)
            if transfer is None:
                return
            await self._offered(pair, transfer)
            deed = self.random.random()
            if deed < 0.75:
                await self._do(pair, transfer, "accept", "accepted")
                if deed < 0.25:
                    await self._give_back(pair, transfer)
            elif deed < 0.85:
                await self._do(pair, transfer, "refuse", "refused")
                return  # the two have no tie: it is held until six
            else:
                return

    async def _send(self, pair: Pair) -> str | None:
        body = {
            "psn_name": "王母",
            "certno": pair.certno,
            "relation": "mother",
            "amount_fen": self.random.randint(1, 200_000),
            "source": "personal",
            "mark": secrets.token_hex(8),
        }
        status, told = await self.call("POST", "/wallet/transfers", pair.son_token, body)
        if status == 201:
            transfer = str(told["data"]["id"])
            pair.told[transfer] = "sent"
            return transfer
        assert told["reason"] in ("PENDING_UNACCEPTED", "DAILY_COUNT"), told
        return None

    async def _offered(self, pair: Pair, transfer: str) -> None:
        """Until the offer lies on the mother's phone: the worker carries it there."""
        end = asyncio.get_running_loop().time() + _OFFER_PATIENCE_S
        while True:
            _, seen = await self.call("GET", "/wallet", pair.mother_token)
            if transfer in [one["id"] for one in seen["data"]["offers"]]:
                return
            assert asyncio.get_running_loop().time() < end, "the offer did not arrive"
            await asyncio.sleep(0.1)

    async def _do(self, pair: Pair, transfer: str, what: str, then: str) -> None:
        path = f"/wallet/transfers/{transfer}/{what}"
        status, told = await self.call("POST", path, pair.mother_token)
        assert status == 200, told
        pair.told[transfer] = then

    async def _give_back(self, pair: Pair, transfer: str) -> None:
        _, seen = await self.call("GET", "/wallet/transfers?limit=100", pair.mother_token)
        there = next(one for one in seen["data"]["items"] if one["id"] == transfer)
        if not there["returnable_fen"]:  # a balance of before is shown while Redis takes nothing
            return
        fen = self.random.randint(1, there["returnable_fen"])
        body = {"amount_fen": fen, "mark": secrets.token_hex(8)}
        path = f"/wallet/transfers/{transfer}/return"
        status, told = await self.call("POST", path, pair.mother_token, body)
        assert status == 200, told
        pair.returned[transfer] += fen

    async def _accept_late(self, pair: Pair) -> None:
        """Some accept what waits at the very moment at which it goes back."""
        waiting = [one for one, told in pair.told.items() if told == "sent"]
        for transfer in waiting:
            if self.random.random() < 0.5:
                pair.told[transfer] = "forgotten"
                continue
            await asyncio.sleep(self.random.random() * 2)
            path = f"/wallet/transfers/{transfer}/accept"
            status, _ = await self.call("POST", path, pair.mother_token)
            pair.told[transfer] = "accepted" if status == 200 else "too late"

    # What happens to the programs

    async def strike(self, most: int, pause_s: float) -> None:
        """Kills at random moments, and in between two halves."""
        while self.going and sum(self.strikes.values()) < most:
            deed = self.random.choice(("app", "worker0", "backend", "half"))
            await asyncio.sleep(self.random.random() * pause_s)
            if deed == "half" and not await self._half_way():
                continue
            if deed == "backend":
                await self.services.database.value(_KILL_BACKEND)
            else:
                names = ("app", "worker0") if deed == "half" else (deed,)
                for name in names:
                    self.fleet.kill(name)
            self.strikes[deed] += 1
            await until(self.fleet.ready, "the app answers again")

    async def _half_way(self) -> bool:
        """Waits a moment for a transfer whose one half has done what the other has not."""
        for _ in range(500):
            if not self.going or await self.services.database.value(_HALF):
                return self.going
            await asyncio.sleep(0.002)
        return False

    # What must be so in the end

    async def check(self) -> Counter[str]:
        """No fen is lost or doubled, nothing is stuck, both clearing accounts agree, and what the
        phones were told is so."""
        database = self.services.database

        async def at_rest() -> bool:
            return bool(
                await database.value(
                    "select not exists (select from wallet_sent where state = 1) and not exists"
                    " (select from wallet_offer where state <> 1 and told_at is null"
                    " and returns_id is null)"
                )
            )

        await until(at_rest, "nothing is on its way")
        found = await compare(database)
        assert found.differences == [] and all(one.agrees for one in found.in_order)
        assert [one.flying for one in found.in_order if one.flying] == []
        whole = await database.value(
            "select sum(balance_fen)::bigint from account where person_id is not null"
        )
        assert whole == 2 * FEN * len(self.pairs), "no fen is lost or doubled"
        states = Counter[str]()
        for pair in self.pairs:
            states += await self._check_pair(pair)
        verification = Verification(
            database, database, self.services.balances, self.clock, self.services.rulebook
        )
        report = await verification.run()
        assert report.findings[:3] == []
        return states

    async def _check_pair(self, pair: Pair) -> Counter[str]:
        rows = await self.services.database.rows(
            "select id, state, amount_fen from wallet_sent where person_id = $1", pair.son
        )
        assert {str(row["id"]) for row in rows} == set(pair.told), "each was told, none twice"
        for row in rows:
            told = pair.told[str(row["id"])]
            assert (told == "accepted") == (row["state"] == 2), (told, dict(row))
            assert (told == "refused") == (row["state"] == 3), (told, dict(row))
        accepted = sum(row["amount_fen"] for row in rows if row["state"] == 2)
        wallet = await self.services.database.value(
            "select balance_fen from account where person_id = $1 and kind = 3", pair.mother
        )
        assert wallet == accepted - sum(pair.returned.values())
        return Counter(pair.told.values()) + Counter(returned=len(pair.returned))


async def run(
    folder: Path,
    mortal: tuple[Embedded | None, Endpoints],
    transfers: int,
    *,
    families: int,
    strikes: int,
    pause_s: float = 0.4,
    seed: int = 1,
    progress: Callable[[str], None] = lambda text: None,
) -> tuple[Counter[str], Counter[str]]:
    """A campaign: what became of its transfers, and what was killed."""
    clock = Ahead(folder / "clock")
    clock.tomorrow(12)
    env = {"QINJI_CLOCK": str(clock.file), "QINJI_PHONE_LIMITS_TIMES": "100000"}
    embedded, found = mortal
    with clock.taken():
        async with running_fleet(folder, embedded, found, 1, **env) as (fleet, services):
            campaign = Campaign(fleet, services, clock, random.Random(seed))
            timeout = aiohttp.ClientTimeout(total=10)
            async with aiohttp.ClientSession(timeout=timeout) as campaign.http:
                await campaign.build(families)
                killer = asyncio.create_task(campaign.strike(strikes, pause_s))
                while (done := sum(len(pair.told) for pair in campaign.pairs)) < transfers:
                    progress(f"{done} of {transfers}, {dict(campaign.strikes)}")
                    await campaign.day()
                campaign.going = False
                await killer
                await until(fleet.ready, "the app answers")
                states = await campaign.check()
            return states, campaign.strikes


async def _main(arguments: Sequence[str]) -> None:
    transfers = int(arguments[0]) if arguments else 1_000
    with tempfile.TemporaryDirectory(prefix="qinji-purses-") as home, own_servers() as mortal:
        states, strikes = await run(
            Path(home), mortal, transfers, families=40, strikes=10**6, pause_s=5.0, progress=print
        )
    print(f"{sum(states.values())} transfers and returns: {dict(states)}; killed: {dict(strikes)}")


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
