"""Forgetting in the database: what stands in the way, and what goes. Nothing of the books is
touched: no row of theirs goes, and no sum or seal is made of what does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.premium.models import State
from app.store.database import Connection, Database, Record

_PREMIUM_OPEN = [
    int(state) for state in State if state not in (State.BOOKED, State.RELEASED, State.REFUNDED)
]
_LOCK = "select psn_no, psn_name_sealed, psn_insu_stas from person where id = $1 for update"
_WAYS = """
select exists (select from account where person_id = $1 and balance_fen <> 0) as money,
    exists (select from premium_order where (person_id = $1 or payer_id = $1 or asked_by = $1)
        and state = any($4::smallint[])) as premium,
    exists (select from wallet_sent where (person_id = $1 or other_id = $1) and state = 1)
        or exists (select from wallet_offer where (person_id = $1 or other_id = $1)
            and state = 1) as on_its_way,
    exists (select from aid_grant where (donor_id = $1 or beneficiary_id = $1)
            and ended_at is null and declined_at is null) as tied,
    exists (select from counter_task where person_id = $1 and done_at is null)
        or exists (select from counter_proposal where person_id = $1 and state = 1)
        or exists (select from question where donor_id = $1 and answer is null and until_at > $2)
        or exists (select from waiting w join request r on r.id = w.request_id
            where r.body ->> 'psn_no' = $3) as disputed,
    greatest((select max(begins_at) from visit where person_id = $1),
        (select max(prescribed_at) from prescription where person_id = $1),
        (select max(settled_at) from settlement where person_id = $1)) as last_care
"""
_BOUND = """
select exists (select from family_binding where (shower_id = $1 or holder_id = $1)
    and ended_at is null and declined_at is null)
"""
_PERSON = """
update person set psn_name_sealed = $2, psn_name_index = $3, certno_sealed = $4,
    certno_index = $5, written_index = $6, gend = '0', brdy = date_trunc('year', brdy)::date,
    activated_at = null, activated_login = null, updated_at = $7
where id = $1
"""
_GONE = (
    "delete from notice_message where person_id = $1",
    "delete from notice where person_id = $1",
    "delete from notice_setting where person_id = $1",
    "delete from resident where person_id = $1",
    "delete from filing where person_id = $1",
    "delete from chronic_filing where person_id = $1",
    "delete from life_event_details where life_event_id in"
    " (select id from life_event where person_id = $1)",
    *(
        f"delete from {table} where prescription_id in"  # noqa: S608
        " (select id from prescription where person_id = $1)"
        for table in (
            "prescription_code",
            "prescription_access",
            "prescription_parcel",
            "prescription_told",
        )
    ),
    "update aid_grant set asked_index = null, asked_name = null"
    " where $1 in (donor_id, beneficiary_id) and beneficiary_id is not null",
    "update wallet_sent set other_name = '*' where other_id = $1",
    "update wallet_offer set other_name = '*', other_gend = '0' where other_id = $1",
)
_GONE_THERE = (
    "delete from notice_consent where login_id in (select id from login where person_id = $1)",
    "delete from identity_check where person_id = $1"
    " or login_id in (select id from login where person_id = $1)",
    "delete from login where person_id = $1",
    "delete from invitation where grant_id is null and $1 in (subject_id, issuer_id, asked_id)",
    "update family_binding set proof_digest = null, commitment_digest = null, proof_ref = null"
    " where $1 in (shower_id, holder_id)",
    "update family_binding set asked_index = null, asked_name = null"
    " where $1 in (shower_id, holder_id) and holder_id is not null",
)
_BLANK_CARDS = """
update card c set card_no_sealed = n.number, card_no_index = n.number_index, card_sn_sealed = n.sn,
    card_sn_index = n.sn_index
from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])
    as n (id, number, number_index, sn, sn_index)
where c.id = n.id
"""
_LIST = """
select a.id, p.psn_no, a.form_no, a.clerk, a.at, p.id as person_id
from counter_act a join person p on p.id = a.person_id
where a.kind = 'forget' order by a.id desc limit $1
"""


async def lock(connection: Connection, person_id: int) -> Record:
    """The person, whom nobody ties to anything meanwhile."""
    found: Record = await connection.fetchrow(_LOCK, person_id)
    return found


async def ways(connection: Connection, person_id: int, psn_no: str, now: datetime) -> Record:
    """What of a person's may stand in the way."""
    found: Record = await connection.fetchrow(_WAYS, person_id, now, psn_no, _PREMIUM_OPEN)
    return found


async def is_bound(there: Connection, person_id: int) -> bool:
    """Whether a family tie hasn't ended."""
    return bool(await there.fetchval(_BOUND, person_id))


async def logins_of(there: Connection, person_id: int) -> list[int]:
    """A person's log-ins."""
    rows = await there.fetch("select id from login where person_id = $1", person_id)
    return [row["id"] for row in rows]


async def ids_of(connection: Connection, table: str, person_id: int) -> list[int]:
    """A person's cards, visits, prescriptions."""
    sql = f"select id from {table} where person_id = $1 order by id"  # noqa: S608
    return [row["id"] for row in await connection.fetch(sql, person_id)]


async def lines_of(connection: Connection, visit_ids: Sequence[int]) -> list[Record]:
    """The lines of visits, by key."""
    return list(
        await connection.fetch(
            "select visit_id, feedetl_sn from fee_line where visit_id = any($1::bigint[])",
            list(visit_ids),
        )
    )


async def blank_person(
    connection: Connection, person_id: int, values: Sequence[bytes], now: datetime
) -> None:
    """Name and number with their indexes, sex and birthday; the year of birth stays."""
    await connection.execute(_PERSON, person_id, *values, now)


async def blank_cards(
    connection: Connection, ids: Sequence[int], columns: Sequence[Sequence[bytes]]
) -> None:
    """Numbers and serials, with their indexes."""
    await connection.execute(_BLANK_CARDS, list(ids), *(list(column) for column in columns))


async def blank_visit(
    connection: Connection, visit_id: int, details: bytes, diagnoses: bytes
) -> None:
    """Who saw the patient, and what for."""
    await connection.execute(
        "update visit set details = null, diagnoses = null, details_sealed = $2,"
        " diagnoses_sealed = $3 where id = $1",
        visit_id,
        details,
        diagnoses,
    )


async def blank_line(connection: Connection, key: tuple[int, str], details: bytes) -> None:
    """Where a line of cost comes from."""
    await connection.execute(
        "update fee_line set details = null, details_sealed = $3"
        " where visit_id = $1 and feedetl_sn = $2",
        *key,
        details,
    )


async def blank_prescription(connection: Connection, prescription_id: int, details: bytes) -> None:
    """What was found, and the signed document."""
    await connection.execute(
        "update prescription set details_sealed = $2, file_sealed = null, withdrawn_sealed = null"
        " where id = $1",
        prescription_id,
        details,
    )


async def remove(connection: Connection, person_id: int) -> None:
    """All that is only about the person, or names one where somebody else's row does."""
    for statement in _GONE:
        await connection.execute(statement, person_id)


async def remove_there(there: Connection, person_id: int) -> None:
    """The same of log-ins and ties."""
    for statement in _GONE_THERE:
        await there.execute(statement, person_id)


async def forgotten(database: Database, limit: int) -> list[Record]:
    """Who was forgotten, the newest first."""
    return await database.rows(_LIST, limit)
