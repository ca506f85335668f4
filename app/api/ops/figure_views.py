"""What the live figures look like at the night shift's door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, PlainSerializer

from app.api.http.endpoint import View
from app.api.ops.watching.calls import NoteView
from app.kit.clock import iso

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]


class Shown(View):
    """A view made from the value of the same name."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class TroubleView(View):
    """Something that is wrong, and what to do. ``seen``: who has seen it, and what is done; it is
    silent for two hours, then null again."""

    code: str
    level: Literal["bad", "warn", "note"]
    message: str
    to_do: str
    seen: NoteView | None


class MinuteView(Shown):
    """A minute by the arrival of its requests; ``read`` false: not read yet. Latency in ms."""

    at: Moment
    read: bool
    accepted: int
    settled: int
    undone: int
    refused: int
    void: int
    set_aside: int
    undecided: int
    p50_ms: float | None
    p99_ms: float | None


class RefusedView(View):
    """How often a reason was given, in words."""

    reason: str
    message: str
    next_step: str
    ten_minutes: int
    hour: int


class QueueSampleView(Shown):
    """The queue at a moment."""

    at: Moment
    length: int
    oldest_s: float


class SetAsideView(View):
    """A request that failed; ``error`` is the error's name."""

    fixmedins_code: str
    msgid: str
    what: str
    at: str
    error: str


class TasksView(Shown):
    """Refunds on their way that wait at the counter."""

    count: int
    fen: int
    oldest: Moment | None


class SealingView(Shown):
    """Up to when the ledger is sealed, and the last day's root."""

    sealed_to: Moment | None
    behind_s: float
    day: date | None
    root: str | None
    leaves: int | None


class FoundView(View):
    """A check that found something wrong, and some of the rows."""

    check: str
    message: str
    wrong: int
    rows: list[str]


class VerifiedView(View):
    """The last kept verification of the books."""

    begun_at: str
    ended_at: str
    wrong: int
    checks: int
    rows: int
    found: list[FoundView]


class OneSidedView(View):
    """Something one-sided in an institution's statement."""

    fixmedins_code: str
    what: str
    msgid: str | None
    setl_id: str | None
    at: str
    amount_fen: int | None


class StatementsView(View):
    """The newest day with statements; ``items`` of the first fifty institutions."""

    day: date
    made: int
    institutions: int
    items: list[OneSidedView]


class DatabaseView(Shown):
    """PostgreSQL."""

    well: bool
    answer_ms: float | None
    version: str
    bytes: int
    connections: int
    connections_max: int
    longest_s: float


class RedisView(Shown):
    """Redis; ``bytes_max`` 0: no limit is set."""

    well: bool
    answer_ms: float | None
    bytes: int
    bytes_max: int
    clients: int


class WorkerView(View):
    """The workers: arq's own report, their connections, lanes whose drainer is awake."""

    lives: bool
    report: dict[str, int] | None
    connections: int
    lanes: int
    awake: list[int]


class ProcessView(Shown):
    """A process by its own word."""

    name: str
    kind: str
    started_at: Moment
    silent_s: float
    lag_ms: float
    bytes: int | None
    doors: dict[str, dict[str, int]]
    calls_ms: dict[str, float]
    refusals: dict[str, dict[str, int]]
    limits: dict[str, int]


class PremiumsInStateView(View):
    """Premiums of a pool in a state; ``short``: of planned ones, those whose accounts hold too
    little now."""

    pool: str
    region: str
    state: str
    what: str
    count: int
    fen: int
    short: int
    oldest: str


class LatePremiumView(View):
    """A premium that waits for longer than it may."""

    id: str
    region: str
    what: str
    since: str


class PremiumDayView(View):
    """A day that comes: the last to pay a year, or that on which accounts are charged."""

    day: date
    year: int
    what: str
    places: list[str]


class PremiumsView(View):
    """Residents' premiums; what is over is of orders of the last day. ``late``: the first fifty."""

    standing: list[PremiumsInStateView]
    late_count: int
    late: list[LatePremiumView]
    days: list[PremiumDayView]


class BooksView(View):
    """What the database says, all of one moment; sums in fen."""

    read_at: str
    length: int
    oldest_s: float
    minutes: list[MinuteView]
    last: MinuteView | None
    refusals: list[RefusedView]
    unread_minutes: int
    tasks: TasksView
    set_aside: list[SetAsideView]
    tombstones: int
    sealing: SealingView
    verified: VerifiedView | None
    statements: StatementsView | None


class StandbyView(View):
    """Where what is over is read, how old it is at the most, and where this process's reads were
    answered: ``standby``, else why by the primary."""

    well: bool
    late_s: float | None
    reads: dict[str, int]


class FiguresView(View):
    """Everything an engineer on call looks at first. ``books`` is the last that could be read."""

    server_time: str
    state: Literal["well", "quiet", "warn", "bad"]
    troubles: list[TroubleView]
    books: BooksView | None
    queue: list[QueueSampleView]
    database: DatabaseView
    redis: RedisView
    worker: WorkerView
    processes: list[ProcessView]
    premiums: PremiumsView | None
    standby: StandbyView | None
