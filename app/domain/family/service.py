"""亲情账户: whose code a person may show. No money, ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Literal

from app.domain.family import repository, rules
from app.domain.family.errors import (
    BIND_SELF,
    BINDING_ENDED,
    HOLDER_MUST_CONFIRM,
    NOT_GUARDIAN,
)
from app.domain.family.relatives import Relative, Views
from app.domain.family.rules import BY_COMMITMENT, BY_HOLDER, Bond
from app.domain.family.values import FamilyBinding
from app.domain.registry import repository as registry
from app.domain.registry.errors import GUARDIAN_REQUIRED, PERSON_UNKNOWN
from app.domain.registry.models import Person
from app.domain.registry.relations import KINDS
from app.domain.registry.rules import born_by_number
from app.domain.registry.service import Asked, People
from app.kit.clock import Clock, age_on, local_date
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.kit.sm import sm3
from app.kit.words.names import number_form, official
from app.outside.identity import Claim, Guardianship, IdentityProvider
from app.regions.loader import Rulebook
from app.regions.rules import FamilyRules
from app.store.cells.shared import Shared, shared_part
from app.store.database import Connection, Database

ProofKind = Literal["household_register", "birth_certificate", "notarised"]


@dataclass(frozen=True, slots=True)
class BindRequest:
    """Whom somebody asks to add.

    Attributes:
        relation: who the other is to the one who asks.
        commitment: the signature under the personal commitment; only its SM3 digest is kept.
        proof: kind and number of the document; of the number only a keyed digest is kept.
    """

    name: str
    cert_type: str
    certno: str
    relation: str
    commitment: str | None = None
    proof: tuple[ProofKind, str] | None = None


class Family:
    """Family bindings. What goes out is limited where the one who shows is insured, what comes in
    where the relative is."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        clock: Clock,
        people: People,
        rulebook: Rulebook,
        identity: IdentityProvider | None,
    ) -> None:
        self._identity = identity
        self._database = database
        self._shared = shared
        self._clock = clock
        self._people = people
        self._views = Views(clock, people, rulebook)

    @staticmethod
    def relation_zh(relation: str) -> str:
        """The Chinese name of a relation."""
        return KINDS[relation].zh

    async def relatives(self, person_id: int) -> list[Relative]:
        """All bindings of a person, from both sides, that are active or wait; oldest first."""
        bindings = await repository.of_person(self._shared, person_id)
        ids = {person_id} | {one for binding in bindings for one in _both(binding)}
        people = await self._people.by_ids(ids)
        lapsed = rules.lapsed_before(self._clock.now())
        return [
            self._views.relative(binding, person_id, people)
            for binding in bindings
            if binding.state == "active" or binding.created_at >= lapsed
        ]

    async def children(self, person_id: int) -> dict[int, str]:
        """The children for whom a person has signed, as long as they are children: by id, with
        their masked names."""
        today = local_date(self._clock.now())
        signed = [
            binding.holder_id
            for binding in await repository.of_person(self._shared, person_id)
            if binding.shower_id == person_id
            and binding.consent == BY_COMMITMENT
            and binding.state == "active"
            and binding.holder_id is not None
        ]
        return {
            one.id: self._people.masked_name(one)
            for one in (await self._people.by_ids(signed)).values()
            if age_on(one.brdy, today) < self._views.limits(one, today).consent_age
        }

    async def bind(self, shower_id: int, request: BindRequest, *, seen: str = "") -> Relative:
        """Adds a relative: at once when a minor's guardian signs, else once the relative confirms.

        Who has to confirm is told of nothing before: a request is answered the same whoever it is
        asked of, also when there is nobody. A minor can't confirm, so who is found to be the
        guardian, outside, before anybody is looked for here, is told. ``seen``: under what a clerk
        has seen the guardian's document, which stands in the place of that. A child's tie that
        stands without the child's code being open, since the call before broke off, is the answer.

        Raises:
            Refusal: BIND_SELF, RELATION_NOT_ALLOWED, RELATION_CONFLICT, ALREADY_BOUND, MAX_OUT; of
                a minor GUARDIAN_REQUIRED, COMMITMENT_MISSING, RELATION_UNPROVEN, NOT_GUARDIAN,
                IDENTITY_AWAY, and to the guardian PERSON_UNKNOWN, MAX_IN or MONTHLY_BIND_QUOTA.
        """
        now = self._clock.now()
        today = local_date(now)
        shower = await self._people.get(shower_id)
        asked = await self._people.asked(shower_id, request.name, request.cert_type, request.certno)
        if asked.means(shower):
            raise Refusal(BIND_SELF)
        showers = self._views.limits(shower, today)
        _refuse(rules.group_problem(showers, request.relation))
        checked = None
        if _for_minor(request, showers.consent_age, today):
            _refuse(_unsigned(showers, shower, request, today))
            checked = seen or await self._guardian(shower, request, showers.consent_age)
            if asked.person is None:
                raise Refusal(PERSON_UNKNOWN)
        holder = asked.person or shower
        holders = self._views.limits(holder, today)
        at_once = checked is not None and age_on(holder.brdy, today) < holders.consent_age
        if at_once:
            _refuse(rules.relation_problem(request.relation, shower, holder, today))
        bond = Bond(
            self._shared.ids.next(),
            shower.id,
            asked.person.id if asked.person is not None else None,
            request.relation,
            "active" if at_once else "pending",
            shower.gend,
            asked=asked.indexes,
        )
        async with self._database.transaction() as connection:
            await registry.lock(connection, [shower.id, bond.holder_id or 0])
            async with shared_part(self._shared, self._database, connection) as there:
                bonds = await self._bonds(there, connection, bond, now)
                begun = await self._begun(connection, bonds, bond)
                if begun is None:
                    made = await repository.made_since(there, holder.id, rules.month_begins(now))
                    problem = rules.bond_problem(showers, bonds, bond)
                    if problem is None and at_once:
                        problem = rules.activation_problem(
                            holders, bonds, bond, made_this_month=made
                        )
                    _refuse(problem)
                    await self._add(there, bond, request, asked, now, checked)
            if at_once:
                await self._people.activate(connection, holder.id, now)
        return await self._one(shower_id, (begun or bond).id)

    async def _guardian(self, shower: Person, request: BindRequest, age: int) -> str:
        """The number of the check outside that finds the shower to be the child's guardian. It
        knows nothing of who is insured, so neither does who is refused by it.

        Raises:
            Refusal: NOT_GUARDIAN, IDENTITY_AWAY.
        """
        if self._identity is None or request.proof is None:
            raise Refusal(NOT_GUARDIAN, age=age)
        kind, reference = request.proof
        result = await self._identity.guardian(
            Claim(self._people.name(shower), shower.psn_cert_type, self._people.certno(shower)),
            Claim(official(request.name), request.cert_type, number_form(request.certno)),
            Guardianship(request.relation, kind, number_form(reference)),
        )
        if not result.passed:
            raise Refusal(NOT_GUARDIAN, age=age)
        return result.provider_ref

    async def confirm(self, person_id: int, binding_id: int) -> Relative:
        """The holder's own consent: makes a pending binding active, or renews a minor's.

        Doing it twice is fine.

        Raises:
            Refusal: NOT_FOUND, HOLDER_MUST_CONFIRM, BINDING_ENDED, GUARDIAN_REQUIRED,
                MAX_IN or RELATION_CONFLICT.
        """
        now = self._clock.now()
        binding = await self._of_party(person_id, binding_id)
        if binding.holder_id != person_id:
            raise Refusal(HOLDER_MUST_CONFIRM)
        people = await self._people.by_ids([binding.shower_id, person_id])
        shower, holder = people[binding.shower_id], people[person_id]
        limits = self._views.limits(holder, local_date(now))
        bond = Bond(binding.id, shower.id, holder.id, binding.relation, "pending", shower.gend)
        async with self._database.transaction() as connection:
            await registry.lock(connection, [shower.id, holder.id])
            async with shared_part(self._shared, self._database, connection) as there:
                bonds = await self._bonds(there, connection, bond, now)
                present = next((other for other in bonds if other.id == bond.id), None)
                if present is None or present.declined_at is not None:
                    raise Refusal(BINDING_ENDED)
                if present.state == "pending":
                    _refuse(rules.relation_problem(bond.relation, shower, holder, local_date(now)))
                    month = rules.month_begins(now)
                    made = await repository.made_since(there, holder.id, month)
                    _refuse(rules.activation_problem(limits, bonds, bond, made_this_month=made))
                of_age = age_on(holder.brdy, local_date(now)) >= limits.consent_age
                if not of_age and present.state == "pending":
                    raise Refusal(GUARDIAN_REQUIRED, age=limits.consent_age)
                if of_age:
                    await repository.confirm(there, binding_id, BY_HOLDER, now)
            if of_age:
                # On a phone that has passed the check, or before a clerk who has seen the document.
                await registry.activate(connection, person_id, now)
        return await self._one(person_id, binding_id)

    async def end(self, person_id: int, binding_id: int) -> None:
        """Ends a binding at once, or declines one that waits; either side may. Twice is fine.

        Raises:
            Refusal: NOT_FOUND for anybody else.
        """
        binding = await self._of_party(person_id, binding_id)
        async with self._shared.transaction() as there:
            if binding.holder_id == person_id:
                await repository.decline(there, binding_id, self._clock.now())
            await repository.end(there, binding_id, person_id, self._clock.now())

    async def other(self, person_id: int, binding_id: int) -> int | None:
        """Whom else a binding concerns; None: nobody who is there.

        Raises:
            Refusal: NOT_FOUND.
        """
        binding = await self._of_party(person_id, binding_id)
        return binding.holder_id if binding.shower_id == person_id else binding.shower_id

    async def cell_of(self, person_id: int, binding_id: int | None) -> str | None:
        """The cell of a person, or of whom a binding of the person's is with; None: nobody is
        there, or there is one cell.

        Raises:
            Refusal: NOT_FOUND, PERSON_UNKNOWN.
        """
        whose: int | None = person_id
        if binding_id is not None:
            whose = await self.other(person_id, binding_id)
        return None if whose is None else await self._people.cell_of(whose)

    async def check_not_ended(self, shower_id: int, binding_id: int) -> None:
        """Refuses what rests on a relation that has ended: it ends with it.

        Raises:
            Refusal: NOT_FOUND, BINDING_ENDED.
        """
        binding = await repository.by_id(self._shared, binding_id)
        if binding is None or binding.shower_id != shower_id:
            raise Refusal(NOT_FOUND)
        if binding.ended_at is not None:
            raise Refusal(BINDING_ENDED)

    async def may_show(self, shower_id: int, binding_id: int) -> FamilyBinding:
        """The binding under which a person may show a relative's code at this moment.

        Raises:
            Refusal: NOT_FOUND, BINDING_ENDED, BINDING_PENDING, CONSENT_MISSING,
                BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION or NOT_ACTIVATED.
        """
        binding = await repository.by_id(self._shared, binding_id)
        if binding is None or binding.shower_id != shower_id:
            raise Refusal(NOT_FOUND)
        people = await self._people.by_ids(_both(binding))
        _refuse(self._views.why_not(binding, people))
        return binding

    async def _bonds(
        self, there: Connection, connection: Connection, bond: Bond, now: datetime
    ) -> list[Bond]:
        """All that counts for the limits of both people, whose rows are locked: of who is in
        another cell there is none here."""
        both = [bond.shower_id, bond.holder_id or 0]
        if self._people.elsewhere is not None:
            await repository.lock_sides(there, both)
        await repository.end_lapsed(there, both, rules.lapsed_before(now))
        return await repository.bonds(there, partial(self._people.sides, connection), both)

    async def _begun(self, connection: Connection, bonds: list[Bond], bond: Bond) -> Bond | None:
        """The tie that stands already, of a child whose code isn't open yet."""
        found = rules.begun(bonds, bond)
        if found is None or found.holder_id is None:
            return None
        return None if await self._people.is_activated(connection, found.holder_id) else found

    async def _add(
        self,
        there: Connection,
        bond: Bond,
        request: BindRequest,
        asked: Asked,
        now: datetime,
        checked: str | None,
    ) -> None:
        values: dict[str, object] = {
            "id": bond.id,
            "shower_id": bond.shower_id,
            "holder_id": bond.holder_id,
            "relation": bond.relation,
            "state": bond.state,
            "consent": BY_HOLDER,
            "created_at": now,
            "asked_index": asked.index,
            "asked_name": asked.masked_name,
        }
        if bond.state == "active" and request.commitment is not None and request.proof is not None:
            kind, reference = request.proof
            values |= {
                "consent": BY_COMMITMENT,
                "commitment_digest": sm3(request.commitment.encode()),
                "proof_kind": kind,
                "proof_digest": self._people.cipher.index(
                    f"family_proof:{kind}", number_form(reference)
                ),
                "proof_ref": checked,
                "confirmed_at": now,
            }
        await repository.add(there, values)

    async def _of_party(self, person_id: int, binding_id: int) -> FamilyBinding:
        binding = await repository.by_id(self._shared, binding_id)
        if binding is None or person_id not in (binding.shower_id, binding.holder_id):
            raise Refusal(NOT_FOUND)
        return binding

    async def _one(self, person_id: int, binding_id: int) -> Relative:
        binding = await self._of_party(person_id, binding_id)
        people = await self._people.by_ids(_both(binding))
        return self._views.relative(binding, person_id, people)


def _both(binding: FamilyBinding) -> list[int]:
    """The people of a binding; of one that waits, or ended without a yes, the shower has given the
    other's name."""
    asked = binding.confirmed_at is None and binding.asked_name is not None
    both = (binding.shower_id, None if asked else binding.holder_id)
    return [one for one in both if one is not None]


def _for_minor(request: BindRequest, consent_age: int, today: date) -> bool:
    """Whether a guardian asks: for who is a child by the number, or, where that says nothing (a
    birth certificate, a passport), with a guardian's signature and document."""
    born = born_by_number(request.cert_type, request.certno)
    if born is None:
        return request.commitment is not None and request.proof is not None
    return age_on(born, today) < consent_age


def _unsigned(
    limits: FamilyRules, shower: Person, request: BindRequest, today: date
) -> Because | None:
    """What a guardian still has to sign or show, or None."""
    return rules.consent_problem(
        limits,
        shower,
        commitment=request.commitment is not None,
        proof=request.proof is not None,
        today=today,
    )


def _refuse(problem: Because | None) -> None:
    if problem is not None:
        raise Refusal(problem.reason, **problem.params)
