"""Which WeChat user has agreed to how many messages. Log-ins and consents are everybody's: no
statement here touches a person's rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from app.domain.notice.values import Consent
from app.store.cells.shared import Shared
from app.store.database import Connection

CREDITS_MAX = 200
_LOGINS = "select person_id, id from login where person_id = any($1::bigint[])"
_OPENIDS = "select id, openid from login where id = any($1::bigint[])"
_OF = """
select login_id, template, credits, lasting, banned from notice_consent
where login_id = any($1::bigint[])
"""
_SAY = f"""
insert into notice_consent as c (login_id, template, credits, lasting, banned, changed_at)
values ($1, $2, $3::int, $4, $5, $6) on conflict (login_id, template) do update set
    credits = least(c.credits + excluded.credits, {CREDITS_MAX}),
    lasting = c.lasting or excluded.lasting, banned = excluded.banned,
    changed_at = excluded.changed_at
"""  # noqa: S608
_USE = """
update notice_consent set credits = greatest(credits - 1, 0), changed_at = $3
where login_id = $1 and template = $2 and not lasting
"""
_NONE = """
update notice_consent set credits = 0, lasting = false, changed_at = $3
where login_id = $1 and template = $2
"""


async def logins(there: Connection, person_ids: Collection[int]) -> dict[int, int]:
    """People's log-ins; who has none is left out."""
    rows = await there.fetch(_LOGINS, list(person_ids))
    return {row["person_id"]: row["id"] for row in rows}


async def openids(shared: Shared, login_ids: Collection[int]) -> dict[int, str]:
    """What WeChat calls the users of log-ins."""
    return {row["id"]: row["openid"] for row in await shared.rows(_OPENIDS, list(login_ids))}


async def of(there: Connection, login_ids: Collection[int]) -> Mapping[tuple[int, str], Consent]:
    """Consents by log-in and template."""
    rows = await there.fetch(_OF, list(login_ids))
    return {
        (row["login_id"], row["template"]): Consent(row["credits"], row["lasting"], row["banned"])
        for row in rows
    }


async def say(shared: Shared, login_id: int, template: str, given: Consent, now: datetime) -> None:
    """A user has answered WeChat's question: what was agreed to comes to what there is."""
    await shared.value(_SAY, login_id, template, given.credits, given.lasting, given.banned, now)


async def use(shared: Shared, login_id: int, template: str, now: datetime) -> None:
    """A message was sent."""
    await shared.value(_USE, login_id, template, now)


async def none_left(shared: Shared, login_id: int, template: str, now: datetime) -> None:
    """WeChat says that there is no consent (43101)."""
    await shared.value(_NONE, login_id, template, now)


async def forget(shared: Shared, login_id: int) -> None:
    """Drops all that a WeChat user has agreed to."""
    await shared.value("delete from notice_consent where login_id = $1", login_id)
