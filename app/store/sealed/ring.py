"""Which keys this database knows, and which one of each kind it is written with.

Keys come from the settings, which of them are used is told here: a key is first given to every
process, then ``switch`` makes it the one for writing, for all of them. As long as rows need it,
who doesn't have it isn't started. After that it may leave the settings: it is kept here, sealed
with the newest, for what can't be made anew; an index key for good (hashes of messages), a data key
for a day (what lies in Redis).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.kit.sm import (
    Cipher,
    Key,
    SealError,
    data_proof,
    index_proof,
    proves_data,
    same,
)
from app.store.database import Connection, Database, Record
from app.store.keys import KeysError

LOCK = 0x514B4559
"""Who begins takes it with others, who switches takes it alone: nobody begins half-way."""
ALIVE_S = 60
_SETTINGS = {"data": "QINJI_DATA_KEY", "index": "QINJI_INDEX_KEY"}
_READ = """
select kind, key_id, named, writing, proof, kept_sealed, walked_at, since from sealing_key
order by kind, writing desc, since desc
"""
_ADD = """
insert into sealing_key (kind, key_id, named, writing, proof) values ($1, $2, $3, true, $4)
on conflict do nothing
"""
_STOP_WRITING = "update sealing_key set writing = false where kind = $1 and key_id <> $2"
_WRITE = """
insert into sealing_key (kind, key_id, named, writing, proof) values ($1, $2, $3, true, $4)
on conflict (kind, key_id) do update set writing = true, since = now(), walked_at = null,
    kept_sealed = null
"""
_KEEP = """
update sealing_key set kept_sealed = $3
where kind = $1 and key_id = $2 and not writing and (kind = 'index' or walked_at is not null)
"""
_CANARY = "update key_canary set sealed = $1, index_value = $2"
_LACKING = """
select program || ' ' || name as told from sealing_process
where at > now() - $3 * interval '1 second'
    and not (data_keys @> array[$1::bytea] and index_keys @> array[$2::bytea])
order by 1
"""
_LAGGING = """
select program || ' ' || name as told from sealing_process
where at > now() - $3 * interval '1 second' and (data_writing, index_writing) <> ($1, $2)
order by 1
"""
_WALKED = """
update sealing_key set walked_at = now() where not writing and walked_at is null
"""
_FORGET = """
delete from sealing_key where kind = 'data' and walked_at < now() - interval '25 hours'
"""
_TIDY = "delete from sealing_process where at < now() - interval '10 minutes'"
_PROCESSES = """
select * from sealing_process where at > now() - $1 * interval '1 second' order by program, name
"""


class NotReady(KeysError):
    """Some who run don't have the new key yet."""


def kept_aad(kind: str, key_id: bytes) -> str:
    """What a kept key is bound to."""
    return f"sealing_key.kept:{kind}:{key_id.hex()}"


async def known(connection: Connection) -> list[Record]:
    """The keys that the database knows, of each kind the one for writing first."""
    found: list[Record] = await connection.fetch(_READ)
    return found


async def use(database: Database, cipher: Cipher) -> None:
    """Lets a cipher use its keys as the database says; in one that knows none yet, as they are.

    Raises:
        KeysError: a key is missing.
    """
    async with database.connection() as connection:
        rows = await known(connection)
    if rows:
        apply(cipher, rows)


async def settle(connection: Connection, data: Key, index: Key) -> None:
    """The first keys of a database, unless another process was faster."""
    await connection.execute(_ADD, "data", data.id, False, data_proof(data))
    await connection.execute(_ADD, "index", index.id, False, index_proof(index))


def another(cipher: Cipher) -> Cipher:
    """One that was given the same keys, for what a second database says of them."""
    data, index = cipher.given
    return Cipher.of([key.secret for key in data], [key.secret for key in index])


def apply(cipher: Cipher, rows: Sequence[Record]) -> None:
    """Lets a cipher use the keys it was given as the database says.

    Raises:
        KeysError: one that the database needs is missing; the cipher stays as it is.
    """
    given_data, given_index = cipher.given
    own = _held("data", given_data, [row for row in rows if row["walked_at"] is None], {})
    opener = Cipher(own[0].secret, own[0].secret)
    opener.hold(own, own)
    kept = {
        (row["kind"], row["key_id"]): _kept(opener, row)
        for row in rows
        if row["kept_sealed"] is not None
    }
    data = _held("data", given_data, rows, kept)
    cipher.hold(data, _held("index", given_index, rows, kept))


def _held(
    kind: str,
    given: Sequence[Key],
    rows: Sequence[Record],
    kept: Mapping[tuple[str, bytes], bytes | None],
) -> list[Key]:
    mine = {key.id: key.secret for key in given}
    needed = [row for row in rows if row["kind"] == kind]
    held = []
    for row in needed:
        key_id, walked = row["key_id"], row["walked_at"] is not None
        secret = mine.get(key_id) or kept.get((kind, key_id))
        key = None if secret is None else Key(secret, row["named"], walked)
        if key is not None and _proves(kind, key, row["proof"]):
            held.append(key)
        elif kind == "index" or not walked:
            raise _missing(kind, row, any(one["key_id"] in mine for one in needed))
    there = {key.id for key in held}
    return held + [Key(key.secret, True) for key in given if key.id not in there]


def _proves(kind: str, key: Key, proof: bytes) -> bool:
    if kind == "data":
        return proves_data(key, proof)
    return same(index_proof(key), proof)


def _kept(opener: Cipher, row: Record) -> bytes | None:
    try:
        return bytes.fromhex(opener.open(row["kept_sealed"], kept_aad(row["kind"], row["key_id"])))
    except SealError:
        return None


def not_the_key(kind: str) -> KeysError:
    """Another key than the database's."""
    why = {
        "data": "no name or ID number would open, no till's signature would hold",
        "index": "nobody would be found by an ID number",
    }[kind]
    name = _SETTINGS[kind]
    return KeysError(
        f"{name} is not the key with which this database was filled: {why}, and new rows would be"
        " lost with this key, so nothing is started. Give the installation's own key (without the"
        " setting: keys.json in QINJI_HOME), or another database."
        f" {name}不是本数据库所用的密钥，因此不启动：请使用原来的密钥。"
    )


def _missing(kind: str, row: Record, another_is_there: bool) -> KeysError:
    if not another_is_there:
        return not_the_key(kind)
    name, key_id = _SETTINGS[kind], row["key_id"].hex()
    if row["writing"]:
        return KeysError(
            f"{name} lacks the key {key_id}, with which this database is written to since"
            f" {row['since']:%Y-%m-%d %H:%M} UTC, so nothing is started. Put it in front of the"
            f" other. {name}缺少当前密钥{key_id}，因此不启动：请把它写在最前面。"
        )
    return KeysError(
        f"{name} lacks the key {key_id}, which rows of this database still need, so nothing is"
        " started. Put it behind the new one until `qinji keys rotate` has ended (`qinji keys"
        f" status` says what is left). {name}缺少旧密钥{key_id}，仍有数据需要它，因此不启动："
        "请把它写在新密钥之后，待轮换完成后再去掉。"
    )


async def switch(connection: Connection, cipher: Cipher) -> None:
    """Makes the first of the given keys those for writing, in the caller's transaction.

    Raises:
        NotReady: somebody who runs doesn't have them; nothing was changed.
    """
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
    data, index = (keys[0] for keys in cipher.given)
    lacking = await connection.fetch(_LACKING, data.id, index.id, ALIVE_S)
    if lacking:
        raise NotReady(
            f"{len(lacking)} of those who run don't have the new key yet:"
            f" {', '.join(row['told'] for row in lacking)}. Give it to them first; they take"
            " keys.json up by themselves, a setting with their next start. 尚有进程未取得新密钥。"
        )
    for kind, key, proof in (
        ("data", data, data_proof(data)),
        ("index", index, index_proof(index)),
    ):
        await connection.execute(_STOP_WRITING, kind, key.id)
        await connection.execute(_WRITE, kind, key.id, True, proof)
    rows = await known(connection)
    apply(cipher, rows)
    await _keep(connection, cipher)
    # By it a program of the version before, which knows one key, finds that it has the wrong one.
    await connection.execute(_CANARY, data_proof(cipher.data), index_proof(cipher.indexing))


async def lagging(database: Database, cipher: Cipher) -> list[str]:
    """Who runs and writes with other keys than this cipher."""
    rows = await database.rows(_LAGGING, cipher.data.id, cipher.indexing.id, ALIVE_S)
    return [row["told"] for row in rows]


async def processes(database: Database) -> Sequence[Record]:
    """Who runs, and with which keys."""
    return await database.rows(_PROCESSES, ALIVE_S)


async def forget(connection: Connection, cipher: Cipher) -> None:
    """Nothing that can be made anew needs a key of before: they may leave the settings."""
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
    await connection.execute(_WALKED)
    await _keep(connection, cipher)


async def tidy(database: Database) -> None:
    """Deletes data keys that nothing can need any more, and who has long been silent."""
    await database.value(_FORGET)
    await database.value(_TIDY)


async def _keep(connection: Connection, cipher: Cipher) -> None:
    """Keeps those of before that are for looking up only, sealed with the newest."""
    for kind, former in (("data", cipher.former_data), ("index", cipher.former_indexing)):
        for key in former:
            sealed = cipher.seal(key.secret.hex(), kept_aad(kind, key.id))
            await connection.execute(_KEEP, kind, key.id, sealed)
