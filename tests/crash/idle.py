"""What a system costs in which nothing happens: ``python -m tests.crash.idle SECONDS``, CPU in
milliseconds a second of app, worker, PostgreSQL and Redis."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.crash.fleet import Fleet, own_database, own_servers

_TICK = os.sysconf("SC_CLK_TCK")
_SETTLED_S = 25
_UTIME, _STIME, _PARENT = 11, 12, 1


def _stat(pid: int) -> list[int]:
    """Of a process the fields behind its name and state; nothing of one that has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    return [0, *map(int, text.rpartition(")")[2].split()[1:])]


def _ms(pid: int) -> float:
    """Its CPU so far, that of children which have ended with it."""
    found = _stat(pid)
    return sum(found[_UTIME : _STIME + 3]) * 1000 / _TICK if found else 0.0


def _family(pid: int) -> float:
    """The same with its children."""
    all_pids = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    children = [one for one in all_pids if (found := _stat(one)) and found[_PARENT] == pid]
    return sum(_ms(one) for one in (pid, *children))


async def measure(seconds: int) -> dict[str, float]:
    """Lets a fleet stand still for so long; CPU in milliseconds a second by what used it."""
    with own_servers() as (embedded, found), tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), None, await own_database(found), 1, {})
        pids = {server.name: server.process.pid for server in embedded.servers if server.process}
        await fleet.start()
        try:
            pids |= {name: fleet.pid(name) for name in ("app", "worker0")}
            await asyncio.sleep(_SETTLED_S)
            before = {name: _family(pid) for name, pid in pids.items()}
            await asyncio.sleep(seconds)
            return {name: (_family(pid) - before[name]) / seconds for name, pid in pids.items()}
        finally:
            fleet.stop()


if __name__ == "__main__":
    used = asyncio.run(measure(int(sys.argv[1])))
    print(", ".join(f"{name} {ms:.1f}" for name, ms in used.items()))
    print(f"{sum(used.values()):.1f} ms of CPU a second")
