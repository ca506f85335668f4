"""Fault after fault under load: after each the tills come to rest, and every law is asked."""

from __future__ import annotations

import asyncio
import itertools
import random
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer

from app.clients.till.client import TillClient
from app.compose import Services
from app.kit.clock import local_date
from app.local.servers.embedded import Embedded
from app.outside.played.keys import TAX_KEY
from app.outside.played.server import Outside
from app.settings import PROJECT_ROOT
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, alive_again, own_database, running, until
from tests.crash.purses import Ahead
from tests.crash.village import OTHER, PHARMACY, Village, till
from tests.faults import laws
from tests.faults.cutting import Line, line_to
from tests.faults.disk import Disk
from tests.faults.journal import Journal, Order, Story, now, reason
from tests.faults.kinds import KINDS, WORKERS, Scene, kinds_of, possible
from tests.faults.laws import OWNED, Evidence
from tests.faults.phones import Families
from tests.faults.premiums import Season
from tests.faults.tills import Teller, by_message, purchase, visit
from tests.faults.wires import Wire, wires_to
from tests.fuzz.country import CLINIC

PATIENCE_S = 2
"""How long a till waits that says nothing of it."""
_SHOPS = (PHARMACY, OTHER, PHARMACY, CLINIC)
_UNDER_WAY = 15
"""So many bills are paid in a round before something is broken."""
_ASKED = 12
_DONOR_YUAN = 5_000
_ROUND_S = 600.0
_numbers = itertools.count(90_000_000)


@dataclass(frozen=True)
class Struck:
    """A fault, how long it was until a bill was paid again that came after it, and what was wrong
    then."""

    seed: int
    number: int
    kind: str
    back_s: float
    wrong: tuple[str, ...] = ()
    orders: Counter[str] = field(default_factory=Counter)
    """What of each kind was asked for in this round, each accounted for."""

    @property
    def again(self) -> str:
        """How it is played again."""
        where = f"--seed {self.seed} --first {self.number} --kinds {self.kind}"
        return f"python -m tests.faults 1 {where}"


@dataclass
class Bazaar:
    """Tills and phones at work on one system."""

    fleet: Fleet
    services: Services
    village: Village
    families: Families
    season: Season
    line: Line
    database: Wire
    cache: Wire
    disk: Disk | None
    versions: tuple[Path, ...]
    owned_fen: int
    journal: Journal = field(default_factory=Journal)

    async def fault(self, seed: int, number: int, kind: str, tills: int) -> Struck:
        """Load, the fault under it, rest, and what breaks a law then."""
        chance = random.Random(f"{seed}-{number}")
        scene = Scene(
            self.fleet,
            self.line,
            self.database,
            self.cache,
            self.families.clock,
            chance,
            PATIENCE_S,
            self.disk,
            self.versions,
        )
        before = self.orders
        await self.families.come()
        await self.season.come()
        resting, broken = asyncio.Event(), asyncio.Event()
        back_s = 0.0
        async with asyncio.timeout(_ROUND_S), asyncio.TaskGroup() as group:
            group.create_task(self.families.deeds(broken))
            group.create_task(self.season.deeds(broken))
            for till_number in range(tills):
                group.create_task(self._till(number * 100 + till_number, chance.random(), resting))
            await self._busy()
            await asyncio.sleep(chance.random() / 2)
            broken.set()
            await KINDS[kind](scene)
            mended = now()
            await until(lambda: self._paid_since(mended), f"a bill is paid after {kind}")
            back_s = self.journal.paid_begun - mended
            resting.set()
        wrong = [*await self.settled(), *await self.asked(chance)]
        return Struck(seed, number, kind, back_s, tuple(wrong), self.orders - before)

    async def _till(self, number: int, luck: float, resting: asyncio.Event) -> None:
        shop = _SHOPS[number % len(_SHOPS)]
        chance, deed = random.Random(luck), visit if shop is CLINIC else purchase
        async with self._at(self.line.url, number, shop) as at:
            teller = Teller(self.journal, at, chance)
            while not resting.is_set():
                await deed(teller, self.village)

    def _at(self, url: str, number: int, shop: tuple[str, ...]) -> TillClient:
        """A till that sends a message once, by the clock of all."""
        at = till(url, number, shop)
        at.retry_waits_s, at.clock = (), self.services.clock
        return at

    async def _busy(self) -> None:
        before = self.journal.paid

        async def enough() -> bool:
            return self.journal.paid >= before + _UNDER_WAY

        await until(enough, "bills are paid")

    async def _paid_since(self, moment: float) -> bool:
        return self.journal.paid_begun >= moment

    @property
    def orders(self) -> Counter[str]:
        """How much was asked for up to now."""
        return Counter(
            {
                "messages of tills": len(self.journal.orders),
                "transfers": sum(len(one.told) for one in self.families.pairs),
                "premiums": sum(len(one.fathers) for one in self.season.households),
            }
        )

    @property
    def came_with_fen(self) -> int:
        """What all people had in the beginning."""
        return self.owned_fen + self.families.owned_fen + self.season.owned_fen

    async def settled(self) -> list[str]:
        """The laws, once nothing waits any more."""
        database = self.services.database

        async def idle() -> bool:
            return bool(await database.value("select not exists (select from waiting)"))

        await until(idle, "nothing waits")
        await self.families.rest()
        await self.season.rest()
        async with (
            database.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            wrong = await laws.broken(Evidence(connection, self.journal, self.came_with_fen))
        report = await self.services.verification.run()
        verified = [f"ledger verify: {one}" for one in report.findings[:3]]
        if report.wrong and not verified:
            verified = [f"ledger verify: {report.wrong} wrong"]
        return [*wrong, *verified, *await self.families.wrong(), *await self.season.wrong()]

    async def asked(self, chance: random.Random) -> list[str]:
        """What tills are told now of bills of before: those of which nothing was known for a while,
        and some others."""
        stories = self.journal.stories
        doubtful = [one for one in stories if one.sale.doubtful][-_ASKED:]
        chosen = [*doubtful, *chance.sample(stories, min(_ASKED, len(stories)))]
        return [
            f"{one.sale.infno} {one.sale.msgid}: {said}"
            for one in chosen
            for said in await self.told_otherwise(one)
        ]

    async def told_otherwise(self, story: Story) -> list[str]:
        """What 5203A and a repeat tell of a bill, where that isn't what was told before."""
        shop = {PHARMACY[0]: PHARMACY, OTHER[0]: OTHER, CLINIC[0]: CLINIC}[story.sale.shop]
        async with self._at(self.fleet.url, next(_numbers), shop) as at:
            return await told_otherwise(Teller(Journal(), at, random.Random(1)), story)


async def told_otherwise(teller: Teller, story: Story) -> list[str]:
    """What 5203A and a repeat tell of a bill, where that isn't what was told before."""
    sale = story.sale
    found = await teller.ask("5203A", by_message(sale), sale.patient)
    ids = {str(row["setl_id"]) for row in found.rows}
    stand = {str(row["setl_id"]) for row in found.rows if row["vali_flag"] == "1"}
    again = Order(sale.infno, sale.msgid, sale.shop, sale.patient, sale.input)
    if sale.answer is None:
        answer = await teller.insist(again)
        return [f"it was taken back; now {answer} and {found}"] if answer.ok or stand else []
    if not sale.ok:  # nothing was kept of some, and they may come again
        return [f"told {sale.told}, and 5203A tells of {ids}"] if ids else []
    answer, setl_id = await teller.insist(again), str(sale.answer.setlinfo["setl_id"])
    if setl_id not in ids or (not story.touched and setl_id not in stand):
        return [f"{setl_id} was told; 5203A: {found.err_msg} {ids}, {stand} stand"]
    same = answer.ok and answer.output == sale.answer.output
    if story.touched and not (same and story.whole):
        since = reason(answer) in ("UNDONE_SINCE", "REPLACED_SINCE")
        return [] if since else [f"{story.figures} stand; repeated: {answer}"]
    return [] if same else [f"repeated: {answer.err_msg} {answer.setlinfo}"]


@asynccontextmanager
async def under_load(
    folder: Path,
    mortal: tuple[Embedded, Endpoints],
    seed: int,
    disk: Disk | None = None,
    before: Path | None = None,
) -> AsyncIterator[Bazaar]:
    """A system that may be broken, with its people. With ``before`` its programs are of the version
    in that folder until they are rolled out."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    env = {
        "QINJI_TILL_WAIT_DEFAULT_S": str(PATIENCE_S),
        "QINJI_PHONE_LIMITS_TIMES": "100000",
        "QINJI_EMPTY_UNDOINGS_MAX": "1000000000",
        "QINJI_PROCESSES": "2",  # so that one may begin at the port where another still is
        "QINJI_DRAIN_S": "0.5",
    }
    clock, outside = Ahead(folder / "clock"), Outside()
    clock.tomorrow(12)
    async with AsyncExitStack() as stack:
        stack.enter_context(clock.taken())
        office = await stack.enter_async_context(TestServer(outside.application()))
        env |= {
            "QINJI_CLOCK": str(clock.file),
            "QINJI_TAX_BASE_URL": str(office.make_url("/")),
            "QINJI_TAX_KEY": TAX_KEY,
        }
        for server in mortal[0].servers:
            alive_again(server)
        found = await own_database(mortal[1])
        over, database, cache = await stack.enter_async_context(
            wires_to(found, random.Random(seed))
        )
        env |= {"QINJI_DATABASE_URL": over.database_url, "QINJI_REDIS_URL": over.redis_url}
        begin = before or PROJECT_ROOT
        fleet = Fleet(folder, mortal[0], found, len(WORKERS), env, begin)
        services = await stack.enter_async_context(running(fleet, mortal[0]))
        village = await Village.build(services, folder, donor_yuan=_DONOR_YUAN)
        owned_fen = await services.database.value(OWNED)
        line = await stack.enter_async_context(line_to(fleet.port, random.Random(seed)))
        families = Families(fleet, services, clock, random.Random(seed))
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        families.http = await stack.enter_async_context(session)
        families.url = line.url
        season = Season(families, outside.tax, services.rulebook, random.Random(seed))
        while not season.open_on(local_date(clock.now())):
            clock.tomorrow(12)
        yield Bazaar(
            fleet,
            services,
            village,
            families,
            season,
            line,
            database,
            cache,
            disk,
            tuple(sorted({PROJECT_ROOT, begin})),
            owned_fen,
        )


async def run(
    folder: Path,
    mortal: tuple[Embedded, Endpoints],
    count: int,
    *,
    seed: int,
    first: int = 0,
    tills: int = 8,
    among: Sequence[str] = (),
    disk: Disk | None = None,
    before: Path | None = None,
    tell: Callable[[Struck], None] = lambda struck: None,
) -> list[Struck]:
    """So many faults, from one of that seed on. When a law breaks, the next begins with books of
    its own: what is wrong stays wrong."""
    found: list[Struck] = []
    kinds = kinds_of(seed, first, count, among or possible(disk))
    while len(found) < count:
        async with under_load(folder / str(len(found)), mortal, seed, disk, before) as bazaar:
            for kind in kinds[len(found) :]:
                found.append(await _fault(bazaar, seed, first + len(found), kind, tills))
                tell(found[-1])
                if found[-1].wrong:
                    break
    return found


async def _fault(bazaar: Bazaar, seed: int, number: int, kind: str, tills: int) -> Struck:
    """What went wrong in the load itself is told as what breaks a law is."""
    try:
        struck = await bazaar.fault(seed, number, kind, tills)
    except Exception as error:
        said = "".join(traceback.format_exception(error))
        struck = Struck(seed, number, kind, 0.0, (said,))
    if struck.wrong:
        print(bazaar.fleet.tails())
    return struck
