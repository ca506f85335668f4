"""Who takes part in a batch: patients and those who pay for them, in two statements.

The first locks the accounts, the second reads people and grants after that, so that a freeze that
has answered is seen (law 6: a freeze takes the donor's account lock too).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Self

from app.domain.aid.repository import USED
from app.domain.aid.rules.standing import BINDS
from app.domain.registry.named import Named
from app.domain.settlement.bill import SAME_FOR, Bill
from app.domain.settlement.model import BatchRace, Facts, Grant
from app.ledger.models import Account
from app.ledger.repository import account_of
from app.regions.periods import COLUMNS, caps_of
from app.store.cells.shared import Shared
from app.store.database import Connection, Record
from app.words import NORMAL, CardState

# Of whose row was merged all other rows, too: money comes back to the accounts of the one that
# stays. So written that people are entered by their ids, not by the index of all that were merged.
_EVERYBODY = """
any(array(
    select unnest($1::bigint[] || $2::bigint[])
    union
    select unnest(rows_of(merged_into)) from person
    where id = any($1::bigint[] || $2::bigint[]) and coalesce(merged_into, 0) <> 0
    union
    select donor_id from aid_grant where beneficiary_id = any($1::bigint[]) and ended_at is null
        and declined_at is null
))
"""
_ACCOUNTS = f"""
select id, kind, person_id, balance_fen, version, closed_at is not null as closed, successor_id
from account where person_id = {_EVERYBODY} order by id
"""  # noqa: S608
_LOCK = _ACCOUNTS + " for no key update"
_SHOWN_HERE = """p.id = any($1::bigint[]) and exists (
        select from family_binding b where b.holder_id = p.id and b.state = 'active')"""
_SHOWN = """
select distinct holder_id from family_binding
where holder_id = any($1::bigint[]) and state = 'active'
"""


def _facts(shown: str) -> str:
    """``shown``: SQL of whether a relative may show the code."""
    return f"""
select p.id, p.psn_no, p.insutype, p.psn_type, p.insuplc_admdvs, p.psn_insu_stas, p.suspended,
    p.psn_name_sealed, p.psn_cert_type, p.certno_sealed, p.gend, p.brdy, p.merged_into,
    array(select m.id from person m where m.merged_into = p.id) as merged,
    array(select m.psn_no from person m where m.merged_into = p.id) as merged_numbers,
    exists (select from account a where a.person_id = p.id) as has_account,
    case when p.id = any($1::bigint[]) then (
        select jsonb_agg(jsonb_build_array(g.id, g.donor_id, g.starts_on, g.ends_on, g.rank,
            g.frozen_at is not null, g.purposes, g.agreed_at is not null,
            g.ask_above_fen, g.once, g.paused_until,
            case when g.once then {USED.format(grant="g")} end is not null,
            {", ".join(f"g.{name}" for name in COLUMNS)})
            order by g.id)
        from aid_grant g
        where g.beneficiary_id = p.id and {BINDS.format(grant="g")}
    ) end as grants,
    {shown} as shown,
    case when p.id = any($1::bigint[]) then (
        select w.chosen_place from wallet w
        where w.person_id = p.id and left(w.chosen_for, 4) = left(p.insuplc_admdvs, 4)
    ) end as wallet_place,
    (select version from registry_state where one) as registry,
    (select array_agg(s.id) from unnest($3::bigint[], $4::bigint[]) as n (credential_id, bill_key)
        join settlement s using (credential_id, bill_key) where s.kind in (1, 4)) as same_bills,
    case when cardinality($5::bigint[]) > 0 then (
        select array_agg(s.id) from unnest($5::bigint[], $6::bigint[]) as n (person_id, bill_key)
        join settlement s using (person_id, bill_key)
        where s.kind in (1, 4) and s.credential_id is null and s.settled_at > $7
    ) end as same_by_card
from person p where p.id = {_EVERYBODY}
"""  # noqa: S608


_FACTS = _facts(_SHOWN_HERE)
_WITHOUT_TIES = _facts("false")
_CARDS = "select id, state from card where id = any($1::bigint[]) order by id for share"

_NEVER = datetime.max.replace(tzinfo=UTC)
_SPENT = 11
"""Where ``_FACTS`` says of a grant that it was used."""
_ONCE = f"""
select g.id, {USED.format(grant="g")} is not null as spent
from aid_grant g where g.id = any($1::bigint[]) and g.once
"""  # noqa: S608

OpenName = Callable[[str, bytes], str]
"""(psn_no, sealed name) → name."""


@dataclass(slots=True)
class Participants:
    """Patients, their donors and others whose accounts are touched, by person's id."""

    people: dict[int, Facts] = field(default_factory=dict)
    named: dict[int, Named] = field(default_factory=dict)
    """The same people as a door names them."""
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    once: set[int] = field(default_factory=set)
    """Grants for one bill."""
    spent: set[int] = field(default_factory=set)
    """Those of them whose bill stands paid."""
    shown_by_family: set[int] = field(default_factory=set)
    accounts: list[Account] = field(default_factory=list)
    registry_version: int = 0
    same_bills: list[int] = field(default_factory=list)
    """Settlements of bills that are the same as those asked for."""


@dataclass(slots=True)
class Coming:
    """Bills that are to be settled, by what makes them the same as others (``bill_key``): by the
    code that was scanned, or by the patient where a card or a number was shown."""

    by_code: list[tuple[int, int]] = field(default_factory=list)
    by_person: list[tuple[int, int]] = field(default_factory=list)
    since: datetime = _NEVER
    """Of the latter those settled after it."""

    @classmethod
    def of(cls, bills: Iterable[tuple[Bill, int]], first: datetime | None) -> Self:
        """``first``: when the first of their messages came."""
        found = cls(since=_NEVER if first is None else first - SAME_FOR)
        for bill, key in bills:
            if bill.credential_id is not None:
                found.by_code.append((bill.credential_id, key))
            else:
                found.by_person.append((bill.person_id, key))
        return found

    def columns(self) -> tuple[list[int], list[int], list[int], list[int], datetime]:
        codes, people = self.by_code, self.by_person
        return (
            [code for code, _ in codes],
            [key for _, key in codes],
            [person for person, _ in people],
            [key for _, key in people],
            self.since,
        )


async def participants(
    connection: Connection,
    patients: Collection[int],
    others: Collection[int],
    by_name: Callable[[str], bool],
    open_name: OpenName,
    *,
    lock: bool,
    coming: Coming,
    ties: Shared | None,
) -> Participants:
    """Accounts first, then facts and grants, and whether one of the bills was settled before.

    ``by_name``: whether a place's region may order donors by name; only then names are opened.
    With ``lock`` the accounts are locked in ascending order of id until the transaction ends.
    ``ties``: where family ties are, if elsewhere; asked before anything is locked, since who may
    show a code only says in other words why nobody paid.

    Raises:
        BatchRace: an account moved while this waited for its lock.
    """
    found = Participants()
    shown = await _shown(ties, patients) if ties is not None and patients else frozenset()
    found.accounts = await _accounts(connection, patients, others, lock=lock)
    if lock:
        _check_successors(found.accounts)
    held = {account.person_id for account in found.accounts}
    facts = _FACTS if ties is None else _WITHOUT_TIES
    rows = await connection.fetch(facts, list(patients), list(others), *coming.columns())
    with_names = any(by_name(row["insuplc_admdvs"]) for row in rows)
    for row in rows:
        person = row["id"]
        if row["has_account"] and person not in held:
            continue  # a donor whose grant came between the two looks was not locked
        name = open_name(row["psn_no"], row["psn_name_sealed"]) if with_names else ""
        found.people[person] = facts_of(row, name)
        found.named[person] = _named_of(row)
        if grants := _grants_of(row):
            found.grants[person] = grants
            found.once |= {grant.id for grant in grants if grant.once}
            found.spent |= _spent_of(row)
        elif row["shown"] or person in shown:
            found.shown_by_family.add(person)
    if rows:
        found.registry_version = rows[0]["registry"]
        found.same_bills = [*(rows[0]["same_bills"] or []), *(rows[0]["same_by_card"] or [])]
    return found


async def _shown(shared: Shared, patients: Collection[int]) -> frozenset[int]:
    """Of patients those whose code a relative may show."""
    return frozenset(row["holder_id"] for row in await shared.rows(_SHOWN, list(patients)))


async def locked_cards(connection: Connection, card_ids: Collection[int]) -> dict[int, CardState]:
    """What cards are now, locked in ascending order of id until the transaction ends: who reports
    one lost waits for what is paid with it just now, and nothing is paid with it afterwards."""
    rows = await connection.fetch(_CARDS, list(card_ids)) if card_ids else []
    return {row["id"]: CardState(row["state"]) for row in rows}


async def once_of(connection: Connection, grant_ids: Collection[int]) -> dict[int, bool]:
    """Which of these grants, ended or not, are for one bill, and whether it stands paid."""
    rows = await connection.fetch(_ONCE, list(grant_ids)) if grant_ids else []
    return {row["id"]: row["spent"] for row in rows}


def _check_successors(accounts: Collection[Account]) -> None:
    """An account that moved while the batch waited for its lock has a successor that the same
    query could not see yet; the next look sees it."""
    seen = {account.id for account in accounts}
    if any(a.successor_id is not None and a.successor_id not in seen for a in accounts):
        raise BatchRace


async def _accounts(
    connection: Connection, patients: Collection[int], others: Collection[int], *, lock: bool
) -> list[Account]:
    """Accounts of patients, of those who may pay for them and of others; closed ones included."""
    sql = _LOCK if lock else _ACCOUNTS
    return [account_of(row) for row in await connection.fetch(sql, list(patients), list(others))]


def facts_of(row: Record, sort_name: str) -> Facts:
    """A person from the registry's row."""
    return Facts(
        row["id"],
        row["psn_no"],
        row["insutype"],
        row["psn_type"],
        row["insuplc_admdvs"],
        row["psn_insu_stas"] == NORMAL,
        row["suspended"],
        sort_name,
        row["wallet_place"] or "",
        row["merged_into"],
        tuple(row["merged"]),
        tuple(row["merged_numbers"]),
    )


def _named_of(row: Record) -> Named:
    """What a door needs to name the person."""
    return Named(
        row["id"],
        row["psn_no"],
        row["psn_name_sealed"],
        row["psn_cert_type"],
        row["certno_sealed"],
        row["gend"],
        row["brdy"],
    )


def _grants_of(row: Record) -> list[Grant]:
    """A patient's grants, oldest first."""
    return [_grant(row["id"], *values) for values in row["grants"] or ()]


def _spent_of(row: Record) -> set[int]:
    """Those of them that were for one bill, which stands paid."""
    return {values[0] for values in row["grants"] or () if values[_SPENT]}


def _grant(
    beneficiary: int,
    number: int,
    donor: int,
    starts: str,
    ends: str | None,
    rank: int,
    frozen: bool,
    purposes: list[str],
    agreed: bool,
    ask_above_fen: int | None,
    once: bool,
    paused_until: str | None,
    _spent: bool,
    *caps: int | None,
) -> Grant:
    return Grant(
        number,
        donor,
        beneficiary,
        date.fromisoformat(starts),
        date.fromisoformat(ends) if ends else None,
        rank,
        frozen,
        tuple(purposes),
        caps_of(caps),
        agreed,
        ask_above_fen,
        once,
        date.fromisoformat(paused_until) if paused_until else None,
    )
