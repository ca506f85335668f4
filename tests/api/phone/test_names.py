"""Whoever writes a name or a number his own way is found at every door; what is shown is what the
registry said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.domain.registry.indexes import index_name
from app.domain.registry.service import People
from tests.phone_world import Someone, claim
from tests.till_world import Town
from worker.jobs import index_people

OLD = date(1950, 1, 1)
NAMES = [
    ("阿卜杜拉·买买提", "阿卜杜拉•买买提"), ("阿卜杜拉．买买提", " 阿卜杜拉 · 买买提"),
    ("李\ue863", "李䶮"),
    ("李䶮", "李\ue863"), ("凌芳", "\uf955芳"), ("王\U0003158e", "王\U0003158e"),
    ("李敏", "李　敏"),
    ("ANNA  LI", "Anna Li"), ("黄敏", "\u202d⻩敏\u202c"),
]  # fmt: skip


def wide(number: str) -> str:
    """As an input method writes it that was left on."""
    return "".join(chr(ord(one) + 0xFEE0) for one in number)


def spaced(number: str) -> str:
    return f" {number[:6]} {number[6:14]}\u3000{number[14:]}\u00a0"


def copied(number: str) -> str:
    """Out of a phone's address book."""
    return f"\u202d{number.lower()}\u202c"


WRITTEN: list[Callable[[str], str]] = [wide, spaced, copied]


@pytest.mark.parametrize(("registered", "typed"), NAMES)
async def test_a_name_is_found_at_every_door(town: Town, registered: str, typed: str) -> None:
    world, people = town.world, town.services.people
    someone = await world.add(registered, OLD)
    as_typed = replace(someone, name=typed)
    token = await world.log_in()
    answer = await world.identify(token, as_typed)
    assert answer.status == 200, answer.body
    again = await world.identify(token, as_typed)
    assert again.status == 200, "the same person may be checked again"
    donor = await town.member("王芳", gend="2", current_fen=100)
    assert (await town.try_grant(donor, as_typed, "father")).status == 201
    body = claim(as_typed) | {"relation": "father"}
    assert (await world.call("POST", "/family", body, donor.token)).status == 201
    assert people.name(await people.get(someone.id)) == registered


@pytest.mark.parametrize("as_written", WRITTEN)
async def test_a_number_is_found_at_every_door(
    town: Town, as_written: Callable[[str], str]
) -> None:
    father = await town.member("李强", OLD, current_fen=100)
    typed = Someone(father.id, father.name, as_written(father.certno), "1", father.brdy)
    assert (await town.world.identify(await town.world.log_in(), typed)).status == 200
    assert (await town.world.identify(father.token, typed)).status == 200, "the same person"
    donor = await town.member("王芳", gend="2", current_fen=100)
    assert (await town.try_grant(donor, typed, "father")).status == 201
    told = await town.till.person(await town.scan(donor), certno=as_written(donor.certno))
    assert told.ok, told.err_msg
    assert told.output["baseinfo"]["certno"] == donor.certno
    other = await town.till.person(await town.scan(donor), certno=typed.certno)
    assert other.err_msg.startswith("WRONG_HOLDER ")


async def test_another_name_is_nobody(town: Town) -> None:
    someone = await town.world.add("阿卜杜拉·买买提")
    for name in ("阿卜杜拉买买提", "阿卜杜拉·买买", "阿卜杜拉-买买提"):
        other = replace(someone, name=name)
        answer = await town.world.identify(await town.world.log_in(), other)
        assert answer.reason == "PERSON_UNKNOWN", name


async def test_the_check_outside_is_asked_as_registers_write(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    identify = People.identify

    async def seen(self: People, name: str, cert_type: str, certno: str) -> object:
        asked.append((name, certno))
        return await identify(self, name, cert_type, certno)

    monkeypatch.setattr(People, "identify", seen)
    someone = await town.world.add("阿卜杜拉•买买提")
    typed = replace(someone, name="阿卜杜拉 ． 买买提", certno=wide(someone.certno))
    assert (await town.world.identify(await town.world.log_in(), typed)).status == 200
    assert asked == [("阿卜杜拉·买买提", someone.certno)]


async def test_the_worker_indexes_whom_the_version_before_has_left(town: Town) -> None:
    services = town.services
    someone = await town.world.add("阿卜杜拉•买买提")
    await services.database.value(
        "with again as (update person_reindexed set read_to = 0)"
        " update person set written_index = null, psn_name_index = $2 where id = $1",
        someone.id,
        services.people.cipher.index("psn_name", someone.name),
    )
    assert await index_people({"services": services}) >= 1
    row = await services.database.row("select * from person where id = $1", someone.id)
    assert row is not None and row["written_index"]
    assert row["psn_name_index"] == index_name(services.people.cipher, "阿卜杜拉·买买提")


async def test_a_cashiers_name_may_hold_what_gb18030_had_no_place_for(town: Town) -> None:
    node = {"opter_no": town.till.operator.opter, "mac": "m", "ip": "i"}
    for name in ("李\ue863", "李䶮", "李\U0003158e", "阿卜杜拉•买买提"):
        body = json.loads(town.till.body("9001", {"signIn": node}, town.till.new_msgid()))
        for text in (json.dumps, lambda value: json.dumps(value, ensure_ascii=False)):
            told = await town.ask(text(body | {"opter_name": name}).encode())
            assert told.ok, (name, told.err_msg)
    body["opter_name"] = "李\ue000"
    assert (await town.ask(json.dumps(body).encode())).err_msg.startswith("ENVELOPE_INVALID ")
