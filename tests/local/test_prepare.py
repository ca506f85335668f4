"""What `qinji up` prepares: a database of the version before is brought up with everybody in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations

from app.domain.registry.service import People, certno_aad, name_aad
from app.kit.sm import Cipher
from app.local import prepare
from app.settings import Settings
from app.store import migrations
from app.store.database import Database
from app.store.keys import load_keys
from app.store.models import APP, tortoise_config
from app.store.urls.postgres import credentials
from tests.servers import as_owner, migrate, new_database

MIGRATIONS = Path(migrations.__file__).parent
PEOPLE = [
    ("1", "阿卜杜拉•买买提", "08", "ｅ 123 Ⅹ", "阿卜杜拉·买买提", "E123X"),
    ("2", "李\ue863", "01", "139900198005170010", "李䶮", "139900198005170010"),
    ("3", "李敏", "01", "13990019800517002X", "李敏", "13990019800517002x"),
]
_ADD = """
insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type, certno_sealed,
    certno_index, gend, brdy, insutype, psn_type, psn_insu_stas, insuplc_admdvs)
values ($1, $2, $3, $4, $5, $6, $7, '1', $8, '310', '11', '1', '130100')
"""


async def as_before(url: str, cipher: Cipher) -> None:
    """The schema of the version before, with people as it stored them."""
    config = tortoise_config(
        {"engine": "tortoise.backends.asyncpg", "credentials": credentials(as_owner(url))}
    )
    steps = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    before = steps[steps.index("0018_normal_forms") - 1]
    await migrate(url)
    async with TortoiseContext():
        await run_migrations(config=config, target=f"{APP}.{before}", direction="backward")
    opened = await asyncpg.connect(**credentials(as_owner(url)))
    for psn_no, name, kind, certno, *_ in PEOPLE:
        await opened.execute(
            _ADD,
            int(psn_no),
            psn_no,
            cipher.seal(name, name_aad(psn_no)),
            cipher.index("psn_name", name.strip()),
            kind,
            cipher.seal(certno, certno_aad(psn_no)),
            cipher.index(f"certno:{kind}", certno.strip().upper()),
            date(1980, 5, 17),
        )
    await opened.close()


async def test_people_of_before_are_found_by_the_normal_form(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Settings(home=tmp_path)
    monkeypatch.setattr(prepare, "settings", lambda: config)
    keys = load_keys(config)
    cipher = Cipher(keys.data_key, keys.index_key)
    async with new_database(database_url, "before") as mine:
        await as_before(mine, cipher)
        await migrate(mine)
        await prepare.index_people(mine)
        database = await Database.open(mine, pool_max=2)
        try:
            people = People(cipher, database)
            for psn_no, name, kind, certno, asked_name, asked_certno in PEOPLE:
                found = await people.identify(asked_name, kind, asked_certno)
                assert (found.psn_no, people.name(found)) == (psn_no, name)
                assert people.certno(found) == certno
        finally:
            await database.close()
