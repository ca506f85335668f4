"""Loads what a batch needs: a fixed number of set-based queries, accounts locked in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.domain.prescription.book import dispensing
from app.domain.settlement.asking.repository import answers
from app.domain.settlement.bill import Bill, Terms
from app.domain.settlement.facts.originals import Originals, add_chains, originals
from app.domain.settlement.facts.participants import (
    Coming,
    OpenName,
    Participants,
    locked_cards,
    once_of,
    participants,
)
from app.domain.settlement.facts.registry_cache import RegistryCache
from app.domain.settlement.facts.usage import Usage, usage
from app.domain.settlement.facts.visits import visit_bills
from app.domain.settlement.model import Institution, Request, Settlement, Snapshot
from app.domain.settlement.orders import PartReturn, Purchase, VisitBill
from app.domain.settlement.rules.boxes.prescribed import numbers
from app.domain.settlement.rules.part_return import bill_after_return
from app.domain.settlement.rules.settlement_row import key_of
from app.domain.trace import repository as trace
from app.kit.ids import IdMaker
from app.kit.value import value
from app.ledger import repository as ledger
from app.ledger.holds import SUSPENSE_CODE
from app.ledger.kinds import AccountKind
from app.regions.loader import Rulebook
from app.store.cells.shared import Shared
from app.store.database import Connection


class Loader:
    """Makes snapshots."""

    def __init__(
        self, rulebook: Rulebook, ids: IdMaker, open_name: OpenName, ties: Shared | None = None
    ) -> None:
        """``ties``: where family ties are, if elsewhere than the accounts."""
        self._rulebook = rulebook
        self._ties = ties
        self._cache = RegistryCache(ids)
        self._open_name = open_name

    async def for_batch(
        self, connection: Connection, requests: Sequence[Request], today: date, boxes: bool = True
    ) -> Snapshot:
        """Everything the fold will look at, on this day or the next. ``boxes``: also what stands
        sold of whole boxes; nearly none is, and the writer finds what is (``BoxRace``).

        The accounts are locked first and the grants read after it, so that a freeze that has
        answered is seen (law 6: a freeze takes the donor's account lock too).
        """
        orders = {request.id: request.order for request in requests}
        bills = {i: order.bill for i, order in orders.items() if isinstance(order, Purchase)}
        visits = {i: order for i, order in orders.items() if isinstance(order, VisitBill)}
        visited = await visit_bills(connection, visits)
        bills |= visited.bills
        if again := [request.id for request in requests if request.asked]:
            for i, said in (await answers(connection, again)).items():
                bills[i] = replace(bills[i], answers=said)
        keys = _keys(requests)
        first = min((one.received_at for one in requests if one.received_at), default=None)
        coming = Coming.of(((bills[i], key) for i, key in keys.items()), first)
        undone = await originals(connection, requests)
        patients = {bill.person_id for bill in bills.values()}
        patients |= {original.settlement.person_id for original in undone.by_id.values()}
        owners = await ledger.owners_of(connection, undone.accounts) if undone.accounts else set()
        known = await self._participants(connection, patients, owners, coming, lock=True)
        shown = {bill.card_id for bill in bills.values() if bill.card_id is not None}
        cards = await locked_cards(connection, shown)
        before = {*known.same_bills, *visited.settled.values()}
        await add_chains(connection, before, undone)
        await _add_once(connection, undone, known)
        registry = self._cache.at(known.registry_version)
        codes = {request.fixmedins_code for request in requests}
        institutions = await registry.institutions(connection, codes)
        places = {person.place for person in known.people.values()}
        places |= {one.settlement.insuplc_admdvs for one in undone.by_id.values()}
        flows = await self._flows(connection, places, institutions)
        returned = _partly_returned(requests, undone)
        decided = [*bills.values(), *(bill_after_return(row, {}) for row in returned)]
        since = min((row.counted_on for row in returned), default=today)
        codes = {line.med_list_codg for bill in decided for line in bill.lines}
        catalogue = await registry.items(connection, codes)
        past = await self._usage(connection, decided, known, institutions.values(), since)
        scanned_codes = _codes(bills.values(), undone)
        looked_at = scanned_codes if boxes else _known_codes(bills.values(), undone)
        sold = await trace.sold(connection, looked_at) if looked_at else {}
        rxnos = numbers(line for bill in bills.values() for line in bill.lines)
        rxnos |= numbers(p.line for one in undone.by_id.values() for p in one.settlement.lines)
        return replace(
            self._snapshot(known, institutions, past, catalogue),
            payables=flows.payables,
            pooled_funds=flows.pooled_funds,
            suspense_account=flows.suspense,
            bills=bills,
            originals=undone.by_id,
            named=undone.named,
            free_lines=undone.free_lines,
            settled_lines=visited.settled,
            bill_keys=keys,
            cards=cards,
            sold=sold,
            prescriptions=await dispensing.prescribed(connection, rxnos, lock=True),
            products=await registry.products(connection, trace.prefixes_of(scanned_codes)),
            same_bills=_by_key(undone.by_id[one].settlement for one in known.same_bills),
        )

    async def for_bill(
        self, connection: Connection, bill: Bill, fixmedins_code: str, today: date
    ) -> Snapshot:
        """What a preview needs: the same, without locks or writes."""
        known = await self._participants(connection, {bill.person_id}, set(), lock=False)
        registry = self._cache.at(known.registry_version)
        institutions = await registry.institutions(connection, [fixmedins_code])
        catalogue = await registry.items(connection, {line.med_list_codg for line in bill.lines})
        past = await self._usage(connection, [bill], known, institutions.values(), today)
        found = await dispensing.prescribed(connection, numbers(bill.lines), lock=False)
        return replace(self._snapshot(known, institutions, past, catalogue), prescriptions=found)

    async def for_people(
        self, connection: Connection, person_ids: set[int], day: date, *, lock: bool = False
    ) -> Snapshot:
        """What is needed to see who could pay for people on a day; with ``lock`` their accounts
        and their donors' are locked, in ascending order of id.

        Raises:
            BatchRace: an account moved while this waited for its lock.
        """
        known = await self._participants(connection, person_ids, set(), lock=lock)
        past = await usage(connection, [], known, (), self._rulebook, since=day)
        return self._snapshot(known, {}, past, {})

    def _snapshot(
        self,
        known: Participants,
        institutions: dict[str, Institution],
        past: Usage,
        catalogue: dict[str, Terms],
    ) -> Snapshot:
        accounts = known.accounts
        return Snapshot(
            rulebook=self._rulebook,
            people=known.people,
            persons=known.named,
            grants=known.grants,
            once=known.once,
            spent=known.spent,
            shown_by_family=known.shown_by_family,
            accounts={(a.person_id, a.kind): a for a in accounts if not a.closed},
            accounts_by_id={a.id: a for a in accounts},
            institutions=institutions,
            uses=past.uses,
            history=past.history,
            filings=past.filings,
            catalogue=catalogue,
        )

    async def _participants(
        self,
        connection: Connection,
        patients: set[int],
        others: set[int],
        coming: Coming | None = None,
        *,
        lock: bool,
    ) -> Participants:
        by_name, open_name = self._rulebook.ever_orders_by_name, self._open_name
        return await participants(
            connection,
            patients,
            others,
            by_name,
            open_name,
            lock=lock,
            coming=coming or Coming(),
            ties=self._ties,
        )

    async def _usage(
        self,
        connection: Connection,
        bills: Sequence[Bill],
        known: Participants,
        institutions: Collection[Institution],
        since: date,
    ) -> Usage:
        if not bills:
            return Usage()
        return await usage(connection, bills, known, institutions, self._rulebook, since=since)

    async def _flows(
        self, connection: Connection, places: Collection[str], institutions: Collection[str]
    ) -> Flows:
        """The flow accounts on the other side of every transfer; ``places``: where people are
        insured, or were when they paid."""
        pools = {self._rulebook.pool_of(place) for place in places}
        wanted = [(AccountKind.PAYABLE, code) for code in institutions]
        wanted += [(AccountKind.POOLED_FUND, pool) for pool in pools]
        wanted.append((AccountKind.SUSPENSE, SUSPENSE_CODE))
        found = await self._cache.flows(connection, wanted)
        return Flows(
            payables={code: found[(AccountKind.PAYABLE, code)] for code in institutions},
            pooled_funds={pool: found[(AccountKind.POOLED_FUND, pool)] for pool in pools},
            suspense=found[(AccountKind.SUSPENSE, SUSPENSE_CODE)],
        )


@value
class Flows:
    """Ids of flow accounts: by institution, by pool, and where homeless refunds wait."""

    payables: dict[str, int]
    pooled_funds: dict[str, int]
    suspense: int


async def _add_once(connection: Connection, undone: Originals, known: Participants) -> None:
    """Of what gives money back and may have to be taken back: which grants were for one bill."""
    back = [o for o in undone.by_id.values() if not o.settlement.kind.pays]
    paid_by = {paid.grant_id for one in back for paid in one.transfers if paid.grant_id is not None}
    for grant, spent in (await once_of(connection, paid_by)).items():
        known.once.add(grant)
        if spent:
            known.spent.add(grant)


def _keys(requests: Sequence[Request]) -> dict[int, int]:
    """What makes purchases the same as others, by request id."""
    found = {}
    for request in requests:
        if isinstance(request.order, Purchase):
            key = key_of(request, request.order.bill)
            if key is not None:
                found[request.id] = key
    return found


def _codes(bills: Iterable[Bill], undone: Originals) -> set[str]:
    """The trace codes that bills sell, and those of what may be undone or restored."""
    lines = [line for bill in bills for line in bill.lines if line.codes]
    return {one.code for line in lines for one in line.codes} | _codes_of(undone)


def _known_codes(bills: Iterable[Bill], undone: Originals) -> set[str]:
    """Those of which the sales that stand have to be known: of boxes that are sold in parts, and of
    what was sold before."""
    lines = [line for bill in bills for line in bill.lines if line.codes]
    return {one.code for line in lines for one in line.codes if one.split} | _codes_of(undone)


def _codes_of(undone: Originals) -> set[str]:
    parts = [part for one in undone.by_id.values() for part in one.settlement.lines]
    return {scanned.code for part in parts for scanned in part.line.codes}


def _by_key(rows: Iterable[Settlement]) -> dict[int, list[int]]:
    """Settlements in the order in which they were made, by what makes bills the same."""
    found: dict[int, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        if row.bill_key is not None:
            found.setdefault(row.bill_key, []).append(row.id)
    return found


def _partly_returned(requests: Sequence[Request], undone: Originals) -> list[Settlement]:
    """What a part comes back of: what is left of it is decided anew, by what else the patient has
    used in the same periods."""
    named = (
        undone.by_id.get(request.order.settlement_id)
        for request in requests
        if isinstance(request.order, PartReturn)
    )
    return [o.settlement for o in named if o and o.settlement.kind.pays]
