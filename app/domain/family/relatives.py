"""A family binding as one of its two people sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from app.domain.family import rules
from app.domain.family.errors import BINDING_ENDED, BINDING_PENDING, CONSENT_MISSING
from app.domain.family.values import FamilyBinding
from app.domain.registry.errors import NOT_ACTIVATED
from app.domain.registry.models import Person
from app.domain.registry.relations import KINDS, seen_from_there
from app.domain.registry.rules import problem as registry_problem
from app.domain.registry.service import People
from app.kit.clock import Clock, age_on, local_date
from app.kit.reasons import Because
from app.regions.loader import Rulebook
from app.regions.rules import FamilyRules

_HELD_BY_HOLDER = (BINDING_PENDING, CONSENT_MISSING)


@dataclass(frozen=True, slots=True)
class Relative:
    """One binding as one of its two people sees it.

    Attributes:
        direction: ``out`` I may show the other's code, ``in`` the other may show mine.
        person_id: the other; None while I wait for the other's yes: then the name is what I gave.
        relation: who the holder of the code is to the one who shows it.
        relation_zh: what the other is to me.
        other_gend: the other's sex.
        since: when it became active; for a pending one, when it was asked for.
        expires_at: when a pending one lapses.
        why_not: why the code can't be shown just now; None: it can.
        to_confirm: it waits for me.
    """

    binding_id: int
    direction: Literal["out", "in"]
    person_id: int | None
    masked_name: str
    relation: str
    relation_zh: str
    other_gend: str
    state: str
    since: datetime
    expires_at: datetime | None
    why_not: Because | None
    to_confirm: bool

    @property
    def waits_for_holder(self) -> bool:
        """Whether the code can't be shown before its owner says yes, for the first time or anew."""
        return self.why_not is not None and self.why_not.reason in _HELD_BY_HOLDER


class Views:
    """Makes views of bindings, and says whether a code may be shown just now."""

    def __init__(self, clock: Clock, people: People, rulebook: Rulebook) -> None:
        self._clock = clock
        self._people = people
        self._rulebook = rulebook

    def limits(self, person: Person, today: date) -> FamilyRules:
        """The limits of the place where a person is insured. Of one who shows: which relatives and
        how many; of a relative: by how many, how often, and from which age with the own consent."""
        return self._rulebook.at(person.insuplc_admdvs, today).rules.family

    def why_not(self, binding: FamilyBinding, people: dict[int, Person]) -> Because | None:
        """Why the holder's code can't be shown under a binding just now, or None."""
        now = self._clock.now()
        today = local_date(now)
        if binding.holder_id is None or binding.confirmed_at is None:
            over = binding.state == "ended" or binding.created_at < rules.lapsed_before(now)
            return Because(BINDING_ENDED if over else BINDING_PENDING)
        holder = people[binding.holder_id]
        problem = rules.showing_problem(
            state=binding.state,
            consent=binding.consent,
            created_at=binding.created_at,
            now=now,
            holder_age=age_on(holder.brdy, today),
            consent_age=self.limits(holder, today).consent_age,
        )
        theirs = registry_problem(holder)
        if problem is None and theirs is not None:
            return Because(theirs, {"name": self._people.masked_name(holder)})
        if problem is None and holder.activated_at is None:
            return Because(NOT_ACTIVATED, {"name": self._people.masked_name(holder)})
        return problem

    def relative(
        self, binding: FamilyBinding, person_id: int, people: dict[int, Person]
    ) -> Relative:
        """A binding as one of its people sees it; ``people`` holds both."""
        outgoing = binding.shower_id == person_id
        pending = binding.state == "pending"
        whose = binding.holder_id if outgoing else binding.shower_id
        other = people.get(whose) if whose is not None else None
        name = binding.asked_name if outgoing and pending else None
        if name is None and other is not None:
            name = self._people.masked_name(other)
        gend = other.gend if other is not None and not outgoing else ""
        why_not = self.why_not(binding, people)
        return Relative(
            binding_id=binding.id,
            direction="out" if outgoing else "in",
            person_id=None if outgoing and pending else whose,
            masked_name=name or "",
            relation=binding.relation,
            relation_zh=(
                KINDS[binding.relation].zh if outgoing else seen_from_there(binding.relation, gend)
            ),
            other_gend=gend,
            state=binding.state,
            since=binding.confirmed_at or binding.created_at,
            expires_at=(
                binding.created_at + timedelta(days=rules.PENDING_DAYS) if pending else None
            ),
            why_not=why_not,
            to_confirm=not outgoing and why_not is not None and why_not.reason in _HELD_BY_HOLDER,
        )
