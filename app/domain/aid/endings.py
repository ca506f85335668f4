"""Ends grants whose donor's or beneficiary's insurance ended, where a region says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.aid import repository
from app.domain.aid.rules.ending import Side, cause_of_end
from app.domain.registry.imports.book.chunk import OnChange
from app.domain.registry.imports.insurance import Insurance, InsuranceChange
from app.kit.clock import local_date
from app.regions.area import apart
from app.regions.loader import Rulebook
from app.regions.rules import AidRules
from app.store.database import Connection, Record
from app.words import NORMAL, Insutype


def ending_grants(rulebook: Rulebook) -> OnChange:
    """What an import of people has to tell of changed insurances: their grants end in the same
    transaction, whatever their number in the same few queries."""

    async def end(
        connection: Connection, changes: Sequence[InsuranceChange], now: datetime
    ) -> None:
        await _end(connection, rulebook, changes, now)

    return end


async def _end(
    connection: Connection, rulebook: Rulebook, changes: Sequence[InsuranceChange], now: datetime
) -> None:
    today = local_date(now)
    changed = {change.person_id: change for change in changes}

    def rules_at(place: str) -> AidRules:
        return rulebook.at(place, today).rules.aid

    def parted(a: str, b: str) -> bool:
        areas = (rules_at(a).area, rules_at(b).area)
        return apart(rulebook, areas, a, b) is not None

    ended = []
    for row in await repository.between(connection, list(changed), today):
        donor = _side(row, "donor", changed)
        beneficiary = _side(row, "beneficiary", changed) if row["agreed"] else None
        if cause := cause_of_end(donor, beneficiary, rules_at, parted):
            ended.append((row["id"], row["donor_id"], cause))
    if ended:
        # The accounts of those who move are locked next: all of them in one go, in their order,
        # as a settlement does (law 6: none commits against a grant that this ends).
        movers = [c.person_id for c in changes if c.before.place[:2] != c.after.place[:2]]
        await repository.lock_accounts(connection, [*movers, *(donor for _, donor, _ in ended)])
        await repository.end_all(connection, [(id_, cause) for id_, _, cause in ended], now)


def _side(row: Record, side: str, changed: dict[int, InsuranceChange]) -> Side:
    if change := changed.get(row[f"{side}_id"]):
        return Side(change.before, change.after)
    status, plan, place = row[f"{side}_insurance"]
    same = Insurance(status == NORMAL, plan == Insutype.EMPLOYEE, place)
    return Side(same, same)
