"""Regions' rules with one pack more, for a world's ``config`` fixture."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.regions.loader import PACKS, Rulebook


def add_pack(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Whoever loads the packs from now on gets those of the house and this one."""
    add_packs(folder, monkeypatch, {name: text})


def add_packs(folder: Path, monkeypatch: pytest.MonkeyPatch, texts: Mapping[str, str]) -> None:
    """The same of several."""
    packs = folder / "packs"
    shutil.copytree(PACKS, packs)
    for name, text in texts.items():
        (packs / name).write_text(text, encoding="utf-8")
    book = Rulebook.load(packs)
    monkeypatch.setattr(Rulebook, "load", classmethod(lambda _: book))
