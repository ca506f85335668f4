"""``qinji bench limit`` from the terminal: the servers, the table, the JSON file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median

import click

from app.bench.peer.limit import ARQ_EMPTY, ARQ_SETTLE, OURS, Found, Wish, measure
from app.bench.programs import ProgramFailed
from app.bench.servers import servers
from app.local.servers.embedded import EmbeddedError
from app.regions.text.show import columns

_TITLES = {
    OURS: "本系统 ours: signed HTTP in → decided → committed → HTTP out",
    "function": "pgbench: one transaction each, one call of a function",
    "statements": "pgbench: one transaction each, statement by statement",
    ARQ_SETTLE: "arq: one job each, which calls that function",
    ARQ_EMPTY: "arq: jobs that do nothing",
}


def run(home: Path | None, wish: Wish, json_file: Path | None) -> None:
    """Measures, prints, and writes the file. Without a home everything is temporary.

    Raises:
        ClickException: a server or a program failed.
    """

    def say(line: str) -> None:
        click.echo(line, err=True)

    try:
        with servers(home) as place:
            found = asyncio.run(measure(place, wish, say))
    except (EmbeddedError, ProgramFailed, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if json_file is not None:
        json_file.write_text(json.dumps(as_dict(found), ensure_ascii=False, indent=2) + "\n")
    for line in table(found):
        click.echo(line)


def table(found: Found) -> Iterator[str]:
    """What was measured, side by side."""
    yield from found.machine.lines()
    yield f"{found.town.people:,} people. Same server, same data, in turns. Settlements a second:"
    yield ""
    rows = [["", "客户端 clients", "中位 median", "范围 range", "本系统之比 ours ÷ it"]]
    for what, title in _TITLES.items():
        rates = found.rates.get(what)
        if not rates:
            continue
        ratio = f"{found.ratio(what):.2f}" if OURS in found.rates else ""
        clients = str(found.clients.get(what, ""))
        rows.append(
            [title, clients, f"{median(rates):,.0f}", f"{min(rates):,.0f}–{max(rates):,.0f}", ratio]
        )
    yield from columns(rows, right=range(1, 5))
    yield ""
    yield "pgbench by clients, when its best number was looked for:"
    counts = sorted({ran.clients for ran in found.tuning})
    tuned = [["", *(str(count) for count in counts)]]
    for shape in found.clients:
        of_shape = {ran.clients: ran.per_s for ran in found.tuning if ran.shape == shape}
        tuned.append([shape, *(f"{of_shape[count]:,.0f}" for count in counts)])
    yield from columns(tuned, right=range(1, len(counts) + 1))


def as_dict(found: Found) -> dict[str, object]:
    """Everything, for other programs."""
    medians = {what: median(rates) for what, rates in found.rates.items()}
    return {
        "bench": "limit",
        "machine": asdict(found.machine),
        "town": asdict(found.town),
        "rates_per_s": found.rates,
        "median_per_s": medians,
        "ratio": {what: found.ratio(what) for what in medians} if OURS in medians else {},
        "clients": found.clients,
        "tuning": [asdict(ran) for ran in found.tuning],
        "details": found.details,
    }
