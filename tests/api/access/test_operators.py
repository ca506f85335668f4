"""The operators' part of the access table, and what stands beside the doors: every address of the
process × who asks, over real HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from app.api import application
from app.api.pages import handlers as pages
from app.api.tills.handlers import routes as tills
from tests.api.access.household import HOSTILE
from tests.api.ops.conftest import OPS, NightShift

WHO = ("nobody", "made up", "phone", "signed out", "disabled", "viewer", "auditor")
"""``phone``: an insured person's token at this door; ``disabled``: an auditor's token, whose
operator has been disabled since."""
FINE, IN, AUDITOR = "fine", "401 OPS_SIGN_IN_REQUIRED", "403 OPS_AUDITOR_ONLY"
UNKNOWN, WRONG = "404 OPS_STORY_UNKNOWN", "422 INVALID_INPUT"
NOBODY = "404 NOT_FOUND"
NO_REGION = "404 OPS_REGION_UNKNOWN|404 NOT_FOUND"
OPEN = dict.fromkeys(WHO, FINE)
VIEWERS = dict.fromkeys(WHO, IN) | {"viewer": FINE, "auditor": FINE}
AUDITORS = VIEWERS | {"viewer": AUDITOR}


@dataclass(frozen=True)
class Row:
    """One call and what each is told; ``hostile``: fields that a hostile id is put in, and what
    an auditor is told of it."""

    method: str
    path: str
    told: dict[str, str]
    body: dict[str, str] = field(default_factory=dict)
    hostile: dict[str, str] = field(default_factory=dict)


WHY = {"reason": "夜班核查投诉"}
MESSAGE = {"fixmedins_code": "P00000000000", "msgid": "1"}
MINE = dict.fromkeys(WHO, IN) | {"viewer": NOBODY, "auditor": NOBODY}
"""Of the auditor's log-in, and of what is none."""
ENDED = AUDITORS | {"auditor": NOBODY}
LOOKED = dict.fromkeys(WHO, IN) | {"viewer": AUDITOR, "auditor": UNKNOWN}
ROWS = (
    Row("GET", f"{OPS}/me", VIEWERS),
    Row("GET", f"{OPS}/figures", VIEWERS),
    Row("GET", f"{OPS}/regions", VIEWERS),
    Row("GET", f"{OPS}/regions/{{code}}", VIEWERS, hostile={"{code}": NO_REGION}),
    Row("GET", f"{OPS}/openapi.json", VIEWERS),
    Row("GET", f"{OPS}/audit/looks", AUDITORS, hostile={"?before=": f"{WRONG}|{FINE}"}),
    Row("GET", f"{OPS}/audit/sign-ins", AUDITORS, hostile={"?before=": f"{WRONG}|{FINE}"}),
    Row("POST", f"{OPS}/stories", LOOKED, WHY | {"setl_id": "1"},
        hostile={"setl_id": f"{UNKNOWN}|{WRONG}"}),
    Row("POST", f"{OPS}/stories", LOOKED, WHY | MESSAGE, hostile={"msgid": f"{UNKNOWN}|{WRONG}"}),
    Row("POST", f"{OPS}/bills/search", AUDITORS, WHY | {"number": "1" * 18, "before": ""},
        hostile={"number": f"{FINE}|{WRONG}", "before": f"{FINE}|{WRONG}"}),
    Row("GET", f"{OPS}/messages", dict.fromkeys(WHO, IN) | {"viewer": WRONG, "auditor": WRONG},
        hostile={"?before=": WRONG}),
    Row("GET", f"{OPS}/institutions", dict.fromkeys(WHO, IN) | {"viewer": WRONG, "auditor": WRONG},
        hostile={"?text=": f"{FINE}|{WRONG}"}),
    Row("GET", f"{OPS}/board", VIEWERS),
    Row("POST", f"{OPS}/troubles/seen", VIEWERS, {"code": "QUIET", "note": "知道了"},
        hostile={"code": WRONG}),
    Row("POST", f"{OPS}/hand-overs", VIEWERS, {"note": "平安"}),
    Row("POST", f"{OPS}/limits", AUDITORS, WHY | {"name": "queue_slow_s", "value": "6"},
        hostile={"name": WRONG}),
    Row("GET", f"{OPS}/seals", dict.fromkeys(WHO, IN) | {"viewer": WRONG, "auditor": WRONG},
        hostile={"?ids=": f"{FINE}|{WRONG}"}),
    Row("GET", f"{OPS}/paces", VIEWERS, hostile={"?province=": f"{FINE}|{WRONG}"}),
    Row("GET", f"{OPS}/ranges", VIEWERS, hostile={"?province=": f"{FINE}|{WRONG}"}),
    Row("GET", f"{OPS}/provinces", VIEWERS),
    Row("GET", f"{OPS}/sessions", VIEWERS),
    Row("DELETE", f"{OPS}/sessions/{{id}}", MINE, hostile={"{id}": NOBODY}),
    Row("POST", f"{OPS}/sessions/end-others", VIEWERS),
    Row("GET", f"{OPS}/operators", AUDITORS),
    Row("POST", f"{OPS}/operators/end-sessions", ENDED, WHY | {"name": "nobody"},
        hostile={"name": NOBODY}),
    Row("POST", f"{OPS}/sign-in", dict.fromkeys(WHO, WRONG), {"name": ""}),
    Row("POST", f"{OPS}/sign-out", OPEN),
    Row("GET", "/metrics", dict.fromkeys(WHO, "403 OPS_METRICS_CLOSED")),
    Row("GET", "/health/live", OPEN),
    Row("GET", "/health/ready", OPEN),
    Row("GET", "/api/v1/openapi.json", OPEN),
    # Rules are for everybody to read; tests/api/pages/regions has what is typed wrongly.
    Row("GET", "/regions", OPEN),
    Row("GET", "/regions/{code}", OPEN),
    Row("GET", "/regions/{code}/try", OPEN),
    Row("GET", "/regions/{code}/table.csv", OPEN),
    # The demo's own addresses are not there outside the demo.
    Row("GET", "/demo/till", dict.fromkeys(WHO, "404 NOT_FOUND")),
    Row("GET", "/demo/people", dict.fromkeys(WHO, "404 NOT_FOUND")),
)  # fmt: skip


def test_every_address_has_a_row(night: NightShift) -> None:
    assert night.town.world.client.app is not None
    served = {
        (route.method, route.resource.canonical)
        for route in night.town.world.client.app.router.routes()
        if route.resource and route.method != "HEAD"
    }
    phones = {(one.method, application.API + one.path) for one in application.endpoints()}
    files = {(one.method, one.path) for one in pages.routes() if isinstance(one, web.RouteDef)}
    own = {(row.method, row.path) for row in ROWS if not row.path.startswith("/demo/")}
    till = {one for one in served if one[1].startswith(("/fsi/api/", "/{wrong}"))}
    assert len(till) == len(tills())
    counter = {one for one in served if one[1].startswith(f"{application.COUNTER_API}/")}
    bureau = {one for one in served if one[1].startswith(f"{application.BUREAU_API}/")}
    assert len(bureau) == 2  # tests/api/bureau
    assert served - phones - files - till - counter - bureau == own


def told(status: int, text: str) -> str:
    return FINE if status < 300 else f"{status} {json.loads(text)['reason']}"


async def tokens(night: NightShift) -> dict[str, str | None]:
    disabled = await night.operator("auditor")
    signed_in = await night.try_sign_in(*disabled)
    gone = await night.sign_in("auditor")
    found = {
        "nobody": None,
        "made up": "a" * 43,
        "phone": (await night.town.member("王生")).token,
        "signed out": gone,
        "disabled": signed_in.data["token"],
        "viewer": await night.sign_in("viewer"),
        "auditor": await night.sign_in("auditor"),
    }
    await night.call("POST", "/sign-out", token=gone)
    assert await night.town.services.operators.disable(disabled[0])
    return found


async def send(
    night: NightShift, row: Row, token: str | None, path: str, body: dict[str, Any]
) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = night.town.world.client
    response = await client.request(row.method, path, json=body or None, headers=headers)
    return told(response.status, await response.text())


async def test_who_may_see_what(night: NightShift) -> None:
    by_who, wrong, count = await tokens(night), [], 0
    signed_in = await night.call("GET", "/sessions", token=await night.sign_in("auditor"))
    theirs = signed_in.data[0]["id"]
    for row in sorted(ROWS, key=lambda one: one.path.endswith("/sign-out")):
        for who in WHO:
            path = row.path.replace("{code}", "13").replace("{id}", theirs)
            got = await send(night, row, by_who[who], path, row.body)
            if got != row.told[who]:
                wrong.append(f"{who}: {row.method} {row.path}: {got}, not {row.told[who]}")
            count += 1
    print(f"\noperators: {len(ROWS)} rows, {count} cells")
    assert not wrong, "\n".join(wrong)
    looks = await night.town.value("select count(*) from ops_look")
    written = [row for row in ROWS if row.told in (LOOKED, AUDITORS, ENDED)]
    assert looks == 2 * len(written), "each look, the auditor's and the viewer's that was refused"


async def test_a_hostile_id_opens_nothing(night: NightShift) -> None:
    token, wrong, count = await night.sign_in("auditor"), [], 0
    for row in ROWS:
        for name, want in row.hostile.items():
            for thing in HOSTILE:
                path, body = row.path, row.body
                if name in row.body:
                    body = row.body | {name: thing}
                elif name in path:
                    path = path.replace(name, thing)
                else:
                    path += name + thing.replace("+", "%2B")
                got = await send(night, row, token, path, body)
                if got not in want.split("|"):
                    wrong.append(f"{row.path} {name}{thing}: {got}, not {want}")
                count += 1
    print(f"\noperators: {count} cells of hostile ids")
    assert not wrong, "\n".join(wrong)
