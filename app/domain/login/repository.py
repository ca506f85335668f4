"""Logins and real-name checks in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import asyncpg

from app.outside.identity import CheckResult
from app.store.cells.shared import Shared
from app.store.database import Connection, savepoint

Bound = tuple[int | None, datetime | None]
"""The person bound to a login, and when another login took the one who was."""
OPEN = "open"
"""The provider of a check that has begun and has no result yet."""


async def login_of(shared: Shared, openid: str, now: datetime) -> tuple[int, int | None]:
    """The login of a WeChat user, made at the first time: its id and its person."""
    find = "select id, person_id from login where openid = $1"
    row = await shared.row(find, openid)
    if row is None:
        await shared.value(
            "insert into login (id, openid, created_at) values ($1, $2, $3) on conflict do nothing",
            shared.ids.next(),
            openid,
            now,
        )
        row = await shared.row(find, openid)
        assert row is not None
    return row["id"], row["person_id"]


async def persons_of(shared: Shared, login_ids: Sequence[int]) -> list[Bound | None]:
    """For each login, in the order given: the person bound to it now, and when another login took
    the one who was; None for one that isn't there."""
    rows = await shared.rows(
        "select id, person_id, taken_at from login where id = any($1::bigint[])",
        list(set(login_ids)),
    )
    found = {row["id"]: (row["person_id"], row["taken_at"]) for row in rows}
    return [found.get(login_id) for login_id in login_ids]


async def lock_login(there: Connection, login_id: int) -> None:
    """Locks one login until the transaction ends."""
    await there.fetch("select 1 from login where id = $1 for no key update", login_id)


async def lock_logins(
    there: Connection, login_id: int, person_id: int
) -> tuple[int | None, list[int]]:
    """Locks a login and whichever is bound to a person, in ascending order.

    Returns:
        The person bound to the login, and the other logins bound to the person.
    """
    rows = await there.fetch(
        "select id, person_id from login where id = $1 or person_id = $2"
        " order by id for no key update",
        login_id,
        person_id,
    )
    mine = next((row["person_id"] for row in rows if row["id"] == login_id), None)
    return mine, [row["id"] for row in rows if row["id"] != login_id]


async def bind(there: Connection, login_id: int, person_id: int, now: datetime) -> None:
    """Binds a login to a person."""
    await there.execute(
        "update login set person_id = $2, bound_at = $3, taken_at = null where id = $1",
        login_id,
        person_id,
        now,
    )


async def unbind(there: Connection, login_ids: Sequence[int], now: datetime) -> None:
    """Ends the bindings of logins to their person, whom another has taken."""
    await there.execute(
        "update login set person_id = null, bound_at = null, taken_at = $2"
        " where id = any($1::bigint[])",
        list(login_ids),
        now,
    )


async def close(there: Connection, login_id: int, person_id: int) -> None:
    """Ends a log-in for good: its person is free, and its WeChat id is not kept. The row stays,
    since real-name checks name it."""
    await there.execute(
        "update login set person_id = null, bound_at = null, openid = 'closed:' || id"
        " where id = $1 and person_id = $2",
        login_id,
        person_id,
    )


async def unbind_gone(there: Connection, person_ids: Collection[int]) -> list[int]:
    """Ends the bindings of log-ins to people who are there no more; gives the log-ins."""
    rows = await there.fetch(
        "update login set person_id = null, bound_at = null where person_id = any($1::bigint[])"
        " returning id",
        list(person_ids),
    )
    return [row["id"] for row in rows]


async def has_died(connection: Connection, person_id: int) -> bool:
    """Whether a person is registered as deceased."""
    return bool(
        await connection.fetchval(
            "select exists (select from life_event where person_id = $1 and kind = 'died')",
            person_id,
        )
    )


async def failed_checks(there: Connection, login_id: int, since: datetime) -> int:
    """How many of a login's checks since a moment failed or are still open."""
    count: int = await there.fetchval(
        "select count(*) from identity_check"
        " where login_id = $1 and not passed and checked_at > $2",
        login_id,
        since,
    )
    return count


async def open_check(
    there: Connection, check_id: int, login_id: int, method: str, now: datetime
) -> None:
    """Records that a check begins: it counts as failed until it has a result."""
    await there.execute(
        "insert into identity_check (id, login_id, method, provider, provider_ref, passed,"
        " score_band, checked_at) values ($1, $2, $3, $4, $5, false, 'none', $6)",
        check_id,
        login_id,
        method,
        OPEN,
        str(check_id),
        now,
    )


async def drop_check(shared: Shared, check_id: int) -> None:
    """Forgets a check that came to no result."""
    await shared.value("delete from identity_check where id = $1", check_id)


async def record_check(
    there: Connection, check_id: int, result: CheckResult, person_id: int | None
) -> bool:
    """Records the result of a check; False if its reference was used before."""
    try:
        async with savepoint(there):
            await there.execute(
                "update identity_check set provider = $2, provider_ref = $3, passed = $4,"
                " score_band = $5, person_id = $6 where id = $1",
                check_id,
                result.provider,
                result.provider_ref,
                result.passed,
                result.score_band,
                person_id,
            )
    except asyncpg.UniqueViolationError:
        return False
    return True
