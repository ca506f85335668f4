"""``qinji bench``: what things cost on this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click

from app.bench import decision_cost
from app.bench.decision_cost import DONORS, LINES, Timing
from app.bench.made.town import town_of
from app.regions.text.show import columns
from app.settings import PROJECT_ROOT

BENCH_HOME = PROJECT_ROOT / ".qinji-bench"
_VERIFY = click.option(
    "--verify/--no-verify",
    default=True,
    show_default=True,
    help="Look at the whole ledger afterwards.",
)
_JSON = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write it all there."
)
_ACTIVE = click.option(
    "--active",
    type=click.IntRange(min=1),
    default=3000,
    show_default=True,
    help="How many of the people buy something.",
)
_TITLES = {
    "decide": "一次裁定 whole decision",
    "split": "拆分 of it: split into lines",
    "pooling": "统筹 of it: outpatient pooling",
    "funding": "筹资 of it: who pays",
    "row": "另计 besides: the row that is stored",
}


@click.group()
def bench() -> None:
    """What things cost on this machine. 性能测量"""


@bench.command()
@click.option("--runs", type=click.IntRange(min=1), default=15, help="Runs of each measurement.")
@click.option("--run-ms", type=click.IntRange(min=1), default=20, help="How long a run lasts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of tables.")
def rules(runs: int, run_ms: int, as_json: bool) -> None:
    """One decision of the rules engine, microseconds a bill. 规则裁定

    By donors who all pay and by lines, with outpatient pooling, on one core, without database.
    The median of several runs; ± is half the width of the middle 80 % of them.
    """
    total = len(DONORS) * len(LINES) * len(_TITLES)
    timings: list[Timing] = []
    with click.progressbar(length=total, file=sys.stderr, label="rules") as bar:
        for timing in decision_cost.run(runs=runs, run_s=run_ms / 1000):
            timings.append(timing)
            bar.update(1)
    if as_json:
        for timing in timings:
            click.echo(json.dumps({"bench": "rules", **asdict(timing)}))
        return
    for part, title in _TITLES.items():
        click.echo(f"\n{title}, µs")
        for line in table([timing for timing in timings if timing.part == part]):
            click.echo(line)


@bench.command()
@click.option("--people", type=click.IntRange(min=1), default=100_000, show_default=True)
@click.option("--settlements", type=click.IntRange(min=0), default=100_000, show_default=True)
@click.option("--days", type=float, default=300.0, show_default=True, help="How far back they go.")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=BENCH_HOME,
    help="Whose embedded servers (.qinji-bench), unless QINJI_DATABASE_URL is set.",
)
@click.option("--seal", is_flag=True, help="Seal the ledger too, as the worker does.")
def fill(people: int, settlements: int, days: float, home: Path, seal: bool) -> None:
    """An empty database filled with invented people and past settlements. 造数

    About as many as asked for: people in blocks of 40, settlements in rounds of everybody.
    """
    from app.bench.made import filling  # noqa: PLC0415 (slow)

    filling.show(filling.run(people, settlements, days, home, seal=seal), click.echo)


@bench.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="Embedded servers that `fill` has filled; else temporary ones, filled first.",
)
@click.option("--people", type=click.IntRange(min=200), default=200_000, show_default=True)
@click.option("--settlements", type=click.IntRange(min=0), default=200_000, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--seconds", type=click.IntRange(min=1), default=10, show_default=True, help="Each.")
@click.option("--tune-s", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--ours/--no-ours", default=True, help="With our own path.")
@click.option("--arq/--no-arq", default=True, help="With one arq job a settlement.")
@_JSON
def limit(
    home: Path | None,
    people: int,
    settlements: int,
    rounds: int,
    seconds: int,
    tune_s: int,
    ours: bool,
    arq: bool,
    json_file: Path | None,
) -> None:
    """Ours beside pgbench, which settles one bill a transaction, and arq. 与数据库极限相比

    In turns on the same server and data. Uses QINJI_DATABASE_URL and QINJI_REDIS_URL where set.
    """
    from app.bench.peer import limiting  # noqa: PLC0415 (slow)
    from app.bench.peer.limit import Wish  # noqa: PLC0415 (slow)

    limiting.run(home, Wish(rounds, seconds, tune_s, people, settlements, ours, arq), json_file)


@bench.command("run")
@click.option(
    "--mix",
    type=click.Choice(("typical", "traced", "settle", "day", "fair", "code")),
    default="settle",
    show_default=True,
    help="typical: the README's bill; traced: the same with the trace code of each box, where "
    "institutions need them; settle: various bills; day: showing, decoding, "
    "previewing, settling, cancelling; fair: typical, 2 % of 78 lines and a fifth "
    "of one donor's relatives; code: codes shown.",
)
@click.option(
    "--rate",
    "rates",
    type=click.FloatRange(min=0.1),
    multiple=True,
    help="Arrivals a second (open loop); may be given several times.",
)
@click.option(
    "--connections",
    type=click.IntRange(min=1),
    default=128,
    show_default=True,
    help="Without a rate: so many at once, as fast as answers come.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.5), default=10.0, show_default=True, help="Each run."
)
@click.option(
    "--warm-up",
    type=click.FloatRange(min=0),
    default=3.0,
    show_default=True,
    help="Before each run.",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="Embedded servers that `fill` has filled; else temporary ones, filled first.",
)
@click.option("--people", type=click.IntRange(min=200), default=40_000, show_default=True)
@click.option("--settlements", type=click.IntRange(min=0), default=40_000, show_default=True)
@_ACTIVE
@click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--lanes", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--siege",
    is_flag=True,
    help="Each run once more while 500 unfinished, 500 slow and 250 half-sent calls, 20 gzip bombs "
    "and 16 floods of unsigned bodies are at the doors.",
)
@click.option(
    "--late",
    is_flag=True,
    help="Each run twice more while the books are checked and statements made, again and again: on "
    "the primary, and on a standby.",
)
@_VERIFY
@_JSON
@click.option(
    "--plot", "plot_file", type=click.Path(path_type=Path), help="Draw the latencies there (SVG)."
)
def run_load(
    mix: str,
    rates: tuple[float, ...],
    connections: int,
    seconds: float,
    warm_up: float,
    home: Path | None,
    people: int,
    settlements: int,
    active: int,
    processes: int,
    workers: int,
    lanes: int,
    siege: bool,
    late: bool,
    verify: bool,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Tills and phones on the real wire, against apps and workers of its own. 负载测试

    Uses QINJI_DATABASE_URL and QINJI_REDIS_URL where set. Afterwards the books are looked at.
    """
    from app.bench.load import running  # noqa: PLC0415 (slow)
    from app.bench.load.load import PRIMARY, STANDBY, Wish  # noqa: PLC0415 (slow)

    wishes = [
        Wish(mix, seconds, rate, connections, warm_up, besieged, read_at)
        for rate in rates or (0.0,)
        for besieged, read_at in (
            (False, ""),
            *(((True, ""),) if siege else ()),
            *(((False, PRIMARY), (False, STANDBY)) if late else ()),
        )
    ]
    size = running.Size(people, settlements, active, processes, workers, lanes)
    running.run(home, size, wishes, running.Then(verify, json_file, plot_file), standby=late)


@bench.command("year")
@click.option(
    "--people",
    type=click.IntRange(min=200),
    default=1_000_000,
    show_default=True,
    help="How many have an account.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0.1),
    default=100.0,
    show_default=True,
    help="Bills a second meanwhile.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.5),
    default=30.0,
    show_default=True,
    help="So long the same load is watched in peace before each.",
)
@click.option("--warm-up", type=click.FloatRange(min=0), default=5.0, show_default=True)
@_ACTIVE
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="Embedded servers that stay; else temporary ones. Filled first where they are empty.",
)
@_VERIFY
@_JSON
def run_year(
    people: int,
    rate: float,
    seconds: float,
    warm_up: float,
    active: int,
    home: Path | None,
    verify: bool,
    json_file: Path | None,
) -> None:
    """Everybody is credited with a month, then last year is closed, while tills settle. 账户年度

    Time, memory, and what tills notice of it. Uses QINJI_DATABASE_URL and QINJI_REDIS_URL where
    set. Once more on the same home measures runs that find everything done.
    """
    from app.bench.year import running  # noqa: PLC0415 (slow)

    size = running.Size(people, active, rate, seconds, warm_up)
    running.run(home, size, json_file, verify=verify)


@bench.command("weeks")
@click.option("--minutes", type=click.FloatRange(min=0.05), default=90.0, show_default=True)
@click.option("--days", type=click.FloatRange(min=0.001), default=7.0, show_default=True)
@click.option(
    "--rate",
    type=click.FloatRange(min=0.1),
    default=100.0,
    show_default=True,
    help="Bills a second.",
)
@click.option("--people", type=click.IntRange(min=500), default=20_000, show_default=True)
@_ACTIVE
@click.option(
    "--window",
    "window_s",
    type=click.FloatRange(min=0.5),
    default=300.0,
    show_default=True,
    help="So many seconds make a line.",
)
@_JSON
def run_weeks(
    minutes: float,
    days: float,
    rate: float,
    people: int,
    active: int,
    window_s: float,
    json_file: Path | None,
) -> None:
    """Bills all the while the clock runs fast through days and a year's turn. 长时间运行

    With every job of the nights on; memory, tables that turn over and latencies by windows, and the
    last beside the first. On servers of its own.
    """
    from app.bench.weeks import running  # noqa: PLC0415 (slow)

    running.run(running.Size(people, active, rate, minutes, days, window_s), json_file)


@bench.command("plans")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=BENCH_HOME,
    help="Embedded servers that `fill` has filled.",
)
@click.option("--batch", type=click.IntRange(1, 500), default=200, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=20, show_default=True)
@_JSON
def show_plans(home: Path, batch: int, rounds: int, json_file: Path | None) -> None:
    """What each statement of a settlement costs at this size, and its plan. 语句成本

    Exits with 1 when a statement reads a whole large table, or a whole index of one.
    """
    from app.bench import growing  # noqa: PLC0415 (slow)

    sys.exit(not growing.run(home, batch, rounds, json_file))


@bench.command("scale")
@click.option(
    "--figures",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Instead of deploy/scale.toml.",
)
def show_scale(figures: Path | None) -> None:
    """What a chain, a city, a province, the nation need. 规模测算"""
    from app.bench.scale import needs  # noqa: PLC0415

    found, sizes = needs.read(figures or needs.FILE)
    click.echo("\n".join([*needs.table(found, sizes), "", *needs.sources(found)]))


@bench.command("sizes")
@click.option("--home", type=click.Path(path_type=Path), default=BENCH_HOME)
@click.option("--keep", type=click.Path(path_type=Path), help="Write it there, to compare with.")
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True),
    help="What has come since `--keep` wrote this file.",
)
def show_sizes(home: Path, keep: Path | None, since: Path | None) -> None:
    """Bytes a row, a bill and a code: tables, indexes, WAL, Redis. 占用空间

    Before and after a load: what each of its bills has cost (deploy/SCALE.md).
    """
    from app.bench.scale import sizes  # noqa: PLC0415 (slow)

    found = sizes.run(home)
    if keep is not None:
        found.write(keep)
    told = found.since(sizes.Sizes.read(since)) if since is not None else found
    for line in sizes.lines(told):
        click.echo(line)


@bench.command("lists")
@click.option("--rows", type=click.IntRange(min=10), default=200_000, show_default=True)
@click.option(
    "--changed",
    type=click.IntRange(min=1),
    default=2_000,
    show_default=True,
    help="How many of them are other ones the next day.",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="Embedded servers that stay; else temporary ones.",
)
@_JSON
def run_lists(rows: int, changed: int, home: Path | None, json_file: Path | None) -> None:
    """One of the nation's lists: taken in, loaded whole, the next day's difference. 国家目录

    Times, bytes, and the most memory. Uses QINJI_DATABASE_URL where set.
    """
    from app.bench.lists import running  # noqa: PLC0415 (slow)

    running.run(home, rows, changed, json_file)


@bench.command("people")
@click.argument("count", type=click.IntRange(min=1))
@click.argument("file", type=click.File("w", encoding="utf-8"))
def people_file(count: int, file: TextIO) -> None:
    """A file of invented people for `qinji import people`. 造名册"""
    from app.bench.made import people_file as made  # noqa: PLC0415 (slow)

    file.writelines(line + "\n" for line in made.lines(town_of(count)))


def table(timings: Sequence[Timing]) -> Iterator[str]:
    """Lines of a bill down, donors across."""
    donors = sorted({timing.donors for timing in timings})
    rows = [["明细行 lines", *(f"{count} 共济人 donors" for count in donors)]]
    for count in sorted({timing.lines for timing in timings}):
        of_count = {timing.donors: timing for timing in timings if timing.lines == count}
        rows.append([str(count), *(_cell(of_count[givers]) for givers in donors)])
    return columns(rows, right=range(len(rows[0])))


def _cell(timing: Timing) -> str:
    return f"{timing.median_us:,.1f} ±{(timing.high_us - timing.low_us) / 2:,.1f}"
