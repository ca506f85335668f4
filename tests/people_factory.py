"""Puts made-up insured persons into the database. Every identity here is invented."""

from __future__ import annotations

import random
from datetime import date, datetime

from app.domain.registry.indexes import index_certno, index_name, index_written
from app.domain.registry.service import certno_aad, name_aad
from app.kit.sm import Cipher
from app.kit.words.id_numbers import id_number
from app.store.database import Database

_given: set[str] = set()
_GRANT = """
insert into aid_grant (id, donor_id, beneficiary_id, asked_index, asked_name, relation, starts_on,
    purposes, created_at, confirmed_at, agreed_at)
values ($1, $2, $3, $4, '*', $5, '2024-12-09', array['medical', 'premium'], $6, $6, $6)
"""


def made_up_certno(brdy: date, gend: str = "1", place: str = "130100") -> str:
    """A new right number with this birthday and sex.

    Random, so that tests may run again on a database that is kept.
    """
    while True:
        area = f"{place[:3]}{random.randrange(1000):03d}"
        certno = id_number(area, brdy, 2 * random.randrange(499) + (2 if gend == "2" else 1))
        if certno not in _given:
            _given.add(certno)
            return certno


async def add_person(
    database: Database,
    cipher: Cipher,
    *,
    name: str,
    certno: str,
    gend: str,
    brdy: date,
    insutype: str = "310",
    place: str = "130100",
    psn_type: str = "11",
    status: str = "1",
    cert_type: str = "01",
    suspended: bool = False,
) -> int:
    """Inserts one insured person and gives back the id; ``psn_no`` is made from it."""
    person_id = database.ids.next()
    psn_no = f"{place[:2]}{person_id:019d}"
    await database.value(
        "insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type,"
        " certno_sealed, certno_index, written_index, gend, brdy, insutype, psn_type,"
        " psn_insu_stas, insuplc_admdvs, suspended)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        person_id,
        psn_no,
        cipher.seal(name, name_aad(psn_no)),
        index_name(cipher, name),
        cert_type,
        cipher.seal(certno, certno_aad(psn_no)),
        index_certno(cipher, cert_type, certno),
        index_written(cipher, name, certno),
        gend,
        brdy,
        insutype,
        psn_type,
        status,
        place,
        suspended,
    )
    return person_id


async def add_grant(
    database: Database, donor: int, beneficiary: int, agreed: datetime, relation: str = "son"
) -> int:
    """Lets a donor pay bills and premiums of somebody who has agreed to it; gives the id."""
    grant = database.ids.next()
    asked = grant.to_bytes(8, "big")
    await database.value(_GRANT, grant, donor, beneficiary, asked, relation, agreed)
    return grant
