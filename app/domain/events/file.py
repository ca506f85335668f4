"""Loads a file of events: each is taken in by itself, so that a bad one spoils no other."""

from __future__ import annotations

from pathlib import Path

from app.domain.events.reading import COLUMNS, read
from app.domain.events.service import Came, Events
from app.domain.registry.imports.importer import Refused, Report, Watch
from app.domain.registry.imports.lines import Bad, CsvFile, Line
from app.kit.clock import Clock


async def import_events(
    events: Events, clock: Clock, path: Path, sender: str, watch: Watch | None = None
) -> Report:
    """Takes in what a file says has happened. Who loads files speaks of everybody.

    Raises:
        FileRefused: the file as a whole can't be used; nothing was loaded.
    """
    watch = watch or Watch()
    file, report = CsvFile(path, COLUMNS), Report()
    watch.progress(file.header_size, 0)
    for line in file.lines():
        try:
            if await _take(events, clock, sender, line) is Came.DONE:
                report.loaded += 1
            else:
                report.unchanged += 1
        except Bad as bad:
            report.refused += 1
            watch.refused(Refused(line.number, bad.column, bad.reason))
        watch.progress(line.size, 1)
    return report


async def _take(events: Events, clock: Clock, sender: str, line: Line) -> Came:
    if line.bad is not None:
        raise line.bad
    event_id, psn_no, kind, at, details = line.fields
    written = read(event_id, psn_no, kind, at, details, clock.now())
    outcome = await events.take(sender, written)
    if outcome.came is Came.REFUSED:
        raise Bad(outcome.column, outcome.reason)
    return outcome.came
