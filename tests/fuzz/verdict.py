"""What an answer may be, whatever was asked: never a fault, always in its door's form."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs

from tests.fuzz.case import Case
from tests.fuzz.client import Told
from tests.fuzz.making.documents import documents

TILLS_KEYS = {
    "infcode", "inf_refmsgid", "refmsg_time", "respond_time", "warn_msg", "err_msg", "output",
}  # fmt: skip
_REFUSAL_KEYS = {
    "code", "reason", "message", "next_step", "retryable", "data", "request_id",
}  # fmt: skip
_AWAY = ("BUSY", "UNAVAILABLE", "PROCESSING")
"""What may be said with a 503 or 504, and ``BUSY`` with a 200: come again. A case that is told so
again and again is a fault."""
_OF_THIS_SENDING = ("INSTITUTION_CLOSED ", "REPLAYED ", "SIGN_IN_UNKNOWN ")
"""What a till may be told with a 504: why this sending isn't let in, where the same message was
taken when it was sent before (law 14). Told again it would be told the same."""
_REASON = re.compile(r"[A-Z][A-Z0-9_]{2,39} \S")
_STAMP = re.compile(r"\d{17}")
_REFERENCE = re.compile(r"\d{30}")
_UNDOCUMENTED = {400, 404, 405, 413, 415, 422, 429}
"""Any call may be told so: it never came to its operation, or its form is wrong."""
_OURS = (b"Traceback", b'File "/', b"asyncpg", b"<class '", b" object at 0x", b"Exception")
"""What is nobody's business."""


def again(case: Case, told: Told) -> bool:
    """Whether the case has to be sent once more: it may have met a moment. So may what got none:
    who falls silent in the middle of a message, as we do on a machine with much else to do, is
    dropped after some seconds (``http/serving``)."""
    if not told.status:
        return case.door != "raw"
    if told.status == 200:
        return b'"err_msg":"BUSY ' in told.body
    return told.status in (503, 504) and any(word.encode() in told.body for word in _AWAY)


def fault(case: Case, told: Told) -> str:
    """What is wrong with an answer; empty: nothing."""
    for word in _OURS:
        if word in told.body and word not in case.body:
            return f"the answer tells {word!r}"
    if case.door == "raw":
        return f"status {told.status}" if told.status >= 500 and not again(case, told) else ""
    if not told.status:
        return "no answer"
    if told.status >= 500 and not (again(case, told) or _not_let_in(case, told)):
        return f"status {told.status}"
    if told.status == 400 and told.kind == "text/plain":
        return ""  # it never became a call
    try:
        return _of_till(told) if case.door == "till" else _of_document(case, told)
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        return f"not in its form: {type(error).__name__}: {error}"[:300]


def _not_let_in(case: Case, told: Told) -> bool:
    if case.door != "till" or told.status != 504:
        return False
    return str(json.loads(told.body)["err_msg"]).startswith(_OF_THIS_SENDING)


def _of_till(told: Told) -> str:
    if told.kind == "application/octet-stream":
        return ""  # whatever was uploaded
    answer = json.loads(told.body)
    assert set(answer) == TILLS_KEYS, f"keys {sorted(answer)}"
    assert _REFERENCE.fullmatch(answer["inf_refmsgid"]), "inf_refmsgid"
    assert _STAMP.fullmatch(answer["refmsg_time"]) and _STAMP.fullmatch(answer["respond_time"])
    for name in ("warn_msg", "err_msg"):
        assert isinstance(answer[name], str) and len(answer[name]) <= 200, name
    if answer["infcode"] == 0:
        assert told.status == 200 and answer["err_msg"] == ""
    else:
        assert answer["infcode"] == -1 and _REASON.match(answer["err_msg"]), answer["err_msg"]
        assert told.status in (200, 415, 429, 503, 504), f"status {told.status}"
        assert not answer["err_msg"].startswith("INTERNAL"), answer["err_msg"]
    return ""


def _of_document(case: Case, told: Told) -> str:
    if case.head.startswith("HEAD "):
        return ""
    operation = _operations()[case.door, case.name]
    schema = operation.get(str(told.status))
    if told.status >= 400:
        answer = json.loads(told.body)
        assert set(answer) == _REFUSAL_KEYS, f"keys {sorted(answer)}"
        assert answer["code"] == told.status and answer["data"] is None
        assert answer["reason"].isupper() and answer["message"] and answer["next_step"]
    if case.head.partition(" ")[0] != case.name.partition(" ")[0]:
        return ""  # another method
    if schema is None:
        return "" if told.status in _UNDOCUMENTED else f"status {told.status} is undocumented"
    assert told.kind in schema, f"content type {told.kind}"
    validator = schema[told.kind]
    if validator is not None:
        error = next(validator.iter_errors(json.loads(told.body)), None)
        assert error is None, f"against the document: {error}"[:200]
    return ""


@cache
def _operations() -> dict[tuple[str, str], dict[str, dict[str, Any]]]:
    """By door and call: what each status holds, by media type."""
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for door, prefix, document in documents():
        for path, item in document["paths"].items():
            for method, operation in item.items():
                name = f"{method.upper()} {path.removeprefix(prefix)}"
                found[door, name] = {
                    status: _schema(document, response)
                    for status, response in operation["responses"].items()
                }
    return found


def _schema(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """What checks the answer, by media type; None: there is nothing to check in it."""
    return {
        media: jsonschema_rs.validator_for(
            content["schema"] | {"components": document["components"]}
        )
        if media == "application/json"
        else None
        for media, content in response.get("content", {}).items()
    }


def learned(told: Told) -> dict[str, str]:
    """What an answer tells for the cases that follow it."""
    if told.body[:1] != b"{" or b"file_qury_no" not in told.body:
        return {}
    output = json.loads(told.body)["output"]
    number = output.get("file_qury_no") or output.get("fileinfo", {}).get("file_qury_no", "")
    return {"file": str(number)}
