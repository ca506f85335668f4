"""Nobody guesses cards' serials, or whose name has which number, for long."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.tills.test_cards import card_of
from tests.api.tills.test_outpatient import code
from tests.till_world import Town


@pytest.fixture
def config() -> dict[str, Any]:
    """The limits as they are."""
    return {"phone_limits_times": 1}


async def test_wrong_serials_are_counted_by_institution(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    for _ in range(10):
        assert code(await card.read(card_sn="0")) == "CARD_UNKNOWN"
    blocked = await card.read()
    assert code(blocked) == "READING_TRIES" and "1天" in blocked.err_msg
    assert code(await town.till.settle(card.sale("1.00", card_sn=card.serial))) == "READING_TRIES"
    # Nobody else's card, and no other institution, waits for that; a right one counts for nothing.
    theirs = await card_of(town, await town.member("王五", current_fen=9_000))
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    for _ in range(12):
        assert (await theirs.read()).ok and (await card.read(other)).ok
    for number in range(90):
        assert code(await card.read(number=f"X{number}")) == "CARD_UNKNOWN"
    assert code(await theirs.read()) == "READING_TRIES"
    town.clock.advance(3_601)
    assert (await theirs.read()).ok and code(await card.read()) == "READING_TRIES"
    town.clock.advance(86_400)
    assert (await card.read()).ok
