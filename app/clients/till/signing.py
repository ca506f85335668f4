"""How a till signs what it sends (WIRE Signing). A scheme gives the headers for one body."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

import orjson

from app.kit.clock import local
from app.kit.sm import hmac_sm3
from app.kit.sm2.keys import private_key
from app.kit.sm2.signing import sign

Headers = dict[str, str]
Scheme = Callable[[str, str, bytes, int], Headers]


def sign_hmac_sm3(key_id: str, secret: str, body: bytes, timestamp: int) -> Headers:
    """Scheme D: HMAC-SM3 over the time (Unix seconds or milliseconds) and the body."""
    signature = hmac_sm3(secret.encode(), f"{timestamp}\n".encode() + body).hex().upper()
    return {"x-ca-key": key_id, "x-ca-signature": f"{timestamp}:{signature}"}


def sign_tif(key_id: str, secret: str, body: bytes, timestamp: int) -> Headers:
    """Scheme A: SHA-256 over time, secret and a nonce; the body is not covered."""
    nonce = secrets.token_hex(16)
    text = f"{timestamp}{secret}{nonce}{timestamp}"
    return {
        "x-tif-paasid": key_id,
        "x-tif-timestamp": str(timestamp),
        "x-tif-nonce": nonce,
        "x-tif-signature": hashlib.sha256(text.encode()).hexdigest(),
    }


SM2 = "sm2"


def sign_sm2(key_id: str, secret: str, body: bytes, now: datetime) -> bytes:
    """The national text's own: the message with ``cainfo`` over the fields of its header, at the
    time at which it is sent."""
    message = orjson.loads(body)
    message |= {"app_id": key_id, "signtype": "SM2", "inf_time": f"{local(now):%Y-%m-%d %H:%M:%S}"}
    header = sorted((name, one) for name, one in message.items() if name not in ("cainfo", "input"))
    base = "&".join(f"{name}={one}" for name, one in header)
    message["cainfo"] = sign(private_key(secret), base.encode())
    return orjson.dumps(message)


SCHEMES: dict[str, Scheme] = {"hmac-sm3": sign_hmac_sm3, "tif": sign_tif}
