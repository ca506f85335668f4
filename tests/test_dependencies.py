"""Whatever is locked may be used, is listed, and its known holes are told where somebody can be
asked; nothing waits or fails where nobody can."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests import dependencies
from tests.dependencies import LICENCES, Package, faults, holes, locked, page


def test_everything_locked_may_be_used_and_is_listed() -> None:
    packages = locked()
    assert len(packages) > 80
    assert faults(packages) == []
    assert LICENCES.read_text(encoding="utf-8") == page(packages), "./deploy/dev licences"


def test_a_new_dependency_without_an_allowed_licence_is_found() -> None:
    one = Package("new", "1.0", "PyPI", "run", "MIT")
    for licence, wrong in {
        "MIT": False,
        "MPL-2.0 AND (Apache-2.0 OR MIT)": False,
        "": True,
        "GPL-3.0-only": True,
        "MIT AND GPL-3.0-only": True,
        "UNKNOWN": True,
    }.items():
        assert bool(faults([replace(one, licence=licence)])) is wrong, licence


class _Osv(BaseHTTPRequestHandler):
    """Plays OSV: idna has a hole, nothing else has; where asked to, it never answers."""

    silent = False

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        if self.silent:
            time.sleep(2)
            return
        names = [one["package"]["name"] for one in asked]
        told = [
            {"vulns": [{"id": "PYSEC-1"}, {"id": "GHSA-2"}]} if n == "idna" else {} for n in names
        ]
        body = json.dumps({"results": told}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def osv(*, silent: bool = False) -> Iterator[str]:
    handler = type("Handler", (_Osv,), {"silent": silent})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def said(url: str) -> str:
    """What the command says, which always ends well."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.dependencies", "holes"],
        cwd=Path(dependencies.__file__).parent.parent,
        env={**os.environ, "QINJI_OSV_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_known_holes_are_told_and_fail_nothing() -> None:
    with osv() as url:
        [hole] = holes(locked(), url)
        assert hole.startswith("idna ") and hole.endswith(": GHSA-2, PYSEC-1")
        assert f"WARNING known hole 已知漏洞: {hole}" in said(url)


def test_where_nobody_can_be_asked_it_is_said_and_not_waited_for() -> None:
    assert dependencies.PATIENCE_S <= 10
    assert "not asked for" in said("http://127.0.0.1:9")


def test_who_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with osv(silent=True) as url:
        monkeypatch.setattr(dependencies, "PATIENCE_S", 0.3)
        monkeypatch.setenv("QINJI_OSV_URL", url)
        begun = time.monotonic()
        dependencies.tell_holes()
        assert time.monotonic() - begun < 1.5
    assert "not asked for" in capsys.readouterr().out
