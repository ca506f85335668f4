"""Fixtures of these tests."""

from tests.ledger.conftest import books, cache, config, made, migrated, plan, template, town

__all__ = ["books", "cache", "config", "made", "migrated", "plan", "template", "town"]
