"""Both doors under attack, on real processes: no fault, always a reason, nothing in the logs."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import random
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from app.api.application import endpoints
from app.clients.till.client import CALL_PATH, Item, Sale
from app.clients.till.sale import sale_input
from app.clients.till.signing import sign_hmac_sm3
from app.compose import Services
from app.domain.reconcile.archive import packed
from app.outside.played.keys import APP_SECRET, APPID, IDENTITY_KEY
from app.outside.played.server import Outside
from app.store.where import Endpoints
from tests.api.mutations import HOSTILE, Place, leaves, twice, with_value, without
from tests.books import check_books
from tests.crash.fleet import Fleet, running_fleet
from tests.crash.village import PHARMACY, Village, till
from tests.fuzz.case import filled
from tests.fuzz.making.documents import RIGHT
from tests.phone_world import API
from tests.till_world import AT_THE_DESK

ANSWER = {
    "infcode", "inf_refmsgid", "refmsg_time", "respond_time", "warn_msg", "err_msg", "output",
}  # fmt: skip
TILL_MESSAGES, PHONE_CALLS, AT_ONCE = 2500, 2500, 24
_tills = itertools.count(1)
ROW = b"1\t2\t3\t1.00\t0.00\t1.00\t0\n"


@dataclass
class Besieged:
    """The running system, what must never be seen in its logs, and what it answered."""

    fleet: Fleet
    services: Services
    village: Village
    session: aiohttp.ClientSession
    secret: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)

    async def send(self, method: str, path: str, body: bytes | None, **headers: str) -> Any:
        """Any request; the status and the body as JSON."""
        async with self.session.request(
            method, self.fleet.url + path, data=body, headers=headers
        ) as answer:
            raw = await answer.read()
            if answer.content_type in ("image/svg+xml", "text/csv"):
                return answer.status, None
            return answer.status, json.loads(raw)

    async def message(self, text: str | bytes, path: str = CALL_PATH, **more: str) -> str:
        """A message with a valid signature, whatever is in it; gives the answer's reason."""
        body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        headers = sign_hmac_sm3(PHARMACY[3], PHARMACY[4], body, int(time.time()))
        headers |= {"content-type": "application/json", "prefer": "wait=0"} | more
        status, answer = await self.send("POST", path, body, **headers)
        assert status == 200, (status, body[:300], answer)
        assert set(answer) == ANSWER
        assert (answer["infcode"] == 0) == (answer["err_msg"] == "")
        reason = str(answer["err_msg"].partition(" ")[0])
        assert reason == "" or (reason.isupper() and len(answer["err_msg"]) > len(reason) + 5)
        self.reasons[reason] += 1
        return reason

    async def call(
        self, method: str, path: str, body: str | bytes | None, token: str = "", **more: str
    ) -> tuple[int, Any]:
        """A call of the phones' door; the envelope is right, a refusal names its next step."""
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, answer = await self.send(method, path, raw, **headers, **more)
        assert status < 500, (status, method, path, raw and raw[:300], answer)
        if answer is not None and status >= 400:
            assert answer["code"] == status
            assert answer["data"] is None
            assert answer["reason"].isupper()
            assert answer["message"] and answer["next_step"] and answer["request_id"]
            self.reasons[answer["reason"]] += 1
        return status, answer


@pytest.fixture(scope="module")
async def besieged(
    servers: Endpoints, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Besieged]:
    """The whole system under one siege for all tests here."""
    outside = TestServer(Outside(slow_s=1.0).application())
    await outside.start_server()
    url = str(outside.make_url("/"))
    env = {
        "QINJI_WECHAT_BASE_URL": url,
        "QINJI_WECHAT_APPID": APPID,
        "QINJI_LOG_LEVEL": "debug",
        "QINJI_WECHAT_SECRET": APP_SECRET,
        "QINJI_IDENTITY_BASE_URL": url,
        "QINJI_IDENTITY_KEY": IDENTITY_KEY,
    }
    folder = tmp_path_factory.mktemp("siege")
    try:
        async with (
            running_fleet(folder, None, servers, workers=1, **env) as (fleet, services),
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
        ):
            village = await Village.build(services, folder)
            siege = Besieged(fleet, services, village, session)
            pid = fleet.pid("app")
            yield siege
            assert fleet.pid("app") == pid, "the app died"
            assert await fleet.ready()
            await check_books(services.database)
            _nothing_was_given_away(siege)
    finally:
        await outside.close()


def _nothing_was_given_away(siege: Besieged) -> None:
    siege.secret |= {"居民", "139900198", PHARMACY[4], APP_SECRET, IDENTITY_KEY}
    for name in ("app", "worker0"):
        log = siege.fleet.log(name).read_text()
        assert "Traceback" not in log
        assert "unexpected" not in log
        for secret in siege.secret:
            assert secret not in log, f"a secret stands in the log of {name}"


async def all_of(calls: Iterable[Awaitable[object]]) -> None:
    """All calls, some at once."""
    waiting = iter(calls)

    async def one() -> None:
        for call in waiting:
            await call

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one())


async def _inputs(siege: Besieged) -> dict[str, dict[str, Any]]:
    """A good input for every transaction."""
    village, patient = siege.village, siege.village.patients[1]
    issued = await siege.services.credentials.issue(patient.id, None, "02121")
    siege.secret.add(issued.code)
    async with till(siege.fleet.url, next(_tills)) as at:
        village.forget_token(patient, at.fixmedins_code)  # the same bill again needs another scan
        token = await village.token(patient, at.fixmedins_code)
        siege.secret.add(token)
        items = [Item("XQ99DEM001A001010100001", Decimal(2), Decimal("10.5"))]
        sale = Sale(patient.psn_no, token, patient.insutype, patient.place, items)
        paid = (await at.settle(sale)).setlinfo
        now = at.clock.now()
        signed_in = await at.sign_in()
        assert signed_in.ok
    named = {"setl_id": paid["setl_id"], "mdtrt_id": paid["mdtrt_id"], "psn_no": patient.psn_no}
    cert = {"mdtrt_cert_type": "01", "mdtrt_cert_no": token, "psn_cert_type": "01", "certno": ""}
    enjoys = {
        "psn_no": patient.psn_no,
        "fixmedins_code": at.fixmedins_code,
        "insutype": "310",
        "med_type": "41",
        "begntime": "2026-11-21 10:00:00",
    }
    scan = AT_THE_DESK | {"ecQrCode": issued.code, "businessType": "02121"}
    undo = {"psn_no": patient.psn_no, "omsgid": "never-sent", "oinfno": "2102"}
    period = {"stmt_begndate": "2026-11-21", "stmt_enddate": "2026-11-21"}
    figures = {
        "setl_optins": "139999",
        "medfee_sumamt": "1.00",
        "fund_pay_sumamt": 0,
        "fixmedins_setl_cnt": 1,
    } | period
    file = {"in": base64.b64encode(packed("x.txt", ROW)).decode(), "filename": "x.zip"}
    file["fixmedins_code"] = at.fixmedins_code
    async with till(siege.fleet.url, next(_tills)) as at:
        number = (await at.call("9101", {"fsUploadIn": file})).output["file_qury_no"]
    head = figures | {"cash_payamt": 0, "file_qury_no": number}
    total = figures | {"acct_pay": "1.00", "insutype": "310", "clr_type": "41"}
    return {
        "3201": {"data": total},
        "3202": {"data": head},
        "9101": {"fsUploadIn": file},
        "9001": {"signIn": {"opter_no": "T01", "mac": "00", "ip": "1.1.1.1"}},
        "9002": {"signOut": {"sign_no": at.sign_no, "opter_no": "T01"}},
        "6101": {"data": scan},
        "1101": {"data": cert},
        "2001": {"data": enjoys},
        "2101": sale_input(sale, now),
        "2102": sale_input(sale, now),
        "2103": {"data": named},
        "2601": {"data": undo},
        "5203": {"data": named},
        "5203A": {"data": named | {"medins_setl_id": "m", "med_type": "41"}},
    }


async def test_tills_send_every_nonsense(besieged: Besieged) -> None:
    at = till(besieged.fleet.url, next(_tills))
    texts: list[tuple[Callable[[Any, Place, Any], str], Any, Place, Any]] = []
    for infno, input in (await _inputs(besieged)).items():
        good = json.loads(at.body(infno, input, at.new_msgid()))
        for place in leaves(good):
            texts += [(with_value, good, place, value) for value in HOSTILE]
            texts.append((lambda message, place, _: without(message, place), good, place, None))
            texts.append((twice, good, place, "x"))
    chosen = random.Random(7).sample(texts, TILL_MESSAGES)

    def text(make: Callable[[Any, Place, Any], str], good: Any, place: Place, value: Any) -> str:
        return make(good | {"msgid": at.new_msgid()}, place, value)

    await all_of(besieged.message(text(*one)) for one in chosen)
    assert {"", "ENVELOPE_INVALID", "INPUT_INVALID"} <= set(besieged.reasons)
    assert "INTERNAL" not in besieged.reasons


async def test_an_amount_no_machine_can_multiply(besieged: Besieged) -> None:
    at = till(besieged.fleet.url, next(_tills))
    inputs = await _inputs(besieged)
    for infno in ("2101", "2102"):
        good = json.loads(at.body(infno, inputs[infno], at.new_msgid()))
        for amount in ("1e999999", "-1e999999", "1e-999999", "sNaN", 10**400):
            text = with_value(good, ("input", "druginfo", "medfee_sumamt"), amount)
            assert await besieged.message(text) == "INPUT_INVALID"


async def test_bodies_that_are_no_message(besieged: Besieged) -> None:
    for body in (
        b"",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"\x00" * 100,
        b"{}" * 2,
        b"[" * 100_000,
        b"x" * 300_000,
        b'{"a":"' + b"x" * 300_000 + b'"}',
        "\ufeff{}".encode(),
        "{}".encode("utf-16"),
    ):
        assert await besieged.message(body) == "ENVELOPE_INVALID"
        await besieged.call("POST", f"{API}/login", body)
    good = json.dumps({"infno": "9001"})
    for kind in ("text/plain", "multipart/form-data", "x", "application/json; charset=klingon"):
        headers = {"content-type": kind}
        assert await besieged.message(good, **headers) == "ENVELOPE_INVALID"


async def test_a_body_that_is_not_encoded_as_it_says(besieged: Besieged) -> None:
    mangled = {"content-encoding": "gzip"}
    status, answer = await besieged.send("POST", CALL_PATH, b"{}", **mangled)
    assert (status, answer["infcode"]) == (415, -1)
    status, answer = await besieged.call("POST", f"{API}/login", b"{}", **mangled)
    assert (status, answer["reason"]) == (415, "ENCODING_UNSUPPORTED")


async def test_signatures_of_nobody(besieged: Besieged) -> None:
    at = till(besieged.fleet.url, next(_tills))
    body = at.body("9001", {"signIn": {}}, at.new_msgid())
    right = sign_hmac_sm3(PHARMACY[3], PHARMACY[4], body, int(time.time()))
    wrong: list[dict[str, str]] = [
        {},
        {"x-ca-key": PHARMACY[3]},
        {**right, "x-ca-key": "nobody"},
        {**right, "x-ca-key": "x" * 5000},
        {**right, "x-ca-signature": ":"},
        {**right, "x-ca-signature": f"{'9' * 5000}:00"},
        {**right, "x-ca-signature": "²:0"},
        {**right, "x-ca-signature": "0:" + "0" * 64},
        {**right, "x-ca-key": "éé"},
        {"x-tif-paasid": PHARMACY[3], "x-tif-nonce": "n", "x-tif-timestamp": "x"},
        {"x-tif-paasid": "demo-pharmacy-2", "x-tif-nonce": "n" * 4000},
        sign_hmac_sm3(PHARMACY[3], "another secret", body, int(time.time())),
        sign_hmac_sm3(PHARMACY[3], PHARMACY[4], body, 0),
        sign_hmac_sm3(PHARMACY[3], PHARMACY[4], body, 10**18),
        sign_hmac_sm3(PHARMACY[3], PHARMACY[4], body, -(10**12)),
    ]
    for headers in wrong:
        status, answer = await besieged.send("POST", CALL_PATH, body, **headers)
        assert (status, answer["infcode"]) == (200, -1)
        assert answer["err_msg"].split()[0].startswith(("SIGNATURE_", "CLOCK_SKEW")), answer


@pytest.mark.parametrize("request_text", [
    "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n",
    "DELETE {path} HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST {path} HTTP/1.0\r\nContent-Length: 2\r\n\r\n{{}}",
    "POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n",
    "POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{{}}",
    "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Encoding: br\r\n\r\n{{}}xyz",
    "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{{}}",
    "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}",
    "POST {path}/../{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}",
    "POST {path}%00%ff%0a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}",
    "POST {path}?a=%ff&b=%00 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}",
    "NONSENSE\r\n\r\n",
    "POST {path} HTTP/9.9\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
])  # fmt: skip
@pytest.mark.parametrize("path", [CALL_PATH, "/fsi/api/2102", f"{API}/login", f"{API}/nowhere"])
async def test_http_of_every_kind(besieged: Besieged, request_text: str, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", besieged.fleet.port)
    try:
        writer.write(request_text.format(path=path).encode("latin-1"))
        writer.write_eof()
        raw = await asyncio.wait_for(reader.read(100_000), 30)
    finally:
        writer.close()
    if raw:
        head, _, body = raw.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        assert 200 <= status < 500, raw
        if b"application/json" in head.lower() and b"chunked" not in head.lower():
            assert set(json.loads(body)) >= ({"infcode"} if b"infcode" in body else {"reason"})
    assert await besieged.fleet.ready()


async def _phone(siege: Besieged, number: int) -> tuple[str, dict[str, Any]]:
    """A phone that is logged in as somebody of the village; the token and the claim."""
    row = await siege.services.database.row(
        "select id from person order by psn_no offset $1 limit 1", number * 4
    )
    assert row is not None
    person = await siege.services.people.get(row["id"])
    claim = {
        "psn_name": siege.services.people.name(person),
        "psn_cert_type": "01",
        "certno": siege.services.people.certno(person),
    }
    code = f"demo-siege{number}-{secrets.token_hex(4)}"
    _, answer = await siege.call("POST", f"{API}/login", json.dumps({"code": code}))
    token = str(answer["data"]["token"])
    card = {"method": "card", "card_no": secrets.token_hex(8), "password": "123456"}
    status, answer = await siege.call(
        "POST", f"{API}/identity", json.dumps(claim | {"proof": card}), token
    )
    assert status in (200, 409), answer
    siege.secret |= {token, claim["psn_name"], claim["certno"], card["card_no"], code}
    return token, claim


def _bodies(other: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """A good body for every call that takes one, about somebody else."""
    card = {"own_name": other["psn_name"], "own_certno": other["certno"], "serial": "00000000"}
    known = card | {"name": other["psn_name"], "certno": other["certno"], "today": "2026-11-21"}
    calls = {(endpoint.method, endpoint.path) for endpoint in endpoints()}
    return {
        call: json.loads(filled(json.dumps(body).encode(), known))
        for call, body in RIGHT.items()
        if call in calls
    }


async def test_phones_send_every_nonsense(besieged: Besieged) -> None:
    (mine, _), (_, other) = await _phone(besieged, 0), await _phone(besieged, 1)
    bodies = _bodies(other)
    assert {(e.method, e.path) for e in endpoints() if e.body.model_fields} == set(bodies)
    paths = ["0", "1", "-1", "x", "9" * 19, "9" * 400, "%00", "%F0%9F%99%82", "1%2F2", "²", "1.5"]
    queries = [
        "",
        "?kind=x",
        "?wait=-1",
        "?wait=1e9",
        "?known=",
        "?cursor=x",
        "?limit=0",
        "?a=%ff",
        f"?cursor={'9' * 20}",
        f"?cursor={'9' * 19}",
        "?limit=99999999999999999999",
        "?beneficiary=99999999999999999999",
        "?beneficiary=%00",
        "?kind=qr&kind=barcode",
        "?cursor=%D9%A1",
        "?limit=%D9%A1",
        "?beneficiary=%C2%B2",
    ]
    calls: list[tuple[str, str, str | None, str]] = []
    for endpoint in endpoints():
        if endpoint.path == "/logout":
            continue
        for token in (mine, "", "x", "é", "x" * 6000):
            where = [endpoint.path.replace("{id}", one) for one in paths]
            for path in dict.fromkeys(where):
                some = queries if token == mine else queries[:1]
                calls += [(endpoint.method, API + path + query, None, token) for query in some]
        good = bodies.get((endpoint.method, endpoint.path))
        path = API + endpoint.path.replace("{id}", "1")
        for place in leaves(good) if good else ():
            texts = [with_value(good, place, value) for value in HOSTILE]
            texts += [without(good, place), twice(good, place, "x")]
            calls += [(endpoint.method, path, text, mine) for text in texts]
    chosen = random.Random(11).sample(calls, min(PHONE_CALLS, len(calls)))
    await all_of(besieged.call(*one) for one in chosen)
    assert {"INVALID_INPUT", "LOGIN_REQUIRED", "NOT_FOUND"} <= set(besieged.reasons)
    status, _ = await besieged.call("GET", f"{API}/me", None, mine)
    assert status == 200


async def test_what_is_another_persons_is_not_there(besieged: Besieged) -> None:
    (one, _), (two, _) = await _phone(besieged, 2), await _phone(besieged, 3)
    _, shown = await besieged.call("POST", f"{API}/credentials", "{}", one)
    code_id, code = shown["data"]["id"], shown["data"]["code"]
    besieged.secret.add(code)
    _, grants = await besieged.call("GET", f"{API}/aid", None, one)
    grant = grants["data"][0]["id"]
    for method, path in [
        ("GET", f"/credentials/{code_id}"),
        ("GET", f"/credentials/{code_id}/image.svg"),
        ("PATCH", f"/aid/{grant}"),
        ("DELETE", f"/aid/{grant}"),
        ("POST", f"/aid/{grant}/freeze"),
        ("POST", f"/aid/{grant}/unfreeze"),
        ("POST", f"/aid/{grant}/order"),
        ("GET", f"/aid/diagnosis?beneficiary={grant}"),
        ("DELETE", f"/family/{grant}"),
        ("POST", f"/family/{grant}/confirm"),
    ]:
        for token, status in ((two, 404), ("", 401)):
            body = "{}" if method == "PATCH" else None
            body = '{"to": "top"}' if path.endswith("/order") else body
            found, answer = await besieged.call(method, API + path, body, token)
            assert found == status, (method, path, answer)
            assert code not in json.dumps(answer)
    preview = {
        "patient": grant,
        "fixmedins_code": PHARMACY[0],
        "items": [{"med_list_codg": "x", "price": "1", "count": "1"}],
    }
    status, _ = await besieged.call("POST", f"{API}/preview", json.dumps(preview), two)
    assert status == 404
    status, _ = await besieged.call("POST", f"{API}/credentials", f'{{"holder":"{grant}"}}', two)
    assert status == 404
    _, after = await besieged.call("GET", f"{API}/aid", None, one)
    assert after["data"] == grants["data"]
