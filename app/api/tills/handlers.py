"""The tills' door: signature, envelope, then one function a transaction."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from app.api.http.body import Gone
from app.api.http.counting import count_refusal
from app.api.http.counting import door_of as door_name
from app.api.http.errors import ENCODING_UNSUPPORTED, INTERNAL, TOO_MANY_AT_ONCE
from app.api.http.middleware import AWAY
from app.api.http.serving.handing_on import NEIGHBOURS, Elsewhere, may_hand_on
from app.api.tills.errors import (
    ADDRESS_UNKNOWN,
    BUSY,
    ENVELOPE_INVALID,
    INSTITUTION_CLOSED,
    REPLAYED,
    SIGN_IN_UNKNOWN,
    TRANSACTION_UNKNOWN,
)
from app.api.tills.guard import Claim, Guard
from app.api.tills.incoming import Seats, named_in, place_in, read_body
from app.api.tills.message import FileOut, Message, NotKnown, Output, Processing, StreamOut
from app.api.tills.rooms import Rooms, rooms_of
from app.api.tills.table import BY_NUMBER, Transaction
from app.api.tills.transactions.accepting import WAITS_MORE_S
from app.api.tills.wire.envelope import UPLOAD, Envelope, answer, parse
from app.api.tills.wire.extra import write_extras
from app.api.tills.wire.multipart import opened, with_file
from app.compose import Services
from app.kit.log import logger
from app.kit.reasons import UNAVAILABLE, Because, Language, Reason, Refusal
from app.kit.tasks import Deadlines, TookTooLong
from app.store.cells.others import CellAway

_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,3})(?:$|[,;\s])")
_ENGLISH = re.compile(r"(?:^|[,;\s])lang=en(?:$|[,;\s])")
_NUMBER = re.compile(r"[0-9]{4}[A-Z]?")
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
_COME_AGAIN = {**_HEADERS, "Retry-After": "1"}
_NOT_READ = (ENCODING_UNSUPPORTED, TOO_MANY_AT_ONCE)
_OF_THIS_SENDING = (BUSY, INSTITUTION_CLOSED, REPLAYED, SIGN_IN_UNKNOWN)
"""What a signed sending is refused for, whatever its message is. The same message may have been
taken when it was sent before."""
_WAIT_MAX_S = 20
_OVER_S = WAITS_MORE_S + 0.2
"""So long after a till's patience is over at the latest it is told something."""
_MAYBE_DONE = 504
"""What national tills take for "not known", as they read no answer's text but that of a 200: they
send 2601 then, and a till of ours asks again."""
SIGN_IN = ("9001", "9001A", "9001B", "9001C")
PROCESSING = "PROCESSING 正在处理，请用同一报文号重发查询结果"
NOT_KNOWN = "PROCESSING 结果暂时无法确定，请用同一报文号重发，或用5203A查询，或用2601冲正"
log = logger(__name__)


@dataclass(slots=True)
class Door:
    """The tills' door of one process."""

    rooms: Rooms
    guard: Guard
    seats: Seats = field(default_factory=Seats)
    deadlines: Deadlines = field(default_factory=Deadlines)


DOOR = web.AppKey("tills", Door)
INFNO = web.RequestKey("infno", str)
"""Which transaction a message says that it is."""


def door_of(services: Services) -> Door:
    """The door over a process's services."""
    rooms = rooms_of(services)
    guard = Guard(
        rooms.people, rooms.once, rooms.once_anywhere, rooms.clock, rooms.settings.clock_window_s
    )
    return Door(rooms, guard)


async def call_service(request: web.Request) -> web.StreamResponse:
    """Answers one message, in the cell where it belongs."""
    try:
        return await _answered(request)
    except Elsewhere as it:
        return await _handed_on(request, it.cell)


async def _expect_here(request: web.Request) -> None:
    """Looks where a message belongs, before its signature is looked at: that is used up where the
    message is taken.

    Raises:
        Elsewhere: it is another cell's.
    """
    neighbours, guard = may_hand_on(request), request.app[DOOR].guard
    if neighbours is not None:
        named = None if guard.signs(request.headers) else guard.check_named
        raw = await read_body(request, named)
        people = request.app[DOOR].rooms.people
        whose = named_in(raw)
        cell = await people.cell_by_psn_no(whose) if whose else None
        neighbours.expect_here(cell or neighbours.cells.of_place(place_in(raw)))


async def _handed_on(request: web.Request, cell: str) -> web.StreamResponse:
    received = request.app[DOOR].rooms.clock.now()
    try:
        return await request.app[NEIGHBOURS].hand_on(request, cell, await read_body(request))
    except CellAway:  # what it is, nobody has read
        return _respond(request.app[DOOR].rooms, received, status=_MAYBE_DONE, error=NOT_KNOWN)


async def _answered(request: web.Request) -> web.StreamResponse:
    """Answers one message: always in the national envelope, whatever happens.

    What is looked at costs the sender more than us: the headers, then the signature over the bytes
    as they are, and only then is anything of them parsed. A signature that covers no body is used
    up with its headers, whatever becomes of the message: nobody can hang another body on them.
    Beyond what the process can bear a signed message is refused before it is checked or stored, so
    that those it has taken keep their speed.
    """
    door = request.app[DOOR]
    begun, received = asyncio.get_running_loop().time(), door.rooms.clock.now()
    output: Any = None
    status, error, infno = 200, "", ""
    warnings: list[str] = []
    try:
        await _expect_here(request)
        claim, text, file = await _signed(request, door.guard)
        with door.seats.seat(claim.signer.code, door.rooms.settings.till_crowd_max):
            async with door.seats.place_for(text, file):
                envelope = parse(text)
                infno = request[INFNO] = envelope.infno
                if file is not None and infno == UPLOAD:
                    with_file(envelope, file)
                output = await _dispatch(request, door, envelope, claim, warnings, begun)
    except Elsewhere:
        raise
    except Processing:
        error = PROCESSING
    except (NotKnown, TookTooLong) as fault:
        log.warning("not_known_in_time", error=type(fault).__name__)
        status, error = _MAYBE_DONE, NOT_KNOWN
    except Refusal as refusal:
        known = await _was_taken(request, door, refusal)
        return _refused(request, received, refusal, warnings, known=known)
    except Gone:
        return web.Response(status=400)
    except web.RequestPayloadError:
        error = _error_text(Because(ENVELOPE_INVALID, {"field": "body", "detail": "无法读取"}))
    except AWAY as fault:
        log.warning("dependency_away", error=type(fault).__name__)
        status, error = _fault(infno, 503, UNAVAILABLE)
    except Exception:
        log.exception("unexpected")
        status, error = _fault(infno, 500, INTERNAL)
    if isinstance(output, FileOut):
        return output.response()
    if isinstance(output, StreamOut):
        return await output.sent(request)
    return _respond(
        door.rooms, received, status=status, output=output, error=error, warnings=warnings
    )


async def _signed(request: web.Request, guard: Guard) -> tuple[Claim, bytes, bytes | None]:
    """A message whose signature holds: who has sent it, its text, and a file that is beside it."""
    claim = await guard.claim(request.headers)
    raw = await read_body(request, None if claim else guard.check_named)
    if claim is not None:
        guard.check_signature(claim, raw)
    text, file = opened(request.headers.get("Content-Type", ""), raw)
    return claim or await guard.claim_in(text, file), text, file


async def wrong_address(request: web.Request) -> web.StreamResponse:
    """Tells in the national envelope, as a till reads nothing else, that its address is wrong."""
    received, refusal = request.app[DOOR].rooms.clock.now(), Refusal(ADDRESS_UNKNOWN)
    await _use_up(request, refusal)
    return _refused(request, received, refusal)


@web.middleware
async def in_envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tells in the national envelope why a call below this door's address comes to no handler."""
    try:
        return await handler(request)
    except Refusal as refusal:
        if door_name(request.path) != "till":
            raise
        await _use_up(request, refusal)
        return _refused(request, request.app[DOOR].rooms.clock.now(), refusal)


async def _use_up(request: web.Request, refusal: Refusal) -> None:
    """What is refused before its signature is looked at is used up all the same, where the headers
    would bear another body; but for a flood, which has to cost us nothing."""
    if refusal.because().reason is not TOO_MANY_AT_ONCE:
        with suppress(Refusal, *AWAY):
            await request.app[DOOR].guard.claim(request.headers)


async def _was_taken(request: web.Request, door: Door, refusal: Refusal) -> bool:
    """Whether what this sending is refused for says nothing of its message, since that moves money
    and was accepted when it was sent before (law 14)."""
    if refusal.because().reason not in _OF_THIS_SENDING:
        return False
    try:
        envelope = parse(await read_body(request))
        transaction = BY_NUMBER.get(envelope.infno)
        if transaction is None or not transaction.moves_money:
            return False
        return await door.rooms.settlements.is_known(envelope.fixmedins_code, envelope.msgid)
    except (Refusal, Gone, web.RequestPayloadError):
        return False
    except AWAY:
        return True


def _refused(
    request: web.Request,
    received: datetime,
    refusal: Refusal,
    warnings: Sequence[str] = (),
    *,
    known: bool = False,
) -> web.Response:
    """A refusal with HTTP 200, as tills expect; but for what was not even read, and for what
    doesn't say what has become of a message that is ``known`` here."""
    because = refusal.because()
    status = because.reason.status if because.reason in _NOT_READ else 200
    # What has come of it already is thrown away, else the server would wait for it to be read.
    with suppress(web.RequestPayloadError, OSError):
        request.content.read_nowait()
    return _respond(
        request.app[DOOR].rooms,
        received,
        status=_MAYBE_DONE if known else status,
        error=_error_text(because, _language(request)),
        warnings=warnings,
        headers=_COME_AGAIN if because.reason in (BUSY, TOO_MANY_AT_ONCE) else _HEADERS,
    )


def _respond(
    rooms: Rooms,
    received: datetime,
    *,
    status: int = 200,
    output: Any = None,
    error: str = "",
    warnings: Sequence[str] = (),
    headers: Mapping[str, str] = _HEADERS,
) -> web.Response:
    return web.Response(
        status=status,
        body=answer(
            received=received,
            answered=rooms.clock.now(),
            serial=rooms.ids.next(),
            output=output,
            error=error,
            warnings=() if error else warnings,
        ),
        headers=headers,
    )


async def _dispatch(
    request: web.Request,
    door: Door,
    envelope: Envelope,
    claim: Claim,
    warnings: list[str],
    begun: float,
) -> Output:
    named = request.match_info.get("infno")
    if named is not None and named != envelope.infno:
        raise Refusal(
            ENVELOPE_INVALID,
            field="infno",
            detail=f"与请求地址不一致（报文{_shown(envelope.infno)}，地址{_shown(named)}）",
        )
    transaction = BY_NUMBER.get(envelope.infno)
    repeats = (
        transaction is not None and transaction.repeats_by_msgid and not transaction.signed_anew
    )
    await door.guard.check_message(claim, envelope.fixmedins_code, repeats=repeats)
    if transaction is None:
        raise Refusal(TRANSACTION_UNKNOWN, infno=_shown(envelope.infno))
    asked = _asked_wait_s(request)
    patience = door.rooms.settings.till_wait_default_s if asked is None else asked
    until = begun + patience
    message = Message(envelope, claim.signer, door.rooms, until, asked is not None, warnings)
    if asked is None and transaction.moves_money:
        with door.deadlines.by(until + _OVER_S):
            return await _handled(transaction, message)
    return await _handled(transaction, message)


async def _handled(transaction: Transaction, message: Message) -> Output:
    if transaction.infno not in SIGN_IN:  # whoever signs in may have a number that has ended
        await _check_sign_no(message)
    try:
        output = await transaction.handle(message)
    except Refusal as refusal:
        raise await message.rooms.people.named_refusal(refusal) from None
    write_extras(output)
    return output


async def _check_sign_no(message: Message) -> None:
    """A message that carries a ``sign_no`` must carry a live one of its own institution."""
    sign_no = message.envelope.sign_no
    if sign_no and not await message.rooms.sign_ins.lives(message.sender.code, sign_no):
        raise Refusal(SIGN_IN_UNKNOWN)


def _asked_wait_s(request: web.Request) -> float | None:
    """How long the till says that it waits, and then comes again for what isn't decided:
    ``Prefer: wait=N``, at most 20 seconds."""
    asked = request.headers.get("Prefer")
    found = _WAIT.search(asked) if asked else None
    return min(int(found.group(1)), _WAIT_MAX_S) if found else None


def _language(request: web.BaseRequest) -> Language:
    """In which a refusal is told: Chinese, but to a till that asks for English in so many words
    (``Prefer: lang=en``). What a till's library sends by itself counts nothing."""
    return "en" if _ENGLISH.search(request.headers.get("Prefer", "")) else "zh"


def _shown(infno: str) -> str:
    """A number of a transaction as it is said back; what is none may be anything."""
    return infno if _NUMBER.fullmatch(infno) else "…"


def _fault(infno: str, status: int, reason: Reason) -> tuple[int, str]:
    """Where money moves, a fault never says "nothing was done": this msgid may have been accepted.

    It may have been stored a moment before the fault, or when it was sent the first time. Of a
    message that nobody has read (``infno`` is empty) nobody knows whether it moves money.
    """
    transaction = BY_NUMBER.get(infno)
    if not infno or (transaction is not None and transaction.moves_money):
        return _MAYBE_DONE, NOT_KNOWN
    return status, _error_text(Because(reason))


def _error_text(because: Because, language: Language = "zh") -> str:
    """``REASON_CODE 中文说明``, the next step after it."""
    reason = because.reason
    count_refusal("till", reason.code)
    sentence = reason.sentence(language, **because.params)
    between = "" if language == "zh" else " "
    return f"{reason.code} {sentence}{between}{reason.next_step(language, **because.params)}"


def routes() -> list[web.RouteDef]:
    """Both forms of the address: one for all, and one a transaction (WIRE Envelope). All else that
    is meant for this door is told so."""
    addresses = (
        "/fsi/api/rsfComIfsService/callService",
        "/fsi/api/rsfComIfsService/callService/",
        "/fsi/api/{infno:[0-9][0-9A-Za-z]*}",
        "/fsi/api/{infno:[0-9][0-9A-Za-z]*}/",
    )
    return [
        *(web.post(address, call_service) for address in addresses),
        web.route("*", "/{wrong:/*[Ff][Ss][Ii](?:/.*)?}", wrong_address),
    ]
