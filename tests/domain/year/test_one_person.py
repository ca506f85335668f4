"""Of every column that may hold a person's id it is written what a merge does to it."""

from __future__ import annotations

from app.domain.year.rules.one_person import FATES, INSIDE, ONCE, ONLY, Fate, columns_of
from app.store.database import Database
from app.store.rights.tables import APPEND_ONLY
from tests.own_database import database, migrated, template

__all__ = ["database", "migrated", "template"]

_OTHER = """
id account_id act_id binding_id cancels_id card_id check_id clerk_id credential_id event_id first_id
first_settlement_id freed_by grant_id issue_id last_id life_event_id list_id login_id look_id
mdtrt_id notice_id operator_id order_id prescription_id request_id returns_id reverses_id row_id
second_id settlement_id successor_id transfer_id upload_id verified_id visit_id wallet_id
"""
OTHER = frozenset(_OTHER.split())
"""Names of columns that hold the id of something else, wherever they stand."""
_NOT_PEOPLE = """
card_change.card_id counter_proposal.decided_by goods_code.ended_by invitation.subject_id
life_event_effect.ref_id import_person.current_id import_person.carried_id
"""
NOT_PEOPLE = frozenset(_NOT_PEOPLE.split())
"""Columns that hold, under the name of a person's elsewhere, the id of something else: an operator,
an upload; of an event's effect a grant or binding, and of a merge the row that stays as it came."""
_COLUMNS = """
select c.table_name || '.' || c.column_name as name, c.column_name, c.data_type,
    c.column_name ~ '(_id|_by|_of|_login|^ref|^into)$' or c.column_name = 'merged_into' as by_name
from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
"""
_KEYS = """
select c.conrelid::regclass::text || '.' || a.attname as name from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
where c.contype = 'f' and c.confrelid = 'person'::regclass
"""
_UNIQUE = """
select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
from pg_index i join pg_class c on c.oid = i.indrelid
join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
where i.indisunique and c.relnamespace = 'public'::regnamespace group by i.indexrelid, c.relname
"""


async def test_it_is_said_of_every_column_what_a_merge_does_to_it(database: Database) -> None:
    rows = await database.rows(_COLUMNS)
    there = {row["name"]: row for row in rows}
    keys = {row["name"] for row in await database.rows(_KEYS)}
    may_hold = {
        name
        for name, row in there.items()
        if row["data_type"] == "bigint" and row["by_name"] and row["column_name"] not in OTHER
    }
    assert keys | may_hold - NOT_PEOPLE == FATES.keys() - {"notice_message.login_id"}
    assert (INSIDE.keys() | NOT_PEOPLE | FATES.keys()) <= there.keys()


async def test_what_can_be_there_only_once_is_said_of_what_follows(database: Database) -> None:
    unique: dict[str, list[set[str]]] = {}
    for row in await database.rows(_UNIQUE):
        unique.setdefault(row["table"], []).append(set(row["columns"]))
    follows_once = columns_of(Fate.FOLLOWS_ONCE)
    assert {table for table, _ in follows_once} == ONCE.keys() >= ONLY.keys()
    for table, column in follows_once:
        assert {column, *ONCE[table]} in unique[table], table
    for table, column in columns_of(Fate.FOLLOWS):
        assert not any(column in columns for columns in unique[table]), (table, column)


def test_what_only_grows_is_never_rekeyed() -> None:
    changed = {table for fate in (Fate.FOLLOWS, Fate.FOLLOWS_ONCE) for table, _ in columns_of(fate)}
    assert not changed & APPEND_ONLY
