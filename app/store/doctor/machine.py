"""This machine: the home folder, its keys, its disk, time zones, and certificates that end."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509

from app.kit.clock import machine as this_clock
from app.settings import Settings
from app.store.doctor.told import Told, fault, ok, warn
from app.store.keys import Keys, KeysError, keys_file, load_keys

_HOME, _KEYS, _DISK = "home 数据目录", "keys 密钥", "disk 磁盘"
_ZONES, _CERTIFICATE = "time zones 时区", "certificate 证书"
_LEAST_BYTES = 1 << 30
_LEAST_PART = 0.1
_SOON = timedelta(days=30)
_FILES = ("sslrootcert", "sslcert", "ssl_ca_certs", "ssl_certfile")


def home(config: Settings) -> Told:
    """Nobody else may write there, and nobody else read the keys."""
    if not config.home.is_dir():
        return ok(_HOME, f"{config.home} isn't there yet")
    if _mode(config.home) & (stat.S_IWGRP | stat.S_IWOTH):
        return fault(_HOME, f"others may write to {config.home}", f"chmod go-w {config.home}")
    path = keys_file(config)
    if path.exists() and _mode(path) & (stat.S_IRWXG | stat.S_IRWXO):
        return fault(
            _HOME,
            f"others may read {path}",
            f"chmod 600 {path}; then `qinji keys rotate` 其他用户可读密钥，收紧权限后轮换密钥",
        )
    return ok(_HOME, f"{config.home}")


def keys(config: Settings) -> tuple[Told, Keys | None]:
    """Whether they can be read; none is made."""
    given = all(k.get_secret_value() for k in (config.data_key, config.index_key))
    if not given and not keys_file(config).exists():
        return warn(
            _KEYS,
            f"none is set, and {keys_file(config)} isn't there",
            "the first start makes them; where rows lie sealed already give those"
            " (deploy/KEYS.md) 首次启动会生成；已有数据时请使用原密钥",
        ), None
    try:
        found = load_keys(config)
    except KeysError as error:
        return fault(_KEYS, str(error), "deploy/KEYS.md 参见密钥说明"), None
    counts = f"{len(found.data_keys)} for data, {len(found.index_keys)} for indexes"
    return ok(_KEYS, counts), found


def folder(path: str) -> Told | None:
    """The database's own, if it is on this machine."""
    return disk(Path(path)) if Path(path).is_dir() else None


def disk(path: Path) -> Told:
    """What is left where a folder lies, or its nearest parent that is there."""
    there = next(one for one in (path, *path.parents) if one.exists())
    usage = shutil.disk_usage(there)
    said = f"{there}: {usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB are free"
    return left(said, usage.free, usage.total)


def left(said: str, free: int, total: int) -> Told:
    """A full disk stops every bill."""
    do = "free or add some; never remove files of the database 清理或扩容，勿删数据库文件"
    if free < _LEAST_BYTES:
        return fault(_DISK, said, do)
    return warn(_DISK, said, do) if free < _LEAST_PART * total else ok(_DISK, said)


def zones(name: str = "Asia/Shanghai") -> Told:
    """Rules think in China's days."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fault(_ZONES, f"{name} isn't known here", "install tzdata 安装tzdata")
    return ok(_ZONES, name)


def certificates(config: Settings, now: datetime | None = None) -> Iterator[Told]:
    """Of those that the servers' URLs name: which end soon, or can't be read."""
    moment = now or this_clock()
    for path in sorted(set(_named(config))):
        if path == "system":
            continue
        try:
            found = x509.load_pem_x509_certificates(Path(path).read_bytes())
        except (OSError, ValueError) as error:
            yield fault(_CERTIFICATE, f"{path}: {type(error).__name__}", "put it there 放置证书")
            continue
        end = min(one.not_valid_after_utc for one in found)
        said = f"{path} is good until {end:%Y-%m-%d}"
        do = "make a new one, e.g. by ./deploy/cluster/fill 换新证书"
        if end <= moment:
            yield fault(_CERTIFICATE, f"{path} has ended on {end:%Y-%m-%d}", do)
        else:
            yield warn(_CERTIFICATE, said, do) if end - moment < _SOON else ok(_CERTIFICATE, said)


def _named(config: Settings) -> Iterator[str]:
    for url in (config.database_url, config.redis_url, config.standby_url):
        for option, path in parse_qsl(url.partition("?")[2]):
            if option in _FILES:
                yield path


def _mode(path: Path) -> int:
    return path.stat().st_mode
