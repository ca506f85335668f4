"""One settlement's whole story: audited before it is told, masked everywhere, complete."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.ops.stories import service
from app.domain.ops.stories.repository import Rows
from app.domain.ops.stories.service import Somebody, Story
from app.domain.staff import repository
from tests.api.ops.conftest import NightShift
from tests.api.tills.test_undo import Case, case
from tests.feeds import all_written
from tests.phone_world import Answer
from tests.servers import months_away

__all__ = ["case"]


def no_person_in(answer: Answer, case: Case) -> None:
    """No name, ID number or whole insurance number stands in an answer."""
    text = json.dumps(answer.body, ensure_ascii=False)
    for person in (case.patient, case.son):
        for secret in (person.name, person.certno, person.certno[:10], person.psn_no):
            assert secret not in text, secret


async def looks(night: NightShift) -> list[Any]:
    return await night.town.rows("select * from ops_look order by id")


async def test_the_story_of_a_settlement_and_its_cancel(night: NightShift, case: Case) -> None:
    town, token = night.town, await night.sign_in()
    cancelled = await case.cancel()
    later = await all_written()
    await town.services.ledger_sealer.run(now=later)
    by_number = await night.story(token, setl_id=case.ids["setl_id"])
    by_message = await night.story(token, fixmedins_code=town.shop.code, msgid=case.msgid)
    of_cancel = await night.story(token, setl_id=cancelled.setlinfo["setl_id"])
    assert by_number.status == 200, by_number.body
    assert by_number.data == by_message.data == of_cancel.data
    story = by_number.data
    no_person_in(by_number, case)
    assert story["patient"]["name"] == "*老" and "*" in story["patient"]["psn_no"]
    assert [one["infno"] for one in story["requests"]] == ["2102", "2103"]
    assert [one["state"] for one in story["requests"]] == [1, 1]
    assert [one["kind"] for one in story["settlements"]] == [1, 2]
    paid, back = story["settlements"]
    legs = [(leg["payer"], leg["fen"]) for leg in paid["legs"]]
    assert legs == [("own", 10_000), ("aid", 15_000)]
    assert paid["legs"][1]["name"] == "*强"
    assert paid["total_fen"] == 25_000 and back["total_fen"] == -25_000
    assert sum(t["fen"] for t in paid["transfers"]) == 25_000
    assert {t["reverses_id"] for t in back["transfers"]} == {t["id"] for t in paid["transfers"]}
    assert paid["steps"] and any("*强" in step for step in paid["steps"])
    assert [line["fen"] for line in paid["lines"]] == [25_000]
    hashes = {
        str(row["id"]): row["hash"].hex() for row in await town.rows("select id, hash from seal")
    }
    for row in (paid, back, *paid["transfers"], *back["transfers"]):
        assert row["seal"]["hash"] == hashes[row["id"]]
    stored = await looks(night)
    assert [(row["found"], row["person_id"]) for row in stored] == [(True, case.patient.id)] * 3
    assert stored[0]["target"] == f"setl_id {case.ids['setl_id']}"
    assert stored[0]["request_id"] == by_number.body["request_id"]


async def test_who_has_a_story_open_is_told_when_it_is_sealed(
    night: NightShift, case: Case
) -> None:
    town, token = night.town, await night.sign_in()
    [told] = (await night.story(token, setl_id=case.ids["setl_id"])).data["settlements"]
    ids = [told["id"], *(one["id"] for one in told["transfers"])]
    assert told["seal"] is None and len(ids) > 1

    async def seals() -> dict[str, str]:
        answer = await night.call("GET", "/seals", token=token, params={"ids": ",".join(ids)})
        return {one["id"]: one["hash"] for one in answer.data}

    assert await seals() == {}
    await town.services.ledger_sealer.run(now=await all_written())
    [sealed] = (await night.story(token, setl_id=case.ids["setl_id"])).data["settlements"]
    found = await seals()
    assert set(found) == set(ids) and found[told["id"]] == sealed["seal"]["hash"]
    assert len(await looks(night)) == 2, "asking for seals is no look at anybody"


async def test_what_lies_in_an_archive_is_told_as_that(
    night: NightShift, case: Case, migrated: str
) -> None:
    token, number = await night.sign_in(), case.ids["setl_id"]
    for until, away in ((int(number), False), (int(number) + 1, True)):
        async with months_away(migrated, until):
            [told] = (await night.story(token, setl_id=number)).data["settlements"]
        assert told["away"] is away


async def test_nothing_is_told_when_the_look_can_not_be_written(
    night: NightShift, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await night.sign_in()

    async def broken(*arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(repository, "note_look", broken)
    answer = await night.story(token, setl_id=case.ids["setl_id"])
    assert (answer.status, answer.data) == (503, None)
    assert await looks(night) == []


async def test_the_look_is_committed_before_the_answer(
    night: NightShift, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await night.sign_in()
    seen: list[int] = []
    right = night.town.services.people.institution_names

    async def names(codes: Any) -> Any:
        seen.append(await night.town.value("select count(*) from ops_look"))
        return await right(codes)

    monkeypatch.setattr(
        type(night.town.services.people), "institution_names", lambda self, codes: names(codes)
    )
    assert (await night.story(token, setl_id=case.ids["setl_id"])).status == 200
    assert seen == [1]


async def test_a_look_that_found_nothing_is_written_too(night: NightShift) -> None:
    token = await night.sign_in()
    for which in (
        {"setl_id": "7"},
        {"setl_id": "9" * 19},
        {"setl_id": "0"},
        {"fixmedins_code": "P00000000000", "msgid": "x"},
    ):
        answer = await night.story(token, **which)
        assert (answer.status, answer.reason) == (404, "OPS_STORY_UNKNOWN"), which
    assert [row["found"] for row in await looks(night)] == [False] * 4
    audit = await night.call("GET", "/audit/looks", token=token)
    assert [line["found"] for line in audit.data] == [False] * 4
    assert audit.data[0]["reason"] == "夜班核查投诉"
    assert audit.data[0]["operator"].startswith("auditor-")


async def test_a_refused_request_has_a_story(night: NightShift, case: Case) -> None:
    token = await night.sign_in()
    await case.cancel()
    again = await case.cancel()
    answer = await night.story(token, fixmedins_code=night.town.shop.code, msgid=again.msgid)
    [request] = answer.data["requests"]
    assert (request["state"], request["why"]["reason"]) == (2, "ALREADY_CANCELLED")
    assert request["why"]["message"] and answer.data["settlements"] == []
    no_person_in(answer, case)
    [look] = await looks(night)
    assert look["person_id"] == case.patient.id


async def test_reversals_tombstones_and_partial_returns(night: NightShift, case: Case) -> None:
    town, token = night.town, await night.sign_in()
    assert (await case.reverse()).ok
    story = (await night.story(token, setl_id=case.ids["setl_id"])).data
    assert [one["kind"] for one in story["settlements"]] == [1, 3]
    assert [one["infno"] for one in story["requests"]] == ["2102", "2601"]
    case.msgid = town.till.new_msgid()
    assert (await case.reverse()).ok
    tomb = await night.story(token, fixmedins_code=town.shop.code, msgid=case.msgid)
    [request] = tomb.data["requests"]
    assert request["tombstone"] and request["state"] == 3
    no_person_in(tomb, case)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"setl_id": "1"}, {"setl_id": "1", "reason": "x"},
        {"setl_id": "-1", "reason": "valid reason"},
        {"setl_id": "1", "msgid": "a", "fixmedins_code": "b", "reason": "valid reason"},
        {"msgid": "a", "reason": "valid reason"}, {"setl_id": 1, "reason": "valid reason"},
        {"setl_id": "1", "reason": "a\u0000bcd"}, {"setl_id": "1", "reason": "x" * 201},
        {"setl_id": "１２", "reason": "valid reason"}, {"setl_id": "", "reason": "valid reason"},
        {"fixmedins_code": "P00000000000", "msgid": "a\u0000", "reason": "valid reason"},
        {"setl_id": "1", "reason": "valid reason", "more": 1}, [], "x", None,
    ],
)  # fmt: skip
async def test_what_is_not_a_question_is_refused_clearly(night: NightShift, body: object) -> None:
    token = await night.sign_in()
    answer = await night.call("POST", "/stories", body, token)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")
    assert await looks(night) == []


def test_the_day_of_a_pack_is_nobody() -> None:
    people = {person: Somebody(f"张{person}", "", "310", "130100") for person in (2024, 7)}
    story = Story(Rows(), people, "")
    step = "@7共济支付3.00元。〔13-hebei@2024-10-01 aid.purposes〕"
    assert story.fill(step) == step.replace("@7", "张7")
    steps = [["paid", "aid.purposes", "13-hebei@2024-10-01", {"name": "@7"}]]
    row: Any = {"person_id": 1, "trace": {"legs": [], "reasons": [], "steps": steps}}
    assert service._person_ids(Rows(settlements=[row])) == {1, 7}
