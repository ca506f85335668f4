"""Servers that may be killed, one pair for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import own_servers


@pytest.fixture(scope="package")
def mortal() -> Iterator[tuple[Embedded, Endpoints]]:
    """PostgreSQL and Redis of this folder's tests."""
    with own_servers() as pair:
        yield pair
