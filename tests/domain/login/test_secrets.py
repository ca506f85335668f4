"""What must stand nowhere in clear: not in Redis, not in the database, not in a log."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from typing import cast

import structlog

from app.outside.played.keys import APP_SECRET
from tests.phone_world import World


async def everything_in_redis(world: World) -> str:
    redis = world.services.cache.redis
    parts: list[bytes] = []
    async for key in redis.scan_iter():
        parts.append(key)
        kind = await redis.type(key)
        if kind == b"string":
            parts.append(await redis.get(key) or b"")
        elif kind == b"hash":
            # hgetall's type says that it may be no coroutine, which it is.
            table = await cast("Awaitable[dict[bytes, bytes]]", redis.hgetall(key))
            parts += [part for pair in table.items() for part in pair]
        elif kind == b"set":
            parts += await cast("Awaitable[set[bytes]]", redis.smembers(key))
    return b"\n".join(parts).decode(errors="replace")


async def everything_in_the_database(world: World) -> str:
    database = world.services.database
    tables = await database.rows("select tablename from pg_tables where schemaname = 'public'")
    parts = []
    for (table,) in tables:
        parts += [row[0] for row in await database.rows(f'select t::text from "{table}" t')]
    return "\n".join(parts)


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
        "Redis": await everything_in_redis(world),
        "the database": await everything_in_the_database(world),
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
