"""The 28 digits of a 医保码 and the strings around it. Pure but for the random source.

The national form: ``424`` + 17 digits unique + 2 random + 2 of a province + ``0000``. The code
tells nothing of the person: the province is the issuing platform's, the rest comes from a
cryptographic source.
"""

from __future__ import annotations

import re
import secrets

PREFIX = "424"
LENGTH = 28
_EXTENSION = "0000"
_ADDED = re.compile(r"^\][A-Za-z][0-9]|\\[0-9]{6}")

BUSINESS_TYPES = frozenset(
    [
        "01101",
        "01102",
        "01103",
        "01104",
        "01201",
        "01202",
        "01203",
        "01204",
        "01301",
        "01302",
        "01303",
        "01304",
        "01305",
        "02121",
        "02122",
        "03131",
        "03132",
        "04106",
        "04107",
    ]
)
"""What a code may be decoded for (WIRE 6101)."""


def new_code(province: str) -> str:
    """A fresh code."""
    return f"{PREFIX}{secrets.randbelow(10**19):019d}{province}{_EXTENSION}"


def scanned(text: str) -> str:
    """What a scanner read, without what it adds itself: which kind of symbol it was (``]Q1``,
    ``]C0``) and which character set the symbol named (``\\000026``)."""
    return _ADDED.sub("", text)


def looks_like_code(text: str) -> bool:
    """Whether a scanned text can be a 医保码 at all."""
    return len(text) == LENGTH and text.isascii() and text.isdigit() and text.startswith(PREFIX)


def new_token(place: str) -> str:
    """A fresh ecToken: 40 characters that begin with the insured place (WIRE 6101)."""
    return f"{place}ec{secrets.token_hex(16)}"
