"""``qinji`` as somebody types it: a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping


async def qinji(own: Mapping[str, str], *words: str, said: str = "") -> tuple[int, str, str]:
    """Exit code, stdout, stderr. ``own``: its settings; ``said``: what is typed at its prompt."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.cli",
        *words,
        env={**os.environ, **own},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(f"{said}\n".encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
