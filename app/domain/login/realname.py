"""实名认证: binds a login to the insured person whom a check outside has confirmed.

One person has one login, the one verified last. A login that has a person takes no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.login import repository
from app.domain.login.errors import (
    CARD_CHECK_FAILED,
    FACE_FAILED,
    IDENTITY_BOUND,
    IDENTITY_NOT_OFFERED,
    IDENTITY_TRIES,
    PROOF_USED,
)
from app.domain.registry import repository as registry
from app.domain.registry.errors import GUARDIAN_REQUIRED, PERSON_UNKNOWN
from app.domain.registry.models import Person
from app.domain.registry.rules import born_by_number
from app.domain.registry.service import People
from app.kit.clock import Clock, age_on, local_date
from app.kit.reasons import Refusal
from app.kit.words.names import number_form, official
from app.outside.identity import CheckResult, Claim, IdentityProvider
from app.store.cells.shared import Shared, shared_part
from app.store.database import Database

TRIES_PER_HOUR = 5
FACE_AGE = 14
"""Below it a face may be checked with a guardian's consent only (SOURCES N4)."""


@dataclass(frozen=True, slots=True)
class FaceProof:
    """The ticket under which the provider has taken a face."""

    ticket: str


@dataclass(frozen=True, slots=True)
class CardProof:
    """A social-security card and its password; neither is kept."""

    card_no: str
    password: str


Proof = FaceProof | CardProof


class RealName:
    """The real-name check. ``provider`` is None where none is set up."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        clock: Clock,
        people: People,
        provider: IdentityProvider | None,
    ) -> None:
        self._database = database
        self._shared = shared
        self._clock = clock
        self._people = people
        self._provider = provider

    async def bind(self, login_id: int, bound: int | None, claim: Claim, proof: Proof) -> Person:
        """Checks a claim and binds the login to that person. A login bound elsewhere loses it.

        Who is registered is told only to those who have proved to be the person they name.

        Raises:
            Refusal: IDENTITY_BOUND, IDENTITY_NOT_OFFERED, GUARDIAN_REQUIRED, IDENTITY_TRIES,
                IDENTITY_AWAY, FACE_FAILED, CARD_CHECK_FAILED, PROOF_USED or PERSON_UNKNOWN.
        """
        if self._provider is None:
            raise Refusal(IDENTITY_NOT_OFFERED)
        claim = Claim(official(claim.name), claim.cert_type, number_form(claim.certno))
        if bound is not None:
            await self._expect_same(bound, claim)
        born = born_by_number(claim.cert_type, claim.certno)
        if isinstance(proof, FaceProof) and born is not None:
            self._expect_face_age(born)
        check_id = await self._begin_check(login_id, proof)
        result = await self._ask(self._provider, check_id, claim, proof)
        return await self._settle(login_id, check_id, claim, proof, result)

    async def _expect_same(self, bound: int, claim: Claim) -> None:
        person = await self._people.get(bound)
        same = self._people.has_certno(person, claim.certno)
        if person.psn_cert_type == claim.cert_type and same:
            return
        other = await self._find(claim)  # the document of a row that was merged is the person's
        if other is None or other.id != bound:
            raise Refusal(IDENTITY_BOUND)

    def _expect_face_age(self, born: date) -> None:
        if age_on(born, local_date(self._clock.now())) < FACE_AGE:
            raise Refusal(GUARDIAN_REQUIRED, age=FACE_AGE)

    async def _begin_check(self, login_id: int, proof: Proof) -> int:
        """Takes one of the hour's tries before asking, so that many calls at once get no more."""
        now = self._clock.now()
        check_id = self._shared.ids.next()
        async with self._shared.transaction() as there:
            await repository.lock_login(there, login_id)
            since = now - timedelta(hours=1)
            if await repository.failed_checks(there, login_id, since) >= TRIES_PER_HOUR:
                raise Refusal(IDENTITY_TRIES, limit=TRIES_PER_HOUR)
            await repository.open_check(there, check_id, login_id, _method(proof), now)
        return check_id

    async def _ask(
        self, provider: IdentityProvider, check_id: int, claim: Claim, proof: Proof
    ) -> CheckResult:
        try:
            if isinstance(proof, FaceProof):
                return await provider.face(claim, proof.ticket)
            return await provider.card(claim, proof.card_no, proof.password)
        except Refusal:
            await repository.drop_check(self._shared, check_id)
            raise

    async def _settle(
        self, login_id: int, check_id: int, claim: Claim, proof: Proof, result: CheckResult
    ) -> Person:
        """Records the result first, so that it stays also when the binding is refused."""
        person = await self._find(claim) if result.passed else None
        async with self._shared.transaction() as there:
            fresh = await repository.record_check(
                there, check_id, result, person.id if person else None
            )
        if not fresh:
            raise Refusal(PROOF_USED)
        if not result.passed:
            raise Refusal(FACE_FAILED if isinstance(proof, FaceProof) else CARD_CHECK_FAILED)
        if person is None:
            raise Refusal(PERSON_UNKNOWN)
        if isinstance(proof, FaceProof):
            self._expect_face_age(person.brdy)
        await self._take(login_id, person.id, self._clock.now())
        return person

    async def _find(self, claim: Claim) -> Person | None:
        try:
            return await self._people.identify(claim.name, claim.cert_type, claim.certno)
        except Refusal:
            return None

    async def _take(self, login_id: int, person_id: int, now: datetime) -> None:
        """Binds, then says that the person uses the program. Where these are two databases and the
        second half fails, the phone is told of no success, and asking again does what is left."""
        async with self._database.transaction() as connection:
            await registry.lock(connection, [person_id])
            if await repository.has_died(connection, person_id):
                raise Refusal(PERSON_UNKNOWN)  # whoever has the phone and the papers is another one
            async with shared_part(self._shared, self._database, connection) as there:
                mine, others = await repository.lock_logins(there, login_id, person_id)
                if mine not in (None, person_id):
                    raise Refusal(IDENTITY_BOUND)
                await repository.unbind(there, others, now)
                if mine is None:
                    await repository.bind(there, login_id, person_id, now)
            await registry.activate(connection, person_id, now, login_id)


def _method(proof: Proof) -> str:
    return "face" if isinstance(proof, FaceProof) else "card"
