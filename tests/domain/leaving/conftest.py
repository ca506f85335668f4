"""Fixtures of these tests."""

from tests.phone_world import config, migrated
from tests.till_world import town

__all__ = ["config", "migrated", "town"]
