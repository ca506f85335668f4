"""A backup taken under load, restored to a moment between two bills: the books are right there."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from app.local.cluster.running import Loopback
from app.local.processes import run
from app.local.servers.place import Place, prepare
from app.store.database import Database
from tests.books import check_books
from tests.cluster.storm import running_cluster
from tests.crash.fleet import own_home, settled_books, until
from tests.crash.told import check_told
from tests.crash.village import Village, rush, sell, till

_COUNT = "select count(*) from settlement"
# What deploy/cluster/README.md lets an operator write, and where this test's server listens.
_BACK = """
restore_command = 'cp {wal}/%f %p'
recovery_target_time = '{moment}'
recovery_target_action = 'promote'
synchronous_standby_names = ''
archive_mode = off
listen_addresses = ''
port = 5432
unix_socket_directories = '{sockets}'
"""


def _folder(path: Path, place: Place) -> Path:
    path.mkdir(mode=0o700)
    if place.account:
        os.chown(path, place.account.uid, place.account.gid)
    return path


@pytest.mark.usefixtures("parts")
async def test_a_backup_under_load_goes_back_to_a_moment_between_two_bills() -> None:
    with own_home() as folder:
        place = prepare(folder)
        wal = _folder(place.pg_home / "wal", place)
        archive = {
            "archive": f"test ! -f {wal}/%f && cp %p {wal}/.%f && mv {wal}/.%f {wal}/%f",
            "restore": f"cp {wal}/%f %p",
        }
        async with running_cluster(folder, archive) as (cluster, services):
            village = await Village.build(services, folder)
            selling = asyncio.create_task(rush(village, cluster.url, 120, 8))
            copy = await asyncio.to_thread(_backup, cluster, place)
            before = await selling
            await settled_books(services.database)
            moment = await services.database.value("select clock_timestamp()")
            settled = await services.database.value(_COUNT)
            async with till(cluster.url, 500) as at:
                for _ in range(12):
                    await sell(village, at, village.bill())
            await settled_books(services.database)
            assert await services.database.value(_COUNT) > settled
            await _archived(cluster, wal)
            async with _restored(cluster, place, copy, wal, moment) as database:
                assert await database.value(_COUNT) == settled
                await check_books(database)
                assert await check_told(database, before)


def _backup(cluster: Loopback, place: Place) -> Path:
    """As the README has it, from a standby."""
    copy, proxy = place.pg_home / "copy", cluster.plan.that("proxy")[0]
    word = cluster.secret["replicator"]
    where = f"host={proxy.address} port={proxy.ports.standby} user=replicator password={word}"
    argv: list[str | Path] = [
        place.pg_bin / "pg_basebackup",
        "-d",
        where,
        "-D",
        copy,
        "-X",
        "stream",
        "-c",
        "fast",
    ]
    done = run(argv, account=place.account, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    return copy


async def _archived(cluster: Loopback, wal: Path) -> None:
    """Waits until all that has been written lies in the archive."""
    proxy = cluster.plan.that("proxy")[0]
    admin = await asyncpg.connect(
        host=proxy.address,
        port=proxy.ports.primary,
        user="postgres",
        password=cluster.secret["superuser"],
        database="postgres",
    )
    try:
        last = await admin.fetchval("select pg_walfile_name(pg_current_wal_lsn())")
        await admin.execute("select pg_switch_wal()")
    finally:
        await admin.close()

    async def there() -> bool:
        return (wal / str(last)).exists()

    await until(there, "the last segment is archived")


@asynccontextmanager
async def _restored(
    cluster: Loopback, place: Place, copy: Path, wal: Path, moment: datetime
) -> AsyncIterator[Database]:
    """The database of a backup as it was at a moment, on a server of its own."""
    sockets = _folder(place.sockets / "back", place)
    (copy / "standby.signal").unlink(missing_ok=True)
    with (copy / "postgresql.auto.conf").open("a") as conf:
        conf.write(_BACK.format(wal=wal, moment=moment.isoformat(), sockets=sockets))
    signal = copy / "recovery.signal"
    signal.touch()
    if place.account:
        os.chown(signal, place.account.uid, place.account.gid)
    control: list[str | Path] = [place.pg_bin / "pg_ctl", "-D", copy, "-w", "-t", "120"]
    env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    log = copy / "back.log"
    done = run([*control, "-l", log, "start"], account=place.account, env=env, timeout_s=150)
    assert done.returncode == 0, log.read_text()
    url = f"postgresql://qinji:{cluster.secret['serving']}@/qinji?host={sockets}"
    database = await Database.open(url, read_only=True)
    try:

        async def promoted() -> bool:
            return not await database.value("select pg_is_in_recovery()")

        await until(promoted, "it is at its moment")
        yield database
    finally:
        await database.close()
        run([*control, "-m", "immediate", "stop"], account=place.account, env=env)
        shutil.rmtree(copy)
