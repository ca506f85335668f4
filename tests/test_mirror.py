"""Tests lie where the source lies: ``tests/domain/aid`` proves ``app/domain/aid``. Kinds of proof
that look at the whole house have folders of their own."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
APP = TESTS.parent / "app"
WHOLE = {"browser", "cells", "cluster", "crash", "faults", "fuzz", "oracle", "secrecy", "walk"}
"""Real browsers, two cells, a cluster that fails over, killed processes, faults under load,
nonsense, a second reckoning, what stands where, random days."""
ALL_DOORS = {Path("api/access"), Path("api/tills/national")}
"""The table of who may do what to whose, over every door; the national text over every message."""


def test_each_folder_of_tests_has_one_in_the_source() -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    assert {Path("ledger/proof"), Path("walk")} <= folders
    strays = [
        folder.as_posix()
        for folder in folders - ALL_DOORS
        if folder.parts and folder.parts[0] not in WHOLE
        if not (APP / folder).is_dir() and not (APP / folder).with_suffix(".py").is_file()
    ]
    assert strays == []
