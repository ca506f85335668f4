"""The counter's part of the access table: every call × who asks, over real HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.api import application
from app.domain.staff.values import SERVING, Role
from tests.api.access.household import HOSTILE
from tests.api.counter.conftest import COUNTER, Counter, counter
from tests.api.counter.test_refunds import TASK, propose, waiting_refund
from tests.phone_world import Someone, claim

__all__ = ["counter"]
WHO = (
    "nobody", "made up", "phone", "disabled", "viewer", "auditor", "clerk", "approver", "elsewhere",
)  # fmt: skip
"""``phone``: an insured person's token at this door; ``elsewhere``: an approver of another
region."""
FINE, IN = "fine", "401 OPS_SIGN_IN_REQUIRED"
DOOR, CLERKS, APPROVERS = (
    "403 OPS_OTHER_DOOR", "403 COUNTER_CLERKS_ONLY", "403 COUNTER_APPROVERS_ONLY",
)  # fmt: skip
NONE, FAR, WRONG = "404 NOT_FOUND", "403 COUNTER_OTHER_REGION", "422 INVALID_INPUT"
LOOK = "409 COUNTER_LOOK_FIRST"
OUT = dict.fromkeys(WHO, IN) | {"viewer": DOOR}
READ = OUT | dict.fromkeys(("auditor", "clerk", "approver", "elsewhere"), FINE)
PAPER = {"form_no": "JB-1", "reason": "本人到窗口办理"}


def acts(here: str, elsewhere: str = FAR) -> dict[str, str]:
    """Of an act for a person whom each has looked up."""
    return OUT | {"auditor": CLERKS, "clerk": here, "approver": here, "elsewhere": elsewhere}


@dataclass(frozen=True)
class Row:
    """One call and what each is told; of a grant, a binding or an order there is none."""

    method: str
    path: str
    told: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)


ONE = "/persons/{id}"
ROWS = (
    Row("POST", "/sign-in", dict.fromkeys(WHO, WRONG), {"name": ""}),
    Row("POST", "/sign-out", dict.fromkeys(WHO, FINE)),
    Row("GET", "/me", READ),
    Row("GET", "/choices", READ),
    Row("GET", "/openapi.json", READ),
    Row("POST", "/persons", acts(FINE), {"claim": ""}),
    Row("GET", ONE, acts(FINE)),
    Row("POST", f"{ONE}/relatives", acts("409 BIND_SELF"),
        PAPER | {"claim": "", "relation": "father"}),
    Row("POST", f"{ONE}/relatives/{{binding}}/confirm", acts(NONE), PAPER),
    Row("POST", f"{ONE}/relatives/{{binding}}/end", acts(NONE), PAPER),
    Row("POST", f"{ONE}/grants", acts("409 RELATION_CONFLICT"),
        PAPER | {"claim": "", "relation": "father"}),
    Row("POST", f"{ONE}/grants/{{grant}}/confirm", acts(NONE), PAPER),
    Row("POST", f"{ONE}/grants/{{grant}}/limits", acts(NONE), PAPER),
    Row("POST", f"{ONE}/grants/{{grant}}/freeze", acts(NONE), PAPER),
    Row("POST", f"{ONE}/grants/{{grant}}/unfreeze", acts(NONE), PAPER),
    Row("POST", f"{ONE}/grants/{{grant}}/pause", acts(NONE), PAPER | {"until": "2026-12-01"}),
    Row("POST", f"{ONE}/grants/{{grant}}/order", acts(NONE), PAPER | {"to": "top"}),
    Row("POST", f"{ONE}/grants/{{grant}}/end", acts(NONE), PAPER),
    Row("POST", f"{ONE}/cards/{{card}}/lost", acts(NONE), PAPER),
    Row("POST", f"{ONE}/cards/{{card}}/found", acts(NONE), PAPER),
    Row("POST", f"{ONE}/wallet", acts(FINE), PAPER),
    Row("POST", f"{ONE}/code", acts(FINE), PAPER),
    Row("GET", f"{ONE}/premiums/offers", acts(FINE)),
    Row("POST", f"{ONE}/premiums", acts("409 NOT_RESIDENT_PLAN"), PAPER | {"year": 2027}),
    Row("POST", f"{ONE}/premiums/{{order}}/take-back", acts(NONE), PAPER),
    Row("POST", f"{ONE}/premiums/{{order}}/refund", acts(NONE), PAPER),
    Row("GET", "/tasks", READ),
    Row("POST", "/tasks/{id}/propose", acts("409 COUNTER_PROPOSED", "404 COUNTER_TASK_UNKNOWN"),
        PAPER),
    Row("POST", f"{ONE}/pay-out", acts(FINE) | {"approver": "409 COUNTER_PROPOSED"},
        PAPER | {"why": "transfer"}),
    Row("GET", "/events", READ),
    Row("POST", "/events/{id}/propose",
        acts("404 COUNTER_TASK_UNKNOWN", "404 COUNTER_TASK_UNKNOWN"), PAPER),
    Row("POST", "/events/{id}/close",
        acts("404 COUNTER_TASK_UNKNOWN", "404 COUNTER_TASK_UNKNOWN"), PAPER),
    Row("GET", "/proposals", READ),
    Row("POST", "/proposals/{id}/agree",
        OUT | {"auditor": APPROVERS, "clerk": APPROVERS, "approver": "403 COUNTER_OWN_PROPOSAL",
               "elsewhere": NONE}),
    Row("POST", "/proposals/{id}/decline",
        OUT | {"auditor": APPROVERS, "clerk": APPROVERS, "approver": FINE, "elsewhere": NONE},
        {"reason": "材料不齐全"}),
    Row("POST", "/proposals/{id}/take-back",
        OUT | {"auditor": CLERKS, "clerk": "409 COUNTER_PROPOSAL_OVER",
               "approver": "409 COUNTER_PROPOSAL_OVER", "elsewhere": NONE},
        {"reason": "材料不齐全"}),
    Row("POST", "/authorisations", acts(WRONG, WRONG), {"table": "x"}),
    Row("GET", "/acts", READ),
    Row("GET", "/acts/{id}",
        OUT | {"auditor": FINE, "clerk": NONE, "approver": FINE, "elsewhere": NONE}),
)  # fmt: skip


def test_every_call_has_a_row() -> None:
    served = {(one.method, one.path) for one in application.endpoints(application.COUNTER)}
    assert {(row.method, row.path) for row in ROWS} == served | {("GET", "/openapi.json")}


async def tokens(counter: Counter) -> dict[str, str | None]:
    name, password = await counter.staff("clerk")
    answer = await counter.call("POST", "/sign-in", {"name": name, "password": password})
    assert await counter.town.services.operators.disable(name)
    viewer = await counter.staff("viewer")
    visitor = {"name": viewer[0], "password": viewer[1]}
    ops = await counter.town.world.client.post("/ops/api/sign-in", json=visitor)
    return {
        "nobody": None,
        "made up": "a" * 43,
        "phone": (await counter.town.member("王生")).token,
        "disabled": answer.data["token"],
        "viewer": (await ops.json())["data"]["token"],
        "auditor": await counter.sign_in("auditor"),
        "clerk": await counter.sign_in("clerk"),
        "approver": await counter.sign_in("approver"),
        "elsewhere": await counter.sign_in("approver", "420100"),
    }


async def send(counter: Counter, row: Row, token: str | None, someone: Someone, **ids: str) -> str:
    path, body = COUNTER + row.path, dict(row.body)
    whose = {"/tasks": "task", "/proposals": "proposal", "/acts": "proposal"}
    mine = next((one for start, one in whose.items() if row.path.startswith(start)), "id")
    for name in ("id", "binding", "grant", "card", "order"):
        path = path.replace(f"{{{name}}}", ids.get(mine if name == "id" else name, "7"))
    if "claim" in body:
        body = {name: one for name, one in body.items() if name != "claim"} | claim(someone)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = await counter.town.world.client.request(
        row.method, path, json=body or None, headers=headers
    )
    text = await response.text()
    return FINE if response.status < 300 else f"{response.status} {json.loads(text)['reason']}"


@pytest.fixture
async def patient(counter: Counter) -> Someone:
    return await waiting_refund(counter)


async def test_who_may_do_what(counter: Counter, patient: Someone) -> None:
    by_who, wrong = await tokens(counter), []
    approver = by_who["approver"]
    assert approver is not None
    ids = {"id": str(patient.id), "task": str(TASK), "proposal": await propose(counter, approver)}
    for row in sorted(ROWS, key=lambda one: one.path.endswith("/sign-out")):
        for who in WHO:
            got = await send(counter, row, by_who[who], patient, **ids)
            if got != row.told[who]:
                wrong.append(f"{who}: {row.method} {row.path}: {got}, not {row.told[who]}")
    print(f"\ncounter: {len(ROWS)} rows, {len(ROWS) * len(WHO)} cells")
    assert not wrong, "\n".join(wrong)
    kinds = {one["kind"] for one in await counter.done()}
    proposed = {"propose", "propose_pay_out", "decline"}
    assert kinds == {"wallet_open", "code", *proposed}, "what was refused is not there"
    tried = "select count(*) from ops_look where what = 'refused' and target like 'POST%'"
    assert await counter.town.value(tried) >= 2 * sum(row.method == "POST" for row in ROWS) - 8


async def test_a_clerk_s_token_opens_nothing_at_the_night_shift_s_door(counter: Counter) -> None:
    for role in SERVING:
        token = await counter.sign_in(role)
        for one in application.endpoints(application.OPS):
            if one.access == "anyone":
                continue
            path = f"/ops/api{one.path}".replace("{id}", "1").replace("{code}", "13")
            headers = {"Authorization": f"Bearer {token}"}
            answer = await counter.town.world.client.request(one.method, path, headers=headers)
            assert (await answer.json())["reason"] == "OPS_OTHER_DOOR", one.path
    doors: tuple[tuple[Role, str], ...] = (("clerk", "/ops/api"), ("viewer", COUNTER))
    for role, door in doors:
        name, password = await counter.staff(role)
        body = {"name": name, "password": password}
        answer = await counter.town.world.client.post(f"{door}/sign-in", json=body)
        assert (await answer.json())["reason"] == "OPS_OTHER_DOOR"
    said = "select count(*) from ops_sign_in where result = 'elsewhere'"
    assert await counter.town.value(said) == 2


async def test_a_hostile_id_opens_nothing(counter: Counter, patient: Someone) -> None:
    token = await counter.sign_in("approver")
    await counter.look(patient, token)
    nothing = {NONE, LOOK, "404 COUNTER_TASK_UNKNOWN", "405 METHOD_NOT_ALLOWED"}
    for row in ROWS:
        inner = [
            one for one in ("id", "binding", "grant", "card", "order") if f"{{{one}}}" in row.path
        ]
        for name in inner:
            for thing in HOSTILE:
                ids = {"id": str(patient.id)} | {name: thing}
                if name == "id":
                    ids |= {"task": thing, "proposal": thing}
                got = await send(counter, row, token, patient, **ids)
                assert got in nothing, (row.path, name, thing, got)
    assert await counter.done() == []
