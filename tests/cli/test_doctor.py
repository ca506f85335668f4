"""``qinji doctor`` as it is typed."""

from __future__ import annotations

from pathlib import Path

from app.kit.sm import Cipher
from app.store.sealed import ring
from tests.cli.test_ledger import KEY, qinji
from tests.ledger.conftest import Books

CHECKS = """
home keys disk time PostgreSQL clock durability connections locks upkeep memory schema role
rights Citus months standby Redis workers lanes
"""


async def ring_settled(books: Books, key: str = KEY) -> None:
    """The database's first keys."""
    data, index = (keys[0] for keys in Cipher.of([bytes.fromhex(key)], [bytes.fromhex(key)]).given)
    async with books.database.connection() as connection:
        await ring.settle(connection, data, index)


async def test_what_is_well_is_told_line_by_line(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    code, out, err = await qinji(books, redis_url, tmp_path, group="doctor")
    told = out.splitlines()
    assert code == 0 and not [line for line in told if line.startswith("fault")], out + err
    for check in CHECKS.split():
        assert any(line.split(None, 1)[1].startswith(check) for line in told), check
    assert "keys' database 密钥与数据库: this database knows none yet" in out
    await ring_settled(books)
    code, out, err = await qinji(books, redis_url, tmp_path, group="doctor")
    assert code == 0 and "keys' database 密钥与数据库: they are its own" in out, out + err


async def test_a_fault_ends_with_one(books: Books, redis_url: str, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o644)
    await ring_settled(books, "22" * 16)
    code, out, _ = await qinji(books, redis_url, tmp_path, group="doctor")
    assert "fault  keys' database" in out and "is not the key" in out
    assert code == 1 and "fault  home 数据目录: others may read" in out
    books.url = books.url.replace("/run", "/nowhere")
    (tmp_path / "keys.json").unlink()
    code, out, _ = await qinji(books, redis_url, tmp_path, group="doctor")
    assert code == 1 and "fault  database 数据库: FileNotFoundError" in out
    assert "workers" not in out, "what can't be looked at isn't told"
