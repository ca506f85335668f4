"""Family ties in a database of their own, beside the people whom they tie: what the doors promise,
and what breaks off between the two commits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest

from app.domain.counter.desk import Desk
from app.domain.counter.values import Clerk, Doing, Kind, Paper
from app.domain.events import applying
from app.domain.forgetting import service as forgetting
from app.domain.year import merging
from tests.api.counter.conftest import Counter, config, counter, paper, town
from tests.api.counter.test_acts import (
    test_a_child_s_guardian_shows_the_document_to_the_clerk,
    test_who_waits_for_a_relative_is_confirmed_at_the_counter,
)
from tests.api.counter.test_merged import (
    test_of_two_phones_the_one_of_the_row_that_stays_goes_on,
    test_the_phone_of_the_row_that_went_is_the_persons,
)
from tests.domain.events.test_events import (
    effects,
    happens,
    line,
    load,
    test_a_child_that_comes_of_age_is_asked_once,
    test_the_dead_show_nothing_pay_nothing_and_are_shown_by_nobody,
)
from tests.domain.family.test_family import (
    SIGNED,
    bind,
    may_show,
    test_a_child_is_added_at_once_by_a_signed_commitment,
    test_a_grown_up_relative_confirms_from_the_own_session,
    test_a_request_lapses_after_seven_days,
    test_at_sixteen_the_own_consent_is_needed,
    test_either_side_ends_it_at_once,
)
from tests.domain.family.test_limits import (
    test_five_times_in_a_month_of_china_ended_ones_counted,
    test_the_same_relative_many_times_at_once_is_bound_once,
)
from tests.domain.family.test_paying import test_showing_and_paying_are_told_apart
from tests.domain.family.test_strangers import test_who_declines_is_not_told_of
from tests.domain.forgetting.test_forgetting import (
    LONG_AFTER,
    forget,
    insured_no_more,
    test_nothing_names_who_was_forgotten_and_the_books_stay,
    ways,
)
from tests.domain.leaving.test_leaving import (
    test_what_was_agreed_on_phones_ends_and_the_books_stay,
)
from tests.own_database import template
from tests.phone_world import claim, world
from tests.store.cells.test_apart import migrated, whole
from tests.till_world import Member, Town
from tests.two_databases import activation_breaking_off, breaking_off

__all__ = [
    "config",
    "counter",
    "migrated",
    "template",
    "test_a_child_is_added_at_once_by_a_signed_commitment",
    "test_a_child_s_guardian_shows_the_document_to_the_clerk",
    "test_a_child_that_comes_of_age_is_asked_once",
    "test_a_grown_up_relative_confirms_from_the_own_session",
    "test_a_request_lapses_after_seven_days",
    "test_at_sixteen_the_own_consent_is_needed",
    "test_either_side_ends_it_at_once",
    "test_five_times_in_a_month_of_china_ended_ones_counted",
    "test_nothing_names_who_was_forgotten_and_the_books_stay",
    "test_of_two_phones_the_one_of_the_row_that_stays_goes_on",
    "test_showing_and_paying_are_told_apart",
    "test_the_dead_show_nothing_pay_nothing_and_are_shown_by_nobody",
    "test_the_phone_of_the_row_that_went_is_the_persons",
    "test_the_same_relative_many_times_at_once_is_bound_once",
    "test_what_was_agreed_on_phones_ends_and_the_books_stay",
    "test_who_declines_is_not_told_of",
    "test_who_waits_for_a_relative_is_confirmed_at_the_counter",
    "town",
    "whole",
    "world",
]
OLD, CHILD = date(1950, 3, 1), date(2018, 3, 1)


async def tie(town: Town, son: Member, father: Member) -> None:
    """The son may show his father's code."""
    asked = await bind(town.world, son.token, father, "father")
    path = f"/family/{asked.data['id']}/confirm"
    assert (await town.world.call("POST", path, token=father.token)).status == 200


async def test_a_guardian_who_broke_off_is_answered_with_the_tie_that_stands(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, mother = await town.world.member("王芳", gend="2")
    child = await town.world.add("李小明", CHILD)
    with activation_breaking_off(monkeypatch):
        assert (await bind(town.world, token, child, "son", **SIGNED)).status >= 500
    state, opened = (
        "select state from family_binding where holder_id = $1",
        "select activated_at is not null from person where id = $1",
    )
    assert await town.value(state, child.id) == "active"
    assert not await town.value(opened, child.id)
    again = await bind(town.world, token, child, "son", **SIGNED)
    assert (again.status, again.data["state"]) == (201, "active"), again.body
    assert await town.value(opened, child.id)
    assert await may_show(town.world, mother, again) == "OK"
    assert (await bind(town.world, token, child, "son", **SIGNED)).reason == "ALREADY_BOUND"
    assert len(await town.rows("select id from family_binding")) == 1


async def test_a_yes_that_broke_off_is_made_whole_by_saying_it_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, son = await town.world.member("李明")
    mothers, mother = await town.world.member("王芳", OLD, "2")
    asked = await bind(town.world, token, mother, "mother")
    await town.value("update person set activated_at = null where id = $1", mother.id)
    path = f"/family/{asked.data['id']}/confirm"
    with activation_breaking_off(monkeypatch):
        assert (await town.world.call("POST", path, token=mothers)).status >= 500
    assert await may_show(town.world, son, asked) == "NOT_ACTIVATED"
    assert (await town.world.call("POST", path, token=mothers)).status == 200
    assert await may_show(town.world, son, asked) == "OK"


async def test_an_act_is_written_before_its_tie_and_not_where_it_is_refused(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await counter.sign_in()
    daughter = await counter.person("李敏", date(1980, 5, 17), "2")
    father = await counter.person("李老")
    body = claim(father) | {"relation": "father", "agreed": True}
    wrong = await counter.act(daughter, "/relatives", token, body | {"relation": "mother"})
    assert wrong.reason == "RELATION_CONFLICT", wrong.body
    acts, ties = "select count(*) from counter_act", "select count(*) from family_binding"
    value = counter.town.value
    assert (await value(acts), await value(ties)) == (0, 0)
    act = Desk.act

    @asynccontextmanager
    async def breaks_off(
        desk: Desk, clerk: Clerk, person_id: int, kind: Kind, form: Paper
    ) -> AsyncIterator[Doing]:
        async with act(desk, clerk, person_id, kind, form) as doing:
            yield doing
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(Desk, "act", breaks_off)
        assert (await counter.act(daughter, "/relatives", token, body)).status >= 500
    assert (await value(acts), await value(ties)) == (2, 0)
    done = await counter.act(daughter, "/relatives", token, body)
    assert done.status == 201, done.body
    assert (await value(acts), await value(ties)) == (4, 1)


async def test_an_event_that_ended_a_tie_and_broke_off_says_so_when_it_comes_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    son, father = await town.member("李明"), await town.member("李老", OLD)
    await tie(town, son, father)
    moment = town.clock.now().isoformat()
    died = line("died", father, moment)
    with breaking_off(monkeypatch, applying), pytest.raises(ConnectionResetError):
        await load(town, died)
    assert await town.value("select state from family_binding") == "ended"
    assert await effects(town, son) == []
    report, refused = await load(town, died)
    assert (report.loaded, refused) == (1, [])
    assert await effects(town, son) == ["binding_ended"]
    town.clock.advance(60)
    await happens(town, "stopped", son)
    assert await effects(town, son) == ["binding_ended", "noted"], "it was told once"


async def test_a_merge_that_broke_off_carries_ties_and_log_ins_once(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = counter.town
    son = await town.member("王小", date(2005, 2, 1))
    goes, someone = await town.member("王重", OLD), await town.world.add("王重", OLD)
    number = await town.value("select psn_no from person where id = $1", someone.id)
    stays = replace(goes, id=someone.id, certno=someone.certno, token="", psn_no=number)
    await tie(town, son, goes)
    await happens(town, "merged", goes, f"other={stays.psn_no}")
    clerk, approver = [await counter.sign_in(role, goes.place) for role in ("clerk", "approver")]
    [task] = (await counter.call("GET", "/events", token=clerk)).data
    proposed = await counter.call("POST", f"/events/{task['id']}/propose", paper(), clerk)
    agree = f"/proposals/{proposed.data['id']}/agree"
    with breaking_off(monkeypatch, merging):
        assert (await counter.call("POST", agree, token=approver)).status >= 500
    live = "select shower_id, holder_id from family_binding where ended_at is null"
    [carried] = await town.rows(live)
    assert tuple(carried) == (son.id, stays.id)
    assert await town.value("select merged_into from person where id = $1", goes.id) is None
    again = await counter.call("POST", agree, token=approver)
    assert again.status == 200, again.body
    assert [tuple(row) for row in await town.rows(live)] == [tuple(carried)]
    assert await town.value("select bindings from account_merge") == 1
    assert await town.value("select person_id from login where person_id = $1", stays.id)
    assert (await town.world.call("GET", "/me", token=goes.token)).status == 200


async def test_who_was_half_forgotten_is_forgotten_by_doing_it_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father = await town.member("欧阳国强", OLD)
    await insured_no_more(town, father)
    town.clock.advance(LONG_AFTER.total_seconds())
    assert await ways(town, father) == set()
    with breaking_off(monkeypatch, forgetting), pytest.raises(ConnectionResetError):
        await forget(town, father)
    assert not await town.rows("select id from login where person_id = $1", father.id)
    person = await town.services.people.get(father.id)
    assert town.services.people.name(person) == "欧阳国强"
    assert await forget(town, father)
    person = await town.services.people.get(father.id)
    assert town.services.people.name(person) != "欧阳国强"
