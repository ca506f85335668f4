"""Operators' log-ins: seen by themselves, counted and ended by an auditor, at once, with a line in
the audit."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from app.store.database import Database
from tests.api.ops.conftest import NightShift

MAC = {"User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"}


async def sign_in(night: NightShift, who: tuple[str, str], **more: Any) -> str:
    answer = await night.try_sign_in(*who, **more)
    assert answer.status == 200, answer.body
    return str(answer.data["token"])


async def is_in(night: NightShift, token: str) -> bool:
    return (await night.call("GET", "/me", token=token)).status == 200


async def mine(night: NightShift, token: str) -> list[dict[str, Any]]:
    answer = await night.call("GET", "/sessions", token=token)
    assert answer.status == 200, answer.body
    return list(answer.data)


async def counts(night: NightShift, token: str) -> dict[str, int]:
    answer = await night.call("GET", "/operators", token=token)
    assert answer.status == 200, answer.body
    return {one["name"]: one["log_ins"] for one in answer.data}


async def audit(night: NightShift) -> list[tuple[Any, ...]]:
    rows = await night.town.rows(
        "select o.name, s.result, s.address from ops_sign_in s join ops_operator o"
        " on o.id = s.operator_id where s.result <> 'in' order by s.id"
    )
    return [tuple(row) for row in rows]


async def test_an_operator_sees_and_ends_the_own_log_ins(night: NightShift) -> None:
    who = await night.operator("viewer")
    one, other, third = [await sign_in(night, who, headers=MAC) for _ in range(3)]
    stranger = await night.sign_in("viewer")
    found = await mine(night, one)
    assert [item["present"] for item in found] == [True, False, False]
    assert {(item["client"], item["address"]) for item in found} == {("Mac", "127.0.0.1")}
    assert one not in str(found)
    [lost] = [item["id"] for item in await mine(night, other) if item["present"]]
    for token, status in ((stranger, 404), (one, 200), (one, 404)):
        answer = await night.call("DELETE", f"/sessions/{lost}", token=token)
        assert answer.status == status
    assert [await is_in(night, token) for token in (one, other, third)] == [True, False, True]
    answer = await night.call("POST", "/sessions/end-others", token=one)
    assert (answer.status, answer.data) == (200, {"ended": 1})
    assert [await is_in(night, token) for token in (one, third)] == [True, False]
    assert await is_in(night, stranger)
    assert await audit(night) == [(who[0], "out", "127.0.0.1")] * 2


async def test_an_auditor_counts_and_ends_those_of_a_name(night: NightShift) -> None:
    who, auditors = await night.operator("viewer"), await night.operator("auditor")
    tokens = [await sign_in(night, who) for _ in range(2)]
    auditor = await sign_in(night, auditors)
    assert await counts(night, auditor) == {who[0]: 2, auditors[0]: 1}
    wish = {"name": who[0], "reason": "手机丢失，工单1234"}
    refused = await night.call("POST", "/operators/end-sessions", wish, tokens[0])
    assert refused.reason == "OPS_AUDITOR_ONLY"
    assert await is_in(night, tokens[1])
    answer = await night.call("POST", "/operators/end-sessions", wish, auditor)
    assert (answer.status, answer.data) == (200, {"ended": 2})
    assert [await is_in(night, token) for token in tokens] == [False, False]
    assert await counts(night, auditor) == {who[0]: 0, auditors[0]: 1}
    assert await audit(night) == [(who[0], "out", "127.0.0.1")]
    looks = (await night.call("GET", "/audit/looks", token=auditor)).data
    assert [(one["operator"], one["what"], one["target"]) for one in looks] == [
        (auditors[0], "operators", "operators"),
        (auditors[0], "ended", f"operators/{who[0]}"),
        (who[0], "refused", f"POST /operators/end-sessions {who[0]}"),
        (auditors[0], "operators", "operators"),
    ]
    assert looks[1]["reason"] == wish["reason"]
    assert await is_in(night, await sign_in(night, who)), "the password is as it was"


async def test_a_name_that_nobody_has_is_not_kept(night: NightShift) -> None:
    auditor = await night.sign_in("auditor")
    wish = {"name": "my-password", "reason": "手机丢失"}
    answer = await night.call("POST", "/operators/end-sessions", wish, auditor)
    assert (answer.status, answer.reason) == (404, "NOT_FOUND")
    assert await night.town.value("select target from ops_look") == "operators/—"


@pytest.mark.parametrize("how", ["disabled", "new password"])
async def test_what_was_ended_shows_no_figures_while_the_database_is_away(
    night: NightShift, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    who, operators = await night.operator("viewer"), night.town.services.operators
    token, other = await sign_in(night, who), await night.sign_in("viewer")
    assert await (
        operators.disable(who[0])
        if how == "disabled"
        else operators.set_password(who[0], "correct horse battery")
    )

    def away(*_: object, **__: object) -> Any:
        raise asyncpg.PostgresConnectionError("away")

    monkeypatch.setattr(Database, "connection", away)
    monkeypatch.setattr(Database, "snapshot", away)
    assert (await night.call("GET", "/figures", token=token)).status == 401
    assert (await night.call("GET", "/figures", token=other)).status == 200


async def test_log_ins_that_a_password_or_a_disabling_has_ended_are_not_counted(
    night: NightShift,
) -> None:
    operators, auditor = night.town.services.operators, await night.sign_in("auditor")
    who = await night.operator("viewer")
    await sign_in(night, who)
    assert (await counts(night, auditor))[who[0]] == 1
    assert await operators.set_password(who[0], "correct horse battery")
    assert (await counts(night, auditor))[who[0]] == 0
    await sign_in(night, (who[0], "correct horse battery"))
    assert (await counts(night, auditor))[who[0]] == 1
    assert await operators.disable(who[0])
    assert (await counts(night, auditor))[who[0]] == 0
