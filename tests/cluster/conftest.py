"""What a cluster is made of, or why these tests are skipped."""

from __future__ import annotations

import pytest

from app.local.cluster import patroni
from app.local.cluster.running import lacking
from app.local.servers.programs import EmbeddedError


@pytest.fixture(scope="package")
def parts() -> None:
    """All that a cluster is made of; else these tests are skipped, and it is said why."""
    if missing := lacking():
        pytest.skip(missing)
    try:
        patroni.installed()
    except EmbeddedError as error:
        pytest.skip(str(error))
