"""What must stand nowhere in clear: not in Redis, not in the database, not in a log."""

from __future__ import annotations

import secrets

import structlog

from app.outside.played.keys import APP_SECRET
from tests.dump import everything_in_redis, everything_in_the_database
from tests.phone_world import World


async def test_no_secret_and_no_identity_in_clear(world: World) -> None:
    name, card_no = f"欧阳{secrets.token_hex(6)}", f"CARD{secrets.token_hex(6)}"
    ticket, password = f"face-no-{world.run}-secret", f"pw{secrets.token_hex(6)}"
    code = world.code("secretive")
    with structlog.testing.capture_logs() as logs:
        someone = await world.add(name)
        answer = await world.call("POST", "/login", {"code": code})
        token = answer.data["token"]
        await world.call("POST", "/login", {"code": code})
        await world.identify(token, someone, method="face", ticket=ticket)
        await world.identify(token, someone, method="card", card_no=card_no, password=password)
        await world.identify(token, someone, method="card", card_no=card_no, password="123456")
        assert (await world.call("GET", "/family", token=token)).status == 200
    session_key = world.outside.wechat.session_keys[-1]
    assert session_key not in str(answer.body)
    places = {
        "Redis": await everything_in_redis(world.services),
        "the database": await everything_in_the_database(world.services),
        "the logs": str(logs),
    }
    assert "session:" in places["Redis"]
    assert str(someone.id) in places["the database"]
    assert "40163" in places["the logs"]
    for place, text in places.items():
        for secret in (
            token,
            code,
            session_key,
            name,
            someone.certno,
            card_no,
            ticket,
            password,
            APP_SECRET,
        ):
            assert secret not in text, f"{secret[:4]}… stands in {place}"
            assert secret.encode().hex() not in text, f"{secret[:4]}… stands in {place} as bytes"
