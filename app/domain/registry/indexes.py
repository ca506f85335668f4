"""Keyed indexes of names, ID numbers and cards (law 9): by them people are found and compared.

They are made from the normal form (app/kit/words/names.py), whoever wrote it how. ``written`` is of
the text itself: by it an import sees that the registry spells somebody anew. A row without it was
indexed by the version before, which knew no normal form; ``imports/reindex.py`` brings it up.
"""

from __future__ import annotations

from app.kit.sm import Cipher
from app.kit.words.names import name_form, number_form
from app.kit.words.normal import capital_form, capitals


def index_certno(cipher: Cipher, cert_type: str, certno: str) -> bytes:
    """The keyed index of an ID number."""
    return cipher.index(f"certno:{cert_type}", number_form(certno))


def former_index(cipher: Cipher, cert_type: str, certno: str) -> bytes:
    """The same as the version before made it, for rows that are not indexed anew yet."""
    return cipher.index(f"certno:{cert_type}", capitals(certno.strip()))


def certno_indexes(cipher: Cipher, cert_type: str, certno: str) -> tuple[bytes, ...]:
    """Under what a number may lie: as it is indexed now (the first), by a key of before while keys
    are rotated, and either as the version before did."""
    kind, forms = f"certno:{cert_type}", (number_form(certno), capitals(certno.strip()))
    return tuple(index for form in forms for index in cipher.indexes(kind, form))


def index_name(cipher: Cipher, name: str) -> bytes:
    """The keyed index of a name."""
    return cipher.index("psn_name", name_form(name))


def former_name_index(cipher: Cipher, name: str) -> bytes:
    """The same as the version before made it."""
    return cipher.index("psn_name", name.strip())


def name_indexes(cipher: Cipher, name: str) -> tuple[bytes, ...]:
    """Under what a name may lie, as ``certno_indexes``."""
    forms = name_form(name), name.strip()
    return tuple(index for form in forms for index in cipher.indexes("psn_name", form))


def index_written(cipher: Cipher, name: str, certno: str) -> bytes:
    """The keyed index of name and number as they are written."""
    return cipher.index("written", f"{name}\0{certno}")


def written_before(cipher: Cipher, name: str, certno: str) -> list[bytes]:
    """Under what that may lie besides, while a rotation of the keys is under way."""
    return cipher.formerly("written", f"{name}\0{certno}")


def certno_before(cipher: Cipher, cert_type: str, certno: str) -> list[bytes]:
    """The same of a number."""
    return cipher.formerly(f"certno:{cert_type}", number_form(certno))


def name_before(cipher: Cipher, name: str) -> list[bytes]:
    """The same of a name."""
    return cipher.formerly("psn_name", name_form(name))


def card_no_indexes(cipher: Cipher, number: str) -> tuple[bytes, ...]:
    """Under what a social-security card's number may lie, the first as it is indexed now."""
    return cipher.indexes("card_no", card_form(number))


def card_sn_indexes(cipher: Cipher, serial: str) -> tuple[bytes, ...]:
    """The same of a card's serial (``card_sn``)."""
    return cipher.indexes("card_sn", card_form(serial))


def card_form(text: str) -> str:
    """A card's number or serial in the form in which it is compared, whoever wrote it how."""
    return capital_form(text)


def card_no_aad(card_id: int) -> str:
    """What a card's sealed number is bound to."""
    return f"card.card_no:{card_id}"


def card_sn_aad(card_id: int) -> str:
    """What a card's sealed serial is bound to."""
    return f"card.card_sn:{card_id}"


def index_secret(cipher: Cipher, secret: str) -> bytes:
    """The keyed index of an institution's secret."""
    return cipher.index("institution.secret", secret)


def secret_indexes(cipher: Cipher, secret: str) -> tuple[bytes, ...]:
    """Under what a secret may lie."""
    return cipher.indexes("institution.secret", secret)
