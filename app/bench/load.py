"""Plays a load against a running system and tells what came of it."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.bench.house import House
from app.bench.messages import Customer, Tills, arrivals
from app.bench.town import Town, shoppers
from app.bench.wire import Pool, Shot, Tally
from app.compose import open_services
from app.services import Services

_SEED = 20261125
_CONNECTIONS_MOST = 4000
_FASTEST = 4000


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure. ``rate`` (a second) plays an open loop, else ``connections`` a closed one.

    ``mix``: ``settle`` (2102 only), ``day`` (code, decode, preview, settle, cancel), ``code``.
    """

    seconds: float
    rate: float = 0.0
    connections: int = 64
    mix: str = "settle"
    warm_up_s: float = 3.0
    lines: int = 0


@dataclass(slots=True)
class Report:
    """What came of a run. Latencies in milliseconds, counted from each request's due moment."""

    wish: Wish
    seconds: float = 0.0
    answered: dict[str, int] = field(default_factory=dict)
    per_second: dict[str, float] = field(default_factory=dict)
    latency_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: dict[str, int] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)


class Player:
    """Knows the customers of a running system, and plays loads with them."""

    def __init__(self, house: House, town: Town, services: Services) -> None:
        self._house = house
        self._town = town
        self._services = services
        self._customers: dict[int, Customer] = {}
        self._ids: dict[str, int] = {}
        self._runs = 0

    async def prepare(self, active: int) -> None:
        """Loads the town, and lets ``active`` patients show a code that their pharmacy decodes."""
        services = self._services
        with tempfile.TemporaryDirectory() as folder:
            await self._town.load(
                services.database, services.people.sealer, services.clock, Path(folder)
            )
        rows = await services.database.rows(
            "select id, psn_no from person where psn_no = any($1::varchar[])",
            [self._town.psn_no(number) for number in range(self._town.people)],
        )
        self._ids = {row["psn_no"]: row["id"] for row in rows}
        # The same people in every run, so that a longer run needs no more of them.
        chosen = dict.fromkeys(shoppers(self._town, 40 * active, _SEED))
        wanted = list(chosen)[:active]
        codes = await self._in_crowds(wanted, self._code)
        tokens = await self._in_crowds(list(zip(wanted, codes, strict=True)), self._decoded)
        self._customers = {c.number: c for c in tokens}

    async def _in_crowds(self, items: Sequence, do) -> list:  # type: ignore[no-untyped-def,type-arg]
        found = []
        for at in range(0, len(items), 200):
            found += await asyncio.gather(*(do(item) for item in items[at : at + 200]))
        return found

    def _person(self, number: int) -> int:
        return self._ids[self._town.psn_no(number)]

    async def _code(self, number: int) -> str:
        issued = await self._services.credentials.issue(self._person(number), None, "02121")
        return issued.code

    async def _decoded(self, pair: tuple[int, str]) -> Customer:
        number, code = pair
        shop = self._town.home_of(number)
        msgid = f"prepare{time.time_ns()}"
        token = await self._services.credentials.decode(code, shop.code, msgid[:30], "T01")
        return Customer(number, token.token)

    async def play(self, wish: Wish) -> Report:
        """One run: warm-up, then what is measured."""
        pool = Pool(self._house.host, self._house.port, _CONNECTIONS_MOST)
        try:
            if wish.warm_up_s:
                await self._go(pool, wish, *await self._ready(wish, wish.warm_up_s))
            ready = await self._ready(wish, wish.seconds)
            before = self._cpu()
            tally = await self._go(pool, wish, *ready)
            after = self._cpu()
            report = _report(wish, tally)
            report.cpu_s = {name: round(after[name] - before.get(name, 0), 2) for name in after}
            report.memory_mb = self._memory()
            return report
        finally:
            pool.close()

    async def _ready(self, wish: Wish, seconds: float) -> tuple[list[Shot], Sequence[float], float]:
        """Everything that will be sent, made and signed beforehand."""
        self._runs += 1
        offsets = arrivals(wish.rate, seconds, self._runs) if wish.rate else ()
        count = len(offsets) if wish.rate else math.ceil(_FASTEST * seconds)
        return await self._shots(wish, count), offsets, seconds

    async def _go(
        self, pool: Pool, wish: Wish, shots: list[Shot], offsets: Sequence[float], seconds: float
    ) -> Tally:
        gc.collect()
        gc.disable()  # pauses of the load client are none of the system's
        try:
            if wish.rate:
                return await pool.open_loop(shots, offsets)
            return await pool.closed_loop(shots, wish.connections, seconds)
        finally:
            gc.enable()

    async def _shots(self, wish: Wish, count: int) -> list[Shot]:
        tills = Tills(self._town, f"{self._house.host}:{self._house.port}", self._runs)
        chance = random.Random(self._runs)
        known = list(self._customers.values())
        weights = [1 / (rank + 20) for rank in range(len(known))]
        if wish.mix == "settle":
            return [
                tills.sale("2102", customer, wish.lines)
                for customer in chance.choices(known, weights, k=count)
            ]
        raise ValueError(wish.mix)

    def _cpu(self) -> dict[str, float]:
        """CPU seconds so far by program, the load client included."""
        tick = os.sysconf("SC_CLK_TCK")
        found = {"load": sum(os.times()[:2])}
        for name, pid in _family(self._house.pids()).items():
            total = 0.0
            for one in pid:
                try:
                    parts = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                total += (int(parts[11]) + int(parts[12])) / tick
            found[name] = total
        return found

    def _memory(self) -> dict[str, float]:
        found = {}
        for name, pid in self._house.pids().items():
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except OSError:
                continue
            found[name] = round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
        return found


def _family(pids: dict[str, int]) -> dict[str, list[int]]:
    """Each program with its children (PostgreSQL's sessions above all)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(parts[1]), []).append(int(entry.parent.name))
    return {name: [pid, *children.get(pid, [])] for name, pid in pids.items()}


def _report(wish: Wish, tally: Tally) -> Report:
    seconds = tally.ended - tally.begun
    report = Report(wish, round(seconds, 3), problems=dict(tally.problems))
    for kind, values in tally.latencies.items():
        values.sort()
        report.answered[kind] = len(values)
        report.per_second[kind] = round(len(values) / seconds, 1)
        report.latency_ms[kind] = {
            name: round(values[min(len(values) - 1, int(len(values) * share))] * 1000, 2)
            for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))
        }
    return report


async def with_player(house: House, town: Town, active: int, wishes: Sequence[Wish]) -> list[Report]:
    """Prepares a running system and plays the runs one after the other."""
    async with open_services(house.settings, application="qinji-bench") as services:
        player = Player(house, town, services)
        await player.prepare(active)
        return [await player.play(wish) for wish in wishes]
