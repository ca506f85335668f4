"""What is told of log-ins where the shared tables are in a database of their own: they are read
there, and inboxes are in the cell."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.notice import telling
from app.domain.notice.facts import logins
from app.outside.played.keys import TEMPLATES
from app.store.cells.shared import cell_part
from tests.domain.notice.inbox import kinds, tell
from tests.domain.notice.test_sending import agree, states
from tests.domain.notice.test_telling import (
    test_an_identity_that_goes_to_another_log_in_is_told,
)
from tests.own_database import template
from tests.store.cells.test_apart import migrated, whole
from tests.till_world import Member, Town, town
from tests.two_databases import breaking_off

__all__ = [
    "migrated",
    "template",
    "test_an_identity_that_goes_to_another_log_in_is_told",
    "town",
    "whole",
]
_READ_TO = "select read_to from feed where name = $1"


@pytest.fixture
def config() -> dict[str, Any]:
    return {"wechat_templates": TEMPLATES}


async def taken(town: Town) -> Member:
    """Somebody who has agreed to messages, and whose log-in another WeChat user has taken."""
    man = await town.member("赵换")
    await agree(town, man, template="rights")
    await tell(town)
    other = await town.world.log_in(f"thief{man.id}")
    assert (await town.world.identify(other, man)).status == 200
    return man


async def test_a_message_of_it_goes_to_who_had_agreed(town: Town) -> None:
    man = await taken(town)
    await tell(town, 2)
    assert await kinds(town, man) == ["login_elsewhere"]
    assert len(await states(town, man)) == 1


async def test_what_broke_off_between_inbox_and_place_is_told_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    man = await taken(town)
    shared = town.services.shared
    place = await shared.value(_READ_TO, logins.NAME)
    with breaking_off(monkeypatch, telling, cell_part) as put, pytest.raises(ConnectionResetError):
        await tell(town)
    assert len(put) == 1
    assert await kinds(town, man) == ["login_elsewhere"]
    assert await shared.value(_READ_TO, logins.NAME) == place
    await tell(town, 2)
    assert await kinds(town, man) == ["login_elsewhere"]
    assert len(await states(town, man)) == 1
    assert await shared.value(_READ_TO, logins.NAME) > place
    assert await town.services.database.value(_READ_TO, logins.NAME) <= place
