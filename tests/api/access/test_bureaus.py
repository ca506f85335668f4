"""The bureaus' part of the access table, over real HTTP: each kind of event × who sends it."""

from __future__ import annotations

import json
from typing import Any

from app.api import application
from app.domain.events.reading import KINDS
from tests.api.bureau.test_events import Sender, event, sender
from tests.api.ops.conftest import NightShift
from tests.till_world import Member, Town

FINE, NOT_THEIRS = "done", "refused psn_no"
OUT = "401 BUREAU_SIGNATURE"
WHO = (
    "nobody", "made up", "phone", "operator", "forged", "closed",
    "far", "city", "province", "nation",
)  # fmt: skip
"""Who sends, of a person insured in Shijiazhuang (130100). ``phone``, ``operator``: tokens of other
doors; ``forged``: a bureau's name with another key; ``far``: another province's bureau."""
TOLD = dict.fromkeys(WHO, OUT) | {"far": NOT_THEIRS, "city": FINE, "province": FINE, "nation": FINE}
"""Of every kind of event: who may speak of a person may say all of it."""
DETAILS: dict[str, dict[str, str]] = {
    "changed_plan": {"insutype": "390"},
    "moved": {"insuplc_admdvs": "420100"},
    "divorced": {"other": "{other}"},
    "merged": {"other": "{other}"},
    "card_lost": {"card_no": "C1234567890"},
}
STANDING = ("person", "life_event", "life_event_effect", "login", "aid_grant", "family_binding")


def test_every_call_has_a_row() -> None:
    served = {(one.method, one.path) for one in application.endpoints(application.BUREAU)}
    assert served == {("POST", "/events")}
    assert all(one.access == "bureau" for one in application.endpoints(application.BUREAU))


async def senders(night: NightShift) -> dict[str, Sender | dict[str, str]]:
    town = night.town
    closed = await sender(town, "closed", "13")
    assert await town.services.bureaus.close("closed")
    own = await sender(town, "city", "1301")
    phone = (await town.member("王生")).token
    return {
        "nobody": {},
        "made up": Sender(town, "b" * 16, "s" * 64),
        "phone": {"Authorization": f"Bearer {phone}"},
        "operator": {"Authorization": f"Bearer {await night.sign_in('auditor')}"},
        "forged": Sender(town, own.key_id, "x" * 64),
        "closed": closed,
        "far": await sender(town, "far", "42"),
        "city": own,
        "province": await sender(town, "province", "13"),
        "nation": await sender(town, "nation", "00"),
    }


async def told(town: Town, who: Sender | dict[str, str], sent: dict[str, Any]) -> str:
    if isinstance(who, Sender):
        status, body = await who.send(sent)
    else:
        response = await town.world.client.post(
            "/bureau/api/events", data=json.dumps({"events": [sent]}), headers=who
        )
        status, body = response.status, await response.json()
    if status != 200:
        return f"{status} {body['reason']}"
    [one] = body["data"]
    return f"{one['came']} {one['column']}".strip()


async def standing(town: Town) -> list[str]:
    sql = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t"
    return [await town.value(sql.format(table)) for table in STANDING]


async def test_who_may_say_what_of_whom(night: NightShift) -> None:
    town, wrong = night.town, []
    by_who = await senders(night)
    kinds = sorted(one.value for one in KINDS)
    for number, kind in enumerate(kinds):
        for who in WHO:
            person, other = await town.member("李强"), await town.member("李敏", gend="2")
            sent = event(f"{number}-{who}", person, kind, **_details(kind, other))
            before = await standing(town)
            got = await told(town, by_who[who], sent)
            if got != TOLD[who]:
                wrong.append(f"{who}: {kind}: {got}, not {TOLD[who]}")
            if TOLD[who] != FINE and await standing(town) != before:
                wrong.append(f"{who}: {kind}: was refused and has changed something")
    print(f"\nbureaus: {len(kinds)} rows, {len(kinds) * len(WHO)} cells")
    assert not wrong, "\n".join(wrong)


async def test_a_bureaus_key_opens_no_other_door(night: NightShift) -> None:
    town = night.town
    own = await sender(town, "city", "1301")
    for path in ("/api/v1/me", "/ops/api/figures", "/counter/api/me", "/counter/api/events"):
        response = await town.world.client.get(path, headers={"x-ca-key": own.key_id})
        assert response.status in (401, 404), path


def _details(kind: str, other: Member) -> dict[str, str]:
    return {
        name: other.psn_no if value == "{other}" else value
        for name, value in DETAILS.get(kind, {}).items()
    }
