"""Redis' URL, read once for both who use it: the cache and arq."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Literal, TypedDict
from urllib.parse import unquote

from app.store.urls import Server, UrlRefused, one_of, options, servers, split

_NAME = "QINJI_REDIS_URL"
_FORM = (
    "redis://host:6379/0, rediss://user:password@host:6379/0, unix:///socket?db=0 or"
    " redis+sentinel://:password@host1,host2,host3/master?db=0"
)
_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
_SENTINEL_PORT = 26379
_TLS = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname")
_REQS = ("required", "none")
_FLAGS = ("true", "false")


class Connection(TypedDict):
    """How to connect, by the names that both clients of Redis have for it."""

    host: str
    port: int
    unix_socket_path: str | None
    username: str | None
    password: str | None
    ssl: bool
    ssl_ca_certs: str | None
    ssl_certfile: str | None
    ssl_keyfile: str | None
    ssl_cert_reqs: Literal["required", "none"]
    ssl_check_hostname: bool


@dataclass(frozen=True, slots=True)
class RedisUrl:
    """What a Redis URL says. ``path``: of a unix socket; then there is no host. ``sentinels``: who
    tells where the server named ``master`` is just now; then ``host`` is nobody's. They have a
    password of their own, or none."""

    host: str
    port: int
    path: str | None
    db: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool
    ca: str | None
    cert: str | None
    key: str | None
    verified: bool
    check_host: bool
    sentinels: tuple[Server, ...] = ()
    master: str = ""
    sentinel_password: str | None = field(default=None, repr=False)

    @property
    def connection(self) -> Connection:
        """All but the database, for which the two have different names."""
        return {
            "host": self.host,
            "port": self.port,
            "unix_socket_path": self.path,
            "username": self.username,
            "password": self.password,
            "ssl": self.tls,
            "ssl_ca_certs": self.ca,
            "ssl_certfile": self.cert,
            "ssl_keyfile": self.key,
            "ssl_cert_reqs": "required" if self.verified else "none",
            "ssl_check_hostname": self.check_host,
        }


def redis_url(url: str) -> RedisUrl:
    """A Redis URL, understood whole.

    Raises:
        UrlRefused: another scheme, or an option that isn't understood.
    """
    parts = split(_NAME, url, _SCHEMES, _FORM)
    tls, watched = parts.scheme.startswith("rediss"), parts.scheme.endswith("+sentinel")
    known = ("db", *(_TLS if tls else ()), *(("sentinel_password",) if watched else ()))
    query = options(_NAME, parts, known)
    found = servers(_NAME, parts, _SENTINEL_PORT if watched else 6379, several=watched)
    if watched and not (found and parts.path.strip("/")):
        raise UrlRefused(f"{_NAME} must look like {_FORM} 格式应为 {_FORM}")
    host, port = found[0] if found else ("", 6379)
    reqs = one_of(_NAME, "ssl_cert_reqs", query.get("ssl_cert_reqs", "required"), _REQS)
    verified = reqs == "required"
    check = one_of(_NAME, "ssl_check_hostname", query.get("ssl_check_hostname", "true"), _FLAGS)
    _check_files(query)
    return RedisUrl(
        host=host or "localhost",
        port=port,
        path=unquote(parts.path) if parts.scheme == "unix" else None,
        db=_db(query.get("db") or (parts.path.strip("/") if parts.scheme in _SCHEMES[:2] else "")),
        username=unquote(parts.username or "") or None,
        password=unquote(parts.password or "") or None,
        tls=tls,
        ca=query.get("ssl_ca_certs"),
        cert=query.get("ssl_certfile"),
        key=query.get("ssl_keyfile"),
        verified=verified,
        check_host=verified and check == "true",
        sentinels=tuple(found) if watched else (),
        master=unquote(parts.path.strip("/")) if watched else "",
        sentinel_password=query.get("sentinel_password"),
    )


def _db(text: str) -> int:
    if text and not (text.isascii() and text.isdigit()):
        raise UrlRefused(f"{_NAME}: the database must be a number 库号应为数字")
    return int(text or 0)


def _check_files(query: dict[str, str]) -> None:
    """Files that can't be used are told now: later it would be a server that is away."""
    if "ssl_keyfile" in query and "ssl_certfile" not in query:
        raise UrlRefused(f"{_NAME}: ssl_keyfile wants ssl_certfile 需同时设置ssl_certfile")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if "ssl_ca_certs" in query:
            context.load_verify_locations(cafile=query["ssl_ca_certs"])
        if "ssl_certfile" in query:
            context.load_cert_chain(query["ssl_certfile"], query.get("ssl_keyfile"), password="")
    except OSError:
        raise UrlRefused(
            f"{_NAME}: a certificate or key of ssl_… can't be read 证书或密钥文件无效"
        ) from None
