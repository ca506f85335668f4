"""The sealed canary: keys are tried on it before a process answers anybody or seals anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.kit.sm import Cipher, SealError, same
from app.store.database import Connection, Database
from app.store.keys import KeysError

_TEXT = "qinji"
_AAD = "key_canary"
_MAKE = """
insert into key_canary (sealed, index_value) values ($1, $2) on conflict do nothing
"""
_READ = "select sealed, index_value from key_canary"

Witness = Callable[[Connection], Awaitable[list[tuple[bytes, str]]]]
"""Some sealed values with what they belong to, from rows that are older than the canary."""


async def check_keys(database: Database, cipher: Cipher, witness: Witness) -> None:
    """Makes sure that the keys are those of this database; the first start settles which they are.

    Raises:
        KeysError: they are not.
    """
    async with database.connection() as connection:
        row = await connection.fetchrow(_READ)
        if row is None:
            for sealed, belongs_to in await witness(connection):
                _check_data_key(cipher, sealed, belongs_to)
            sealed, index = cipher.seal(_TEXT, _AAD), cipher.index(_AAD, _TEXT)
            await connection.execute(_MAKE, sealed, index)
            row = await connection.fetchrow(_READ)  # another process may have been faster
    _check_data_key(cipher, row["sealed"], _AAD)
    if not same(cipher.index(_AAD, _TEXT), row["index_value"]):
        raise _refused("QINJI_INDEX_KEY", "nobody would be found by an ID number")


def _check_data_key(cipher: Cipher, sealed: bytes, belongs_to: str) -> None:
    try:
        cipher.open(sealed, belongs_to)
    except SealError:
        why = "no name or ID number would open, no till's signature would hold"
        raise _refused("QINJI_DATA_KEY", why) from None


def _refused(name: str, why: str) -> KeysError:
    return KeysError(
        f"{name} is not the key with which this database was filled: {why}, and new rows would be"
        " lost with this key, so nothing is started. Give the installation's own key (without the"
        " setting: keys.json in QINJI_HOME), or another database."
        f" {name}不是本数据库所用的密钥，因此不启动：请使用原来的密钥。"
    )
