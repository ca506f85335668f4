"""Signing schemes of tills, replaceable per institution (WIRE Signing).

``tif``: SHA-256 over timestamp, token and nonce; doesn't cover the body, so a nonce counts once.
``hmac-sm3``: HMAC-SM3 over timestamp and body; covers the body, so the same signature twice is the
same message, and a message that is stored under its msgid may ask for its stored answer again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

from app.kit.sm import hmac_sm3, same
from app.kit.value import value

_NONCE_MAX = 128


@value
class Signature:
    """What a till's headers say, read but not yet believed."""

    scheme: str
    key_id: str
    timestamp: str
    nonce: str
    signature: str
    covers_body: bool


class Scheme(Protocol):
    """One way to sign."""

    name: str

    def read(self, headers: Mapping[str, str]) -> Signature | None:
        """The signature in the headers, or None when they are of another scheme."""
        ...

    def holds(self, signature: Signature, secret: str, body: bytes) -> bool:
        """Whether the signature was made with this secret for this body."""
        ...


class Tif:
    """``x-tif-*`` headers."""

    name = "tif"

    def read(self, headers: Mapping[str, str]) -> Signature | None:
        key_id = headers.get("x-tif-paasid", "")
        nonce = headers.get("x-tif-nonce", "")
        if not key_id or not 0 < len(nonce) <= _NONCE_MAX:
            return None
        return Signature(
            self.name,
            key_id,
            headers.get("x-tif-timestamp", ""),
            nonce,
            headers.get("x-tif-signature", "").lower(),
            covers_body=False,
        )

    def holds(self, signature: Signature, secret: str, body: bytes) -> bool:
        text = f"{signature.timestamp}{secret}{signature.nonce}{signature.timestamp}"
        return same(hashlib.sha256(text.encode()).hexdigest(), signature.signature)


class HmacSm3:
    """``x-ca-*`` headers."""

    name = "hmac-sm3"

    def read(self, headers: Mapping[str, str]) -> Signature | None:
        key_id = headers.get("x-ca-key", "")
        timestamp, _, value = headers.get("x-ca-signature", "").partition(":")
        if not key_id or not value:
            return None
        return Signature(self.name, key_id, timestamp, value.upper(), value.upper(), True)

    def holds(self, signature: Signature, secret: str, body: bytes) -> bool:
        message = signature.timestamp.encode() + b"\n" + body
        return same(hmac_sm3(secret.encode(), message).hex().upper(), signature.signature)


SCHEMES: dict[str, Scheme] = {scheme.name: scheme for scheme in (Tif(), HmacSm3())}
