"""Calls of the doors that have a document (phones, operators, counter, bureaus): generated from it
by schemathesis, right and wrong ones, and right ones of ours that are spoilt further."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from app.api.application import (
    API,
    BUREAU_API,
    COUNTER,
    COUNTER_API,
    OPS_API,
    about_bureaus,
    about_counter,
    about_ops,
    about_phones,
    endpoints,
)
from app.api.counter.common import PaperForm
from tests.fuzz.case import Case, Documented
from tests.fuzz.making.grammar import hostile, shaken, text, torn, written

Document = dict[str, Any]
_IDS = (
    "<<member>>", "<<person>>", "<<grant>>", "<<shown>>", "<<settlement>>", "<<filing>>",
    "<<other_grant>>", "0", "x", "-1", "9" * 19, "9223372036854775808", "²", "1.5", "%00", "1/2",
    "..", "1;a=b", " 1", "ÿ",
)  # fmt: skip
_OTHER = {"psn_name": "<<name>>", "psn_cert_type": "01", "certno": "<<certno>>"}
_CARD = {"method": "card", "card_no": "<<serial>>", "password": "123456"}
_HOUSEHOLD = {"kind": "household_register", "reference": "r"}
RIGHT: dict[tuple[str, str], Any] = {
    ("POST", "/login"): {"code": "demo-fuzz<<serial>>-1", "device": "Xiaomi 14"},
    ("POST", "/identity"): {
        "psn_name": "<<own_name>>", "psn_cert_type": "01", "certno": "<<own_certno>>",
        "proof": _CARD,
    },
    ("POST", "/family"): _OTHER
    | {"relation": "son", "commitment": "c", "proof": _HOUSEHOLD},
    ("POST", "/credentials"): {"holder": "me", "business_type": "02121"},
    ("POST", "/aid"): _OTHER
    | {"relation": "son", "starts_on": "<<today>>", "ends_on": "2099-01-01", "cap_per_use_fen": 5},
    ("PATCH", "/aid/{id}"): {"ends_on": "2099-01-01", "cap_per_use_fen": 5, "rank": 1},
    ("POST", "/aid/{id}/pause"): {"until": "2099-01-01"},
    ("POST", "/aid/{id}/order"): {"to": "top"},
    ("POST", "/filings"): {"area": "11", "kind": "long_term"},
    ("POST", "/preview"): {
        "patient": "me", "fixmedins_code": "P13010200001", "use_account": True,
        "items": [{"med_list_codg": "XQ99DEM001A001010100001", "price": "1.50", "count": "2"}],
    },
    ("POST", "/premiums"): {
        "year": 2027,
        "items": [{"beneficiary": "me"}, {"beneficiary": "<<grant>>", "buy_back": [2026]}],
    },
    ("POST", "/wallet"): {"holder": "me"},
    ("POST", "/allotted"): {"amount_fen": 1},
    ("PATCH", "/wallet"): {"place": "310000"},
    ("POST", "/wallet/transfers"): {
        "grant": "<<grant>>", "amount_fen": 100, "source": "personal", "mark": "<<serial>>",
    },
    ("POST", "/questions/{id}"): {"answer": "yes"},
    ("POST", "/invitations"): {"kind": "pay", "id": "<<member>>"},
    ("POST", "/invitations/open"): {"token": "<<serial>>"},
    ("POST", "/invitations/decline"): {"token": "<<serial>>"},
    ("POST", "/wallet/transfers/{id}/return"): {"amount_fen": 1, "mark": "<<serial>>"},
    ("PATCH", "/notices"): {"ids": ["<<settlement>>"]},
    ("POST", "/leaving"): {"agreed": True},
    ("POST", "/notices/consents"): {"results": [{"template": "money", "result": "accept"}]},
    ("PATCH", "/notices/settings"): {
        "topics": [{"topic": "bill", "inbox": True, "outside": False}],
        "quiet": {"from_hour": 22, "until_hour": 7},
    },
    ("POST", "/sign-in"): {"name": "nobody", "password": "a long password"},
    ("POST", "/operators/end-sessions"): {"name": "nobody", "reason": "核对投诉"},
    ("POST", "/stories"): {"setl_id": "<<settlement>>", "reason": "核对投诉"},
    ("POST", "/troubles/seen"): {"code": "NO_WORKER", "note": "我来处理"},
    ("POST", "/hand-overs"): {"note": "打印机坏了"},
    ("POST", "/limits"): {"name": "refund_days", "value": 4, "reason": "节日前窗口少"},
    ("POST", "/bills/search"): {"number": "123456", "reason": "顾客来电询问"},
}  # fmt: skip
"""A right body for every call that takes one."""
_PAPER = {"form_no": "JB-<<serial>>", "reason": "本人到窗口，证件齐全"}
_WHO = {"psn_name": "<<name>>", "psn_cert_type": "01", "certno": "<<certno>>"}
_ONE = "/persons/{id}"
AT_COUNTER: dict[tuple[str, str], Any] = {
    ("POST", "/sign-in"): {"name": "nobody", "password": "a long password"},
    ("POST", "/persons"): _WHO,
    ("POST", f"{_ONE}/relatives"): _PAPER | _WHO | {"relation": "son", "agreed": True},
    ("POST", f"{_ONE}/grants"): _PAPER | _WHO | {"relation": "son", "agreed": True},
    ("POST", f"{_ONE}/pay-out"): _PAPER | {"why": "emigration"},
    ("POST", f"{_ONE}/premiums"): _PAPER | {"beneficiary": "me", "year": 2027},
    ("POST", f"{_ONE}/grants/{{grant}}/pause"): _PAPER | {"until": "2099-01-01"},
    ("POST", f"{_ONE}/grants/{{grant}}/order"): _PAPER | {"to": "top"},
    ("POST", "/authorisations"): {"table": "x"},
    **{("POST", f"/proposals/{{id}}/{step}"): {"reason": "材料不齐全"}
       for step in ("decline", "take-back")},
}  # fmt: skip
"""At the counter; what stands in neither rests on the paper alone."""
AT_BUREAUS: dict[tuple[str, str], Any] = {
    ("POST", "/events"): {"events": [
        {"event_id": "E-<<serial>>", "psn_no": "<<psn_no>>", "kind": "retired",
         "at": "<<today>>", "details": {}},
    ]},
}  # fmt: skip
_PAPER_CALLS = {
    (one.method, one.path): _PAPER
    for one in endpoints(COUNTER)
    if issubclass(one.body, PaperForm) and (one.method, one.path) not in AT_COUNTER
}


def right_for(door: str, method: str, path: str) -> Any:
    """A right body of a call, or None."""
    here = {"counter": AT_COUNTER | _PAPER_CALLS, "bureau": AT_BUREAUS}.get(door, RIGHT)
    return here.get((method, path))


QUERIES = {
    "wait": ("0", "0", "-1", "21", "1e9", "٣"), "known": ("", "x", "1"),
    "kind": ("qr", "barcode", "x"), "cursor": ("", "x", "9" * 19, "9" * 20, "<<settlement>>", "٣"),
    "q": ("药", "%", "_", "\\", "'", "\0", "%" * 100, "\u202e"),
    "limit": ("1", "0", "50", "9" * 20, "²"),
    "year": ("2027", "2026", "0", "9999"), "buy_back": ("", "2026", "2025,2024", ","),
    "beneficiary": ("me", "<<grant>>", "9" * 20, "\0"),
    "from": ("<<today>>", "0001-01-01", "9999-12-31", "x"),
    "to": ("<<today>>", "0001-01-01", "x"), "before": ("", "x", "9" * 19, "-1"),
    "day": ("<<today>>", "0001-01-01", "9999-12-31", "2026-02-30"),
}  # fmt: skip
_TOKENS = (
    "",
    "Bearer",
    "Bearer x",
    "Bearer é",
    "Bearer " + "x" * 6000,
    "Basic <<phone>>",
    "bearer  <<phone>>",
)
_ENDS = {
    "POST /logout", "POST /sign-out", "DELETE /sessions/{id}", "POST /sessions/end-others",
    "POST /leaving",
}  # fmt: skip
"""What would end the log-in that all others use."""


def documents() -> tuple[tuple[Documented, str, Document], ...]:
    """Each door's document, with the prefix of its addresses."""
    return (
        ("phone", API, about_phones()),
        ("ops", OPS_API, about_ops()),
        ("counter", COUNTER_API, about_counter()),
        ("bureau", BUREAU_API, about_bureaus()),
    )


def generated(seed_: int, each: int) -> Iterator[Case]:
    """So many calls of every operation of every document, and as many that break its rules."""
    for door, prefix, document in documents():
        schema = schemathesis.openapi.from_dict(_with_ids(document))
        for path, item in document["paths"].items():
            for method in item:
                operation = schema[path][method.upper()]
                name = f"{method.upper()} {path.removeprefix(prefix)}"
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    yield from _cases(door, name, operation, mode, seed_, each)


def _cases(
    door: Documented,
    name: str,
    operation: Any,
    mode: GenerationMode,
    seed_: int,
    each: int,
) -> Iterator[Case]:
    found: list[Case] = []

    @seed(seed_)
    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(_case(door, name, case.as_transport_kwargs(base_url="http://fuzz")))

    with suppress(Unsatisfiable):  # nothing can break its rules
        collect()
    yield from found


def _case(door: Documented, name: str, told: dict[str, Any]) -> Case:
    url = requests.Request("GET", told["url"], params=told.get("params")).prepare().path_url
    body = told.get("data", b"")
    if "json" in told:
        body = json.dumps(told["json"]).encode("utf-8", "surrogatepass")
    elif isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    kind = told["headers"].get("Content-Type", "application/json")
    lines = [f"{told['method']} {_marks(url)} HTTP/1.1", f"Content-Type: {kind}"]
    lines.append(_token(door, name))
    raw = body if isinstance(body, bytes) else b""
    return Case(door, name, "\r\n".join([*lines, ""]), raw, signed=door == "bureau")


def _marks(url: str) -> str:
    """The marks as they were before they were quoted."""
    return re.sub(r"%3C%3C(\w+)%3E%3E", r"<<\1>>", url)


def _with_ids(document: Document) -> Document:
    """The document, in which ids are ids of something mostly."""
    found = copy.deepcopy(document)
    for item in found["paths"].values():
        for part in item.values():
            for parameter in part.get("parameters", ()):
                if parameter["in"] == "path":
                    known = {"enum": list(_IDS[:7])}
                    parameter["schema"] = {"anyOf": [known, {"type": "string"}]}
                if parameter["name"] == "wait":
                    parameter["schema"] = {"enum": [0, -1, 21]}
    return found


def _calls() -> list[tuple[Documented, str, str, str, list[str]]]:
    return [
        (
            door,
            prefix,
            method.upper(),
            path.removeprefix(prefix),
            [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"],
        )
        for door, prefix, document in documents()
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


CALLS = _calls()
_OFTEN = [one for one in CALLS for _ in range(8 if one[0] == "bureau" else 1)]
"""The bureaus have one call only."""


def spoilt(dice: random.Random) -> Case:
    """A right call of which something is wrong: the address, the query, the body, the log-in."""
    door, prefix, method, path, names = dice.choice(_OFTEN)
    name = f"{method} {path}"
    target = prefix + path
    if path.startswith("/persons/") and dice.random() < 0.8:  # who was looked up
        target = target.replace("{id}", "<<person>>")
    for part in re.findall(r"{\w+}", target):
        known = dice.choice(_IDS[:7]) if dice.random() < 0.6 else quote(dice.choice(_IDS), "<>")
        target = target.replace(part, known)
    asked = [f"{one}={_query(dice, one)}" for one in names if dice.random() < 0.6]
    if dice.random() < 0.1:
        asked.append(f"{quote(text(dice, 5))}={quote(text(dice, 9))}")
    if asked:
        target += "?" + "&".join(asked)
    if dice.random() < 0.03:
        method = dice.choice(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"))
    lines = [f"{method} {target} HTTP/1.1", "Content-Type: application/json"]
    honest = dice.random() < 0.9
    lines.append(_token(door, name) if honest else f"Authorization: {dice.choice(_TOKENS)}")
    if dice.random() < 0.1:
        lines.append(dice.choice(("Accept-Language: en", "Accept: text/csv", "X-Forwarded-For: x")))
    signed = door == "bureau" and honest
    return Case(door, name, "\r\n".join([*lines, ""]), _body(dice, door, name), signed=signed)


def _query(dice: random.Random, name: str) -> str:
    roll = dice.random()
    if roll < 0.75 and name in QUERIES:
        return quote(dice.choice(QUERIES[name]), "<>")
    return quote(text(dice, 30) if roll < 0.9 else str(hostile(dice))[:1000], errors="replace")


def _body(dice: random.Random, door: str, name: str) -> bytes:
    method, _, path = name.partition(" ")
    right = right_for(door, method, path)
    if right is None:
        return written(dice, hostile(dice)) if dice.random() < 0.05 else b""
    body = copy.deepcopy(right)
    roll = dice.random()
    if roll < 0.8:
        body = shaken(dice, body, dice.choice((1, 1, 1, 2, 3)))
    raw = written(dice, body)
    return torn(dice, raw) if roll > 0.9 else raw


def _token(door: str, name: str) -> str:
    """The log-in; what ends one ends another."""
    if name in _ENDS and door != "bureau":
        return "Authorization: Bearer <<spare>>"
    return f"Authorization: Bearer <<{door}>>"
