"""A short run of ``python -m tests.fuzz``, and that it would find what it is there to find."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest

from app.api.application import BUREAU, COUNTER, OPS, PHONE, endpoints
from app.api.tills.table import BY_NUMBER
from app.store.where import Endpoints
from tests.fuzz import verdict
from tests.fuzz.__main__ import KINDS, cases
from tests.fuzz.case import Case, Door, as_text, loaded
from tests.fuzz.client import Told
from tests.fuzz.corpus import corpus
from tests.fuzz.making import files
from tests.fuzz.making.documents import CALLS, RIGHT, generated, right_for
from tests.fuzz.siege import besieged

SHORT = 300
_TILL = Case("till", "2102", "POST /fsi HTTP/1.1\r\n")
_PHONE = Case("phone", "GET /me", "GET /api/v1/me HTTP/1.1\r\n")
_ANSWER = {
    "infcode": -1, "inf_refmsgid": "1" * 30, "refmsg_time": "1" * 17, "respond_time": "1" * 17,
    "warn_msg": "", "err_msg": "INPUT_INVALID 交易输入不合规范。", "output": {},
}  # fmt: skip


async def test_neither_what_was_found_nor_new_nonsense_finds_a_fault(
    servers: Endpoints, tmp_path: Path
) -> None:
    async with besieged(tmp_path, servers, at_once=3) as siege:
        await siege.fire([*corpus(), *cases(1, 0, SHORT, [*KINDS]), *islice(generated(1, 1), 20)])
        assert [f"{found.wrong}: {found.case}" for found in siege.tally.findings] == []
        assert await siege.look() == []
        await siege.end()
        assert siege.tally.sent.total() > SHORT
        assert set(get_args(Door)) == set(siege.tally.sent)
        assert siege.tally.reasons["OK"] > SHORT // 40, "hardly anything reaches the inside"


def test_a_seed_makes_the_same_cases_again() -> None:
    one, again, other = (
        [as_text(case) for case in [*cases(seed, 3, 200, [*KINDS]), *islice(generated(seed, 1), 5)]]
        for seed in (1, 1, 2)
    )
    assert one == again != other


def test_a_case_is_kept_whole() -> None:
    for case in cases(1, 0, 200, [*KINDS]):
        assert loaded(json.loads(as_text(case))) == case


def test_everything_has_its_turn() -> None:
    names = {(case.door, case.name) for case in cases(1, 0, 6000, [*KINDS])}
    assert {("till", infno) for infno in BY_NUMBER} <= names
    assert {(door, f"{method} {path}") for door, _, method, path, _ in CALLS} <= names
    assert {*files.TABLES, "receipt", "pack"} <= {name for _, name in names}


def test_every_call_that_takes_something_is_given_something_right() -> None:
    taking = {(e.method, e.path) for e in endpoints(PHONE + OPS) if e.body.model_fields}
    assert taking == set(RIGHT)
    for door, resources in (("counter", COUNTER), ("bureau", BUREAU)):
        for one in endpoints(resources):
            body = right_for(door, one.method, one.path)
            assert (body is not None) == bool(one.body.model_fields), (door, one.path)


def _told(status: int, body: object, kind: str = "application/json") -> Told:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Told(status, {"content-type": kind}, raw, 0.0)


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (_TILL, _told(500, _ANSWER)),
        (_TILL, _told(200, _ANSWER | {"infcode": 0})),
        (_TILL, _told(200, _ANSWER | {"more": 1})),
        (_TILL, _told(200, _ANSWER | {"err_msg": "INTERNAL 系统出错"})),
        (_TILL, _told(200, _ANSWER | {"err_msg": "KeyError: 'x'"})),
        (_TILL, _told(422, _ANSWER)),
        (_TILL, _told(200, b"<html>")),
        (_TILL, _told(504, _ANSWER | {"err_msg": "ENVELOPE_INVALID 报文有误"})),
        (_TILL, Told(0, {}, b"", 0.0)),
        (_PHONE, _told(500, {})),
        (_PHONE, _told(200, {"code": 0, "reason": "OK", "message": "", "data": {"x": 1}})),
        (_PHONE, _told(418, {"code": 418})),
        (_PHONE, _told(404, b"404: Not Found", "text/plain")),
        (Case("raw", "http", "", b"GET * HTTP/1.1"), _told(500, b"500 Internal Server Error")),
        (Case("raw", "http", "", b""), _told(200, b"Traceback (most recent call last)")),
    ],
)
def test_a_fault_is_seen(case: Case, told: Told) -> None:
    assert verdict.fault(case, told)


def test_a_right_answer_is_none() -> None:
    assert verdict.fault(_TILL, _told(200, _ANSWER)) == ""
    not_let_in = _ANSWER | {"err_msg": "SIGN_IN_UNKNOWN 签到已失效"}
    assert verdict.fault(_TILL, _told(504, not_let_in)) == ""
    assert verdict.fault(Case("raw", "http", "", b""), _told(400, b"400 Bad Request")) == ""
