"""A small disk of its own for the servers, which may be filled to the last byte."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from app.store.where import Endpoints

_MB = 1024 * 1024
_DISK_MB = 3072
_FILLER = "filler"


class NoDisk(Exception):
    """Nobody may mount a disk here."""


def _mount(folder: Path) -> None:
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        raise NoDisk("only root may mount a disk of one's own")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={_DISK_MB}m,mode=755", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        raise NoDisk(made.stderr.decode().strip())


@contextmanager
def own_disk() -> Iterator[Path]:
    """A home folder for servers that is a disk of its own, in memory.

    Raises:
        NoDisk: nobody may mount one here.
    """
    folder = Path(tempfile.mkdtemp(prefix="qinji-disk-"))
    try:
        _mount(folder)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Disk:
    """What may be filled."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / _FILLER

    @classmethod
    def under(cls, found: Endpoints) -> Self:
        """That on which the servers with these sockets lie."""
        return cls(Path(found.database_url.partition("host=")[2].partition("&")[0]))

    async def fill(self) -> None:
        """Not a byte is left."""
        await asyncio.to_thread(self._fill)

    def _fill(self) -> None:
        with self._filler.open("ab", buffering=0) as file:
            for size in (_MB, 4096, 1):
                with suppress(OSError):
                    while True:
                        file.write(b"\0" * size)

    async def free(self) -> None:
        """There is room again."""
        await asyncio.to_thread(self._filler.unlink, missing_ok=True)
