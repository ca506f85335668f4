"""People and institutions of the town as rows, names, numbers and secrets sealed; made by processes
that each copy their part into the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import asyncpg

from app.bench.made.town import PERSON, Town
from app.domain.registry.indexes import index_certno, index_name, index_secret, index_written
from app.domain.registry.service import certno_aad, name_aad, secret_aad
from app.kit.sm import Cipher
from app.store.keys import Keys
from app.store.urls.postgres import credentials

_PERSON_COLUMNS = (
    "id", "psn_no", "psn_name_sealed", "psn_name_index", "psn_cert_type", "certno_sealed",
    "certno_index", "written_index", "gend", "brdy", "insutype", "psn_type", "psn_insu_stas",
    "insuplc_admdvs", "activated_at",
)  # fmt: skip
_OPENED = datetime(2025, 1, 1, tzinfo=UTC)
"""When everybody has logged in once."""
_SHOP_COLUMNS = (
    "fixmedins_code", "fixmedins_name", "fixmedins_type", "hosp_lv", "admdvs", "auth_scheme",
    "key_id", "secret_sealed", "secret_index", "outpatient_pooling", "cross_region",
)  # fmt: skip


@dataclass(frozen=True)
class _Work:
    """What a process needs to know."""

    url: str
    cipher: Cipher
    town: Town


_work: list[_Work] = []


def begin(url: str, keys: Keys, town: Town) -> None:
    """Tells this process what it works for; to be called first."""
    _work[:] = [_Work(url, Cipher(keys.data_key, keys.index_key), town)]


async def seal_and_copy(first: int, end: int) -> int:
    """Seals the people from ``first`` up to ``end`` and copies them into the table."""
    [work] = _work
    connection = await asyncpg.connect(**credentials(work.url))
    try:
        await connection.execute("set synchronous_commit = off")
        await connection.copy_records_to_table(
            "person", columns=_PERSON_COLUMNS, records=_people(work, first, end), timeout=600
        )
    finally:
        await connection.close()
    return end - first


def _people(work: _Work, first: int, end: int) -> Iterator[tuple[object, ...]]:
    cipher, town = work.cipher, work.town
    name_index = lru_cache(maxsize=None)(lambda name: index_name(cipher, name))
    for number in range(first, end):
        who = town.identity(number)
        yield (
            PERSON + number,
            who.psn_no,
            cipher.seal(who.name, name_aad(who.psn_no)),
            name_index(who.name),
            "01",
            cipher.seal(who.certno, certno_aad(who.psn_no)),
            index_certno(cipher, "01", who.certno),
            index_written(cipher, who.name, who.certno),
            who.gend,
            who.born,
            who.insutype,
            who.psn_type,
            "1",
            who.place,
            _OPENED,
        )


def shop_rows(town: Town, cipher: Cipher) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The institutions: columns and rows."""
    rows: list[tuple[object, ...]] = []
    for number in range(town.shops):
        shop = town.shop(number)
        rows.append(
            (
                shop.code,
                shop.name,
                "2",
                "11",
                shop.place,
                "hmac-sm3",
                shop.key_id,
                cipher.seal(shop.secret, secret_aad(shop.code)),
                index_secret(cipher, shop.secret),
                shop.pooling,
                True,
            )
        )
    return _SHOP_COLUMNS, rows
