"""Ties between people of two cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.events.reading import COLUMNS
from tests.cells.country import SETTLED, Citizen, Country, citizen

_PROOF = {"kind": "birth_certificate", "reference": "K440112233"}


@dataclass(frozen=True)
class Family:
    """A father in the north and his daughter in the south, each with a phone."""

    father: Citizen
    his: str
    hers: str


async def _family(country: Country, name: str) -> Family:
    father = citizen(f"{name}冀", "130100", date(1950, 3, 1))
    daughter = citizen(f"{name}粤", "440100", date(1980, 5, 2), "2")
    his = await country.joins(country.north, father)
    return Family(father, his, await country.joins(country.south, daughter))


async def test_a_daughter_shows_the_code_of_her_father_in_another_cell(country: Country) -> None:
    north, south = country.cells
    family = await _family(country, "周")
    father, his, hers = family.father, family.his, family.hers
    tie = await country.ask_to_show(south, hers, father, "father")
    early = {"holder": tie, "business_type": "02121"}
    waits = await country.call(south, "POST", "/credentials", early, hers)
    assert waits.reason == "BINDING_PENDING", waits.body
    [mine] = (await country.call(north, "GET", "/family", token=his)).data["may_show_me"]
    assert mine["id"] == tie
    assert (await country.call(south, "POST", f"/family/{tie}/confirm", token=his)).status == 200

    async with country.till(south) as till:
        shown = await country.call(south, "POST", "/credentials", early, hers)
        read = await till.decode(shown.data["code"], "02121")
        assert read.ok, read.err_msg
        sold = await country.sell(till, father, read.output["ecToken"], till.new_msgid())
        assert sold.ok, sold.err_msg
    for cell in country.cells:
        code = await country.call(cell, "GET", f"/credentials/{shown.data['id']}", token=hers)
        assert code.data["state"] == "paid"
        picture = f"{cell.url}/api/v1/credentials/{shown.data['id']}/image.svg"
        async with country.http.get(picture, headers={"Authorization": f"Bearer {hers}"}) as drawn:
            assert "<svg" in await drawn.text()
    assert await north.value(SETTLED, father.psn_no) == 1

    assert (await country.call(north, "DELETE", f"/family/{tie}", token=his)).status == 200
    ended = await country.call(south, "POST", "/credentials", early, hers)
    assert ended.reason == "BINDING_ENDED", ended.body


async def test_a_death_in_one_cell_ends_the_tie_in_both(country: Country) -> None:
    north, south = country.cells
    family = await _family(country, "朱")
    father, his, hers = family.father, family.his, family.hers
    tie = await country.ask_to_show(south, hers, father, "father")
    assert (await country.call(south, "POST", f"/family/{tie}/confirm", token=his)).status == 200
    events = country.folder / "events.csv"
    died = f"E{father.psn_no},{father.psn_no},died,{country.clock.now():%Y-%m-%d},"
    events.write_text("\n".join([",".join(COLUMNS), died, ""]), encoding="utf-8")
    await north.qinji("import", "events", str(events))
    gone = await country.call(north, "GET", "/me", token=his)
    assert gone.reason == "LOGIN_REQUIRED", gone.body
    showing = {"holder": tie, "business_type": "02121"}
    refused = await country.call(south, "POST", "/credentials", showing, hers)
    assert refused.reason == "BINDING_ENDED", refused.body
    assert (await country.call(south, "GET", "/family", token=hers)).data["i_may_show"] == []


async def test_a_guardian_opens_the_code_of_a_child_in_another_cell(country: Country) -> None:
    north, south = country.cells
    mother = citizen("吴冀", "130100", date(1990, 3, 1), "2")
    child = citizen("吴粤", "440100", date(2020, 5, 2), yuan=None)
    await country.add(south, child)
    hers = await country.joins(north, mother, south)
    signed = {"relation": "son", "commitment": "signed", "proof": _PROOF}
    bound = await country.call(south, "POST", "/family", child.claim | signed, hers)
    assert bound.data["state"] == "active", bound.body
    opened = "select activated_at is not null from person where psn_no = $1"
    assert await south.value(opened, child.psn_no)
    again = await country.call(north, "POST", "/family", child.claim | signed, hers)
    assert again.reason == "ALREADY_BOUND", again.body
    async with country.till(north) as till:
        token = await country.scan(north, till, hers, bound.data["id"])
        sold = await country.sell(till, child, token, till.new_msgid())
        assert sold.ok, sold.err_msg


async def test_a_request_to_nobody_is_answered_as_one_to_somebody_elsewhere(
    country: Country,
) -> None:
    there, nobody = (citizen(name, "440100", date(1955, 1, 2)) for name in ("郑粤", "郑无"))
    await country.add(country.south, there)
    answers = []
    for one in (there, nobody):
        asker = citizen("郑冀", "130100")
        phone = await country.joins(country.north, asker)
        body = one.claim | {"relation": "father"}
        answers.append((await country.call(country.north, "POST", "/family", body, phone)).data)
    keys = [{name for name, value in one.items() if value is not None} for one in answers]
    assert keys[0] == keys[1]
    assert answers[0]["state"] == answers[1]["state"] == "pending"
