"""Keyed indexes of names and ID numbers (law 9): by them people are found and compared.

They are made from the normal form (app/kit/words/names.py), whoever wrote it how. ``written`` is of
the text itself: by it an import sees that the registry spells somebody anew. A row without it was
indexed by the version before, which knew no normal form; ``imports/reindex.py`` brings it up.
"""

from __future__ import annotations

from app.kit.sm import Cipher
from app.kit.words.names import name_form, number_form


def index_certno(cipher: Cipher, cert_type: str, certno: str) -> bytes:
    """The keyed index of an ID number."""
    return cipher.index(f"certno:{cert_type}", number_form(certno))


def former_index(cipher: Cipher, cert_type: str, certno: str) -> bytes:
    """The same as the version before made it, for rows that are not indexed anew yet."""
    return cipher.index(f"certno:{cert_type}", certno.strip().upper())


def index_name(cipher: Cipher, name: str) -> bytes:
    """The keyed index of a name."""
    return cipher.index("psn_name", name_form(name))


def former_name_index(cipher: Cipher, name: str) -> bytes:
    """The same as the version before made it."""
    return cipher.index("psn_name", name.strip())


def index_written(cipher: Cipher, name: str, certno: str) -> bytes:
    """The keyed index of name and number as they are written."""
    return cipher.index("written", f"{name}\0{certno}")
