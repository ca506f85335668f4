"""The phones' calls of login and identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View, address_of
from app.api.phone.limits.table import LOGGED_IN
from app.domain.limit.service import Limits
from app.domain.login import errors
from app.domain.login.realname import CardProof, FaceProof
from app.domain.login.service import Login, Session
from app.domain.login.sessions import Held
from app.domain.registry.errors import GUARDIAN_REQUIRED, PERSON_UNKNOWN
from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.kit.clock import Clock, iso
from app.kit.reasons import NOT_FOUND
from app.kit.words.devices import device_name, rough_address
from app.kit.words.text import PlainText, WrittenText
from app.outside import errors as outside
from app.outside.identity import Claim
from app.outside.wechat import REASONS as WECHAT_REASONS
from app.regions.loader import Rulebook

_SESSIONS_MAX = 50


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    login: Login
    limits: Limits
    people: People
    rulebook: Rulebook
    clock: Clock


class LoginForm(Form):
    """The code ``wx.login`` gave to the phone, and what the phone calls itself: its make and model,
    of which the list of log-ins shows what is plain."""

    code: PlainText = Field(min_length=1, max_length=128)
    device: str = Field(default="", max_length=200)


class FaceForm(Form):
    """A face the provider has taken; it never comes here."""

    method: Literal["face"]
    ticket: PlainText = Field(min_length=1, max_length=200)


class CardForm(Form):
    """A social-security card; neither number nor password is kept."""

    method: Literal["card"]
    card_no: PlainText = Field(min_length=1, max_length=40)
    password: PlainText = Field(min_length=1, max_length=40)


class IdentityForm(Form):
    """Who somebody says to be, and the proof."""

    psn_name: WrittenText = Field(min_length=1, max_length=50)
    psn_cert_type: str = Field(pattern=r"^[0-9]{2,6}$")
    certno: WrittenText = Field(min_length=1, max_length=50)
    proof: Annotated[FaceForm | CardForm, Field(discriminator="method")]


class PersonView(View):
    """An insured person, masked."""

    name: str
    certno: str
    insutype: str
    region_name: str


class LoginView(View):
    """A new session. ``expires_at`` moves on with every call, up to a last day."""

    token: str
    expires_at: str
    server_time: str
    person: PersonView | None


class SessionView(View):
    """One log-in of mine. ``used_at`` is right to a hundredth of a session's life; ``device`` is
    what the phone told of itself, ``address`` the beginning of where it logged in; each may be
    empty."""

    id: str
    begun_at: str
    used_at: str
    device: str
    address: str
    present: bool


class SessionsView(View):
    """My log-ins, this one first, then those used last; at most fifty of ``count``."""

    sessions: list[SessionView]
    count: int
    server_time: str


class EndedView(View):
    """How many log-ins have been ended."""

    ended: int


def person_view(services: Needs, person: Person) -> PersonView:
    """What a phone may see of its own person."""
    return PersonView(
        name=services.people.masked_name(person),
        certno=services.people.masked_certno(person),
        insutype=person.insutype,
        region_name=services.rulebook.region_name(person.insuplc_admdvs),
    )


async def login(call: Call[Needs, LoginForm, Nothing]) -> LoginView:
    """POST /login"""
    services = call.services

    async def admitted(login_id: int) -> None:
        await services.limits.take("POST /login", LOGGED_IN, {"login": str(login_id)})

    device = device_name(call.body.device, call.request.headers.get("User-Agent", ""))
    address = rough_address(address_of(call.request))
    done = await services.login.login(call.body.code, admitted, device, address)
    return LoginView(
        token=done.token,
        expires_at=iso(done.expires_at),
        server_time=iso(services.clock.now()),
        person=person_view(services, done.person) if done.person else None,
    )


async def logout(call: Call[Needs, Nothing, Nothing]) -> None:
    """POST /logout"""
    await call.services.login.logout(call.request.headers.get("Authorization"))


async def sessions(call: Call[Needs, Nothing, Nothing]) -> SessionsView:
    """GET /sessions"""
    mine = _session(call)
    found = await call.services.login.sessions(mine)
    found.sort(key=lambda held: held.id != mine.id)
    return SessionsView(
        sessions=[_session_view(held, mine) for held in found[:_SESSIONS_MAX]],
        count=len(found),
        server_time=iso(call.services.clock.now()),
    )


async def end_session(call: Call[Needs, Nothing, Nothing]) -> None:
    """DELETE /sessions/{id}"""
    await call.services.login.end_session(_session(call), call.path_id())


async def end_others(call: Call[Needs, Nothing, Nothing]) -> EndedView:
    """POST /sessions/end-others"""
    return EndedView(ended=await call.services.login.end_other_sessions(_session(call)))


def _session(call: Call[Needs, Any, Any]) -> Session:
    assert call.session is not None
    return call.session


def _session_view(held: Held, mine: Session) -> SessionView:
    return SessionView(
        id=str(held.id),
        begun_at=iso(held.begun_at),
        used_at=iso(held.used_at),
        device=held.device,
        address=held.address,
        present=held.id == mine.id,
    )


async def identity(call: Call[Needs, IdentityForm, Nothing]) -> PersonView:
    """POST /identity"""
    body = call.body
    claim = Claim(body.psn_name, body.psn_cert_type, body.certno)
    proof = (
        FaceProof(body.proof.ticket)
        if isinstance(body.proof, FaceForm)
        else CardProof(body.proof.card_no, body.proof.password)
    )
    person = await call.services.login.bind_identity(_session(call), claim, proof)
    return person_view(call.services, person)


async def claimed_in(call: Call[Needs, IdentityForm, Nothing]) -> str | None:
    """The cell of whoever somebody says to be."""
    return await call.services.people.cell_by_certificate(call.body.psn_cert_type, call.body.certno)


ENDPOINTS = [
    Endpoint(
        "POST", "/login", login, "Log in with a code of wx.login", "anyone", LoginView,
        body=LoginForm,
        reasons=(*WECHAT_REASONS.values(), outside.WECHAT_AWAY, outside.WECHAT_REFUSED),
    ),
    Endpoint("POST", "/logout", logout, "End this session", "login", None),
    Endpoint("GET", "/sessions", sessions, "My log-ins", "login", SessionsView),
    Endpoint("DELETE", "/sessions/{id}", end_session, "End one of my log-ins, at once", "login",
             None, reasons=(NOT_FOUND,)),
    Endpoint("POST", "/sessions/end-others", end_others, "End all my log-ins but this one, at once",
             "login", EndedView),
    Endpoint(
        "POST", "/identity", identity, "Real-name check: bind this login to an insured person",
        "login", PersonView,
        body=IdentityForm,
        where=claimed_in,
        reasons=(
            errors.FACE_FAILED, errors.CARD_CHECK_FAILED, errors.IDENTITY_TRIES,
            errors.IDENTITY_BOUND, outside.IDENTITY_AWAY, errors.IDENTITY_NOT_OFFERED,
            errors.PROOF_USED, PERSON_UNKNOWN, GUARDIAN_REQUIRED,
        ),
    ),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
