"""Clerks act for people without a phone, by the same rules as on one; each act is written with what
it did, and nothing of it when it is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.staff import said
from app.store.sealed.columns import ACT_REASON
from tests.api.counter.conftest import Counter, paper
from tests.api.tills.test_cards import card_of
from tests.domain.notice.inbox import inbox, kinds, tell
from tests.feeds import all_written
from tests.phone_world import claim


async def pair(counter: Counter) -> tuple[Any, Any]:
    """A daughter with an account, and her father, neither with a phone."""
    daughter = await counter.person("李敏", date(1980, 5, 17), "2", current_fen=50_000)
    return daughter, await counter.person("李老", current_fen=0)


async def test_a_grant_of_two_at_the_counter_pays_at_once(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter, father = await pair(counter)
    body = claim(father) | {"relation": "father", "agreed": True, "cap_day_fen": 10_000}
    answer = await counter.act(daughter, "/grants", token, body)
    assert answer.status == 201, answer.body
    assert (answer.data["kind"], answer.data["other"]) == ("grant", "*老")
    [grant] = (await counter.state(daughter, token))["grants"]
    assert (grant["agreed"], grant["can_pay"], grant["cap_day_fen"]) == (True, True, 10_000)
    [received] = (await counter.state(father, token))["grants"]
    assert (received["role"], received["other"]) == ("beneficiary", "*敏")


async def test_who_waits_for_a_relative_is_confirmed_at_the_counter(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter, father = await pair(counter)
    for path in ("/grants", "/relatives"):
        asked = await counter.act(daughter, path, token, claim(father) | {"relation": "father"})
        assert asked.status == 201, asked.body
    state = await counter.state(father, token)
    [grant], [bond] = state["grants"], state["relatives"]
    assert not grant["agreed"] and bond["to_confirm"]
    assert (await counter.act(father, f"/grants/{grant['id']}/confirm", token)).status == 200
    assert (await counter.act(father, f"/relatives/{bond['id']}/confirm", token)).status == 200
    state = await counter.state(father, token)
    assert state["grants"][0]["agreed"] and state["relatives"][0]["state"] == "active"
    kinds = [row["kind"] for row in await counter.done()]
    assert kinds == ["grant", "bind", "grant_confirm", "bind_confirm"]
    assert [one["kind"] for one in state["acts"]] == ["bind_confirm", "grant_confirm"]


async def test_everything_that_a_donor_may_do_on_a_phone(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter, father = await pair(counter)
    body = claim(father) | {"relation": "father", "agreed": True}
    ref = (await counter.act(daughter, "/grants", token, body)).data
    [grant] = (await counter.state(daughter, token))["grants"]
    one = f"/grants/{grant['id']}"
    assert (await counter.act(daughter, f"{one}/freeze", token)).status == 200
    assert (await counter.state(daughter, token))["grants"][0]["state"] == "frozen"
    assert (await counter.act(daughter, f"{one}/unfreeze", token)).status == 200
    until = {"until": "2026-12-01"}
    assert (await counter.act(daughter, f"{one}/pause", token, until)).status == 200
    [paused] = (await counter.state(daughter, token))["grants"]
    assert (paused["state"], paused["paused_until"]) == ("paused", "2026-12-01")
    past = await counter.act(daughter, f"{one}/pause", token, {"until": "2026-11-21"})
    assert past.reason == "PERIOD_INVALID"
    assert (await counter.act(daughter, f"{one}/unfreeze", token)).status == 200
    limits = {"cap_per_use_fen": 3_000}
    assert (await counter.act(daughter, f"{one}/limits", token, limits)).status == 200
    assert (await counter.state(daughter, token))["grants"][0]["cap_per_use_fen"] == 3_000
    moved = await counter.act(father, f"{one}/order", token, {"to": "top"})
    assert moved.status in (200, 409), moved.body
    assert (await counter.act(daughter, f"{one}/end", token)).status == 200
    assert (await counter.state(daughter, token))["grants"] == []
    first, yes, *_, last = await counter.done()
    assert (first["kind"], first["person_id"], first["other_id"]) == (
        "grant",
        daughter.id,
        father.id,
    )
    assert (yes["kind"], yes["person_id"], yes["other_id"]) == (
        "grant_confirm",
        father.id,
        daughter.id,
    )
    assert first["form_no"] == yes["form_no"] == ref["form_no"] != last["form_no"]


async def test_a_grant_for_one_use_is_given_at_the_counter(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter, father = await pair(counter)
    body = claim(father) | {"relation": "father", "agreed": True, "once": True}
    assert (await counter.act(daughter, "/grants", token, body)).status == 201
    [grant] = (await counter.state(father, token))["grants"]
    assert grant["once"] and grant["can_pay"]


async def test_a_refusal_is_the_phone_s_own_and_leaves_nothing(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter, father = await pair(counter)
    wrong = claim(father) | {"relation": "son", "agreed": True}
    refused = await counter.act(daughter, "/grants", token, wrong)
    assert (refused.status, refused.reason) == (409, "RELATION_CONFLICT")
    other = await counter.person("王五", place="420100")
    for agreed, why in ((True, "COUNTER_OTHER_REGION"), (False, "AREA_NOT_ALLOWED")):
        body = claim(other) | {"relation": "father", "agreed": agreed}
        answer = await counter.act(daughter, "/grants", token, body)
        assert answer.status == 201 or answer.reason == why
    stranger = claim(father) | {"psn_name": "李小", "relation": "father"}
    unknown = await counter.act(daughter, "/grants", token, stranger)
    assert (unknown.status, unknown.reason) == (404, "PERSON_UNKNOWN")
    assert (
        await counter.town.value("select count(*) from aid_grant where agreed_at is not null") == 0
    )
    written = await counter.done()
    grants = await counter.town.value("select count(*) from aid_grant")
    assert len(written) == grants


async def test_a_child_s_guardian_shows_the_document_to_the_clerk(counter: Counter) -> None:
    """The outside check, which has not passed, is not asked."""
    token = await counter.sign_in()
    mother = await counter.person("王芳", date(1990, 5, 17), "2")
    child = await counter.person("王小", date(2020, 6, 1))
    body = claim(child) | {"relation": "son"}
    unproven = await counter.act(mother, "/relatives", token, body)
    assert (unproven.status, unproven.reason) == (422, "RELATION_UNPROVEN")
    proof = {"kind": "household_register", "reference": "no-1"}
    bound = await counter.act(mother, "/relatives", token, body | {"proof": proof})
    assert bound.status == 201, bound.body
    [bond] = (await counter.state(mother, token))["relatives"]
    assert bond["state"] == "active" and bond["can_show"]
    ref = await counter.town.value("select proof_ref from family_binding")
    assert ref == f"counter:{bound.data['id']}"
    assert (await counter.act(mother, f"/relatives/{bond['id']}/end", token)).status == 200


async def test_a_wallet_is_opened_and_a_code_is_shown_at_the_counter(counter: Counter) -> None:
    token = await counter.sign_in()
    father = await counter.person("李老", current_fen=5_000)
    opened = await counter.act(father, "/wallet", token)
    assert opened.status == 200, opened.body
    assert (await counter.state(father, token))["wallet"]
    shown = await counter.act(father, "/code", token)
    assert shown.status == 201 and len(shown.data["code"]) == 28
    assert [row["kind"] for row in await counter.done()] == ["wallet_open", "code"]
    balances = await counter.town.services.balances.of_person(father.id)
    assert sorted(one.balance_fen for one in balances) == [0, 5_000]


async def test_what_is_written_says_who_when_why_and_is_chained(counter: Counter) -> None:
    token = await counter.sign_in()
    father = await counter.person("李老", current_fen=0)
    form = {"form_no": "JB-7", "reason": "老人无手机，本人到场"}
    assert (await counter.act(father, "/wallet", token, form)).status == 200
    [row] = await counter.town.rows(
        "select a.*, a.id as act_id, r.reason_sealed from counter_act a"
        " join counter_act_reason r on r.act_id = a.id"
    )
    cipher = counter.town.services.people.cipher
    assert (row["form_no"], row["person_id"], row["second"]) == ("JB-7", father.id, None)
    assert row["place"] == "130100" and row["clerk"].startswith("clerk-")
    assert form["reason"] not in row["reason"] and row["reason"].startswith("sm3:")
    assert said.opened(cipher, row, ACT_REASON) == form["reason"]
    assert await counter.town.services.audit_sealer.run(now=await all_written()) > 0
    assert await counter.town.value("select count(*) from audit_seal where kind = 3") == 1


async def test_whoever_it_was_done_for_is_told(counter: Counter) -> None:
    token = await counter.sign_in()
    daughter = await counter.town.member("李敏", date(1980, 5, 17), "2", current_fen=50_000)
    father = await counter.town.member("李老", date(1950, 3, 7), current_fen=0)
    body = claim(father) | {"relation": "father", "agreed": True, "form_no": "JB-9"}
    assert (await counter.act(daughter, "/grants", token, body)).status == 201
    await tell(counter.town, 3)
    [asked] = [one for one in await inbox(counter.town, daughter) if one[0] == "counter_done"]
    assert (asked[1]["what"], asked[1]["form"]) == ("开通家庭共济", "JB-9")
    assert sorted(await kinds(counter.town, father)) == ["counter_done"]


async def test_a_form_s_number_is_nobody_s_own(counter: Counter) -> None:
    token = await counter.sign_in()
    father = await counter.person("李老", current_fen=0)
    body = {"form_no": father.certno}
    answer = await counter.act(father, "/wallet", token, body)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")


async def test_each_look_is_written_and_nobody_acts_without_one(counter: Counter) -> None:
    token, other = await counter.sign_in(), await counter.sign_in()
    father = await counter.person("李老", current_fen=0)
    path = f"/persons/{father.id}"
    for method, to in (("GET", path), ("POST", f"{path}/wallet")):
        answer = await counter.call(method, to, paper() if method == "POST" else None, token)
        assert (answer.status, answer.reason) == (409, "COUNTER_LOOK_FIRST")
    assert (await counter.look(father, token)).status == 200
    wrong = await counter.call("POST", "/persons", claim(father) | {"psn_name": "李小"}, token)
    assert (wrong.status, wrong.reason) == (404, "PERSON_UNKNOWN")
    assert (await counter.call("GET", path, token=token)).status == 200
    assert (await counter.call("GET", path, token=other)).reason == "COUNTER_LOOK_FIRST"
    looks = await counter.town.rows("select what, found, person_id from ops_look order by id")
    assert [tuple(row) for row in looks] == [("person", True, father.id), ("person", False, None)]
    counter.town.clock.advance(13 * 3600)
    late = await counter.sign_in()
    assert (await counter.call("GET", path, token=late)).reason == "COUNTER_LOOK_FIRST"


@pytest.mark.parametrize(("place", "theirs", "may"), [
    ("130100", "130102", True), ("130000", "130100", True), ("130100", "130200", False),
    ("130102", "130100", False), ("420100", "130100", False),
])  # fmt: skip
async def test_a_clerk_serves_the_own_region_only(
    counter: Counter, place: str, theirs: str, may: bool
) -> None:
    token = await counter.sign_in("clerk", place)
    someone = await counter.person("李老", place=theirs)
    answer = await counter.look(someone, token)
    assert (answer.status, answer.reason) == (
        (200, answer.reason) if may else (403, "COUNTER_OTHER_REGION")
    )
    refused = await counter.town.value("select count(*) from ops_look where what = 'refused'")
    assert refused == (0 if may else 1)


async def test_a_lost_card_is_stopped_and_a_found_one_goes_on(counter: Counter) -> None:
    token = await counter.sign_in()
    father = await counter.town.member("李老", date(1950, 3, 7), current_fen=5_000)
    await card_of(counter.town, father)
    [card] = (await counter.state(father, token))["cards"]
    for path, state in (("lost", "lost"), ("found", "valid")):
        done = await counter.act(father, f"/cards/{card['id']}/{path}", token)
        assert done.status == 200 and done.data["kind"] == f"card_{path}", done.body
        [card] = (await counter.state(father, token))["cards"]
        assert card["state"] == state
    assert [row["kind"] for row in await counter.done()] == ["card_lost", "card_found"]
