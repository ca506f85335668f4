"""Signing schemes of tills, replaceable per institution (WIRE Signing).

``tif``: SHA-256 over timestamp, token and nonce; doesn't cover the body, so a nonce counts once.
``hmac-sm3``: HMAC-SM3 over timestamp and body; covers the body, so the same signature twice is the
same message, and a message that is stored under its msgid may ask for its stored answer again.
``sm2``: the national text's own: ``cainfo`` over the fields of the header, of a key pair whose
secret half we never see. It doesn't cover the input: the first message that comes under it is the
one, and no other comes under the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from app.api.tills.wire.values import wire_moment
from app.kit.clock import SHANGHAI
from app.kit.sm import hmac_sm3, same
from app.kit.sm2.signing import holds
from app.kit.value import value
from app.kit.words.normal import code_form, trimmed

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
    signed: tuple[str, ...] = ()
    """What may have been signed, where that is no bytes of the body."""


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


class Sm2:
    """``cainfo`` in the message (WIRE Signing)."""

    name = "sm2"

    def read(self, headers: Mapping[str, Any]) -> Signature | None:
        """The signature in a message's header (all of it but ``input``), or None if it has none.

        Empty fields take part, or none of them does: the text doesn't say.
        """
        fields = {name: _said(one) for name, one in headers.items() if name not in _NOT_SIGNED}
        cainfo = headers.get("cainfo")
        if not isinstance(cainfo, str) or not cainfo or any(f is None for f in fields.values()):
            return None
        pairs = [(name, fields[name] or "") for name in sorted(fields)]
        full, whole = (
            "&".join(f"{name}={one}" for name, one in pairs if keep or one)
            for keep in (False, True)
        )
        key_id = (
            code_form(fields.get("app_id") or "")
            or code_form(fields.get("fixmedins_code") or "").upper()
        )
        stamp = _stamp(fields.get("inf_time") or "")
        return Signature(self.name, key_id, stamp, full, cainfo, False, (full, whole))

    def holds(self, signature: Signature, secret: str, body: bytes) -> bool:
        point = bytes.fromhex(secret)
        texts = [one.encode("utf-8", "surrogatepass") for one in dict.fromkeys(signature.signed)]
        return any(holds(point, text, signature.signature) for text in texts)


_NOT_SIGNED = ("cainfo", "input")


def _said(told: object) -> str | None:
    """A field of a header as it is signed; None: it is no text."""
    if told is None or isinstance(told, str):
        return told or ""
    return str(told) if isinstance(told, int) and not isinstance(told, bool) else None


def _stamp(inf_time: str) -> str:
    """The message's own time in Unix seconds; empty: it is none."""
    try:
        moment = wire_moment(trimmed(inf_time)).replace(tzinfo=SHANGHAI)
        return str(int(moment.timestamp()))
    except (ValueError, OverflowError):
        return ""


SM2 = Sm2()
IN_HEADERS: tuple[Scheme, ...] = (Tif(), HmacSm3())
SCHEMES: dict[str, Scheme] = {scheme.name: scheme for scheme in (*IN_HEADERS, SM2)}
