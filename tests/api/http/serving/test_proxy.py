"""The proxy's configuration that we give, before a server of this process. Without an nginx it is
skipped (``QINJI_NGINX`` says where else one is)."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from yarl import URL

from app.api.http.serving.address import Proxies
from app.api.tills.incoming import UPLOAD_BODY_MAX
from app.clients.till.answer import read_answer
from app.clients.till.client import CALL_PATH
from tests.phone_world import migrated
from tests.till_world import Town, town

__all__ = ["migrated", "town"]
NGINX = os.environ.get("QINJI_NGINX") or shutil.which("nginx")
CONF = Path(__file__).resolve().parents[4] / "deploy" / "proxy" / "nginx.conf"
NAME = "qinji.example"
SAID = {
    "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9",
    "x-ca-key": "k", "Prefer": "wait=20",
}  # fmt: skip
SHUT = (
    "/metrics", "/health/ready", "/demo/till", "//metrics", "/x/../metrics", "/%6detrics",
)  # fmt: skip
NIGHT = (
    "/counter", "/counter/api/me", "/counter/api/sign-in",
    "/ops", "/ops/api/me", "/ops/api/sign-in", "//ops/api/me", "/%6fps/api/me",
    "/x/%2e%2e/ops/api/me", "/ops%2fapi/me",
)  # fmt: skip
CERTIFICATE = (
    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-days", "1", "-subj", f"/CN={NAME}",
)  # fmt: skip
"""What makes a certificate that nobody believes."""
pytestmark = pytest.mark.skipif(NGINX is None, reason="there is no nginx")


@pytest.fixture
def config() -> dict[str, Any]:
    return {}


@dataclass
class Proxy:
    """An nginx that runs, and its ports."""

    tls: int
    clear: int

    def session(self, address: str = "127.0.0.1") -> aiohttp.ClientSession:
        """A client at an address of this machine, which looks names up here."""
        connector = aiohttp.TCPConnector(
            ssl=False, local_addr=(address, 0), resolver=_Here(), limit=0
        )
        return aiohttp.ClientSession(f"https://{NAME}:{self.tls}", connector=connector)


class _Here(aiohttp.abc.AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        here = {"hostname": host, "host": "127.0.0.1", "port": port, "proto": 0, "flags": 0}
        return [here | {"family": socket.AF_INET}]

    async def close(self) -> None:
        pass


def written(folder: Path, backend: int, proxy: Proxy) -> Path:
    """The configuration with this machine's ports and places in it."""
    text = "".join(
        line for line in CONF.read_text(encoding="utf-8").splitlines(True) if "[::]" not in line
    )
    for old, new in {
        "listen 443": f"listen 127.0.0.1:{proxy.tls}",
        "listen 80": f"listen 127.0.0.1:{proxy.clear}",
        "server 127.0.0.1:8080": f"server 127.0.0.1:{backend}",
        "/etc/nginx/tls/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
        "/run/nginx.pid": f"{folder}/pid",
        "worker_processes auto": "worker_processes 1",
        "rate=200r/s": "rate=20r/s",  # a slow machine sends too much, too
        "burst=400": "burst=40",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    text = text.replace("http {\n", "http {\n" + places, 1)
    if os.geteuid() == 0:
        text = "user root;\n" + text
    path = folder / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    return path


async def start(folder: Path, backend: int) -> tuple[Proxy, asyncio.subprocess.Process]:
    assert NGINX is not None
    proxy = Proxy(unused_port(), unused_port())
    made = await asyncio.create_subprocess_exec(
        *CERTIFICATE,
        "-keyout",
        f"{folder}/qinji.key",
        "-out",
        f"{folder}/qinji.pem",
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0
    path = str(written(folder, backend, proxy))
    process = await asyncio.create_subprocess_exec(
        NGINX, "-p", str(folder), "-c", path, "-e", f"{folder}/error.log", "-g", "daemon off;"
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", proxy.tls)).close()
            return proxy, process
        except OSError:
            assert process.returncode is None
            await asyncio.sleep(0.05)
    process.kill()
    raise AssertionError("nginx does not come up")


@pytest.fixture
async def proxy(tmp_path: Path) -> AsyncIterator[Proxy]:
    """Before a server that tells what it was sent."""

    async def heard(request: web.Request) -> web.StreamResponse:
        body = len(await request.read())
        headers = {name.lower(): request.headers.getall(name) for name in request.headers}
        return web.json_response({"headers": headers, "path": request.raw_path, "bytes": body})

    backend = web.Application(client_max_size=2**26)
    backend.router.add_route("*", "/{any:.*}", heard)
    server = TestServer(backend)
    await server.start_server()
    found, process = await start(tmp_path, server.port or 0)
    yield found
    process.terminate()
    await process.wait()
    await server.close()


async def test_the_client_s_address_is_handed_on_and_nothing_it_says_of_itself(
    proxy: Proxy,
) -> None:
    async with proxy.session("127.0.0.2") as client:
        answer = await client.get("/api/v1/me", headers=SAID)
        told = (await answer.json())["headers"]
    assert told["x-forwarded-for"] == ["127.0.0.2"]
    assert Proxies.read("127.0.0.1").client("127.0.0.1", told["x-forwarded-for"]) == "127.0.0.2"
    assert "forwarded" not in told and "x-real-ip" not in told
    assert (told["x-ca-key"], told["prefer"]) == (["k"], ["wait=20"])
    assert answer.headers["Strict-Transport-Security"]


async def test_what_is_of_this_machine_or_the_night_shift_s_is_not_the_world_s(
    proxy: Proxy,
) -> None:
    async with proxy.session("127.0.0.2") as world, proxy.session() as night:
        for path in SHUT:
            assert (await _get(world, proxy, path)).status == 404, path
        for path in NIGHT:
            assert (await _get(world, proxy, path)).status == 403, path
            assert (await _get(night, proxy, path)).status == 200, path


async def _get(client: aiohttp.ClientSession, proxy: Proxy, path: str) -> aiohttp.ClientResponse:
    return await client.get(URL(f"https://{NAME}:{proxy.tls}{path}", encoded=True))


async def test_too_much_of_one_address_is_refused_and_another_is_served(proxy: Proxy) -> None:
    async with proxy.session() as greedy, proxy.session("127.0.0.2") as other:

        async def statuses(path: str, count: int) -> list[int]:
            answers = []
            for _ in range(count):
                async with greedy.post(path, data=b"{}") as answer:
                    answers.append(answer.status)
            return answers

        assert set(await statuses("/api/v1/login", 80)) == {200, 429}
        assert (await other.post("/api/v1/login", data=b"{}")).status == 200
        assert 503 in await statuses(CALL_PATH, 150)
        async with greedy.post(CALL_PATH, data=b"{}") as answer:
            if answer.status == 503:
                told = read_answer("", answer.status, await answer.read())
                assert told.err_msg.startswith("BUSY ") and not told.ok
        assert (await other.post(CALL_PATH, data=b"{}")).status == 200


async def test_what_is_too_long_in_clear_or_for_another_name_comes_no_further(
    proxy: Proxy,
) -> None:
    async with proxy.session() as client:
        file = await client.post(CALL_PATH, data=b"x" * UPLOAD_BODY_MAX)
        assert (await file.json())["bytes"] == UPLOAD_BODY_MAX
        assert (await client.post("/api/v1/login", data=b"x" * 2**21)).status == 413
    async with aiohttp.ClientSession(f"http://127.0.0.1:{proxy.clear}") as clear:
        assert (await clear.post(CALL_PATH, data=b"{}", allow_redirects=False)).status == 403
        page = await clear.get("/till", headers={"Host": "evil"}, allow_redirects=False)
        assert page.headers["Location"] == f"https://{NAME}/till"
    async with aiohttp.ClientSession() as stranger:
        with pytest.raises(aiohttp.ClientError):
            await stranger.get(f"https://localhost:{proxy.tls}/", ssl=False)


async def test_a_till_is_paid_through_it(town: Town, tmp_path: Path) -> None:
    port = town.world.client.port
    proxy, process = await start(tmp_path, port or 0)
    try:
        patient = await town.member("李平", current_fen=9_000)
        async with proxy.session() as session:
            till = await town.new_till(town.shop, session=session)
            till.base_url = f"https://{NAME}:{proxy.tls}"
            assert (await till.sign_in()).ok
            paid = await till.settle(await town.sale(patient, "5.00", till=till))
            assert paid.ok, paid.err_msg
    finally:
        process.terminate()
        await process.wait()
    logged = (tmp_path / "qinji.log").read_text(encoding="utf-8")
    assert CALL_PATH in logged and town.shop.key_id not in logged
