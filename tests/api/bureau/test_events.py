"""The bureaus' door: who signs is let in, for the people of its places, each event by itself."""

from __future__ import annotations

import json
from typing import Any

from app.kit.sm import hmac_sm3
from tests.till_world import Member, Town

Answer = tuple[int, dict[str, Any]]


class Sender:
    """A bureau's machine."""

    def __init__(self, town: Town, key_id: str, secret: str) -> None:
        self.town, self.key_id, self.secret = town, key_id, secret

    async def send(self, *events: dict[str, Any], late_s: int = 0, spoilt: bytes = b"") -> Answer:
        body = json.dumps({"events": list(events)}).encode()
        stamp = str(int(self.town.clock.now().timestamp()) - late_s)
        made = hmac_sm3(self.secret.encode(), stamp.encode() + b"\n" + body).hex().upper()
        response = await self.town.world.client.post(
            "/bureau/api/events",
            data=body + spoilt,
            headers={"x-ca-key": self.key_id, "x-ca-signature": f"{stamp}:{made}"},
        )
        return response.status, await response.json()


async def sender(town: Town, code: str, *places: str) -> Sender:
    return Sender(town, *await town.services.bureaus.add(code, "某医保局", places))


def event(number: str, who: Member, kind: str, **details: str) -> dict[str, Any]:
    return {
        "event_id": number,
        "psn_no": who.psn_no,
        "kind": kind,
        "at": "2026-11-20",
        "details": details,
    }


def came(answer: Answer) -> list[tuple[str, str]]:
    assert answer[0] == 200, answer
    return [(one["came"], one["column"]) for one in answer[1]["data"]]


async def test_each_event_counts_once_by_its_senders_number(town: Town) -> None:
    who = await town.member("李敏")
    mine, other = await sender(town, "hebei", "13"), await sender(town, "capital", "00")
    both = event("1", who, "stopped"), event("2", who, "moved")
    assert came(await mine.send(*both)) == [("done", ""), ("refused", "details")]
    assert await town.value("select psn_insu_stas from person where id = $1", who.id) == "2"
    assert came(await mine.send(*both)) == [("known", ""), ("refused", "details")]
    assert came(await mine.send(event("1", who, "resumed"))) == [("refused", "event_id")]
    assert came(await other.send(event("1", who, "retired"))) == [("done", "")]


async def test_a_bureau_speaks_of_its_own_people_only_and_of_nobody_elses_existence(
    town: Town,
) -> None:
    """Whether somebody elsewhere has a number is not told; of who moved away it may still speak."""
    theirs, mine = await town.member("李敏"), await town.member("王芳", place="360100")
    jiangxi = await sender(town, "jiangxi", "36")
    there = await jiangxi.send(event("1", theirs, "died"))
    theirs.psn_no = "nobody-at-all"[:6]
    assert there[1]["data"] == (await jiangxi.send(event("1", theirs, "died")))[1]["data"]
    assert came(there) == [("refused", "psn_no")]
    assert came(await jiangxi.send(event("2", mine, "moved", insuplc_admdvs="130100"))) == [
        ("done", "")
    ]
    assert came(await jiangxi.send(event("3", mine, "retired"))) == [("done", "")]


async def test_who_does_not_sign_or_is_closed_stays_outside(town: Town) -> None:
    who = await town.member("李敏")
    mine = await sender(town, "hebei", "13")
    good = event("1", who, "died")
    for wrong in (
        Sender(town, "nobody", mine.secret),
        Sender(town, mine.key_id, "x" * 64),
        Sender(town, "", ""),
    ):
        status, body = await wrong.send(good)
        assert (status, body["reason"]) == (401, "BUREAU_SIGNATURE")
    assert (await mine.send(good, spoilt=b" "))[1]["reason"] == "BUREAU_SIGNATURE"
    for late in (301, -301):
        assert (await mine.send(good, late_s=late))[1]["reason"] == "BUREAU_CLOCK"
    token = {"Authorization": f"Bearer {who.token}"}
    response = await town.world.client.post("/bureau/api/events", json={}, headers=token)
    assert response.status == 401
    assert await town.services.bureaus.close("hebei")
    assert (await mine.send(good))[1]["reason"] == "BUREAU_SIGNATURE"
    assert not await town.services.bureaus.close("nowhere")
    assert await town.value("select count(*) from life_event where person_id = $1", who.id) == 0


async def test_a_bad_form_is_named_and_the_document_is_served(town: Town) -> None:
    who = await town.member("李敏")
    mine = await sender(town, "hebei", "13")
    status, body = await mine.send({**event("1", who, "died"), "extra": "1"})
    assert (status, body["reason"]) == (422, "INVALID_INPUT")
    response = await town.world.client.get("/bureau/api/openapi.json")
    assert "/bureau/api/events" in (await response.json())["paths"]
