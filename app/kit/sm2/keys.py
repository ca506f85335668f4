"""Keys and signatures in the forms in which they are handed over.

A public key: the point as hex (``04`` before it or not), as base64, or as what
``openssl pkey -pubout`` gives. A private key: what ``openssl genpkey -algorithm SM2`` gives, or the
two as hex one after the other. A signature: r and s, 32 bytes each, or as DER; base64 or hex.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""The curve of GB/T 32918.5: its field, its b (a is -3), its order."""
_HALF, _POINT, _SIGNATURE = 32, 64, 64
_CURVE = bytes.fromhex("06082a811ccf5501822d")
"""The curve's name in DER: 1.2.156.10197.1.301."""
_PUBLIC, _PRIVATE = bytes.fromhex("03420004"), bytes.fromhex("0201010420")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+\Z")
_ARMOUR = re.compile(r"-----[A-Z ]+-----|\s")


class Sm2KeyError(ValueError):
    """That is no key of this curve. The text holds nothing of it."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key and its public one."""

    secret: bytes = field(repr=False)
    point: bytes


def public_key(text: str) -> bytes:
    """The point of a public key, x and y.

    Raises:
        Sm2KeyError: it is none, or not on the curve.
    """
    raw = _bytes(text)
    if raw is not None and _CURVE in raw:
        raw = raw[-_POINT - 1 :]
    if raw is not None and len(raw) == _POINT + 1 and raw[0] == 4:
        raw = raw[1:]
    if raw is None or len(raw) != _POINT:
        raise Sm2KeyError(
            "no public key: 64 bytes of a point as hex or base64, or what openssl gives"
        )
    return _on_curve(raw)


def private_key(text: str) -> PrivateKey:
    """A private key.

    Raises:
        Sm2KeyError: it is none.
    """
    raw = _bytes(text)
    if raw is None:
        raise Sm2KeyError("no private key")
    if _CURVE in raw:
        _, found, secret = raw.partition(_PRIVATE)
        _, beside, point = raw.rpartition(_PUBLIC)
        raw = secret[:_HALF] + point[:_POINT] if found and beside else b""
    if len(raw) != _HALF + _POINT or not 0 < int.from_bytes(raw[:_HALF], "big") < N - 1:
        raise Sm2KeyError("no private key with its public one")
    return PrivateKey(raw[:_HALF], _on_curve(raw[_HALF:]))


def signature_der(text: str) -> bytes | None:
    """A signature as DER; None: it is none."""
    raw = _bytes(text)
    if raw is None:
        return None
    if len(raw) == _SIGNATURE:
        r, s = int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big")
    else:
        try:
            r, s = decode_dss_signature(raw)
        except ValueError:
            return None
    return encode_dss_signature(r, s) if 0 < r < N and 0 < s < N else None


def signature_text(der: bytes) -> str:
    """A signature as it is written: r and s as base64."""
    r, s = decode_dss_signature(der)
    return base64.b64encode(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")).decode()


def _on_curve(point: bytes) -> bytes:
    x, y = int.from_bytes(point[:_HALF], "big"), int.from_bytes(point[_HALF:], "big")
    if x >= P or y >= P or (y * y - (x * x * x - 3 * x + B)) % P:
        raise Sm2KeyError("not a point of the SM2 curve")
    return point


def _bytes(text: str) -> bytes | None:
    """Bytes that are written as hex or base64, in PEM's armour or without."""
    bare = _ARMOUR.sub("", text)
    if _HEX.match(bare):
        return bytes.fromhex(bare)
    try:
        return base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        return None
