"""Practitioners: asked for by their institution, loaded by operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app.domain.practitioner import repository
from app.kit.sm import Cipher
from app.kit.value import value
from app.kit.words.names import name_form, number_form
from app.store.database import Connection, Database, Record


@value
class Practitioner:
    """A doctor, pharmacist or the like at one institution."""

    fixmedins_code: str
    prac_psn_code: str
    prac_psn_no: str
    prac_psn_type: str
    psn_cert_type: str
    name: str
    certno: str
    prac_psn_cert: str
    prac_cert_no: str
    hi_dr: bool
    begins_on: date
    ends_on: date | None
    chg_rea: str

    @property
    def key(self) -> tuple[str, str]:
        return self.fixmedins_code, self.prac_psn_code


@value
class Wanted:
    """Whom an institution asks for; an empty text asks for all."""

    kind: str
    name: str = ""
    code: str = ""
    cert_type: str = ""
    certno: str = ""


def practitioner_aad(column: str, fixmedins_code: str, code: str) -> str:
    """What a practitioner's sealed name or number is bound to."""
    return f"practitioner.{column}:{fixmedins_code}:{code}"


class Practitioners:
    """The service of practitioners."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def of_institution(self, fixmedins_code: str, wanted: Wanted) -> list[Practitioner]:
        """This institution's, with names and numbers: they are its own people."""
        rows = await repository.of_institution(
            self._database, fixmedins_code, wanted.kind, wanted.code, wanted.cert_type
        )
        return [
            one
            for one in (opened(self._cipher, row) for row in rows)
            if (not wanted.name or name_form(one.name) == name_form(wanted.name))
            and (not wanted.certno or number_form(one.certno) == number_form(wanted.certno))
        ]


async def write(
    connection: Connection, cipher: Cipher, ones: Sequence[Practitioner], now: datetime
) -> tuple[int, int]:
    """Stores practitioners: how many were new, and how many changed."""
    stored = await repository.these(connection, [one.key for one in ones])
    there = {one.key: one for one in (opened(cipher, row) for row in stored)}
    fresh = [one for one in ones if there.get(one.key) != one]
    await repository.put(connection, [_row(cipher, one, now) for one in fresh])
    added = sum(1 for one in fresh if one.key not in there)
    return added, len(fresh) - added


async def known(connection: Connection, codes: Iterable[str]) -> set[str]:
    """Institutions that there are of these."""
    return await repository.known(connection, codes)


def opened(cipher: Cipher, row: Record) -> Practitioner:
    """A practitioner as it is stored, name and number opened."""
    key = row["fixmedins_code"], row["prac_psn_code"]
    return Practitioner(
        *key,
        row["prac_psn_no"],
        row["prac_psn_type"],
        row["psn_cert_type"],
        cipher.open(row["name_sealed"], practitioner_aad("name", *key)),
        cipher.open(row["certno_sealed"], practitioner_aad("certno", *key)),
        row["prac_psn_cert"],
        row["prac_cert_no"],
        row["hi_dr"],
        row["begins_on"],
        row["ends_on"],
        row["chg_rea"],
    )


def _row(cipher: Cipher, one: Practitioner, now: datetime) -> tuple[object, ...]:
    return (
        *one.key,
        one.prac_psn_no,
        one.prac_psn_type,
        one.psn_cert_type,
        cipher.seal(one.name, practitioner_aad("name", *one.key)),
        cipher.seal(one.certno, practitioner_aad("certno", *one.key)),
        one.prac_psn_cert,
        one.prac_cert_no,
        one.hi_dr,
        one.begins_on,
        one.ends_on,
        one.chg_rea,
        now,
    )
