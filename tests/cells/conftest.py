"""One country for all tests of this folder; each has people of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.cells.country import Country, country_at
from tests.crash.fleet import own_servers


@pytest.fixture(scope="package")
def mortal() -> Iterator[tuple[Embedded, Endpoints]]:
    """PostgreSQL and Redis of this folder's tests."""
    with own_servers() as pair:
        yield pair


@pytest.fixture(scope="package")
async def country(
    mortal: tuple[Embedded, Endpoints], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Country]:
    async with country_at(tmp_path_factory.mktemp("country"), mortal[1]) as made:
        yield made
