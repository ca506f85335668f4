"""What a till reads of a patient beside a 医保码: a social-security card, or name and ID number.

What was read at an institution lies in Redis for a while, keyed and sealed as codes' tokens do: a
later message of the same visit names the number only (WIRE Patient). Whether a card still pays is
asked of the database with every message.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from app.domain.card import errors, repository
from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.indexes import card_form, card_no_indexes, card_sn_indexes
from app.domain.registry.models import Person
from app.domain.registry.service import InstitutionKey, People
from app.kit.clock import Clock, local_date
from app.kit.reasons import Refusal
from app.kit.sm import one_of
from app.kit.value import value
from app.kit.words.names import number_form
from app.regions.loader import Rulebook
from app.regions.rules import CredentialRules
from app.store.cache import Spending
from app.store.database import Database, Record
from app.store.sealed.cache import SealedCache
from app.words import IDENTITY_CARD, CardState

_NO_END_FEN = 2**62
"""A reading is for so many bills, however large: nothing is left lying about as a code is."""


@value
class Reading:
    """A patient whose card or ID number was read.

    Attributes:
        card_id: the card; None: it was name and ID number.
        until: so long the same number is enough at that institution, in seconds since 1970.
        mark: under what its bills are counted; "": it came with this very message.
    """

    person: Person
    card_id: int | None
    until: float
    mark: str = ""


class Readings:
    """Reads cards and ID numbers for tills."""

    def __init__(
        self,
        database: Database,
        cache: SealedCache,
        clock: Clock,
        people: People,
        rulebook: Rulebook,
    ) -> None:
        self._database = database
        self._cache = cache
        self._clock = clock
        self._people = people
        self._cipher = people.cipher
        self._rulebook = rulebook

    async def card(self, number: str, serial: str, shop: InstitutionKey) -> Reading:
        """The card with this number and serial; without one, as it was read here a while ago.

        Raises:
            Refusal: CARD_UNKNOWN (which of the two is wrong is not told), CARD_NOT_READ, CARD_LOST,
                CARD_REPLACED, CARD_CANCELLED.
        """
        if serial:
            row = await repository.by_number(self._database, card_no_indexes(self._cipher, number))
            if row is None or not self._has_serial(row, serial):
                raise Refusal(errors.CARD_UNKNOWN)
            held: dict[str, Any] | None = None
        else:
            held = await self._held("card", card_form(number), shop.code)
            row = await repository.get(self._database, held["card"]) if held else None
            if row is None:
                raise Refusal(errors.CARD_NOT_READ)
        dead = errors.DEAD.get(CardState(row["state"]))
        if dead is not None:
            raise Refusal(dead)
        return await self._reading(row["person_id"], row["id"], held)

    async def id_number(self, number: str, name: str, shop: InstitutionKey) -> Reading:
        """The person with this identity card and name; without a name, as both were compared here
        a while ago. Only where the institution may, its region lets it, and the patient's too.

        Raises:
            Refusal: ID_NUMBER_NOT_TAKEN, ID_NUMBER_NOT_HERE, NAME_NUMBER_MISMATCH (which of the two
                is wrong is not told), ID_NUMBER_NOT_READ.
        """
        rules = self._rules(shop.admdvs)
        if not rules.id_number:
            raise Refusal(errors.ID_NUMBER_NOT_TAKEN)
        if not shop.id_number:
            raise Refusal(errors.ID_NUMBER_NOT_HERE)
        held: dict[str, Any] | None = None
        if name:
            person_id = await self._named(name, number)
        else:
            held = await self._held("id_number", number_form(number), shop.code)
            if held is None:
                raise Refusal(errors.ID_NUMBER_NOT_READ)
            person_id = held["person"]
        reading = await self._reading(person_id, None, held)
        rules = self._rules(reading.person.insuplc_admdvs)
        if not rules.id_number:
            raise Refusal(errors.ID_NUMBER_NOT_TAKEN)
        return reading

    async def keep(self, reading: Reading, number: str, shop: InstitutionKey) -> None:
        """From now on the number is enough at this institution, until the reading ends."""
        kind = "id_number" if reading.card_id is None else "card"
        form = number_form(number) if reading.card_id is None else card_form(number)
        content = {
            "person": reading.person.id,
            "card": reading.card_id,
            "until": reading.until,
            "mark": secrets.token_hex(16),
        }
        ttl_s = max(1.0, reading.until - self._now().timestamp())
        await self._cache.set(self._places(kind, form, shop.code)[0], content, ttl_s)

    async def spend(self, reading: Reading, msgid: str) -> None:
        """Counts a bill to a reading; a message that comes again counts once. What came with the
        message itself was read for this bill.

        Raises:
            Refusal: READING_SPENT.
        """
        if not reading.mark:
            return
        rules = self._rules(reading.person.insuplc_admdvs)
        key = f"qinji:spent:{self._cipher.index('redis.reading', reading.mark).hex()}"
        ttl_s = max(1.0, reading.until - self._now().timestamp())
        spending = Spending(key, msgid, 0, ttl_s, rules.reading_bills, _NO_END_FEN)
        [spent] = await self._cache.spend_all([spending])
        if not spent.noted:
            raise Refusal(errors.READING_SPENT, bills=spent.count)

    async def _named(self, name: str, number: str) -> int:
        try:
            found: int = (await self._people.identify(name, IDENTITY_CARD, number)).id
            return found
        except Refusal as refusal:
            if refusal.reason is PERSON_UNKNOWN:
                raise Refusal(errors.NAME_NUMBER_MISMATCH) from None
            raise

    async def _reading(
        self, person_id: int, card_id: int | None, held: dict[str, Any] | None
    ) -> Reading:
        person = await self._people.get(person_id)
        if held is not None:
            return Reading(person, card_id, held["until"], held["mark"])
        until = self._now().timestamp() + self._rules(person.insuplc_admdvs).token_ttl_s
        return Reading(person, card_id, until)

    def _has_serial(self, row: Record, serial: str) -> bool:
        return one_of(bytes(row["card_sn_index"]), card_sn_indexes(self._cipher, serial))

    async def _held(self, kind: str, form: str, shop: str) -> dict[str, Any] | None:
        found = await self._cache.get_all(list(self._places(kind, form, shop)))
        held = next((one for one in found if one is not None), None)
        return held if held and self._now().timestamp() < held["until"] else None

    def _places(self, kind: str, form: str, shop: str) -> tuple[str, ...]:
        """Where Redis holds what was read; the first is where it is put."""
        indexes = self._cipher.indexes(f"redis.{kind}", f"{shop} {form}")
        return tuple(f"qinji:{kind}:{index.hex()}" for index in indexes)

    def _rules(self, place: str) -> CredentialRules:
        return self._rulebook.at(place, local_date(self._now())).rules.credential

    def _now(self) -> datetime:
        return self._clock.now()
