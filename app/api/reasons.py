"""Every reason there is, by its code: what a door looks up when a stored one is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from app.api.http import errors as http
from app.api.tills import errors as tills
from app.domain.aid import errors as aid
from app.domain.card import errors as card
from app.domain.counter import errors as counter
from app.domain.credential import errors as credential
from app.domain.events import errors as events
from app.domain.family import errors as family
from app.domain.invitation import errors as invitation
from app.domain.leaving import errors as leaving
from app.domain.limit import errors as limit
from app.domain.login import errors as login
from app.domain.premium import errors as premium
from app.domain.prescription import errors as prescription
from app.domain.reconcile import errors as reconcile
from app.domain.registry import errors as registry
from app.domain.settlement.rules import errors as settlement
from app.domain.shop import errors as shop
from app.domain.staff import errors as staff
from app.domain.trace import errors as trace
from app.domain.visit import errors as visit
from app.domain.wallet import errors as wallet
from app.kit import reasons as common
from app.kit.reasons import Because, Reason, by_code
from app.ledger.away import errors as ledger
from app.outside import errors as outside

_PLACES = (
    common, http, tills, aid, card, counter, credential, events, family, invitation, leaving, limit,
    login, premium, prescription, reconcile, registry, settlement, shop, staff, trace, visit,
    wallet, ledger, outside,
)  # fmt: skip
"""The modules that hold reasons."""


def _of(place: ModuleType) -> Iterator[Reason]:
    """All that a module names, alone or in a table of reasons."""
    for named in vars(place).values():
        for one in named.values() if isinstance(named, dict) else (named,):
            if isinstance(one, Reason):
                yield one


EVERY: Mapping[str, Reason] = by_code(reason for place in _PLACES for reason in _of(place))


def because(code: str, params: dict[str, str]) -> Because:
    """A stored reason brought back: its code and figures.

    Raises:
        KeyError: no reason has that code.
    """
    return Because(EVERY[code], params)
