"""What a size needs, worked out from what was measured. Pure: figures in, figures out."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "deploy" / "scale.toml"
_DAY_S, _HOUR_S = 86_400, 3_600
_GB = 1e9


@dataclass(frozen=True)
class Size:
    """Somebody who runs it."""

    name: str
    people: int
    bills_a_day: int


class Figures:
    """The constants of deploy/scale.toml by name, where each says where it is from; and what a bill
    costs at so many a second."""

    def __init__(
        self, told: Mapping[str, Mapping[str, object]], costs: Sequence[tuple[float, float]]
    ) -> None:
        self._told = told
        self._costs = costs

    def __getitem__(self, name: str) -> float:
        return float(str(self._told[name]["value"]))

    def ms_at(self, bills_a_second: float) -> float:
        """CPU of a bill: as measured at the nearest rate that is no greater, where it is more."""
        reached = [ms for rate, ms in self._costs if rate <= bills_a_second]
        return min(reached, default=max(ms for _, ms in self._costs))

    @property
    def sources(self) -> list[tuple[str, str, str, str]]:
        """Name, value, unit and source of each."""
        return [
            (name, f"{self[name]:,g}", str(one["unit"]), str(one["source"]))
            for name, one in self._told.items()
        ]


def read(path: Path = FILE) -> tuple[Figures, list[Size]]:
    """The file's constants and sizes."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    sizes = [Size(one["name"], one["people"], one["bills_a_day"]) for one in told["size"]]
    costs = [(one["a_second"], one["ms"]) for one in told["cost"]]
    return Figures(told["figure"], costs), sizes


@dataclass(frozen=True)
class Needs:
    """What one size needs."""

    size: Size
    by: Figures

    @property
    def busiest_hour(self) -> float:
        """Bills a second."""
        return self.size.bills_a_day * self.by["busiest_hour_part"] / _HOUR_S

    @property
    def worst_minute(self) -> float:
        """Bills a second, on a bad Monday."""
        return self.busiest_hour * self.by["bad_monday_times"] * self.by["burst_times"]

    def _cores(self, part: str) -> float:
        return self.worst_minute * self.by.ms_at(self.worst_minute) * self.by[part] / 1000

    @property
    def cores(self) -> tuple[float, float, float]:
        """Of apps, workers and PostgreSQL, busy in the worst minute."""
        return self._cores("app_part"), self._cores("worker_part"), self._cores("postgres_part")

    def _count(self, busy: float) -> int:
        """Processes of one core each that are half idle then, and one more than is needed."""
        return 1 + math.ceil(2 * busy)

    @property
    def apps(self) -> int:
        return self._count(self.cores[0])

    @property
    def workers(self) -> int:
        return self._count(self.cores[1])

    @property
    def connections(self) -> int:
        """The most that all processes may take."""
        return round((self.apps + self.workers) * self.by["connections_a_process"])

    @property
    def people_gb(self) -> float:
        return self.size.people * self.by["person_bytes"] / _GB

    @property
    def year_gb(self) -> float:
        """What a year's bills add, their notices for as long as they are kept beside them."""
        return 365 * self.size.bills_a_day * self._bill_bytes / _GB

    @property
    def _bill_bytes(self) -> float:
        return self.by["bill_bytes"] + self.by["notices_a_bill"] * self.by["notice_bytes"]

    @property
    def _wal_bytes(self) -> float:
        return self._bill_bytes * self.by["wal_times"]

    @property
    def wal_day_gb(self) -> float:
        return self.size.bills_a_day * self._wal_bytes / _GB

    @property
    def network_mbit(self) -> float:
        """From the primary to its standbys, in the worst minute."""
        wal = self.worst_minute * self._wal_bytes * self.by["standbys"]
        return wal * 8 / 1e6

    @property
    def redis_mb(self) -> float:
        """Codes that live, log-ins that have not ended."""
        codes = self.worst_minute * self.by["codes_a_bill"] * self.by["code_lives_s"]
        used = self.size.people * self.by["logged_in_part"]
        return (codes * self.by["code_bytes"] + used * self.by["session_bytes"]) / 1e6

    @cached_property
    def cells(self) -> int:
        """How many primaries share the people, so that each has its accounts in memory."""
        return max(1, math.ceil(self.people_gb / self.by["memory_gb"]))


ROWS: tuple[tuple[str, Callable[[Needs], str]], ...] = (
    ("insured people", lambda n: f"{n.size.people:,}"),
    ("bills a day", lambda n: f"{n.size.bills_a_day:,}"),
    ("busiest hour, bills a second", lambda n: f"{n.busiest_hour:,.1f}"),
    ("worst minute, bills a second", lambda n: f"{n.worst_minute:,.1f}"),
    (
        "busy cores then: apps, workers, PostgreSQL",
        lambda n: ", ".join(f"{c:.2f}" for c in n.cores),
    ),
    ("app processes, workers", lambda n: f"{n.apps}, {n.workers}"),
    ("connections to PostgreSQL", lambda n: f"{n.connections:,}"),
    ("disk for people, GB", lambda n: f"{n.people_gb:,.1f}"),
    ("disk a year for bills, GB", lambda n: f"{n.year_gb:,.0f}"),
    ("WAL a day, GB", lambda n: f"{n.wal_day_gb:,.1f}"),
    ("primary to standbys in the worst minute, Mbit/s", lambda n: f"{n.network_mbit:,.1f}"),
    ("Redis, MB", lambda n: f"{n.redis_mb:,.1f}"),
    ("primaries that hold their people in memory", lambda n: f"{n.cells}"),
)
"""What is told of each size."""


def table(figures: Figures, sizes: list[Size]) -> list[str]:
    """All sizes beside each other, as Markdown."""
    needs = [Needs(size, figures) for size in sizes]
    lines = [
        "| | " + " | ".join(size.name for size in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
    ]
    lines += [f"| {name} | " + " | ".join(told(one) for one in needs) + " |" for name, told in ROWS]
    return lines


def sources(figures: Figures) -> list[str]:
    """Each constant, as Markdown."""
    return [
        "| constant | value | unit | from |",
        "|---|---:|---|---|",
        *(f"| `{n}` | {value} | {unit} | {source} |" for n, value, unit, source in figures.sources),
    ]
