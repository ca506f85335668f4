"""Ways of paying in the database."""

from __future__ import annotations

from datetime import datetime

from app.domain.settlement.model import SentBy
from app.store.database import Database
from app.words import PayWay

_MESSAGE = """
select r.id from request r where r.fixmedins_code = $1 and r.msgid = $2
    and exists (select from settlement s where s.request_id = r.id)
"""
_NOTE = """
insert into paid_way (id, request_id, way, opter, dev_no, noted_at)
select $1, $2, $3, $4, $5, $6
where $3::varchar is distinct from (
    select p.way from paid_way p where p.request_id = $2 order by p.id desc limit 1)
"""


async def message(database: Database, fixmedins_code: str, msgid: str) -> int | None:
    """The number of an institution's message that has settled something, or given it back."""
    found: int | None = await database.value(_MESSAGE, fixmedins_code, msgid)
    return found


async def note(
    database: Database, request_id: int, way: PayWay, by: SentBy, moment: datetime
) -> None:
    """Notes a way, unless it is the one that holds."""
    async with database.transaction() as connection:
        number = database.ids.next()
        await connection.execute(_NOTE, number, request_id, way.value, by.opter, by.dev_no, moment)
