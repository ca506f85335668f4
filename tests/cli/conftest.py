"""Fixtures of these tests."""

from tests.ledger.conftest import books, cache, made, plan

__all__ = ["books", "cache", "made", "plan"]
