"""The 28 digits of a 医保码 and the strings around it. Pure but for the random source.

The national form: ``424`` + 17 digits unique + 2 random + 2 of a province + ``0000``. The code
tells nothing of the person: the province is the issuing platform's, the rest comes from a
cryptographic source.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from app.domain.credential import errors
from app.kit.reasons import Refusal
from app.words import BUSINESS_TYPES

PREFIX = "424"
LENGTH = 28
_EXTENSION = "0000"

ANY = ""
"""The purpose of a code that its holder has shown without naming one: whatever it is read for."""
_ANYWHERE = frozenset({"03132", "04107"})
PAYS_VISIT = frozenset({"01301"}) | _ANYWHERE
"""What a code has to be read for that pays a visit."""
PAYS_PURCHASE = frozenset({"02121"}) | _ANYWHERE
"""What a code has to be read for that pays a purchase."""


def new_code(province: str) -> str:
    """A fresh code."""
    return f"{PREFIX}{secrets.randbelow(10**19):019d}{province}{_EXTENSION}"


def looks_like_code(text: str) -> bool:
    """Whether a scanned text can be a 医保码 at all."""
    return len(text) == LENGTH and text.isascii() and text.isdigit() and text.startswith(PREFIX)


def new_token(place: str) -> str:
    """A fresh ecToken: 40 characters that begin with the insured place (WIRE 6101)."""
    return f"{place}ec{secrets.token_hex(16)}"


def check_read_for(shown_for: str, read_for: str) -> None:
    """Refuses to read a code for something else than it was shown for.

    Raises:
        Refusal: BUSINESS_TYPE_UNKNOWN, CODE_FOR_OTHER.
    """
    if read_for not in BUSINESS_TYPES:
        raise Refusal(errors.BUSINESS_TYPE_UNKNOWN)
    if shown_for not in (ANY, read_for):
        raise _for_other(shown_for, read_for)


def check_pays(read_for: str, pays: Collection[str]) -> None:
    """Refuses to pay with a code that was read for something else.

    Raises:
        Refusal: CODE_FOR_OTHER.
    """
    if read_for != ANY and read_for not in pays:
        raise _for_other(read_for, min(pays))


def _for_other(purpose: str, wanted: str) -> Refusal:
    had, asked = BUSINESS_TYPES[purpose], BUSINESS_TYPES[wanted]
    return Refusal(
        errors.CODE_FOR_OTHER,
        purpose=had.zh,
        purpose_en=had.en,
        wanted=asked.zh,
        wanted_en=asked.en,
        business_type=wanted,
    )
