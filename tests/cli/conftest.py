"""Fixtures of these tests."""

from tests.domain.year.conftest import bureau, own_migrated
from tests.ledger.conftest import books, cache, config, made, migrated, plan, template, town

__all__ = [
    "books",
    "bureau",
    "cache",
    "config",
    "made",
    "migrated",
    "own_migrated",
    "plan",
    "template",
    "town",
]
