"""Questions that travel as cards, at the phones' door. No token ever stands in an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from app.api.http.endpoint import Call, Endpoint, Form, Nothing, Resource, View
from app.api.phone.ties.named import ID
from app.domain.invitation.service import CARD_REASONS, Invitations
from app.domain.invitation.values import WRITTEN, Kind
from app.domain.registry.relations import other_is
from app.kit.clock import Clock, iso
from app.kit.reasons import NOT_FOUND


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    invitations: Invitations
    clock: Clock


class InvitationForm(Form):
    """What a card is to ask, of a relative with whom it is known already who that is.

    ``family``, ``code``: whether I may show the code, of a binding of mine that waits for the yes;
    ``grant``: whether the relative agrees to a grant of mine; ``pay``: whether the other of a
    binding would pay for me. ``id``: that binding's or grant's."""

    kind: Kind
    id: str = Field(pattern=ID)


class TokenForm(Form):
    """A card's token, as it came in its path."""

    token: str = Field(pattern=WRITTEN)


class InvitationSentView(View):
    """A card to send on. ``token`` goes into its path; it holds no name and no number."""

    id: str
    token: str
    expires_at: str
    server_time: str


class InvitationOpenView(View):
    """A request of mine that waits for an answer. ``subject``: the binding with whom."""

    id: str
    kind: Kind
    subject: str
    expires_at: str


class InvitationView(View):
    """What a card asks me. ``subject``: the binding or grant that it is about; ``other``: who asks,
    masked; ``other_is``: what the other is to me."""

    kind: Kind
    subject: str
    other: str
    other_is: str
    expires_at: str
    server_time: str


async def send(call: Call[Needs, InvitationForm, Nothing]) -> InvitationSentView:
    subject = min(int(call.body.id), 2**63 - 1)
    sent = await call.services.invitations.send(call.person_id, call.body.kind, subject)
    return InvitationSentView(
        id=str(sent.card.id),
        token=sent.token,
        expires_at=iso(sent.card.expires_at),
        server_time=iso(call.services.clock.now()),
    )


async def sent(call: Call[Needs, Nothing, Nothing]) -> list[View]:
    return [
        InvitationOpenView(
            id=str(card.id),
            kind=card.kind,
            subject=str(card.subject_id),
            expires_at=iso(card.expires_at),
        )
        for card in await call.services.invitations.sent(call.person_id)
    ]


async def open_(call: Call[Needs, TokenForm, Nothing]) -> InvitationView:
    asked = await call.services.invitations.open(call.person_id, call.body.token)
    return InvitationView(
        kind=asked.card.kind,
        subject=str(asked.card.subject_id),
        other=asked.other,
        other_is=other_is(asked.relation, asked.i_am_shower, asked.other_gend, call.language),
        expires_at=iso(asked.card.expires_at),
        server_time=iso(call.services.clock.now()),
    )


async def decline(call: Call[Needs, TokenForm, Nothing]) -> None:
    await call.services.invitations.decline(call.person_id, call.body.token)


async def withdraw(call: Call[Needs, Any, Nothing]) -> None:
    await call.services.invitations.withdraw(call.person_id, call.path_id())


ENDPOINTS = [
    Endpoint("GET", "/invitations", sent, "我发出的、还没有答复的请求", "person",
             InvitationOpenView, many=True),
    Endpoint("POST", "/invitations", send, "把一个问题做成可以转发的卡片", "person",
             InvitationSentView, body=InvitationForm, reasons=(NOT_FOUND,), status=201),
    Endpoint("POST", "/invitations/open", open_, "打开收到的卡片", "person", InvitationView,
             body=TokenForm, reasons=CARD_REASONS),
    Endpoint("POST", "/invitations/decline", decline, "回绝为对方付款的请求", "person", None,
             body=TokenForm, reasons=(NOT_FOUND, *CARD_REASONS)),
    Endpoint("DELETE", "/invitations/{id}", withdraw, "撤回卡片", "person", None,
             reasons=(NOT_FOUND,)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
