"""The door as a whole: OpenAPI, hostile calls, dependencies that are away, the commands."""

from __future__ import annotations

import asyncio
import re
import stat
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import schemathesis
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from redis.exceptions import ConnectionError as RedisAway
from schemathesis import checks
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from app.api import application
from app.cli import operators as commands
from app.domain.staff import repository, service
from app.kit.clock import SystemClock
from app.local.operator_demo import make_demo_operator
from app.local.operator_demo_file import NAME, kept_password
from app.store.database import Database
from app.store.keys import load_keys
from tests.api.ops.conftest import OPS, NightShift

CALLS = application.endpoints(application.OPS)
CHECKS = [
    checks.not_a_server_error, checks.response_schema_conformance,
    checks.status_code_conformance, checks.content_type_conformance,
]  # fmt: skip


async def document(night: NightShift) -> dict[str, Any]:
    signed_in = {"Authorization": f"Bearer {await night.sign_in('viewer')}"}
    response = await night.town.world.client.get(f"{OPS}/openapi.json", headers=signed_in)
    found: dict[str, Any] = await response.json()
    return found


async def test_it_describes_itself_to_operators_only(night: NightShift) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}):
        answer = await night.town.world.client.get(f"{OPS}/openapi.json", headers=headers)
        assert (answer.status, (await answer.json())["reason"]) == (401, "OPS_SIGN_IN_REQUIRED")


async def test_the_door_describes_itself(night: NightShift) -> None:
    found = await document(night)
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(found)] == []
    assert night.town.world.client.app is not None
    served = {
        (route.method, route.resource.canonical)
        for route in night.town.world.client.app.router.routes()
        if route.resource and route.resource.canonical.startswith(f"{OPS}/")
    }
    served = {one for one in served if one[0] != "HEAD" and not one[1].endswith("/openapi.json")}
    listed = {(method.upper(), path) for path, item in found["paths"].items() for method in item}
    assert listed == served and len(listed) == len(CALLS)
    for path, item in found["paths"].items():
        for operation in item.values():
            open_to_all = path in (f"{OPS}/sign-in", f"{OPS}/sign-out")
            assert ("security" in operation) is not open_to_all, path
    wanted = set(re.findall(r"#/components/schemas/(\w+)", str(found)))
    assert wanted <= set(found["components"]["schemas"])


@pytest.mark.parametrize("operation", sorted(f"{one.method} {one.path}" for one in CALLS))
async def test_no_generated_call_finds_a_fault(night: NightShift, operation: str) -> None:
    method, path = operation.split(" ")
    token = await night.sign_in()
    schema = schemathesis.openapi.from_dict(await document(night))
    base = str(night.town.world.client.make_url("/")).rstrip("/")

    @settings(
        max_examples=8,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[OPS + path][method].as_strategy())
    def calls(case: schemathesis.Case[Any]) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        case.validate_response(case.call(base_url=base, headers=headers), checks=CHECKS)

    await asyncio.to_thread(calls)


@pytest.mark.parametrize("body", [
    b"", b"{", b"[" * 5000, b"\xff\xfe", b'{"name": 1}', b"null", b'{"name":"a","password":""}',
    b'{"name":"a\\u0000","password":"b"}', b'{"name":"a","password":"\\ud800"}',
])  # fmt: skip
async def test_a_sign_in_that_is_none_is_refused_clearly(night: NightShift, body: bytes) -> None:
    answer = await night.call("POST", "/sign-in", data=body)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "a" * 43, "../" * 14, "' or 1=1 --"])
async def test_no_made_up_token_opens_the_door(night: NightShift, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    answer = await night.call("GET", "/figures", headers=headers)
    assert (answer.status, answer.reason) == (401, "OPS_SIGN_IN_REQUIRED")


async def test_while_the_database_is_away_the_page_says_so_and_nothing_else_opens(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await night.sign_in()
    before = await night.figures(token)

    def away(*_: object, **__: object) -> Any:
        raise asyncpg.PostgresConnectionError("away")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "connection", away)
        patch.setattr(Database, "snapshot", away)
        found = await night.figures(token)
        assert [one["code"] for one in found["troubles"]][:1] == ["DATABASE_AWAY"]
        assert (found["state"], found["database"]["well"]) == ("bad", False)
        assert found["books"]["read_at"] == before["books"]["read_at"]
        assert (await night.story(token, setl_id="1")).status == 503
    assert (await night.figures(token))["database"]["well"]


async def test_while_redis_is_away_it_is_said(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> Any:
        raise RedisAway("away")

    token = await night.sign_in()
    monkeypatch.setattr(night.town.services.cache.redis, "set", away)
    found = await night.figures(token)
    assert "REDIS_AWAY" in [one["code"] for one in found["troubles"]]
    assert found["database"]["well"] and not found["redis"]["well"]


async def test_a_database_that_hangs_is_not_waited_for(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await night.sign_in()

    async def hangs(*_: object) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(service, "_LOOK_UP_S", 0.01)
    monkeypatch.setattr(repository, "by_id", hangs)
    assert (await night.call("GET", "/figures", token=token)).status == 200
    assert (await night.call("GET", "/audit/looks", token=token)).status == 503


async def test_the_demo_has_an_operator_whose_password_is_of_this_installation(
    night: NightShift, migrated: str, redis_url: str, tmp_path: Path
) -> None:
    first, keys = "", load_keys(night.town.services.settings)
    for _ in range(2):
        await make_demo_operator(migrated, redis_url, tmp_path, keys)
        first = kept_password(tmp_path) or ""
        assert first and (await night.try_sign_in(NAME, first)).status == 200
    kept = tmp_path / "ops-demo-password"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.unlink()
    await make_demo_operator(migrated, redis_url, tmp_path, keys)
    second = kept_password(tmp_path)
    assert second is not None and second != first
    assert (await night.try_sign_in(NAME, second)).status == 200
    assert (await night.try_sign_in(NAME, first)).status == 403


async def test_operators_are_made_and_disabled_by_command(
    night: NightShift,
    migrated: str,
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = night.town.services.settings.model_copy(update={"home": tmp_path})
    monkeypatch.setattr(commands, "settings_or_exit", lambda: found)

    async def run(*words: str, given: str = "") -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, commands.ops, list(words), input=given)
        return done.exit_code, done.output

    assert (await run("list"))[1].startswith("没有值班员")
    code, said = await run("add", "王工", "--role", "auditor", "--generate")
    password = re.search(r"password: (\S+)", said)
    assert code == 0 and password is not None
    assert (await night.try_sign_in("王工", password[1])).data["operator"]["role"] == "auditor"
    assert (await run("add", "王工", "--generate"))[0] == 1
    for weak, why in (("short", "10 to 200"), ("1234567890", "guessed first")):
        code, said = await run("add", "李工", given=weak + "\n")
        assert code == 1 and why in said and weak not in said and "Traceback" not in said
    assert (await run("password", "王工", given="1234567890\n"))[0] == 1
    told = await run("add", "李工", given="long enough it is\n")
    assert told == (0, "李工 可以登录 may sign in\n")
    night.town.clock.set(SystemClock().now())  # as the commands have it
    assert (await night.try_sign_in("李工", "long enough it is")).status == 200
    assert set((await run("sessions"))[1].splitlines()) == {"王工  0", "李工  1"}
    code, said = await run("sessions", "李工")
    number = said.split()[0]
    assert code == 0 and said.count("\n") == 1 and "127.0.0.1" in said
    assert (await run("end", "李工", str(int(number) - 1)))[0] == 1
    for which in ([number], []):
        assert (await run("end", "李工", *which))[0] == 0
        assert "没有登录" in (await run("sessions", "李工"))[1]
    assert (await run("sessions", "nobody"))[0] == (await run("end", "nobody"))[0] == 1
    ended = "select count(*) from ops_sign_in where result = 'out' and address = 'qinji ops'"
    assert await night.town.value(ended) == 2
    assert (await run("disable", "李工"))[0] == 0
    assert (await night.try_sign_in("李工", "long enough it is")).status == 403
    assert (await run("password", "李工", given="another long one\n"))[0] == 0
    assert (await night.try_sign_in("李工", "another long one")).status == 200
    assert (await run("disable", "nobody"))[0] == 1
    listed = (await run("list"))[1]
    assert "王工  auditor" in listed and "李工  viewer" in listed
