"""The doctor's side: a prescription is checked, signed, issued, withdrawn, and asked for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson

from app.domain.prescription import repository
from app.domain.prescription.book.dispensing import filled
from app.domain.prescription.errors import (
    RX_NUMBER_USED,
    RX_SIGNATURE_WRONG,
    RX_TRACE_USED,
    RX_UNKNOWN,
)
from app.domain.prescription.rules import check_withdrawable, number_of
from app.domain.prescription.sealing import check_aad, details_aad, file_aad, withdrawn_aad
from app.domain.prescription.values import Draft, Listed, Opinion, Prescribed, State, Verdict
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.sm import Cipher, one_of, sm3
from app.kit.value import value
from app.store.database import Connection, Database, Record

_DRAFTS_FOR = timedelta(days=2)
_SIGNED = "prescription.signed"


@value
class Whole:
    """A prescription with everything: what it is now, what was prescribed, its document."""

    row: Listed
    counted: Prescribed
    trace_code: str
    file: bytes
    mdtrt_id: str
    sold_at: datetime | None = None
    verdict: Verdict | None = None


def listed(cipher: Cipher, row: Record, counted: Prescribed) -> Listed:
    """A row as it is shown."""
    return Listed(
        row["id"],
        row["hi_rxno"],
        row["fixmedins_code"],
        row["prescribed_at"],
        row["ends_at"],
        State(row["state"]),
        orjson.loads(cipher.open(row["details_sealed"], details_aad(row["id"]))),
        counted.items,
    )


async def whole(connection: Connection, cipher: Cipher, row: Record) -> Whole:
    """A row with all that belongs to it."""
    [counted] = await filled(connection, [row])
    sealed = row["file_sealed"]
    said = await repository.last_check(connection, row["id"])
    verdict = None
    if said is not None:
        opened = orjson.loads(cipher.open(said["check_sealed"], check_aad(said["id"])))
        opinion = Opinion(said["opinion"])
        verdict = Verdict(said["check_id"], opinion, opened, said["checked_at"])
    return Whole(
        listed(cipher, row, counted),
        counted,
        row["trace_code"],
        b"" if sealed is None else cipher.open_bytes(sealed, file_aad(row["id"])),
        row["mdtrt_id"],
        await repository.sold_at(connection, row["id"]),
        verdict,
    )


class Prescriptions:
    """What clinics do with prescriptions."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher

    async def check(self, draft: Draft) -> tuple[str, str]:
        """Keeps a prescription that is about to be signed: the code that is good for one upload,
        and its national number. The same message again gives the same.

        Raises:
            Refusal: RX_NUMBER_USED.
        """
        now, id_ = self._clock.now(), self._database.ids.next()
        number, trace = number_of(draft.admdvs, id_), secrets.token_hex(10).upper()
        details = orjson.dumps(dict(draft.details)).decode()
        async with self._database.transaction() as connection:
            await repository.tidy(connection, draft.fixmedins_code, now - _DRAFTS_FOR)
            values = (
                id_,
                number,
                trace,
                draft.fixmedins_code,
                draft.msgid,
                draft.hosp_rxno,
                draft.person_id,
                draft.mdtrt_id,
                draft.med_type,
                self._cipher.seal(details, details_aad(id_)),
                draft.prescribed_at,
                draft.ends_at,
                now,
                list(draft.items),
                list(draft.items.values()),
            )
            if not await repository.draft(connection, values):
                row = await repository.by_message(connection, draft.fixmedins_code, draft.msgid)
                assert row is not None, "it was there a moment ago"
                return row["trace_code"], row["hi_rxno"]
            if await repository.number_is_used(connection, draft.fixmedins_code, draft.hosp_rxno):
                raise Refusal(RX_NUMBER_USED, number=draft.hosp_rxno)
        return trace, number

    @property
    def seal_number(self) -> str:
        """Under which of the centre's keys is sealed."""
        return self._cipher.indexing.id.hex() or "0"

    def sign(self, fixmedins_code: str, said: Mapping[str, str], file: bytes) -> str:
        """The centre's seal on what a prescription says and its document: nobody else makes it."""
        return self._cipher.index(_SIGNED, _to_sign(fixmedins_code, said, file)).hex()

    async def issue(
        self, fixmedins_code: str, said: Mapping[str, str], person_id: int, file: bytes, seal: str
    ) -> Whole:
        """Issues a prescription that was checked and signed; the same again is told the same.

        Raises:
            Refusal: RX_UNKNOWN, RX_SIGNATURE_WRONG, RX_TRACE_USED, RX_NUMBER_USED.
        """
        text = _to_sign(fixmedins_code, said, file)
        if not one_of(_bytes(seal), self._cipher.indexes(_SIGNED, text)):
            raise Refusal(RX_SIGNATURE_WRONG)
        now, number = self._clock.now(), said["hiRxno"]
        used = ""
        try:
            async with self._database.transaction() as connection:
                row = await self._held(connection, number, fixmedins_code)
                if (row["person_id"], row["mdtrt_id"]) != (person_id, said["mdtrtId"]):
                    raise Refusal(RX_UNKNOWN)
                if row["trace_code"] != said["rxTraceCode"]:
                    raise Refusal(RX_TRACE_USED)
                if row["state"] != State.CHECKED:
                    found = await whole(connection, self._cipher, row)
                    if row["state"] != State.ISSUED or found.file != file:
                        raise Refusal(RX_TRACE_USED)
                    return found
                used = row["hosp_rxno"]
                opened = orjson.loads(
                    self._cipher.open(row["details_sealed"], details_aad(row["id"]))
                )
                details = orjson.dumps(opened | {"signed": dict(said)}).decode()
                await repository.issue(
                    connection,
                    row["id"],
                    self._database.ids.next(),
                    now,
                    self._cipher.seal(details, details_aad(row["id"])),
                    self._cipher.seal_bytes(file, file_aad(row["id"])),
                )
                row = await self._held(connection, number, fixmedins_code)
                return await whole(connection, self._cipher, row)
        except asyncpg.UniqueViolationError:
            raise Refusal(RX_NUMBER_USED, number=used) from None

    async def withdraw(self, fixmedins_code: str, number: str, why: Mapping[str, str]) -> Whole:
        """Withdraws what nothing is dispensed of; again is fine.

        Raises:
            Refusal: RX_UNKNOWN, RX_DISPENSED.
        """
        async with self._database.transaction() as connection:
            row = await self._held(connection, number, fixmedins_code)
            if row["state"] == State.CHECKED:
                raise Refusal(RX_UNKNOWN)
            if row["state"] != State.WITHDRAWN:
                [counted] = await filled(connection, [row])
                check_withdrawable(counted)
                sealed = self._cipher.seal(
                    orjson.dumps(dict(why)).decode(), withdrawn_aad(row["id"])
                )
                await repository.withdraw(connection, row["id"], self._clock.now(), sealed)
                row = await self._held(connection, number, fixmedins_code)
            return await whole(connection, self._cipher, row)

    async def look(self, fixmedins_code: str, number: str, mdtrt_id: str, person_id: int) -> Whole:
        """An issued prescription of the own institution, by all its particulars.

        Raises:
            Refusal: RX_UNKNOWN.
        """
        async with self._database.transaction() as connection:
            row = await self._held(connection, number, fixmedins_code)
            told = (row["person_id"], row["mdtrt_id"]) == (person_id, mdtrt_id)
            if not told or row["state"] == State.CHECKED:
                raise Refusal(RX_UNKNOWN)
            return await whole(connection, self._cipher, row)

    async def patient(self, fixmedins_code: str, number: str) -> int:
        """Whose a prescription of the own institution is.

        Raises:
            Refusal: RX_UNKNOWN.
        """
        async with self._database.transaction() as connection:
            return int((await self._held(connection, number, fixmedins_code))["person_id"])

    async def _held(self, connection: Connection, number: str, fixmedins_code: str) -> Record:
        row = await repository.held(connection, number, fixmedins_code)
        if row is None:
            raise Refusal(RX_UNKNOWN)
        return row


def _to_sign(fixmedins_code: str, said: Mapping[str, str], file: bytes) -> str:
    parts: dict[str, Any] = {"at": fixmedins_code, "said": dict(said), "file": sm3(file).hex()}
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def _bytes(seal: str) -> bytes:
    try:
        return bytes.fromhex(seal)
    except ValueError:
        return b""
