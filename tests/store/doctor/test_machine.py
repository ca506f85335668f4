"""What is looked at on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.local.cluster.certificates import CA, Authority
from app.settings import Settings
from app.store.doctor import machine
from app.store.doctor.told import Mark
from app.store.keys import load_keys


def without_keys(config: Settings) -> Settings:
    return config.model_copy(update={"data_key": SecretStr(""), "index_key": SecretStr("")})


def test_others_write_to_the_home_or_read_its_keys(config: Settings) -> None:
    assert machine.home(config).mark is Mark.OK
    load_keys(without_keys(config))
    assert machine.home(config).mark is Mark.OK
    (config.home / "keys.json").chmod(0o640)
    told = machine.home(config)
    assert told.mark is Mark.FAULT and "keys.json" in told.said and "chmod 600" in told.do
    (config.home / "keys.json").chmod(0o600)
    config.home.chmod(0o777)
    told = machine.home(config)
    assert told.mark is Mark.FAULT and "others may write" in told.said


def test_keys_are_read_and_none_is_made(config: Settings) -> None:
    told, keys = machine.keys(config)
    assert told.mark is Mark.OK and keys is not None and "11" * 16 not in told.line
    bare = without_keys(config)
    told, keys = machine.keys(bare)
    assert told.mark is Mark.WARN and keys is None
    assert list(config.home.iterdir()) == [], "nothing is made by looking"
    (config.home / "keys.json").write_text("{}")
    told, keys = machine.keys(bare)
    assert told.mark is Mark.FAULT and keys is None and "damaged" in told.said


@pytest.mark.parametrize(
    ("free", "mark"), [(50 << 30, Mark.OK), (9 << 30, Mark.WARN), (1 << 29, Mark.FAULT)]
)
def test_a_disk_that_fills_is_told(free: int, mark: Mark) -> None:
    assert machine.left("here", free, 100 << 30).mark is mark
    assert "are free" in machine.disk(Path("/no/such/folder")).said


def test_time_zones_are_needed() -> None:
    assert machine.zones().mark is Mark.OK
    assert machine.zones("Asia/Nowhere").mark is Mark.FAULT


def test_a_certificate_that_ends_soon_is_told(config: Settings) -> None:
    path = config.home / "authority"
    Authority(path, "qinji")
    url = f"postgres://a:b@db/c?sslmode=verify-full&sslrootcert={path / CA}"
    named = config.model_copy(update={"database_url": url})
    (now,) = machine.certificates(named)
    assert now.mark is Mark.OK
    end = datetime.strptime(now.said[-10:], "%Y-%m-%d").replace(tzinfo=UTC)
    for before, mark in ((timedelta(days=5), Mark.WARN), (-timedelta(days=5), Mark.FAULT)):
        (told,) = machine.certificates(named, end - before)
        assert told.mark is mark
    (path / CA).write_text("no certificate")
    (told,) = machine.certificates(named)
    assert told.mark is Mark.FAULT
    assert list(machine.certificates(config)) == []
