"""What the database's own limit is, and what we make of it: our whole path, and beside it, on the
same server and data and in the same run, pgbench settling one bill a transaction."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.bench.machine import Machine, describe
from app.bench.made import typical
from app.bench.made.fill import fill, plan_of
from app.bench.made.history import plan_for
from app.bench.made.topup import TopUp, forget_balances
from app.bench.made.town import Town
from app.bench.peer.peer import SHAPES, Peer, Ran, shapes_by_best
from app.bench.programs import output_of
from app.bench.servers import Place
from app.compose import open_services
from app.kit.clock import SystemClock
from app.store.database import Database
from app.store.keys import load_keys
from app.store.migrate import migrate

OURS, ARQ_EMPTY, ARQ_SETTLE = "ours", "arq empty", "arq settle"
CLIENTS = (4, 8, 16, 32, 64)
_WORKERS = 2
_JOBS_A_SECOND = 1000

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """How long and how often: ``rounds`` times each of A and B, ``seconds`` each."""

    rounds: int
    seconds: int
    tune_s: int
    people: int
    settlements: int
    with_ours: bool = True
    with_arq: bool = True
    clients: tuple[int, ...] = CLIENTS


@dataclass(slots=True)
class Found:
    """Rates a second, by what was measured, in the order of the rounds."""

    machine: Machine
    town: Town
    rates: dict[str, list[float]] = field(default_factory=dict)
    details: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    tuning: list[Ran] = field(default_factory=list)
    clients: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, rate: float, detail: dict[str, float] | None = None) -> None:
        self.rates.setdefault(what, []).append(rate)
        self.details.setdefault(what, []).append(detail or {})

    def ratio(self, what: str) -> float:
        """Our median over theirs."""
        return median(self.rates[OURS]) / median(self.rates[what])


async def measure(place: Place, wish: Wish, say: Say) -> Found:
    """Runs everything, interleaved. A database without people is filled first."""
    await migrate(place.database_url, owner_url=place.owner_url)
    database = await Database.open(place.owner_url, application="qinji-bench")
    try:
        town = await town_in(database, place, wish.people, wish.settlements, say)
        found = Found(await describe(database), town)
        async with open_services(place.settings, application="qinji-bench") as services:
            sample = await typical.sample(services, town)
        peer = Peer(database, place.owner_url, town, sample)
        await peer.make()
        try:
            top_up = TopUp(database, town)
            await _tune(top_up, peer, wish, found, say)
            await _rounds(top_up, place, peer, wish, found, say)
        finally:
            await asyncio.shield(peer.drop())
            await forget_balances(place.redis_url)
    finally:
        await database.close()
    return found


async def town_in(
    database: Database, place: Place, people: int, settlements: int, say: Say
) -> Town:
    """The town that the database holds; one without people is filled first."""
    plan = await plan_of(database)
    if plan is None:
        say(f"filling with {people:,} people and {settlements:,} settlements …")
        plan = plan_for(settlements, people, 300, SystemClock().now())
        await fill(database, plan, load_keys(place.settings), place.owner_url)
    return plan.town


async def _tune(top_up: TopUp, peer: Peer, wish: Wish, found: Found, say: Say) -> None:
    """Finds each shape's best number of clients; the first run only warms the caches."""
    await peer.run(SHAPES[0], 16, wish.tune_s)
    for clients in wish.clients:
        for shape in SHAPES:
            await top_up.run()
            ran = await peer.run(shape, clients, wish.tune_s)
            found.tuning.append(ran)
            say(f"  pgbench, {shape}, {clients} clients: {ran.per_s:,.0f}/s")
    found.clients = {shape: ran.clients for shape, ran in shapes_by_best(found.tuning).items()}


async def _rounds(
    top_up: TopUp, place: Place, peer: Peer, wish: Wish, found: Found, say: Say
) -> None:
    for number in range(1, wish.rounds + 1):
        say(f"round {number} of {wish.rounds}")
        if wish.with_ours:
            await top_up.run()
            ours = await run_ours(place, wish.seconds)
            found.add(OURS, ours["settlements_per_s"], ours)
            say(f"  ours: {ours['settlements_per_s']:,.0f}/s")
        for shape in SHAPES:
            await top_up.run()
            ran = await peer.run(shape, found.clients[shape], wish.seconds)
            found.add(shape, ran.per_s, {"average_ms": ran.average_ms})
            say(f"  pgbench, {shape}: {ran.per_s:,.0f}/s")
        if wish.with_arq:
            await top_up.run()
            for kind, what in (("settle", ARQ_SETTLE), ("empty", ARQ_EMPTY)):
                rate, detail = await run_arq(place, found.town, kind, wish.seconds)
                found.add(what, rate, detail)
                say(f"  {what}: {rate:,.0f}/s")


async def run_ours(place: Place, seconds: int) -> dict[str, float]:
    """One run of our load generator against an app and a worker of its own on these servers."""
    with tempfile.TemporaryDirectory(prefix="qinji-bench-") as folder:
        file = Path(folder) / "run.json"
        argv = [sys.executable, "-P", "-m", "app.cli", "bench", "run", "--mix", "typical"]
        argv += ["--no-verify", "--connections", "400"]
        argv += ["--seconds", str(seconds), "--json", str(file)]
        await output_of(argv, env=_environment(place))
        [found] = json.loads(file.read_text(encoding="utf-8"))["runs"]
    return {"settlements_per_s": found["settlements_per_s"], **found["latency_ms"]["2102"]}


async def run_arq(
    place: Place, town: Town, kind: str, seconds: int
) -> tuple[float, dict[str, float]]:
    """One arq job a piece: jobs a second while workers empty a queue, and while it was filled."""
    count = _JOBS_A_SECOND * seconds
    numbers = [kind, str(count), str(town.people), str(town.shops)]

    # The owner's is the schema in which the peers are.
    env = _environment(place) | {"QINJI_DATABASE_URL": place.owner_url}

    async def part(verb: str) -> dict[str, float]:
        argv = [sys.executable, "-P", "-m", "app.bench.peer.one_job", verb, *numbers]
        told: dict[str, float] = json.loads(await output_of(argv, env=env))
        return told

    put = await part("enqueue")
    done = [
        one for one in await asyncio.gather(*(part("work") for _ in range(_WORKERS))) if one["jobs"]
    ]
    seconds_taken = max(one["end"] for one in done) - min(one["begin"] for one in done)
    jobs = sum(one["jobs"] for one in done)
    assert jobs == count, f"{jobs} of {count} jobs were done"
    return jobs / seconds_taken, {"enqueued_per_s": count / (put["end"] - put["begin"])}


def _environment(place: Place) -> dict[str, str]:
    return {
        "QINJI_HOME": str(place.settings.home),
        "QINJI_DATABASE_URL": place.database_url,
        "QINJI_OWNER_DATABASE_URL": place.owner_url,
        "QINJI_REDIS_URL": place.redis_url,
    }
