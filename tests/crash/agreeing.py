"""Two people's yes at the command line; whoever says the second one is killed at every kind of
step, and the end is the same as if nobody had been."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from app.compose import Services
from app.domain.staff import passwords, repository
from app.domain.staff.values import SERVING
from tests.crash.fleet import Fleet, until
from tests.crash.test_year import command
from tests.servers import owner

PASSWORD = "a long password of the desk"
_WAITS = """
select exists (select from pg_stat_activity where wait_event_type = 'Lock' and btrim(query, E'\\n ')
    like $1 and datname = current_database())
"""


async def two(services: Services, place: str) -> tuple[str, str]:
    """Who proposes, and who agrees."""
    names = []
    for role in SERVING:
        name, secret = f"{role}-{place}", passwords.hashed(PASSWORD)
        await repository.add(services.shared, name, role, secret, datetime.now(UTC), place)
        names.append(name)
    return names[0], names[1]


async def agreed_once(
    fleet: Fleet,
    services: Services,
    proposal: tuple[str, str],
    points: Iterable[tuple[str, str]],
    state: tuple[str, *tuple[int, ...]],
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Agrees to a proposal (its number, and who agrees): killed at each of ``points``, what is
    locked and with what the program waits for it, which changes nothing; then by two at once, of
    whom one does it. Gives what ``state``, a query with its values, finds before and afterwards."""
    number, second = proposal
    words = ("reconcile", "agree", number, "--by", second)
    before = await services.database.row(*state)
    for lock, waits in points:

        async def held_up(statement: str = waits) -> bool:
            return bool(await services.database.value(_WAITS, statement))

        async with owner(fleet.env["QINJI_DATABASE_URL"]) as held, held.transaction():
            await held.execute(lock)
            process = await command(fleet, *words, said=PASSWORD)
            await until(held_up, f"it waits with {waits}", every_s=0.01)
            process.kill()
            await process.communicate()
        assert await services.database.row(*state) == before, lock
    again = [await command(fleet, *words, said=PASSWORD) for _ in range(2)]
    told = [(await one.communicate())[0].decode() for one in again]
    assert sorted(one.returncode or 0 for one in again) == [0, 1], told
    after = await services.database.row(*state)
    assert before is not None and after is not None
    return dict(before), dict(after)
