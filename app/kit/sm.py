"""National cryptography for data at rest and for signing: SM4-GCM, SM3, HMAC-SM3.

GB/T 32907 (SM4), GB/T 32905 (SM3). A sealed value is one byte of version, the key's id where the
version says so, 12 bytes of nonce, the ciphertext and a 16-byte tag. What it belongs to is bound in
as associated data, so a sealed name can't be moved to another row. A keyed index is 32 bytes, then
the key's id where the key is a named one. Values without an id are of a database's first key.
"""

from __future__ import annotations

import hmac as hmac_compare
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

_UNNAMED, _NAMED = b"\x01", b"\x02"
_KEY_ID = 4
_NONCE = 12
_TAG = 16
_INDEX = 32
_CANARY, _CANARY_AAD = "qinji", "key_canary"


class SealError(ValueError):
    """A sealed value can't be opened: another key, another row, or changed bytes."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and whether what is made with it carries its id. The id tells nothing of the key.

    ``walked``: no row is found by it any more that can be made anew.
    """

    secret: bytes = field(repr=False)
    named: bool = False
    walked: bool = False
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", hmac_sm3(self.secret, b"qinji key id")[:_KEY_ID])

    @property
    def mark(self) -> bytes:
        """How a value begins that is sealed with this key."""
        return _NAMED + self.id if self.named else _UNNAMED

    @property
    def tail(self) -> bytes:
        """How an index ends that is made with this key."""
        return self.id if self.named else b""


class Cipher:
    """Seals and opens personal data, and makes the keyed index by which it is found again.

    Several keys may be held: the first of each kind is used for writing, all of them for reading.
    They are exchanged in place (``hold``), while the cipher is in use.
    """

    def __init__(self, data_key: bytes, index_key: bytes) -> None:
        self._take([Key(data_key)], [Key(index_key)])

    @classmethod
    def of(cls, data_keys: Sequence[bytes], index_keys: Sequence[bytes]) -> Cipher:
        """With several keys, of which it isn't known yet which ones the database uses."""
        cipher = cls(data_keys[0], index_keys[0])
        cipher._take([Key(key) for key in data_keys], [Key(key) for key in index_keys])
        return cipher

    def _take(self, data: Sequence[Key], index: Sequence[Key]) -> None:
        self.given = tuple(data), tuple(index)
        """The keys as they were given, whatever is used of them."""
        self.hold(data, index)

    def give(self, data_keys: Sequence[bytes], index_keys: Sequence[bytes]) -> None:
        """Other keys are given from now on; what is used of them, ``hold`` says."""
        self.given = tuple(map(Key, data_keys)), tuple(map(Key, index_keys))

    def hold(self, data: Sequence[Key], index: Sequence[Key]) -> None:
        """Uses these keys from now on, the first of each kind for writing."""
        if any(len(key.secret) != 16 for key in data) or any(len(k.secret) < 16 for k in index):
            raise ValueError("the data key has 16 bytes, the index key at least 16")
        # A copy of a keyed HMAC costs a third of a new one.
        macs = [(hmac.HMAC(key.secret, hashes.SM3()), key.tail) for key in index]
        # Another thread may be at work: first it can read, then it writes.
        self._openers = [(key.id, algorithms.SM4(key.secret)) for key in data]
        self._macs = macs
        self._sealer = data[0].mark, algorithms.SM4(data[0].secret)
        self._held = tuple(data), tuple(index)

    @property
    def data(self) -> Key:
        """The key that seals."""
        return self._held[0][0]

    @property
    def indexing(self) -> Key:
        """The key that makes indexes."""
        return self._held[1][0]

    @property
    def former_data(self) -> tuple[Key, ...]:
        """The other data keys, which only open."""
        return self._held[0][1:]

    @property
    def former_indexing(self) -> tuple[Key, ...]:
        """The other index keys, which are only for looking up."""
        return self._held[1][1:]

    @property
    def readable(self) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """The ids of the keys that can be read, of either kind."""
        data, index = self._held
        return frozenset(key.id for key in data), frozenset(key.id for key in index)

    def seal(self, text: str, belongs_to: str) -> bytes:
        """Encrypts ``text``; ``belongs_to`` must be given again to open it."""
        return self.seal_bytes(text.encode(), belongs_to)

    def seal_bytes(self, content: bytes, belongs_to: str) -> bytes:
        """The same for what is no text."""
        mark, algorithm = self._sealer
        nonce = secrets.token_bytes(_NONCE)
        encryptor = BlockCipher(algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(belongs_to.encode())
        sealed = encryptor.update(content) + encryptor.finalize()
        return mark + nonce + sealed + encryptor.tag

    def open(self, sealed: bytes, belongs_to: str) -> str:
        """Decrypts a sealed text.

        Raises:
            SealError: the value was sealed with another key or for another row, or was changed.
        """
        return self.open_bytes(sealed, belongs_to).decode()

    def open_bytes(self, sealed: bytes, belongs_to: str) -> bytes:
        """The same for what is no text.

        Raises:
            SealError: as ``open``.
        """
        named = sealed[:1] == _NAMED
        begin = 1 + _KEY_ID * named
        if sealed[:1] not in (_UNNAMED, _NAMED) or len(sealed) < begin + _NONCE + _TAG:
            raise SealError("not a sealed value")
        nonce = sealed[begin : begin + _NONCE]
        body, tag = sealed[begin + _NONCE : -_TAG], sealed[-_TAG:]
        for key_id, algorithm in self._openers:
            if named and sealed[1:begin] != key_id:
                continue
            decryptor = BlockCipher(algorithm, modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(belongs_to.encode())
            try:
                return decryptor.update(body) + decryptor.finalize()
            except InvalidTag:
                continue
        raise SealError("the sealed value doesn't open")

    def index(self, kind: str, text: str) -> bytes:
        """HMAC-SM3 of a text under a kind: equal texts give equal bytes, nothing else shows."""
        return _index(*self._macs[0], kind, text)

    def indexes(self, kind: str, text: str) -> tuple[bytes, ...]:
        """The same under every key that is held, the one for writing first: a text may lie under
        any of them."""
        return tuple(_index(mac, tail, kind, text) for mac, tail in self._macs)

    def lasting_index(self, kind: str, text: str) -> bytes:
        """The same under a database's first key, for what others have been told and keep."""
        found = next((mac for mac in self._macs if not mac[1]), self._macs[0])
        return _index(*found, kind, text)

    def formerly(self, kind: str, text: str) -> list[bytes]:
        """Under what a text may lie besides, while a rotation of the keys is under way."""
        pairs = zip(self._macs, self._held[1], strict=False)
        return [_index(*mac, kind, text) for mac, key in list(pairs)[1:] if not key.walked]

    @property
    def rotating(self) -> bool:
        """Whether rows may lie under an index key of before."""
        return any(not key.walked for key in self.former_indexing)

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value is sealed with the key that seals now."""
        return sealed.startswith(self.data.mark)

    def is_indexed(self, index: bytes) -> bool:
        """Whether an index was made with the key that makes them now."""
        return index[_INDEX:] == self.indexing.tail


def data_proof(key: Key) -> bytes:
    """A sealed word by which a data key is known again."""
    return Cipher(key.secret, key.secret).seal(_CANARY, _CANARY_AAD)


def proves_data(key: Key, proof: bytes, belongs_to: str = _CANARY_AAD) -> bool:
    """Whether a data key opens a value."""
    try:
        Cipher(key.secret, key.secret).open(proof, belongs_to)
    except SealError:
        return False
    return True


def index_proof(key: Key) -> bytes:
    """An index by which an index key is known again."""
    return Cipher(key.secret[:16], key.secret).index(_CANARY_AAD, _CANARY)


def _index(mac: hmac.HMAC, tail: bytes, kind: str, text: str) -> bytes:
    copy = mac.copy()
    copy.update(kind.encode() + b"\x00" + text.encode())
    return copy.finalize() + tail


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


def one_of(index: bytes, indexes: Iterable[bytes]) -> bool:
    """Whether an index is among others, in a time that doesn't tell which, nor how they differ."""
    found = False
    for one in indexes:
        found |= hmac_compare.compare_digest(index, one)
    return found
