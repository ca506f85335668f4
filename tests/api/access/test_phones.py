"""The phones' part of the access table, over real HTTP."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from app.api import application
from tests.api.access.household import HOSTILE, WHO, Household, build
from tests.api.access.phones import ELSE, FINE, ROWS, Row
from tests.api.ops.conftest import NightShift
from tests.people_factory import made_up_certno
from tests.servers import owner

OUTSIDE = ("nobody", "ended", "operator")
CHANGED = ("aid_grant", "family_binding", "filing", "wallet_offer", "invitation")
"""What a deed may change, put back after it."""


def test_every_call_has_a_row() -> None:
    served = {f"{one.method} {one.path}" for one in application.endpoints()}
    assert served == {row.route for row in ROWS}
    by_path = {f"{one.method} {one.path}": one.access for one in application.endpoints()}
    assert [row.route for row in ROWS if by_path[row.route] != row.door] == []
    hostile = {row.route for row in ROWS if row.hostile}
    assert {route for route in served if "{id}" in route} <= hostile


def wanted(row: Row, who: str) -> str:
    """What the table says."""
    if row.door != "anyone" and who in OUTSIDE:
        return "401 LOGIN_REQUIRED"
    if row.door == "person" and who == "nameless":
        return "403 IDENTITY_REQUIRED"
    return row.told.get(who, row.told[ELSE])


def told(status: int, text: str) -> str:
    if status < 300:
        return FINE
    return f"{status} {json.loads(text)['reason']}"


async def send(house: Household, row: Row, who: str, thing: str) -> tuple[int, str]:
    known = {"{shop}": house.town.shop.code, "{nobody}": house.ids["nobody"], "{id}": thing}
    known |= {"{card}": house.card}

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        return known.get(value, value)

    path = row.path.replace("{id}", quote(thing, safe="%")).replace("{code}", "6901234567892")
    if row.query:
        path += "?" + row.query.replace("{id}", quote(thing, safe=""))
    return await house.call(who, row.method, path, filled(row.body) or None)


async def cell(house: Household, row: Row, who: str, thing: str, want: str) -> str:
    """Empty, or what is wrong with this cell of the table."""
    status, text = await send(house, row, who, thing)
    got = told(status, text)
    where = f"{who}: {row.route} {row.thing}={thing}"
    if got not in want.split("|"):
        return f"{where}: {got}, not {want}"
    hidden = house.secrets if who in house.people and who != "stranger" else house.marks
    spilt = [one for one in hidden if one in text]
    return f"{where}: tells {spilt}" if spilt else ""


async def test_who_may_do_what_to_whose(night: NightShift) -> None:
    house = await ready(night)
    wrong, counts = [], Counter[str]()
    before = await house.standing()
    cells = [(row, who) for row in ROWS for who in WHO]
    refused = [(row, who) for row, who in cells if wanted(row, who) != FINE]
    for row, who in refused:
        want = wanted(row, who)
        wrong.append(await cell(house, row, who, house.ids.get(row.thing, ""), want))
        counts["refused"] += 1
    assert await house.standing() == before, "a refused call has changed something"
    await keep(house)
    last = [cell for cell in cells if cell[0].path == "/logout"]
    for row, who in [one for one in cells if one not in refused and one not in last] + last:
        if wanted(row, who) == FINE:
            wrong.append(await cell(house, row, who, house.ids.get(row.thing, ""), FINE))
            counts["allowed"] += 1
            await put_back(house)
    print(f"\nphones: {len(ROWS)} rows, {dict(counts)}")
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)


async def test_an_id_that_nobody_has_is_nothing_to_anybody(night: NightShift) -> None:
    house = await ready(night)
    wrong, count = [], 0
    ids = [int(one) for name, one in house.ids.items() if name != "nobody"]
    near = [str(one + step) for one in ids for step in (-1, 1) if one + step not in ids]
    rows = {row.route: row for row in reversed(ROWS) if row.hostile}
    things = {row: {one.thing for one in ROWS if one.route == row} for row in rows}
    before = await house.standing()
    for row in rows.values():
        kinds = {name.partition("_")[0] for name in things[row.route]}
        other = [one for name, one in house.ids.items() if name.partition("_")[0] not in kinds]
        for thing in (*HOSTILE, *near, *other):
            for who in ("patient", "stranger"):
                wrong.append(await cell(house, row, who, thing, row.hostile))
                count += 1
    print(f"\nphones: {count} cells of hostile ids")
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)
    assert await house.standing() == before


async def ready(night: NightShift) -> Household:
    house = await build(night)
    house.ids["nobody"] = made_up_certno(house.people["patient"].brdy, "2")
    return house


async def keep(house: Household) -> None:
    async with owner(house.town.services.settings.database_url) as connection:
        for table in CHANGED:
            await connection.execute(
                f"create table kept_{table} as table {table};"
                f" grant select on kept_{table} to public"
            )


async def put_back(house: Household) -> None:
    """What a deed has changed is as it was, so that the next stands alone."""
    for table in CHANGED:
        columns = await house.town.rows(
            "select column_name from information_schema.columns where table_schema = 'public'"
            " and table_name = $1 and column_name <> 'id' and is_generated = 'NEVER'",
            table,
        )
        names = ", ".join(str(row[0]) for row in columns)
        kept = ", ".join(f"k.{row[0]}" for row in columns)
        await house.town.value(
            f"insert into {table} select * from kept_{table} on conflict (id) do nothing"
        )
        await house.town.value(
            f"update {table} t set ({names}) = (select {kept}) from kept_{table} k"
            " where t.id = k.id and t is distinct from k"
        )
