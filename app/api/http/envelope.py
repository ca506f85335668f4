"""The phones' answer: ``{code, reason, message, data, request_id}`` with a truthful HTTP status."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from app.api.http.counting import count_refusal, door_of
from app.kit.reasons import Because, Language

REQUEST_ID = web.RequestKey("request_id", str)


def language_of(request: web.BaseRequest) -> Language:
    """``en`` when the phone asks for English first, else ``zh``."""
    wanted = request.headers.get("Accept-Language", "")
    return "en" if wanted.strip().lower().startswith("en") else "zh"


def fine(request: web.Request, data: Any, *, status: int = 200) -> web.Response:
    """A good answer."""
    return _answer(
        status,
        {
            "code": 0,
            "reason": "OK",
            "message": "",
            "data": data,
            "request_id": request.get(REQUEST_ID, ""),
        },
    )


def refused(request: web.Request, because: Because) -> web.Response:
    """A refusal: the reason's status, code, sentence and next step."""
    language = language_of(request)
    reason = because.reason
    count_refusal(door_of(request.path), reason.code)
    response = _answer(
        reason.status,
        {
            "code": reason.status,
            "reason": reason.code,
            "message": reason.sentence(language, **because.params),
            "next_step": reason.next_step(language, **because.params),
            "retryable": reason.retryable,
            "data": None,
            "request_id": request.get(REQUEST_ID, ""),
        },
    )
    if wait_s := because.params.get("wait_s"):
        response.headers["Retry-After"] = wait_s
    elif reason.retryable:
        response.headers["Retry-After"] = "1"
    return response


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
