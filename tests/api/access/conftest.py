"""Each part of the table is played in a town of its own, with operators' passwords hashed fast."""

from tests.api.ops.conftest import night
from tests.own_database import migrated, template
from tests.phone_world import config
from tests.till_world import town

__all__ = ["config", "migrated", "night", "template", "town"]
