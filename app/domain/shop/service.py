"""Cashiers: let in by their institution's manager, checked when they sign in at a till.

The institution is known by the signature under each message. The PIN tells its cashiers apart, so
that who has sold stands on the slip; it opens nothing that the institution's key doesn't.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from app.domain.shop import repository
from app.domain.shop.errors import CASHIER_LOCKED, CASHIER_WRONG, PIN_WEAK
from app.domain.shop.values import FREE_TRIES, Cashier, is_weak, locked_for
from app.domain.staff import passwords
from app.domain.staff.values import Secret
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from app.store.database import Database, Record

_HASHES_AT_ONCE = 2


def cashier_aad(fixmedins_code: str, number: str) -> str:
    """What a cashier's sealed name is bound to."""
    return f"till_cashier.name:{fixmedins_code}:{number}"


class Cashiers:
    """The service of cashiers."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher
        self._hashing = asyncio.Semaphore(_HASHES_AT_ONCE)

    async def put(self, fixmedins_code: str, number: str, name: str, pin: str) -> None:
        """A new cashier, or a new name and PIN of one.

        Raises:
            Refusal: PIN_WEAK.
        """
        if is_weak(pin, number):
            raise Refusal(PIN_WEAK)
        async with self._hashing:
            secret = await asyncio.to_thread(passwords.hashed, pin)
        sealed = self._cipher.seal(name, cashier_aad(fixmedins_code, number))
        await repository.put(
            self._database, fixmedins_code, number, sealed, secret, self._clock.now()
        )

    async def end(self, fixmedins_code: str, number: str) -> bool:
        """Lets a cashier in no more; False: there is no such."""
        return await repository.end(self._database, fixmedins_code, number, self._clock.now())

    async def all_of(self, fixmedins_code: str) -> list[Cashier]:
        """An institution's cashiers, by number."""
        rows = await repository.all_of(self._database, fixmedins_code)
        return [
            Cashier(row["opter_no"], self._name(fixmedins_code, row), row["ended_at"] is not None)
            for row in rows
        ]

    async def check(self, fixmedins_code: str, number: str, pin: str) -> Cashier:
        """Whose PIN it is. Each try is counted before it is looked at, so that many at once don't
        slip by together; a right one makes the wrong ones before it count no more.

        Raises:
            Refusal: CASHIER_WRONG, which doesn't tell which of the two, CASHIER_LOCKED.
        """
        found, wrong = await self._counted(fixmedins_code, number)
        there = found is not None and found["ended_at"] is None
        async with self._hashing:
            right = await asyncio.to_thread(passwords.holds, pin, _secret(found))
        if found is None or not there or not right:
            raise Refusal(CASHIER_WRONG, left=max(1, FREE_TRIES + 1 - wrong))
        await repository.forgive(self._database, fixmedins_code, number)
        return Cashier(number, self._name(fixmedins_code, found))

    async def _counted(self, fixmedins_code: str, number: str) -> tuple[Record | None, int]:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            found = await repository.locked(connection, fixmedins_code, number)
            if found is None:
                return None, 0
            until = found["locked_until"]
            if until is not None and until > now:
                raise _locked(until, now)
            wrong = found["wrong"] + 1
            lock = locked_for(wrong)
            await repository.note_tries(
                connection, fixmedins_code, number, wrong, None if lock is None else now + lock
            )
        return found, wrong

    def _name(self, fixmedins_code: str, row: Record) -> str:
        return self._cipher.open(row["name_sealed"], cashier_aad(fixmedins_code, row["opter_no"]))


def _secret(row: Record | None) -> Secret:
    if row is None:
        return passwords.NOBODY
    names = ("pin_hash", "pin_salt", "pin_n", "pin_r", "pin_p")
    return Secret(*(row[name] for name in names))


def _locked(until: datetime, now: datetime) -> Refusal:
    left = max(1, int((until - now).total_seconds() + 0.999))
    minutes = -(-left // 60)
    short = left < 60
    return Refusal(
        CASHIER_LOCKED,
        wait=f"{left}秒" if short else f"{minutes}分钟",
        wait_en=f"{left} seconds" if short else f"{minutes} minutes",
    )
