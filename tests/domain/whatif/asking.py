"""Asks what would be, and changes packs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.what_if import rulebooks
from app.domain.registry.service import name_opener
from app.domain.whatif.model import Replayed
from app.domain.whatif.service import Question, WhatIf
from app.domain.whatif.tally import Tally
from app.regions.loader import Rulebook
from tests.domain.whatif.population import Population

LONG_AGO = date(2024, 1, 2)


def question(pack: Path | None, **more: Any) -> Question:
    book = Rulebook.load()
    stored, changed = rulebooks(pack) if pack else (book, book)
    return Question(stored, changed, more.pop("since", LONG_AGO), **more)


async def ask(
    population: Population, pack: Path | None, *, chunk: int = 3, first: int = 0, **more: Any
) -> tuple[list[Replayed], Tally]:
    """The replay of everything (from a settlement on), in small chunks."""
    database, names = population.database, name_opener(population.people.cipher)
    what_if = WhatIf(database, database, names, chunk=chunk)
    asked, tally = question(pack, **more), Tally()
    span = await what_if.span(asked)
    span = replace(span, first=max(span.first, first))
    found = []
    async for bill in what_if.replay(asked, span, lambda bills, behind: None):
        found.append(bill)
        tally.add(bill)
    return found, tally


def add_rules(pack: Path, text: str, begins: str = "2026-01-01") -> Path:
    """Appends a block of rules, in force since a day."""
    block = f'\n[[rules]]\nfrom = {begins}\nsource = "a test"\ncertainty = "D"\n{text}\n'
    pack.write_text(pack.read_text(encoding="utf-8") + block, encoding="utf-8")
    return pack


def set_rule(pack: Path, before: str, after: str) -> Path:
    """Replaces a line of the pack."""
    text = pack.read_text(encoding="utf-8")
    assert before in text
    pack.write_text(text.replace(before, after), encoding="utf-8")
    return pack
