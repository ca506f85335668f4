"""Fixtures of these tests."""

from tests.api.tills.test_undo import case
from tests.phone_world import config, migrated
from tests.till_world import town

__all__ = ["case", "config", "migrated", "town"]
