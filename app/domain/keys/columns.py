"""Every column that is sealed or indexed with a key, and what is needed to make its values anew.

A new column of this kind gets its line here: what its value is bound to (of which other columns of
its row), or how its index is made of the opened row. ``tests/domain/keys`` finds columns of the
schema that have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from app.domain.events.bureaus import bureau_aad
from app.domain.events.service import details_aad
from app.domain.filing.chronic import disease_aad
from app.domain.ops.watch.service import note_aad
from app.domain.practitioner.service import practitioner_aad
from app.domain.prescription import sealing as prescription
from app.domain.registry.indexes import (
    card_no_aad,
    card_no_indexes,
    card_sn_aad,
    card_sn_indexes,
    former_index,
    former_name_index,
    index_certno,
    index_name,
    index_secret,
    index_written,
)
from app.domain.registry.service import certno_aad, name_aad, secret_aad
from app.domain.registry.sign_ins import operator_aad
from app.domain.shop.service import cashier_aad
from app.kit.sm import Cipher
from app.kit.value import value
from app.store.sealed.columns import COLUMNS, SealedColumn
from app.store.sealed.ring import kept_aad

Row = Mapping[str, Any]
"""A row as it is stored, the columns of its table and those of its person by name."""


@value
class Sealed:
    """A sealed column; ``bound_to`` gives what its value is bound to."""

    column: str
    bound_to: Callable[[Row], str]


@value
class Indexed:
    """An indexed column; ``make`` gives the index of a row under the cipher's own key, None for
    one that can't be made (it stays as it is)."""

    column: str
    make: Callable[[Cipher, Row], bytes | None]


@value
class Table:
    """A table with such columns.

    Attributes:
        key: its primary key, by which it is walked.
        reads: other columns of its own that are needed.
        of_person: the column with the id of the person whose number is needed, too; a row without
            one has no value to be made anew. People may be in another database.
        at_once: how many rows are made anew in one transaction: some hundredths of a second, in
            which nobody binds or grants with these people.
    """

    name: str
    key: tuple[str, ...]
    sealed: tuple[Sealed, ...] = ()
    indexed: tuple[Indexed, ...] = ()
    reads: tuple[str, ...] = ()
    of_person: str = ""
    at_once: int = 200

    @property
    def columns(self) -> tuple[str, ...]:
        both: tuple[Sealed | Indexed, ...] = (*self.sealed, *self.indexed)
        return tuple(one.column for one in both)


def _name(row: Row) -> str:
    return name_aad(row["psn_no"])


def _certno(row: Row) -> str:
    return certno_aad(row["psn_no"])


def _secret(row: Row) -> str:
    return secret_aad(row["fixmedins_code"])


def _name_index(cipher: Cipher, row: Row) -> bytes:
    name = cipher.open(row["psn_name_sealed"], _name(row))
    # Who has no index of what is written lies there as the version before made it.
    make = former_name_index if row["written_index"] is None else index_name
    return make(cipher, name)


def _certno_index(cipher: Cipher, row: Row) -> bytes:
    certno = cipher.open(row["certno_sealed"], _certno(row))
    make = former_index if row["written_index"] is None else index_certno
    return make(cipher, row["psn_cert_type"], certno)


def _written_index(cipher: Cipher, row: Row) -> bytes | None:
    if row["written_index"] is None:
        return None
    name = cipher.open(row["psn_name_sealed"], _name(row))
    return index_written(cipher, name, cipher.open(row["certno_sealed"], _certno(row)))


def _secret_index(cipher: Cipher, row: Row) -> bytes:
    return index_secret(cipher, cipher.open(row["secret_sealed"], _secret(row)))


def _card_no(row: Row) -> str:
    return card_no_aad(row["id"])


def _card_sn(row: Row) -> str:
    return card_sn_aad(row["id"])


def _card_no_index(cipher: Cipher, row: Row) -> bytes:
    return card_no_indexes(cipher, cipher.open(row["card_no_sealed"], _card_no(row)))[0]


def _card_sn_index(cipher: Cipher, row: Row) -> bytes:
    return card_sn_indexes(cipher, cipher.open(row["card_sn_sealed"], _card_sn(row)))[0]


def _asked_index(cipher: Cipher, row: Row) -> bytes:
    """Who was asked for by number and is there; else nothing is left of what was typed."""
    certno = cipher.open(row["certno_sealed"], _certno(row))
    return index_certno(cipher, row["psn_cert_type"], certno)


def _practitioner(column: str, row: Row) -> str:
    return practitioner_aad(column, row["fixmedins_code"], row["prac_psn_code"])


_FIXED = (
    Table(
        "person",
        ("id",),
        (Sealed("psn_name_sealed", _name), Sealed("certno_sealed", _certno)),
        (
            Indexed("psn_name_index", _name_index),
            Indexed("certno_index", _certno_index),
            Indexed("written_index", _written_index),
        ),
        reads=("psn_no", "psn_cert_type"),
    ),
    Table(
        "institution",
        ("fixmedins_code",),
        (Sealed("secret_sealed", _secret), Sealed("former_secret_sealed", _secret)),
        (Indexed("secret_index", _secret_index),),
    ),
    Table(
        "card",
        ("id",),
        (Sealed("card_no_sealed", _card_no), Sealed("card_sn_sealed", _card_sn)),
        (Indexed("card_no_index", _card_no_index), Indexed("card_sn_index", _card_sn_index)),
    ),
    Table(
        "aid_grant",
        ("id",),
        indexed=(Indexed("asked_index", _asked_index),),
        of_person="beneficiary_id",
    ),
    Table(
        "family_binding",
        ("id",),
        indexed=(Indexed("asked_index", _asked_index),),
        of_person="holder_id",
    ),
    Table(
        "life_event_details",
        ("life_event_id",),
        (Sealed("details_sealed", lambda row: details_aad(row["life_event_id"])),),
    ),
    Table(
        "bureau",
        ("code",),
        (Sealed("secret_sealed", lambda row: bureau_aad(row["code"])),),
    ),
    Table("ops_note", ("id",), (Sealed("note_sealed", lambda row: note_aad(row["id"])),)),
    Table(
        "practitioner",
        ("fixmedins_code", "prac_psn_code"),
        (
            Sealed("name_sealed", partial(_practitioner, "name")),
            Sealed("certno_sealed", partial(_practitioner, "certno")),
        ),
    ),
    Table(
        "till_cashier",
        ("fixmedins_code", "opter_no"),
        (Sealed("name_sealed", lambda row: cashier_aad(row["fixmedins_code"], row["opter_no"])),),
    ),
    Table(
        "till_sign_in",
        ("sign_no",),
        (Sealed("opter_name_sealed", lambda row: operator_aad(row["sign_no"])),),
    ),
    Table(
        "chronic_filing",
        ("id",),
        (Sealed("disease_sealed", lambda row: disease_aad(row["id"])),),
    ),
    Table(
        "prescription",
        ("id",),
        (
            Sealed("details_sealed", lambda row: prescription.details_aad(row["id"])),
            Sealed("file_sealed", lambda row: prescription.file_aad(row["id"])),
            Sealed("withdrawn_sealed", lambda row: prescription.withdrawn_aad(row["id"])),
        ),
        at_once=20,
    ),
    Table(
        "prescription_access",
        ("id",),
        (Sealed("check_sealed", lambda row: prescription.check_aad(row["id"])),),
    ),
    Table(
        "prescription_told",
        ("id",),
        (Sealed("details_sealed", lambda row: prescription.told_aad(row["id"])),),
    ),
    Table(
        "prescription_parcel",
        ("id",),
        (Sealed("details_sealed", lambda row: prescription.parcel_aad(row["id"])),),
    ),
    Table(
        "sealing_key",
        ("kind", "key_id"),
        (Sealed("kept_sealed", lambda row: kept_aad(row["kind"], row["key_id"])),),
    ),
)


def _lay_in_clear() -> Iterator[Table]:
    """Tables whose columns lay in clear before they were sealed, which have a list of their own."""
    for (name, key), columns in groupby(COLUMNS, lambda one: (one.table, one.keys)):
        listed = tuple(columns)
        sealed = tuple(Sealed(one.sealed, partial(_bound, one)) for one in listed)
        large = any(one.in_bytes for one in listed)
        yield Table(name, key, sealed, at_once=4 if large else 200)


def _bound(column: SealedColumn, row: Row) -> str:
    return column.belongs_to(*(row[key] for key in column.keys))


TABLES = (*_FIXED, *_lay_in_clear())
"""In the order in which they are walked."""

NOT_MADE_ANEW = frozenset(
    {
        ("request", "body_hash"),  # of a message; its repeats are compared with it
        ("aid_grant", "asked_index"),  # of a number that nobody has
        ("family_binding", "asked_index"),
        ("family_binding", "proof_digest"),  # of a document's number
        ("limit_use", "key"),  # a count, which ends with its day
    }
)
"""Indexes of what isn't stored itself: their values stay, and are looked up by the key of before,
which the database keeps, sealed."""
