"""OpenAPI: a valid document of every call, and no generated call finds a fault."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from app.api.application import API, VERSION, endpoints
from app.api.http.openapi import document as make_document
from tests.phone_world import claim
from tests.till_world import Member, Town

CALLS = endpoints()
CHECKS = [
    checks.not_a_server_error, checks.response_schema_conformance,
    checks.status_code_conformance, checks.content_type_conformance,
]  # fmt: skip
EXAMPLES = 8


@pytest.fixture
def document() -> dict[str, Any]:
    return make_document(CALLS, API, VERSION)


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    errors = [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)]
    assert errors == []
    assert document["openapi"].startswith("3.1")


async def test_it_is_served(town: Town, document: dict[str, Any]) -> None:
    response = await town.world.client.get(f"{API}/openapi.json")
    assert response.status == 200
    assert await response.json() == document


async def test_a_table_that_may_be_asked_for_is_in_the_document(
    town: Town, document: dict[str, Any]
) -> None:
    who, ids = await known_ids(town)
    headers = {"Authorization": f"Bearer {who.token}", "Accept": "text/csv"}
    tables = []
    for path in (call.path for call in CALLS if call.method == "GET"):
        query = {"from": "2026-11-01", "to": "2026-11-21"} if "statement" in path else {}
        url = API + path.replace("{id}", ids[2]).replace("{code}", "8" * 20)
        response = await town.world.client.get(url, headers=headers, params=query)
        told = document["paths"][API + path]["get"]["responses"][str(response.status)]["content"]
        assert response.content_type in told, path
        assert (response.content_type == "text/csv") is ("text/csv" in told), path
        tables += [path] * (response.content_type == "text/csv")
    assert tables == ["/aid/records", "/bills", "/accounts/statement", "/own-data"]


async def test_it_lists_every_call_the_server_takes(town: Town, document: dict[str, Any]) -> None:
    assert town.world.client.app is not None
    served = {
        (route.method, route.resource.canonical)
        for route in town.world.client.app.router.routes()
        if route.resource and route.resource.canonical.startswith(API) and route.method != "HEAD"
    } - {("GET", f"{API}/openapi.json")}
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert listed == served
    assert len(listed) == len(CALLS)


def test_every_call_says_what_it_needs_and_gives(document: dict[str, Any]) -> None:
    names = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["operationId"] not in names
            names.add(operation["operationId"])
            assert operation["summary"]
            in_path = set(re.findall(r"{(\w+)}", path))
            told = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert in_path == told, (method, path)
            assert any(status.startswith("2") for status in operation["responses"])
            open_to_all = path in (f"{API}/login",)
            assert ("security" in operation) is not open_to_all, (method, path)


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    wanted = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert wanted <= set(document["components"]["schemas"])


def operations() -> list[str]:
    return sorted(f"{call.method} {call.path}" for call in CALLS)


async def known_ids(town: Town) -> tuple[Member, list[str]]:
    """Somebody with a bit of everything, and the ids of it."""
    mother = await town.member("王芳", gend="2", current_fen=10_000)
    son = await town.member("李小明")
    await town.value("update person set brdy = '2000-01-01' where id = $1", son.id)
    body = claim(son) | {"relation": "son"}
    bound = await town.world.call("POST", "/family", body, mother.token)
    grant = await town.grant(mother, son)
    shown = await town.show(mother)
    return mother, [str(bound.data["id"]), grant, shown["id"], "0", "x"]


@pytest.mark.parametrize("operation", operations())
async def test_no_generated_call_finds_a_fault(
    town: Town, document: dict[str, Any], operation: str
) -> None:
    method, path = operation.split(" ")
    who, ids = await known_ids(town)
    for item in document["paths"].values():
        for part in item.values():
            for parameter in part.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["schema"] = {"anyOf": [{"enum": ids}, {"type": "string"}]}
                if parameter["name"] == "wait":
                    parameter["schema"] = {"enum": [0, -1, 21]}
    schema = schemathesis.openapi.from_dict(document)
    base = str(town.world.client.make_url("/")).rstrip("/")
    strategy = schema[API + path][method].as_strategy()

    @settings(
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def calls(case: schemathesis.Case[Any]) -> None:
        headers = {"Authorization": f"Bearer {who.token}"}
        response = case.call(base_url=base, headers=headers)
        case.validate_response(response, checks=CHECKS)

    await asyncio.to_thread(calls)
