"""A migrated database behind addresses."""

from tests.phone_world import migrated

__all__ = ["migrated"]
