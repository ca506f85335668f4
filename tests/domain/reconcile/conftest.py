"""Fixtures of these tests. Every test has a database of its own: statements tell all of a day."""

from tests.own_database import migrated, template
from tests.phone_world import config
from tests.till_world import town

__all__ = ["config", "migrated", "template", "town"]
