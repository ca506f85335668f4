"""Practitioners in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.store.database import Connection, Database, Record

_OF = """
select * from practitioner where fixmedins_code = $1 and ($2 = '' or prac_psn_type = $2)
    and ($3 = '' or prac_psn_code = $3) and ($4 = '' or psn_cert_type = $4)
order by prac_psn_code
"""
_THESE = """
select p.* from practitioner p
join unnest($1::varchar[], $2::varchar[]) as n (fixmedins_code, prac_psn_code)
    using (fixmedins_code, prac_psn_code) for no key update of p
"""
_PUT = """
insert into practitioner as p (fixmedins_code, prac_psn_code, prac_psn_no, prac_psn_type,
    psn_cert_type, name_sealed, certno_sealed, prac_psn_cert, prac_cert_no, hi_dr, begins_on,
    ends_on, chg_rea, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (fixmedins_code, prac_psn_code) do update set prac_psn_no = excluded.prac_psn_no,
    prac_psn_type = excluded.prac_psn_type, psn_cert_type = excluded.psn_cert_type,
    name_sealed = excluded.name_sealed, certno_sealed = excluded.certno_sealed,
    prac_psn_cert = excluded.prac_psn_cert, prac_cert_no = excluded.prac_cert_no,
    hi_dr = excluded.hi_dr, begins_on = excluded.begins_on, ends_on = excluded.ends_on,
    chg_rea = excluded.chg_rea, updated_at = excluded.updated_at
"""
_INSTITUTIONS = "select fixmedins_code from institution where fixmedins_code = any($1::varchar[])"


async def of_institution(
    database: Database, fixmedins_code: str, kind: str, code: str, cert_type: str
) -> list[Record]:
    """An institution's practitioners; an empty text asks for all."""
    return await database.rows(_OF, fixmedins_code, kind, code, cert_type)


async def these(connection: Connection, keys: Sequence[tuple[str, str]]) -> list[Record]:
    """Those that are there of these institutions and codes, locked."""
    institutions, codes = [key[0] for key in keys], [key[1] for key in keys]
    found: list[Record] = await connection.fetch(_THESE, institutions, codes)
    return found


async def put(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Stores practitioners, anew where they are there."""
    await connection.executemany(_PUT, rows)


async def known(connection: Connection, codes: Iterable[str]) -> set[str]:
    """Institutions that there are of these."""
    rows = await connection.fetch(_INSTITUTIONS, list(codes))
    return {row["fixmedins_code"] for row in rows}
