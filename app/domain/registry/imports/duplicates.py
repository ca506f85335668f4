"""Finds keys that occur twice in a file, in memory that doesn't grow with honest lines.

A first pass over the file marks each key's hash in a bitmap; only keys that hit a mark are looked
at exactly in the second pass. A million lines cost 8 MB here instead of a hundred.
"""

from __future__ import annotations

_BITS_A_LINE = 32
_BITS_MAX = 1 << 30
_BITS_MIN = 1 << 16


class Duplicates:
    """One column's keys: ``mark`` all of them first, then ``seen`` them in the file's order."""

    def __init__(self, lines_about: int) -> None:
        wanted = min(max(lines_about * _BITS_A_LINE, _BITS_MIN), _BITS_MAX)
        self._mask = (1 << (wanted - 1).bit_length()) - 1
        self._bits = bytearray((self._mask + 1) // 8)
        self._suspects: set[int] = set()
        self._first: dict[str, int] = {}

    def mark(self, key: str) -> None:
        """First pass: notes that some line has this key."""
        place = hash(key) & self._mask
        byte, bit = place >> 3, 1 << (place & 7)
        if self._bits[byte] & bit:
            self._suspects.add(place)
        self._bits[byte] |= bit

    def seen(self, key: str, line: int) -> int | None:
        """Second pass: the earlier line that has this key, or None; then this line has it."""
        if hash(key) & self._mask not in self._suspects:
            return None
        first = self._first.setdefault(key, line)
        return None if first == line else first
