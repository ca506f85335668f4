"""Trees: the shape of RFC 6962, paths that lead to the root and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.kit.sm import sm3
from app.ledger.proof import merkle

hashes = st.integers(1, 2**64).map(lambda number: sm3(number.to_bytes(9, "big")))


def by_the_book(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word (leaves are hashes already)."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sm3(b"\x01" + by_the_book(leaves[:k]) + by_the_book(leaves[k:]))


@given(st.lists(hashes, min_size=1, max_size=70))
def test_the_root_is_that_of_the_rfc(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == by_the_book(leaves)


def test_the_tree_over_blocks_is_the_tree_over_leaves() -> None:
    leaves = [sm3(bytes([n % 251, n // 251])) for n in range(2 * merkle.BLOCK + 7)]
    for size in (merkle.BLOCK, merkle.BLOCK + 1, 2 * merkle.BLOCK, len(leaves)):
        some = leaves[:size]
        blocks = [some[i : i + merkle.BLOCK] for i in range(0, size, merkle.BLOCK)]
        assert merkle.root([merkle.root(block) for block in blocks]) == by_the_book(some)


@given(st.lists(hashes, min_size=1, max_size=70, unique=True), st.data())
def test_a_path_leads_from_its_leaf_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    steps = merkle.path(leaves, index)
    assert merkle.climb(leaves[index], steps) == merkle.root(leaves)
    assert merkle.climb(sm3(leaves[index]), steps) != merkle.root(leaves)
    for at in range(len(steps)):
        bent = [*steps]
        side, other = bent[at]
        bent[at] = ("left" if side == "right" else "right", other)
        # Where both sides are the same node there is no side to mistake.
        if merkle.climb(leaves[index], steps[:at]) != other:
            assert merkle.climb(leaves[index], bent) != merkle.root(leaves)
