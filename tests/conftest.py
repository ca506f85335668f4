"""Fixtures for all tests."""

from tests.servers import database_url, redis_url, servers

__all__ = ["database_url", "redis_url", "servers"]
