"""Operators and the audit in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from app.domain.staff import said
from app.domain.staff.values import (
    UNSAID,
    Look,
    LookRow,
    Narrowed,
    Operator,
    Role,
    Secret,
    SignIn,
    SignInRow,
)
from app.kit.sm import Cipher
from app.store.cells.shared import Shared
from app.store.database import Connection, Record

_OPERATOR = "select id, name, role, created_at, disabled_at, place from ops_operator"
_WITH_HASH = """
select id, name, role, created_at, disabled_at, place, password_hash, password_salt, scrypt_n,
    scrypt_r, scrypt_p
from ops_operator
"""
_ADD = """
insert into ops_operator (id, name, role, password_hash, password_salt, scrypt_n, scrypt_r,
    scrypt_p, created_at, place)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (name) do nothing returning id
"""
_RENEW = """
update ops_operator set password_hash = $2, password_salt = $3, scrypt_n = $4, scrypt_r = $5,
    scrypt_p = $6, disabled_at = null
where name = $1 returning id
"""
_DISABLE = """
update ops_operator set disabled_at = coalesce(disabled_at, $2) where name = $1 returning id
"""
_NOTE_SIGN_IN = """
insert into ops_sign_in (id, operator_id, address, result, at, request_id)
values ($1, $2, $3, $4, $5, $6)
"""
_NOTE_LOOK = """
with line as (
    insert into ops_look (id, operator_id, what, target, found, person_id, reason, at, request_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id
), said as (
    insert into ops_look_reason (look_id, reason_sealed)
    select id, $10::bytea from line where $10::bytea is not null
)
select id from line
"""
_LOOKS = """
select l.id, l.id as look_id, o.name as operator, l.what, l.target, l.found, l.reason,
    r.reason_sealed, l.at, l.request_id
from ops_look l join ops_operator o on o.id = l.operator_id
left join ops_look_reason r on r.look_id = l.id
where l.id < $1 and ($3 = '' or o.name = $3) and ($4 = '' or l.what = $4)
    and ($5::bigint is null or l.person_id = $5)
    and ($6::timestamptz is null or l.at >= $6) and ($7::timestamptz is null or l.at < $7)
order by l.id desc limit $2
"""
_LOOKED = """
select exists (select from ops_look
    where person_id = $1 and operator_id = $2 and what = 'person' and at > $3)
"""
# A line that the audit's chain has taken in stays as it is.
_CHAINED = "select to_regclass('audit_seal') is not null"
_NOT_CHAINED = "and not exists (select from audit_seal x where x.id = l.id)"
_CLEAR = """
from ops_look l where reason <> $1
    and not exists (select from ops_look_reason r where r.look_id = l.id)
"""
_OWNS = "select pg_has_role(relowner, 'USAGE') from pg_class where oid = 'ops_look'::regclass"
_REPLACE = "update ops_look set reason = $2 where id = $1"
_SEALED = "insert into ops_look_reason (look_id, reason_sealed) values ($1, $2)"
_SIGN_INS = """
select s.id, o.name as operator, s.address, s.result, s.at, s.request_id
from ops_sign_in s left join ops_operator o on o.id = s.operator_id
where s.id < $1 and ($3 = '' or o.name = $3) and ($4 = '' or s.result = $4)
    and ($5::timestamptz is null or s.at >= $5) and ($6::timestamptz is null or s.at < $6)
order by s.id desc limit $2
"""


async def by_id(there: Connection, operator_id: int) -> tuple[Operator, Secret] | None:
    """An operator with the password's hash."""
    row = await there.fetchrow(f"{_WITH_HASH} where id = $1", operator_id)
    return None if row is None else (_operator(row), _secret(row))


async def by_name(shared: Shared, name: str) -> tuple[Operator, Secret] | None:
    """An operator with the password's hash."""
    row = await shared.row(f"{_WITH_HASH} where name = $1", name)
    return None if row is None else (_operator(row), _secret(row))


async def with_secrets(shared: Shared) -> list[tuple[Operator, Secret]]:
    """All operators by name, with their passwords' hashes."""
    rows = await shared.rows(f"{_WITH_HASH} order by name")
    return [(_operator(row), _secret(row)) for row in rows]


async def all_operators(shared: Shared) -> list[Operator]:
    return [_operator(row) for row in await shared.rows(f"{_OPERATOR} order by name")]


async def add(
    shared: Shared,
    name: str,
    role: Role,
    secret: Secret,
    now: datetime,
    place: str | None = None,
) -> bool:
    """A new operator; False when the name is taken."""
    made = await shared.value(
        _ADD,
        shared.ids.next(),
        name,
        role,
        secret.hash,
        secret.salt,
        secret.n,
        secret.r,
        secret.p,
        now,
        place,
    )
    return made is not None


async def set_password(shared: Shared, name: str, secret: Secret) -> bool:
    """A new password, which lets a disabled operator in again; False: there is no such name."""
    values = (secret.hash, secret.salt, secret.n, secret.r, secret.p)
    return await shared.value(_RENEW, name, *values) is not None


async def disable(shared: Shared, name: str, now: datetime) -> bool:
    """Lets an operator in no more; False: there is no such name."""
    return await shared.value(_DISABLE, name, now) is not None


async def note_sign_in(
    shared: Shared,
    operator_id: int | None,
    address: str,
    result: SignIn,
    now: datetime,
    request_id: str,
) -> None:
    """Writes a line of the audit of sign-ins."""
    await shared.value(
        _NOTE_SIGN_IN, shared.ids.next(), operator_id, address, result, now, request_id
    )


async def note_look(
    shared: Shared,
    cipher: Cipher,
    operator_id: int,
    look: Look,
    now: datetime,
    request_id: str,
) -> None:
    """Writes a line of the audit of looks; committed when this returns."""
    look_id = shared.ids.next()
    reason, reason_sealed = said.sealed(cipher, look_id, look.reason)
    await shared.value(
        _NOTE_LOOK,
        look_id,
        operator_id,
        look.what,
        look.target,
        look.found,
        look.person_id,
        reason,
        now,
        request_id,
        reason_sealed,
    )


async def has_looked(shared: Shared, operator_id: int, person_id: int, since: datetime) -> bool:
    """Whether an operator has looked a person up by name and number since."""
    return bool(await shared.value(_LOOKED, person_id, operator_id, since))


async def looks(shared: Shared, cipher: Cipher, wanted: Narrowed, limit: int) -> list[LookRow]:
    """Lines of the audit of looks, the newest first."""
    rows = await shared.rows(
        _LOOKS,
        wanted.before,
        limit,
        wanted.operator,
        wanted.kind,
        wanted.person_id,
        wanted.since,
        wanted.until,
    )
    return [_look(row, cipher) for row in rows]


async def has_clear(shared: Shared) -> bool:
    """Whether a line has its reason in clear that may be sealed still."""
    async with shared.connection() as there:
        which = await _clear(there)
        return bool(await there.fetchval(f"select exists (select {which})", UNSAID))


async def owns_audit(shared: Shared) -> bool:
    """Whether this role may change what others may not."""
    return bool(await shared.value(_OWNS))


@asynccontextmanager
async def changing_audit(there: Connection) -> AsyncIterator[None]:
    """Lets this transaction change lines of the audit; nobody else writes or changes any till it
    ends."""
    await there.execute("alter table ops_look disable trigger ops_look_append_only")
    yield
    await there.execute("alter table ops_look enable trigger ops_look_append_only")


async def clear_reasons(there: Connection) -> list[Record]:
    """Lines whose reasons are in clear."""
    found: list[Record] = await there.fetch(f"select l.id, l.reason {await _clear(there)}", UNSAID)
    return found


async def replace_reasons(there: Connection, new: Sequence[tuple[int, str, bytes | None]]) -> None:
    """Puts (look, commitment, sealed reason) in the place of reasons in clear."""
    await there.executemany(_REPLACE, [(look, line) for look, line, _ in new])
    await there.executemany(_SEALED, [(look, sealed) for look, _, sealed in new])


async def _clear(there: Connection) -> str:
    chained = await there.fetchval(_CHAINED)
    return _CLEAR + (_NOT_CHAINED if chained else "")


def _look(row: Record, cipher: Cipher) -> LookRow:
    return LookRow(
        row["id"],
        row["operator"],
        row["what"],
        row["target"],
        row["found"],
        said.opened(cipher, row),
        row["at"],
        row["request_id"],
    )


async def sign_ins(shared: Shared, wanted: Narrowed, limit: int) -> list[SignInRow]:
    """Lines of the audit of sign-ins, the newest first."""
    rows = await shared.rows(
        _SIGN_INS,
        wanted.before,
        limit,
        wanted.operator,
        wanted.kind,
        wanted.since,
        wanted.until,
    )
    return [SignInRow(**dict(row.items())) for row in rows]


def _operator(row: Record) -> Operator:
    return Operator(
        row["id"], row["name"], row["role"], row["created_at"], row["disabled_at"], row["place"]
    )


def _secret(row: Record) -> Secret:
    return Secret(
        row["password_hash"],
        row["password_salt"],
        row["scrypt_n"],
        row["scrypt_r"],
        row["scrypt_p"],
    )
