"""Static files as a browser gets them: read once, compressed once, known by a digest.

A file is found by its exact address in a table made at the start, so no address leads elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "clients" / "web"
MADE = WEB / "made"
"""Made at set-up by deploy/phone_page.sh; not there where npm is not to be had."""

TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".wxss": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".wxml": "text/plain",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_PACKED = {".png"}
_WORTH_PACKING = 256


@dataclass(frozen=True, slots=True)
class Served:
    """One file. ``packed`` is its gzip form, or None where that gains nothing."""

    body: bytes
    packed: bytes | None
    digest: str
    content_type: str


def phone_page_is_made() -> bool:
    """Whether set-up could make the phone's page."""
    return (MADE / "index.html").is_file()


class Shelf:
    """The files of one folder under one address prefix."""

    def __init__(self, prefix: str, folder: Path) -> None:
        self._prefix = prefix
        self._folder = folder
        self._read: dict[Path, tuple[int, Served]] = {}

    def addresses(self) -> Iterator[tuple[str, Path]]:
        """Every address and its file; what begins with a dot or is of no known kind stays out."""
        for path in sorted(self._folder.rglob("*")):
            inner = path.relative_to(self._folder)
            if any(part.startswith(".") for part in inner.parts) or path.suffix not in TYPES:
                continue
            if path.is_file():
                yield f"{self._prefix}/{inner.as_posix()}", path

    def get(self, path: Path) -> Served:
        """A file of ``addresses``, read again only when it has changed.

        Raises:
            FileNotFoundError: it was taken away since.
        """
        changed = path.stat().st_mtime_ns
        held = self._read.get(path)
        if held is None or held[0] != changed:
            held = (changed, served(path))
            self._read[path] = held
        return held[1]


def served(path: Path) -> Served:
    """Reads a file and compresses it."""
    body = path.read_bytes()
    packed = None
    if path.suffix not in _PACKED and len(body) >= _WORTH_PACKING:
        packed = gzip.compress(body, 9, mtime=0)
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Served(body, packed, digest, TYPES[path.suffix])
