"""Fixtures of these tests: each a town of its own, since statements are of all institutions."""

from tests.ledger.conftest import config, migrated
from tests.till_world import town

__all__ = ["config", "migrated", "town"]
