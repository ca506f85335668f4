"""What goes out by WeChat: where it was agreed to, at least once, and no more than was agreed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.outside.played.keys import TEMPLATES
from app.outside.played.wechat import openid_of
from app.outside.played.wechat_messages import PlayedMessages
from tests.domain.notice.inbox import tell
from tests.domain.notice.test_telling import DAY_S, OLD, pair, pay
from tests.phone_world import at
from tests.till_world import Member, Town

MONEY = "demo-template-money"


@pytest.fixture
def config() -> dict[str, Any]:
    return {"wechat_templates": TEMPLATES}


@pytest.fixture
async def wechat(town: Town) -> PlayedMessages:
    """WeChat, of whom nothing waits to be asked."""
    await town.value("update notice_message set state = 5, ended_at = now() where state = 1")
    await town.services.cache.redis.delete("wechat:token", "wechat:token:forced")
    return town.world.outside.messages


async def agree(town: Town, who: Member, times: int = 1, template: str = "money") -> None:
    for _ in range(times):
        body = {"results": [{"template": template, "result": "accept"}]}
        answer = await town.world.call("POST", "/notices/consents", body, who.token)
        assert answer.status == 200, answer.body


async def left(town: Town, who: Member) -> dict[str, Any]:
    """What a phone is told of its consents."""
    found = (await town.world.call("GET", "/notices/settings", token=who.token)).data
    return {one["template"]: one["left"] for one in found["templates"]}


async def states(town: Town, who: Member) -> list[int]:
    rows = await town.rows(
        "select state from notice_message where person_id = $1 order by notice_id", who.id
    )
    return [row["state"] for row in rows]


async def send(town: Town, until_s: int = 7200) -> None:
    """The worker sends; time passes between its tries."""
    for _ in range(until_s // 600):
        await town.services.messenger.run()
        town.clock.advance(600)


async def used(town: Town, times: int = 1) -> tuple[Member, Member]:
    """A donor who has agreed to some messages, and of whose money as many uses are told."""
    father, daughter, _ = await pair(town)
    await agree(town, daughter, times)
    for _ in range(times):
        await pay(town, father, "1.00")
    await tell(town)
    return father, daughter


def got(wechat: PlayedMessages, who: Member, world: Any) -> list[dict[str, Any]]:
    openid = openid_of(f"m{who.id}x{world.run}")
    return [one for one in wechat.sent if one["touser"] == openid]


FAULTS = ({"busy": 0.5}, {"away": 0.5}, {"deaf": 0.5}, {"token": 0.3, "same_moment": 0.3})


async def test_a_use_goes_out_once_without_names(town: Town, wechat: PlayedMessages) -> None:
    father, daughter = await used(town)
    await send(town, 1200)
    [message] = got(wechat, daughter, town.world)
    assert message["template_id"] == MONEY
    assert message["data"]["amount2"] == {"value": "¥1.00"}
    assert message["page"].startswith("pages/notices/notices?n=")
    told = str(message)
    for secret in (father.name, "*老", daughter.name, town.shop.name, town.shop.code):
        assert secret not in told
    assert await states(town, daughter) == [2]
    assert await left(town, daughter) == {"money": 0, "rights": 0}
    assert got(wechat, father, town.world) == [], "who has not agreed hears nothing"


async def test_no_more_goes_out_than_was_agreed_to(town: Town, wechat: PlayedMessages) -> None:
    father, daughter = await used(town, 2)
    await pay(town, father, "2.00")
    await tell(town)
    await send(town, 1200)
    assert len(got(wechat, daughter, town.world)) == 2
    assert await states(town, daughter) == [2, 2, 3]
    await pay(town, father, "3.00")
    await tell(town)
    assert len(await states(town, daughter)) == 3, "nothing is kept of what nobody has agreed to"


async def test_wechats_no_is_remembered(town: Town, wechat: PlayedMessages) -> None:
    father, daughter, _ = await pair(town)
    await agree(town, daughter, 5)
    wechat.credits[(openid_of(f"m{daughter.id}x{town.world.run}"), MONEY)] = 0
    for _ in range(3):
        await pay(town, father, "1.00")
    await tell(town)
    await send(town, 1200)
    assert wechat.answers[43101] == 1 and await states(town, daughter) == [3, 3, 3]
    assert (await left(town, daughter))["money"] == 0


async def test_a_consent_for_good_is_not_used_up(town: Town, wechat: PlayedMessages) -> None:
    father = await town.member("李老", OLD, current_fen=0)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    await agree(town, father, template="rights")
    assert (await left(town, father))["rights"] is None
    grant = (await town.try_grant(daughter, father, "father")).data["id"]
    await tell(town)
    await town.agree(father, grant)
    for deed in ("freeze", "unfreeze"):
        await town.world.call("POST", f"/aid/{grant}/{deed}", token=daughter.token)
    await tell(town)
    await send(town, 1200)
    assert len(got(wechat, father, town.world)) == 3


@pytest.mark.parametrize("mood", FAULTS, ids=str)
async def test_whatever_goes_wrong_it_goes_out_at_least_once(
    town: Town, wechat: PlayedMessages, mood: dict[str, float]
) -> None:
    _, daughter = await used(town, 4)
    await agree(town, daughter, 50)
    await town.world.client.session.post(
        town.world.outside_url + "wechat/mood", json=mood | {"seed": 7}
    )
    await send(town)
    wechat.mood = {}
    await send(town, 3600)
    assert await states(town, daughter) == [2] * 4
    pages = [one["page"] for one in got(wechat, daughter, town.world)]
    assert len(set(pages)) == 4
    if "deaf" not in mood:
        assert len(pages) == 4, "once where WeChat has said yes or no"


async def test_nothing_more_is_asked_on_a_day_that_is_used_up(
    town: Town, wechat: PlayedMessages
) -> None:
    _, daughter = await used(town)
    wechat.used_up = True
    await send(town, 3600)
    assert wechat.answers[45009] == 1
    wechat.used_up = False
    town.clock.set(at(2026, 11, 22, 0, 1))
    await send(town, 600)
    assert await states(town, daughter) == [2]


async def test_quiet_hours_hold_it_back_and_a_day_later_it_is_no_news(
    town: Town, wechat: PlayedMessages
) -> None:
    father, daughter, _ = await pair(town)
    await agree(town, daughter, 2)
    quiet = {"quiet": {"from_hour": 11, "until_hour": 14}}
    await town.world.call("PATCH", "/notices/settings", quiet, daughter.token)
    await pay(town, father, "1.00")
    await tell(town)
    await send(town, 1200)
    assert got(wechat, daughter, town.world) == []
    town.clock.set(at(2026, 11, 21, 14, 1))
    await send(town, 600)
    assert len(got(wechat, daughter, town.world)) == 1
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    await pay(town, father, "1.00")
    await tell(town)
    town.clock.advance(2 * DAY_S)
    await send(town, 600)
    assert await states(town, daughter) == [2, 5]


async def test_workers_share_one_token_and_send_once(town: Town, wechat: PlayedMessages) -> None:
    await used(town, 3)
    before = len(wechat.tokens)
    await asyncio.gather(*(town.services.messenger.run() for _ in range(5)))
    assert len(wechat.tokens) - before <= 1
    assert len({one["page"] for one in wechat.sent}) == len(wechat.sent)


async def test_a_shut_template_is_asked_for_no_more(town: Town, wechat: PlayedMessages) -> None:
    father, daughter, _ = await pair(town)
    await agree(town, daughter)
    body = {"results": [{"template": "money", "result": "ban"}]}
    await town.world.call("POST", "/notices/consents", body, daughter.token)
    await pay(town, father, "1.00")
    await tell(town)
    assert await states(town, daughter) == []
