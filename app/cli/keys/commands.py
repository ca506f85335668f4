"""``qinji keys new|rotate|status|drop``: the keys of what lies sealed and indexed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.domain.keys import service
from app.domain.registry.service import sealed_before
from app.kit.clock import local
from app.kit.sm import Cipher, Key
from app.kit.value import value
from app.settings import Settings
from app.store.cells.shared import Shared, apart, shared_at
from app.store.database import Database, Record
from app.store.keys import Keys, KeysError, keys_file, load_keys, new_key, write_keys
from app.store.sealed import ring
from app.store.sealed.canary import check_beside, check_keys
from app.store.versions import StartRefused
from app.store.where import NotRunning, database_url

Found = TypeVar("Found")
_KINDS = {"data": "QINJI_DATA_KEY", "index": "QINJI_INDEX_KEY"}


@value
class _Stores:
    """``apart``: where the shared tables are, if that is another database."""

    database: Database
    apart: Shared | None
    cipher: Cipher


def _refuse_cells(config: Settings) -> None:
    if config.cell_map is not None:
        raise click.ClickException(
            "keys are not changed yet where there are several cells: each of them reads what they"
            " share 多分区安装暂不支持密钥轮换"
        )


def _run(work: Callable[[_Stores], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        config = settings_or_exit()
        cipher = load_keys(config).cipher()
        database = await Database.open(database_url(config), pool_max=2, application="qinji-keys")
        try:
            await check_keys(database, cipher, sealed_before)
            url = config.shared_database_url
            async with shared_at(url, database, pool_max=2, application="qinji-keys") as shared:
                beside = apart(shared, database)
                if beside is not None:
                    await check_beside(beside, cipher)
                return await work(_Stores(database, beside, cipher))
        finally:
            await database.close()

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def keys() -> None:
    """New keys for what lies sealed and indexed, while it runs. 密钥轮换"""


@keys.command()
def new() -> None:
    """Puts a new data key and a new index key in front in keys.json. 生成新密钥

    Processes take them up within seconds, for reading only; `rotate` makes them those for writing.
    """
    found, config = _run(_known), settings_or_exit()
    _refuse_cells(config)
    _refuse_given(config)
    kept = load_keys(config)
    if Key(kept.data_key).id not in found["data"]:
        raise click.ClickException("there is a new key already: `qinji keys rotate` 已有新密钥")
    fresh = Keys((new_key(), *kept.data_keys), (new_key(), *kept.index_keys))
    write_keys(config, fresh)
    told = ", ".join(Key(key).id.hex() for key in (fresh.data_key, fresh.index_key))
    click.echo(f"{keys_file(config)}: {told}. Now: qinji keys rotate 已写入新密钥，请执行轮换")


@keys.command()
@click.option(
    "--settle",
    default=30.0,
    show_default=True,
    help="Seconds for what is under way. 等待办理中业务的秒数",
)
def rotate(settle: float) -> None:
    """Brings every row under the first of the keys, in portions, while it runs. 轮换密钥

    It can be ended at any time and run again: it goes on where it was.
    """
    _refuse_cells(settings_or_exit())

    async def work(at: _Stores) -> service.Rotated:
        rotation = service.Rotation(
            at.database, at.cipher, tell=click.echo, settle_s=settle, apart=at.apart
        )
        return await rotation.run()

    done = _run(work)
    click.echo(f"{done.rows} rows written anew 已更新{done.rows}行")
    if done.closed:
        shown = "; ".join(done.closed[:10])
        raise click.ClickException(
            f"{len(done.closed)} rows open with no key, so none is dropped: {shown}"
            " 有数据无法用任何密钥解开，旧密钥不可去掉"
        )
    click.echo(
        "Nothing needs the keys of before: take them out of the settings, or `qinji keys drop`"
        " 旧密钥可以去掉"
    )


@keys.command()
def status() -> None:
    """Who holds which keys, and how many values lie under which. 密钥状态"""

    async def work(at: _Stores) -> None:
        async with at.database.connection() as connection:
            rows = await ring.known(connection)
        _tell_keys(rows, at.cipher)
        for row in await ring.processes(at.database):
            ids = " ".join(_short(row[name]) for name in ("data_writing", "index_writing"))
            click.echo(f"{row['program']} {row['name']}: writes with {ids}")
        first = {row["kind"]: row["key_id"] for row in rows if not row["named"]}
        writing = {row["key_id"] for row in rows if row["writing"]}
        left: Counter[bool] = Counter()
        for one in await service.columns(at.database, at.apart):
            kind = "data" if one.column.endswith("_sealed") else "index"
            for key_id, number in sorted(one.by_key.items()):
                under = key_id or first.get(kind, b"")
                old = under not in writing
                left[old and not one.stays] += number
                what = " stays 不变" if old and one.stays else " old 旧" if old else ""
                click.echo(f"{one.table}.{one.column}: {number} under {_short(under)}{what}")
        click.echo(f"{left[True]} values have to be made anew 待更新{left[True]}")

    _run(work)


@keys.command()
def drop() -> None:
    """Takes the keys that no row needs any more out of keys.json. 去掉旧密钥"""
    found, config = _run(_known), settings_or_exit()
    _refuse_cells(config)
    _refuse_given(config)
    kept = load_keys(config)
    if Key(kept.data_key).id not in found["data"] or Key(kept.index_key).id not in found["index"]:
        raise click.ClickException("a new key is not used yet: `qinji keys rotate` 请先执行轮换")
    left = Keys(
        tuple(key for key in kept.data_keys if Key(key).id in found["data"]),
        tuple(key for key in kept.index_keys if Key(key).id in found["index"]),
    )
    write_keys(config, left)
    gone = len(kept.data_keys + kept.index_keys) - len(left.data_keys + left.index_keys)
    click.echo(f"{gone} keys are dropped 已去掉{gone}把密钥")


async def _known(at: _Stores) -> dict[str, set[bytes]]:
    """The keys that have to be in the settings, by kind: that any of the databases needs."""
    rows: list[Record] = []
    for one in (at.database, at.apart):
        if one is not None:
            async with one.connection() as connection:
                rows += await ring.known(connection)
    return {
        kind: {row["key_id"] for row in rows if row["kind"] == kind and row["walked_at"] is None}
        for kind in _KINDS
    }


def _refuse_given(config: Settings) -> None:
    given = [name for name in _KINDS.values() if _is_given(config, name)]
    if given:
        raise click.ClickException(
            f"{' and '.join(given)} are given by settings: change them there, the new key first"
            " (openssl rand -hex 16) 密钥由环境变量给出，请在那里修改"
        )


def _is_given(config: Settings, name: str) -> bool:
    value = config.data_key if name == "QINJI_DATA_KEY" else config.index_key
    return bool(value.get_secret_value().strip())


def _tell_keys(rows: list[Record], cipher: Cipher) -> None:
    for row in rows:
        state = "writing 当前" if row["writing"] else "of before 旧"
        if row["kept_sealed"] is not None and row["walked_at"] is not None:
            state += ", kept in the database 由数据库保管"
        since = f"{local(row['since']):%Y-%m-%d %H:%M}"
        click.echo(f"{row['kind']} key {_short(row['key_id'])}: {state}, {since}")
    known = {row["key_id"] for row in rows}
    for kind, given in zip(_KINDS, cipher.given, strict=True):
        for key in given:
            if key.id not in known:
                click.echo(f"{kind} key {_short(key.id)}: given, not used 已给出，未使用")


def _short(key_id: bytes) -> str:
    return key_id.hex() or "?"
