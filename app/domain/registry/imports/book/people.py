"""People into the database: rows are staged by COPY, then go set by set into place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.domain.registry.imports.book.chunk import OnChange, Written, begin, open_flow_accounts
from app.domain.registry.imports.insurance import InsuranceChange, Registered
from app.kit.ids import IdMaker
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.relocation import relocate
from app.store.database import Connection, Record

_NAMES = """
line id psn_no psn_name_sealed psn_name_index psn_cert_type certno_sealed certno_index
written_index gend brdy insutype psn_type psn_insu_stas insuplc_admdvs has_account current_id
current_fen current_transfer carried_id carried_fen carried_transfer names_before certnos_before
written_before
"""
_COLUMNS = _NAMES.split()
# Only what this transaction has staged: more is never seen, and by this it is found.
_DONE = "delete from import_person where run = pg_current_xact_id()"

# Whoever lies under a key of before is brought under this one first, so that the same stays the
# same, and a number that somebody has is found.
_BRING_UP = (
    """
update person p set certno_index = s.certno_index from import_person s
where s.run = pg_current_xact_id()
    and p.psn_cert_type = s.psn_cert_type and p.certno_index = any(s.certnos_before)
""",
    """
update person p set psn_name_index = s.psn_name_index from import_person s
where s.run = pg_current_xact_id() and p.psn_no = s.psn_no
    and p.psn_name_index = any(s.names_before)
""",
    """
update person p set written_index = s.written_index from import_person s
where s.run = pg_current_xact_id() and p.psn_no = s.psn_no
    and p.written_index = any(s.written_before)
""",
)

_TAKEN = """
delete from import_person s using person p
where s.run = pg_current_xact_id() and p.psn_cert_type = s.psn_cert_type
    and p.certno_index = s.certno_index and p.psn_no <> s.psn_no
returning s.line
"""

# What is only written differently has the same indexes but this one, which a row of the version
# before does not have.
_DIFFERS = """
    (p.written_index <> s.written_index or
    (p.psn_name_index, p.psn_cert_type, p.certno_index, p.gend, p.brdy, p.insutype,
        p.psn_type, p.psn_insu_stas, p.insuplc_admdvs)
    is distinct from
    (s.psn_name_index, s.psn_cert_type, s.certno_index, s.gend, s.brdy, s.insutype,
        s.psn_type, s.psn_insu_stas, s.insuplc_admdvs))
"""

_LOCK_CHANGED = f"""
select 1 from import_person s join person p using (psn_no)
where s.run = pg_current_xact_id() and {_DIFFERS}
order by p.id for no key update of p
"""  # noqa: S608

_CHANGE = f"""
update person p set
    psn_name_sealed = s.psn_name_sealed, psn_name_index = s.psn_name_index,
    psn_cert_type = s.psn_cert_type, certno_sealed = s.certno_sealed,
    certno_index = s.certno_index, written_index = s.written_index, gend = s.gend,
    brdy = s.brdy, insutype = s.insutype, psn_type = s.psn_type, psn_insu_stas = s.psn_insu_stas,
    insuplc_admdvs = s.insuplc_admdvs, updated_at = $1
from import_person s
where s.run = pg_current_xact_id() and p.psn_no = s.psn_no and {_DIFFERS}
returning s.line, p.id,
    array[old.psn_insu_stas, old.insutype, old.insuplc_admdvs, old.psn_type] as before,
    array[new.psn_insu_stas, new.insutype, new.insuplc_admdvs, new.psn_type] as after
"""  # noqa: S608

_ADD = """
insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type, certno_sealed,
    certno_index, written_index, gend, brdy, insutype, psn_type, psn_insu_stas, insuplc_admdvs,
    created_at, updated_at)
select id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type, certno_sealed,
    certno_index, written_index, gend, brdy, insutype, psn_type, psn_insu_stas, insuplc_admdvs,
    $1, $1
from import_person s where s.run = pg_current_xact_id()
    and not exists (select from person p where p.psn_no = s.psn_no)
"""

# A staged id that became the person's own tells a new person from one who was there.
_OPEN = """
with due as materialized (
    select s.line, p.id = s.id as is_new, p.id as person_id, a.*,
        left(s.insuplc_admdvs, 4) as pool
    from import_person s
    join person p using (psn_no)
    cross join lateral (values
        ($1::smallint, s.current_id, s.current_fen, s.current_transfer),
        ($2::smallint, s.carried_id, s.carried_fen, s.carried_transfer)
    ) as a (kind, account_id, fen, transfer_id)
    where s.run = pg_current_xact_id() and s.has_account
        and not exists (select from account c where c.person_id = p.id and c.kind = a.kind)
        and not exists (select from account_pay_out o where o.person_id = p.id)
        and not exists (select from account_merge m where m.person_id = p.id)
), opened as (
    insert into account (id, kind, person_id, balance_fen, version, opened_at)
    select account_id, kind, person_id, fen, (fen > 0)::int, $5 from due
), booked as (
    insert into transfer (id, kind, debit_account, credit_account, amount_fen,
        credit_version, credit_after_fen, created_at)
    select transfer_id, $4, flow.id, account_id, fen, 1, fen, $5
    from due join account flow on flow.kind = $3 and flow.flow_code = due.pool
    where fen > 0
)
select distinct line, person_id from due where not is_new
"""


async def write_people(
    connection: Connection,
    records: Sequence[tuple[object, ...]],
    pools: Iterable[str],
    ids: IdMaker,
    now: datetime,
    on_change: OnChange,
) -> Written:
    """Writes staged people; ``records`` have ``_COLUMNS``.

    ``pools`` are the first four digits of every place among them; ``on_change`` hears of changed
    insurances in the same transaction.
    """
    await begin(connection)
    await connection.copy_records_to_table("import_person", records=records, columns=_COLUMNS)
    # The big tables must be entered by their indexes: the planner can't know how large they get
    # while one import fills them.
    await connection.execute("set local enable_seqscan = off")
    if any(record[-1] for record in records):
        for statement in _BRING_UP:
            await connection.execute(statement)
    taken = await connection.fetch(_TAKEN)
    await connection.fetch(_LOCK_CHANGED)
    rows = await connection.fetch(_CHANGE, now)
    changed = {row["line"] for row in rows}
    changes = [_change(row) for row in rows if row["before"] != row["after"]]
    if changes:
        await on_change(connection, changes, now, ids)
    movers = {one.person_id for one in changes if one.moved}
    await relocate(connection, movers, ids, now)
    added = _count(await connection.execute(_ADD, now))
    await open_flow_accounts(connection, AccountKind.CONTRIBUTIONS, pools, ids, now)
    opened = await connection.fetch(
        _OPEN,
        AccountKind.CURRENT,
        AccountKind.CARRIED,
        AccountKind.CONTRIBUTIONS,
        TransferKind.OPENING,
        now,
    )
    await connection.execute(_DONE)
    changed.update(row["line"] for row in opened)
    refused = [(row["line"], "certno", "belongs to another psn_no already") for row in taken]
    unchanged = len(records) - len(refused) - added - len(changed)
    holders = movers | {row["person_id"] for row in opened}
    return Written(added, len(changed), unchanged, refused, holders)


def _change(row: Record) -> InsuranceChange:
    return InsuranceChange(row["id"], Registered(*row["before"]), Registered(*row["after"]))


def _count(tag: str) -> int:
    """``INSERT 0 17`` → 17."""
    return int(tag.rsplit(" ", 1)[1])
