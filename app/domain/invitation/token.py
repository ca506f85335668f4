"""A card's token: sealed, so that nobody reads in it what it is about or makes one up."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from app.domain.invitation.values import KINDS, Card
from app.kit.sm import Cipher, SealError

_FORM = struct.Struct(">BQQQI")
_AAD = "invitation"


def token_of(cipher: Cipher, card: Card) -> str:
    """The text that travels in a card's path."""
    numbers = (KINDS.index(card.kind) + 1, card.id, card.subject_id, card.issuer_id)
    packed = _FORM.pack(*numbers, int(card.expires_at.timestamp()))
    return urlsafe_b64encode(cipher.seal_bytes(packed, _AAD)).decode().rstrip("=")


def card_of(cipher: Cipher, token: str) -> Card | None:
    """The card that a token names; None: it is none of ours."""
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        kind, card_id, subject, issuer, until = _FORM.unpack(cipher.open_bytes(sealed, _AAD))
    except (SealError, ValueError, struct.error):
        return None
    if kind > len(KINDS):
        return None  # of a newer program, while both run
    expires = datetime.fromtimestamp(until, UTC)
    return Card(card_id, KINDS[kind - 1], subject, issuer, expires)
