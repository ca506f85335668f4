"""``qinji bench year`` from the terminal: everybody's account is credited, then its year is closed,
while tills settle; what that costs, and what tills notice of it, beside the same load in peace."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import click
import uvloop

from app.bench.house import BenchError, House, environment, house
from app.bench.load.books import wrong_in_books
from app.bench.load.load import Player, Report, Wish
from app.bench.machine import Machine, describe
from app.bench.made.fill import fill, plan_of
from app.bench.made.history import Plan, plan_for
from app.bench.made.topup import TopUp, forget_balances
from app.bench.made.town import BLOCK, ROLES
from app.bench.servers import Place, servers
from app.bench.usage import peak_mb
from app.compose import open_services
from app.kit.clock import SystemClock, local_date
from app.local.servers.embedded import EmbeddedError
from app.regions.text.show import columns
from app.settings import PROJECT_ROOT
from app.store.database import Database
from app.store.keys import load_keys
from app.store.migrate import migrate

REGION = "13"
"""Where all of the invented town is."""
_WITH_ACCOUNT = sum(role.has_account for role in ROLES)
_LOOK_EVERY_S = 0.2
_LONG_S = 3600
_BASES = """
insert into account_base (person_id, since, base_fen, source, noted_at)
select id, $1, 500000 + id % 500000, 'bench', now() from person where insutype = '310'
on conflict do nothing
"""
_ANALYZE = "vacuum (analyze) account, transfer, account_base, account_credit, account_close"
_HEAD = ("", "秒 s", "账户/秒 a second", "内存 MB", "p50 ms 平时 in peace", "其间 meanwhile",
         "p99 ms 平时 in peace", "其间 meanwhile", "p99 ×", "max ms")  # fmt: skip

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How many have an account, how many people buy, and the load: so many bills a second, in
    peace for so many seconds and then as long as each run takes."""

    accounts: int
    active: int
    rate: float
    seconds: float
    warm_up_s: float


@dataclass(frozen=True, slots=True)
class Ran:
    """One run over everybody: what it said at its end, its seconds and its largest memory; what
    tills saw in peace before it, and meanwhile."""

    what: str
    said: str
    seconds: float
    memory_mb: float | None  # None where the system doesn't tell it
    peace: Report
    meanwhile: Report

    @property
    def p99_ms(self) -> tuple[float, float]:
        """In peace, and meanwhile."""
        return _p99(self.peace), _p99(self.meanwhile)


@dataclass(frozen=True, slots=True)
class Found:
    """What it came to. ``wrong``: what is wrong with the books, None when nobody looked."""

    machine: Machine
    size: Size
    accounts: int
    runs: list[Ran]
    wrong: int | None


def run(home: Path | None, size: Size, json_file: Path | None, *, verify: bool) -> None:
    """Measures, prints, and writes the file. Without a home everything is temporary.

    Raises:
        ClickException: a server or a program failed, or the books are wrong afterwards.
    """
    try:
        with servers(home) as place:
            found = uvloop.run(_measure(place, size, verify=verify))
    except (EmbeddedError, BenchError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if json_file is not None:
        text = json.dumps(asdict(found), ensure_ascii=False, indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")
    if found.wrong is not None:
        right = "账实相符 the books are right."
        click.echo(f"账不平 wrong: {found.wrong}" if found.wrong else right)
    if found.wrong:
        raise click.ClickException("the books are wrong: see qinji ledger verify")


async def _measure(place: Place, size: Size, *, verify: bool) -> Found:
    def say(line: str) -> None:
        click.echo(line, err=True)

    await migrate(place.database_url, owner_url=place.owner_url)
    async with open_services(place.settings, application="qinji-bench") as services:
        plan = await _plan(services.database, place, size, say)
        say("sealing what is not sealed yet …")
        await services.ledger_sealer.run()
        with house(place, processes=1, workers=1, lanes=1) as built:
            player = Player(built, plan.town, services, size.active)
            say("customers show their codes …")
            await player.prepare()
            await TopUp(services.database, plan.town).run()
            await forget_balances(place.redis_url)
            machine, runs = await describe(services.database), []
            for what in ("credit", "close"):
                await _vacuum(services.database)
                runs.append(await _ran(place, built, player, size, what, say))
            accounts = await services.database.value(
                "select count(*) from account where kind = 1 and closed_at is null"
            )
            found = Found(machine, size, accounts, runs, None)
            for line in lines(found):  # the look at the books takes its time
                click.echo(line)
            return replace(found, wrong=await wrong_in_books(services, say)) if verify else found


async def _plan(database: Database, place: Place, size: Size, say: Say) -> Plan:
    """A town whose accounts were all opened in the year that will be closed, with a settlement of
    everybody since; and what each is credited from."""
    plan = await plan_of(database)
    now = SystemClock().now()
    if plan is None:
        people = -(-size.accounts // _WITH_ACCOUNT) * BLOCK
        say(f"filling with {people:,} people, of whom {size.accounts:,} have an account …")
        days = (local_date(now) - _year_begins(now)).days
        # The openings take the first half of the time.
        plan = plan_for(people, people, 2 * days + 60, now)
        await fill(database, plan, load_keys(place.settings), place.owner_url)
    async with database.connection() as connection:
        await connection.execute(_BASES, _year_begins(now), timeout=_LONG_S)
    return plan


def _year_begins(now: datetime) -> date:
    return local_date(now).replace(month=1, day=1)


async def _vacuum(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(_ANALYZE, timeout=_LONG_S)


async def _ran(place: Place, built: House, player: Player, size: Size, what: str, say: Say) -> Ran:
    """The load in peace; then a run, and the load as long as it goes on."""
    wish = Wish("typical", size.seconds, size.rate, warm_up_s=size.warm_up_s)
    say(f"{size.rate:,.0f} bills a second in peace …")
    peace = await player.play(wish)
    say(f"qinji account {what} {REGION}, and as many bills …")
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "app.cli", "account", what, REGION),
        env=environment(place, built.port),
        cwd=PROJECT_ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    ended = asyncio.create_task(process.communicate())
    watch = asyncio.create_task(_watched(process.pid, ended))
    try:
        meanwhile = await player.play_while(wish, lambda: not ended.done())
        out, err = await ended
        seconds, memory = await watch
    except BaseException:
        if process.returncode is None:
            process.kill()
        raise
    if process.returncode:
        raise BenchError(f"account {what} ended with {process.returncode}: {err.decode()[-2000:]}")
    return Ran(what, out.decode().strip(), round(seconds - begun, 2), memory, peace, meanwhile)


async def _watched(
    pid: int, ended: asyncio.Task[tuple[bytes, bytes]]
) -> tuple[float, float | None]:
    """When a program ended, and its largest memory."""
    memory = None
    while not ended.done():
        if (now := peak_mb(pid)) is not None:  # a program that has ended has none
            memory = max(memory or 0.0, now)
        await asyncio.wait([ended], timeout=_LOOK_EVERY_S)
    return time.monotonic(), memory


def _p99(report: Report) -> float:
    return report.latency_ms["2102"]["p99"]


def lines(found: Found) -> Iterator[str]:
    """The findings as lines of text."""
    yield from found.machine.lines()
    yield (
        f"{found.accounts:,} accounts; 1 app, 1 worker, 1 lane, {found.size.rate:,.0f} bills a "
        "second of typical ones; the load client on the same machine"
    )
    yield ""
    yield from columns(list(_rows(found)), right=range(1, len(_HEAD)))
    for ran in found.runs:
        yield f"qinji account {ran.what} {REGION}: {ran.said}"
        for name, report in (("peace", ran.peace), ("meanwhile", ran.meanwhile)):
            for problem, count in sorted(report.problems.items()):
                yield f"  {name}: {problem} {count:,}"


def _rows(found: Found) -> Iterator[Sequence[str]]:
    yield _HEAD
    for ran in found.runs:
        before, now = ran.peace.latency_ms["2102"], ran.meanwhile.latency_ms["2102"]
        yield [
            ran.what,
            f"{ran.seconds:,.1f}",
            f"{found.accounts / ran.seconds:,.0f}",
            "—" if ran.memory_mb is None else f"{ran.memory_mb:,.0f}",
            *(f"{one[share]:,.1f}" for share in ("p50", "p99") for one in (before, now)),
            f"{now['p99'] / before['p99']:.2f}",
            f"{now['max']:,.1f}",
        ]
