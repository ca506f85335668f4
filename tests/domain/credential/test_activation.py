"""First activation: whose code may be shown at all, and how long money waits for a new phone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.registry import repository as registry
from tests.api.reasons.reaching import CHILD, MADE_UP, PACK, SIGNED
from tests.own_packs import add_pack
from tests.phone_world import Someone, at, claim
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)
COOL = PACK.replace("[rules.aid]\n", "[rules.aid]\nnew_phone_hours = 24\n").replace(
    'consent = "both"', 'consent = "donor"'
)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and a pool where a new phone's grants wait for a day."""
    add_pack(tmp_path, monkeypatch, "1399.toml", COOL)
    return {}


async def bound(town: Town, shower: Member, holder: Someone) -> str:
    """As the counter binds: nobody's phone has said anything."""
    number = town.services.database.ids.next()
    await town.value(
        "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
        " created_at, confirmed_at) values ($1, $2, $3, 'father', 'active', 'holder', $4, $4)",
        number,
        shower.id,
        holder.id,
        town.clock.now(),
    )
    return str(number)


async def shows(town: Town, shower: Member, binding: str) -> str:
    """What becomes of the try to show a relative's code, and what the list has said before."""
    listed = (await town.world.call("GET", "/family", token=shower.token)).data["i_may_show"]
    [relative] = [one for one in listed if one["id"] == binding]
    answer = await town.world.call("POST", "/credentials", {"holder": binding}, shower.token)
    assert relative["can_show"] == (answer.status == 201)
    return "" if answer.status == 201 else str(answer.body["reason"])


async def test_a_code_is_shown_once_its_holder_has_opened_it(town: Town) -> None:
    daughter, father = await town.member("李敏", gend="2"), await town.world.add("李老", OLD)
    binding = await bound(town, daughter, father)
    assert await shows(town, daughter, binding) == "NOT_ACTIVATED"
    answer = await town.world.call("POST", "/credentials", {"holder": binding}, daughter.token)
    assert "李老" not in str(answer.body) and "窗口" in answer.body["next_step"]
    token = await town.world.log_in("father")
    assert (await town.world.identify(token, father)).status == 200
    assert await shows(town, daughter, binding) == ""


async def test_the_counter_opens_it_too(town: Town) -> None:
    daughter, father = await town.member("李敏", gend="2"), await town.world.add("李老", OLD)
    binding = await bound(town, daughter, father)
    async with town.services.database.transaction() as connection:
        await registry.activate(connection, father.id, town.clock.now())
    assert await shows(town, daughter, binding) == ""


async def test_a_guardians_word_opens_a_childs(town: Town) -> None:
    father, child = await town.member("李明"), await town.world.add("李小明", CHILD)
    body = claim(child) | {"relation": "son"} | SIGNED
    binding = await town.world.call("POST", "/family", body, father.token)
    assert binding.status == 201, binding.body
    assert await shows(town, father, binding.data["id"]) == ""


async def test_money_waits_only_for_who_has_just_begun_to_speak_for_the_donor(town: Town) -> None:
    donor = await town.member("李老", OLD, current_fen=90_000, place=MADE_UP)
    first = await town.member("李甲", place=MADE_UP)
    made = await town.try_grant(donor, first, "son")
    assert (made.status, made.data["starts_on"]) == (201, "2026-11-23")
    early = await town.try_grant(donor, first, "son", starts_on="2026-11-21")
    assert early.status in (409, 422)
    await town.value("delete from aid_grant where donor_id = $1", donor.id)
    town.clock.set(at(2026, 11, 22, 12) + timedelta(seconds=1))
    donor.token = await town.world.log_in(f"m{donor.id}x")
    made = await town.try_grant(donor, first, "son")
    assert (made.status, made.data["starts_on"]) == (201, "2026-11-22")
    # Another phone takes the old man over: for what it grants the time begins anew.
    await town.value("delete from aid_grant where donor_id = $1", donor.id)
    donor.token = await town.world.log_in("another")
    assert (await town.world.identify(donor.token, donor)).status == 200
    made = await town.try_grant(donor, first, "son")
    assert (made.status, made.data["starts_on"]) == (201, "2026-11-24")


async def test_elsewhere_nobody_waits(town: Town) -> None:
    donor, son = await town.member("李老", OLD, current_fen=9_000), await town.member("李甲")
    made = await town.try_grant(donor, son, "son")
    assert (made.status, made.data["starts_on"]) == (201, "2026-11-21")
