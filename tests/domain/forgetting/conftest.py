"""Fixtures of these tests: a database of its own for each."""

from tests.own_database import migrated, template
from tests.phone_world import config
from tests.till_world import town

__all__ = ["config", "migrated", "template", "town"]
