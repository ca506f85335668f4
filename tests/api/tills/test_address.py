"""All below /fsi/ is answered in the national envelope; a body's encoding is told by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.clients.till.signing import sign_hmac_sm3
from tests.api.tills.test_envelope import message, raw
from tests.till_world import Town

CALL = "/fsi/api/rsfComIfsService/callService"
NODES = {
    "infcode", "inf_refmsgid", "refmsg_time", "respond_time", "warn_msg", "err_msg", "output",
}  # fmt: skip


async def sent(town: Town, method: str, path: str, body: bytes) -> tuple[int, Any]:
    now = int(town.clock.now().timestamp())
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, body, now)
    url = town.world.client.make_url("/").with_path(path, encoded=True)
    async with town.world.client.session.request(method, url, data=body, headers=headers) as answer:
        return answer.status, json.loads(await answer.read())


@pytest.mark.parametrize("path", [CALL, f"{CALL}/", "/fsi/api/9001", "/fsi/api/9001/"])
async def test_an_address_is_right_with_or_without_a_slash_at_its_end(
    town: Town, path: str
) -> None:
    status, answer = await sent(town, "POST", path, raw(message(town)))
    assert status == 200 and answer["infcode"] == 0, answer["err_msg"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [CALL, "/fsi/api/2102", "/fsi/api/nowhere/at/all"])
async def test_another_method_is_told_in_the_national_envelope(
    town: Town, method: str, path: str
) -> None:
    status, answer = await sent(town, method, path, raw(message(town)))
    assert status == 200 and set(answer) == NODES
    assert answer["infcode"] == -1
    assert answer["err_msg"].startswith("ADDRESS_UNKNOWN ") and "POST" in answer["err_msg"]
    assert CALL in answer["err_msg"]


@pytest.mark.parametrize(
    "path",
    [
        "/fsi",
        "/fsi/",
        "/fsi/api",
        "/fsi/api/",
        "//fsi/api/9001",
        "/fsi//api/9001",
        "/fsi/api//9001",
        "/fsi/api/9001//",
        "/fsi/api/rsfComIfsService",
        "/fsi/api/rsfComIfsService/callservice",
        "/fsi/rsfComIfsService/callService",
        "/fsi/api/9001/9001",
        "/fsi/api/90-01",
        "/fsi/api/%E4%B8%80",
        "/fsi/api/%00",
        "/FSI/api/9001",
    ],
)
async def test_a_wrong_address_is_told_in_the_national_envelope(town: Town, path: str) -> None:
    status, answer = await sent(town, "POST", path, raw(message(town)))
    assert status == 200 and set(answer) == NODES
    assert answer["infcode"] == -1 and answer["err_msg"].startswith("ADDRESS_UNKNOWN ")


async def test_other_doors_keep_their_own_form(town: Town) -> None:
    for path in ("/fsix", "/api/v1/fsi/", "/"):
        async with town.world.client.session.post(town.world.client.make_url(path)) as answer:
            assert "infcode" not in await answer.text(), path


async def test_an_address_and_a_number_that_differ_are_both_named(town: Town) -> None:
    _, answer = await sent(town, "POST", "/fsi/api/9002", raw(message(town)))
    assert answer["err_msg"].startswith("ENVELOPE_INVALID ")
    assert "9001" in answer["err_msg"] and "9002" in answer["err_msg"]


async def test_a_mark_of_utf8_at_the_beginning_changes_nothing(town: Town) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(message(town), ensure_ascii=False).encode()
    _, answer = await sent(town, "POST", CALL, body)
    assert answer["infcode"] == 0, answer["err_msg"]


@pytest.mark.parametrize(
    "encoding", ["gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
async def test_another_encoding_is_told_as_such(town: Town, encoding: str) -> None:
    text = json.dumps(message(town) | {"opter_name": "王收银员"}, ensure_ascii=False)
    _, answer = await sent(town, "POST", CALL, text.encode(encoding))
    assert answer["infcode"] == -1
    assert answer["err_msg"].startswith("ENVELOPE_INVALID ")
    assert "不是UTF-8编码" in answer["err_msg"]


async def test_what_is_no_json_is_not_told_to_be_another_encoding(town: Town) -> None:
    for body in (b"", b"{", b"<xml/>", "{王".encode()):
        _, answer = await sent(town, "POST", CALL, body)
        assert answer["err_msg"].startswith("ENVELOPE_INVALID ")
        assert "UTF-8" not in answer["err_msg"], body
