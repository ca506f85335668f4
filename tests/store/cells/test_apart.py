"""The shared tables in a database of their own, through the doors. Neither database has the other's
tables, and what rooms of shared tables promise with one database they promise with two."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.domain.events import service
from tests.api.ops.conftest import config, night, town
from tests.api.ops.test_watch import (
    test_a_limit_is_set_by_an_auditor_who_says_why,
    test_a_shift_is_handed_over,
)
from tests.domain.events.test_events import happens
from tests.domain.invitation.test_cards import (
    test_a_father_asked_by_card_pays_the_next_bill,
    test_cards_are_taken_back_refused_and_expire,
)
from tests.domain.login.test_the_dead import (
    test_the_log_ins_of_the_dead_end_at_once_with_their_sessions,
)
from tests.domain.staff.test_log_ins import test_an_auditor_counts_and_ends_those_of_a_name
from tests.domain.staff.test_looks import test_what_a_viewer_wanted_to_see_is_written
from tests.domain.staff.test_sign_in import test_disabling_acts_at_once
from tests.own_database import migrated as whole
from tests.own_database import template
from tests.till_world import Town
from tests.two_databases import activation_breaking_off, breaking_off, shared_apart

__all__ = [
    "config",
    "night",
    "template",
    "test_a_father_asked_by_card_pays_the_next_bill",
    "test_a_limit_is_set_by_an_auditor_who_says_why",
    "test_a_shift_is_handed_over",
    "test_an_auditor_counts_and_ends_those_of_a_name",
    "test_cards_are_taken_back_refused_and_expire",
    "test_disabling_acts_at_once",
    "test_the_log_ins_of_the_dead_end_at_once_with_their_sessions",
    "test_what_a_viewer_wanted_to_see_is_written",
    "town",
    "whole",
]


@pytest.fixture
async def migrated(
    whole: str, template: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    async with shared_apart(whole, template, monkeypatch):
        yield whole


async def test_neither_has_the_others_tables(town: Town) -> None:
    assert town.services.shared is not town.services.database
    for database, table in ((town.services.database, "login"), (town.services.shared, "person")):
        assert await database.value("select to_regclass($1) is null", table)


async def test_a_check_that_broke_off_between_the_two_is_made_whole_by_asking_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = await town.world.add("李明")
    token = await town.world.log_in()
    with activation_breaking_off(monkeypatch):
        assert (await town.world.identify(token, someone)).status >= 500
    bound = "select person_id from login where person_id = $1"
    activated = "select activated_at is not null from person where id = $1"
    assert await town.value(bound, someone.id) == someone.id
    assert not await town.value(activated, someone.id)
    assert (await town.world.identify(token, someone)).status == 200
    assert await town.value(activated, someone.id)


async def test_an_event_that_broke_off_between_the_two_comes_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father = await town.member("李老")
    bound = "select count(*) from login where person_id = $1"
    known = "select count(*) from life_event where person_id = $1 and kind = 'died'"

    with breaking_off(monkeypatch, service), pytest.raises(ConnectionResetError):
        await happens(town, "died", father)
    assert (await town.value(bound, father.id), await town.value(known, father.id)) == (0, 0)
    refused = await town.world.call("POST", "/credentials", {"holder": "me"}, father.token)
    assert refused.reason == "IDENTITY_REQUIRED"
    await happens(town, "died", father)
    assert await town.value(known, father.id) == 1
