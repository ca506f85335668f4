"""Plays loads against a running system and tells what came of them."""

from __future__ import annotations

import asyncio
import gc
import json
import math
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from app.bench import usage
from app.bench.house import House
from app.bench.load import late, siege
from app.bench.load.messages import HUGE, TYPICAL, Customer, Tills, arrivals, show_code
from app.bench.load.scans import kept, scanned
from app.bench.load.wire import Pool, Shot, Tally
from app.bench.made import typical
from app.bench.made.town import PERSON, SHARED_BY, Shop, Town
from app.bench.plot import SHARES
from app.compose import Services
from app.domain.login import repository as logins
from app.domain.login.sessions import Sessions
from app.settings import PROJECT_ROOT

TRACED, COUNTER = "traced", "counter"
PRIMARY, STANDBY = "primary", "standby"
"""Where everything is read beside a run."""
HUGE_ONE, SAME_DONOR = "2102 huge", "2102 donor"
"""What the report calls bills of very many lines, and those of one donor's relatives."""
_SEED = 20261125
_CONNECTIONS_MOST = 4000
_FASTEST = 6000
_AT_ONCE = 200
_OTHERS_BEGIN_S = 120.0
"""So long it takes until all are there."""
_CANCELLED, _PREVIEWED = 0.03, 0.5
_SCANNED_FOR_S = 300.0
"""So long after the codes were shown they are shown anew: a token lives a few minutes only."""
_FAIR, _FAIR_WEIGHTS = (HUGE_ONE, SAME_DONOR, ""), (0.02, 0.2, 0.78)
Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Wish:
    """One run. ``rate`` (arrivals a second) plays an open loop, else ``connections`` a closed one.

    ``mix``: ``typical`` (2102 of the README's bill), ``traced`` (the same with the trace code of
    each box, where institutions need them), ``settle`` (2102 of various bills), ``day``
    (code shown, decoded, half of them previewed, settled, 3 % cancelled), ``counter`` (the same of
    codes that were decoded before), ``fair`` (typical, but 2 % are bills of 78 lines and a fifth
    comes from eight relatives of one donor), ``code`` (shown only). ``siege``: while strangers
    besiege the doors (``siege.py``). ``late``: while everything is read, on the ``primary`` or its
    ``standby`` (``late.py``).
    """

    mix: str = "settle"
    seconds: float = 10.0
    rate: float = 0.0
    connections: int = 128
    warm_up_s: float = 3.0
    siege: bool = False
    late: str = ""


@dataclass(slots=True)
class Report:
    """What came of a run. Latencies in milliseconds, from each request's due moment on."""

    wish: Wish
    seconds: float
    settlements_per_s: float
    per_second: dict[str, float] = field(default_factory=dict)
    latency_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    refusal_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    most_waiting: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)
    besiegers: dict[str, dict[str, int]] = field(default_factory=dict)


class Player:
    """Knows customers of a running system, and plays loads with them."""

    def __init__(self, house: House, town: Town, services: Services, active: int) -> None:
        self._house = house
        self._host = f"{house.host}:{house.port}"
        self._town = town
        self._services = services
        self._active = active
        self._customers: list[Customer] = []
        self._relatives: list[Customer] = []
        self._sessions: list[str] = []
        self._runs = 0
        self._prepared_at = -math.inf
        self._pids = house.pids | usage.server_pids()

    async def prepare(self) -> None:
        """Lets people show codes that their pharmacies decode, and logs in phones."""
        chance = random.Random(_SEED)  # noqa: S311 (who shops, nothing secret)
        most = typical.buyers(self._town)
        chosen = chance.sample(range(most), min(self._active, most))
        people = [(typical.buyer(self._town, index), self._shop(index)) for index in chosen]
        self._customers = await _in_crowds(people, self._customer)
        relatives = [self._town.of_role(k, 1) for k in range(1, SHARED_BY + 1)]
        self._relatives = await _in_crowds(
            [(number, self._shop(number)) for number in relatives], self._customer
        )
        self._sessions = await _in_crowds(people[:_AT_ONCE], self._session)
        self._prepared_at = time.monotonic()

    async def keep_scans(self, until: datetime, life_s: float) -> None:
        """From here on the codes that were shown stay good until a moment of the system's clock,
        which comes within so many seconds; they aren't shown anew."""
        services = self._services
        known = [*self._customers, *self._relatives]
        await kept(services.cache, services.people.cipher, known, until.timestamp(), life_s)
        self._prepared_at = math.inf

    def _shop(self, index: int) -> Shop:
        """Every fifth person goes to the first pharmacy, the busiest of the morning."""
        return typical.shop(self._town, 0 if index % 5 == 0 else index)

    async def _customer(self, who: tuple[int, Shop]) -> Customer:
        number, shop = who
        code = await self._code(number)
        msgid = f"prepare{time.time_ns()}"
        token = await self._services.credentials.decode(code, shop.code, msgid, "T01", "02121")
        return Customer(number, shop, token.token)

    async def _code(self, number: int) -> str:
        issued = await self._services.credentials.issue(PERSON + number, None, "02121")
        return issued.code

    async def _session(self, who: tuple[int, Shop]) -> str:
        services, number = self._services, who[0]
        now = services.clock.now()
        login_id, bound = await logins.login_of(services.shared, f"bench-{number}", now)
        if bound is None:
            async with services.shared.transaction() as there:
                await logins.bind(there, login_id, PERSON + number, now)
        life = services.settings.session_ttl_s, services.settings.session_longest_s
        sessions = Sessions(services.cache, services.clock, services.news, *life)
        return (await sessions.begin(login_id))[0]

    async def play(self, wish: Wish) -> Report:
        """One run: warm-up, then what is measured."""
        pool = Pool(self._house.host, self._house.port, _CONNECTIONS_MOST)
        try:
            if wish.warm_up_s:
                await self._go(pool, wish, *await self._ready(wish, wish.warm_up_s))
            ready = await self._ready(wish, wish.seconds)
            besiegers: dict[str, dict[str, int]] = {}
            async with self._beside(wish, besiegers) or nullcontext():
                before = usage.cpu_s(self._pids)
                tally = await self._go(pool, wish, *ready)
                after = usage.cpu_s(self._pids)
        finally:
            pool.close()
        report = report_of(wish, tally)
        report.besiegers = besiegers
        report.most_waiting = pool.most_waiting
        report.cpu_s = {name: round(after[name] - before[name], 2) for name in after}
        report.memory_mb = usage.memory_mb(self._pids)
        return report

    async def play_while(self, wish: Wish, going: Callable[[], bool]) -> Report:
        """The same load again and again, without warm-up, as long as something goes on, told as
        one; between two of them nothing comes while the next is made ready."""
        whole = Tally()
        pool = Pool(self._house.host, self._house.port, _CONNECTIONS_MOST)
        try:
            while going() or not whole.ended:
                whole.add(await self._go(pool, wish, *await self._ready(wish, wish.seconds)))
        finally:
            pool.close()
        return report_of(wish, whole)

    def _beside(
        self, wish: Wish, found: dict[str, dict[str, int]]
    ) -> AbstractAsyncContextManager[None] | None:
        """What goes on beside this run."""
        if wish.siege:
            return _others(found, (siege.__name__, f"http://{self._host}", self._shop(0).key_id))
        if not wish.late:
            return None
        config = self._services.settings
        standby = config.standby_url if wish.late == STANDBY else ""
        return _others(
            found,
            (late.__name__,),
            QINJI_HOME=str(config.home),
            QINJI_DATABASE_URL=config.database_url,
            QINJI_REDIS_URL=config.redis_url,
            QINJI_STANDBY_URL=standby,
        )

    async def _ready(self, wish: Wish, seconds: float) -> tuple[list[Shot], list[float], float]:
        """Everything that will be sent, made and signed beforehand."""
        if time.monotonic() - self._prepared_at > _SCANNED_FOR_S:
            await self.prepare()
        self._runs += 1
        sales = math.ceil((wish.rate or _FASTEST) * seconds)
        offsets = list(arrivals(wish.rate, seconds, self._runs)) if wish.rate else []
        shots = await self._shots(wish.mix, len(offsets) if wish.rate else sales)
        if wish.rate and len(shots) > len(offsets):  # a sale of several messages: at once each
            share = len(shots) / max(1, len(offsets))
            offsets = [offsets[min(len(offsets) - 1, int(n / share))] for n in range(len(shots))]
        return shots, offsets, seconds

    async def _go(
        self, pool: Pool, wish: Wish, shots: list[Shot], offsets: list[float], seconds: float
    ) -> Tally:
        gc.collect()
        gc.disable()  # pauses of the load client are none of the system's
        try:
            if wish.rate:
                return await pool.open_loop(shots, offsets)
            return await pool.closed_loop(shots, wish.connections, seconds)
        finally:
            gc.enable()

    async def _shots(self, mix: str, count: int) -> list[Shot]:
        tills = Tills(self._town, self._host, self._runs)
        chance = random.Random(self._runs)  # noqa: S311 (who comes, nothing secret)
        if mix == "code":
            return [show_code(self._host, chance.choice(self._sessions)) for _ in range(count)]
        # A few come often, most rarely.
        weights = [1 / (rank + 50) for rank in range(len(self._customers))]
        coming = chance.choices(self._customers, weights, k=count)
        if mix == "fair":
            kinds = chance.choices(_FAIR, _FAIR_WEIGHTS, k=count)
            coming = [
                chance.choice(self._relatives) if kind == SAME_DONOR else who
                for kind, who in zip(kinds, coming, strict=True)
            ]
        coming = await scanned(self._services.cache, self._services.people.cipher, coming)
        if mix == "fair":
            return [_fair(tills, who, kind) for kind, who in zip(kinds, coming, strict=True)]
        if mix not in ("day", COUNTER):
            items = TYPICAL if mix in ("typical", TRACED) else ()
            traced = tills.traced if mix == TRACED else tuple
            return [tills.sale("2102", who, traced(items)) for who in coming]
        people = [who.number for who in coming]
        codes = await _in_crowds(people, self._code) if mix == "day" else [""] * count
        shots = []
        for who, code in zip(coming, codes, strict=True):
            if code:
                shots.append(show_code(self._host, chance.choice(self._sessions)))
                shots.append(tills.decode(who.number, who.shop, code))
            if chance.random() < _PREVIEWED:
                shots.append(tills.sale("2101", who))
            sale = tills.sale("2102", who)
            if chance.random() < _CANCELLED:
                sale.then = tills.cancels(who)
            shots.append(sale)
        return shots


@asynccontextmanager
async def _others(
    found: dict[str, dict[str, int]], module: Sequence[str], **env: str
) -> AsyncIterator[None]:
    """A program meanwhile; then how often it came, and what it was told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", *module),
        cwd=PROJECT_ROOT,
        env=os.environ | env,
        stdin=asyncio.subprocess.PIPE,  # they go when it ends, whatever becomes of us
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_OTHERS_BEGIN_S):
            await process.stdout.readline()
        yield
        said, _ = await process.communicate(b"")
        found |= json.loads(said)
    finally:
        if process.returncode is None:
            process.kill()


def _fair(tills: Tills, who: Customer, kind: str) -> Shot:
    """One of those who might hold up the others, or one of the others."""
    return tills.sale("2102", who, HUGE if kind == HUGE_ONE else TYPICAL, kind)


async def _in_crowds(items: Sequence[Item], do: Callable[[Item], Awaitable[Found]]) -> list[Found]:
    found: list[Found] = []
    for at in range(0, len(items), _AT_ONCE):
        found += await asyncio.gather(*(do(item) for item in items[at : at + _AT_ONCE]))
    return found


def report_of(wish: Wish, tally: Tally) -> Report:
    """Rates and percentiles of what came back."""
    seconds = tally.ended - tally.begun
    settled = sum(len(ms) for kind, ms in tally.latencies.items() if kind.startswith("2102"))
    report = Report(wish, round(seconds, 3), round(settled / seconds, 1))
    report.problems = dict(tally.problems)
    for kind, values in sorted(tally.latencies.items()):
        report.per_second[kind] = round(len(values) / seconds, 1)
        report.latency_ms[kind] = _percentiles(values)
    report.refusal_ms = {name: _percentiles(values) for name, values in tally.refusals.items()}
    return report


def _percentiles(seconds: list[float]) -> dict[str, float]:
    """In milliseconds."""
    ordered = sorted(seconds)
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)
        for name, share in {**SHARES, "max": 1.0}.items()
    }
