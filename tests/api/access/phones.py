"""The phones' table: each call × whose thing × who. Who is not named gets what stands under
``ELSE``; who has not come in gets what the call's access says, whatever thing is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FINE = "fine"
NONE = "404 NOT_FOUND"
"""As if there were no such thing: also to who knows its id."""
WORDY = f"{NONE}|422 INVALID_INPUT"
"""Of an id that stands in body or query, where a text is no id at all."""
ELSE = "else"
POOR = "409 DONOR_NO_PERSONAL_ACCOUNT"
DONOR_ONLY, HOLDER_ONLY = "403 ONLY_DONOR_MAY", "403 ONLY_BENEFICIARY_MAY"
NOT_YOURS, OWN_CARD = "403 INVITATION_FOR_OTHER", "409 INVITATION_OWN"
ASK_HOLDER = "403 HOLDER_MUST_CONFIRM"


@dataclass(frozen=True)
class Row:
    """One call, on one thing, if it is about a thing.

    Attributes:
        door: who comes in at all: ``anyone``, ``login``, ``person``.
        thing: a name of ``Household.ids``; it stands for ``{id}`` in path or body.
        hostile: what an id that nobody has is told; empty: there is none to send.
    """

    method: str
    path: str
    door: str
    thing: str
    told: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    hostile: str = ""

    @property
    def route(self) -> str:
        return f"{self.method} {self.path}"


def _mine(method: str, path: str, **more: Any) -> Row:
    """A call that is about who calls: everybody's own, nobody else's."""
    return Row(method, path, "person", "", {ELSE: FINE}, **more)


def _of(method: str, path: str, thing: str, told: dict[str, str], **more: Any) -> Row:
    return Row(method, path, "person", thing, {ELSE: NONE} | told, **{"hostile": NONE} | more)


PAUSE = {"until": "2026-12-01"}
PREVIEW = {
    "patient": "{id}",
    "fixmedins_code": "{shop}",
    "items": [{"med_list_codg": "T1A001A0101010001", "price": "5", "count": "1"}],
}
WISH = {"year": 2027, "items": [{"beneficiary": "{id}"}]}
PERSON = {"psn_name": "张无此", "psn_cert_type": "01", "certno": "{nobody}"}
MONEY = {"amount_fen": 100, "source": "personal", "mark": "of-the-table"}
BACK = {"amount_fen": 1, "mark": "back-of-the-table"}
CARD = {"method": "card", "card_no": "none", "password": "wrong"}
ROWS = (
    Row("POST", "/login", "anyone", "", {ELSE: "422 INVALID_INPUT"}, {"code": ""}),
    Row("POST", "/logout", "login", "", {ELSE: FINE}),
    Row("GET", "/sessions", "login", "", {ELSE: FINE}),
    Row("DELETE", "/sessions/{id}", "login", "session", {ELSE: NONE, "patient": FINE},
        hostile=NONE),
    Row("POST", "/sessions/end-others", "login", "", {ELSE: FINE}),
    Row("POST", "/identity", "login", "", {ELSE: "422 INVALID_INPUT"}, PERSON | {"proof": {}}),
    # Closing takes a yes of its own (tests/domain/leaving); here nobody says it.
    Row("POST", "/leaving", "person", "", {ELSE: "422 INVALID_INPUT"}, {"agreed": False}),
    _mine("GET", "/leaving"),
    _mine("GET", "/own-data"),
    _mine("GET", "/me"),
    _mine("GET", "/rules"),
    _mine("GET", "/institutions"),
    _mine("GET", "/catalogue"),
    _mine("GET", "/filings"),
    _mine("GET", "/family"),
    _mine("GET", "/premiums"),
    _mine("GET", "/premiums/offers"),
    _mine("GET", "/aid"),
    _mine("GET", "/aid/records"),
    _mine("GET", "/bills"),
    _mine("GET", "/questions"),
    _mine("GET", "/aid/diagnosis"),
    _mine("GET", "/cards"),
    # A code on a box is no id: whoever has it in hand may ask (test_medicines).
    Row("GET", "/medicines/{code}", "person", "", {ELSE: "422 INVALID_INPUT"}),
    _of("POST", "/cards/{id}/lost", "card", {"patient": FINE}),
    # What was prescribed is the patient's alone: who may show the code learns nothing of it.
    _mine("GET", "/prescriptions"),
    _of("POST", "/prescriptions/{id}/code", "prescription", {"patient": FINE}),
    _mine("GET", "/wallet"),
    _mine("GET", "/wallet/transfers"),
    _mine("POST", "/wallet", body={"holder": "me"}),
    _mine("PATCH", "/wallet", body={"place": "home"}),
    _mine("GET", "/allotted"),
    Row("POST", "/allotted", "person", "", {ELSE: "409 NO_ALLOTTING"}, {"amount_fen": 1}),
    _mine("GET", "/notices"),
    _mine("PATCH", "/notices", body={"all": True}),
    _mine("GET", "/notices/settings"),
    _mine("PATCH", "/notices/settings", body={"quiet": None}),
    _mine("POST", "/notices/consents",
          body={"results": [{"template": "money", "result": "accept"}]}),
    _mine("GET", "/accounts/statement", query="from=2026-11-01&to=2026-11-30"),
    _mine("POST", "/filings", body={"area": "310000", "kind": "long_term"}),
    _mine("POST", "/credentials", body={"holder": "me"}),
    _mine("POST", "/preview", body=PREVIEW | {"patient": "me"}),
    # Cards: who may ask may make one; who is asked opens it, nobody learns of another's.
    _mine("GET", "/invitations"),
    _of("POST", "/invitations", "bond", {"shower": FINE, "patient": FINE},
        body={"kind": "pay", "id": "{id}"}, hostile=WORDY),
    _of("POST", "/invitations", "bond_asked", {}, body={"kind": "pay", "id": "{id}"}),
    _of("POST", "/invitations", "bond_ended", {}, body={"kind": "pay", "id": "{id}"}),
    _of("POST", "/invitations", "bond", {}, body={"kind": "family", "id": "{id}"}),
    _of("POST", "/invitations", "bond_asked", {"asking": FINE},
        body={"kind": "family", "id": "{id}"}),
    _of("POST", "/invitations", "bond_asked", {"asking": FINE},
        body={"kind": "code", "id": "{id}"}),
    _of("POST", "/invitations", "bond_ended", {}, body={"kind": "code", "id": "{id}"}),
    _of("POST", "/invitations", "grant", {}, body={"kind": "grant", "id": "{id}"}),
    _of("POST", "/invitations", "grant_asked", {"hopeful": FINE},
        body={"kind": "grant", "id": "{id}"}),
    _of("POST", "/invitations", "grant_ended", {}, body={"kind": "grant", "id": "{id}"}),
    Row("POST", "/invitations/open", "person", "",
        {ELSE: NOT_YOURS, "patient": OWN_CARD, "shower": FINE}, {"token": "{card}"}),
    Row("POST", "/invitations/decline", "person", "",
        {ELSE: NOT_YOURS, "patient": OWN_CARD, "shower": FINE}, {"token": "{card}"}),
    Row("POST", "/aid", "person", "",
        {ELSE: NOT_YOURS, "patient": OWN_CARD, "shower": POOR}, {"invitation": "{card}"}),
    _of("DELETE", "/invitations/{id}", "invitation", {"patient": FINE}),
    # Who asks for nobody is told the same as who asks for somebody.
    _mine("POST", "/family", body=PERSON | {"relation": "mother"}),
    Row("POST", "/aid", "person", "",
        {ELSE: FINE} | dict.fromkeys(("shower", "asking", "stranger"), POOR),
        PERSON | {"relation": "mother"}),
    # A tie to which both have agreed names the other, to its two sides alone.
    _of("POST", "/aid", "bond", {"shower": POOR, "patient": FINE},
        body={"member_id": "{id}"}, hostile=WORDY),
    _of("POST", "/aid", "bond_asked", {}, body={"member_id": "{id}"}),
    _of("POST", "/aid", "bond_ended", {}, body={"member_id": "{id}"}),
    _of("POST", "/family", "grant", {"donor": FINE, "patient": FINE},
        body={"grant_id": "{id}"}, hostile=WORDY),
    _of("POST", "/family", "grant_asked", {}, body={"grant_id": "{id}"}),
    _of("POST", "/family", "grant_ended", {}, body={"grant_id": "{id}"}),
    # 医保钱包: who may show a code may open the wallet and accept for its owner; of nobody's the
    # money is taken, and who sends to nobody is told the same as who sends to somebody.
    Row("POST", "/wallet/transfers", "person", "",
        {ELSE: "409 NOT_OPENED", "patient": "409 SOURCE_SHORT", "donor": "409 PENDING_UNACCEPTED",
         "former": FINE},
        PERSON | {"relation": "mother"} | MONEY),
    _of("POST", "/wallet/transfers", "bond",
        {"shower": "409 NOT_OPENED", "patient": "409 PAYEE_NOT_OPENED"},
        body={"family": "{id}"} | MONEY, hostile=WORDY),
    _of("POST", "/wallet/transfers", "bond_asked", {}, body={"family": "{id}"} | MONEY),
    _of("POST", "/wallet/transfers", "bond_ended", {}, body={"family": "{id}"} | MONEY),
    _of("POST", "/wallet/transfers", "grant",
        {"donor": "409 PENDING_UNACCEPTED", "patient": "409 SOURCE_SHORT"},
        body={"grant": "{id}"} | MONEY, hostile=WORDY),
    _of("POST", "/wallet/transfers", "grant_asked", {}, body={"grant": "{id}"} | MONEY),
    _of("POST", "/wallet/transfers", "grant_ended", {}, body={"grant": "{id}"} | MONEY),
    _of("POST", "/wallet", "bond", {"shower": FINE}, body={"holder": "{id}"}, hostile=WORDY),
    _of("POST", "/wallet", "bond_asked", {}, body={"holder": "{id}"}),
    _of("POST", "/wallet", "bond_ended", {}, body={"holder": "{id}"}),
    _of("POST", "/wallet/transfers/{id}/accept", "transfer_offered",
        {"patient": FINE, "shower": FINE}),
    _of("POST", "/wallet/transfers/{id}/accept", "transfer_accepted",
        {"patient": FINE, "shower": FINE}),
    _of("POST", "/wallet/transfers/{id}/refuse", "transfer_offered",
        {"patient": FINE, "shower": FINE}),
    _of("POST", "/wallet/transfers/{id}/refuse", "transfer_accepted",
        {"patient": "409 OFFER_ENDED", "shower": "409 OFFER_ENDED"}),
    _of("POST", "/wallet/transfers/{id}/return", "transfer_accepted",
        {"patient": FINE, "shower": "403 ONLY_OWNER_RETURNS"}, body=BACK),
    _of("POST", "/wallet/transfers/{id}/return", "transfer_former",
        {"patient": FINE, "shower": "403 ONLY_OWNER_RETURNS"}, body=BACK | {"mark": "back-again"}),
    _of("POST", "/wallet/transfers/{id}/return", "transfer_offered",
        {"patient": "409 OFFER_ENDED", "shower": "403 ONLY_OWNER_RETURNS"}, body=BACK),
    # 家庭共济: the donor's limits are the donor's, the yes is the beneficiary's.
    _of("GET", "/aid/diagnosis", "grant", {"patient": FINE, "donor": FINE},
        query="beneficiary={id}", hostile=WORDY),
    _of("GET", "/aid/diagnosis", "grant_asked", {"patient": FINE, "hopeful": FINE},
        query="beneficiary={id}"),
    _of("GET", "/aid/diagnosis", "grant_ended", {}, query="beneficiary={id}"),
    _of("POST", "/preview", "grant", {"donor": FINE}, body=PREVIEW,
        hostile=WORDY),
    _of("POST", "/preview", "grant_asked", {"hopeful": "409 CONSENT_PENDING"}, body=PREVIEW),
    _of("POST", "/preview", "grant_ended", {}, body=PREVIEW),
    _of("PATCH", "/aid/{id}", "grant", {"donor": FINE, "patient": DONOR_ONLY}),
    _of("PATCH", "/aid/{id}", "grant_asked", {"hopeful": FINE, "patient": DONOR_ONLY}),
    _of("PATCH", "/aid/{id}", "grant_ended", {}),
    # Asked first: the donor's own, and over when no bill waits for it.
    _of("POST", "/questions/{id}", "question", {"donor": "409 QUESTION_OVER"},
        body={"answer": "yes"}),
    _of("POST", "/aid/{id}/freeze", "grant", {"donor": FINE, "patient": DONOR_ONLY}),
    _of("POST", "/aid/{id}/freeze", "grant_asked", {"hopeful": FINE, "patient": DONOR_ONLY}),
    _of("POST", "/aid/{id}/freeze", "grant_ended", {}),
    _of("POST", "/aid/{id}/pause", "grant", {"donor": FINE, "patient": DONOR_ONLY}, body=PAUSE),
    _of("POST", "/aid/{id}/pause", "grant_asked", {"hopeful": FINE, "patient": DONOR_ONLY},
        body=PAUSE),
    _of("POST", "/aid/{id}/pause", "grant_ended", {}, body=PAUSE),
    _of("POST", "/aid/{id}/unfreeze", "grant", {"donor": FINE, "patient": DONOR_ONLY}),
    _of("POST", "/aid/{id}/unfreeze", "grant_asked", {"hopeful": FINE, "patient": DONOR_ONLY}),
    _of("POST", "/aid/{id}/unfreeze", "grant_ended", {}),
    # The patient's place has an order of its own.
    _of("POST", "/aid/{id}/order", "grant",
        {"donor": "409 ORDER_FIXED", "patient": "409 ORDER_FIXED"}, body={"to": "top"}),
    _of("POST", "/aid/{id}/order", "grant_asked",
        {"hopeful": "409 CONSENT_PENDING", "patient": "409 CONSENT_PENDING"}, body={"to": "top"}),
    _of("POST", "/aid/{id}/order", "grant_ended", {}, body={"to": "top"}),
    _of("POST", "/aid/{id}/confirm", "grant", {"patient": FINE, "donor": HOLDER_ONLY}),
    _of("POST", "/aid/{id}/confirm", "grant_asked", {"patient": FINE, "hopeful": HOLDER_ONLY}),
    _of("POST", "/aid/{id}/confirm", "grant_ended", {}),
    _of("DELETE", "/aid/{id}", "grant", {"donor": FINE, "patient": FINE}),
    _of("DELETE", "/aid/{id}", "grant_asked", {"hopeful": FINE, "patient": FINE}),
    _of("DELETE", "/aid/{id}", "grant_ended", {"former": FINE, "patient": FINE}),
    # 亲情账户: who may show, whose code; both may end it, only the holder says yes.
    _of("POST", "/credentials", "bond", {"shower": FINE}, body={"holder": "{id}"},
        hostile=WORDY),
    _of("POST", "/credentials", "bond_asked", {"asking": "409 BINDING_PENDING"},
        body={"holder": "{id}"}),
    _of("POST", "/credentials", "bond_ended", {"former": "409 BINDING_ENDED"},
        body={"holder": "{id}"}),
    _of("POST", "/family/{id}/confirm", "bond", {"patient": FINE, "shower": ASK_HOLDER}),
    _of("POST", "/family/{id}/confirm", "bond_asked", {"patient": FINE, "asking": ASK_HOLDER}),
    _of("POST", "/family/{id}/confirm", "bond_ended",
        {"patient": "409 BINDING_ENDED", "former": ASK_HOLDER}),
    _of("DELETE", "/family/{id}", "bond", {"patient": FINE, "shower": FINE}),
    _of("DELETE", "/family/{id}", "bond_asked", {"patient": FINE, "asking": FINE}),
    _of("DELETE", "/family/{id}", "bond_ended", {"patient": FINE, "former": FINE}),
    # A code is read on the phone that shows it, as long as its owner may show it.
    _of("GET", "/credentials/{id}", "code_own", {"patient": FINE}),
    _of("GET", "/credentials/{id}", "code_shown", {"shower": FINE}),
    _of("GET", "/credentials/{id}", "code_former", {"former": "409 BINDING_ENDED"}),
    _of("GET", "/credentials/{id}/image.svg", "code_own", {"patient": FINE}),
    _of("GET", "/credentials/{id}/image.svg", "code_shown", {"shower": FINE}),
    _of("GET", "/credentials/{id}/image.svg", "code_former", {"former": "409 BINDING_ENDED"}),
    # A bill is the patient's; who paid a part of it sees that part, who showed the code nothing.
    _of("GET", "/settlements/{id}", "bill_own", {"patient": FINE, "donor": FINE}),
    _of("GET", "/settlements/{id}", "bill_shown", {"patient": FINE, "donor": FINE, "shower": FINE}),
    _of("GET", "/settlements/{id}", "bill_former", {"patient": FINE}),
    # A premium is whose it is, whose money it is, and who ordered it.
    _of("GET", "/premiums/offers", "grant", {"donor": "409 PURPOSE_NOT_AUTHORISED"},
        query="beneficiary={id}", hostile=WORDY),
    _of("GET", "/premiums/offers", "grant_asked", {"hopeful": "409 CONSENT_PENDING"},
        query="beneficiary={id}"),
    _of("GET", "/premiums/offers", "grant_ended", {}, query="beneficiary={id}"),
    _of("POST", "/premiums", "grant", {"donor": "409 PURPOSE_NOT_AUTHORISED"}, body=WISH,
        hostile=WORDY),
    _of("POST", "/premiums", "grant_asked", {"hopeful": "409 CONSENT_PENDING"}, body=WISH),
    _of("POST", "/premiums", "grant_ended", {}, body=WISH),
    _of("GET", "/premiums/{id}", "premium", {"patient": FINE, "donor": FINE}),
    _of("POST", "/premiums/{id}/refund", "premium",
        dict.fromkeys(("patient", "donor"), "409 NOTHING_TO_REFUND")),
    _of("DELETE", "/premiums/{id}", "premium", {"patient": FINE, "donor": FINE}),
    _of("DELETE", "/filings/{id}", "filing", {"patient": FINE}),
)  # fmt: skip
