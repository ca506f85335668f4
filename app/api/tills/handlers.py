"""The tills' door: signature, envelope, then one function a transaction."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web

from app.api.http.counting import count_refusal
from app.api.http.keys import SERVICES
from app.api.http.middleware import AWAY, INTERNAL
from app.api.tills.envelope import Envelope, answer, parse
from app.api.tills.errors import BUSY, ENVELOPE_INVALID, TRANSACTION_UNKNOWN
from app.api.tills.guard import Guard
from app.api.tills.incoming import read_body
from app.api.tills.message import FileOut, Message, Processing
from app.api.tills.transactions import (
    files,
    outpatient,
    person,
    pharmacy,
    sign_in,
    statement,
)
from app.compose import Services
from app.domain.settlement.orders import CANCELLING, PAYING, RETURN_PART, REVERSE
from app.kit.log import logger
from app.kit.reasons import UNAVAILABLE, Because, Reason, Refusal

Transaction = Callable[[Message], Awaitable[dict[str, Any] | FileOut]]
TRANSACTIONS: dict[str, Transaction] = {
    "9001": sign_in.sign_in,
    "9002": sign_in.sign_out,
    "6101": person.decode,
    "1101": person.who,
    "2001": person.benefits,
    "2101": pharmacy.preview,
    "2102": pharmacy.settle,
    "2103": pharmacy.cancel,
    "2103A": pharmacy.return_part,
    "2201": outpatient.register,
    "2202": outpatient.cancel_registration,
    "2203": outpatient.diagnose,
    "2203A": outpatient.diagnose,
    "2204": outpatient.charge,
    "2205": outpatient.take_back,
    "2206": outpatient.pre_settle,
    "2207": outpatient.settle,
    "2208": outpatient.cancel_settlement,
    "2601": pharmacy.reverse,
    "3201": statement.totals,
    "3202": statement.rows,
    "5203": pharmacy.look_up,
    "9101": files.upload,
    "9102": files.download,
}
MOVES_MONEY = PAYING | CANCELLING | {RETURN_PART, REVERSE}
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,3})(?:$|[,;\s])")
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
_COME_AGAIN = {**_HEADERS, "Retry-After": "1"}
_WAIT_MAX_S = 20
PROCESSING = "PROCESSING 正在处理，请用同一报文号重发查询结果"
log = logger(__name__)


class Crowd:
    """How many messages this process works on just now."""

    def __init__(self) -> None:
        self.size = 0


CROWD = web.AppKey("crowd", Crowd)
GUARD = web.AppKey("guard", Guard)


def guard(services: Services) -> Guard:
    """The door's guard; it remembers keys, so there is one a process."""
    window_s = services.settings.clock_window_s
    return Guard(services.people, services.cache, services.clock, window_s)


async def call_service(request: web.Request) -> web.StreamResponse:
    """Answers one message: always in the national envelope, whatever happens.

    Beyond what the process can bear a message is refused at once, before anything is read, checked
    or stored of it, so that those it has taken keep their speed.
    """
    services, crowd = request.app[SERVICES], request.app[CROWD]
    received = services.clock.now()
    if crowd.size >= services.settings.till_crowd_max:
        # What has come of it already is thrown away, else the server would wait for it to be read.
        with suppress(web.RequestPayloadError):
            request.content.read_nowait()
        error = _error_text(Because(BUSY))
        return _respond(services, received, status=503, error=error, headers=_COME_AGAIN)
    crowd.size += 1
    try:
        return await _answered(request, services, received)
    finally:
        crowd.size -= 1


async def _answered(
    request: web.Request, services: Services, received: datetime
) -> web.StreamResponse:
    output: Any = None
    status, error, infno = 200, "", ""
    try:
        raw = await read_body(request)
        envelope = parse(raw)
        infno = envelope.infno
        output = await _dispatch(request, envelope, raw)
    except Processing:
        error = PROCESSING
    except Refusal as refusal:
        error = _error_text(refusal.because())
    except web.RequestPayloadError:
        error = _error_text(Because(ENVELOPE_INVALID, {"field": "body", "detail": "无法读取"}))
    except AWAY as fault:
        log.warning("dependency_away", error=type(fault).__name__)
        status, error = 503, _fault_text(infno, UNAVAILABLE)
    except Exception:
        log.exception("unexpected")
        status, error = 500, _fault_text(infno, INTERNAL)
    if isinstance(output, FileOut):
        return output.response()
    return _respond(services, received, status=status, output=output, error=error)


def _respond(
    services: Services, received: datetime, *, status: int, output: Any = None, error: str = "",
    headers: Mapping[str, str] = _HEADERS,
) -> web.Response:  # fmt: skip
    return web.Response(
        status=status,
        body=answer(
            received=received,
            answered=services.clock.now(),
            serial=services.database.ids.next(),
            output=output,
            error=error,
        ),
        headers=headers,
    )


async def _dispatch(
    request: web.Request, envelope: Envelope, raw: bytes
) -> dict[str, Any] | FileOut:
    services = request.app[SERVICES]
    named = request.match_info.get("infno")
    if named is not None and named != envelope.infno:
        raise Refusal(ENVELOPE_INVALID, field="infno", detail="与请求地址不一致")
    till = await request.app[GUARD].check(
        request.headers, raw, envelope.fixmedins_code, envelope.infno
    )
    transaction = TRANSACTIONS.get(envelope.infno)
    if transaction is None:
        raise Refusal(TRANSACTION_UNKNOWN, infno=envelope.infno)
    message = Message(envelope, till, services, _wait_s(request))
    await sign_in.check_sign_no(message)
    try:
        return await transaction(message)
    except Refusal as refusal:
        raise await services.people.named_refusal(refusal) from None


def _wait_s(request: web.Request) -> float:
    """How long the till would wait: ``Prefer: wait=N``, at most 20 seconds."""
    asked = request.headers.get("Prefer")
    found = _WAIT.search(asked) if asked else None
    default = request.app[SERVICES].settings.till_wait_default_s
    return min(int(found.group(1)), _WAIT_MAX_S) if found else default


def _fault_text(infno: str, reason: Reason) -> str:
    """Where money moves, a fault never says "nothing was done": this msgid may have been accepted.

    It may have been stored a moment before the fault, or when it was sent the first time.
    """
    return PROCESSING if infno in MOVES_MONEY else _error_text(Because(reason))


def _error_text(because: Because) -> str:
    """``REASON_CODE 中文说明``, the next step after it."""
    reason = because.reason
    count_refusal("till", reason.code)
    sentence = reason.sentence("zh", **because.params)
    return f"{reason.code} {sentence}{reason.next_step('zh', **because.params)}"


def routes() -> list[web.RouteDef]:
    """Both forms of the address: one for all, and one a transaction."""
    return [
        web.post("/fsi/api/rsfComIfsService/callService", call_service),
        web.post("/fsi/api/{infno:[0-9A-Za-z]+}", call_service),
    ]
