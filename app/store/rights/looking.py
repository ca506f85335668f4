"""Whether the role that serves is held by its rights, or only by triggers that it could drop."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.database import Database
from app.store.rights.tables import APPEND_ONLY
from app.store.urls.postgres import OWNER, told_of_shared

_LOOK = """
select current_user::text as role,
    coalesce(bool_or(pg_has_role(c.relowner, 'USAGE')), false) as owns,
    coalesce(bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')), false) as changes
from pg_class c join pg_class r on r.oid = coalesce(pg_partition_root(c.oid)::oid, c.oid)
where c.relnamespace = 'public'::regnamespace and r.relname = any($1::text[])
"""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """The role may do more than it needs: it owns the tables (or could become who does), or may
    change rows of those that only grow."""

    role: str
    owns: bool
    shared: bool = False
    """In the database of the shared tables, where that is another one."""

    @property
    def sentence(self) -> str:
        does, do = (
            ("owns the tables", "拥有这些表") if self.owns else ("may change them", "可以修改它们")
        )
        said = (
            f"The database's role {self.role} {does}: what only grows (books, audit) is held by"
            " triggers alone, which it can drop. Give QINJI_DATABASE_URL a role that owns nothing,"
            f" and the owner's to `qinji migrate` in {OWNER} (deploy/SECURITY.md)."
            f" 数据库角色{self.role}{do}，账目与审计只靠触发器保护；请为服务另设不拥有表的角色。"
        )
        return told_of_shared(said) if self.shared else said


async def too_much(database: Database) -> TooMuch | None:
    """What the role of this connection may do beyond its need; None: nothing."""
    row = await database.row(_LOOK, sorted(APPEND_ONLY))
    if row is None or not (row["owns"] or row["changes"]):
        return None
    return TooMuch(row["role"], row["owns"])
