"""Keeps a process's keys as the settings and the database say, and tells what it holds."""

from __future__ import annotations

import asyncio
import os
import platform
import secrets
from contextlib import suppress

from app.kit.log import logger
from app.kit.sm import Cipher
from app.kit.tasks import end_task
from app.settings import Settings
from app.store.database import DATABASE_AWAY, Database
from app.store.keys import KeysError, keys_file, load_keys
from app.store.sealed import ring

_EVERY_S = 2.0
_BEAT = """
insert into sealing_process
    (name, program, data_keys, index_keys, data_writing, index_writing, at)
values ($1, $2, $3, $4, $5, $6, now())
on conflict (name) do update set data_keys = excluded.data_keys, index_keys = excluded.index_keys,
    data_writing = excluded.data_writing, index_writing = excluded.index_writing, at = excluded.at
"""
_GONE = "delete from sealing_process where name = $1"
log = logger(__name__)


class Keeper:
    """This process among those that hold keys. ``steady``: it writes with one key to its end (an
    import, whose lines are sealed ahead), and a rotation waits for it."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        config: Settings,
        program: str,
        *,
        steady: bool = False,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._config = config
        self._program = program
        self._steady = steady
        self._name = f"{platform.node()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._file = self._stamp()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins.

        Raises:
            KeysError: a key is missing.
        """
        await self._beat(use=True)
        await ring.tidy(self._database)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Says that this process writes no more."""
        if self._task is not None:
            await end_task(self._task)
            with suppress(*DATABASE_AWAY):
                await self._database.value(_GONE, self._name)

    async def __aenter__(self) -> Keeper:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            before = self._cipher.given
            try:
                self._read_again()
                await self._beat(use=not self._steady)
            except KeysError as error:
                self._cipher.given = before
                log.error("keys_refused", why=str(error))
            except (*DATABASE_AWAY, TimeoutError) as error:
                log.debug("keys_not_told", error=type(error).__name__)
            except Exception:
                log.exception("keys_failed")

    async def _beat(self, *, use: bool) -> None:
        cipher = self._cipher
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock_shared($1)", ring.LOCK)
            rows = await ring.known(connection)
            if use and rows:
                ring.apply(cipher, rows)
            data, index = cipher.readable
            writing = cipher.data.id, cipher.indexing.id
            held = sorted(data), sorted(index)
            await connection.execute(_BEAT, self._name, self._program, *held, *writing)

    def _read_again(self) -> None:
        """Takes up what was changed in keys.json; keys that can't be used change nothing."""
        stamp = self._stamp()
        if self._steady or stamp == self._file:
            return
        self._file = stamp
        keys = load_keys(self._config)
        before = self._cipher.given
        self._cipher.give(keys.data_keys, keys.index_keys)
        if self._cipher.given != before:
            log.info("keys_read_again", data=len(keys.data_keys), index=len(keys.index_keys))

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = keys_file(self._config).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
