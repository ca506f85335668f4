"""The last day for premiums: so many orders a second, some twice, some taken back, some to be
refunded, while the tax office is late, deaf, broken, silent, refuses and repeats itself.

Long: ``python -m tests.crash.premiums 60 --rate 300`` (seconds).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer

from app.compose import Services
from app.domain.premium.service import Premiums
from app.domain.registry.service import name_opener
from app.domain.settlement.facts.loader import Loader
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.ledger.kinds import AccountKind
from app.ledger.proof.service import Verification
from app.local.servers.embedded import Embedded
from app.outside.played.keys import TAX_KEY
from app.outside.played.server import Outside
from app.store.where import Endpoints
from tests.books import check_books
from tests.crash.fleet import own_servers, running_fleet, until
from tests.crash.purses import Ahead
from tests.people_factory import add_grant, add_person, made_up_certno
from tests.till_world import open_account

PLACE, PRICE_FEN, YEAR, LAST_DAY = "340100", 40_000, 2027, date(2026, 12, 31)
"""Hefei: paid until the year's end, it covers from the next day, so that it can be refunded."""
EACH = 6
MOODS = (
    {"refuse": 0.05, "silent": 0.02, "swapped": 0.2, "twice": 0.3, "late": 0.3},
    {"broken": 0.5, "deaf": 0.3, "twice": 0.3, "late": 0.5, "refund_refuse": 0.3},
    {"broken": 1.0},
    {"deaf": 0.5, "silent": 0.02, "refuse": 0.05, "refund_refuse": 0.3},
)
_HELD = "select coalesce(sum(balance_fen), 0)::bigint from account where kind = 4"
_AT_OFFICE = """
select coalesce(sum(case when c.kind = 16 then t.amount_fen else -t.amount_fen end), 0)::bigint
from transfer t join account c on c.id = t.credit_account join account d on d.id = t.debit_account
where c.kind = 16 or d.kind = 16
"""
_TWICE = """
select count(*) from (select from premium_order where state not in (6, 8)
    group by person_id, year having count(*) > 1) as t
"""


@dataclass
class Figures:
    """What a run has done. Times in seconds."""

    told: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    took: list[float] = field(default_factory=list)
    spent: float = 0.0
    decided: float = 0.0

    def lines(self) -> list[str]:
        """For people."""
        times = sorted(self.took) or [0.0]
        half, most = times[len(times) // 2], times[int(len(times) * 0.99)]
        return [
            f"{self.asked} orders asked for in {self.spent:.1f} s: {self.asked / self.spent:.0f}/s",
            f"each answered within {half * 1000:.0f} ms (half), {most * 1000:.0f} ms (99 %)",
            f"all decided {self.decided:.1f} s after the last",
            f"told: {dict(self.told)}",
            f"in the end: {dict(self.states)}",
        ]


class DeadlineDay:
    """One run: who asks, the office's moods, and what must be true afterwards."""

    def __init__(self, services: Services, clock: Ahead, outside: Outside, seed: int) -> None:
        self._services = services
        self._clock = clock
        self._office = outside.tax
        self._chance = random.Random(seed)
        database, rulebook = services.database, services.rulebook
        loader = Loader(rulebook, database.ids, name_opener(services.people.cipher))
        # The services of this process go by the machine's clock; these by the programs'.
        self._premiums = Premiums(database, clock, rulebook, loader, services.balances, office=True)
        self._going = True
        self._begun = 0.0
        self.figures = Figures()

    async def families(self, count: int) -> list[tuple[int, int]]:
        """Donors, each with money for five of six relatives: (donor, grant)."""
        found: list[tuple[int, int]] = []
        gate = asyncio.Semaphore(8)

        async def one() -> None:
            async with gate:
                found.extend(await self._family())

        await asyncio.gather(*(one() for _ in range(count)))
        self._chance.shuffle(found)
        return found

    async def _family(self) -> list[tuple[int, int]]:
        services = self._services
        database, cipher = services.database, services.people.cipher

        async def person(name: str, born: date, gend: str, insutype: str) -> int:
            certno = made_up_certno(born, gend, PLACE)
            return await add_person(
                database,
                cipher,
                name=name,
                certno=certno,
                gend=gend,
                brdy=born,
                insutype=insutype,
                place=PLACE,
            )

        born = date(1980, 5, 17) + timedelta(days=self._chance.randrange(5_000))
        donor = await person("李敏", born, "2", "310")
        await open_account(services, donor, AccountKind.CURRENT, PRICE_FEN * (EACH - 1), PLACE)
        found = []
        for _ in range(EACH):
            old = date(1940, 1, 1) + timedelta(days=self._chance.randrange(5_000))
            relative = await person("李老", old, "1", "390")
            agreed = self._clock.now() - timedelta(days=60)
            found.append((donor, await add_grant(database, donor, relative, agreed)))
        return found

    async def run(self, wishes: list[tuple[int, int]], rate: float) -> None:
        """Asks for them all, so many a second, whatever the answers do."""
        moods = asyncio.create_task(self._change_moods())
        begun = self._begun = time.monotonic()
        asked = []
        for number, (donor, grant) in enumerate(wishes):
            if (ahead := begun + number / rate - time.monotonic()) > 0:
                await asyncio.sleep(ahead)
            times = 2 if self._chance.random() < 0.1 else 1
            asked += [asyncio.create_task(self._wish(donor, grant)) for _ in range(times)]
        await asyncio.gather(*asked)
        self.figures.asked = len(asked)
        self._going = False
        await moods

    async def _wish(self, donor: int, grant: int) -> None:
        begun = time.monotonic()
        try:
            order = await self._premiums.order(donor, str(grant), YEAR, [])
            told = "ordered"
        except Refusal as refusal:
            told = refusal.reason.code
        self.figures.took.append(time.monotonic() - begun)
        self.figures.told[told] += 1
        self.figures.spent = time.monotonic() - self._begun
        if told != "ordered":
            return
        if (drawn := self._chance.random()) < 0.05:
            await self._later(self._premiums.take_back, donor, order.id, "taken back")
        elif drawn < 0.15:
            await self._later(self._premiums.ask_refund, donor, order.id, "refund asked for")

    async def _later(
        self, what: Callable[[int, int], object], donor: int, order: int, told: str
    ) -> None:
        """Some time after; at most some tries, since the office may not have decided yet."""
        for _ in range(8):
            await asyncio.sleep(self._chance.random() * 4)
            with suppress(Refusal):
                await what(donor, order)  # type: ignore[misc]
                self.figures.told[told] += 1
                return

    async def _change_moods(self) -> None:
        while self._going:
            self._office.mood = dict(self._chance.choice(MOODS))
            await asyncio.sleep(0.5 + self._chance.random() * 3)
        self._office.mood = {}

    async def end(self) -> None:
        """The office comes to itself; what it said nothing of is forgotten by the rule's day."""
        begun = time.monotonic()
        await until(lambda: self._in((3, 4, 5, 6, 7, 8), and_sent=True), "all were handed over")
        self._clock.advance(LAST_DAY + timedelta(days=9) - local_date(self._clock.now()))
        await until(lambda: self._in((5, 6, 8)), "each was booked, released or refunded")
        self.figures.decided = time.monotonic() - begun

    async def _in(self, states: tuple[int, ...], *, and_sent: bool = False) -> bool:
        more = " or state = 3 and sent_at is null" if and_sent else ""
        return not await self._services.database.value(
            f"select exists (select from premium_order where state <> all($1::smallint[]){more})",
            list(states),
        )

    async def check(self) -> None:
        """Each order's money once, both sides agree, nothing is stuck, every law holds."""
        services = self._services
        database = services.database
        rows = await database.rows("select id, state, amount_fen from premium_order")
        names = {5: "booked", 6: "released", 8: "refunded"}
        self.figures.states.update(names[row["state"]] for row in rows)
        booked = {str(row["id"]): row["amount_fen"] for row in rows if row["state"] == 5}
        assert booked == self._office.paid_fen
        assert await database.value(_HELD) == 0
        assert await database.value(_AT_OFFICE) == sum(booked.values())
        assert await database.value(_TWICE) == 0
        await check_books(database)
        verification = Verification(
            database, database, services.balances, self._clock, services.rulebook
        )
        report = await verification.run()
        assert report.findings == [], report.findings[:3]


async def run(
    folder: Path,
    mortal: tuple[Embedded | None, Endpoints],
    wishes: int,
    rate: float,
    seed: int = 1,
    progress: Callable[[str], None] = lambda text: None,
) -> Figures:
    """A deadline day of so many wishes."""
    outside = Outside()
    office = TestServer(outside.application())
    await office.start_server()
    clock = Ahead(folder / "clock")
    clock.on(LAST_DAY, 10)
    env = {
        "QINJI_CLOCK": str(clock.file),
        "QINJI_TAX_BASE_URL": str(office.make_url("/")),
        "QINJI_TAX_KEY": TAX_KEY,
    }
    embedded, found = mortal
    with clock.taken():
        async with running_fleet(folder, embedded, found, 1, **env) as (_, services):
            day = await _lived(services, clock, outside, seed, wishes, rate, progress)
    await office.close()
    return day.figures


async def _lived(
    services: Services,
    clock: Ahead,
    outside: Outside,
    seed: int,
    wishes: int,
    rate: float,
    progress: Callable[[str], None],
) -> DeadlineDay:
    day = DeadlineDay(services, clock, outside, seed)
    families = await day.families(-(-wishes // EACH))
    progress(f"{len(families)} residents are there")
    await day.run(families[:wishes], rate)
    progress(f"all were asked for: {dict(day.figures.told)}")
    await day.end()
    await day.check()
    return day


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=int, nargs="?", default=60)
    parser.add_argument("--rate", type=int, default=300, help="orders a second")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qinji-premiums-") as home, own_servers() as mortal:
        wishes = words.seconds * words.rate
        found = await run(Path(home), mortal, wishes, words.rate, words.seed, print)
    for line in found.lines():
        print(line)


if __name__ == "__main__":
    asyncio.run(_main())
