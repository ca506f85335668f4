"""A person's or an institution's statement as a table."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from datetime import datetime
from typing import TypeVar

from app.domain.registry import repository as registry
from app.domain.registry.service import People
from app.kit.reasons import Refusal
from app.kit.words.sheet import Cell
from app.ledger.statement_csv import lines
from app.ledger.statements import BEGIN, AccountPeriod, Movement, Statements

_ROWS_MAX = 1_000_000
T = TypeVar("T")


class Unknown(LookupError):
    """There is no such person or institution; the text says so."""


async def of_person(
    books: Statements, people: People, psn_no: str, begin: datetime, end: datetime
) -> list[list[Cell]]:
    """A person's statement, masked names in it.

    Raises:
        Unknown.
    """
    found = await registry.by_psn_no(psn_no)
    if found is None:
        raise Unknown("there is no such person")
    periods = await _told(books.accounts(found.id, begin, end))
    movements = await books.movements(periods, BEGIN, _ROWS_MAX)
    return await _table(people, periods, movements, found.id)


async def of_institution(
    books: Statements, people: People, code: str, begin: datetime, end: datetime
) -> list[list[Cell]]:
    """An institution's statement, masked names in it.

    Raises:
        Unknown.
    """
    period = await _told(books.institution(code, begin, end))
    if period is None:
        raise Unknown("there is no such institution, or it never settled anything")
    movements = await books.institution_movements(
        period.account_id, code, begin, end, BEGIN, _ROWS_MAX
    )
    return await _table(people, [period], movements, None)


async def _told(reading: Awaitable[T]) -> T:
    """What is read, or the reason why not as this command tells it.

    Raises:
        Unknown.
    """
    try:
        return await reading
    except Refusal as refusal:
        raise Unknown(refusal.because().in_both()) from refusal


async def _table(
    people: People,
    periods: Iterable[AccountPeriod],
    movements: list[Movement],
    owner: int | None,
) -> list[list[Cell]]:
    patients = {one.patient_id for one in movements if one.patient_id is not None}
    names = await people.masked_names(patients)
    return list(lines(periods, movements, names.__getitem__, owner))
