"""A body is UTF-8: with a mark before it, it is the same; another encoding is told as such."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.phone_world import World

BODY = json.dumps({"holder": "me"})


@pytest.mark.parametrize(
    ("encoding", "status"),
    [("utf-8", 201), ("utf-8-sig", 201), ("utf-16", 422), ("utf-16-le", 422), ("utf-32-be", 422)],
)
async def test_a_body_is_utf8(world: World, encoding: str, status: int) -> None:
    token, _ = await world.member("王芳", date(1980, 5, 17), "2")
    headers = {"Authorization": f"Bearer {token}"}
    response = await world.client.post(
        "/api/v1/credentials", data=BODY.encode(encoding), headers=headers
    )
    answer = await response.json()
    assert response.status == status, answer
    if status == 422:
        assert answer["reason"] == "INVALID_INPUT" and "UTF-8" in answer["message"]
