"""Fixtures for all tests."""

from hypothesis import HealthCheck, settings

from tests.servers import database_url, redis_url, servers

__all__ = ["database_url", "redis_url", "servers"]

# A busy machine must not make a test fail: nothing here is measured in time.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
