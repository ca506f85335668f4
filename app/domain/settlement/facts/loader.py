"""Loads what a batch needs: a fixed number of set-based queries, accounts locked in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from app.domain.settlement.bill import Bill
from app.domain.settlement.facts import participants as parties
from app.domain.settlement.facts.originals import load_originals
from app.domain.settlement.facts.registry_cache import Known, Registry
from app.domain.settlement.facts.usage import load_past
from app.domain.settlement.facts.visits import load_visits
from app.domain.settlement.infno import RETURN_PART, SETTLE, VISIT_SETTLE
from app.domain.settlement.model import BatchRace, Request, Snapshot
from app.domain.settlement.rules.part_return import rest_of
from app.domain.settlement.stored_bill import bill_of
from app.kit.clock import local_date
from app.kit.ids import IdMaker
from app.ledger import repository as ledger
from app.ledger.kinds import AccountKind
from app.regions.loader import Rulebook
from app.store.database import Connection

OpenName = Callable[[str, bytes], str]
"""(psn_no, sealed name) → name."""


class Loader:
    """Makes snapshots."""

    def __init__(self, rulebook: Rulebook, ids: IdMaker, open_name: OpenName) -> None:
        self._rulebook = rulebook
        self._known = Known(ids)
        self._open_name = open_name

    async def for_batch(self, connection: Connection, requests: Sequence[Request]) -> Snapshot:
        """Everything the fold will look at.

        The accounts are locked first and the grants read after it, so that a freeze that has
        answered is seen (DESIGN §4, law 6: a freeze takes the donor's account lock too).
        """
        snapshot = Snapshot(self._rulebook)
        snapshot.bills = {r.id: bill_of(r.body) for r in requests if r.infno == SETTLE}
        await load_visits(connection, [r for r in requests if r.infno == VISIT_SETTLE], snapshot)
        paid_from = await load_originals(connection, requests, snapshot)
        patients = {bill.person_id for bill in snapshot.bills.values()}
        patients |= {original.settlement.person_id for original in snapshot.originals.values()}
        owners = await ledger.owners_of(connection, paid_from) if paid_from else set()
        registry = await self._people(connection, patients, owners, snapshot, lock=True)
        codes = {r.fixmedins_code for r in requests}
        snapshot.shops = await registry.shops(connection, codes)
        await self._flows(connection, snapshot)
        bills = [*snapshot.bills.values(), *_partly_returned(requests, snapshot)]
        await _rest(connection, registry, bills, snapshot)
        return snapshot

    async def for_bill(self, connection: Connection, bill: Bill, fixmedins_code: str) -> Snapshot:
        """What a preview needs: the same, without locks or writes."""
        snapshot = Snapshot(self._rulebook)
        registry = await self._people(connection, {bill.person_id}, set(), snapshot, lock=False)
        snapshot.shops = await registry.shops(connection, [fixmedins_code])
        await _rest(connection, registry, [bill], snapshot)
        return snapshot

    async def for_person(self, connection: Connection, person_id: int, day: date) -> Snapshot:
        """What is needed to see who could pay for a person on a day."""
        snapshot = Snapshot(self._rulebook)
        await self._people(connection, {person_id}, set(), snapshot, lock=False)
        await load_past(connection, [], snapshot, since=day)
        return snapshot

    async def _people(
        self, connection: Connection, patients: set[int], others: set[int], snapshot: Snapshot, *,
        lock: bool,
    ) -> Registry:  # fmt: skip
        """Patients and donors: accounts, then facts and grants."""
        held = set()
        for account in await parties.accounts(connection, patients, others, lock=lock):
            held.add(account.person_id)
            if not account.closed:
                snapshot.accounts[(account.person_id, account.kind)] = account
            snapshot.accounts_by_id[account.id] = account
        if lock:
            _check_successors(snapshot)
        rows = await parties.people(connection, patients, others)
        by_name = any(self._rulebook.ever_orders_by_name(row["insuplc_admdvs"]) for row in rows)
        for row in rows:
            if row["has_account"] and row["id"] not in held:
                continue  # a donor whose grant came between the two looks was not locked
            name = self._open_name(row["psn_no"], row["psn_name_sealed"]) if by_name else ""
            snapshot.people[row["id"]] = parties.facts_of(row, name)
            snapshot.persons[row["id"]] = parties.named_of(row)
            if grants := parties.grants_of(row):
                snapshot.grants[row["id"]] = grants
            elif row["shown"]:
                snapshot.shown_by_family.add(row["id"])
        return self._known.at(rows[0]["registry"] if rows else 0)

    async def _flows(self, connection: Connection, snapshot: Snapshot) -> None:
        """The flow accounts on the other side of every transfer."""
        pools = {snapshot.rulebook.pool_of(person.place) for person in snapshot.people.values()}
        wanted = [(AccountKind.PAYABLE, code) for code in snapshot.shops]
        wanted += [(AccountKind.POOLED_FUND, pool) for pool in pools]
        wanted.append((AccountKind.SUSPENSE, "refunds"))
        flows = await self._known.flows(connection, wanted)
        snapshot.payables = {code: flows[(AccountKind.PAYABLE, code)] for code in snapshot.shops}
        snapshot.pooled_funds = {pool: flows[(AccountKind.POOLED_FUND, pool)] for pool in pools}
        snapshot.suspense_account = flows[(AccountKind.SUSPENSE, "refunds")]


async def _rest(
    connection: Connection, registry: Registry, bills: Sequence[Bill], snapshot: Snapshot
) -> None:
    codes = {line.med_list_codg for bill in bills for line in bill.lines}
    snapshot.catalogue = await registry.items(connection, codes)
    if bills:
        since = min(local_date(bill.bill_time) for bill in bills)
        await load_past(connection, bills, snapshot, since=since)


def _partly_returned(requests: Sequence[Request], snapshot: Snapshot) -> list[Bill]:
    """The bills of which a part comes back: what is left of them is decided anew, by what else the
    patient has used in the same periods."""
    found = (
        snapshot.originals.get(int(request.body["setl_id"]))
        for request in requests
        if request.infno == RETURN_PART
    )
    return [rest_of(o.settlement, {}) for o in found if o and o.settlement.kind.pays]


def _check_successors(snapshot: Snapshot) -> None:
    """An account that moved while the batch waited for its lock has a successor that the same
    query could not see yet.

    Raises:
        BatchRace: so it was; the next look sees it.
    """
    seen = snapshot.accounts_by_id
    if any(a.successor_id is not None and a.successor_id not in seen for a in seen.values()):
        raise BatchRace
