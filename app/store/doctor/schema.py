"""What lies in the database: the newest schema, rights that suffice and no more, and whether rows
are spread over nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.store import migrations
from app.store.database import Connection
from app.store.doctor.told import Told, fault, ok, warn
from app.store.models import APP
from app.store.rights.tables import APPEND_ONLY, rights_on
from app.store.urls.postgres import OWNER

_SCHEMA, _ROLE, _RIGHTS, _CITUS = "schema 表结构", "role 角色", "rights 权限", "Citus"
_TRIES = ("SELECT", "INSERT", "UPDATE", "DELETE")
_HAVE = """
select r.relname::text as of, pg_has_role(c.relowner, 'USAGE') as owns,
    array(select p from unnest($1::text[]) as p where has_table_privilege(c.oid, p)) as rights
from pg_class c join pg_class r on r.oid = coalesce(pg_partition_root(c.oid)::oid, c.oid)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
"""
_MIGRATE = f"`qinji migrate` with {OWNER}"
_TRIGGERS = "citus.enable_unsafe_triggers"


async def schema(connection: Connection) -> Told:
    """Every step that this program knows is taken."""
    known = {path.stem for path in Path(migrations.__file__).parent.glob("[0-9]*.py")}
    taken: set[str] = set()
    if await connection.fetchval("select to_regclass('public.tortoise_migrations') is not null"):
        rows = await connection.fetch("select name from tortoise_migrations where app = $1", APP)
        taken = {row["name"] for row in rows}
    if missing := sorted(known - taken):
        said = f"{len(missing)} steps are missing, the first is {missing[0]}"
        return fault(_SCHEMA, said, f"{_MIGRATE} 升级表结构")
    if newer := sorted(taken - known):
        said = f"{newer[-1]} is of a newer version"
        return warn(_SCHEMA, said, "start that version here, too 本机程序较旧，请升级")
    return ok(_SCHEMA, max(known))


async def rights(connection: Connection) -> Iterator[Told]:
    """The role that serves has what it needs, and owns and changes nothing that only grows."""
    rows = await connection.fetch(_HAVE, list(_TRIES))
    role = await connection.fetchval("select current_user::text")
    lacks = [
        f"{right} on {row['of']}"
        for row in rows
        for right in sorted((rights_on(row["of"]) & set(_TRIES)) - set(row["rights"]))
    ]
    much = any(row["owns"] for row in rows) or any(
        row["of"] in APPEND_ONLY and {"UPDATE", "DELETE"} & set(row["rights"]) for row in rows
    )
    told = [ok(_ROLE, f"{role} owns nothing") if rows and not much else _too_much(role, much)]
    if lacks:
        said = f"{role} lacks {lacks[0]}" + (f" and {len(lacks) - 1} more" if lacks[1:] else "")
        told.append(fault(_RIGHTS, said, f"{_MIGRATE} 授予权限"))
    else:
        told.append(ok(_RIGHTS, f"on {len(rows)} tables"))
    return iter(told)


def _too_much(role: str, much: bool) -> Told:
    if not much:
        return ok(_ROLE, f"{role}; no tables yet")
    return warn(
        _ROLE,
        f"{role} owns the tables or may change what only grows",
        f"a role of its own for serving, the owner's in {OWNER} (deploy/SECURITY.md) 服务另设角色",
    )


async def citus(connection: Connection) -> Told:
    """Whether rows are spread over nodes, and if so, whether triggers may act there."""
    version = await connection.fetchval(
        "select extversion from pg_extension where extname = 'citus'"
    )
    if version is None:
        return ok(_CITUS, "isn't there: one node")
    spread = 0
    if await connection.fetchval("select to_regclass('citus_tables') is not null"):
        spread = await connection.fetchval("select count(*) from citus_tables")
    said = f"{version} distributes {spread} tables"
    if await connection.fetchval(f"select current_setting('{_TRIGGERS}', true)") != "on":
        return fault(
            _CITUS,
            f"{said}, and {_TRIGGERS} is off: steps would be told to nobody",
            f"alter database … set {_TRIGGERS} = on 打开该设置",
        )
    return ok(_CITUS, said)
