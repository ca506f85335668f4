"""Whether the tables of months have the months that are to come."""

from __future__ import annotations

from datetime import timedelta

from app.kit.clock import SHANGHAI, SystemClock
from app.kit.ids import moment_of
from app.store.database import Connection
from app.store.doctor.told import Told, fault, ok, warn
from app.store.months.parts import MONTHLY, parts, stray

_MONTHS = "months 按月分区"
_AHEAD = timedelta(days=31)
_THERE = "select to_regprocedure('public.months_of(text)') is not null"
_BROKEN_OFF = """
select conrelid::regclass::text from pg_constraint
where conname = any($1::text[]) and connamespace = 'public'::regnamespace limit 1
"""
_AWAY = """
select count(*) as months, count(*) filter (where beside) as beside, max(ends) as until
from month_away
"""
_CONVERT = "`qinji months convert` 执行在线转换"


async def months(connection: Connection) -> Told | None:
    """The months of tables; nothing before there are any."""
    if not await connection.fetchval(_THERE):
        return None
    checks = [f"{table}_months" for table in MONTHLY]
    if (table := await connection.fetchval(_BROKEN_OFF, checks)) is not None:
        said = f"{table} was not brought to months to the end: it will refuse what comes later"
        return fault(_MONTHS, said, _CONVERT)
    found = await parts(connection)
    if plain := sorted(set(MONTHLY) - {part.of for part in found}):
        return warn(_MONTHS, f"{', '.join(plain)} lie in one piece", _CONVERT)
    till = {table: max(p.ends for p in found if p.of == table and p.ends) for table in MONTHLY}
    table, ends = min(till.items(), key=lambda one: one[1])
    if ends < SystemClock().now() + _AHEAD:
        said = f"{table} has none after {ends:%Y-%m-%d}; what comes later goes into {table}_rest"
        return warn(_MONTHS, said, "its worker makes them: see make_months in its log 查日志")
    if beside := sorted(of for of, rows in (await stray(connection, found)).items() if rows):
        said = f"rows of {', '.join(beside)} bear times that no month holds: whose clock was wrong?"
        return warn(_MONTHS, said, "deploy/SCALE.md: Months 检查时钟")
    away = await connection.fetchrow(_AWAY)
    if away is None or not away["months"]:
        return ok(_MONTHS, f"made until {ends:%Y-%m-%d}")
    till_away = moment_of(away["until"]).astimezone(SHANGHAI)
    said = f"made until {ends:%Y-%m-%d}; what is before {till_away:%Y-%m} is away"
    if away["beside"]:
        return ok(_MONTHS, f"{said}, {away['beside']} of {away['months']} parts lie beside still")
    return ok(_MONTHS, said)
