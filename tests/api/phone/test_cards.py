"""A person's own cards on the phone: seen masked, stopped at once, found at the counter only."""

from __future__ import annotations

from tests.api.tills.test_cards import card_of
from tests.api.tills.test_outpatient import code
from tests.till_world import Town


async def test_the_own_cards_are_seen_and_one_is_stopped_at_once(town: Town) -> None:
    owner, other = await town.member("李强", current_fen=9_000), await town.member("王五")
    old, card = await card_of(town, owner, "replaced"), await card_of(town, owner)
    answer = await town.world.call("GET", "/cards", token=owner.token)
    assert [(one["state"], one["can_report"]) for one in answer.data] == [
        ("valid", True),
        ("replaced", False),
    ]
    assert answer.data[0]["number"].endswith(card.number[-4:])
    for secret in (card.number, card.serial, old.number, old.serial):
        assert secret not in str(answer.data)
    assert (await town.world.call("GET", "/cards", token=other.token)).data == []
    await card.read()
    first, second = (f"/cards/{one['id']}/lost" for one in answer.data)
    theirs = await town.world.call("POST", first, token=other.token)
    assert (theirs.status, theirs.body["reason"]) == (404, "NOT_FOUND")
    assert (await town.till.preview(card.sale("1.00"))).ok
    for _ in range(2):
        told = await town.world.call("POST", first, token=owner.token)
        assert (told.status, told.data["state"], told.data["state_name"]) == (200, "lost", "已挂失")
    assert code(await town.till.settle(card.sale("1.00"))) == "CARD_LOST"
    too_late = await town.world.call("POST", second, token=owner.token)
    assert (too_late.status, too_late.body["reason"]) == (409, "CARD_NOT_VALID")
    # No file, and nobody on a phone, says that it was found.
    await card.says("found")
    [now, _] = (await town.world.call("GET", "/cards", token=owner.token)).data
    assert (now["state"], now["can_report"]) == ("lost", False)
