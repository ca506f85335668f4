"""The two keys that guard identity numbers and names: one encrypts, one indexes."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from app.settings import Settings
from app.store.versions import StartRefused

KEY_BYTES = 16


class KeysError(StartRefused):
    """The keys can't be used; the text says why, for people, and holds nothing of a key."""


@dataclass(frozen=True)
class Keys:
    """``data_key`` encrypts (SM4), ``index_key`` makes look-up values (HMAC-SM3); 16 bytes each."""

    data_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)


def load_keys(settings: Settings) -> Keys:
    """The keys of the settings; those left open are made once and kept in ``<home>/keys.json``.

    Processes that start at the same moment get the same keys. Raises KeysError.
    """
    given_data = _given("QINJI_DATA_KEY", settings.data_key)
    given_index = _given("QINJI_INDEX_KEY", settings.index_key)
    if given_data and given_index:
        return Keys(given_data, given_index)
    path = settings.home / "keys.json"
    try:
        if not path.exists():
            _make(path)
        kept = _read(path)
    except OSError as error:
        raise KeysError(f"can't read or make {path}: {error.strerror}") from error
    return Keys(given_data or kept.data_key, given_index or kept.index_key)


def _given(name: str, value: SecretStr) -> bytes | None:
    text = value.get_secret_value().strip()
    return _key(name, text) if text else None


def _key(name: str, text: object) -> bytes:
    try:
        key = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysError(f"{name} must be {KEY_BYTES} bytes in hex: {KEY_BYTES * 2} digits 0-9 a-f")
    return key


def _read(path: Path) -> Keys:
    try:
        kept = json.loads(path.read_text())
        data, index = kept["data_key"], kept["index_key"]
    except (ValueError, KeyError, TypeError):
        # Never replaced by new ones: what the lost keys encrypted would be lost with them.
        raise KeysError(f"{path} is damaged: restore it from a copy") from None
    return Keys(_key(f"data_key in {path}", data), _key(f"index_key in {path}", index))


def _make(path: Path) -> None:
    """Write a file with new keys, unless another process is faster: then its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = {name: secrets.token_hex(KEY_BYTES) for name in ("data_key", "index_key")}
    temporary = path.with_name(f".keys.{os.getpid()}.{secrets.token_hex(4)}")
    number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w") as file:
            file.write(json.dumps(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()
