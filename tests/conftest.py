"""Fixtures for all tests."""

from importlib import import_module

from hypothesis import HealthCheck, settings

from app.store.models import MODEL_MODULES
from tests.servers import database_url, redis_url, servers
from tests.undisturbed import read_source_undisturbed

__all__ = ["database_url", "redis_url", "servers"]

# Tortoise reads a model's source when it is made. Python before 3.11.5 can't read any while it
# writes the traceback of a task that nobody asked; there is none yet.
for name in MODEL_MODULES:
    import_module(name)

read_source_undisturbed()

# A busy machine must not make a test fail: nothing here is measured in time.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
