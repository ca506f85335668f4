"""Loads what a batch needs: a fixed number of set-based queries, accounts locked in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.kit.ids import IdMaker
from app.ledger import repository as ledger
from app.ledger.kinds import AccountKind
from app.people.models import NORMAL
from app.regions.loader import Rulebook
from app.settlement.bill import Bill, Line, Terms
from app.settlement.fold import SETTLE
from app.settlement.model import Facts, Grant, Request, Shop, Snapshot
from app.settlement.originals import load_originals
from app.store.database import Connection

_GRANTS = """
select id, donor_id, beneficiary_id, starts_on, ends_on, rank, frozen_at is not null as frozen,
    purposes, cap_per_use_fen
from aid_grant where beneficiary_id = any($1::bigint[]) and ended_at is null order by id
"""
_PEOPLE = """
select id, psn_no, insutype, psn_type, insuplc_admdvs, psn_insu_stas, suspended
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
_SHOPS = "select fixmedins_code, admdvs from institution where fixmedins_code = any($1::varchar[])"


async def load(
    connection: Connection,
    requests: Sequence[Request],
    rulebook: Rulebook,
    ids: IdMaker,
    *,
    lock: bool,
) -> Snapshot:
    """Everything the fold will look at.

    With ``lock`` the accounts are locked first and the grants read after it, so that a freeze that
    has answered is seen (DESIGN §4, law 6: a freeze takes the donor's account lock too).
    """
    snapshot = Snapshot(rulebook)
    snapshot.bills = {r.id: bill_of(r.body) for r in requests if r.infno == SETTLE}
    account_ids = await load_originals(connection, requests, snapshot)
    patients = {bill.person_id for bill in snapshot.bills.values()}
    patients |= {original.settlement.person_id for original in snapshot.originals.values()}
    donors = await _donors(connection, patients)
    await _load_accounts(connection, patients | donors, account_ids, snapshot, lock=lock)
    await _load_grants(connection, patients, snapshot)
    await _load_people(connection, patients | donors, snapshot)
    await _load_shops(connection, {r.fixmedins_code for r in requests}, snapshot, ids)
    codes = {line.med_list_codg for bill in snapshot.bills.values() for line in bill.lines}
    await _load_catalogue(connection, codes, snapshot)
    return snapshot


async def load_for_person(connection: Connection, person_id: int, rulebook: Rulebook) -> Snapshot:
    """What is needed to see who could pay for a person: as ``load``, without locks or writes."""
    snapshot = Snapshot(rulebook)
    patients = {person_id}
    donors = await _donors(connection, patients)
    await _load_accounts(connection, patients | donors, set(), snapshot, lock=False)
    await _load_grants(connection, patients, snapshot)
    await _load_people(connection, patients | donors, snapshot)
    return snapshot


async def load_for_bill(connection: Connection, bill: Bill, rulebook: Rulebook) -> Snapshot:
    """What a preview needs: as ``load_for_person``, and the catalogue."""
    snapshot = await load_for_person(connection, bill.person_id, rulebook)
    await _load_catalogue(connection, {line.med_list_codg for line in bill.lines}, snapshot)
    return snapshot


def bill_of(body: dict[str, Any]) -> Bill:
    """The bill in a request's normal form (made by ``settlement.accept``)."""
    return Bill(
        person_id=body["person"],
        insutype=body["insutype"],
        med_type=body["med_type"],
        bill_time=datetime.fromisoformat(body["begntime"]),
        total_fen=body["total"],
        account_used=body["acct"],
        lines=tuple(
            Line(sn, code, fen, Decimal(count), Decimal(price))
            for sn, code, fen, count, price in body["lines"]
        ),
        invono=body["invono"],
        credential_id=body["credential"],
    )


async def _donors(connection: Connection, patients: Collection[int]) -> set[int]:
    rows = await connection.fetch(
        "select distinct donor_id from aid_grant "
        "where beneficiary_id = any($1::bigint[]) and ended_at is null",
        list(patients),
    )
    return {row["donor_id"] for row in rows}


async def _load_accounts(
    connection: Connection,
    people: set[int],
    account_ids: set[int],
    snapshot: Snapshot,
    *,
    lock: bool,
) -> None:
    for account in await ledger.accounts_of(connection, people, account_ids, lock=lock):
        snapshot.accounts[(account.person_id, account.kind)] = account
        snapshot.accounts_by_id[account.id] = account


async def _load_grants(
    connection: Connection, patients: Collection[int], snapshot: Snapshot
) -> None:
    for row in await connection.fetch(_GRANTS, list(patients)):
        grant = Grant(
            row["id"], row["donor_id"], row["beneficiary_id"], row["starts_on"], row["ends_on"],
            row["rank"], row["frozen"], tuple(row["purposes"]), row["cap_per_use_fen"],
        )  # fmt: skip
        snapshot.grants.setdefault(grant.beneficiary_id, []).append(grant)
    without = [person for person in patients if person not in snapshot.grants]
    if without:
        rows = await connection.fetch(_FAMILY, without)
        snapshot.shown_by_family = {row["holder_id"] for row in rows}


async def _load_people(connection: Connection, people: set[int], snapshot: Snapshot) -> None:
    """A donor whose grant came between the two looks is not here: it was not locked."""
    for row in await connection.fetch(_PEOPLE, list(people)):
        snapshot.people[row["id"]] = Facts(
            row["id"], row["psn_no"], row["insutype"], row["psn_type"], row["insuplc_admdvs"],
            row["psn_insu_stas"] == NORMAL, row["suspended"],
        )  # fmt: skip


async def _load_shops(
    connection: Connection, codes: set[str], snapshot: Snapshot, ids: IdMaker
) -> None:
    rows = await connection.fetch(_SHOPS, list(codes))
    places = {person.place for person in snapshot.people.values()}
    pools = {snapshot.rulebook.pool_of(place) for place in places}
    wanted = [(AccountKind.PAYABLE, row["fixmedins_code"]) for row in rows]
    wanted += [(AccountKind.POOLED_FUND, pool) for pool in pools]
    wanted.append((AccountKind.SUSPENSE, "refunds"))
    flows = await ledger.flow_accounts(connection, wanted, ids)
    for row in rows:
        code = row["fixmedins_code"]
        snapshot.shops[code] = Shop(code, row["admdvs"], flows[(AccountKind.PAYABLE, code)])
    snapshot.pooled_funds = {pool: flows[(AccountKind.POOLED_FUND, pool)] for pool in pools}
    snapshot.suspense_account = flows[(AccountKind.SUSPENSE, "refunds")]


async def _load_catalogue(
    connection: Connection, codes: Collection[str], snapshot: Snapshot
) -> None:
    for row in await connection.fetch(_CATALOGUE, list(codes)):
        snapshot.catalogue[row["med_list_codg"]] = Terms(
            row["name"], row["list_type"], row["chrgitm_lv"], row["selfpay_prop"],
            row["pric_uplmt_amt"], row["licence"],
        )  # fmt: skip
