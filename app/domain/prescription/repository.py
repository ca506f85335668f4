"""Prescriptions in the database: drafts, issued ones, who may fetch them, what was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from app.domain.prescription.values import State
from app.store.database import Connection, Record

_DRAFT = """
with head as (
    insert into prescription (id, hi_rxno, trace_code, fixmedins_code, msgid, hosp_rxno, person_id,
        mdtrt_id, med_type, details_sealed, prescribed_at, ends_at, checked_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict (fixmedins_code, msgid) do nothing returning id
), items as (
    insert into prescription_item (prescription_id, med_list_codg, prescribed)
    select head.id, n.* from head, unnest($14::varchar[], $15::numeric[]) as n
)
select id from head
"""
_TIDY = "delete from prescription where fixmedins_code = $1 and state = 0 and checked_at < $2"
_ISSUED = (
    "select id from prescription where fixmedins_code = $1 and hosp_rxno = $2 and state in (1, 3)"
)
_ISSUE = """
update prescription set state = 1, issue_id = $2, issued_at = $3, details_sealed = $4,
    file_sealed = $5
where id = $1 and state = 0
"""
_WITHDRAW = """
update prescription set state = 2, withdrawn_at = $2, withdrawn_sealed = $3 where id = $1
"""
# What a person has, the newest first; of what can't be used any more that of some time.
_OF_PERSON = """
select id, hi_rxno, person_id, med_type, state, ends_at, fixmedins_code, prescribed_at,
    details_sealed
from prescription where person_id = any($1::bigint[]) and state > 0 and ends_at > $2
order by prescribed_at desc, id desc limit $3
"""
_ACCESS = """
insert into prescription_access (id, list_id, prescription_id, fixmedins_code, token_digest,
    made_at, expires_at)
select n.id, $2, n.prescription, $3, n.digest, $5, $6
from unnest($1::bigint[], $4::bigint[], $7::bytea[]) as n (id, prescription, digest)
"""
_ACCESS_OF = """
select a.*, p.hi_rxno, p.trace_code, p.person_id from prescription_access a
join prescription p on p.id = a.prescription_id
where a.token_digest = $1 and a.fixmedins_code = $2
for no key update of p
"""
_VOID = """
update prescription_access set voided_at = $3
where list_id = $2 and id <> $1 and fetched_at is null and voided_at is null
"""
_CHECKED = """
update prescription_access set check_id = $2, opinion = $3, check_sealed = $4, checked_at = $5
where id = $1
"""
_LAST_CHECK = """
select id, check_id, opinion, check_sealed, checked_at from prescription_access
where prescription_id = $1 and check_id is not null order by checked_at desc limit 1
"""
_CHECK_HERE = """
select id from prescription_access where check_id = $1 and prescription_id = $2
    and fixmedins_code = $3 and opinion = 1
"""
_USE_CODE = """
update prescription_code set used_at = $2
where code_digest = $1 and used_at is null and expires_at > $2 returning prescription_id
"""
_TELL = """
insert into prescription_told (id, prescription_id, fixmedins_code, msgid, check_id, settlement_id,
    self_paid, details_sealed, told_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (fixmedins_code, msgid) do nothing returning id
"""
# The newest sale of this pharmacy that nothing was told of yet.
_SALE_TO_TELL = """
select s.settlement_id from prescription_sale s
where s.prescription_id = $1 and s.fixmedins_code = $2 and s.freed_by is null and not exists (
    select from prescription_told t where t.settlement_id = s.settlement_id
        and t.withdrawn_at is null)
order by s.settlement_id desc limit 1
"""
_UNTELL = """
update prescription_told set withdrawn_at = $4
where prescription_id = $1 and fixmedins_code = $2 and withdrawn_at is null
    and case when $3::bigint is null then settlement_id is null else id = $3 end
returning self_paid
"""
_SOLD = """
select max(sold_at) from prescription_sale where prescription_id = $1 and freed_by is null
"""


async def draft(connection: Connection, values: Sequence[Any]) -> bool:
    """Keeps what is not signed yet; False: the same message has come before."""
    return await connection.fetchval(_DRAFT, *values) is not None


async def by_message(connection: Connection, fixmedins_code: str, msgid: str) -> Record | None:
    return await connection.fetchrow(
        "select * from prescription where fixmedins_code = $1 and msgid = $2",
        fixmedins_code,
        msgid,
    )


async def tidy(connection: Connection, fixmedins_code: str, before: datetime) -> None:
    """Nothing stays of what was never signed."""
    await connection.execute(_TIDY, fixmedins_code, before)


async def number_is_used(connection: Connection, fixmedins_code: str, hosp_rxno: str) -> bool:
    return await connection.fetchval(_ISSUED, fixmedins_code, hosp_rxno) is not None


async def held(connection: Connection, hi_rxno: str, fixmedins_code: str = "") -> Record | None:
    """A prescription, held until the transaction ends; of an institution where one is named."""
    return await connection.fetchrow(
        "select * from prescription where hi_rxno = $1 and $2 in ('', fixmedins_code) "
        "for no key update",
        hi_rxno,
        fixmedins_code,
    )


async def issue(
    connection: Connection,
    prescription_id: int,
    issue_id: int,
    at: datetime,
    details: bytes,
    file: bytes,
) -> None:
    await connection.execute(_ISSUE, prescription_id, issue_id, at, details, file)


async def withdraw(
    connection: Connection, prescription_id: int, at: datetime, why_sealed: bytes
) -> None:
    await connection.execute(_WITHDRAW, prescription_id, at, why_sealed)


async def set_state(connection: Connection, prescription_id: int, state: State) -> None:
    await connection.execute(
        "update prescription set state = $2 where id = $1", prescription_id, int(state)
    )


async def of_people(
    connection: Connection, people: Collection[int], since: datetime, at_most: int
) -> list[Record]:
    found: list[Record] = await connection.fetch(_OF_PERSON, list(people), since, at_most)
    return found


async def let_in(
    connection: Connection,
    list_id: int,
    fixmedins_code: str,
    rows: Sequence[tuple[int, int, bytes]],
    now: datetime,
    until: datetime,
) -> None:
    """One pharmacy may fetch these prescriptions: number, prescription and digest of each."""
    await connection.execute(
        _ACCESS,
        [one for one, _, _ in rows],
        list_id,
        fixmedins_code,
        [prescription for _, prescription, _ in rows],
        now,
        until,
        [digest for _, _, digest in rows],
    )


async def by_token(connection: Connection, digest: bytes, fixmedins_code: str) -> Record | None:
    """An access by its token, its prescription held."""
    return await connection.fetchrow(_ACCESS_OF, digest, fixmedins_code)


async def fetched(connection: Connection, access_id: int, list_id: int, now: datetime) -> None:
    """It is fetched; what stood beside it in the list is void."""
    await connection.execute(
        "update prescription_access set fetched_at = coalesce(fetched_at, $2) where id = $1",
        access_id,
        now,
    )
    await connection.execute(_VOID, access_id, list_id, now)


async def verified(connection: Connection, access_id: int, serial: int) -> None:
    await connection.execute(
        "update prescription_access set verified_id = $2 where id = $1", access_id, serial
    )


async def checked(
    connection: Connection, access_id: int, serial: int, opinion: int, said: bytes, at: datetime
) -> None:
    await connection.execute(_CHECKED, access_id, serial, opinion, said, at)


async def last_check(connection: Connection, prescription_id: int) -> Record | None:
    return await connection.fetchrow(_LAST_CHECK, prescription_id)


async def is_passed_here(
    connection: Connection, check_id: int, prescription_id: int, fixmedins_code: str
) -> bool:
    found = await connection.fetchval(_CHECK_HERE, check_id, prescription_id, fixmedins_code)
    return found is not None


async def show_code(
    connection: Connection,
    digest: bytes,
    prescription_id: int,
    person_id: int,
    until: datetime,
    now: datetime,
) -> None:
    """Keeps a code that a phone shows; those that are over go."""
    await connection.execute("delete from prescription_code where expires_at < $1", now)
    await connection.execute(
        "insert into prescription_code (code_digest, prescription_id, shown_by, expires_at) "
        "values ($1, $2, $3, $4)",
        digest,
        prescription_id,
        person_id,
        until,
    )


async def use_code(connection: Connection, digest: bytes, now: datetime) -> int | None:
    """Which prescription a code stands for; it is used up by that."""
    found: int | None = await connection.fetchval(_USE_CODE, digest, now)
    return found


async def by_id(connection: Connection, prescription_id: int) -> Record | None:
    return await connection.fetchrow(
        "select * from prescription where id = $1 for no key update", prescription_id
    )


async def tell(connection: Connection, values: Sequence[Any]) -> bool:
    """Keeps what was told of a sale; False: the same message has come before."""
    return await connection.fetchval(_TELL, *values) is not None


async def told_by_message(connection: Connection, fixmedins_code: str, msgid: str) -> int | None:
    found: int | None = await connection.fetchval(
        "select id from prescription_told where fixmedins_code = $1 and msgid = $2",
        fixmedins_code,
        msgid,
    )
    return found


async def sale_to_tell(
    connection: Connection, prescription_id: int, fixmedins_code: str
) -> int | None:
    found: int | None = await connection.fetchval(_SALE_TO_TELL, prescription_id, fixmedins_code)
    return found


async def untell(
    connection: Connection,
    prescription_id: int,
    fixmedins_code: str,
    told_id: int | None,
    now: datetime,
) -> list[bool]:
    """Takes back what was told; of each whether it was sold for cash."""
    rows = await connection.fetch(_UNTELL, prescription_id, fixmedins_code, told_id, now)
    return [row["self_paid"] for row in rows]


async def sold_at(connection: Connection, prescription_id: int) -> datetime | None:
    """When something was dispensed last that stands."""
    found: datetime | None = await connection.fetchval(_SOLD, prescription_id)
    return found


async def add_parcel(connection: Connection, values: Sequence[Any]) -> None:
    await connection.execute(
        "insert into prescription_parcel (id, prescription_id, fixmedins_code, msgid, kind, "
        "details_sealed, told_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        *values,
    )
