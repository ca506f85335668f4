"""Who acts for whom, and whom somebody may name without typing name and number (law 12)."""

from __future__ import annotations

from app.domain.aid.service import Aid
from app.domain.family.service import Family
from app.domain.registry.models import Person
from app.domain.registry.relations import contradiction, relation_back
from app.domain.registry.service import People
from app.domain.wallet.errors import ONLY_OWNER_RETURNS, PAYEE_IS_SENDER
from app.kit.clock import Clock, age_on, local_date
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Refusal
from app.kit.value import value
from app.regions.loader import Rulebook


@value
class Named:
    """Whom somebody names by name and number, and who that is to him."""

    name: str
    cert_type: str
    certno: str
    relation: str


@value
class Tie:
    """A family binding, or a grant, to which both have agreed, the sender's or the other's.

    ``relation``: who the other is to the sender, where the tie leaves that open.
    """

    kind: str
    id: int
    relation: str | None = None


@value
class Known:
    """Somebody with whom a sender has a tie, who is named by it.

    ``told``: the relation as the tie has it; ``mine``: the sender told it, else the other did.
    """

    tie: Tie
    person_id: int
    name: str
    told: str
    mine: bool
    gend: str

    @property
    def relation(self) -> str | None:
        """Who the other is to the sender; None: the tie leaves it open."""
        return self.told if self.mine else relation_back(self.told, self.gend)


@value
class Payee:
    """Whom money is sent to, as the sender has named him.

    Attributes:
        person: who may have it; None: nobody, which the sender isn't told.
        tied: whether the two have a tie, so that the sender may know of the other's wallet.
    """

    name: str
    relation: str
    person: Person | None
    tied: bool


class Parties:
    """Reads ties; says who is meant, and who may act."""

    def __init__(
        self, clock: Clock, people: People, rulebook: Rulebook, family: Family, aid: Aid
    ) -> None:
        self._clock = clock
        self._people = people
        self._rulebook = rulebook
        self._family = family
        self._aid = aid

    async def payee(self, me: Person, named: Named | Tie) -> Payee:
        """Whom a sender means. Of name and number the work is the same whether or not there is
        anybody.

        Raises:
            Refusal: PAYEE_IS_SENDER; of a tie NOT_FOUND, INVALID_INPUT: it leaves open who the
                other is to the sender, who doesn't say it either.
        """
        if isinstance(named, Tie):
            return await self._tied(me, named)
        asked = await self._people.asked(me.id, named.name, named.cert_type, named.certno)
        if asked.means(me):
            raise Refusal(PAYEE_IS_SENDER)
        tied = await self._tied_to(me.id)
        wrong = self._contradicts(named.relation, me, asked.person or me)
        found = None if wrong else asked.person
        known = found is not None and found.id in tied
        return Payee(asked.masked_name, named.relation, found, known)

    async def known(self, person_id: int) -> list[Known]:
        """Whom somebody may send to without typing name and number, each once."""
        known = await self._ties(person_id)
        return list({one.person_id: one for one in reversed(known)}.values())[::-1]

    async def _ties(self, person_id: int) -> list[Known]:
        """All ties by which somebody may name another, those first of which the relation is his."""
        found = [
            Known(
                Tie("family", one.binding_id),
                one.person_id,
                one.masked_name,
                one.relation,
                one.direction == "out",
                one.other_gend,
            )
            for one in await self._family.relatives(person_id)
            if one.person_id is not None and one.state == "active"
        ]
        found += [
            Known(
                Tie("grant", view.grant.id),
                view.other.id,
                view.other_name,
                view.grant.relation,
                view.i_am_donor,
                view.other.gend,
            )
            for view in await self._aid.of_person(person_id)
            if view.other is not None and (view.i_am_donor or view.grant.agreed)
        ]
        return sorted(found, key=lambda one: not one.mine)

    async def _tied(self, me: Person, tie: Tie) -> Payee:
        for one in await self._ties(me.id):
            if (one.tie.kind, one.tie.id) != (tie.kind, tie.id):
                continue
            relation = one.relation or tie.relation
            if relation is None:
                raise Refusal(
                    INVALID_INPUT,
                    detail="请填写对方是您的什么人",
                    detail_en="relation: say who the other is to you",
                )
            person = await self._people.get(one.person_id)
            wrong = one.relation is None and self._contradicts(relation, me, person)
            return Payee(one.name, relation, None if wrong else person, not wrong)
        raise Refusal(NOT_FOUND)

    def _contradicts(self, relation: str, me: Person, other: Person) -> bool:
        today = local_date(self._clock.now())
        return bool(
            contradiction(
                relation,
                my_brdy=me.brdy,
                my_gend=me.gend,
                other_brdy=other.brdy,
                other_gend=other.gend,
                today=today,
            )
        )

    async def _tied_to(self, person_id: int) -> set[int]:
        """Who has said yes to a tie with a person, or whose the person has said yes to."""
        relatives = await self._family.relatives(person_id)
        grants = await self._aid.of_person(person_id)
        bound = {one.person_id for one in relatives if one.state == "active"}
        bound |= {view.other.id for view in grants if view.other and view.grant.agreed}
        return {one for one in bound if one is not None}

    async def acting_for(self, person_id: int) -> dict[int, int]:
        """For whom somebody may open a wallet, accept and refuse, and the binding that says so: who
        may show a relative's code may do that, which brings the relative money and takes none."""
        return {
            one.person_id: one.binding_id
            for one in await self._family.relatives(person_id)
            if one.direction == "out" and one.person_id is not None
            if one.state == "active" and one.why_not is None
        }

    async def right_to(self, actor_id: int, person_id: int) -> int | None:
        """The binding under which somebody acts for a person; None: it is the person.

        Raises:
            Refusal: NOT_FOUND: nobody learns of another's wallet.
        """
        if actor_id == person_id:
            return None
        binding = (await self.acting_for(actor_id)).get(person_id)
        if binding is None:
            raise Refusal(NOT_FOUND)
        return binding

    async def right_to_return(self, actor_id: int, person_id: int) -> int | None:
        """The same for what takes money out of a wallet: only of a child's, by who acts for it.

        Raises:
            Refusal: NOT_FOUND, ONLY_OWNER_RETURNS.
        """
        binding = await self.right_to(actor_id, person_id)
        if binding is not None:
            person, today = await self._people.get(person_id), local_date(self._clock.now())
            family = self._rulebook.at(person.insuplc_admdvs, today).rules.family
            if age_on(person.brdy, today) >= family.consent_age:
                raise Refusal(ONLY_OWNER_RETURNS)
        return binding
