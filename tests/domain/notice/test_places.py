"""Each reader of notices asks where its rows are."""

from __future__ import annotations

import pytest

from app.domain.notice.telling import READERS, Reader
from app.store.cells.places import PLACES, Place
from tests.store.cells.test_places import named


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_what_a_reader_reads_is_in_its_place(reader: Reader) -> None:
    tables = {table for one in reader.source.statements for table in named(one)}
    places = {PLACES[table] for table in tables if not table.startswith("feed")}
    either = places == {Place.EACH}
    assert set(reader.places) == ({Place.CELL, Place.SHARED} if either else places), tables
