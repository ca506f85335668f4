"""What a phone sees of the wallet."""

from __future__ import annotations

from typing import Literal

from app.api.http.endpoint import View
from app.api.phone.choices import Choice
from app.api.phone.views import Why
from app.domain.registry.relations import other_is
from app.domain.wallet.rules.place import NATION
from app.domain.wallet.values import Offer, Sent, State
from app.kit.clock import iso
from app.kit.reasons import Language
from app.regions.text.places import place_name

StateName = Literal["pending", "accepted", "refused", "returned"]


class SourceView(View):
    """One kind of money that may be sent, and how much of it could be now; null: it can't be."""

    source: Literal["personal", "wallet"]
    available_fen: int | None


class WalletLimits(View):
    """The limits of the place where I am insured. Hours are Shanghai's: between the first and the
    second nothing is sent, at the third what nobody has accepted goes back on the day after.
    ``relations``: who a payee may be to me."""

    sends_a_day: int
    single_fen: int
    closed_from_hour: int
    closed_until_hour: int
    returned_at_hour: int
    relations: list[Choice]


class PayeeView(View):
    """Somebody whom I may send to without typing name and number: by one of the two. ``person_id``:
    the same as in a binding or a grant; ``ask_relation``: the tie leaves open who it is to me."""

    family: str | None
    grant: str | None
    person_id: str
    name: str
    other_is: str
    ask_relation: bool


class WardView(View):
    """A relative for whom I may open a wallet and accept; ``holder``: the family binding."""

    holder: str
    name: str
    place_of_use: str
    opened: bool
    cannot_open: Why | None


class TransferView(View):
    """One transfer as one of its sides sees it.

    Attributes:
        for_whom: a relative's masked name when it is for somebody I act for, else null.
        other, other_is: who is at the other end, and what that is to me.
        other_place: the other end's province; empty to a sender as long as nobody has accepted.
        state: to who has sent to somebody without a tie a no looks like nobody there: ``returned``.
        gives_back: the transfer that this gives back, in whole or in part.
        returnable_fen: what of it could be given back now.
        at_counter: it came back, found its account closed and waits at the insurance office.
    """

    id: str
    direction: Literal["out", "in"]
    for_whom: str | None
    other: str
    other_is: str
    other_place: str
    amount_fen: int
    source: Literal["personal", "wallet"] | None
    state: StateName
    made_at: str
    expires_at: str | None
    ended_at: str | None
    gives_back: str | None
    returnable_fen: int
    may_accept: bool
    at_counter: bool


class WalletView(View):
    """My wallet, the limits, what waits for me and what I have sent that waits.

    Attributes:
        place_of_use: the area in which it pays, by name; ``place``: its six digits.
        home: the area where I am insured; places: what may be chosen, none where it is fixed.
        cannot_open, cannot_send: why I can't open one, or send anything just now.
        sent_today: how often.
    """

    opened: bool
    opened_at: str | None
    place_of_use: str
    place: str
    home: str
    places: list[Choice]
    balance_fen: int
    cannot_open: Why | None
    cannot_send: Why | None
    rules: WalletLimits
    sent_today: int
    sources: list[SourceView]
    offers: list[TransferView]
    waiting: list[TransferView]
    wards: list[WardView]
    payees: list[PayeeView]
    server_time: str


class HistoryView(View):
    """A page of transfers, newest first; ``next``: ask for what lies before it."""

    items: list[TransferView]
    next: str | None


def place_of_use(place: str, language: Language) -> str:
    """The place of use by name."""
    if place == NATION:
        return "全国" if language == "zh" else "the whole country"
    return place_name(place)


def sent_view(sent: Sent, language: Language, *, at_counter: bool = False) -> TransferView:
    """The sender's half. What is given back is told from the side of who gives it back."""
    back = sent.returns_id is not None
    return TransferView(
        id=str(sent.id),
        direction="out",
        for_whom=None,
        other=sent.other_name,
        other_is="" if back else other_is(sent.relation, True, "", language),
        other_place=_province(sent.other_province) if sent.state is State.ACCEPTED else "",
        amount_fen=sent.amount_fen,
        source="wallet" if sent.source.name == "WALLET" else "personal",
        state=_state(sent.state, sent.tied),
        made_at=iso(sent.made_at),
        expires_at=None if sent.expires_at is None else iso(sent.expires_at),
        ended_at=None if sent.ended_at is None else iso(sent.ended_at),
        gives_back=None if sent.returns_id is None else str(sent.returns_id),
        returnable_fen=0,
        may_accept=False,
        at_counter=at_counter,
    )


def offer_view(
    offer: Offer,
    language: Language,
    *,
    for_whom: str | None,
    returnable_fen: int,
    over: bool,
    at_counter: bool,
) -> TransferView:
    """The payee's half. ``over``: the time to accept it has passed."""
    back = offer.returns_id is not None
    state = State.EXPIRED if over and offer.state is State.PENDING else offer.state
    return TransferView(
        id=str(offer.id),
        direction="in",
        for_whom=for_whom,
        other=offer.other_name,
        other_is="" if back else other_is(offer.relation, False, offer.other_gend, language),
        other_place=_province(offer.other_province),
        amount_fen=offer.amount_fen,
        source=None,
        state=_state(state, True),
        made_at=iso(offer.made_at),
        expires_at=None if offer.expires_at is None else iso(offer.expires_at),
        ended_at=None if offer.decided_at is None else iso(offer.decided_at),
        gives_back=None if offer.returns_id is None else str(offer.returns_id),
        returnable_fen=returnable_fen,
        may_accept=state is State.PENDING,
        at_counter=at_counter,
    )


def _province(code: str) -> str:
    return place_name(f"{code}0000") if code else ""


def _state(state: State, tied: bool) -> StateName:
    match state:
        case State.PENDING:
            return "pending"
        case State.ACCEPTED:
            return "accepted"
        case State.REFUSED if tied:
            return "refused"
    return "returned"
