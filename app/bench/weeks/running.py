"""``qinji bench weeks`` from the terminal: bills come while the clock runs through days and a
year's turn, with every job of the nights; whether memory, tables and times stay flat."""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

import click
import uvloop

from app.bench import usage
from app.bench.house import ENDING, BenchError, House, house
from app.bench.load.books import wrong_in_books
from app.bench.load.load import COUNTER, Player, Report, Wish
from app.bench.machine import Machine, describe
from app.bench.made.topup import TopUp, forget_balances
from app.bench.peer.limit import town_in
from app.bench.servers import Place, servers
from app.compose import Services, open_services
from app.kit.clock import iso, local_date, machine, midnight
from app.kit.hand import HandClock, take
from app.local.probes import free_port
from app.local.processes import end_child, spawn
from app.local.servers.embedded import EmbeddedError
from app.outside.played import keys
from app.regions.text.show import columns
from app.settings import PROJECT_ROOT, Settings
from app.store.migrate import migrate

_SLICE_S, _SIGNED_FOR_S, _SPEED_MAX = 1.0, 60, 200
"""A message is signed at most a slice before it is sent, and its signature is good for so many
seconds of the machine's, however fast the clock runs; nobody needs it faster."""
_DAY = timedelta(days=1)
TURNING = ("account", "waiting", "hold", "feed", "ops_tally", "registry_state", "signature_use")
"""Tables whose rows are changed again and again, or live for minutes; none grows by a bill."""
_TABLES = """
select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes,
    coalesce(sum(s.n_dead_tup), 0)::bigint as dead, coalesce(sum(s.n_live_tup), 0)::bigint as live
from pg_class c join pg_stat_user_tables s on s.relid = c.oid
where c.relname = any($1::text[])
"""
_SIZE = "select pg_database_size(current_database())"
_HEAD = (
    "到 clock",
    "每秒 /s",
    "p50 ms",
    "p99",
    "max",
    "app MB",
    "worker MB",
    "Redis MB",
    "热表 hot MB",
    "死行 dead %",
    "字节/单 B a bill",
    "未成 refused",
)
_COMPARED = (
    "per_s",
    "p50_ms",
    "p99_ms",
    "max_ms",
    "app_mb",
    "worker_mb",
    "redis_mb",
    "hot_mb",
    "dead",
    "bytes_a_bill",
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the town is, how many buy; so many bills a second for so many minutes, while the
    clock runs through so many days. The figures are taken every ``window_s`` seconds."""

    people: int
    active: int
    rate: float
    minutes: float
    days: float
    window_s: float

    @property
    def speed(self) -> int:
        """How many of the clock's seconds pass in one."""
        return math.ceil(self.days * _DAY.total_seconds() / (self.minutes * 60))


@dataclass(frozen=True, slots=True)
class Window:
    """What was seen in a window and at its end. ``clock``: what it showed then; memory in MB of
    apps and workers together and of Redis; ``hot_mb``: the tables whose rows change all the time;
    ``dead``: the share of their rows that is dead; ``bytes_a_bill``: by which the database grew."""

    clock: str
    bills: int
    per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    app_mb: float
    worker_mb: float
    redis_mb: float
    hot_mb: float
    dead: float
    bytes_a_bill: float
    problems: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What it came to. ``wrong``: what is wrong with the books afterwards."""

    machine: Machine
    size: Size
    windows: list[Window]
    left: int
    wrong: int


def run(size: Size, json_file: Path | None) -> None:
    """Measures on servers of its own, prints, and writes the file.

    Raises:
        ClickException: servers are given, whose clock nobody may play with; a server or a program
            failed; or the books are wrong afterwards.
    """
    given = Settings()
    if given.database_url or given.redis_url:
        raise click.ClickException(
            "the clock is played with: only on servers of its own. 只用自带的数据库"
        )
    if size.speed > _SPEED_MAX:
        raise click.ClickException(
            f"the clock would run {size.speed} times as fast: {_SPEED_MAX} at the most"
        )
    try:
        with servers(None) as place, _clock(place, size) as hand:
            found = uvloop.run(_measure(place, size, hand))
    except (EmbeddedError, BenchError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if json_file is not None:
        text = json.dumps(asdict(found), ensure_ascii=False, indent=2)
        json_file.write_text(text + "\n", encoding="utf-8")
    for line in lines(found):
        click.echo(line)
    if found.wrong or found.left:
        raise click.ClickException("the books are wrong: see qinji ledger verify")


@contextmanager
def _clock(place: Place, size: Size) -> Iterator[HandClock]:
    """A clock in the hand for all, which stands half the days before a year's turn."""
    hand = HandClock(place.settings.home / "clock")
    now = machine()
    hand.set(now, 0)
    turn = midnight(date(local_date(now).year + 1, 1, 1))
    hand.set(max(now, turn - size.days / 2 * _DAY), 1)
    take(place.settings.home / "clock")
    try:
        yield hand
    finally:
        take(None)


async def _measure(place: Place, size: Size, hand: HandClock) -> Found:
    def say(line: str) -> None:
        click.echo(line, err=True)

    await migrate(place.database_url, owner_url=place.owner_url)
    async with open_services(place.settings, application="qinji-bench") as services:
        town = await town_in(services.database, place, size.people, size.people, say)
        say("sealing what is not sealed yet …")
        await services.ledger_sealer.run()
        more = {
            "QINJI_DEMO": "1",
            "QINJI_CLOCK": str(place.settings.home / "clock"),
            "QINJI_CLOCK_WINDOW_S": str(_SIGNED_FOR_S * size.speed),
        }
        with (
            _outside() as outside,
            house(place, processes=2, workers=1, lanes=1, more=more | outside) as built,
        ):
            player = Player(built, town, services, size.active)
            say("customers show their codes …")
            await player.prepare()
            life_s = size.minutes * 60 + 3600
            until = hand.now() + timedelta(seconds=2 * life_s * size.speed)
            await player.keep_scans(until, 2 * life_s)
            top_up = TopUp(services.database, town)
            windows = []
            hand.run(size.speed)
            try:
                async for window in _windows(place, built, player, top_up, services, size):
                    windows.append(window)
                    say("  ".join(_row(window)))
            finally:
                hand.run(1)
            left = await services.database.value("select count(*) from waiting")
        wrong = await wrong_in_books(services, say)
        return Found(await describe(services.database), size, windows, left, wrong)


@contextmanager
def _outside() -> Iterator[dict[str, str]]:
    """WeChat and the tax office, played by a process; how programs find them."""
    port = free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qinji-bench-")))
        argv = [sys.executable, "-P", "-m", "app.outside.played", "--port", str(port)]
        child = spawn(argv, log=folder / "outside.log", cwd=PROJECT_ROOT, env={})
        stack.callback(end_child, child, ENDING)
        yield keys.environment(f"http://127.0.0.1:{port}")


async def _windows(
    place: Place,
    built: House,
    player: Player,
    top_up: TopUp,
    services: Services,
    size: Size,
) -> AsyncIterator[Window]:
    wish = Wish(COUNTER, _SLICE_S, size.rate, warm_up_s=0.0)
    end = time.monotonic() + size.minutes * 60
    bytes_before = await services.database.value(_SIZE)
    while (left_s := end - time.monotonic()) > 0:
        await top_up.run(vacuum=False)
        await forget_balances(place.redis_url)
        report = await player.play_while(wish, _for(min(size.window_s, left_s)))
        bytes_now = await services.database.value(_SIZE)
        yield await _window(built, services, report, bytes_now - bytes_before)
        bytes_before = bytes_now


def _for(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until


async def _window(built: House, services: Services, report: Report, grown: int) -> Window:
    database = services.database
    [hot] = await database.rows(_TABLES, list(TURNING))
    redis = await services.cache.redis.info("memory")
    memory = usage.memory_mb(built.pids)
    ms = report.latency_ms.get("2102", {})
    bills = round(report.settlements_per_s * report.seconds)
    return Window(
        iso(services.clock.now()),
        bills,
        report.settlements_per_s,
        ms.get("p50", 0.0),
        ms.get("p99", 0.0),
        ms.get("max", 0.0),
        _of(memory, "app"),
        _of(memory, "worker"),
        round(redis["used_memory"] / 1e6, 1),
        round(hot["bytes"] / 1e6, 1),
        round(hot["dead"] / max(1, hot["dead"] + hot["live"]), 4),
        round(grown / max(1, bills)),
        report.problems,
    )


def _of(memory: dict[str, float], name: str) -> float:
    return round(sum(mb for program, mb in memory.items() if program.startswith(name)), 1)


def lines(found: Found) -> Iterator[str]:
    """The findings as lines of text: a window a line, and the last third beside the first."""
    yield from found.machine.lines()
    size = found.size
    yield (
        f"{size.people:,} people, {size.active:,} of them buy; 2 apps, 1 worker, 1 lane; "
        f"{size.rate:,.0f} bills a second for {size.minutes:g} minutes, {size.days:g} days by a "
        f"clock {size.speed} times as fast; the load client on the same machine"
    )
    yield ""
    rows = [_HEAD, *(_row(one) for one in found.windows)]
    if change := last_beside_first(found.windows):
        rows.append(("末/初 last / first", *change, ""))
    yield from columns(rows, right=range(1, len(_HEAD)))
    for window in found.windows:
        for problem, count in sorted(window.problems.items()):
            yield f"  {window.clock}: {problem} {count:,}"
    yield f"还在队列 still waiting: {found.left}."
    yield "账实相符 the books are right." if not found.wrong else f"账不平 wrong: {found.wrong}"


def _row(window: Window) -> Sequence[str]:
    return (
        window.clock[:16],
        f"{window.per_s:,.0f}",
        *(f"{ms:,.1f}" for ms in (window.p50_ms, window.p99_ms, window.max_ms)),
        *(f"{mb:,.0f}" for mb in (window.app_mb, window.worker_mb, window.redis_mb)),
        f"{window.hot_mb:,.1f}",
        f"{100 * window.dead:.1f}",
        f"{window.bytes_a_bill:,.0f}",
        f"{sum(window.problems.values()):,}",
    )


def last_beside_first(windows: Sequence[Window]) -> Sequence[str]:
    """Each figure of the last third of the windows by that of the first third after the first
    window, in which everything is warming up; none of fewer than four windows."""
    warm = windows[1:]
    third = len(warm) // 3
    if not third:
        return ()
    first, last = (
        [sum(getattr(one, name) for one in some) for name in _COMPARED]
        for some in (warm[:third], warm[-third:])
    )
    return [
        f"{now / before:.2f}" if before else "" for before, now in zip(first, last, strict=True)
    ]
