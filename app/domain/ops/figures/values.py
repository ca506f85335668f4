"""The live figures as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.premium.rules.overview import Overview

SILENT_S = 15.0


@dataclass(frozen=True, slots=True)
class Minute:
    """What came in during a minute and what became of it, as far as it is decided.

    ``settled`` bills were paid; ``undone`` are cancels, reversals and part returns that were done.
    Latency: from the request's arrival to its decision.
    """

    at: datetime
    read: bool
    accepted: int = 0
    settled: int = 0
    undone: int = 0
    refused: int = 0
    void: int = 0
    set_aside: int = 0
    undecided: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """How often a reason was given in the last ten minutes and in the last hour."""

    reason: str
    ten_minutes: int
    hour: int


@dataclass(frozen=True, slots=True)
class QueueSample:
    """The queue from a moment on, for half a minute: its greatest length, and the longest that its
    oldest request has waited."""

    at: datetime
    length: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class SetAside:
    """A request that broke its batch."""

    fixmedins_code: str
    msgid: str
    infno: str
    at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Tasks:
    """Refunds that wait at the counter (of the first thousand)."""

    count: int = 0
    fen: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sealing:
    """Up to when the ledger is sealed, and the last closed day. ``behind_s``: of what there is."""

    sealed_to: datetime | None = None
    behind_s: float = 0.0
    day: date | None = None
    root: str | None = None
    leaves: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A check of the books that found something wrong."""

    check: str
    zh: str
    wrong: int
    rows: list[str]


@dataclass(frozen=True, slots=True)
class Verified:
    """The last kept verification of the books."""

    begun_at: datetime
    ended_at: datetime
    wrong: int
    checks: int
    rows: int
    found: list[Found]


@dataclass(frozen=True, slots=True)
class OneSided:
    """One row of a day's statements that stands on one side only."""

    fixmedins_code: str
    kind: str
    msgid: str | None
    setl_id: str | None
    at: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Statements:
    """The newest day for which institutions' statements were made."""

    day: date
    made: int
    institutions: int
    """Those with something one-sided."""
    items: list[OneSided]


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """PostgreSQL as this process meets it."""

    well: bool = False
    answer_ms: float | None = None
    version: str = ""
    bytes: int = 0
    connections: int = 0
    connections_max: int = 0
    longest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RedisHealth:
    """Redis as this process meets it."""

    well: bool = False
    answer_ms: float | None = None
    bytes: int = 0
    bytes_max: int = 0
    clients: int = 0


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """arq's own report (None: no worker has reported for ten seconds), connections of workers to
    the database, and which lanes' drainers are awake (they sleep when nothing comes)."""

    report: dict[str, int] | None = None
    connections: int = 0
    lanes: int = 0
    awake: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StandbyHealth:
    """Where what is over is read; none where none is named. ``late_s``: how old it is at the most;
    None: nobody knows. ``reads``: this process's, by where they were answered; else by why they
    went to the primary."""

    well: bool
    late_s: float | None
    reads: dict[str, int]


@dataclass(frozen=True, slots=True)
class Process:
    """A process by its own word. ``doors``: calls by door and by class of status; ``calls_ms``:
    time spent in them; ``lag_ms``: how late its loop woke up at the most."""

    name: str
    kind: str
    started_at: datetime
    silent_s: float
    lag_ms: float
    bytes: int | None
    doors: dict[str, dict[str, int]]
    calls_ms: dict[str, float]
    refusals: dict[str, dict[str, int]]
    limits: dict[str, int]
    spans: dict[str, int] = field(default_factory=dict)
    """``sent`` and ``dropped``, where somebody collects them."""

    @property
    def silent(self) -> bool:
        """Whether it has missed some beats."""
        return self.silent_s > SILENT_S


@dataclass(frozen=True, slots=True)
class Books:
    """What the database says; read together, so all of one moment."""

    read_at: datetime
    length: int = 0
    oldest_s: float = 0.0
    minutes: list[Minute] = field(default_factory=list)
    last: Minute | None = None
    refusals: list[Refused] = field(default_factory=list)
    unread_minutes: int = 0
    tasks: Tasks = Tasks()
    set_aside: list[SetAside] = field(default_factory=list)
    """The newest; ``set_aside_count``: how many there are."""
    set_aside_count: int = 0
    tombstones: int = 0
    sealing: Sealing = Sealing()
    verified: Verified | None = None
    statements: Statements | None = None
    begun_at: datetime | None = None
    """When the first bill was settled."""
    months_until: datetime | None = None
    """Until when the tables of months have theirs; None: none is divided."""

    @property
    def unchecked_since(self) -> datetime | None:
        """When the books were checked last, and before that was ever done: since when there is
        anything to check."""
        return self.begun_at if self.verified is None else self.verified.ended_at


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything on one page. ``books`` is from earlier while it can't be read: for ``unread_s``
    seconds now."""

    at: datetime
    books: Books | None
    queue: list[QueueSample]
    database: DatabaseHealth
    redis: RedisHealth
    worker: WorkerHealth
    processes: list[Process]
    premiums: Overview | None = None
    standby: StandbyHealth | None = None
    unread_s: float = 0.0

    @property
    def worker_lives(self) -> bool:
        """Whether a worker has reported or beaten just now; without Redis: is connected."""
        if not self.redis.well:
            return self.worker.connections > 0
        beats = any(one.kind == "worker" and not one.silent for one in self.processes)
        return self.worker.report is not None or beats
