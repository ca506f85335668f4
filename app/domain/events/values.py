"""Events, what is known of a person before them, and ties that they may end."""

from __future__ import annotations

from datetime import datetime

from app.domain.events.kinds import EffectKind, Kind
from app.domain.registry.imports.insurance import Registered
from app.kit.value import value


@value
class Said:
    """What an event says of the insurance; None: nothing of that."""

    psn_insu_stas: str | None = None
    insutype: str | None = None
    insuplc_admdvs: str | None = None
    psn_type: str | None = None


NOTHING_SAID = Said()


@value
class Event:
    """Something that happened to a person.

    Attributes:
        id: our own number, as it came in; event_id: the sender's, unique with it.
        other_id: the spouse of a divorce; the row that stays of two that are one.
    """

    id: int
    sender: str
    event_id: str
    person_id: int
    other_id: int | None
    kind: Kind
    at: datetime
    said: Said = NOTHING_SAID

    @property
    def key(self) -> tuple[datetime, str, str]:
        """Its place among a person's events, whenever it came in."""
        return self.at, self.sender, self.event_id


@value
class History:
    """All that happened to a person, in order, and what the registry had said before the first of
    it was known: that is older than any event."""

    base: Registered
    events: tuple[Event, ...] = ()
    """Those of which the person is the other too."""


ELSEWHERE = History(Registered("", "", "", ""))
"""Of who is insured in another cell: what happens to them is done there."""


@value
class Grant:
    """A 家庭共济 grant; ``by_event``: an event has ended it, and nobody has touched it since."""

    id: int
    donor_id: int
    beneficiary_id: int | None
    relation: str
    agreed: bool
    created_at: datetime
    live: bool
    end_reason: str | None
    by_event: bool
    freed_at: datetime | None


@value
class Binding:
    """A 亲情账户 binding that has not ended."""

    id: int
    shower_id: int
    holder_id: int | None
    relation: str
    active: bool
    by_commitment: bool
    created_at: datetime


@value
class Effect:
    """What an event did, for the table that only grows."""

    event_id: int
    person_id: int
    kind: EffectKind
    ref_id: int | None = None
