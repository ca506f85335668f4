"""Gives the role that serves its rights: ``migrate`` does it at its end, for new tables, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.store.rights.tables import ALL, rights_on

# A partition is reached by way of its table and has the same rights as that.
_TABLES = """
select c.oid::regclass::text as name, r.relname::text as of,
    array(select p from unnest($2::text[]) as p where case
        when p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
        then has_any_column_privilege($1, c.oid, p) else has_table_privilege($1, c.oid, p) end)
    as rights
from pg_class c join pg_class r on r.oid = coalesce(pg_partition_root(c.oid), c.oid)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and pg_has_role(c.relowner, 'USAGE') order by 1
"""
_SEQUENCES = """
select c.oid::regclass::text as name from pg_class c
where c.relnamespace = 'public'::regnamespace and pg_has_role(c.relowner, 'USAGE')
    and case when c.relkind = 'S' then not has_sequence_privilege($1, c.oid, 'USAGE') end
"""
_PLACES = """
select has_schema_privilege($1, 'public', 'USAGE') as enters,
    has_schema_privilege($1, 'public', 'CREATE') as makes,
    has_database_privilege($1, current_database(), 'CREATE') as makes_schemas,
    quote_ident(datname) as database, pg_has_role(datdba, 'USAGE') as database_is_ours,
    pg_has_role(nspowner, 'USAGE') as schema_is_ours
from pg_namespace, pg_database where nspname = 'public' and datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class Held:
    """The rights of a role on a table, whichever way it came by them; ``of``: the table itself, or
    that whose partition it is."""

    table: str
    of: str
    rights: frozenset[str]

    @property
    def right(self) -> bool:
        return self.rights == rights_on(self.of)


async def held(connection: Any, role: str) -> list[Held]:
    """What a role may do with each table."""
    rows = await connection.fetch(_TABLES, role, list(ALL))
    return [Held(row["name"], row["of"], frozenset(row["rights"])) for row in rows]


async def grant(connection: Any, role: str) -> None:
    """Gives ``role`` what it needs and takes what it has beside that, in one transaction; what is
    right is left alone. ``connection`` is of who owns the tables."""
    name = await connection.fetchval("select quote_ident($1)", role)
    async with connection.transaction():
        await _grant_places(connection, role, name)
        for row in await connection.fetch(_SEQUENCES, role):
            await connection.execute(f"grant usage on sequence {row['name']} to {name}")
        for one in await held(connection, role):
            if not one.right:
                rights = ", ".join(sorted(rights_on(one.of)))
                await connection.execute(f"revoke all on table {one.table} from public, {name}")
                await connection.execute(f"grant {rights} on table {one.table} to {name}")


async def _grant_places(connection: Any, role: str, name: str) -> None:
    places = await connection.fetchrow(_PLACES, role)
    database = places["database"]
    if places["database_is_ours"] and places["makes_schemas"]:
        await connection.execute(f"revoke create on database {database} from public, {name}")
    if places["schema_is_ours"] and not places["enters"]:
        await connection.execute(f"grant usage on schema public to {name}")
    if places["schema_is_ours"] and places["makes"]:
        await connection.execute(f"revoke create on schema public from public, {name}")
