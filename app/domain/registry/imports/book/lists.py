"""Institutions and what residents have paid into the database: small files, an upsert a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.registry.imports.book.chunk import Written, begin, open_flow_accounts
from app.domain.registry.imports.rows import InstitutionRow, ResidentRow
from app.domain.registry.indexes import index_secret, secret_indexes
from app.domain.registry.service import secret_aad
from app.kit.ids import IdMaker
from app.kit.sm import Cipher
from app.ledger.kinds import AccountKind
from app.store.database import Connection

FORMER_FOR = timedelta(hours=24)
"""How long an institution's tills may sign as before, unless the import says otherwise."""

_KEY_TAKEN = """
select new.line from unnest($1::int[], $2::text[], $3::text[]) as new (line, code, key_id)
join institution i on i.fixmedins_code <> new.code
    and (i.key_id = new.key_id or i.former_key_id = new.key_id and i.former_until > $4)
"""

_MARKED = """
select fixmedins_code from institution where fixmedins_code = any($1::varchar[]) and tif_allowed
"""
_NOT_ALLOWED = (
    "tif signs no body: only institutions that are marked (1 in this column) may sign so; better"
    " let it sign by hmac-sm3"
)

_INSTITUTION = """
insert into institution as i (fixmedins_code, fixmedins_name, fixmedins_type, hosp_lv, admdvs,
    auth_scheme, key_id, secret_sealed, secret_index, outpatient_pooling, cross_region, updated_at,
    wallet_at, id_number, uscc, tif_allowed)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce($14, ''), coalesce($15, false),
    coalesce($16, ''), coalesce($17, false))
on conflict (fixmedins_code) do update set
    fixmedins_name = excluded.fixmedins_name, fixmedins_type = excluded.fixmedins_type,
    hosp_lv = excluded.hosp_lv, admdvs = excluded.admdvs, auth_scheme = excluded.auth_scheme,
    key_id = excluded.key_id, secret_sealed = excluded.secret_sealed,
    secret_index = excluded.secret_index, outpatient_pooling = excluded.outpatient_pooling,
    cross_region = excluded.cross_region, updated_at = excluded.updated_at,
    wallet_at = coalesce($14, i.wallet_at), id_number = coalesce($15, i.id_number),
    uscc = coalesce($16, i.uscc), tif_allowed = coalesce($17, i.tif_allowed),
    (former_scheme, former_key_id, former_secret_sealed, former_until) = (
        select i.auth_scheme, i.key_id, i.secret_sealed, $13::timestamptz
        where (i.auth_scheme, i.key_id, i.secret_index)
            is distinct from (excluded.auth_scheme, excluded.key_id, excluded.secret_index)
        union all
        select i.former_scheme, i.former_key_id, i.former_secret_sealed, i.former_until
        where (i.auth_scheme, i.key_id, i.secret_index)
            is not distinct from (excluded.auth_scheme, excluded.key_id, excluded.secret_index))
where (i.fixmedins_name, i.fixmedins_type, i.hosp_lv, i.admdvs, i.auth_scheme, i.key_id,
        i.secret_index, i.outpatient_pooling, i.cross_region, i.wallet_at,
        i.id_number, i.uscc, i.tif_allowed)
    is distinct from (excluded.fixmedins_name, excluded.fixmedins_type, excluded.hosp_lv,
        excluded.admdvs, excluded.auth_scheme, excluded.key_id, excluded.secret_index,
        excluded.outpatient_pooling, excluded.cross_region, coalesce($14, i.wallet_at),
        coalesce($15, i.id_number), coalesce($16, i.uscc), coalesce($17, i.tif_allowed))
returning (xmax = 0) as is_new
"""

# The same secret under a key of before is no other secret.
_BRING_UP = """
update institution set secret_index = $2 where fixmedins_code = $1 and secret_index = any($3)
"""

# What was paid through us stays as it is; what was only heard of is told anew.
_ENROLMENT = """
insert into enrolment as e (person_id, year, channel, noted_at)
select coalesce(p.merged_into, p.id), $2, $3, $4 from person p where p.psn_no = $1
on conflict (person_id, year) do update set channel = excluded.channel, noted_at = excluded.noted_at
where e.order_id is null and e.channel <> excluded.channel
returning (xmax = 0) as is_new
"""
_RESIDENT = """
insert into resident as r (person_id, identity, noted_at)
select coalesce(p.merged_into, p.id), $2, $3 from person p where p.psn_no = $1
on conflict (person_id) do update set identity = excluded.identity, noted_at = excluded.noted_at
where r.identity <> excluded.identity
returning (xmax = 0) as is_new
"""


async def write_institutions(
    connection: Connection,
    rows: Sequence[tuple[int, InstitutionRow]],
    cipher: Cipher,
    ids: IdMaker,
    now: datetime,
    former_for: timedelta = FORMER_FOR,
) -> Written:
    """Writes institutions (line, row) and opens their payable accounts. How one has signed before a
    change of scheme, key or secret holds for some time beside the new."""
    await begin(connection)
    lines = [line for line, _ in rows]
    codes = [row.fixmedins_code for _, row in rows]
    key_ids = [row.key_id for _, row in rows]
    taken = {row["line"] for row in await connection.fetch(_KEY_TAKEN, lines, codes, key_ids, now)}
    weak = await _tif_not_allowed(connection, rows)
    good = [row for line, row in rows if line not in taken | weak]
    if cipher.rotating:
        for row in good:
            index, *before = secret_indexes(cipher, row.secret)
            await connection.execute(_BRING_UP, row.fixmedins_code, index, before)
    until = now + former_for
    arguments = [(*_institution(row, cipher, now), until, *_said_besides(row)) for row in good]
    loaded, changed = await _upsert(connection, _INSTITUTION, arguments)
    await open_flow_accounts(
        connection, AccountKind.PAYABLE, [row.fixmedins_code for row in good], ids, now
    )
    refused = [(line, "key_id", "belongs to another institution") for line in sorted(taken)]
    refused += [(line, "tif_allowed", _NOT_ALLOWED) for line in sorted(weak - taken)]
    return Written(loaded, changed, len(good) - loaded - changed, refused)


async def _tif_not_allowed(
    connection: Connection, rows: Sequence[tuple[int, InstitutionRow]]
) -> set[int]:
    """The lines of institutions that are to sign by tif, and are not marked so."""
    asked = [(line, row) for line, row in rows if row.auth_scheme == "tif" and not row.tif_allowed]
    found = await connection.fetch(_MARKED, [row.fixmedins_code for _, row in asked])
    marked = {row["fixmedins_code"] for row in found}
    return {line for line, row in asked if row.fixmedins_code not in marked}


def _said_besides(row: InstitutionRow) -> tuple[object, ...]:
    """What a file may leave out."""
    return row.wallet_at, row.id_number, row.uscc, row.tif_allowed


def _institution(row: InstitutionRow, cipher: Cipher, now: datetime) -> tuple[object, ...]:
    return (
        row.fixmedins_code,
        row.fixmedins_name,
        row.fixmedins_type,
        row.hosp_lv,
        row.admdvs,
        row.auth_scheme,
        row.key_id,
        cipher.seal(row.secret, secret_aad(row.fixmedins_code)),
        index_secret(cipher, row.secret),
        row.outpatient_pooling,
        row.cross_region,
        now,
    )


async def write_residents(
    connection: Connection, rows: Sequence[tuple[int, ResidentRow]], now: datetime
) -> Written:
    """Writes benefit years that residents have paid (line, row), and what they are."""
    await begin(connection)
    numbers = [row.psn_no for _, row in rows]
    found = await connection.fetch(
        "select psn_no from person where psn_no = any($1::varchar[])", numbers
    )
    known = {row["psn_no"] for row in found}
    good = [row for _, row in rows if row.psn_no in known]
    years = [(row.psn_no, row.year, row.channel, now) for row in good]
    loaded, changed = await _upsert(connection, _ENROLMENT, years)
    # Of a person's lines the last says what the person is.
    told = {row.psn_no: (row.psn_no, row.identity, now) for row in good}
    await _upsert(connection, _RESIDENT, list(told.values()))
    refused = [
        (n, "psn_no", "there is no such person") for n, row in rows if row.psn_no not in known
    ]
    return Written(loaded, changed, len(good) - loaded - changed, refused)


async def _upsert(
    connection: Connection, sql: str, arguments: Sequence[tuple[object, ...]]
) -> tuple[int, int]:
    """Runs the upsert for each row: how many were new and how many changed."""
    statement = await connection.prepare(sql)
    found = [row for one in arguments if (row := await statement.fetchrow(*one)) is not None]
    loaded = sum(1 for row in found if row["is_new"])
    return loaded, len(found) - loaded
