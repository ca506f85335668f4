"""App and worker processes of their own on a measurement's servers."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.bench.load.packed import asking
from app.bench.servers import Place
from app.local.probes import answers_ready, free_port, tail
from app.local.processes import alive, end_child, spawn
from app.settings import PROJECT_ROOT

PACKED = asking.__module__
_START_S = 120.0
ENDING = ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0))


class BenchError(Exception):
    """The measurement can't be made; the text says why."""


@dataclass(frozen=True, slots=True)
class House:
    """A running system: where it listens, and its processes by name."""

    host: str
    port: int
    pids: dict[str, int]


def environment(place: Place, port: int) -> dict[str, str]:
    """With which programs serve on a measurement's servers."""
    return {name: value for name, value in os.environ.items() if name[:6] != "QINJI_"} | {
        "QINJI_PHONE_LIMITS_TIMES": "1000000",
        "QINJI_HOME": str(place.settings.home),
        "QINJI_PORT": str(port),
        "QINJI_DATABASE_URL": place.database_url,
        "QINJI_REDIS_URL": place.redis_url,
    }


@contextmanager
def house(
    place: Place,
    *,
    processes: int,
    workers: int,
    lanes: int,
    traced: bool = False,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[House]:
    """Starts apps on one port, and workers; ends them again. ``traced``: institutions there need
    trace codes; ``more``: what else they are told.

    Raises:
        BenchError: they don't start.
    """
    port, pids = free_port(), {}
    env = environment(place, port) | {
        "QINJI_PROCESSES": str(max(2, processes)),  # the port is shared
        "QINJI_LANES": str(lanes),
        **more,
    }
    programs = [(f"app{n}", "app.main") for n in range(1, processes + 1)]
    programs += [(f"worker{n}", "worker.main") for n in range(1, workers + 1)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qinji-bench-")))
        packed = [PACKED, str(asking(folder))] if traced else []
        for name, module in programs:
            child = spawn(
                [sys.executable, "-P", "-m", *packed, module],
                log=folder / f"{name}.log",
                cwd=PROJECT_ROOT,
                env=env,
            )
            stack.callback(end_child, child, ENDING)
            pids[name] = child.pid
        _wait(port, pids, folder)
        yield House("127.0.0.1", port, pids)


def _wait(port: int, pids: dict[str, int], folder: Path) -> None:
    until = time.monotonic() + _START_S
    while not answers_ready(f"http://127.0.0.1:{port}"):
        for name, pid in pids.items():
            if not alive(pid):
                raise BenchError(f"{name} does not start:\n{tail(folder / f'{name}.log')}")
        if time.monotonic() > until:
            raise BenchError(f"not ready:\n{tail(folder / 'app1.log')}")
        time.sleep(0.1)
    time.sleep(1.0)  # the other apps and the workers, which nobody can ask
