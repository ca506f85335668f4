"""The pharmacy's side: a patient's prescriptions are listed, one is fetched, verified, checked by a
pharmacist; what was sold and sent is told."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from app.domain.prescription import repository
from app.domain.prescription.book.dispensing import filled
from app.domain.prescription.errors import (
    RX_ACCESS_ENDED,
    RX_ITEM_UNKNOWN,
    RX_NOT_VERIFIED,
    RX_SALE_UNKNOWN,
    RX_UNKNOWN,
)
from app.domain.prescription.rules import check_open
from app.domain.prescription.sealing import check_aad, parcel_aad, told_aad
from app.domain.prescription.service import Whole, listed, whole
from app.domain.prescription.values import Access, Listed, Opinion, Prescribed, State, Use
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.sm import Cipher, same, sm3
from app.kit.value import value
from app.store.database import Connection, Database, Record

LET_IN_FOR = timedelta(minutes=30)
"""So long after a list was given one of it may be fetched."""
_HELD_FOR = timedelta(days=1)
"""So long after that it may be verified and checked with the same token."""
_LIST_MAX = 100
Parcel = Literal[1, 2]
"""On its way (7209), handed over (7210)."""


@value
class Sale:
    """What a pharmacy tells of a sale. ``items``: the items, by their lines' numbers."""

    fixmedins_code: str
    msgid: str
    number: str
    check_id: int
    self_paid: bool
    items: tuple[str, ...]
    details: Mapping[str, object]


class Circulation:
    """What pharmacies do with prescriptions."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher

    async def listed_for(self, person_id: int, fixmedins_code: str) -> list[tuple[Listed, Access]]:
        """A patient's prescriptions of which something can be had, each with a token of its own."""
        now, ids = self._clock.now(), self._database.ids
        async with self._database.transaction() as connection:
            rows = await repository.of_people(connection, [person_id], now, _LIST_MAX)
            counted = await filled(connection, rows)
            found = [
                (row, one)
                for row, one in zip(rows, counted, strict=True)
                if one.state is State.ISSUED and one.use is not Use.WHOLE
            ]
            given = [self._access() for _ in found]
            if found:
                held = [
                    (access.id, one.id, _digest(access.token))
                    for (_, one), access in zip(found, given, strict=True)
                ]
                until = now + LET_IN_FOR
                await repository.let_in(connection, ids.next(), fixmedins_code, held, now, until)
        return [
            (listed(self._cipher, row, one), access)
            for (row, one), access in zip(found, given, strict=True)
        ]

    async def by_code(self, code: str, fixmedins_code: str, number: str = "") -> Access:
        """What a phone shows of one prescription lets a pharmacy fetch it, once.

        Raises:
            Refusal: RX_ACCESS_ENDED, RX_WITHDRAWN, RX_USED_UP, RX_EXPIRED.
        """
        now, access = self._clock.now(), self._access()
        async with self._database.transaction() as connection:
            found = await repository.use_code(connection, _digest(code), now)
            row = await repository.by_id(connection, found) if found is not None else None
            if row is None or (number and row["hi_rxno"] != number):
                raise Refusal(RX_ACCESS_ENDED)
            [counted] = await filled(connection, [row])
            check_open(counted, now)
            held = [(access.id, row["id"], _digest(access.token))]
            until = now + LET_IN_FOR
            await repository.let_in(connection, access.id, fixmedins_code, held, now, until)
        return access

    async def fetch(self, token: str, access_id: int, fixmedins_code: str) -> tuple[Whole, int]:
        """A prescription whole, and whose it is; the others of its list can't be fetched any more.

        Raises:
            Refusal: RX_ACCESS_ENDED, RX_WITHDRAWN, RX_USED_UP, RX_EXPIRED.
        """
        now = self._clock.now()
        async with self._database.transaction() as connection:
            access = await repository.by_token(connection, _digest(token), fixmedins_code)
            over = access is None or access["id"] != access_id or access["expires_at"] <= now
            if access is None or over or access["voided_at"] is not None:
                raise Refusal(RX_ACCESS_ENDED)
            row = await repository.by_id(connection, access["prescription_id"])
            assert row is not None, "an access is to one"
            [counted] = await filled(connection, [row])
            check_open(counted, now)
            await repository.fetched(connection, access_id, access["list_id"], now)
            return await whole(connection, self._cipher, row), row["person_id"]

    async def verify(
        self, token: str, number: str, trace_code: str, file: bytes, fixmedins_code: str
    ) -> int | None:
        """Whether a document is the one that was signed: the number of this look, None: it isn't.

        Raises:
            Refusal: RX_ACCESS_ENDED.
        """
        async with self._database.transaction() as connection:
            access = await self._fetched(connection, token, number, fixmedins_code)
            row = await repository.by_id(connection, access["prescription_id"])
            assert row is not None, "an access is to one"
            found = await whole(connection, self._cipher, row)
            if not same(found.trace_code, trace_code) or sm3(found.file) != sm3(file):
                return None
            serial = self._database.ids.next()
            await repository.verified(connection, access["id"], serial)
            return serial

    async def check(
        self,
        token: str,
        number: str,
        fixmedins_code: str,
        verified: int,
        opinion: Opinion,
        said: Mapping[str, str],
    ) -> int:
        """Keeps what a pharmacist says of a prescription that was verified; the last counts.

        Raises:
            Refusal: RX_ACCESS_ENDED, RX_NOT_VERIFIED.
        """
        async with self._database.transaction() as connection:
            access = await self._fetched(connection, token, number, fixmedins_code)
            if access["verified_id"] is None or access["verified_id"] != verified:
                raise Refusal(RX_NOT_VERIFIED, rxno=number)
            sealed = self._cipher.seal(orjson.dumps(dict(said)).decode(), check_aad(access["id"]))
            serial = self._database.ids.next()
            now = self._clock.now()
            await repository.checked(connection, access["id"], serial, int(opinion), sealed, now)
            return serial

    async def tell(self, sale: Sale) -> int:
        """Keeps what was sold; for cash, the prescription is used up by it. The same message again
        is the same sale.

        Raises:
            Refusal: RX_UNKNOWN, RX_SALE_UNKNOWN, RX_ITEM_UNKNOWN; of a sale for cash RX_WITHDRAWN,
                RX_USED_UP, RX_EXPIRED.
        """
        now, id_, at = self._clock.now(), self._database.ids.next(), sale.fixmedins_code
        async with self._database.transaction() as connection:
            before = await repository.told_by_message(connection, at, sale.msgid)
            if before is not None:
                return before
            row = await self._held(connection, sale.number)
            if not await repository.is_passed_here(connection, sale.check_id, row["id"], at):
                raise Refusal(RX_SALE_UNKNOWN)
            [counted] = await filled(connection, [row])
            _check_items(sale, counted)
            settled = None
            if sale.self_paid:
                check_open(counted, now)
                await repository.set_state(connection, row["id"], State.SOLD)
            else:
                settled = await repository.sale_to_tell(connection, row["id"], at)
            details = orjson.dumps(dict(sale.details)).decode()
            sealed = self._cipher.seal(details, told_aad(id_))
            values = (
                id_,
                row["id"],
                at,
                sale.msgid,
                sale.check_id,
                settled,
                sale.self_paid,
                sealed,
                now,
            )
            await repository.tell(connection, values)
            return id_

    async def untell(self, fixmedins_code: str, number: str, told_id: int | None) -> None:
        """Takes back what was told: one, or all that belongs to no settlement. What was sold for
        cash is to be had again by that. Doing it again is fine.

        Raises:
            Refusal: RX_UNKNOWN, RX_SALE_UNKNOWN.
        """
        async with self._database.transaction() as connection:
            row = await self._held(connection, number)
            gone = await repository.untell(
                connection, row["id"], fixmedins_code, told_id, self._clock.now()
            )
            if told_id is not None and not gone:
                raise Refusal(RX_SALE_UNKNOWN)
            if any(gone) and row["state"] == State.SOLD:
                await repository.set_state(connection, row["id"], State.ISSUED)

    async def note_parcel(
        self, fixmedins_code: str, msgid: str, number: str, kind: Parcel, said: Mapping[str, object]
    ) -> None:
        """Keeps how a parcel goes: of a prescription that the institution has fetched.

        Raises:
            Refusal: RX_UNKNOWN.
        """
        id_ = self._database.ids.next()
        async with self._database.transaction() as connection:
            row = await self._held(connection, number)
            [counted] = await filled(connection, [row])
            if fixmedins_code not in counted.fetched:
                raise Refusal(RX_UNKNOWN)
            sealed = self._cipher.seal(orjson.dumps(dict(said)).decode(), parcel_aad(id_))
            values = (id_, row["id"], fixmedins_code, msgid, kind, sealed, self._clock.now())
            await repository.add_parcel(connection, values)

    def _access(self) -> Access:
        until = self._clock.now() + LET_IN_FOR
        return Access(self._database.ids.next(), secrets.token_hex(32), until)

    async def _held(self, connection: Connection, number: str) -> Record:
        row = await repository.held(connection, number)
        if row is None or row["state"] == State.CHECKED:
            raise Refusal(RX_UNKNOWN)
        return row

    async def _fetched(
        self, connection: Connection, token: str, number: str, fixmedins_code: str
    ) -> Record:
        """The access of one that was fetched here with this token.

        Raises:
            Refusal: RX_ACCESS_ENDED.
        """
        access = await repository.by_token(connection, _digest(token), fixmedins_code)
        if access is None or access["hi_rxno"] != number or access["fetched_at"] is None:
            raise Refusal(RX_ACCESS_ENDED)
        if _over(access["fetched_at"], self._clock.now()):
            raise Refusal(RX_ACCESS_ENDED)
        return access


def _over(fetched_at: datetime, now: datetime) -> bool:
    return now >= fetched_at + _HELD_FOR


def _digest(token: str) -> bytes:
    """A token is long and made by chance: its digest needs no key."""
    return sm3(token.encode())


def _check_items(sale: Sale, counted: Prescribed) -> None:
    for at, item in enumerate(sale.items, 1):
        if item not in counted.items:
            figures: dict[str, Any] = {"rxno": counted.hi_rxno, "line": at, "code": item}
            raise Refusal(RX_ITEM_UNKNOWN, **figures)
