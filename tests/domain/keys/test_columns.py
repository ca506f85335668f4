"""Every column that is sealed or indexed is known to the rotation."""

from __future__ import annotations

from app.domain.keys.columns import NOT_MADE_ANEW, TABLES
from app.domain.keys.service import columns
from app.store.cells.places import STAGING
from app.store.database import Database

KEYLESS = {
    ("day_root", "blocks"), ("day_root", "merkle"), ("day_root", "previous"), ("day_root", "root"),
    ("seal", "hash"), ("audit_seal", "hash"), ("month_away", "archive"),
    ("month_away", "kept_hash"), ("month_base", "hash"), ("exchange_file", "content"),
    ("family_binding", "commitment_digest"),
    ("ops_operator", "password_hash"), ("ops_operator", "password_salt"),
    ("till_cashier", "pin_hash"), ("till_cashier", "pin_salt"), ("signature_use", "mark"),
    ("signature_use", "message"),
    ("key_canary", "sealed"), ("key_canary", "index_value"), ("sealing_key", "proof"),
    ("prescription_access", "token_digest"), ("prescription_code", "code_digest"),
    ("sealing_key", "key_id"), ("sealing_process", "data_writing"),
    ("sealing_process", "index_writing"),
}  # fmt: skip
"""Bytes that are made with no key of these, or by which keys themselves are known."""
_BYTES = """
select table_name, column_name from information_schema.columns
join pg_class c on c.relname = table_name and not c.relispartition
where table_schema = 'public' and (data_type = 'bytea' or column_name ~ '_(sealed|index)$')
"""


async def test_a_sealed_or_indexed_column_has_its_line(database: Database) -> None:
    rows = await database.rows(_BYTES)
    found = {(of, column) for of, column in rows if of not in STAGING}
    known = {(table.name, column) for table in TABLES for column in table.columns}
    assert known <= found, "the rotation knows columns that are not there"
    missing = found - known - NOT_MADE_ANEW - KEYLESS
    assert not missing, f"app/domain/keys/columns.py has no line for {sorted(missing)}"
    assert found >= KEYLESS | NOT_MADE_ANEW
    assert {name for _, name in known} >= {"psn_name_sealed", "certno_index", "secret_sealed"}


async def test_each_column_is_counted(database: Database) -> None:
    counted = {(one.table, one.column) for one in await columns(database)}
    assert counted == {(t.name, c) for t in TABLES for c in t.columns} | NOT_MADE_ANEW
