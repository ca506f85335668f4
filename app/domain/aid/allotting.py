"""Money set aside for relatives, where the region shares no other (SOURCES F3.13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.domain.aid import repository
from app.domain.aid.rules.allotting import most_fen, problem, too_much
from app.domain.aid.rules.giving import unfit_to_give
from app.domain.registry.models import Person
from app.domain.registry.rules import in_order
from app.domain.registry.service import People
from app.kit.clock import Clock, local_date
from app.kit.reasons import Because, Refusal
from app.kit.value import value
from app.ledger.balances import Balances
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, Transfer, credit, debit
from app.ledger.repository import accounts_of, write
from app.regions.loader import Rulebook
from app.regions.rules import AidRules
from app.store.database import Connection, Database
from app.words import Insutype

_SOURCES = (AccountKind.CARRIED, AccountKind.CURRENT)
"""Carried-over money first, as donors give."""


@value
class Allotted:
    """What somebody has set aside and may set aside now. ``cannot``: why nothing; ``offered``:
    whether the region has it at all."""

    offered: bool
    held_fen: int
    most_fen: int
    floor_fen: int
    cannot: Because | None


class Allotting:
    """Reads, and sets aside."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        rulebook: Rulebook,
        balances: Balances,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._rulebook = rulebook
        self._balances = balances

    async def standing(self, person_id: int) -> Allotted:
        """How it stands for a person."""
        person, now = await self._people.get(person_id), self._clock.now()
        async with self._database.connection() as connection:
            accounts = await accounts_of(connection, [person_id], lock=False)
            return await self._standing(connection, person, accounts, now)

    async def allot(self, person_id: int, amount_fen: int) -> Allotted:
        """Moves a sum of the own account into the one for relatives.

        Raises:
            Refusal: NO_ALLOTTING, ALLOTTED_THIS_MONTH, ALLOTTED_TOO_MUCH; who may give nothing.
        """
        person, now = await self._people.get(person_id), self._clock.now()
        rules = self._rules(person, local_date(now))
        async with self._database.transaction() as connection:
            accounts = await accounts_of(connection, [person_id], lock=True)
            standing = await self._standing(connection, person, accounts, now)
            why = standing.cannot or too_much(rules, amount_fen, standing.most_fen)
            if why is not None:
                raise Refusal(why.reason, **why.params)
            await self._move(connection, accounts, person_id, amount_fen, now)
        await self._balances.renew({person_id})
        return await self.standing(person_id)

    async def _standing(
        self, connection: Connection, person: Person, accounts: Sequence[Account], now: datetime
    ) -> Allotted:
        today = local_date(now)
        rules = self._rules(person, today)
        held = {a.kind: a.balance_fen for a in accounts if not a.closed}
        done = await repository.allotted_since(connection, person.id, today.replace(day=1))
        unfit = unfit_to_give(
            in_order=in_order(person),
            employee=person.insutype == Insutype.EMPLOYEE,
            has_account=any(kind in held for kind in _SOURCES),
        )
        why = None if unfit is None else Because(unfit, {"name": f"@{person.id}"})
        most = most_fen(rules, *(held.get(kind, 0) for kind in _SOURCES))
        return Allotted(
            offered=rules.fund_source == "allotted",
            held_fen=held.get(AccountKind.FAMILY, 0),
            most_fen=most,
            floor_fen=rules.floor_fen,
            cannot=problem(rules, done, today) or why,
        )

    async def _move(
        self,
        connection: Connection,
        accounts: Sequence[Account],
        person_id: int,
        amount_fen: int,
        now: datetime,
    ) -> None:
        ids = self._database.ids
        own = {a.kind: a for a in accounts if not a.closed}
        family = own.get(AccountKind.FAMILY)
        if family is None:  # the person's other accounts are locked: nobody opens one beside us
            family = Account(ids.next(), AccountKind.FAMILY, person_id, 0, 0)
            await repository.open_account(connection, family, now)
        before = [(a, a.version) for a in (*own.values(), family)]
        transfers = []
        left = amount_fen
        for kind in _SOURCES:
            source = own.get(kind)
            part = min(left, source.balance_fen) if source else 0
            if source is not None and part:
                transfers.append(_allotted(ids.next(), source, family, part, now))
                left -= part
        changed = {a.id: (a, version) for a, version in before if a.version != version}
        await write(connection, transfers, list(changed.values()))

    def _rules(self, person: Person, day: date) -> AidRules:
        return self._rulebook.at(person.insuplc_admdvs, day).rules.aid


def _allotted(
    transfer_id: int, source: Account, family: Account, amount_fen: int, now: datetime
) -> Transfer:
    taken, given = debit(source, amount_fen), credit(family, amount_fen)
    return Transfer(
        id=transfer_id,
        kind=TransferKind.ALLOTTED,
        settlement_id=None,
        grant_id=None,
        reverses_id=None,
        debit_account=source.id,
        credit_account=family.id,
        amount_fen=amount_fen,
        debit_version=taken[0],
        debit_after_fen=taken[1],
        credit_version=given[0],
        credit_after_fen=given[1],
        created_at=now,
    )
