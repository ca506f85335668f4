"""Bills at an institution of another place than the patient's (SOURCES A1, A2, F5.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.till_world import Town

OLD = date(1950, 1, 1)


async def test_a_hebei_daughter_pays_in_any_province_without_a_word_at_the_till(town: Town) -> None:
    """With the father's own code, and nobody says at the counter that a relative shall pay."""
    father = await town.member("李老", OLD)
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    await town.grant(daughter, father, "father")
    for place in ("530100", "110100", "130600"):
        till = await town.new_till(await town.new_shop(place=place))
        assert (await till.sign_in()).ok
        told = await till.settle(await town.sale(father, "100.00", till=till))
        assert told.ok, told.err_msg
        assert told.setlinfo["acct_mulaid_pay"] == Decimal("100.00"), place
    assert await town.balance(daughter) == 20_000


async def test_whether_a_place_settles_for_other_places_is_said_of_each(town: Town) -> None:
    """Who can't be settled for is told to claim at home; the next shop can."""
    patient = await town.member("李明", place="130600", current_fen=5_000)
    closed = await town.new_shop()
    await town.value(
        "update institution set cross_region = false where fixmedins_code = $1", closed.code
    )
    for shop, settles in ((closed, False), (town.shop, True)):
        till = await town.new_till(shop)
        assert (await till.sign_in()).ok
        told = await till.settle(await town.sale(patient, "10.00", till=till))
        assert told.ok == settles
        if not settles:
            assert told.err_msg.startswith("INSTITUTION_NOT_CONNECTED")
            assert "先自费后回参保地报销" in told.err_msg
    neighbour = await town.member("李强", current_fen=5_000)
    till = await town.new_till(closed)
    assert (await till.sign_in()).ok
    told = await till.settle(await town.sale(neighbour, "10.00", till=till))
    assert told.ok, "its own pool's people are settled for as ever"
