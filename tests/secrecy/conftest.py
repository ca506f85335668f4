"""Servers of this folder's own, which are made to say all they can."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import own_servers


@pytest.fixture(scope="package")
def talkative() -> Iterator[tuple[Embedded, Endpoints]]:
    """PostgreSQL and Redis; nobody else's commands are heard there."""
    with own_servers() as pair:
        yield pair
