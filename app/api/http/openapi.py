"""OpenAPI 3.1 for a door, made from its endpoints themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.http.endpoint import Access, Endpoint, Nothing
from app.domain.events.errors import BUREAU_CLOCK, BUREAU_SIGNATURE
from app.domain.limit.errors import TOO_OFTEN
from app.domain.login.errors import IDENTITY_REQUIRED, IDENTITY_TAKEN, LOGIN_REQUIRED
from app.domain.staff.errors import (
    COUNTER_APPROVERS_ONLY,
    COUNTER_CLERKS_ONLY,
    OPS_AUDITOR_ONLY,
    OPS_OTHER_DOOR,
    OPS_SIGN_IN_REQUIRED,
)
from app.kit.reasons import INVALID_INPUT, UNAVAILABLE, Reason

_NEEDS: dict[Access, tuple[Reason, ...]] = {
    "anyone": (),
    "login": (LOGIN_REQUIRED,),
    "person": (LOGIN_REQUIRED, IDENTITY_REQUIRED, IDENTITY_TAKEN),
    "viewer": (OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR),
    "auditor": (OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR, OPS_AUDITOR_ONLY),
    "staff": (OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR),
    "clerk": (OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR, COUNTER_CLERKS_ONLY),
    "approver": (OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR, COUNTER_APPROVERS_ONLY),
    "bureau": (BUREAU_SIGNATURE, BUREAU_CLOCK),
}
_PHONES: tuple[Access, ...] = ("anyone", "login", "person")
_SIGNED = {"signature": {"type": "apiKey", "in": "header", "name": "x-ca-signature"}}
_REF = "#/components/schemas/{model}"


def document(
    endpoints: Sequence[Endpoint], prefix: str, version: str, *, door: str = "the phones' door"
) -> dict[str, Any]:
    """The whole OpenAPI document of a door."""
    models: set[type[BaseModel]] = {e.answer for e in endpoints if e.answer}
    models |= {e.body for e in endpoints if e.body is not Nothing}
    pairs = [(m, "serialization" if e_is_answer(m, endpoints) else "validation") for m in models]
    _, schemas = models_json_schema(sorted(pairs, key=lambda p: p[0].__name__), ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(prefix + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"亲济 Qinji: {door}", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer"},
                **(_SIGNED if any(e.access == "bureau" for e in endpoints) else {}),
            },
        },
    }


def e_is_answer(model: type[BaseModel], endpoints: Sequence[Endpoint]) -> bool:
    """Whether a model is what a phone gets (else it is what a phone sends)."""
    return any(endpoint.answer is model for endpoint in endpoints)


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": f"{endpoint.method.lower()}{re.sub(r'[^a-z]+', '_', endpoint.path)}",
        "responses": _responses(endpoint),
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)", endpoint.path)
    ] + _query_parameters(endpoint.query)
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not Nothing:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _ref(endpoint.body)}}},
        }
    if endpoint.access != "anyone":
        scheme = "signature" if endpoint.access == "bureau" else "session"
        operation["security"] = [{scheme: []}]
    return operation


def _query_parameters(query: type[BaseModel]) -> list[dict[str, Any]]:
    schema = query.model_json_schema()
    needed = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.media != "application/json":
        good: dict[str, Any] = {endpoint.media: {"schema": {"type": "string"}}}
    else:
        good = {"application/json": {"schema": _envelope(_data(endpoint))}}
    if endpoint.also:
        good[endpoint.also] = {"schema": {"type": "string"}}
    responses: dict[str, Any] = {
        str(endpoint.status): {"description": endpoint.summary, "content": good}
    }
    reasons: list[Reason] = [INVALID_INPUT, UNAVAILABLE, *endpoint.reasons]
    reasons += _NEEDS[endpoint.access]
    if endpoint.access in _PHONES and (endpoint.method != "GET" or "wait" in _fields(endpoint)):
        reasons.append(TOO_OFTEN)
    for status in sorted({reason.status for reason in reasons}):
        codes = sorted({reason.code for reason in reasons if reason.status == status})
        responses[str(status)] = {
            "description": ", ".join(codes),
            "content": {"application/json": {"schema": _refusal()}},
        }
    return responses


def _fields(endpoint: Endpoint) -> Collection[str]:
    return endpoint.query.model_fields.keys()


def _data(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.answer is None:
        return {"type": "null"}
    one = {"$ref": _ref(endpoint.answer)}
    return {"type": "array", "items": one} if endpoint.many else one


def _envelope(data: dict[str, Any]) -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("reason", "message", "request_id")}
    return {
        "type": "object",
        "required": ["code", "reason", "message", "data", "request_id"],
        "properties": {"code": {"const": 0}, **texts, "data": data},
    }


def _refusal() -> dict[str, Any]:
    texts = {n: {"type": "string"} for n in ("reason", "message", "next_step", "request_id")}
    return {
        "type": "object",
        "required": ["code", "reason", "message", "next_step", "data", "request_id"],
        "properties": {
            "code": {"type": "integer"},
            **texts,
            "retryable": {"type": "boolean"},
            "data": {"type": "null"},
        },
    }


def _ref(model: type[BaseModel]) -> str:
    return _REF.format(model=model.__name__)
