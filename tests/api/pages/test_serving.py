"""What a browser gets, over real HTTP: headers, digests, compression, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from yarl import URL

from app.api.pages.handlers import CSP
from app.api.pages.serving import Shelf, served
from tests.phone_world import World

FILE = "/miniprogram/app.wxss"


async def test_a_page_allows_no_inline_script_no_eval_and_no_other_host(world: World) -> None:
    async with world.client.get("/") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"] == CSP
        assert answer.content_type == "text/html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        text = await answer.text()
    assert "unsafe" not in CSP.replace("style-src-attr 'unsafe-inline'", "")
    assert "<script>" not in text and "http" not in text.replace("http-equiv", "")


async def test_an_unchanged_file_costs_no_body(world: World) -> None:
    async with world.client.get(FILE) as first:
        digest = first.headers["ETag"]
        assert first.content_type == "text/css"
        assert "no-cache" in first.headers["Cache-Control"]
    async with world.client.get(FILE, headers={"If-None-Match": digest}) as again:
        assert again.status == 304
        assert await again.read() == b""
    async with world.client.get(FILE, headers={"If-None-Match": 'W/"other"'}) as changed:
        assert changed.status == 200


async def test_text_travels_compressed_to_who_takes_it(world: World) -> None:
    async with world.client.get(FILE, headers={"Accept-Encoding": "identity"}) as plain:
        whole = await plain.read()
        assert "Content-Encoding" not in plain.headers
    async with world.client.get(FILE, headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) < len(whole) / 2
        assert await packed.read() == whole


@pytest.mark.parametrize(
    "address",
    [
        "/miniprogram/../settings.py", "/miniprogram/%2e%2e/settings.py",
        "/player/..%2f..%2fmain.py", "/miniprogram//etc/passwd", "/web/serving.py",
        "/miniprogram/", "/player", "/made/.lock",
        "/miniprogram/%00", "/player/index.html/",
    ],
)  # fmt: skip
async def test_no_address_leads_elsewhere(world: World, address: str) -> None:
    async with world.client.get(URL(address, encoded=True)) as answer:
        assert answer.status == 404
        assert (await answer.json())["reason"] == "NOT_FOUND"


def test_dot_files_and_unknown_kinds_stay_out(tmp_path: Path) -> None:
    for name in ("a.js", ".b.js", ".git/c.js", "d.py", "in/e.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [address for address, _ in Shelf("/p", tmp_path).addresses()]
    assert found == ["/p/a.js", "/p/in/e.css"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    shelf = Shelf("", tmp_path)
    path.write_text("let a = 1")
    before = shelf.get(path)
    assert shelf.get(path) is before
    path.write_text("let a = 22")
    assert shelf.get(path).digest == served(path).digest != before.digest
