"""Loads what a batch needs: a fixed number of set-based queries, accounts locked in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from app.kit.clock import local_date
from app.kit.ids import IdMaker
from app.ledger import repository as ledger
from app.ledger.kinds import AccountKind
from app.people.models import NORMAL
from app.regions.loader import Rulebook
from app.settlement.bill import Bill, Terms
from app.settlement.body import bill_of
from app.settlement.donors import Caps
from app.settlement.infno import RETURN_PART, SETTLE, VISIT_SETTLE
from app.settlement.model import BatchRace, Facts, Grant, Request, Shop, Snapshot
from app.settlement.originals import load_originals
from app.settlement.past import load_past
from app.settlement.rest import rest_of
from app.settlement.visits import load_visits
from app.store.database import Connection, Record

OpenName = Callable[[str, bytes], str]
"""(psn_no, sealed name) → name."""

_GRANTS = """
select id, donor_id, beneficiary_id, starts_on, ends_on, rank, frozen_at is not null as frozen,
    purposes, cap_per_use_fen, cap_day_fen, cap_month_fen, cap_year_fen
from aid_grant
where beneficiary_id = any($1::bigint[]) and ended_at is null and confirmed_at is not null
order by id
"""
_PEOPLE = """
select id, psn_no, insutype, psn_type, insuplc_admdvs, psn_insu_stas, suspended, psn_name_sealed
from person where id = any($1::bigint[])
"""
_FAMILY = """
select distinct holder_id from family_binding
where holder_id = any($1::bigint[]) and state = 'active'
"""
_CATALOGUE = """
select med_list_codg, name, list_type, chrgitm_lv, selfpay_prop, pric_uplmt_amt, licence
from catalogue_item where med_list_codg = any($1::varchar[])
"""
_SHOPS = """
select fixmedins_code, admdvs, hosp_lv, outpatient_pooling, cross_region
from institution where fixmedins_code = any($1::varchar[])
"""


class Loader:
    """Makes snapshots."""

    def __init__(self, rulebook: Rulebook, ids: IdMaker, open_name: OpenName) -> None:
        self._rulebook = rulebook
        self._ids = ids
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
        await self._people(connection, patients, paid_from, snapshot, lock=True)
        await self._shops(connection, {r.fixmedins_code for r in requests}, snapshot)
        await self._flows(connection, snapshot)
        bills = [*snapshot.bills.values(), *_partly_returned(requests, snapshot)]
        await self._rest(connection, bills, snapshot)
        return snapshot

    async def for_bill(self, connection: Connection, bill: Bill, fixmedins_code: str) -> Snapshot:
        """What a preview needs: the same, without locks or writes."""
        snapshot = Snapshot(self._rulebook)
        await self._people(connection, {bill.person_id}, set(), snapshot, lock=False)
        await self._shops(connection, {fixmedins_code}, snapshot)
        await self._rest(connection, [bill], snapshot)
        return snapshot

    async def for_person(self, connection: Connection, person_id: int, day: date) -> Snapshot:
        """What is needed to see who could pay for a person on a day."""
        snapshot = Snapshot(self._rulebook)
        await self._people(connection, {person_id}, set(), snapshot, lock=False)
        await load_past(connection, [], snapshot, since=day)
        return snapshot

    async def _people(
        self,
        connection: Connection,
        patients: set[int],
        account_ids: set[int],
        snapshot: Snapshot,
        *,
        lock: bool,
    ) -> None:
        """Patients and donors: accounts, grants, facts, in this order."""
        everybody = patients | await _donors(connection, patients)
        found = await ledger.accounts_of(connection, everybody, account_ids, lock=lock)
        for account in found:
            if not account.closed:
                snapshot.accounts[(account.person_id, account.kind)] = account
            snapshot.accounts_by_id[account.id] = account
        if lock:
            _check_successors(snapshot)
        await _grants(connection, patients, snapshot)
        # A donor whose grant came between the two looks is left out: it was not locked.
        rows = await connection.fetch(_PEOPLE, list(everybody))
        by_name = any(self._rulebook.ever_orders_by_name(row["insuplc_admdvs"]) for row in rows)
        for row in rows:
            name = self._open_name(row["psn_no"], row["psn_name_sealed"]) if by_name else ""
            snapshot.people[row["id"]] = facts_of(row, name)

    async def _shops(
        self, connection: Connection, codes: Collection[str], snapshot: Snapshot
    ) -> None:
        for row in await connection.fetch(_SHOPS, list(codes)):
            code = row["fixmedins_code"]
            snapshot.shops[code] = Shop(
                code, row["admdvs"], row["hosp_lv"], row["outpatient_pooling"],
                row["cross_region"],
            )  # fmt: skip

    async def _flows(self, connection: Connection, snapshot: Snapshot) -> None:
        """The flow accounts on the other side of every transfer."""
        pools = {snapshot.rulebook.pool_of(person.place) for person in snapshot.people.values()}
        wanted = [(AccountKind.PAYABLE, code) for code in snapshot.shops]
        wanted += [(AccountKind.POOLED_FUND, pool) for pool in pools]
        wanted.append((AccountKind.SUSPENSE, "refunds"))
        flows = await ledger.flow_accounts(connection, wanted, self._ids)
        snapshot.payables = {code: flows[(AccountKind.PAYABLE, code)] for code in snapshot.shops}
        snapshot.pooled_funds = {pool: flows[(AccountKind.POOLED_FUND, pool)] for pool in pools}
        snapshot.suspense_account = flows[(AccountKind.SUSPENSE, "refunds")]

    async def _rest(
        self, connection: Connection, bills: Sequence[Bill], snapshot: Snapshot
    ) -> None:
        codes = {line.med_list_codg for bill in bills for line in bill.lines}
        snapshot.catalogue = await terms_of_codes(connection, codes)
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


async def terms_of_codes(connection: Connection, codes: Collection[str]) -> dict[str, Terms]:
    """What the catalogue says of items; unknown ones are left out."""
    rows = await connection.fetch(_CATALOGUE, list(codes))
    return {row["med_list_codg"]: _terms(row) for row in rows}


def _check_successors(snapshot: Snapshot) -> None:
    """An account that moved while the batch waited for its lock has a successor that the same
    query could not see yet.

    Raises:
        BatchRace: so it was; the next look sees it.
    """
    seen = snapshot.accounts_by_id
    if any(a.successor_id is not None and a.successor_id not in seen for a in seen.values()):
        raise BatchRace


async def _donors(connection: Connection, patients: Collection[int]) -> set[int]:
    rows = await connection.fetch(
        "select distinct donor_id from aid_grant "
        "where beneficiary_id = any($1::bigint[]) and ended_at is null",
        list(patients),
    )
    return {row["donor_id"] for row in rows}


async def _grants(connection: Connection, patients: Collection[int], snapshot: Snapshot) -> None:
    for row in await connection.fetch(_GRANTS, list(patients)):
        snapshot.grants.setdefault(row["beneficiary_id"], []).append(_grant(row))
    without = [person for person in patients if person not in snapshot.grants]
    if without:
        rows = await connection.fetch(_FAMILY, without)
        snapshot.shown_by_family = {row["holder_id"] for row in rows}


def _grant(row: Record) -> Grant:
    caps = Caps(
        row["cap_per_use_fen"], row["cap_day_fen"], row["cap_month_fen"], row["cap_year_fen"]
    )
    return Grant(
        row["id"], row["donor_id"], row["beneficiary_id"], row["starts_on"], row["ends_on"],
        row["rank"], row["frozen"], tuple(row["purposes"]), caps,
    )  # fmt: skip


def facts_of(row: Record, sort_name: str) -> Facts:
    """A person from the registry's row."""
    return Facts(
        row["id"], row["psn_no"], row["insutype"], row["psn_type"], row["insuplc_admdvs"],
        row["psn_insu_stas"] == NORMAL, row["suspended"], sort_name,
    )  # fmt: skip


def _terms(row: Record) -> Terms:
    return Terms(
        row["name"], row["list_type"], row["chrgitm_lv"], row["selfpay_prop"],
        row["pric_uplmt_amt"], row["licence"],
    )  # fmt: skip
