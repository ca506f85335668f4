"""``qinji bench run`` from the terminal: the servers, the town, the runs, the table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import uvloop

from app.bench.house import BenchError, house
from app.bench.load.books import wrong_in_books
from app.bench.load.load import HUGE_ONE, SAME_DONOR, TRACED, Player, Report, Wish
from app.bench.machine import Machine, describe
from app.bench.made.topup import TopUp, forget_balances
from app.bench.peer.limit import town_in
from app.bench.plot import latencies
from app.bench.servers import Place, servers
from app.compose import open_services
from app.local.servers.embedded import EmbeddedError
from app.regions.text.show import columns
from app.store.migrate import migrate

_WARM_UP_IS = "latency from each request's due moment"


@dataclass(frozen=True, slots=True)
class Size:
    """How large the town is, and the system that serves it."""

    people: int
    settlements: int
    active: int
    processes: int
    workers: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the runs came to. ``left``: accepted requests without an outcome afterwards;
    ``wrong``: what is wrong with the books, None when nobody looked."""

    machine: Machine
    size: Size
    runs: list[Report]
    left: int
    wrong: int | None


@dataclass(frozen=True, slots=True)
class Then:
    """What is done afterwards: the ledger looked at, files written."""

    verify: bool
    json_file: Path | None
    plot_file: Path | None


def run(
    home: Path | None, size: Size, wishes: Sequence[Wish], then: Then, *, standby: bool = False
) -> None:
    """Measures, prints, and writes the files. Without a home everything is temporary. ``standby``:
    one is there.

    Raises:
        ClickException: a server or a program failed, or the books are wrong afterwards.
    """
    try:
        with servers(home, standby=standby) as place:
            found = uvloop.run(_measure(place, size, wishes, verify=then.verify))
    except (EmbeddedError, BenchError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for line in lines(found):
        click.echo(line)
    if then.json_file is not None:
        text = json.dumps(asdict(found), ensure_ascii=False, indent=2)
        then.json_file.write_text(text + "\n", encoding="utf-8")
    if then.plot_file is not None:
        then.plot_file.write_text(_plot(found), encoding="utf-8")
    if found.wrong:
        raise click.ClickException("the books are wrong: see qinji ledger verify")


def _plot(found: Found) -> str:
    drawn = [
        (f"{kind} {_load(report.wish)}", ms)
        for report in found.runs
        for kind, ms in report.latency_ms.items()
    ]
    where = f"{found.machine.cpus} × {found.machine.cpu}"
    return latencies(f"latency from the due moment, {where}", drawn)


async def _measure(place: Place, size: Size, wishes: Sequence[Wish], *, verify: bool) -> Found:
    def say(line: str) -> None:
        click.echo(line, err=True)

    await migrate(place.database_url, owner_url=place.owner_url)
    async with open_services(place.settings, application="qinji-bench") as services:
        town = await town_in(services.database, place, size.people, size.settlements, say)
        # Before there is a worker: it would seal what comes next, and miss what is older.
        say("sealing what is not sealed yet …")
        await services.ledger_sealer.run()
        with house(
            place,
            processes=size.processes,
            workers=size.workers,
            lanes=size.lanes,
            traced=any(wish.mix == TRACED for wish in wishes),
        ) as built:
            player = Player(built, town, services, size.active)
            say("customers show their codes …")
            await player.prepare()
            top_up = TopUp(services.database, town)
            machine, runs = await describe(services.database), []
            for wish in wishes:
                await top_up.run()
                await forget_balances(place.redis_url)
                say(f"running {wish.mix}, {_load(wish)} …")
                runs.append(await player.play(wish))
            left = await services.database.value("select count(*) from waiting")
            wrong = await wrong_in_books(services, say) if verify else None
    return Found(machine, size, runs, left, wrong)


def _rate(a_second: float) -> str:
    return f"{a_second:,.0f}" if a_second >= 10 else f"{a_second:.1f}"


def _load(wish: Wish) -> str:
    load = f"{wish.rate:,.0f}/s" if wish.rate else f"{wish.connections} at once"
    if wish.late:
        return f"{load} 旁有核账 reading at the {wish.late}"
    return f"{load} 围攻之下 besieged" if wish.siege else load


def lines(found: Found) -> Iterator[str]:
    """The findings as lines of text: the machine, the size, a table of runs."""
    yield from found.machine.lines()
    size = found.size
    yield (
        f"{size.people:,} people, {size.active:,} of them buy; {size.processes} apps, "
        f"{size.workers} workers, {size.lanes} lanes; the load client on the same machine"
    )
    head = ["", "负载 load", "每秒 a second", "p50 ms", "p90", "p99", "max", "CPU ms 每次 each"]
    rows = [head]
    for report in found.runs:
        cpu = sum(report.cpu_s.values())
        every = sum(report.per_second.values()) * report.seconds
        for kind, ms in report.latency_ms.items():
            rows.append(
                [
                    _KINDS.get(kind, kind),
                    _load(report.wish),
                    _rate(report.per_second[kind]),
                    *(f"{ms[name]:,.1f}" for name in ("p50", "p90", "p99", "max")),
                    f"{1000 * cpu / every:.2f}" if every else "",
                ]
            )
    yield ""
    yield from columns(rows, right=range(2, len(head)))
    for report in found.runs:
        for problem, count in sorted(report.problems.items()):
            told = report.refusal_ms.get(problem)
            after = f", p50 {told['p50']:,.1f} ms, p99 {told['p99']:,.1f}" if told else ""
            yield f"  {_load(report.wish)}: {problem} {count:,}{after}"
    for peace, war in pairs(found.runs):
        yield from _compared(peace, war)
    yield f"还在队列 still waiting: {found.left}. 延迟自应发之时算起 {_WARM_UP_IS}."
    if found.wrong is not None:
        yield "账实相符 the books are right." if not found.wrong else f"账不平 wrong: {found.wrong}"


def pairs(runs: Sequence[Report]) -> Iterator[tuple[Report, Report]]:
    """Each run beside which something went on, with the same one in peace before it."""
    peace: Report | None = None
    for one in runs:
        if not (one.wish.siege or one.wish.late):
            peace = one
        elif peace is not None:
            yield peace, one


def _compared(peace: Report, war: Report) -> Iterator[str]:
    """Of those who are honest: how many were refused, and how much longer they waited."""
    for what, counts in war.besiegers.items():
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
        yield f"{_load(war.wish)}, {what}: {told}"
    spent = [sum(s for name, s in one.cpu_s.items() if name[:3] == "app") for one in (peace, war)]
    yield f"  CPU of the apps: {spent[0]:.1f} → {spent[1]:.1f} s"
    refused = sum(war.problems.values())
    for kind, ms in war.latency_ms.items():
        if kind in peace.latency_ms:
            before, now = peace.latency_ms[kind]["p99"], ms["p99"]
            yield (
                f"  {_KINDS.get(kind, kind)}: p99 {before:,.1f} → {now:,.1f} ms, "
                f"{now / before:.1f} ×; 拒绝 refused or lost: {refused}"
            )


_KINDS = {
    "2102": "结算 settle 2102",
    "2101": "预结算 preview 2101",
    "6101": "解码 decode 6101",
    "2103": "撤销 cancel 2103",
    "code": "亮码 show a code",
    HUGE_ONE: "另有78行 besides: of 78 lines",
    SAME_DONOR: "另有同一共济人 besides: of one donor",
}
