"""The sealed canary: keys are tried on it before a process answers anybody or seals anything.

Each key that a database knows has its own (``ring``). In a database that knows none, the canary of
the version before, or what lies sealed there, tells which of the given keys are its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.kit.sm import Cipher, Key, data_proof, index_proof, proves_data, same
from app.store.database import Connection, Database
from app.store.sealed import ring

_MAKE = """
insert into key_canary (sealed, index_value) values ($1, $2) on conflict do nothing
"""
_READ = "select sealed, index_value from key_canary"

Witness = Callable[[Connection], Awaitable[list[tuple[bytes, str]]]]
"""Some sealed values with what they belong to, from rows that are older than the canary."""


async def check_keys(database: Database, cipher: Cipher, witness: Witness) -> None:
    """Makes sure that the keys are those of this database, and that the cipher uses them as it
    says; the first start settles which they are.

    Raises:
        KeysError: they are not.
    """
    async with database.connection() as connection:
        rows = await ring.known(connection)
        if not rows:
            data, index = await _first(connection, cipher, witness)
            await connection.execute(_MAKE, data_proof(data), index_proof(index))
            await ring.settle(connection, data, index)
            rows = await ring.known(connection)  # another process may have been faster
    ring.apply(cipher, rows)


async def check_beside(apart: Database, cipher: Cipher) -> None:
    """The same of the shared tables' database, where it is another one: both are written with the
    keys that the cell's names, so this one only tells which it needs. A new one begins with those.

    Raises:
        KeysError: one is missing.
    """
    data, index = (Key(key.secret) for key in (cipher.data, cipher.indexing))
    async with apart.connection() as connection:
        rows = await ring.known(connection)
        if not rows:
            await connection.execute(_MAKE, data_proof(data), index_proof(index))
            await ring.settle(connection, data, index)
            rows = await ring.known(connection)
    ring.apply(ring.another(cipher), rows)


async def _first(connection: Connection, cipher: Cipher, witness: Witness) -> tuple[Key, Key]:
    """Which of the given keys are those of a database that knows none yet."""
    given_data, given_index = cipher.given
    row = await connection.fetchrow(_READ)
    if row is None:
        found = await witness(connection)
        data = [key for key in given_data if all(proves_data(key, *one) for one in found)]
        # Nothing tells of an index whose it is: one of before stands behind the new one.
        index = list(given_index)[-1:] if found else list(given_index)
    else:
        data = [key for key in given_data if proves_data(key, row["sealed"])]
        index = [key for key in given_index if same(index_proof(key), row["index_value"])]
    if not data:
        raise ring.not_the_key("data")
    if not index:
        raise ring.not_the_key("index")
    return data[0], index[0]
