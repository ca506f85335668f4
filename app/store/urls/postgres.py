"""The database's URL as asyncpg's arguments, TLS as libpq understands it."""

from __future__ import annotations

import ssl
from urllib.parse import unquote

from app.store.urls import UrlRefused, one_of, options, servers, split

_NAME = "QINJI_DATABASE_URL"
OWNER = "QINJI_OWNER_DATABASE_URL"
"""Whose role owns the tables: for migrations only."""
SHARED, SHARED_OWNER = "QINJI_SHARED_DATABASE_URL", "QINJI_OWNER_SHARED_DATABASE_URL"
"""The same two of the database with the shared tables, where those have one of their own."""
STANDBY = "QINJI_STANDBY_URL"
"""Where what is over is read."""
_FORM = "postgres://user:password@host:5432/name?sslmode=verify-full"
_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SESSIONS = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
_OPTIONS = (
    "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "application_name",
    "connect_timeout", "target_session_attrs",
)  # fmt: skip


def credentials(url: str) -> dict[str, object]:
    """``postgres://user:password@host:port/name?host=/socket/folder`` → connection arguments.

    With several servers (``host1:5432,host2,host3``) ``host`` and ``port`` are lists, and the one
    that takes writes is meant, unless the URL says something else.

    Raises:
        UrlRefused: another scheme, no database name, or an option that isn't understood.
    """
    parts = split(_NAME, url, ("postgres", "postgresql"), _FORM)
    if not parts.path.strip("/"):
        raise UrlRefused(f"{_NAME} must look like {_FORM} 格式应为 {_FORM}")
    query = options(_NAME, parts, _OPTIONS)
    given_port = _number("port", query["port"]) if "port" in query else None
    named = servers(_NAME, parts, given_port or 5432, several=True)
    host, port = named[0] if named else ("", 5432)
    found: dict[str, object] = {
        "host": query.get("host") or host or "127.0.0.1",
        "port": given_port or port,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": unquote(parts.path.strip("/")),
    }
    if (tls := _tls(query)) is not None:
        found["ssl"] = tls
    if "application_name" in query:
        found["server_settings"] = {"application_name": query["application_name"]}
    if "connect_timeout" in query:
        found["timeout"] = float(_number("connect_timeout", query["connect_timeout"]))
    if "target_session_attrs" in query:
        wanted = query["target_session_attrs"]
        found["target_session_attrs"] = one_of(_NAME, "target_session_attrs", wanted, _SESSIONS)
    if len(named) > 1:
        if "host" in query:
            raise UrlRefused(f"{_NAME}: host beside several servers 多台服务器时不能再写host")
        found["host"], found["port"] = [host for host, _ in named], [port for _, port in named]
        found.setdefault("target_session_attrs", "read-write")
    return found


def owner_credentials(url: str) -> dict[str, object]:
    """The same of the owner's URL.

    Raises:
        UrlRefused: as ``credentials``, by the name of this setting.
    """
    try:
        return credentials(url)
    except UrlRefused as error:
        raise UrlRefused(str(error).replace(_NAME, OWNER)) from None


def told_of_shared(text: str) -> str:
    """What was said of database or Redis, by the names of the settings of what is shared."""
    told = text.replace(OWNER, SHARED_OWNER).replace(_NAME, SHARED)
    return told.replace("QINJI_REDIS_URL", "QINJI_SHARED_REDIS_URL")


def standby_credentials(url: str) -> dict[str, object]:
    """The same of a standby's URL: of several servers one that follows is meant, and of a single
    one nothing is wanted once it leads.

    Raises:
        UrlRefused: as ``credentials``, by the name of this setting.
    """
    try:
        found = credentials(url)
    except UrlRefused as error:
        raise UrlRefused(str(error).replace(_NAME, STANDBY)) from None
    if "target_session_attrs=" not in url:
        found["target_session_attrs"] = "standby"
    return found


def _number(option: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise UrlRefused(f"{_NAME}: {option} must be a whole number {option}应为正整数")
    return int(text)


def _tls(query: dict[str, str]) -> ssl.SSLContext | str | bool | None:
    """What asyncpg takes for ``ssl``; None: nothing is said, so TLS where the server has it."""
    files = [option for option in ("sslrootcert", "sslcert", "sslkey") if option in query]
    mode = query.get("sslmode")
    if mode is not None:
        one_of(_NAME, "sslmode", mode, _MODES)
    if mode is None or mode in ("disable", "allow", "prefer"):
        if files:
            raise UrlRefused(f"{_NAME}: {files[0]} wants sslmode=require or verify-full 需同时设置")
        return False if mode == "disable" else mode
    if mode == "verify-ca" and "sslrootcert" not in query:
        raise UrlRefused(f"{_NAME}: sslmode=verify-ca wants sslrootcert 需同时设置sslrootcert")
    if "sslkey" in query and "sslcert" not in query:
        raise UrlRefused(f"{_NAME}: sslkey wants sslcert 需同时设置sslcert")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full"
    verified = mode != "require" or "sslrootcert" in query  # as libpq: a root means verify-ca
    context.verify_mode = ssl.CERT_REQUIRED if verified else ssl.CERT_NONE
    if verified:
        _load_root(context, query.get("sslrootcert", "system"))
    if "sslcert" in query:
        _load_own(context, query["sslcert"], query.get("sslkey"))
    return context


def _load_root(context: ssl.SSLContext, path: str) -> None:
    if path == "system":
        context.load_default_certs()
        return
    try:
        context.load_verify_locations(cafile=path)
    except OSError:  # ssl.SSLError is one
        raise UrlRefused(f"{_NAME}: sslrootcert holds no certificates 证书文件无效") from None


def _load_own(context: ssl.SSLContext, cert: str, key: str | None) -> None:
    try:
        # No password: without this OpenSSL would ask for one on the terminal and wait for ever.
        context.load_cert_chain(cert, key, password="")
    except OSError:
        raise UrlRefused(
            f"{_NAME}: sslcert and sslkey are no certificate with its key, or the key has a"
            " password 客户端证书或密钥无效"
        ) from None
