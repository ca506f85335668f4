"""Operators and the audit in the database."""

from __future__ import annotations

from datetime import datetime

from app.domain.staff.values import Look, LookRow, Operator, Role, Secret, SignIn, SignInRow
from app.store.database import Connection, Database, Record

_OPERATOR = "select id, name, role, created_at, disabled_at from ops_operator"
_WITH_HASH = """
select id, name, role, created_at, disabled_at, password_hash, password_salt, scrypt_n, scrypt_r,
    scrypt_p
from ops_operator
"""
_ADD = """
insert into ops_operator (id, name, role, password_hash, password_salt, scrypt_n, scrypt_r,
    scrypt_p, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (name) do nothing returning id
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
insert into ops_look (id, operator_id, what, target, found, person_id, reason, at, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_LOOKS = """
select l.id, o.name as operator, l.what, l.target, l.found, l.reason, l.at,
    l.request_id
from ops_look l join ops_operator o on o.id = l.operator_id
where l.id < $1 order by l.id desc limit $2
"""
_SIGN_INS = """
select s.id, o.name as operator, s.address, s.result, s.at, s.request_id
from ops_sign_in s left join ops_operator o on o.id = s.operator_id
where s.id < $1 order by s.id desc limit $2
"""


async def by_id(connection: Connection, operator_id: int) -> tuple[Operator, Secret] | None:
    """An operator with the password's hash."""
    row = await connection.fetchrow(f"{_WITH_HASH} where id = $1", operator_id)
    return None if row is None else (_operator(row), _secret(row))


async def by_name(database: Database, name: str) -> tuple[Operator, Secret] | None:
    """An operator with the password's hash."""
    row = await database.row(f"{_WITH_HASH} where name = $1", name)
    return None if row is None else (_operator(row), _secret(row))


async def with_secrets(database: Database) -> list[tuple[Operator, Secret]]:
    """All operators by name, with their passwords' hashes."""
    rows = await database.rows(f"{_WITH_HASH} order by name")
    return [(_operator(row), _secret(row)) for row in rows]


async def all_operators(database: Database) -> list[Operator]:
    return [_operator(row) for row in await database.rows(f"{_OPERATOR} order by name")]


async def add(database: Database, name: str, role: Role, secret: Secret, now: datetime) -> bool:
    """A new operator; False when the name is taken."""
    made = await database.value(
        _ADD,
        database.ids.next(),
        name,
        role,
        secret.hash,
        secret.salt,
        secret.n,
        secret.r,
        secret.p,
        now,
    )
    return made is not None


async def set_password(database: Database, name: str, secret: Secret) -> bool:
    """A new password, which lets a disabled operator in again; False: there is no such name."""
    values = (secret.hash, secret.salt, secret.n, secret.r, secret.p)
    return await database.value(_RENEW, name, *values) is not None


async def disable(database: Database, name: str, now: datetime) -> bool:
    """Lets an operator in no more; False: there is no such name."""
    return await database.value(_DISABLE, name, now) is not None


async def note_sign_in(
    database: Database,
    operator_id: int | None,
    address: str,
    result: SignIn,
    now: datetime,
    request_id: str,
) -> None:
    """Writes a line of the audit of sign-ins."""
    await database.value(
        _NOTE_SIGN_IN, database.ids.next(), operator_id, address, result, now, request_id
    )


async def note_look(
    database: Database, operator_id: int, look: Look, now: datetime, request_id: str
) -> None:
    """Writes a line of the audit of looks; committed when this returns."""
    await database.value(
        _NOTE_LOOK,
        database.ids.next(),
        operator_id,
        look.what,
        look.target,
        look.found,
        look.person_id,
        look.reason,
        now,
        request_id,
    )


async def looks(database: Database, before: int, limit: int) -> list[LookRow]:
    """Lines of the audit of looks, the newest first, below an id."""
    return [LookRow(**dict(row.items())) for row in await database.rows(_LOOKS, before, limit)]


async def sign_ins(database: Database, before: int, limit: int) -> list[SignInRow]:
    """Lines of the audit of sign-ins, the newest first, below an id."""
    return [SignInRow(**dict(row.items())) for row in await database.rows(_SIGN_INS, before, limit)]


def _operator(row: Record) -> Operator:
    return Operator(row["id"], row["name"], row["role"], row["created_at"], row["disabled_at"])


def _secret(row: Record) -> Secret:
    return Secret(
        row["password_hash"],
        row["password_salt"],
        row["scrypt_n"],
        row["scrypt_r"],
        row["scrypt_p"],
    )
