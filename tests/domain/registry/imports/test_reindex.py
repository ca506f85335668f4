"""People whom the version before has indexed are found before, while and after they are indexed by
the normal form."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import astuple
from datetime import date

import pytest

from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.imports import reindex as module
from app.domain.registry.imports.book import indexes
from app.domain.registry.imports.reindex import reindex
from app.domain.registry.service import People, certno_aad
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from tests.domain.registry.imports.conftest import Office
from tests.people_factory import add_person

Line = Callable[..., str]
BORN = date(1980, 5, 17)
PASSPORT = "08"


async def add_of_before(office: Office, name: str, certno: str) -> int:
    """A person as the version before has stored one: the indexes of the texts as they are."""
    cipher = office.cipher
    person_id = await add_person(
        office.database,
        cipher,
        name=name,
        certno=secrets.token_hex(8),
        gend="1",
        brdy=BORN,
        cert_type=PASSPORT,
    )
    psn_no = await office.database.value("select psn_no from person where id = $1", person_id)
    await office.database.value(
        "update person set psn_name_index = $2, certno_index = $3, certno_sealed = $4,"
        " written_index = null where id = $1",
        person_id,
        cipher.index("psn_name", name.strip()),
        cipher.index(f"certno:{PASSPORT}", certno.strip().upper()),
        cipher.seal(certno, certno_aad(psn_no)),
    )
    return person_id


async def found(office: Office, name: str, certno: str) -> int | None:
    people = People(office.cipher, office.database)
    try:
        return int((await people.identify(name, PASSPORT, certno)).id)
    except Refusal as refusal:
        assert refusal.reason is PERSON_UNKNOWN
        return None


@pytest.fixture(autouse=True)
async def from_the_beginning(office: Office) -> None:
    await office.database.value("update person_reindexed set read_to = 0")


async def test_names_of_before_are_found_at_once_numbers_when_their_turn_has_come(
    office: Office,
) -> None:
    person = await add_of_before(office, "阿卜杜拉•买买提", "ｅ 123 Ⅹ")
    assert await found(office, "阿卜杜拉•买买提", "ｅ 123 Ⅹ") == person
    assert await found(office, "阿卜杜拉·买买提", "ｅ 123 Ⅹ") == person
    assert await found(office, "阿卜杜拉·买买提", "E123X") is None
    assert astuple(await reindex(office.database, office.cipher)) == (1, 0)
    assert await found(office, "阿卜杜拉·买买提", "E123X") == person
    assert await found(office, "阿卜杜拉 ． 买买提", "ｅ 123 Ⅹ") == person
    assert await found(office, "阿卜杜拉买买提", "E123X") is None
    [row] = await office.database.rows("select * from person")
    people = People(office.cipher, office.database)
    kept = await people.by_psn_no(row["psn_no"])
    assert kept is not None
    assert (people.name(kept), people.certno(kept)) == ("阿卜杜拉•买买提", "ｅ 123 Ⅹ")


async def test_killed_half_way_it_goes_on_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await add_of_before(office, "李\ue863", f"P {n}") for n in range(10)]
    moved, moves = asyncio.Event(), 0
    whole = indexes.renew

    async def renew(*arguments: object) -> None:
        nonlocal moves
        moves += 1
        if moves == 3:  # the third portion is written and not committed
            await whole(*arguments)  # type: ignore[arg-type]
            moved.set()
            await asyncio.Event().wait()
        await whole(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(module, "renew", renew)
        run = asyncio.create_task(reindex(office.database, office.cipher, 2))
        await asyncio.wait_for(moved.wait(), 10)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    left = "select count(*) from person where written_index is null"
    assert await office.database.value(left) == 6
    for n, person in enumerate(people):
        assert await found(office, "李䶮", f"P {n}") == person, "found both ways until it is done"
        assert await found(office, "李䶮", f"P{n}") == (person if n < 4 else None)
    assert astuple(await reindex(office.database, office.cipher, 2)) == (6, 0)
    assert [await found(office, "李䶮", f"p{n}") for n in range(10)] == people
    before = await office.database.rows("select xmin::text, * from person order by id")
    assert astuple(await reindex(office.database, office.cipher, 2)) == (0, 0)
    assert before == await office.database.rows("select xmin::text, * from person order by id")


async def test_several_at_once_do_each_person_once(office: Office) -> None:
    for n in range(12):
        await add_of_before(office, "李敏", f"Q {n}")
    runs = [reindex(office.database, office.cipher, 3) for _ in range(3)]
    assert sum(done.renewed for done in await asyncio.gather(*runs)) == 12


async def test_two_with_one_number_stay_two(office: Office, person: Line) -> None:
    first = await add_of_before(office, "李敏", "A 1")
    second = await add_of_before(office, "李强", "a1")
    third = await add_of_before(office, "李静", "A  1")
    assert astuple(await reindex(office.database, office.cipher)) == (1, 2)
    assert await found(office, "李敏", "A 1") == first
    assert await found(office, "李强", "A1") == second
    assert await found(office, "李静", "A  1") == third
    assert astuple(await reindex(office.database, office.cipher)) == (0, 0)


async def test_who_comes_meanwhile_is_not_overwritten(office: Office, person: Line) -> None:
    await office.people(person(1, psn_name="阿卜杜拉．买买提"))
    await office.database.value("update person set written_index = null, psn_name_index = 'x'")
    report = await office.people(person(1, psn_name="阿卜杜拉·买买提"))
    assert astuple(report) == (0, 1, 0, 0)
    assert astuple(await reindex(office.database, office.cipher)) == (0, 0)
    assert astuple(await office.people(person(1, psn_name="阿卜杜拉·买买提"))) == (0, 0, 1, 0)


async def test_a_file_of_before_changes_nobody_who_is_the_same(
    office: Office, person: Line
) -> None:
    lines = [person(1), person(2)]
    await office.people(*lines)
    await office.database.value("update person set written_index = null")
    assert astuple(await office.people(*lines)) == (0, 0, 2, 0)
    assert astuple(await reindex(office.database, office.cipher)) == (2, 0)
    assert astuple(await office.people(*lines)) == (0, 0, 2, 0)


async def test_another_key_changes_nothing(office: Office) -> None:
    await add_of_before(office, "李敏", "E 1")
    with pytest.raises(ValueError, match="sealed"):
        await reindex(office.database, Cipher(b"x" * 16, b"y" * 16))
    assert await office.database.value("select read_to from person_reindexed") == 0
