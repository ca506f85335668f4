"""Other keys than the database's are found at the start, whether or not a canary lies there yet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.domain.registry.service import name_aad, sealed_before
from app.kit.sm import Cipher
from app.store.database import Database
from app.store.keys import KeysError
from app.store.sealed.canary import check_keys
from tests.servers import migrate, new_database

OURS, OTHER = b"1" * 16, b"2" * 16
_PERSON = """
insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type, certno_sealed,
    certno_index, gend, brdy, insutype, psn_type, psn_insu_stas, insuplc_admdvs, created_at,
    updated_at)
values (1, 'P1', $1, 'i', '01', 's', 'i', '1', '1990-01-01', '310', '11', '1', '130100', now(),
    now())
"""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with new_database(database_url, "canary") as url:
        await migrate(url)
        opened = await Database.open(url, pool_max=2)
        try:
            yield opened
        finally:
            await opened.close()


async def test_the_first_start_settles_the_keys(database: Database) -> None:
    for _ in range(2):
        await check_keys(database, Cipher(OURS, OURS), sealed_before)
    with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
        await check_keys(database, Cipher(OTHER, OURS), sealed_before)
    with pytest.raises(KeysError, match="QINJI_INDEX_KEY is not the key"):
        await check_keys(database, Cipher(OURS, OTHER), sealed_before)


async def test_a_database_of_before_is_settled_by_what_lies_in_it(database: Database) -> None:
    sealed = Cipher(OURS, OURS).seal("李敏", name_aad("P1"))
    await database.value(_PERSON, sealed)
    with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
        await check_keys(database, Cipher(OTHER, OURS), sealed_before)
    assert await database.value("select count(*) from key_canary") == 0
    await check_keys(database, Cipher(OURS, OURS), sealed_before)
