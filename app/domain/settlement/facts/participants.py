"""Who takes part in a batch: patients and those who pay for them, in two statements.

The first locks the accounts, the second reads people and grants after that, so that a freeze that
has answered is seen (DESIGN §4, law 6: a freeze takes the donor's account lock too).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from app.domain.registry.models import NORMAL
from app.domain.registry.named import Named
from app.domain.settlement.model import Facts, Grant
from app.domain.settlement.rules.donors import Caps
from app.ledger.models import Account
from app.ledger.repository import account_of
from app.store.database import Connection, Record

_EVERYBODY = """
any(array(
    select unnest($1::bigint[] || $2::bigint[])
    union
    select donor_id from aid_grant where beneficiary_id = any($1::bigint[]) and ended_at is null
))
"""
_ACCOUNTS = f"""
select id, kind, person_id, balance_fen, version, closed_at is not null as closed, successor_id
from account where person_id = {_EVERYBODY} order by id
"""  # noqa: S608
_LOCK = _ACCOUNTS + " for no key update"
_FACTS = f"""
select p.id, p.psn_no, p.insutype, p.psn_type, p.insuplc_admdvs, p.psn_insu_stas, p.suspended,
    p.psn_name_sealed, p.psn_cert_type, p.certno_sealed, p.gend, p.brdy,
    exists (select from account a where a.person_id = p.id) as has_account,
    case when p.id = any($1::bigint[]) then (
        select jsonb_agg(jsonb_build_array(g.id, g.donor_id, g.starts_on, g.ends_on, g.rank,
            g.frozen_at is not null, g.purposes, g.cap_per_use_fen, g.cap_day_fen, g.cap_month_fen,
            g.cap_year_fen) order by g.id)
        from aid_grant g
        where g.beneficiary_id = p.id and g.ended_at is null and g.confirmed_at is not null
    ) end as grants,
    p.id = any($1::bigint[]) and exists (
        select from family_binding b where b.holder_id = p.id and b.state = 'active') as shown,
    (select version from registry_state where one) as registry
from person p where p.id = {_EVERYBODY}
"""  # noqa: S608


async def accounts(
    connection: Connection, patients: Collection[int], others: Collection[int], *, lock: bool
) -> list[Account]:
    """Accounts of patients, of those who may pay for them and of others; closed ones included.

    With ``lock`` they are locked in ascending order of id until the transaction ends.
    """
    sql = _LOCK if lock else _ACCOUNTS
    return [account_of(row) for row in await connection.fetch(sql, list(patients), list(others))]


async def people(
    connection: Connection, patients: Collection[int], others: Collection[int]
) -> list[Record]:
    """The same people's rows; a patient's with the grants in force and whether a relative may show
    the code. Each has the registry's version."""
    rows: list[Record] = await connection.fetch(_FACTS, list(patients), list(others))
    return rows


def facts_of(row: Record, sort_name: str) -> Facts:
    """A person from the registry's row."""
    return Facts(
        row["id"], row["psn_no"], row["insutype"], row["psn_type"], row["insuplc_admdvs"],
        row["psn_insu_stas"] == NORMAL, row["suspended"], sort_name,
    )  # fmt: skip


def named_of(row: Record) -> Named:
    """What a door needs to name the person."""
    return Named(
        row["id"], row["psn_no"], row["psn_name_sealed"], row["psn_cert_type"],
        row["certno_sealed"], row["gend"], row["brdy"],
    )  # fmt: skip


def grants_of(row: Record) -> list[Grant]:
    """A patient's grants, oldest first."""
    return [_grant(row["id"], *values) for values in row["grants"] or ()]


def _grant(
    beneficiary: int, number: int, donor: int, starts: str, ends: str | None, rank: int,
    frozen: bool, purposes: list[str], *caps: Any,
) -> Grant:  # fmt: skip
    return Grant(
        number, donor, beneficiary, date.fromisoformat(starts),
        date.fromisoformat(ends) if ends else None, rank, frozen, tuple(purposes), Caps(*caps),
    )  # fmt: skip
