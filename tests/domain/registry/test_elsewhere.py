"""People of this cell are found while another one says nothing."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from app.domain.registry.service import People
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from app.store.cells.others import CellAway
from app.store.database import Database
from tests.own_database import database, migrated, template
from tests.people_factory import add_person, made_up_certno
from tests.servers import new_database
from tests.store.cells.test_others import others_at, silent

__all__ = ["database", "migrated", "template"]
BORN = date(1980, 5, 17)
CIPHER = Cipher(b"d" * 16, b"i" * 16)


async def _person(database: Database, name: str, certno: str) -> int:
    return await add_person(database, CIPHER, name=name, certno=certno, gend="1", brdy=BORN)


async def test_nobody_of_this_cell_waits_for_one_that_is_silent(database: Database) -> None:
    certno = made_up_certno(BORN, "1")
    here = await _person(database, "李强", certno)
    async with silent() as (url, came), others_at(database, silent=url) as others:
        people = People(CIPHER, database, others)
        unknown = asyncio.create_task(people.get(1))
        await came.get()
        assert (await people.get(here)).id == here
        assert (await people.masked_names([here])) == {here: "*强"}
        assert (await people.asked(here, "李强", "01", certno)).person is not None
        assert await people.cell_by_certificate("01", certno) == "here"
        with pytest.raises(CellAway):
            await unknown
        with pytest.raises(CellAway):
            await people.asked(here, "王芳", "01", made_up_certno(BORN, "2"))
        await people.close()


async def test_who_is_in_another_cell_is_found_until_he_is_here(
    database: Database, migrated: str, template: str
) -> None:
    async with (
        new_database(migrated, "other", template) as url,
        others_at(database, there=url) as others,
    ):
        people = People(CIPHER, database, others)
        with pytest.raises(Refusal):
            await people.get(1)
        there = await others.database("there")
        certno = made_up_certno(BORN, "1")
        far = await _person(there, "李远", certno)
        asker = await _person(database, "李强", made_up_certno(BORN, "1"))
        assert await people.cell_of(far) == "there"
        assert (await people.asked(asker, "李远", "01", certno)).person is not None
        assert (await people.asked(asker, "李近", "01", certno)).person is None
        assert await people.cell_by_certificate("01", certno) == "there"
        nobody = made_up_certno(BORN, "2")
        told = {await people.cell_by_certificate("01", nobody) for _ in range(3)}
        assert len(told) == 1 and told <= {"here", "there"}
        row = await there.row("select psn_no from person where id = $1", far)
        assert row is not None and await people.cell_by_psn_no(row["psn_no"]) == "there"
        assert await people.cell_by_psn_no("9") is None
        await people.close()
