"""A real Prometheus with the rules of deploy/watch/alerts.yml, so many times as fast: what the
rules wait for is shorter by as much, and it scrapes more often. Their thresholds stay."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from app.local.probes import free_port, tail
from app.local.processes import end_child, spawn
from app.settings import PROJECT_ROOT
from tests.crash.fleet import until

RULES = PROJECT_ROOT / "deploy/watch/alerts.yml"
LACKING = "prometheus is not installed here (apt-get install prometheus)"
_SCRAPE_S = 15.0
"""As alerts.yml says that it wants to be scraped."""
_SCRAPE_LEAST_S = 3.0
"""A machine with more to do than that answers no sooner, and what isn't answered is away."""
_SPANS = re.compile(r"(?<=for: )(\d+)([smhd])\b|(?<=\[)(\d+)([smhd])(?=])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SETTINGS = """
global: {{scrape_interval: {scrape}, scrape_timeout: {scrape}, evaluation_interval: {look}}}
rule_files: [alerts.yml]
scrape_configs:
  - {{job_name: qinji, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""


class NoPrometheus(Exception):
    """It can't be had here."""


def program(name: str) -> str:
    """Where ``prometheus`` or ``promtool`` is.

    Raises:
        NoPrometheus: not here.
    """
    found = shutil.which(name)
    if found is None:
        raise NoPrometheus(LACKING)
    return found


def faster(rules: str, times: int) -> str:
    """The rules with all that they wait for so many times as short."""

    def shorter(found: re.Match[str]) -> str:
        count, unit = found[1] or found[3], found[2] or found[4]
        return f"{max(1000 * int(count) * _UNITS[unit] // times, 1)}ms"

    return _SPANS.sub(shorter, rules)


class Prometheus:
    """One that runs, and what it says."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http

    async def _ask(self, path: str, **words: str) -> dict[str, list[dict[str, dict[str, str]]]]:
        async with self._http.get(f"{self._url}/api/v1/{path}", params=words) as response:
            told: dict[str, dict[str, list[dict[str, dict[str, str]]]]] = await response.json()
        return told["data"]

    async def firing(self) -> set[str]:
        """The alerts that fire now."""
        found = (await self._ask("alerts"))["alerts"]
        firing = [one["labels"] for one in found if str(one["state"]) == "firing"]
        return {labels["alertname"] for labels in firing}

    async def knows(self, series: str) -> bool:
        """Whether it has a figure for this now."""
        return bool((await self._ask("query", query=series))["result"])

    async def ready(self) -> bool:
        """Whether it is at work."""
        try:
            async with self._http.get(f"{self._url}/-/ready") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def _write_settings(folder: Path, port: int, times: int) -> None:
    folder.mkdir()
    (folder / "alerts.yml").write_text(faster(RULES.read_text(encoding="utf-8"), times))
    scrape, look = (f"{int(1000 * one)}ms" for one in (_scrape_s(times), _SCRAPE_S / times))
    (folder / "prometheus.yml").write_text(_SETTINGS.format(scrape=scrape, look=look, port=port))


def _scrape_s(times: int) -> float:
    return max(_SCRAPE_S / times, _SCRAPE_LEAST_S)


@asynccontextmanager
async def watching(folder: Path, port: int, times: int) -> AsyncIterator[Prometheus]:
    """A Prometheus that collects what an app tells at this port.

    Raises:
        NoPrometheus: it is not installed here.
    """
    argv, own = [program("prometheus")], free_port()
    await asyncio.to_thread(_write_settings, folder, port, times)
    argv += [f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    argv += [f"--web.listen-address=127.0.0.1:{own}", "--log.level=warn"]
    argv += [f"--query.lookback-delta={int(3000 * _scrape_s(times))}ms"]
    log = folder / "prometheus.log"
    process = spawn(argv, log=log, cwd=folder)
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            found = Prometheus(f"http://127.0.0.1:{own}", http)
            await until(found.ready, "Prometheus is at work")
            yield found
    except BaseException:
        print(tail(log))
        raise
    finally:
        end_child(process, [(signal.SIGTERM, 10.0)])


def check(rules: Path = RULES) -> str:
    """What ``promtool`` finds wrong with the rules; empty: nothing.

    Raises:
        NoPrometheus: it is not installed here.
    """
    done = subprocess.run(
        [program("promtool"), "check", "rules", rules], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def moment() -> float:
    """For how long something took, in seconds."""
    return time.monotonic()
