"""The registry in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from tortoise.expressions import Case, Q, When

from app.domain.registry.models import CatalogueItem, Institution, Person
from app.store.database import Connection, Database, Record

# So written that people are entered by their ids, not by the index of all that were merged.
_STAYS = """
select id, merged_into from person where id = any($1::bigint[]) and coalesce(merged_into, 0) <> 0
"""
_SIDES = "select id, gend, certno_index from person where id = any($1::bigint[])"
_READ = "select * from person where id = any($1::bigint[])"
_PUBLISHED = """
select fixmedins_code as code from institution
where lower(key_id) like $1 || '%' or secret_index = any($2::bytea[])
    or lower(former_key_id) like $1 || '%' and former_until > now()
union all
select p.psn_no from person p
join unnest($3::text[], $4::bytea[]) as d (psn_no, certno_index)
  on p.psn_no = d.psn_no and p.certno_index = d.certno_index
order by 1 desc
"""
_SEALED_BEFORE = """
(select psn_name_sealed as sealed, 'person' as kind, psn_no as owner from person
 where octet_length(psn_name_sealed) > 28 and get_byte(psn_name_sealed, 0) = 1
 order by id desc limit 1)
union all
(select secret_sealed, 'institution', fixmedins_code from institution
 where octet_length(secret_sealed) > 28 and get_byte(secret_sealed, 0) = 1
 order by fixmedins_code desc limit 1)
"""
_CERTIFICATE_OR = """
select * from person where psn_cert_type = $1 and certno_index = any($2::bytea[]) or id = $3
order by (psn_cert_type = $1 and certno_index = any($2::bytea[])) desc, id limit 1
"""
_THERE = """
with found as (
    select * from person where psn_cert_type = $1 and certno_index = any($2::bytea[])
)
select * from found where merged_into is null
union all
select p.* from person p join found f on p.id = f.merged_into
limit 1
"""
NAMED = """
select * from person
where psn_name_index = any($1::bytea[]) and ($2::date is null or brdy = $2) limit $3
"""
_BY_KEY = """
select * from institution where key_id = any($1::varchar[]) or former_key_id = any($1::varchar[])
order by former_until
"""
_CLOSE = """
update institution set closed_at = case when $2::timestamptz is null then null
    else coalesce(closed_at, $2) end
where fixmedins_code = $1 returning fixmedins_code
"""
_ACTIVATE = """
update person set activated_at = $2, activated_login = $3
where id = $1 and (activated_at is null
    or $3::bigint is not null and activated_login is distinct from $3)
"""
_SIGN_IN = """
insert into till_sign_in (sign_no, fixmedins_code, opter_no, signed_in_at, opter_name_sealed)
values ($1, $2, $3, $4, $5)
"""
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 1))"
_OF_DAY = """
select sign_no, signed_in_at, opter_name_sealed from till_sign_in
where fixmedins_code = $1 and opter_no = $2 and signed_in_at >= $3 and signed_out_at is null
order by signed_in_at desc limit 1
"""
_SIGN_OUT = """
update till_sign_in set signed_out_at = $3
where sign_no = $1 and fixmedins_code = $2 and signed_out_at is null
returning sign_no
"""
_SIGNED_IN = """
select 1 from till_sign_in where sign_no = $1 and fixmedins_code = $2 and signed_out_at is null
"""


async def read(connection: Connection, person_ids: Iterable[int]) -> dict[int, Person]:
    """People by id, for the look-ups that every message needs; missing ones are left out."""
    rows = await connection.fetch(_READ, list(person_ids))
    # What Tortoise's own executor does with a row, without making the query anew each time.
    return {row["id"]: Person._init_from_db(**dict(row)) for row in rows}


async def by_ids(person_ids: Iterable[int]) -> dict[int, Person]:
    """People by id; missing ones are left out."""
    return {person.id: person for person in await Person.filter(id__in=list(person_ids))}


async def found_by_ids(database: Database, person_ids: Collection[int]) -> dict[int, Person]:
    """The same of another cell's database."""
    async with database.connection() as connection:
        return await read(connection, person_ids)


async def found_by_certificate(
    database: Database, cert_type: str, indexes: Sequence[bytes]
) -> Person | None:
    """The row that stays of whoever has this certificate in another cell's database."""
    rows = await database.rows(_THERE, cert_type, list(indexes))
    return Person._init_from_db(**dict(rows[0])) if rows else None


async def is_psn_no(database: Database, psn_no: str) -> bool:
    """Whether somebody has this number in a cell's database."""
    sql = "select exists (select from person where psn_no = $1)"
    return bool(await database.value(sql, psn_no))


async def is_activated(connection: Connection, person_id: int) -> bool:
    """Whether somebody's 医保码 is opened, as the transaction sees it."""
    sql = "select activated_at is not null from person where id = $1"
    return bool(await connection.fetchval(sql, person_id))


async def sides(
    connection: Connection, person_ids: Collection[int]
) -> dict[int, tuple[str, bytes]]:
    """Of people the sex, and the index of the ID number."""
    rows = await connection.fetch(_SIDES, list(person_ids))
    return {row["id"]: (row["gend"], row["certno_index"]) for row in rows}


async def anybody() -> bool:
    """Whether there is any person at all."""
    return await Person.exists()


async def by_psn_no(psn_no: str) -> Person | None:
    """The person with this number; of a row that was merged the one that stays."""
    found = await Person.get_or_none(psn_no=psn_no)
    return None if found is None else await that_stays(found)


async def that_stays(person: Person) -> Person:
    """The row that stays of a person's."""
    if person.merged_into is None:
        return person
    return await Person.get(id=person.merged_into)


async def stays_of(connection: Connection, person_ids: Collection[int]) -> dict[int, int]:
    """Of people whose row was merged the row that stays; others are left out."""
    rows = await connection.fetch(_STAYS, list(person_ids)) if person_ids else []
    return {row["id"]: row["merged_into"] for row in rows}


async def by_certificate(cert_type: str, certno_index: bytes) -> Person | None:
    """The row that has this certificate, merged or not."""
    return await Person.get_or_none(psn_cert_type=cert_type, certno_index=certno_index)


async def by_certificate_or(
    database: Database, cert_type: str, indexes: Sequence[bytes], other_id: int
) -> Person | None:
    """The person with this certificate, else that other one: a row in any case, so that finding
    nobody takes as long."""
    row = await database.row(_CERTIFICATE_OR, cert_type, list(indexes), other_id)
    return None if row is None else Person._init_from_db(**dict(row))


async def named(
    database: Database, name_indexes: Sequence[bytes], born: date | None, limit: int
) -> list[Person]:
    """People of a name, in no order; those born on a day only, if one is given."""
    rows = await database.rows(NAMED, list(name_indexes), born, limit)
    return [Person._init_from_db(**dict(row)) for row in rows]


async def institution(code: str) -> Institution | None:
    return await Institution.get_or_none(fixmedins_code=code)


async def institutions_by_key(connection: Connection, key_ids: Iterable[str]) -> dict[str, Record]:
    """Institutions by signing key, theirs now or else theirs before; unknown keys are left out."""
    rows = await connection.fetch(_BY_KEY, list(key_ids))
    before = {row["former_key_id"]: row for row in rows if row["former_key_id"] is not None}
    return before | {row["key_id"]: row for row in rows}


async def close_institution(database: Database, code: str, at: datetime | None) -> bool:
    """Closes an institution (who is closed stays so since then) or, with None, opens it again;
    False: there is no such."""
    return await database.value(_CLOSE, code, at) is not None


async def closed_institutions() -> list[Institution]:
    return await Institution.filter(closed_at__not_isnull=True).order_by("fixmedins_code")


async def sealed_before(connection: Connection) -> list[tuple[bytes, str, str]]:
    """The newest person's sealed name and the last institution's sealed secret, each with the row's
    key: ``(sealed, kind, key)``; whatever has the form of no sealed value is left out."""
    return [
        (bytes(row["sealed"]), row["kind"], row["owner"])
        for row in await connection.fetch(_SEALED_BEFORE)
    ]


async def published(
    connection: Connection,
    key_prefix: str,
    secret_indexes: Sequence[bytes],
    people: Sequence[tuple[str, bytes]],
) -> list[str]:
    """Codes of institutions and numbers of people that are known to everybody: by the beginning of
    the key's id, the secret's index, a person's number and the index of the ID number."""
    numbers = [psn_no for psn_no, _ in people]
    certnos = [certno_index for _, certno_index in people]
    rows = await connection.fetch(_PUBLISHED, key_prefix, secret_indexes, numbers, certnos)
    return [row["code"] for row in rows]


async def find_institutions(
    text: str, place: str, limit: int, *, wallet_within: str | None = None
) -> list[Institution]:
    """Institutions whose name holds, or code begins with, the text; a place's own first. With
    ``wallet_within`` those only that take the wallet, are let in and lie where codes begin so."""
    named = Q(fixmedins_name__icontains=text) | Q(fixmedins_code__istartswith=text)
    near = Case(
        When(admdvs=place, then="1"), When(admdvs__startswith=place[:4], then="2"), default="3"
    )
    taking = Institution.filter(named)
    if wallet_within is not None:
        here = taking.filter(closed_at=None, admdvs__startswith=wallet_within)
        taking = here.exclude(wallet_at="")
    found = taking.annotate(near=near)
    return await found.order_by("near", "fixmedins_name", "fixmedins_code").limit(limit)


async def find_items(text: str, limit: int) -> list[CatalogueItem]:
    """Items of the catalogue whose name holds, or whose code begins with, the text."""
    named = Q(name__icontains=text) | Q(med_list_codg__istartswith=text)
    return await CatalogueItem.filter(named).order_by("name", "med_list_codg").limit(limit)


async def lock(connection: Connection, person_ids: Iterable[int]) -> None:
    """Locks people's rows, in ascending order, until the transaction ends.

    Whoever counts what a person may have at the most (grants, bindings) does it under this lock.
    """
    await connection.fetch(
        "select 1 from person where id = any($1::bigint[]) order by id for no key update",
        sorted(set(person_ids)),
    )


async def activate(
    connection: Connection, person_id: int, now: datetime, login_id: int | None = None
) -> None:
    """Opens a person's 医保码. What a log-in opened lately counts anew for the next one that speaks
    for the person; a guardian's or the counter's yes changes nothing of what is open already."""
    await connection.execute(_ACTIVATE, person_id, now, login_id)


async def institution_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of institutions by code."""
    rows = await Institution.filter(fixmedins_code__in=list(set(codes)))
    return {row.fixmedins_code: row.fixmedins_name for row in rows}


async def institution_places(codes: Iterable[str]) -> dict[str, str]:
    """Places of institutions by code."""
    rows = await Institution.filter(fixmedins_code__in=list(set(codes)))
    return {row.fixmedins_code: row.admdvs for row in rows}


async def sign_in_of_day(
    connection: Connection, fixmedins_code: str, opter_no: str, since: datetime
) -> Record | None:
    """An operator's live sign-in that began not before a moment. Two terminals of one operator come
    one after the other until the transaction ends."""
    await connection.execute(_ONE_AT_A_TIME, fixmedins_code, opter_no)
    return await connection.fetchrow(_OF_DAY, fixmedins_code, opter_no, since)


async def sign_in(
    connection: Connection,
    sign_no: str,
    fixmedins_code: str,
    opter_no: str,
    at: datetime,
    name_sealed: bytes,
) -> None:
    """Stores that an operator is signed in at an institution's tills."""
    await connection.execute(_SIGN_IN, sign_no, fixmedins_code, opter_no, at, name_sealed)


async def rename_operator(connection: Connection, sign_no: str, name_sealed: bytes) -> None:
    """Who is signed in under a number is called otherwise from now on."""
    await connection.execute(
        "update till_sign_in set opter_name_sealed = $2 where sign_no = $1", sign_no, name_sealed
    )


async def operators(
    database: Database, fixmedins_code: str, sign_nos: Collection[str]
) -> Sequence[Record]:
    """Sign-ins of an institution with the sealed names of who signed in, where they are kept."""
    return await database.rows(
        "select sign_no, opter_name_sealed from till_sign_in where fixmedins_code = $1"
        " and sign_no = any($2::varchar[]) and opter_name_sealed is not null",
        fixmedins_code,
        list(sign_nos),
    )


async def sign_out(connection: Connection, sign_no: str, fixmedins_code: str, at: datetime) -> bool:
    """Ends a live sign-in; False: there is no such."""
    return await connection.fetchval(_SIGN_OUT, sign_no, fixmedins_code, at) is not None


async def signed_in(database: Database, sign_no: str, fixmedins_code: str) -> bool:
    """Whether a sign-in is live."""
    return await database.value(_SIGNED_IN, sign_no, fixmedins_code) is not None
