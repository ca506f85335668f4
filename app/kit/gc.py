"""The memory of a long-lived process: what it has made at its start stays for good."""

from __future__ import annotations

import gc

_YOUNG, _MIDDLE, _OLD = 20_000, 10, 20


def settle_down() -> None:
    """Takes what is there now (rules, tables, code) out of the collector's sight, and lets it look
    less often: messages make many objects that end by themselves, and hardly a cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
