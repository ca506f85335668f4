"""The two kinds of keys that guard identity numbers and names: one encrypts, one indexes.

Several of a kind may be given, with commas between: the first is the one to write with, once
``qinji keys rotate`` has made it so; the others are those of before, for reading.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from app.kit.sm import Cipher
from app.settings import Settings
from app.store.versions import StartRefused

KEY_BYTES = 16


class KeysError(StartRefused):
    """The keys can't be used; the text says why, for people, and holds nothing of a key."""


@dataclass(frozen=True)
class Keys:
    """``data_keys`` encrypt (SM4), ``index_keys`` make look-up values (HMAC-SM3); 16 bytes each,
    the wanted one first."""

    data_keys: tuple[bytes, ...] = field(repr=False)
    index_keys: tuple[bytes, ...] = field(repr=False)

    @property
    def data_key(self) -> bytes:
        return self.data_keys[0]

    @property
    def index_key(self) -> bytes:
        return self.index_keys[0]

    def cipher(self) -> Cipher:
        """What seals with them; which one is for writing, the database says (``sealed/ring``)."""
        return Cipher.of(self.data_keys, self.index_keys)


def load_keys(settings: Settings) -> Keys:
    """The keys of the settings; those left open are made once and kept in ``<home>/keys.json``.

    Processes that start at the same moment get the same keys. Raises KeysError.
    """
    given_data = _given("QINJI_DATA_KEY", settings.data_key)
    given_index = _given("QINJI_INDEX_KEY", settings.index_key)
    if given_data and given_index:
        return Keys(given_data, given_index)
    path = keys_file(settings)
    try:
        if not path.exists():
            _make(path)
        kept = _read(path)
    except OSError as error:
        raise KeysError(f"can't read or make {path}: {error.strerror}") from error
    return Keys(given_data or kept.data_keys, given_index or kept.index_keys)


def keys_file(settings: Settings) -> Path:
    """Where keys are kept that the settings leave open. It is read again while processes run."""
    return settings.home / "keys.json"


def write_keys(settings: Settings, keys: Keys) -> None:
    """Replaces the kept keys in one step. Raises KeysError."""
    path = keys_file(settings)
    try:
        _write(path, keys).replace(path)
    except OSError as error:
        raise KeysError(f"can't write {path}: {error.strerror}") from error


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _given(name: str, value: SecretStr) -> tuple[bytes, ...]:
    text = value.get_secret_value().strip()
    return _keys(name, text) if text else ()


def _keys(name: str, text: object) -> tuple[bytes, ...]:
    found = tuple(_key(name, one.strip()) for one in str(text).split(","))
    if len(set(found)) < len(found):
        raise KeysError(f"{name} holds a key twice")
    return found


def _key(name: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysError(
            f"{name} must be {KEY_BYTES} bytes in hex: {KEY_BYTES * 2} digits 0-9 a-f; several of"
            " them with commas between, the new one first"
        )
    return key


def _read(path: Path) -> Keys:
    try:
        kept = json.loads(path.read_text())
        data, index = kept["data_key"], kept["index_key"]
    except (ValueError, KeyError, TypeError):
        # Never replaced by new ones: what the lost keys encrypted would be lost with them.
        raise KeysError(f"{path} is damaged: restore it from a copy") from None
    return Keys(_keys(f"data_key in {path}", data), _keys(f"index_key in {path}", index))


def _make(path: Path) -> None:
    """Write a file with new keys, unless another process is faster: then its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _write(path, Keys((new_key(),), (new_key(),)))
    try:
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()


def _write(path: Path, keys: Keys) -> Path:
    """The keys in a file beside the one they are for."""
    named = {"data_key": keys.data_keys, "index_key": keys.index_keys}
    text = {name: ",".join(key.hex() for key in found) for name, found in named.items()}
    temporary = path.with_name(f".keys.{os.getpid()}.{secrets.token_hex(4)}")
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w") as file:
        file.write(json.dumps(text) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return temporary
