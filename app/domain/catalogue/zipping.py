"""A ZIP with one text, made while it is sent: nobody ever holds the whole."""

from __future__ import annotations

import io
import zipfile

_LEVEL = 3
"""A first download is a hundred megabytes of text; more effort would save a twelfth of them."""


class _Sink(io.RawIOBase):
    """What is written into it is taken out again; there is no way back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class Zipping:
    """``text`` gives the bytes that came to be by some more text, ``end`` the last ones."""

    def __init__(self, name: str) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._file = self._zip.open(name, "w")

    def text(self, some: str) -> bytes:
        self._file.write(some.encode())
        return self._sink.taken()

    def end(self) -> bytes:
        self._file.close()
        self._zip.close()
        return self._sink.taken()
