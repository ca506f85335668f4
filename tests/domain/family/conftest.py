"""Fixtures of these tests."""

from tests.phone_world import config, migrated, world

__all__ = ["config", "migrated", "world"]
