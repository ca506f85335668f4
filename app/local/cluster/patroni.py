"""Patroni, in a Python environment of its own, and what it tells of a cluster."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import ssl
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.local.cluster.plan import Host, Plan
from app.local.processes import FolderLock, run
from app.local.servers.programs import SYSTEM_FOLDER, EmbeddedError, make_parents
from app.settings import PROJECT_ROOT

LOCKED = PROJECT_ROOT / "deploy" / "cluster" / "patroni.txt"
MEMBER = PROJECT_ROOT / "deploy" / "cluster" / "member.py"
_INSTALL_S = 600.0
_ASK_S = 2.0


def installed() -> Path:
    """The Python that can run Patroni, installed from what is locked when it isn't there yet.

    Raises:
        EmbeddedError: it can't be installed.
    """
    stamp = hashlib.sha256(LOCKED.read_bytes() + sys.version.encode()).hexdigest()[:12]
    top = SYSTEM_FOLDER if os.geteuid() == 0 else PROJECT_ROOT / ".qinji"
    folder = top / f"patroni-{stamp}"
    make_parents(folder)
    lock = FolderLock(top / f"patroni-{stamp}.lock")
    until = time.monotonic() + _INSTALL_S
    while not lock.acquire():
        if time.monotonic() > until:
            raise EmbeddedError(f"another process has been installing {folder} for long")
        time.sleep(0.2)
    try:
        if not (folder / "done").exists():
            _install(folder)
            shutil.copy(MEMBER, folder / MEMBER.name)
            (folder / "done").touch()
        shutil.copy(MEMBER, folder / MEMBER.name)
    finally:
        lock.release()
    return folder / "bin" / "python"


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    base = getattr(sys, "_base_executable", sys.executable)
    steps: list[list[str | Path]] = [
        [base, "-m", "venv", folder],
        [folder / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"],
    ]
    steps[1] += ["--no-input", "--require-hashes", "-r", LOCKED]
    for step in steps:
        done = run(step, env=dict(os.environ), timeout_s=_INSTALL_S)
        if done.returncode != 0:
            raise EmbeddedError(f"Patroni can't be installed: {done.stderr.strip()[-500:]}")


@dataclass(frozen=True)
class Member:
    """What Patroni tells of a member: ``leader``, ``quorum_standby``, ``replica``; running, and how
    far it lags behind, in bytes."""

    name: str
    role: str
    state: str
    lag: int | str


def members(plan: Plan) -> list[Member]:
    """The members, as the first that answers knows them; none: nobody answers."""
    for host in plan.that("postgres"):
        link = _link(plan, host)
        try:
            link.request("GET", "/cluster")
            told = json.loads(link.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            continue
        finally:
            link.close()
        return [
            Member(one["name"], one["role"], one["state"], one.get("lag", 0))
            for one in told.get("members", [])
        ]
    return []


def _link(plan: Plan, host: Host) -> http.client.HTTPConnection:
    """What is asked here is no secret and decides nothing, so whose certificate it is doesn't
    matter."""
    at = host.address, host.ports.patroni
    if "patroni" not in plan.tls:
        return http.client.HTTPConnection(*at, timeout=_ASK_S)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(*at, timeout=_ASK_S, context=context)


def primary(plan: Plan) -> str:
    """The name of the primary; empty: there is none just now."""
    return next((m.name for m in members(plan) if m.role == "leader" and m.state == "running"), "")


def complete(plan: Plan) -> bool:
    """Whether there is a primary, and every other member follows it and may take its place."""
    found = sorted((m.role, m.state) for m in members(plan))
    followers = [("quorum_standby", "streaming")] * (len(plan.that("postgres")) - 1)
    return found == [("leader", "running"), *followers]
