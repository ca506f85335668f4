"""On what a measurement was made: the machine's size and the database's settings that matter."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from app.store.database import Database

_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size",
             "wal_compression", "server_version")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """``database`` holds PostgreSQL's settings by name."""

    cpus: int
    cpu: str
    memory_gb: float
    system: str
    python: str
    database: dict[str, str]

    def lines(self) -> list[str]:
        """The machine in two lines of text, for a report."""
        settings = ", ".join(f"{name} {value}" for name, value in self.database.items())
        return [
            f"{self.cpus} × {self.cpu}, {self.memory_gb:.0f} GB, {self.system}, "
            f"Python {self.python}",
            f"PostgreSQL: {settings}",
        ]


def memory_bytes() -> int:
    """How much memory this machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


async def describe(database: Database) -> Machine:
    """This machine, and this database."""
    rows = await database.rows(
        "select name, current_setting(name) as value from unnest($1::text[]) as name",
        list(_SETTINGS),
    )
    return Machine(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        _cpu(),
        round(memory_bytes() / 1e9, 1),
        f"{platform.system()} {platform.machine()}",
        platform.python_version(),
        {row["name"]: row["value"] for row in rows},
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "CPU"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
