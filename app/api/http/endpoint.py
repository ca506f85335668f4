"""How a door declares its calls: one ``Endpoint`` each, from which routes, validation and OpenAPI
are made. A file of calls is a ``Resource``, which names the services that its handlers get."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from app.api.http.body import Gone, read
from app.api.http.counting import count_limit
from app.api.http.envelope import REQUEST_ID, fine, language_of
from app.api.http.serving.doorkeeper import DOORKEEPER, client_of
from app.api.http.serving.handing_on import NEIGHBOURS, Elsewhere, may_hand_on
from app.api.http.supply import Named, Needs, Slot, Supply
from app.api.http.wrong_fields import described
from app.domain.events.bureaus import Bureau, Bureaus
from app.domain.limit.errors import TOO_OFTEN, WAITS_AT_ONCE
from app.domain.limit.service import Keys, Limits
from app.domain.limit.values import Row
from app.domain.login.service import Login, Session
from app.domain.registry.service import People
from app.domain.staff.service import Operators
from app.domain.staff.values import UNSAID, Look, Operator, Visitor
from app.kit.reasons import INVALID_INPUT, Language, Reason, Refusal
from app.kit.words.encoding import NotUtf8, utf8
from app.kit.written import with_exponents_as_text

Body = TypeVar("Body", bound=BaseModel)
Query = TypeVar("Query", bound=BaseModel)
Access = Literal[
    "anyone", "login", "person", "viewer", "auditor", "staff", "clerk", "approver", "bureau"
]
"""Who may call: at the phones' door a login or its insured person, at the night shift's door an
operator by role, at the counter's ``staff`` who works there or audits it, or only who may act, at
the bureaus' one that signs. What opens one door opens no other."""
ID_MAX = 2**63 - 1
_TARGET_MAX = 80


class Form(BaseModel):
    """What a phone sends: unknown fields are refused, texts are trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def look(self) -> tuple[str, str]:
        """At what an operator wants to look with it, and why: for the audit of who may not."""
        return "", ""


class Nothing(Form):
    """No body, or no query."""


class View(BaseModel):
    """What a phone gets."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Call(Generic[Needs, Body, Query]):
    """One call, checked: its body and query, who calls (a phone's session, or an operator), and the
    services that its resource has named."""

    request: web.Request
    services: Needs
    session: Session | None
    body: Body
    query: Query
    operator: Operator | None = None
    bureau: Bureau | None = None

    @property
    def person_id(self) -> int:
        """The insured person who calls (access ``person``)."""
        assert self.session is not None and self.session.person_id is not None
        return self.session.person_id

    @property
    def login_id(self) -> int:
        """The log-in that calls (access ``login`` or ``person``)."""
        assert self.session is not None
        return self.session.login_id

    @property
    def language(self) -> Language:
        return language_of(self.request)

    def path_id(self, name: str = "id") -> int:
        """A record's id in the path; 0, which no record has, when it is not a number."""
        text = self.request.match_info[name]
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
        return number if number <= ID_MAX else 0


Handled = View | list[View] | web.StreamResponse | None
Handler = Callable[[Call[Any, Any, Any]], Coroutine[Any, Any, Handled]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of a door. ``also``: the media type in which ``Accept`` may ask for its answer.
    ``where``: the cell in which it is answered, if that isn't the caller's; None: any."""

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str
    access: Access
    answer: type[View] | None
    body: type[BaseModel] = Nothing
    query: type[BaseModel] = Nothing
    many: bool = False
    status: int = 200
    reasons: tuple[Reason, ...] = ()
    media: str = "application/json"
    also: str = ""
    where: Callable[[Call[Any, Any, Any]], Awaitable[str | None]] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Calls that are answered with the same services: a dataclass of those that they need."""

    needs: type[Named]
    endpoints: Sequence[Endpoint]


@dataclass(frozen=True, slots=True)
class Gate:
    """Who knows whether a caller may come in, and how often."""

    login: Login
    operators: Operators
    limits: Limits
    bureaus: Bureaus
    people: People


_FREE = Row(())


def routes(
    resource: Resource,
    prefix: str,
    supply: Supply,
    limits: Mapping[tuple[str, str], Row] = MappingProxyType({}),
) -> Iterator[web.RouteDef]:
    """The aiohttp routes of a resource. ``limits``: the door's, by method and path."""
    services, gate = supply.slot(resource.needs), supply.slot(Gate)
    for endpoint in resource.endpoints:
        row = limits.get((endpoint.method, endpoint.path), _FREE)
        yield _route(endpoint, prefix, services, gate, row)


def _route(
    endpoint: Endpoint, prefix: str, services: Slot[Any], gate: Slot[Gate], row: Row
) -> web.RouteDef:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await here(request)
        except Elsewhere as it:
            return await request.app[NEIGHBOURS].hand_on(request, it.cell, await read(request))

    async def here(request: web.Request) -> web.StreamResponse:
        session, operator = await _admit(gate.get(), request, endpoint)
        bureau = None
        if endpoint.access == "bureau":
            bureau = await gate.get().bureaus.admit(request.headers, await read(request))
        call = Call(
            request=request,
            services=services.get(),
            session=session,
            operator=operator,
            bureau=bureau,
            body=await _read_body(request, endpoint.body),
            query=_check(endpoint.query, dict(request.query)),
        )
        await _expect_here(gate.get(), endpoint, call)
        answer = await _limited(gate.get(), endpoint, row, call)
        if isinstance(answer, web.StreamResponse):
            return answer
        return fine(request, _plain(answer), status=endpoint.status)

    return web.route(endpoint.method, prefix + endpoint.path, handle)


async def _limited(gate: Gate, endpoint: Endpoint, row: Row, call: Call[Any, Any, Any]) -> Handled:
    """The handler's answer, counted by what the call has. What tells nothing of anybody else is
    given back."""
    if row is _FREE:
        return await endpoint.handler(call)
    limits, name, keys = gate.limits, f"{endpoint.method} {endpoint.path}", _keys(call)
    uses: list[int] = []
    counts = row.done_counts
    try:
        uses = await limits.take(name, row, keys)
        with limits.waiting(name, row, keys.get("login")):
            if row.at_once and call.session is not None:  # it waits: not longer than its session
                return await gate.login.while_it_lives(call.session, endpoint.handler(call))
            return await endpoint.handler(call)
    except Refusal as refusal:
        counts = refusal.reason.code in row.counts
        if refusal.reason in (TOO_OFTEN, WAITS_AT_ONCE):
            count_limit(name)
        raise
    finally:
        if not counts:
            await limits.give_back(uses)


def _keys(call: Call[Any, Any, Any]) -> Keys:
    session, form = call.session, call.body
    person = session.person_id if session is not None else None
    certno = getattr(form, "certno", None)
    return {
        "person": "" if person is None else str(person),
        "login": "" if session is None else str(session.login_id),
        "session": "" if session is None else str(session.id),
        "address": address_of(call.request),
        "target": "" if certno is None else f"{form.psn_cert_type}:{certno.upper()}",
    }


def address_of(request: web.Request) -> str:
    """From where a call came; empty where that can't be known: a proxy is not one caller."""
    found = client_of(request)
    return "" if request.app[DOORKEEPER].proxies.trust(found) else found


async def _admit(
    gate: Gate, request: web.Request, endpoint: Endpoint
) -> tuple[Session | None, Operator | None]:
    authorization = request.headers.get("Authorization")
    match endpoint.access:
        case "viewer":
            return None, await gate.operators.admit(authorization)
        case "auditor" | "staff" | "clerk" | "approver" as whom:
            asked = partial(_asked, request, endpoint)
            visitor = Visitor(client_of(request), request[REQUEST_ID])
            return None, await gate.operators.admit_only(whom, authorization, asked, visitor)
        case "anyone" | "bureau":
            return None, None
    session = await gate.login.session(authorization)
    gate.login.check_access(session, endpoint.access)
    return session, None


async def _expect_here(gate: Gate, endpoint: Endpoint, call: Call[Any, Any, Any]) -> None:
    """Goes on where a call belongs: by what it is about, if its endpoint says so, else where who
    calls is insured.

    Raises:
        Elsewhere: in another cell.
    """
    neighbours = may_hand_on(call.request)
    if neighbours is None:
        return
    if endpoint.where is not None:
        neighbours.expect_here(await endpoint.where(call))
    elif call.session is not None and call.session.person_id is not None:
        neighbours.expect_here(await gate.people.cell_of(call.session.person_id))


async def _asked(request: web.Request, endpoint: Endpoint) -> Look:
    """What an operator who may not see it has asked for, as far as it can be read."""
    target = why = ""
    with suppress(Refusal, Gone, web.HTTPException):  # too large, not whole, no such form
        form = await _read_body(request, endpoint.body)
        if isinstance(form, Form):
            target, why = form.look()
    told = f"{endpoint.method} {endpoint.path} {target}".rstrip()
    return Look("refused", told[:_TARGET_MAX], False, None, why or UNSAID)


def _plain(answer: View | list[View] | None) -> Any:
    if isinstance(answer, list):
        return [item.model_dump(mode="json", by_alias=True) for item in answer]
    return None if answer is None else answer.model_dump(mode="json", by_alias=True)


async def _read_body(request: web.Request, form: type[BaseModel]) -> BaseModel:
    if form is Nothing:
        return Nothing()
    raw = await read(request)
    try:
        raw = utf8(raw)
        value = with_exponents_as_text(raw, json.loads(raw)) if raw else {}
    except NotUtf8:  # json would take UTF-16, in which no exponent is found
        raise Refusal(INVALID_INPUT, detail="不是UTF-8编码", detail_en="it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Refusal(INVALID_INPUT, detail="不是JSON", detail_en="it is no JSON") from None
    return _check(form, value)


def _check(form: type[BaseModel], value: object) -> BaseModel:
    try:
        return form.model_validate(value)
    except ValidationError as error:
        raise Refusal(INVALID_INPUT, **described(error)) from None
