"""Who looks at what is for auditors is written down: at the audit itself too, and also in vain."""

from __future__ import annotations

from typing import Any

import pytest

from app.api import application
from app.domain.staff import repository, said
from app.kit.clock import local_date
from tests.api.ops.conftest import OPS, NightShift
from tests.api.tills.test_undo import Case, case

__all__ = ["case"]

FOR_AUDITORS = [one for one in application.endpoints(application.OPS) if one.access == "auditor"]


async def looks(night: NightShift) -> list[tuple[Any, ...]]:
    rows = await night.town.rows(
        "select o.role, l.what, l.target, l.found, l.person_id, l.reason, r.reason_sealed,"
        " l.id as look_id from ops_look l join ops_operator o on o.id = l.operator_id"
        " left join ops_look_reason r on r.look_id = l.id order by l.id"
    )
    cipher = night.town.services.people.cipher
    return [(*list(row.values())[:5], said.opened(cipher, row)) for row in rows]


async def test_what_a_viewer_wanted_to_see_is_written(night: NightShift) -> None:
    viewer = await night.sign_in("viewer")
    for which in ({"setl_id": "12345"}, {"fixmedins_code": "P13010000001", "msgid": "m" * 30}):
        refused = await night.story(viewer, "想看看邻居", **which)
        assert (refused.status, refused.reason) == (403, "OPS_AUDITOR_ONLY")
    for body in (b"", b"{", b"[" * 5000, b"\xff", b'{"setl_id": "1"}', b" " * 3_000_000):
        refused = await night.call("POST", "/stories", token=viewer, data=body)
        assert (refused.status, refused.reason) == (403, "OPS_AUDITOR_ONLY")
    why = "想看看邻居"
    assert await looks(night) == [
        ("viewer", "refused", "POST /stories setl_id 12345", False, None, why),
        ("viewer", "refused", f"POST /stories msgid P13010000001 {'m' * 30}", False, None, why),
        *[("viewer", "refused", "POST /stories", False, None, "—")] * 6,
    ]
    auditor = await night.sign_in("auditor")
    line = (await night.call("GET", "/audit/looks", token=auditor)).data[-1]
    assert (line["what"], line["target"]) == ("refused", "POST /stories setl_id 12345")
    assert line["operator"].startswith("viewer-") and line["request_id"]


@pytest.mark.parametrize("path", sorted({one.path for one in FOR_AUDITORS}))
async def test_every_call_that_is_for_auditors_writes_who_calls(
    night: NightShift, path: str
) -> None:
    [endpoint] = [one for one in FOR_AUDITORS if one.path == path]
    which = {
        "/stories": {"setl_id": "7"},
        "/operators/end-sessions": {"name": "nobody"},
        "/bills/search": {"number": "1" * 18},
        "/limits": {"name": "refund_days", "value": "4"},
    }
    body = which[path] | {"reason": "夜班核查"} if endpoint.method == "POST" else None
    for role in ("viewer", "auditor"):
        token = await night.sign_in(role)
        answer = await night.call(endpoint.method, path, body, token)
        assert (answer.status == 403) is (role == "viewer")
    found = [(line[0], line[1] == "refused") for line in await looks(night)]
    assert found == [("viewer", True), ("auditor", False)]


async def test_reading_the_audit_is_in_the_audit(night: NightShift) -> None:
    auditor = await night.sign_in("auditor")
    signed = (await night.call("GET", "/audit/sign-ins", token=auditor)).data
    first = (await night.call("GET", "/audit/looks", token=auditor)).data
    again = (await night.call("GET", "/audit/looks", token=auditor)).data
    assert [line["what"] for line in first] == ["sign_ins"]
    assert [line["what"] for line in again] == ["looks", "sign_ins"]
    assert first[0]["target"] == f"audit/sign-ins {signed[0]['id']}-{signed[-1]['id']}"
    assert again[0]["target"] == f"audit/looks {first[0]['id']}-{first[-1]['id']}"
    older = await night.call("GET", "/audit/looks?before=1", token=auditor)
    assert older.data == [] and (await looks(night))[-1][2:4] == ("audit/looks", False)


@pytest.mark.parametrize("path", ["/audit/looks", "/audit/sign-ins"])
async def test_the_audit_is_not_shown_when_that_can_not_be_written(
    night: NightShift, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    token = await night.sign_in()

    async def broken(*arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(repository, "note_look", broken)
    answer = await night.call("GET", path, token=token)
    assert (answer.status, answer.data) == (503, None)


async def test_the_audit_is_narrowed_down_and_goes_into_a_spreadsheet(
    night: NightShift, case: Case
) -> None:
    (name, password), other = await night.operator("auditor"), await night.sign_in("auditor")
    token = (await night.try_sign_in(name, password)).data["token"]
    number = case.ids["setl_id"]
    assert (await night.story(token, "=1+1 查投诉", setl_id=number)).status == 200
    await night.story(other, "另一位审计员", setl_id="7")

    async def lines(path: str = "/audit/looks", **which: str) -> list[str]:
        answer = await night.call("GET", path, token=other, params=which)
        assert answer.status == 200, answer.body
        return [f"{line.get('what') or line['result']} {line['operator']}" for line in answer.data]

    assert await lines(operator=name) == [f"story {name}"]
    assert await lines(operator=name, what="looks") == []
    assert await lines(setl_id=number) == [f"story {name}"], "at that bill's patient"
    assert await lines(setl_id="9" * 19) == []
    today = str(local_date(night.town.clock.now()))
    assert len(await lines(what="story", since=today, until=today)) == 2
    assert await lines(what="story", until="2024-01-01") == []
    assert await lines("/audit/sign-ins", operator=name, result="in") == [f"in {name}"]
    assert await lines("/audit/sign-ins", operator=name, result="wrong") == []
    for path, head in (
        ("/audit/looks", "时间,值班员,类型"),
        ("/audit/sign-ins", "时间,值班员,结果"),
    ):
        response = await night.town.world.client.get(
            f"{OPS}{path}",
            headers={"Authorization": f"Bearer {other}", "Accept": "text/csv"},
            params={"operator": name},
        )
        text = await response.text()
        assert response.content_type == "text/csv" and text.lstrip("\ufeff").startswith(head)
        assert text.count(name) == 1
        if path == "/audit/looks":
            assert ",'=1+1 查投诉," in text and f"setl_id {number}" in text
    kinds = {row["what"] for row in await night.town.rows("select what from ops_look")}
    assert kinds == {"story", "looks", "sign_ins"}, "each read is in the audit"
