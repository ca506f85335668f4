"""Looks whether a person can be forgotten, and does it: once, in one transaction with the line that
says who did so on which form."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

from app.domain.counter.desk import Desk
from app.domain.counter.values import Clerk, Doing, Paper
from app.domain.forgetting import repository
from app.domain.forgetting.values import NOBODY, Forgotten, InTheWay, NotForgotten, Why
from app.domain.login.service import Login
from app.domain.prescription.sealing import details_aad
from app.domain.registry.indexes import (
    card_no_aad,
    card_no_indexes,
    card_sn_aad,
    card_sn_indexes,
    index_certno,
    index_name,
    index_written,
)
from app.domain.registry.models import Person
from app.domain.registry.service import People, certno_aad, name_aad
from app.kit.clock import Clock, local_date
from app.ledger.balances import Balances
from app.ledger.holds import pending_of
from app.store.cells.shared import Shared, shared_part
from app.store.database import Connection, Database, Record
from app.store.retention.kinds import CARE_KEPT
from app.store.sealed.columns import FEE_DETAILS, VISIT_DETAILS, VISIT_DIAGNOSES
from app.words import OVER


class Forgetting:
    """Forgets people."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        clock: Clock,
        people: People,
        desk: Desk,
        login: Login,
        balances: Balances,
    ) -> None:
        self._database = database
        self._shared = shared
        self._clock = clock
        self._people = people
        self._desk = desk
        self._login = login
        self._balances = balances

    async def look(self, clerk: Clerk, person: Person) -> list[InTheWay]:
        """What stands in the way of forgetting somebody; nothing: it can be done.

        Raises:
            Refusal: COUNTER_OTHER_REGION.
        """
        await self._desk.check_region(clerk, person, "qinji people look")
        async with self._database.transaction() as connection:
            row = await repository.lock(connection, person.id)
            async with shared_part(self._shared, self._database, connection) as there:
                return [way async for way in self._ways(there, connection, person, row)]

    async def forget(self, clerk: Clerk, person: Person, paper: Paper) -> int:
        """Forgets somebody for good; gives the number of the act.

        Raises:
            Refusal: COUNTER_OTHER_REGION.
            NotForgotten: something stands in the way.
        """
        await self._desk.check_region(clerk, person, "qinji people forget")
        doing = Doing(self._database.ids.next(), person.id)
        async with self._database.whole() as connection:
            row = await repository.lock(connection, person.id)
            # Where they are kept apart, log-ins and ties go first: who broke off then forgets
            # again, and finds nothing of them in the way.
            async with shared_part(self._shared, self._database, connection) as there:
                if ways := [way async for way in self._ways(there, connection, person, row)]:
                    raise NotForgotten(ways)
                logins = await repository.logins_of(there, person.id)
                await repository.remove_there(there, person.id)
            await self._blank(connection, person)
            await repository.remove(connection, person.id)
            await self._desk.write(connection, clerk, doing, person.id, "forget", paper)
        await self._login.end_log_ins(logins)
        await self._balances.renew({person.id})
        return doing.id

    async def forgotten(self, limit: int) -> list[Forgotten]:
        """Who was forgotten, the newest first."""
        rows = await repository.forgotten(self._database, limit)
        return [
            Forgotten(r["id"], r["psn_no"], Paper(r["form_no"], ""), r["clerk"], r["at"])
            for r in rows
        ]

    async def _ways(
        self, there: Connection, connection: Connection, person: Person, row: Record
    ) -> AsyncIterator[InTheWay]:
        # As it is now: another may have been quicker.
        name = self._people.cipher.open(row["psn_name_sealed"], name_aad(row["psn_no"]))
        if name == NOBODY:
            yield InTheWay(Why.GONE)
            return
        now = self._clock.now()
        found = await repository.ways(connection, person.id, row["psn_no"], now)
        if row["psn_insu_stas"] != OVER:
            yield InTheWay(Why.INSURED)
        if found["money"]:
            yield InTheWay(Why.MONEY)
        if found["premium"] or await pending_of(connection, person.id):
            yield InTheWay(Why.HELD)
        if found["on_its_way"]:
            yield InTheWay(Why.ON_ITS_WAY)
        if found["tied"] or await repository.is_bound(there, person.id):
            yield InTheWay(Why.TIED)
        if found["disputed"]:
            yield InTheWay(Why.DISPUTED)
        if found["last_care"] is not None and found["last_care"] + CARE_KEPT > now:
            yield InTheWay(Why.KEPT, local_date(found["last_care"] + CARE_KEPT))

    async def _blank(self, connection: Connection, person: Person) -> None:
        """What names somebody, where its row stays. A number that nobody has keeps the row found
        by nothing, and indexes made anew under another key find nothing either."""
        cipher, number = self._people.cipher, _nothing()
        values = (
            cipher.seal(NOBODY, name_aad(person.psn_no)),
            index_name(cipher, NOBODY),
            cipher.seal(number, certno_aad(person.psn_no)),
            index_certno(cipher, person.psn_cert_type, number),
            index_written(cipher, NOBODY, number),
        )
        await repository.blank_person(connection, person.id, values, self._clock.now())
        cards = await repository.ids_of(connection, "card", person.id)
        columns = [list(column) for column in zip(*map(self._card, cards), strict=True)]
        if columns:
            await repository.blank_cards(connection, cards, columns)
        visits = await repository.ids_of(connection, "visit", person.id)
        for visit in visits:
            details = VISIT_DETAILS.seal_json(cipher, {}, visit)
            diagnoses = VISIT_DIAGNOSES.seal_json(cipher, [], visit)
            await repository.blank_visit(connection, visit, details, diagnoses)
        for line in await repository.lines_of(connection, visits):
            key = (line["visit_id"], line["feedetl_sn"])
            await repository.blank_line(connection, key, FEE_DETAILS.seal_json(cipher, {}, *key))
        for one in await repository.ids_of(connection, "prescription", person.id):
            details = cipher.seal("{}", details_aad(one))
            await repository.blank_prescription(connection, one, details)

    def _card(self, card_id: int) -> tuple[bytes, bytes, bytes, bytes]:
        cipher, number, serial = self._people.cipher, _nothing(), _nothing()
        return (
            cipher.seal(number, card_no_aad(card_id)),
            card_no_indexes(cipher, number)[0],
            cipher.seal(serial, card_sn_aad(card_id)),
            card_sn_indexes(cipher, serial)[0],
        )


def _nothing() -> str:
    """A number that is nobody's, and that no door takes for one."""
    return f"-{secrets.token_hex(16)}"
