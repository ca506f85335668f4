"""National cryptography for data at rest and for signing: SM4-GCM, SM3, HMAC-SM3.

GB/T 32907 (SM4), GB/T 32905 (SM3). A sealed value is one byte of key version, 12 bytes of nonce,
the ciphertext and a 16-byte tag. What it belongs to is bound in as associated data, so a sealed
name can't be moved to another row.
"""

from __future__ import annotations

import hmac as hmac_compare
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

_VERSION = b"\x01"
_NONCE = 12
_TAG = 16


class SealError(ValueError):
    """A sealed value can't be opened: another key, another row, or changed bytes."""


class Cipher:
    """Seals and opens personal data, and makes the keyed index by which it is found again."""

    def __init__(self, data_key: bytes, index_key: bytes) -> None:
        if len(data_key) != 16 or len(index_key) < 16:
            raise ValueError("the data key has 16 bytes, the index key at least 16")
        self._algorithm = algorithms.SM4(data_key)
        # A copy of a keyed HMAC costs a third of a new one.
        self._index = hmac.HMAC(index_key, hashes.SM3())

    def seal(self, text: str, belongs_to: str) -> bytes:
        """Encrypts ``text``; ``belongs_to`` must be given again to open it."""
        nonce = secrets.token_bytes(_NONCE)
        encryptor = BlockCipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(belongs_to.encode())
        sealed = encryptor.update(text.encode()) + encryptor.finalize()
        return _VERSION + nonce + sealed + encryptor.tag

    def open(self, sealed: bytes, belongs_to: str) -> str:
        """Decrypts a sealed value.

        Raises:
            SealError: the value was sealed with another key or for another row, or was changed.
        """
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE + _TAG:
            raise SealError("not a sealed value")
        nonce, body, tag = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE : -_TAG], sealed[-_TAG:]
        decryptor = BlockCipher(self._algorithm, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(belongs_to.encode())
        try:
            return (decryptor.update(body) + decryptor.finalize()).decode()
        except InvalidTag:
            raise SealError("the sealed value doesn't open") from None

    def index(self, kind: str, text: str) -> bytes:
        """HMAC-SM3 of a text under a kind: equal texts give equal 32 bytes, nothing else shows."""
        mac = self._index.copy()
        mac.update(kind.encode() + b"\x00" + text.encode())
        return mac.finalize()


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3, 32 bytes."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()


def sm3(message: bytes) -> bytes:
    """SM3 digest, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(message)
    return digest.finalize()


def same(left: bytes | str, right: bytes | str) -> bool:
    """Compares two secrets in a time that doesn't tell where they differ."""
    as_bytes = [value.encode() if isinstance(value, str) else value for value in (left, right)]
    return hmac_compare.compare_digest(as_bytes[0], as_bytes[1])
