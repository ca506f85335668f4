"""PostgreSQL: the truth. The only module that opens transactions.

One asyncpg pool serves both Tortoise models and plain SQL. A transaction is taken from the pool by
asyncpg itself (Tortoise's ``in_transaction()`` leaks a connection when cancelled at BEGIN) and put
into Tortoise's context, so that models used inside it run in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

import asyncpg
import orjson
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.context import TortoiseContext, get_current_context, set_global_context

from app.kit.clock import machine
from app.kit.hand import taken
from app.kit.ids import NODES, IdMaker
from app.kit.log import logger
from app.kit.tasks import end_task
from app.store.models import tortoise_config
from app.store.urls import remote
from app.store.urls.postgres import credentials
from app.store.urls.several import several, single
from app.store.versions import StartRefused, check_database

Connection: TypeAlias = Any
Record: TypeAlias = Any
"""asyncpg's own classes, which have no types."""
T = TypeVar("T")

DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,  # 08: the connection broke
    asyncpg.OperatorInterventionError,  # 57: the server ends, crashed, or starts just now
    asyncpg.InsufficientResourcesError,  # 53: too many connections, disk or memory full
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection whose end another call noticed first
    asyncpg.ReadOnlySQLTransactionError,  # this server takes no writes any more: another does
    OSError,
)
"""What any call here may raise when the database is away: whether a write was done is unknown."""
UNREAD = (*DATABASE_AWAY, asyncpg.LockNotAvailableError, TimeoutError)
"""What a look with limits may raise: the same, or somebody holds a table, or it took too long."""


_STEADY_MAX = 12
_AT_HAND_MAX = 4
_NO_RIGHTS = (
    "The database's role has no rights there yet: run `qinji migrate` with this QINJI_DATABASE_URL"
    " and the owner's in QINJI_OWNER_DATABASE_URL. 此数据库角色尚无权限，请同时设置表所有者的"
    "QINJI_OWNER_DATABASE_URL，运行 qinji migrate。"
)
_NEXT_NODE = f"update node_number_last set number = (number + 1) % {NODES} returning number"  # noqa: S608
_READ_TO = "select coalesce(max(read_to), 0) from feed"
_SPREADS = "select exists (select from pg_extension where extname = 'citus')"
log = logger(__name__)


async def prepare(connection: Connection) -> None:
    """JSON travels as Python values both ways; in binary form, since a text inside an array would
    be written and read letter by letter."""
    await connection.set_type_codec(
        "jsonb", encoder=_to_json, decoder=_from_json, schema="pg_catalog", format="binary"
    )


async def tell_present(connection: Connection) -> None:
    """Before a connection is used: how far a clock in the hand is ahead, by which triggers and
    defaults go then (present(), migration 0081)."""
    hand = taken()
    if hand is not None:
        ahead = (hand.now() - machine()).total_seconds()
        await connection.execute("select set_config('qinji.ahead', $1, false)", f"{ahead:.3f}")


class Session(asyncpg.Connection):  # type: ignore[misc]
    """A connection that goes back to its pool without a round trip.

    Nothing here leaves anything behind in a session: settings are SET LOCAL, locks end with their
    transaction, nobody listens. A transaction left open is rolled back all the same.
    """

    def get_reset_query(self) -> str:
        return ""


_JSONB_VERSION = b"\x01"


def _to_json(value: object) -> bytes:
    # Tortoise's JSONField hands over text it has made itself; plain SQL hands over values.
    text = value.encode() if isinstance(value, str) else orjson.dumps(value)
    return _JSONB_VERSION + text


def _from_json(raw: bytes) -> Any:
    return orjson.loads(raw[1:])


@dataclass(slots=True)
class _Whole:
    """A transaction of several steps: whose it is, in which of another database's it was begun, and
    what is to be done after it."""

    database: Database
    task: asyncio.Task[Any] | None
    connection: Connection
    around: _Whole | None
    after: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


_WHOLE: ContextVar[_Whole | None] = ContextVar("whole", default=None)


@asynccontextmanager
async def savepoint(connection: Connection) -> AsyncIterator[None]:
    """Inside a transaction that was given: an error in it undoes what was done in it, no more."""
    async with connection.transaction():
        yield


@asynccontextmanager
async def one_moment(connection: Connection, work_mem_mb: int = 32) -> AsyncIterator[None]:
    """A transaction to read only, in which every query sees the same moment."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(
            f"set local work_mem = '{int(work_mem_mb)}MB'; "
            "set local plan_cache_mode = force_custom_plan; "
            "set local max_parallel_workers_per_gather = 0"  # the other cores settle
        )
        yield


def _named(application: str, given: dict[str, object]) -> str:
    """What the server shows of us: the program, and what the URL adds to it."""
    settings = cast("dict[str, str]", given.get("server_settings", {}))
    return f"{application} {settings.get('application_name', '')}".rstrip()


async def _tell_who_reads_along(connection: Connection, host: str) -> None:
    """A line in the log when what is asked and answered crosses a network in clear."""
    if not remote(host):
        return
    if not await connection.fetchval("select ssl from pg_stat_ssl where pid = pg_backend_pid()"):
        log.warning("database_in_clear", host=host, remedy="sslmode=verify-full")


class _Steady:
    """A pool of which some connections are kept at hand: to take one from asyncpg's pool and to
    give it back costs twice what a short statement does. Who waits for the pool is given way to."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self._at_hand: list[Connection] = []
        self._wanting = 0
        # What tells a connection the time in the hand (tell_present) is asked by the pool itself.
        self._keeps = 0 if taken() else _AT_HAND_MAX

    async def take(self) -> Connection:
        while self._at_hand:
            connection = self._at_hand.pop()
            if not connection.is_closed():
                return connection
            await self.pool.release(connection)
        self._wanting += 1
        try:
            return await self.pool.acquire()
        finally:
            self._wanting -= 1

    async def give_back(self, connection: Connection, *, sound: bool) -> None:
        """``sound``: nothing failed and nobody was cancelled while it was used."""
        kept = len(self._at_hand) < self._keeps and not self._wanting
        if kept and sound and not connection.is_in_transaction():
            self._at_hand.append(connection)
        else:
            await self.pool.release(connection)

    async def close(self) -> None:
        """Closes all, once those that are in use have come back."""
        self._keeps = 0
        await self.empty_hands()
        await self.pool.close()

    async def empty_hands(self) -> None:
        """Gives the pool what is kept."""
        while self._at_hand:
            await self.pool.release(self._at_hand.pop())


class _Loan(AbstractAsyncContextManager[Connection]):
    """One connection for a moment."""

    __slots__ = ("_connection", "_steady")

    def __init__(self, steady: _Steady) -> None:
        self._steady = steady

    async def __aenter__(self) -> Connection:
        self._connection = await self._steady.take()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: object
    ) -> None:
        await self._steady.give_back(self._connection, sound=kind is None)


class Database:
    """A process's connections to the database."""

    def __init__(
        self, context: TortoiseContext, client: AsyncpgDBClient, steady: asyncpg.Pool, ids: IdMaker
    ) -> None:
        self._context = context
        self._client = client
        self._steady = _Steady(steady)
        self._watch: asyncio.Task[None] | None = None
        self._doubtful: list[Callable[[], None]] = []
        self._numbers = self
        self.ids = ids

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        pool_max: int = 10,
        application: str = "qinji",
        read_only: bool = False,
        models: bool = True,
    ) -> Database:
        """Connects, takes a node number for ids, and makes the models usable in this context.

        With ``read_only`` nothing can be written and no number is taken (a row would change),
        so a role that may only read will do; ``ids`` must not be used then. Without ``models``
        those stay where they are: a process has them in one database.

        Raises:
            ServerTooOld: the server is of a version that the program can't work with.
            UrlRefused: the URL can't be understood.
            StartRefused: the role has no rights here yet.
        """
        given = credentials(url)
        choice = several(given)
        connection: dict[str, object] = {
            "engine": "tortoise.backends.asyncpg",
            "credentials": {
                **single(given),
                **({"connect": choice.connect} if choice else {}),
                "minsize": 1,
                "maxsize": pool_max,
                "init": prepare,
                "connection_class": Session,
                **({"setup": tell_present} if taken() else {}),
                "command_timeout": 60,
                "server_settings": {
                    "timezone": "UTC",
                    "application_name": _named(application, given),
                    "idle_in_transaction_session_timeout": "30000",
                    **({"default_transaction_read_only": "on"} if read_only else {}),
                },
            },
        }
        context = TortoiseContext()
        if models and get_current_context() is None:
            set_global_context(context)  # tasks that were not born in this context find it too
        context.__enter__()  # before init, which looks for the current context itself
        try:
            await context.init(config=tortoise_config(connection))
        finally:
            if not models:
                context.__exit__(None, None, None)
        client = cast(AsyncpgDBClient, context.db())
        if client._pool is None:
            await client.create_connection(with_db=True)
        assert client._pool is not None
        # The path of every bill: each statement is planned once a connection, not with each call,
        # where rows aren't spread over nodes: there a plan that is kept is refused. And never to
        # read a whole table, which it would while that is new and still empty.
        spread = await client._pool.fetchval(_SPREADS)
        steady = {
            **client._template["server_settings"],
            "plan_cache_mode": "force_custom_plan" if spread else "force_generic_plan",
            "enable_seqscan": "off",
        }
        own = {"min_size": 0, "max_size": _STEADY_MAX, "server_settings": steady}
        template = {**client._template, **own}
        steady_pool = await client.create_pool(password=client.password, **template)
        database = cls(context, client, steady_pool, IdMaker(0))
        if choice is not None:
            database._watch = asyncio.create_task(choice.watch(), context=Context())
        try:
            async with database.connection() as first:
                check_database(first)
                for host in choice.hosts if choice else [str(given["host"])]:
                    await _tell_who_reads_along(first, host)
            if not read_only:
                database.ids = await database.another_id_maker()
        except asyncpg.InsufficientPrivilegeError:
            await database.close()
            raise StartRefused(_NO_RIGHTS) from None
        except BaseException:
            await database.close()
            raise
        return database

    async def another_id_maker(self) -> IdMaker:
        """A maker of ids that nobody else has: for a thread, since two can't share one.

        Who starts with a clock that is slow makes none below what readers of the feed have behind
        them, where they would never be found.
        """
        node = await self._numbers.value(_NEXT_NODE)
        read = [await one.value(_READ_TO) for one in {self, self._numbers}]
        return IdMaker(node, max(read))

    async def count_with(self, other: Database) -> None:
        """From now on ids of this process are nobody else's in another database either, which
        numbers the processes of several: rows go from one to the other with their ids."""
        self._numbers = other
        self.ids = other.ids = await self.another_id_maker()

    async def close(self) -> None:
        """Gives all connections back."""
        await end_task(self._watch)
        try:
            await asyncio.wait_for(self._steady.close(), 10)
        except TimeoutError:
            self._steady.pool.terminate()
        await self._context.close_connections()

    @property
    def pool(self) -> asyncpg.Pool:
        """asyncpg's own pool."""
        assert self._client._pool is not None, "the database is closed"
        return self._client._pool

    @property
    def pools(self) -> tuple[asyncpg.Pool, asyncpg.Pool]:
        """All there are: the general one, and the one with steady plans."""
        return self.pool, self._steady.pool

    async def empty_hands(self) -> None:
        """Gives back what is kept at hand, for somebody who takes all that the pools have."""
        await self._steady.empty_hands()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One connection, outside a transaction, for reads."""
        async with self._one() as connection:
            yield connection

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[Connection]:
        if (whole := self._whole()) is not None:
            yield whole.connection
            return
        async with self.pool.acquire() as connection:
            yield cast(Connection, connection)

    def lookup(self) -> AbstractAsyncContextManager[Connection]:
        """One connection for the short statements of a batcher: look-ups, the intake.

        They have a pool of their own, with plans that are made once, so that a transaction may
        wait for one of them without keeping from it the very connection that it needs.
        """
        return _Loan(self._steady)

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Connection]:
        """One transaction of a drain, on a connection like those of ``lookup``; plain SQL only."""
        async with _Loan(self._steady) as connection, self._committed(connection):
            yield connection

    def in_doubt(self, tell: Callable[[], None]) -> None:
        """Calls ``tell`` each time that a commit here gets no answer: it may stand all the same,
        and who began it can't do what was to be done after it."""
        self._doubtful.append(tell)

    @asynccontextmanager
    async def _committed(self, connection: Connection) -> AsyncIterator[None]:
        """A transaction; that its end is unknown is told."""
        asked = False
        try:
            async with connection.transaction():
                yield
                asked = True
        except (*DATABASE_AWAY, asyncio.CancelledError):
            for tell in self._doubtful if asked else ():
                tell()
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """One READ ONLY transaction in which every query sees the same moment. Keep it short: it
        holds back the cleaning of rows that have died meanwhile."""
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield cast(Connection, connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction; models used inside it take part in it."""
        if (whole := self._whole()) is not None:
            async with whole.connection.transaction():
                yield whole.connection
            return
        async with self.pool.acquire() as connection, self._committed(connection):
            wrapper = TransactionWrapper(self._client)
            wrapper._connection = cast(asyncpg.Connection, connection)
            handler = self._context.connections
            token = handler.set(self._client.connection_name, wrapper)
            try:
                yield cast(Connection, connection)
            finally:
                handler.reset(token)

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[Connection]:
        """One transaction of several steps, by whichever services: all that this task asks of the
        database inside is part of it, and what those call a transaction is a savepoint of it."""
        async with self.transaction() as connection:
            whole = _Whole(self, asyncio.current_task(), connection, _WHOLE.get())
            token = _WHOLE.set(whole)
            try:
                yield connection
            finally:
                _WHOLE.reset(token)
        for work in whole.after:
            await work()

    @property
    def in_whole(self) -> bool:
        """Whether this task is in a ``whole``, of which all that it writes must be part."""
        return self._whole() is not None

    def put_off(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether this task is in a ``whole``: then ``work`` is done once that is committed."""
        whole = self._whole()
        if whole is not None:
            whole.after.append(work)
        return whole is not None

    def _whole(self) -> _Whole | None:
        """A task that was born in one is not part of it."""
        whole = _WHOLE.get()
        while whole is not None and whole.database is not self:
            whole = whole.around
        if whole is None:
            return None
        return whole if whole.task is asyncio.current_task() else None

    @asynccontextmanager
    async def snapshot(self, *, work_mem_mb: int = 32) -> AsyncIterator[Connection]:
        """One moment of the whole database, to read only; nobody waits for it.

        Keep it short: while it lives, dead rows (the queue's above all) can't be cleared away.
        """
        async with self.pool.acquire() as connection, one_moment(connection, work_mem_mb):
            yield cast(Connection, connection)

    async def look(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What ``work`` finds in a ``snapshot``."""
        async with self.snapshot() as connection:
            return await work(connection)

    async def rows(self, sql: str, *arguments: object) -> list[Record]:
        """All rows of a query, outside a transaction."""
        async with self._one() as connection:
            return cast(list[Record], await connection.fetch(sql, *arguments))

    async def row(self, sql: str, *arguments: object) -> Record | None:
        """The first row of a query, or None."""
        async with self._one() as connection:
            return cast("Record | None", await connection.fetchrow(sql, *arguments))

    async def value(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row, or None."""
        async with self._one() as connection:
            return await connection.fetchval(sql, *arguments)
