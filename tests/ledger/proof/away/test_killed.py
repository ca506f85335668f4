"""Whoever brings a month away or back may be killed at any moment: the next one goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import asyncpg

from app.ledger.proof.away.attaching import attach, drop
from app.ledger.proof.away.detaching import detach
from app.store.database import Session
from app.store.urls.postgres import credentials
from tests.ledger.conftest import Books
from tests.ledger.proof.away.conftest import APRIL, archived, held
from tests.ledger.proof.away.test_away import clean
from tests.servers import as_owner, owner

_STEPS = {"detach": detach, "attach": attach}


class Killed(Exception):
    """In the place of the process's own end."""


class Mortal(Session):
    """A connection that breaks off in the place of its nth statement."""

    left = -1
    by_itself = False

    async def execute(self, query: str, *arguments: Any, **named: Any) -> str:
        if self.left == 0:
            if self.by_itself:
                os.kill(os.getpid(), signal.SIGKILL)
            self.terminate()
            raise Killed(query)
        self.left -= 1
        done: str = await super().execute(query, *arguments, **named)
        return done


async def killed(url: str, step: str, folder: Path, after: int) -> bool:
    """Whether it was killed; it had come to its end otherwise."""
    connection = await asyncpg.connect(**credentials(as_owner(url)), connection_class=Mortal)
    try:
        connection.left = after
        await _STEPS[step](connection, *await held(connection, APRIL, folder))
    except (Killed, asyncpg.InterfaceError):
        return True
    finally:
        connection.terminate()
    return False


async def test_after_any_statement_of_it(old: Books, tmp_path: Path) -> None:
    april = await archived(old, APRIL, tmp_path / "april")
    there = "select count(*) from month_away"
    for step, wanted in (("detach", 1), ("attach", 0)):
        after = 0
        while await old.value(there) != wanted:
            await killed(old.url, step, april, after)
            after += 1
        assert after > 12, "all but the last left everything as it was"
        await clean(old)
    async with owner(old.url) as connection:
        given = await held(connection, APRIL, april)
        await detach(connection, *given)
        await drop(connection, *given)
    after = 0
    while await old.value(there):
        await killed(old.url, "attach", april, after)
        after += 1
    await clean(old)


async def _child(url: str, step: str, folder: Path, after: int) -> int:
    said = (
        "import asyncio, sys; from pathlib import Path;"
        " from tests.ledger.proof.away import test_killed as t; t.Mortal.by_itself = True;"
        " asyncio.run(t.killed(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))"
    )
    words = (url, step, str(folder), str(after))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", said, *words)
    return await process.wait()


async def test_by_the_system_itself(old: Books, tmp_path: Path) -> None:
    april = await archived(old, APRIL, tmp_path / "april")
    assert await _child(old.url, "detach", april, 15) == -signal.SIGKILL
    assert await old.value("select count(*) from month_away") == 0
    await clean(old)
    assert not await killed(old.url, "detach", april, -1)
    assert await _child(old.url, "attach", april, 9) == -signal.SIGKILL
    assert await old.value("select count(*) from month_away") == 1
    await clean(old)
    assert not await killed(old.url, "attach", april, -1)
    await clean(old)
