"""The two lines that never mix: whose code I may show, and for whom mutual aid may pay."""

from __future__ import annotations

from typing import Any

from app.ledger.kinds import AccountKind
from tests.phone_world import World, at, claim
from tests.till_world import open_account


async def seen(world: World, token: str, side: str = "i_may_show") -> Any:
    answer = await world.call("GET", "/family", token=token)
    [relative] = answer.data[side]
    return relative


async def test_showing_and_paying_are_told_apart(world: World) -> None:
    daughter_token, daughter = await world.member("李敏", at(1983, 1, 1).date(), "2")
    father_token, father = await world.member("李国", at(1955, 1, 1).date())
    body = claim(father) | {"relation": "father"}
    bound = await world.call("POST", "/family", body, daughter_token)
    await world.call("POST", f"/family/{bound.data['id']}/confirm", token=father_token)
    relative = await seen(world, daughter_token)
    assert relative["can_show"]
    assert (relative["i_pay"]["can_pay"], relative["pays_me"]["can_pay"]) == (False, False)
    assert relative["i_pay"]["how"]["reason"] == "ONLY_FAMILY_ACCOUNT"
    assert relative["i_pay"]["how"]["next_step"]
    await open_account(world.services, daughter.id, AccountKind.CURRENT, 50_000, "130100")
    granted = await world.call("POST", "/aid", body, daughter_token)
    assert granted.status == 201, granted.body
    assert (await seen(world, father_token, "may_show_me"))["pays_me"]["can_pay"]
    told = (await seen(world, daughter_token))["i_pay"]
    assert told["how"]["reason"] == "CONSENT_PENDING", "until he agrees nothing of his is told"
    await world.call("POST", f"/aid/{granted.data['id']}/confirm", token=father_token)
    assert (await seen(world, daughter_token))["i_pay"] == {"can_pay": True, "how": None}
    theirs = await seen(world, father_token, "may_show_me")
    assert theirs["pays_me"] == {"can_pay": True, "how": None}
    assert theirs["i_pay"]["can_pay"] is False
    await world.call("POST", f"/aid/{granted.data['id']}/freeze", token=daughter_token)
    frozen = (await seen(world, father_token, "may_show_me"))["pays_me"]["how"]
    assert frozen["reason"] == "FROZEN"
    assert "@" not in frozen["message"]
    await world.call("DELETE", f"/family/{bound.data['id']}", token=father_token)
    # The code is gone, the money is not: they are two things.
    again = await world.call("GET", "/aid", token=daughter_token)
    assert [grant["state"] for grant in again.data] == ["frozen"]


async def test_both_ties_stand_at_once_and_neither_needs_the_other(world: World) -> None:
    """Each is asked for, agreed to and ended by itself, in either order."""
    daughter_token, daughter = await world.member("李敏", at(1983, 1, 1).date(), "2")
    father_token, father = await world.member("李国", at(1955, 1, 1).date())
    await open_account(world.services, daughter.id, AccountKind.CURRENT, 50_000, "130100")
    body = claim(father) | {"relation": "father"}

    async def tied(what: str) -> str:
        asked = await world.call("POST", f"/{what}", body, daughter_token)
        assert asked.status == 201, asked.body
        path = f"/{what}/{asked.data['id']}"
        assert (await world.call("POST", f"{path}/confirm", token=father_token)).status == 200
        return path

    grant, binding = await tied("aid"), await tied("family")
    assert (await seen(world, daughter_token))["i_pay"]["can_pay"]
    await world.call("DELETE", grant, token=daughter_token)
    relative = await seen(world, daughter_token)
    assert (relative["can_show"], relative["i_pay"]["can_pay"]) == (True, False)
    await tied("aid")
    await world.call("DELETE", binding, token=daughter_token)
    assert (await world.call("GET", "/family", token=daughter_token)).data["i_may_show"] == []
    [given] = (await world.call("GET", "/aid", token=daughter_token)).data
    assert given["can_pay"]
