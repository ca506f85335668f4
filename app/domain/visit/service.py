"""Outpatient visits: registered, diagnosed, charged; settled by the settlement room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.settlement.bill import Line, LineSplit
from app.domain.settlement.facts.registry_cache import terms_of_codes
from app.domain.settlement.rules.benefit import split_bill
from app.domain.settlement.rules.decide import check_day
from app.domain.visit import repository
from app.domain.visit.errors import (
    LINE_CHANGED,
    VISIT_NUMBER_USED,
    VISIT_SETTLED,
    VISIT_UNKNOWN,
)
from app.domain.visit.repository import FeeLine
from app.kit.clock import Clock, local_date
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from app.regions.loader import Rulebook
from app.store.database import Connection, Database, Record
from app.store.sealed.columns import FEE_DETAILS, VISIT_DETAILS, VISIT_DIAGNOSES
from app.words import MedType

ALL_BATCHES = "0000"
_VISITS_MAX = 200


@dataclass(frozen=True, slots=True)
class Registration:
    """What a 2201 says. ``place``: the patient's; ``details``: doctor, department, speciality."""

    fixmedins_code: str
    msgid: str
    ipt_otp_no: str
    person_id: int
    psn_no: str
    place: str
    credential_id: int | None
    insutype: str
    begins_at: datetime
    details: dict[str, Any]


class Visits:
    """The visit room's service."""

    def __init__(
        self, database: Database, rulebook: Rulebook, clock: Clock, cipher: Cipher
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._rulebook = rulebook
        self._clock = clock

    async def register(self, new: Registration) -> Record:
        """Registers a visit; the same message again gives the same visit.

        Raises:
            Refusal: BILL_TOO_OLD, VISIT_NUMBER_USED.
        """
        today = local_date(self._clock.now())
        dating = self._rulebook.at(new.place, today).rules.dating
        check_day(local_date(new.begins_at), today, dating.visit_begin_days, "门诊挂号")
        visit_id = self._database.ids.next()
        async with self._database.transaction() as connection:
            row = await repository.register(
                connection,
                {
                    "id": visit_id,
                    "fixmedins_code": new.fixmedins_code,
                    "msgid": new.msgid,
                    "ipt_otp_no": new.ipt_otp_no,
                    "person_id": new.person_id,
                    "credential_id": new.credential_id,
                    "insutype": new.insutype,
                    "med_type": MedType.OUTPATIENT,
                    "details_sealed": VISIT_DETAILS.seal_json(self._cipher, new.details, visit_id),
                    "begins_at": new.begins_at,
                },
            )
            if row is None:
                row = await repository.by_message(connection, new.fixmedins_code, new.msgid)
        if row is None or (row["ipt_otp_no"], row["person_id"]) != (new.ipt_otp_no, new.person_id):
            raise Refusal(VISIT_NUMBER_USED)
        return row

    async def cancel(self, visit_id: int, fixmedins_code: str, person_id: int) -> None:
        """Cancels a registration nothing of which is settled. Doing it again is fine.

        Raises:
            Refusal: VISIT_UNKNOWN, VISIT_SETTLED.
        """
        async with self._database.transaction() as connection:
            await self._open(connection, visit_id, fixmedins_code, person_id, cancelled_too=True)
            rows = await repository.lines(connection, visit_id)
            if any(row["settlement_id"] is not None for row in rows):
                raise Refusal(VISIT_SETTLED)
            await repository.drop_lines(connection, visit_id, None)
            await repository.cancel(connection, visit_id, self._clock.now())

    async def diagnose(
        self,
        visit_id: int,
        fixmedins_code: str,
        person_id: int,
        med_type: str,
        diagnoses: list[dict[str, Any]],
    ) -> None:
        """Stores what the doctor found; sent again, the last counts.

        Raises:
            Refusal: VISIT_UNKNOWN.
        """
        async with self._database.transaction() as connection:
            await self._open(connection, visit_id, fixmedins_code, person_id)
            said = {"list": diagnoses}
            sealed = VISIT_DIAGNOSES.seal_json(self._cipher, said, visit_id)
            await repository.diagnose(connection, visit_id, med_type, sealed)

    async def charge(
        self, visit_id: int, fixmedins_code: str, person_id: int, new: Sequence[FeeLine]
    ) -> list[LineSplit]:
        """Stores lines of cost and tells how each splits. A line sent again must be the same.

        Raises:
            Refusal: VISIT_UNKNOWN, LINE_CHANGED.
        """
        async with self._database.transaction() as connection:
            visit = await self._open(connection, visit_id, fixmedins_code, person_id)
            stored = {
                row["feedetl_sn"]: row for row in await repository.lines(connection, visit_id)
            }
            fresh = _fresh(new, stored)
            await repository.add_lines(connection, self._cipher, visit_id, fresh)
            terms = await terms_of_codes(connection, {fee.line.med_list_codg for fee in new})
        day = local_date(visit["begins_at"])  # whose prices the settlement will take, too
        return list(split_bill([fee.line for fee in new], terms, day).lines)

    async def take_back(
        self, visit_id: int, fixmedins_code: str, person_id: int, batch: str
    ) -> None:
        """Takes unsettled lines back; ``0000``: all of them.

        Raises:
            Refusal: VISIT_UNKNOWN.
        """
        async with self._database.transaction() as connection:
            await self._open(connection, visit_id, fixmedins_code, person_id)
            which = None if batch == ALL_BATCHES else batch
            await repository.drop_lines(connection, visit_id, which)

    async def open_lines(
        self, visit_id: int, fixmedins_code: str, person_id: int, batch: str
    ) -> tuple[Record, tuple[Line, ...]]:
        """A visit and the lines of a batch that are to be settled.

        Raises:
            Refusal: VISIT_UNKNOWN.
        """
        async with self._database.transaction() as connection:
            visit = await self._open(connection, visit_id, fixmedins_code, person_id)
            return visit, await repository.open_lines(connection, visit_id, batch)

    async def between(
        self,
        fixmedins_code: str,
        person_id: int,
        times: tuple[datetime, datetime],
        med_type: str,
        visit_id: int | None,
    ) -> list[tuple[Record, dict[str, Any]]]:
        """A person's visits here that began between two moments, each with who saw the person."""
        rows = await repository.between(
            self._database, fixmedins_code, person_id, times, med_type, visit_id, _VISITS_MAX
        )
        return [(row, VISIT_DETAILS.json_of(self._cipher, row)) for row in rows]

    async def fees(self, visit_id: int) -> dict[str, tuple[datetime, dict[str, Any]]]:
        """When each line of a visit was charged, and what else was said of it, by its number."""
        return {
            row["feedetl_sn"]: (row["fee_time"], FEE_DETAILS.json_of(self._cipher, row))
            for row in await repository.fees(self._database, visit_id)
        }

    async def patient(self, visit_id: int, fixmedins_code: str) -> int:
        """Whose visit at this institution it is.

        Raises:
            Refusal: VISIT_UNKNOWN.
        """
        async with self._database.connection() as connection:
            visit = await repository.get(connection, visit_id)
        if visit is None or visit["fixmedins_code"] != fixmedins_code or visit["cancelled_at"]:
            raise Refusal(VISIT_UNKNOWN)
        return int(visit["person_id"])

    async def _open(
        self,
        connection: Connection,
        visit_id: int,
        fixmedins_code: str,
        person_id: int,
        *,
        cancelled_too: bool = False,
    ) -> Record:
        visit = await repository.get(connection, visit_id, lock=True)
        if visit is None:
            raise Refusal(VISIT_UNKNOWN)
        mine = (visit["fixmedins_code"], visit["person_id"]) == (fixmedins_code, person_id)
        if not mine or (visit["cancelled_at"] is not None and not cancelled_too):
            raise Refusal(VISIT_UNKNOWN)
        return visit


def _fresh(new: Sequence[FeeLine], stored: Mapping[str, Record]) -> list[FeeLine]:
    fresh = []
    for fee in new:
        row = stored.get(fee.line.feedetl_sn)
        if row is None:
            fresh.append(fee)
        elif not fee.same_as(row):
            raise Refusal(LINE_CHANGED, line=fee.line.feedetl_sn)
    return fresh
