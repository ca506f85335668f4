"""What is collected may read source while source is read."""

from __future__ import annotations

import ast
import gc


class _Reader:
    """Reads some source when it is collected."""

    read = 0

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        ast.parse("1 + 1")
        _Reader.read += 1


def test_source_is_read_while_what_reads_source_is_collected() -> None:
    often = gc.get_threshold()
    gc.set_threshold(10)
    try:
        for _ in range(20):
            _Reader()
            ast.parse("a = [" + "(1, {2: [3, 4]}), " * 200 + "]")
    finally:
        gc.set_threshold(*often)
    gc.collect()
    assert _Reader.read == 20
