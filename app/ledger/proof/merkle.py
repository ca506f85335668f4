"""Merkle trees over SM3, shaped as in RFC 6962 §2.1. Pure.

A leaf is 32 bytes and is a hash already; what is hashed for a leaf begins with 0x00 (``seals.py``),
for an inner node with 0x01, so one can't be passed off as the other. The left subtree of n leaves
holds the largest power of two below n, so the tree over the roots of blocks of 1024 leaves is the
tree over the leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from app.kit.sm import sm3

BLOCK = 1024
Step = tuple[Literal["left", "right"], bytes]
"""A neighbour on the way up, and on which side it stands."""


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sm3(b"\x01" + left + right)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of one or more leaves (or of the roots of full blocks, and the last one's)."""
    level = list(leaves)
    assert level
    # Pairing from the left, with an odd last one carried up, gives RFC 6962's shape.
    while len(level) > 1:
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[Step]:
    """The neighbours from a leaf up to the root."""
    steps: list[Step] = []
    level = list(leaves)
    while len(level) > 1:
        if index % 2:
            steps.append(("left", level[index - 1]))
        elif index + 1 < len(level):
            steps.append(("right", level[index + 1]))
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
        index //= 2
    return steps


def climb(leaf: bytes, steps: Sequence[Step]) -> bytes:
    """The root that a leaf and its path lead to."""
    for side, other in steps:
        leaf = node(other, leaf) if side == "left" else node(leaf, other)
    return leaf
