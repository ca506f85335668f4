"""Operators' passwords: scrypt (RFC 7914), the parameters stored with each hash."""

from __future__ import annotations

import hashlib
import secrets

from app.domain.staff.values import Secret
from app.kit.sm import same, sm3

_N, _R, _P = 2**14, 8, 5
"""16 MiB and some 0.2 s a hash: OWASP's password storage cheat sheet, scrypt."""
_MEMORY_MAX = 128 * 2**20
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def hashed(password: str) -> Secret:
    """A new password's hash. Takes 0.2 s of a core: call it in a thread."""
    salt = secrets.token_bytes(16)
    return Secret(_scrypt(password, salt, _N, _R, _P), salt, _N, _R, _P)


def holds(password: str, secret: Secret) -> bool:
    """Whether a password belongs to a hash; takes the same time when it doesn't."""
    return same(_scrypt(password, secret.salt, secret.n, secret.r, secret.p), secret.hash)


def mark(secret: Secret) -> str:
    """Tells a password from the one before, be it the same word again; tells nothing of either."""
    return sm3(b"qinji ops secret" + secret.salt).hex()


def made_up() -> str:
    """A random password of 80 bits that can be read aloud: ``k7dm-…``."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


NOBODY = Secret(bytes(32), bytes(16), _N, _R, _P)
"""Stands for a name nobody has, so that its refusal takes as long as a wrong password's."""


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY_MAX, dklen=32)
