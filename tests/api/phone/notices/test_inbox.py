"""The inbox on a phone: read in the reader's language, page by page, marked as read, waited for."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.domain.notice.inbox import kinds, tell
from tests.domain.notice.test_telling import pair, pay
from tests.till_world import Member, Town


async def look(town: Town, who: Member, query: str = "", language: str = "zh-CN") -> Any:
    headers = {"Accept-Language": language}
    answer = await town.world.call("GET", f"/notices{query}", token=who.token, headers=headers)
    assert answer.status == 200, answer.body
    return answer.data


async def mark(town: Town, who: Member, **body: Any) -> Any:
    answer = await town.world.call("PATCH", "/notices", body, who.token)
    assert answer.status == 200, answer.body
    return answer.data


async def wish(town: Town, who: Member, **body: Any) -> Any:
    answer = await town.world.call("PATCH", "/notices/settings", body, who.token)
    assert answer.status == 200, answer.body
    return answer.data


async def test_a_notice_is_told_in_the_readers_language_with_what_helps(town: Town) -> None:
    father, daughter, grant = await pair(town)
    bill = await pay(town, father, "40.00")
    await tell(town)
    seen = await look(town, daughter)
    used = next(one for one in seen["items"] if one["kind"] == "aid_used")
    assert used["text"] == "*老在安康药房结算，用您的个人账户付了40.00元。"
    assert used["helps"] == [
        {"to": "bill", "id": bill["setl_id"]},
        {"to": "freeze", "id": grant},
        {"to": "not_me", "id": grant},
    ]
    assert (seen["unread"], seen["tabs"]["aid"]) == (2, 1)
    english = await look(town, daughter, language="en")
    text = next(one["text"] for one in english["items"] if one["kind"] == "aid_used")
    assert text == "*老 paid 40.00 yuan from your account at 安康药房."
    path = f"/settlements/{used['helps'][0]['id']}"
    assert (await town.world.call("GET", path, token=daughter.token)).status == 200
    frozen = await town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    assert frozen.status == 200, "one tap away"


async def test_pages_and_what_was_read(town: Town) -> None:
    father, daughter, _ = await pair(town)
    for _ in range(3):
        await pay(town, father, "1.00")
    await tell(town)
    first = await look(town, daughter, "?limit=3")
    rest = await look(town, daughter, f"?limit=3&before={first['next']}")
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [3, 1, None]
    one = first["items"][0]["id"]
    assert (await mark(town, daughter, ids=[one]))["unread"] == 3
    assert (await mark(town, father, ids=[one]))["unread"] == 3, "another's stays as it is"
    assert (await mark(town, daughter, all=True, tab="aid"))["unread"] == 2
    assert (await mark(town, daughter, all=True, upto=first["items"][1]["id"]))["unread"] == 0
    both = await town.world.call("PATCH", "/notices", {"all": True, "ids": [one]}, daughter.token)
    assert both.reason == "INVALID_INPUT"


async def test_an_open_page_hears_of_it_at_once(town: Town) -> None:
    father, daughter, _ = await pair(town)
    await tell(town)
    state = (await look(town, daughter))["state"]
    await pay(town, father, "1.00")
    waiting = asyncio.create_task(look(town, daughter, f"?wait=20&known={state}"))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await tell(town)
    told = await asyncio.wait_for(waiting, 3)
    assert told["items"][0]["kind"] == "aid_used" and told["state"] != state
    waiting = asyncio.create_task(look(town, daughter, f"?wait=20&known={told['state']}"))
    await asyncio.sleep(0.3)
    await mark(town, daughter, all=True)
    assert (await asyncio.wait_for(waiting, 3))["unread"] == 0, "read on another phone"


async def test_who_does_not_want_to_know_is_not_told(town: Town) -> None:
    father, daughter, _ = await pair(town)
    off = [{"topic": "aid_pay", "inbox": False, "outside": False}]
    settings = await wish(town, daughter, topics=off, quiet={"from_hour": 22, "until_hour": 7})
    assert settings["quiet"] == {"from_hour": 22, "until_hour": 7}
    await pay(town, father, "1.00")
    await tell(town)
    assert await kinds(town, daughter) == ["grant_agreed"]
    on = [{"topic": "aid_pay", "inbox": True, "outside": True}]
    settings = await wish(town, daughter, topics=on)
    assert settings["quiet"] is not None, "what was left out stays"
    await pay(town, father, "1.00")
    await tell(town)
    assert (await kinds(town, daughter))[1:] == ["aid_used"]
    fixed = {"topics": [{"topic": "account", "inbox": False, "outside": True}]}
    answer = await town.world.call("PATCH", "/notices/settings", fixed, daughter.token)
    assert answer.reason == "INVALID_INPUT"


async def test_an_inbox_is_its_owners(town: Town) -> None:
    father, _, _ = await pair(town)
    stranger = await town.member("王生")
    await pay(town, father, "1.00")
    await tell(town)
    assert (await look(town, stranger))["items"] == []
    assert (await town.world.call("GET", "/notices")).status == 401
