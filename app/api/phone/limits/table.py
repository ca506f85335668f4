"""The limits of the phones' door as data: route, by what, how many, in what time, what then.

Every call that does something, and the one that waits, has a row; a test asks for it. Whoever is
over a limit is told so with ``TOO_OFTEN`` (429), when to come again (``Retry-After``), and is
counted (``qinji_limits_reached``). What tells whether somebody is registered is counted in the
database; it counts for whoever is asked for, since a refusal that depends on that would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.limit.values import Limit, Row
from app.domain.login.errors import CARD_CHECK_FAILED, FACE_FAILED
from app.domain.registry.errors import (
    GUARDIAN_REQUIRED,
    MAX_IN,
    PERSON_UNKNOWN,
    RELATION_CONFLICT,
)

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

_ASKED = (
    Limit(("person",), 10, _DAY, "kept", "asked"),
    Limit(("login",), 10, _DAY, "kept", "asked"),
    Limit(("person", "target"), 3, _DAY, "kept", "asked"),
    Limit(("target",), 10, _DAY, "kept", "asked"),
    Limit(("address",), 100, _DAY, "kept", "asked"),
)
"""Somebody asks for another by name and number: 亲情账户 and 共济 together. Of one number three by
one person, ten by all: a stranger must not use up a person's relatives' tries at once."""
_ASK = Row(
    (Limit(("person",), 20, _MINUTE), *_ASKED),
    counts=frozenset(
        one.code for one in (PERSON_UNKNOWN, MAX_IN, RELATION_CONFLICT, GUARDIAN_REQUIRED)
    )
    | {"MONTHLY_BIND_QUOTA", "NOT_GUARDIAN"},
    closed=True,
)
_BOUND = Row((Limit(("person",), 30, _MINUTE),), closed=True)
"""What is done with a binding or a grant."""
_OWN = Row((Limit(("person",), 30, _MINUTE),))

LOGGED_IN = Row((Limit(("login",), 20, _HOUR, "kept"),))
"""Once WeChat has said whose log-in it is."""
_SESSIONS = Row((Limit(("session",), 30, _MINUTE),))
"""By session and not by log-in: a stranger who holds one must not use up the tries to end it."""

LIMITS: Mapping[tuple[str, str], Row] = {
    ("POST", "/login"): Row((Limit(("address",), 120, _MINUTE),), closed=True),
    ("POST", "/logout"): Row((Limit(("login",), 30, _MINUTE),)),
    ("POST", "/sessions/end-others"): _SESSIONS,
    ("DELETE", "/sessions/{id}"): _SESSIONS,
    ("POST", "/leaving"): _OWN,
    ("POST", "/identity"): Row(
        (
            Limit(("login",), 10, _MINUTE),
            Limit(("target",), 10, _DAY, "kept"),
            Limit(("address",), 100, _DAY, "kept"),
        ),
        counts=frozenset(one.code for one in (FACE_FAILED, CARD_CHECK_FAILED, PERSON_UNKNOWN)),
        done_counts=False,
        closed=True,
    ),
    ("POST", "/family"): _ASK,
    ("POST", "/family/{id}/confirm"): _BOUND,
    ("DELETE", "/family/{id}"): _BOUND,
    ("POST", "/aid"): _ASK,
    ("PATCH", "/aid/{id}"): _BOUND,
    ("DELETE", "/aid/{id}"): _BOUND,
    ("POST", "/aid/{id}/confirm"): _BOUND,
    ("POST", "/aid/{id}/freeze"): _BOUND,
    ("POST", "/aid/{id}/unfreeze"): _BOUND,
    ("POST", "/aid/{id}/pause"): _BOUND,
    ("POST", "/aid/{id}/order"): _BOUND,
    ("POST", "/invitations"): _BOUND,
    ("POST", "/invitations/open"): _BOUND,
    ("POST", "/invitations/decline"): _BOUND,
    ("DELETE", "/invitations/{id}"): _BOUND,
    ("POST", "/cards/{id}/lost"): _OWN,
    # Boxes on a shelf might be asked for one after the other.
    ("GET", "/medicines/{code}"): Row(
        (Limit(("person",), 30, _MINUTE), Limit(("person",), 300, _DAY))
    ),
    ("POST", "/prescriptions/{id}/code"): _OWN,
    ("POST", "/allotted"): _OWN,
    ("POST", "/wallet"): _BOUND,
    ("PATCH", "/wallet"): _OWN,
    # Whom it goes to may be asked for by name and number; it is refused for nothing of theirs.
    ("POST", "/wallet/transfers"): Row((Limit(("person",), 20, _MINUTE), *_ASKED), closed=True),
    ("POST", "/wallet/transfers/{id}/accept"): _BOUND,
    ("POST", "/wallet/transfers/{id}/refuse"): _BOUND,
    ("POST", "/wallet/transfers/{id}/return"): _BOUND,
    ("POST", "/credentials"): Row(
        (Limit(("person",), 20, _MINUTE), Limit(("person",), 200, _HOUR))
    ),
    ("GET", "/credentials/{id}"): Row((Limit(("login",), 120, _MINUTE),), at_once=6),
    ("GET", "/notices"): Row((Limit(("login",), 120, _MINUTE),), at_once=6),
    ("PATCH", "/notices"): Row((Limit(("person",), 60, _MINUTE),)),
    ("PATCH", "/notices/settings"): _OWN,
    ("GET", "/questions"): Row((Limit(("login",), 120, _MINUTE),), at_once=6),
    ("POST", "/questions/{id}"): _BOUND,
    ("POST", "/notices/consents"): _OWN,
    ("POST", "/preview"): _OWN,
    ("POST", "/premiums"): _BOUND,
    ("DELETE", "/premiums/{id}"): _BOUND,
    ("POST", "/premiums/{id}/refund"): _BOUND,
    ("POST", "/filings"): _OWN,
    ("DELETE", "/filings/{id}"): _OWN,
}
