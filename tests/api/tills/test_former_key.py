"""A till's old key and its new one both hold for a while, so tills are moved while they work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api.tills.test_closed import reason
from tests.till_world import Shop, Town, add_shop

CHANGES = {
    "secret": {"secret": "another-secret-of-the-shop"},
    "key": {"key_id": "key-of-now"},
    "scheme": {"scheme": "hmac-sm3"},
    "all": {"scheme": "hmac-sm3", "key_id": "key-of-today", "secret": "a-secret-of-today"},
}


async def told(town: Town, shop: Shop) -> str:
    return await reason(town, shop, shop.secret)


@pytest.mark.parametrize("what", list(CHANGES))
async def test_old_and_new_hold_for_a_day(town: Town, what: str) -> None:
    old = await town.new_shop("tif")
    new = replace(old, **CHANGES[what])
    await add_shop(town.services, new, town.clock.now())
    assert (await told(town, old), await told(town, new)) == ("OK", "OK")
    await add_shop(town.services, replace(new, name="新名"), town.clock.now())
    town.clock.advance(24 * 3600 - 1)
    assert (await told(town, old), await told(town, new)) == ("OK", "OK"), "a new name ends nothing"
    town.clock.advance(1)
    assert (await told(town, old), await told(town, new)) == ("SIGNATURE_INVALID", "OK")


async def test_a_secret_that_others_know_ends_at_once(town: Town) -> None:
    old = await town.new_shop()
    new = replace(old, secret="another-secret-of-the-shop")
    await add_shop(town.services, new, town.clock.now(), timedelta(0))
    assert (await told(town, old), await told(town, new)) == ("SIGNATURE_INVALID", "OK")


async def test_a_key_is_nobody_else_s_while_it_holds(town: Town) -> None:
    old, other = await town.new_shop(), await town.new_shop()
    await add_shop(town.services, replace(old, key_id=f"{old.key_id}-now"), town.clock.now())
    taken = replace(other, key_id=old.key_id)
    await add_shop(town.services, taken, town.clock.now())
    assert await told(town, taken) == "SIGNATURE_INVALID"
    assert (await told(town, old), await told(town, other)) == ("OK", "OK")
    town.clock.advance(24 * 3600)
    await add_shop(town.services, taken, town.clock.now())
    assert (await told(town, taken), await told(town, old)) == ("OK", "SIGNATURE_INVALID")
