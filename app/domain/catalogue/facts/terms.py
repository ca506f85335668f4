"""From when to when an item of the insurance catalogue is worth what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal

from app.kit.value import value
from app.store.database import Database

# What has no day holds since ever. The end of a span is looked for of those only that are told.
_SPANS = """
select s.*, md5(s.code || s.begins_on::text) as rid, (select min(n.begins_on) from catalogue_term n
    where n.med_list_codg = s.code and n.begins_on > s.begins_on) as next_on
from (
    select i.med_list_codg as code, i.name, i.list_type, date '2000-01-01' as begins_on,
        i.chrgitm_lv, i.selfpay_prop, i.pric_uplmt_amt, i.updated_at
    from catalogue_item i where i.updated_at >= $1
    union all
    select i.med_list_codg, i.name, i.list_type, t.begins_on, t.chrgitm_lv, t.selfpay_prop,
        t.pric_uplmt_amt, i.updated_at
    from catalogue_term t join catalogue_item i using (med_list_codg) where i.updated_at >= $1
) s
where ($2 = '' or s.code = $2) and ($3 = '' or s.name like '%' || $3 || '%')
    and ($4 = '' or s.list_type = $4) and ($5 = '' or s.chrgitm_lv = $5)
    and ($6::date is null or s.begins_on >= $6)
    and ($7::date is null or s.begins_on <= $7 and not exists (
        select from catalogue_term n where n.med_list_codg = s.code
            and n.begins_on > s.begins_on and n.begins_on <= $7))
    and ($16::date is null or exists (
        select from catalogue_term n where n.med_list_codg = s.code
            and n.begins_on > s.begins_on and n.begins_on <= $16 + 1))
    and ($12 = '' or md5(s.code || s.begins_on::text) = $12)
    and ($13 = '' or $13 = coalesce(
        $14::jsonb ->> s.list_type, $15::jsonb ->> left(s.code, 1), '09'))
    and (not $8 or s.pric_uplmt_amt is not null) and (not $9 or s.chrgitm_lv = '02')
order by s.updated_at, s.code, s.begins_on limit $10 offset $11
"""


@value
class Asked:
    """Which spans: since when changed, of what; which page of how many."""

    since: datetime
    page: int
    size: int
    code: str = ""
    name: str = ""
    list_type: str = ""
    level: str = ""
    from_day: date | None = None
    on_day: date | None = None
    until_day: date | None = None
    limited: bool = False
    """Only those that have a price limit."""
    shared: bool = False
    """Only those of which the patient pays a first share."""
    rid: str = ""
    charge: str = ""
    """Of which kind of charge an item is, by its list or else by its code's first letter."""
    charges: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)
    letters: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)


@value
class Span:
    """An item from a day to the one before another begins."""

    code: str
    name: str
    list_type: str
    begins_on: date
    chrgitm_lv: str
    selfpay_prop: Decimal
    price_limit: Decimal | None
    updated_at: datetime
    rid: str
    next_on: date | None


async def spans(database: Database, asked: Asked) -> list[Span]:
    """One page of spans, in the order in which they were changed."""
    rows = await database.rows(
        _SPANS,
        asked.since,
        asked.code,
        asked.name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"),
        asked.list_type,
        asked.level,
        asked.from_day,
        asked.on_day,
        asked.limited,
        asked.shared,
        asked.size,
        (asked.page - 1) * asked.size,
        asked.rid,
        asked.charge,
        dict(asked.charges),
        dict(asked.letters),
        asked.until_day,
    )
    return [Span(*row.values()) for row in rows]
