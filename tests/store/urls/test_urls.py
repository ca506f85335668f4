"""What stands in a server's URL is done or refused by its name, never dropped in silence."""

from __future__ import annotations

import asyncio
import datetime as days
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis.asyncio import Redis, SSLConnection
from redis.asyncio.sentinel import SentinelConnectionPool, SentinelManagedSSLConnection
from structlog.testing import capture_logs

from app.store.cache import Cache
from app.store.database import DATABASE_AWAY, Database
from app.store.queue import arq_client
from app.store.urls import UrlRefused, remote
from app.store.urls.postgres import credentials
from app.store.urls.redis import redis_url
from app.store.urls.redis_client import ANSWER_S, redis_client

_DB = "postgres://qinji:p%40ss@db.example:5433/qinji"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "db.example")])
    now = days.datetime.now(days.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + days.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(cert_file), str(key_file)


def test_a_database_url_without_options_is_read_as_ever() -> None:
    assert credentials(_DB) == {
        "host": "db.example",
        "port": 5433,
        "user": "qinji",
        "password": "p@ss",
        "database": "qinji",
    }
    assert credentials("postgres://qinji@/qinji?host=/run/x")["host"] == "/run/x"


@pytest.mark.parametrize(
    ("mode", "verify", "names"),
    [("require", ssl.CERT_NONE, False), ("verify-full", ssl.CERT_REQUIRED, True)],
)
def test_tls_is_what_the_url_asks_for(mode: str, verify: ssl.VerifyMode, names: bool) -> None:
    context = credentials(f"{_DB}?sslmode={mode}")["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (verify, names)


def test_a_root_and_an_own_certificate_are_used(files: tuple[str, str]) -> None:
    cert, key = files
    given = f"{_DB}?sslrootcert={cert}&sslcert={cert}&sslkey={key}"
    for mode, names in (("require", False), ("verify-ca", False), ("verify-full", True)):
        context = credentials(f"{given}&sslmode={mode}")["ssl"]
        assert isinstance(context, ssl.SSLContext)
        assert context.verify_mode == ssl.CERT_REQUIRED  # with a root, require means verify-ca
        assert context.check_hostname is names
        assert context.cert_store_stats()["x509"] == 1


def test_the_other_options_of_the_database_are_passed_on() -> None:
    found = credentials(
        f"{_DB}?sslmode=disable&application_name=blue&connect_timeout=7"
        "&target_session_attrs=read-write"
    )
    assert found["ssl"] is False
    assert found["server_settings"] == {"application_name": "blue"}
    assert (found["timeout"], found["target_session_attrs"]) == (7.0, "read-write")
    assert credentials(f"{_DB}?sslmode=prefer")["ssl"] == "prefer"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (f"{_DB}?sslmod=verify-full", "sslmod"), (f"{_DB}?SSLMODE=require", "SSLMODE"),
        (f"{_DB}?sslmode=verify_full", "sslmode"), (f"{_DB}?sslmode=", "sslmode"),
        (f"{_DB}?sslmode=require&sslmode=disable", "sslmode"),
        (f"{_DB}?channel_binding=require", "channel_binding"),
        (f"{_DB}?options=-c%20x%3D1", "options"), (f"{_DB}?sslrootcert=/x", "sslrootcert"),
        (f"{_DB}?sslmode=verify-ca", "sslrootcert"), (f"{_DB}?sslmode=require&sslkey=/x", "sslkey"),
        (f"{_DB}?sslmode=verify-full&sslrootcert=/not/there", "sslrootcert"),
        (f"{_DB}?connect_timeout=soon", "connect_timeout"), (f"{_DB}?port=0", "port"),
        ("postgres://u:hidden#1@db/qinji", "%23"), ("postgres://u:hidden/1@db/qinji", "port"),
        ("postgres://a,,b/qinji", "comma"), ("mysql://u:hidden@db/qinji", "postgres://"),
        ("postgres://u:hidden@db", "postgres://"),
    ],
)  # fmt: skip
def test_what_is_not_understood_in_a_database_url_is_refused_by_name(url: str, named: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        credentials(url)
    assert named in str(refused.value) and "QINJI_DATABASE_URL" in str(refused.value)
    assert "hidden" not in str(refused.value) and "p%40ss" not in str(refused.value)


def _connection(client: Redis) -> Any:
    return client.connection_pool.make_connection()  # type: ignore[no-untyped-call]


def test_the_cache_and_arq_read_the_same_redis_url(files: tuple[str, str]) -> None:
    cert, key = files
    url = (
        "rediss://me:p%40ss@redis.example:6380/3"
        f"?ssl_ca_certs={cert}&ssl_certfile={cert}&ssl_keyfile={key}"
    )
    for client in (redis_client(url, Redis), arq_client(url)):
        made = _connection(client)
        assert isinstance(made, SSLConnection)
        assert (made.host, made.port, made.db) == ("redis.example", 6380, 3)
        assert (made.username, made.password) == ("me", "p@ss")
        assert (made.ca_certs, made.certfile, made.keyfile) == (cert, cert, key)
        assert (made.cert_reqs, made.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert made.socket_timeout == ANSWER_S
    socket = redis_url("unix:///run/redis.sock?db=2")
    assert (socket.path, socket.db, socket.tls) == ("/run/redis.sock", 2, False)
    lax = redis_url("rediss://r/0?ssl_cert_reqs=none")
    assert (lax.verified, lax.check_host) == (False, False)
    assert not redis_url("rediss://r/0?ssl_check_hostname=false").check_host
    assert "p@ss" not in repr(redis_url(url))


def test_sentinels_tell_both_where_the_master_is() -> None:
    url = "redis+sentinel://me:p%40ss@s1,s2:26380,[::1]/qinji?db=3&sentinel_password=w%40y"
    for client in (redis_client(url, Redis), arq_client(url)):
        pool = client.connection_pool
        assert isinstance(pool, SentinelConnectionPool) and pool.service_name == "qinji"
        asked = [s.connection_pool.connection_kwargs for s in pool.sentinel_manager.sentinels]
        assert [(one["host"], one["port"]) for one in asked] == [
            ("s1", 26379),
            ("s2", 26380),
            ("::1", 26379),
        ]
        assert {one["password"] for one in asked} == {"w@y"}
        assert {one["socket_timeout"] for one in asked} == {1.0}
        made = _connection(client)
        assert (made.username, made.password, made.db) == ("me", "p@ss", 3)
        assert made.socket_timeout == ANSWER_S
    found = redis_url(url)
    assert "p@ss" not in repr(found) and "w@y" not in repr(found)
    secured = redis_client("rediss+sentinel://s1/qinji?ssl_cert_reqs=none", Redis)
    assert isinstance(_connection(secured), SentinelManagedSSLConnection)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("redis://a,b/0", "one server"), ("redis+sentinel://a,b", "redis+sentinel://"),
        ("redis+sentinel://a,,b/m", "comma"), ("redis+sentinel://a:no,b/m", "port"),
        ("redis://r/0?sentinel_password=x", "sentinel_password"),
        ("redis://r/0?ssl_ca_certs=/x", "ssl_ca_certs"), ("rediss://r/0?ssl=true", "'ssl'"),
        ("rediss://r/0?ssl_cert_reqs=maybe", "ssl_cert_reqs"), ("redis://r/zero", "number"),
        ("rediss://r/0?ssl_ca_certs=/not/there", "certificate"), ("http://r/0", "redis://"),
        ("rediss://r/0?ssl_keyfile=/x", "ssl_keyfile"), ("redis://r/0?db=1&db=2", "db"),
        ("redis://r/0?socket_timeout=1", "socket_timeout"), ("redis://:hidden#x@r/0", "%23"),
    ],
)  # fmt: skip
def test_what_is_not_understood_in_a_redis_url_is_refused_by_name(url: str, named: str) -> None:
    for read in (arq_client, redis_url):
        with pytest.raises(UrlRefused) as refused:
            read(url)
        assert named in str(refused.value) and "QINJI_REDIS_URL" in str(refused.value)
        assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "far"),
    [("/run/x", False), ("localhost", False), ("127.0.0.2", False), ("::1", False),
     ("10.0.0.7", True), ("db.example", True)],
)  # fmt: skip
def test_what_leaves_the_machine(host: str, far: bool) -> None:
    assert remote(host) is far


async def test_a_plain_connection_to_another_machine_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with capture_logs() as said:
        for url in ("redis://10.0.0.7/0", "rediss://10.0.0.7/0", "redis://127.0.0.1/0"):
            await (await Cache.open(url)).close()
    assert [(one["event"], one["host"]) for one in said] == [("redis_in_clear", "10.0.0.7")]
    monkeypatch.setattr("app.store.database.remote", lambda host: True)
    with capture_logs() as said:
        await (await Database.open(database_url, read_only=True)).close()
    assert [one["event"] for one in said] == ["database_in_clear"]


async def test_the_servers_hear_what_the_url_says(database_url: str) -> None:
    both = "&" if "?" in database_url else "?"
    url = f"{database_url}{both}application_name=blue"
    database = await Database.open(url, application="qinji-app", read_only=True)
    try:
        for pool in database.pools:
            name = await pool.fetchval("select current_setting('application_name')")
            assert name == "qinji-app blue"
    finally:
        await database.close()


@pytest.mark.parametrize("mode", ["require", "verify-full"])
async def test_a_database_without_tls_is_told_nothing_where_tls_is_asked_for(mode: str) -> None:
    heard: list[bytes] = []

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.write(b"N")  # as PostgreSQL without TLS answers the question for it
        heard.append(await reader.read(100))
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DATABASE_AWAY):
            await Database.open(f"postgres://qinji:hidden@127.0.0.1:{port}/qinji?sslmode={mode}")
        await asyncio.wait_for(ended.wait(), 10)
    assert len(heard[0]) == 8 and heard[1] == b""
