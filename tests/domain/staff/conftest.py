"""Fixtures of these tests."""

from tests.api.ops.conftest import config, migrated, night, template, town

__all__ = ["config", "migrated", "night", "template", "town"]
