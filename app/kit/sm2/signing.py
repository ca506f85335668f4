"""Makes and looks at SM2 signatures, with the signer's usual id (SOURCES N5)."""

from __future__ import annotations

from app.kit.sm2.keys import PrivateKey, signature_der, signature_text

try:
    from gmssl_pyx import GmsslInnerError, sm2_sign, sm2_verify

    HERE = True
    """Whether this machine has SM2."""
except ImportError:
    HERE = False

SIGNER_ID = b"1234567812345678"


def sign(key: PrivateKey, message: bytes) -> str:
    """The signature of a message, as it is written."""
    return signature_text(sm2_sign(key.secret, key.point, message, SIGNER_ID))


def holds(point: bytes, message: bytes, signature: str) -> bool:
    """Whether a signature, in any of its forms, is of the owner of this public key."""
    der = signature_der(signature)
    if der is None or not HERE:
        return False
    try:
        return bool(sm2_verify(point, message, der, SIGNER_ID))
    except GmsslInnerError:
        return False
