"""Grants and their use in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from tortoise.expressions import Q, RawSQL
from tortoise.queryset import QuerySet

from app.domain.aid.models import AidGrant
from app.domain.aid.rules.ending import CAUSES
from app.kit.clock import midnight
from app.kit.value import value
from app.ledger.kinds import TransferKind
from app.ledger.models import Account
from app.regions.periods import COUNTED, Caps
from app.store.database import Connection, Database, Record

GIVEN_BACK = """
    (select r.transfer_id from transfer_reversal r where r.reverses_id = {transfer}.id
        and (r.kind <> 8 or (select b.transfer_id from transfer_reversal b
            where b.reverses_id = r.transfer_id) is not null)) is not null
"""
"""SQL: a payment, or what is held for a premium, has come back."""
USED = f"""
    (select t.created_at from transfer t where t.grant_id = {{grant}}.id and t.kind in (2, 5, 7)
        and not {GIVEN_BACK.format(transfer="t")} order by t.id limit 1)
"""  # noqa: S608
"""SQL: when a bill or premium was paid by a grant that stands; null: none."""
# A donor's two accounts may both pay of one bill: one record a bill and grant. Each group has two
# rows at the most and their ids lie side by side, so twice as many rows hold enough whole groups.
_RECORDS = """
with mine as (
    select t.id, t.amount_fen, t.kind, t.grant_id, t.created_at, t.settlement_id,
        exists (select from transfer_reversal r where r.reverses_id = t.id) as given_back,
        exists (select from counter_task c where c.transfer_id = t.id and c.done_at is null)
            as at_counter
    from transfer t join aid_grant g on g.id = t.grant_id
    where (g.beneficiary_id = any(rows_of($1))
            or g.donor_id = any(rows_of($1)) and g.agreed_at is not null) and t.id < $2
        and t.settlement_id is not null and ($4::bigint is null or g.id = $4)
    order by t.id desc limit 2 * $3::int
), bills as (
    select min(id) as id, sum(amount_fen)::bigint as amount_fen, kind, grant_id,
        min(created_at) as created_at, settlement_id, bool_and(given_back) as given_back,
        bool_or(at_counter) as at_counter
    from mine group by settlement_id, grant_id, kind
)
select b.*, s.fixmedins_code, s.id as setl_id, row_that_stays(s.person_id) as beneficiary_id,
    row_that_stays(g.donor_id) as donor_id, g.relation, i.fixmedins_name
from bills b
join aid_grant g on g.id = b.grant_id
join settlement s on s.id = b.settlement_id
left join institution i on i.fixmedins_code = s.fixmedins_code
order by b.id desc limit $3
"""

_PAID_FOR = """
select row_that_stays(g.beneficiary_id),
    sum(case when t.kind = any($5::smallint[]) then t.amount_fen else -t.amount_fen end)::bigint
from aid_grant g join transfer t on t.grant_id = g.id
where g.donor_id = any(rows_of($1)) and g.agreed_at is not null and t.settlement_id is not null
    and t.created_at >= $2 and t.created_at < $3 and t.kind = any($4::smallint[])
group by 1
"""

# The order of a beneficiary's grants that are agreed to and neither ended nor over; rows of before
# have no rank yet and stand as they were bound.
_ORDER = f"""
select beneficiary_id, array_agg(id order by rank, id) as grants from aid_grant
where beneficiary_id = any($1::bigint[]) and ended_at is null and agreed_at is not null
    and (ends_on is null or ends_on >= $2)
    and (not once or {USED.format(grant="aid_grant")} is null)
group by beneficiary_id
"""  # noqa: S608
_SET_RANKS = """
update aid_grant g set rank = o.place::int
from unnest($1::bigint[]) with ordinality as o (id, place)
where g.id = o.id and g.rank <> o.place
"""
_TIES = """
select id, donor_id, beneficiary_id, purposes, agreed_at is not null as agreed
from aid_grant where id = any($1::bigint[]) and ended_at is null
"""
_ALLOTTED = """
select count(distinct t.created_at)::int from account a join transfer t on t.credit_account = a.id
where a.person_id = any(rows_of($1)) and a.kind = 5 and t.kind = 19 and t.created_at >= $2
"""
_TO_END_WITH = """
select id, donor_id, beneficiary_id from aid_grant where ended_at is null
    and (donor_id = $1 or beneficiary_id = $1 and agreed_at is not null)
order by id
"""
_END_ALL = """
update aid_grant g set ended_at = $3, end_reason = o.reason
from unnest($1::bigint[], $2::text[]) as o (id, reason)
where g.id = o.id and g.ended_at is null
"""

# A frozen one stays frozen, by whoever it was.
_CARRY = """
insert into aid_grant (id, donor_id, beneficiary_id, relation, starts_on, ends_on, rank,
    rank_wanted, purposes, cap_per_use_fen, cap_day_fen, cap_week_fen, cap_month_fen, cap_year_fen,
    created_at, confirmed_at, agreed_at, frozen_at, frozen_by, ask_above_fen, freed_at, once,
    paused_at, paused_until)
select $2, $3, $4, relation, starts_on, ends_on, 0, rank_wanted, purposes, cap_per_use_fen,
    cap_day_fen, cap_week_fen, cap_month_fen, cap_year_fen, created_at, $5, $5, frozen_at,
    case frozen_by when donor_id then $3 else frozen_by end, ask_above_fen, freed_at, once,
    paused_at, paused_until
from aid_grant where id = $1
"""


def _grants() -> QuerySet[AidGrant]:
    """Grants with ``used_at``."""
    used = RawSQL(f'case when "aid_grant".once then {USED.format(grant="aid_grant")} end')
    return AidGrant.annotate(used_at=used)


async def get(grant_id: int) -> AidGrant | None:
    return await _grants().get_or_none(id=grant_id)


@value
class Tie:
    """Who a grant binds, and what for."""

    donor_id: int
    beneficiary_id: int | None
    purposes: tuple[str, ...]
    agreed: bool


async def ties_of(connection: Connection, grants: Collection[str]) -> dict[str, Tie]:
    """Grants that have not ended, by their ids as they were written."""
    wanted = {one: int(one) for one in grants if one.isdigit() and int(one) < 2**63}
    rows = await connection.fetch(_TIES, list(wanted.values())) if wanted else []
    found = {
        row["id"]: Tie(
            row["donor_id"], row["beneficiary_id"], tuple(row["purposes"]), row["agreed"]
        )
        for row in rows
    }
    return {one: found[number] for one, number in wanted.items() if number in found}


async def live_of_donor(donor_id: int) -> list[AidGrant]:
    """A donor's grants that have not ended, first bound first."""
    return await _grants().filter(donor_id=donor_id, ended_at=None).order_by("id")


async def live_of_beneficiary(beneficiary_id: int) -> list[AidGrant]:
    """The grants of which a person is the beneficiary and which that person has not declined, first
    bound first."""
    return (
        await _grants()
        .filter(beneficiary_id=beneficiary_id, ended_at=None, declined_at=None)
        .order_by("id")
    )


async def live_of_any(person_ids: Sequence[int]) -> list[AidGrant]:
    """Grants that have not ended and of which one of these people is a side; to their donors those
    that were declined are among them."""
    return await _grants().filter(
        Q(donor_id__in=person_ids) | Q(beneficiary_id__in=person_ids), ended_at=None
    )


async def lock_donor(connection: Connection, donor_id: int) -> None:
    """Locks the donor's accounts until the transaction ends.

    Every settlement locks them too before it looks at grants. Whoever changes a grant under this
    lock knows that no settlement commits against the old state after the change has been committed.
    """
    await lock_accounts(connection, [donor_id])


async def lock_accounts(connection: Connection, person_ids: Collection[int]) -> None:
    """Likewise for several people, in the order in which a settlement locks them."""
    await connection.fetch(
        "select 1 from account where person_id = any($1::bigint[]) order by id for no key update",
        list(person_ids),
    )


async def to_end_with(connection: Connection, person_id: int) -> dict[int, tuple[int, int]]:
    """A person's grants that have not ended, by id: donor and beneficiary. One to which a
    beneficiary has not agreed stays as it is: it would tell the donor what is the other's own."""
    rows = await connection.fetch(_TO_END_WITH, person_id)
    return {row["id"]: (row["donor_id"], row["beneficiary_id"]) for row in rows}


async def end_all(
    connection: Connection, ended: Sequence[tuple[int, str]], moment: datetime
) -> None:
    """Ends grants by a rule, each for its reason: nobody has done it."""
    ids, causes = [grant for grant, _ in ended], [cause for _, cause in ended]
    await connection.execute(_END_ALL, ids, causes, moment)


async def ended_by_rule(person_id: int, since: datetime) -> list[AidGrant]:
    """A person's grants, from both sides, that a rule has ended since then and nobody has put away
    yet; oldest first."""
    mine = Q(donor_id=person_id) | Q(beneficiary_id=person_id, declined_at=None)
    return (
        await _grants()
        .filter(mine, ended_by=None, ended_at__gte=since, end_reason__in=CAUSES)
        .order_by("id")
    )


async def orders(
    connection: Connection, beneficiary_ids: Collection[int], today: date
) -> dict[int, list[int]]:
    """Ids of beneficiaries' grants in the order in which people have put them."""
    rows = await connection.fetch(_ORDER, list(beneficiary_ids), today)
    return {row["beneficiary_id"]: list(row["grants"]) for row in rows}


async def set_order(connection: Connection, grant_ids: Sequence[int]) -> None:
    """Gives grants their places, from 1."""
    await connection.execute(_SET_RANKS, list(grant_ids))


async def put_away(grant: AidGrant, by: int) -> None:
    """One side has seen that a rule has ended a grant, and wants to see it no more."""
    grant.ended_by = by
    await grant.save(update_fields=["ended_by"])


async def create(values: dict[str, Any]) -> AidGrant:
    return await AidGrant.create(**values)


async def end(grant: AidGrant, by: int | None, reason: str, moment: datetime) -> None:
    grant.ended_at, grant.ended_by, grant.end_reason = moment, by, reason
    await grant.save(update_fields=["ended_at", "ended_by", "end_reason"])


async def set_frozen(grant: AidGrant, by: int | None, moment: datetime | None) -> None:
    """Freezes a grant, or lets it go on, a pause too."""
    grant.frozen_at, grant.frozen_by = moment, by
    if moment is None:
        grant.paused_at = grant.paused_until = None
    await grant.save(update_fields=["frozen_at", "frozen_by", "paused_at", "paused_until"])


async def pause(grant: AidGrant, until: date, moment: datetime) -> None:
    grant.paused_at, grant.paused_until = moment, until
    await grant.save(update_fields=["paused_at", "paused_until"])


async def update(grant: AidGrant, ends_on: date | None, columns: dict[str, Any]) -> None:
    grant.update_from_dict({"ends_on": ends_on, **columns})
    await grant.save(update_fields=["ends_on", *columns])


async def agree(grant: AidGrant, moment: datetime) -> None:
    """The beneficiary's yes: from now on money may flow at the latest."""
    grant.agreed_at, grant.confirmed_at = moment, grant.confirmed_at or moment
    await grant.save(update_fields=["agreed_at", "confirmed_at"])


async def decline(grant: AidGrant, moment: datetime) -> None:
    """The beneficiary's no. To the donor, who is told nothing of it, it goes on waiting."""
    grant.declined_at = moment
    await grant.save(update_fields=["declined_at"])


async def share_caps(donor_id: int, caps: Caps) -> None:
    """Sets the same caps on all of a donor's grants, as far as they count earlier uses."""
    columns = {period.column: caps.get(period) for period in COUNTED}
    await AidGrant.filter(donor_id=donor_id, ended_at=None).update(**columns)


async def of_asked(
    donor_id: int, beneficiary_id: int, asked_indexes: Sequence[bytes]
) -> list[AidGrant]:
    """All grants of two people and all that the donor has asked of the same number, ended ones
    too."""
    numbered = (Q(asked_index=index) for index in asked_indexes)
    same = reduce(or_, numbered, Q(beneficiary_id=beneficiary_id))
    return await _grants().filter(same, donor_id=donor_id)


async def has_accounts(connection: Connection, person_id: int) -> bool:
    """Whether a person has a personal account that is open."""
    return bool(
        await connection.fetchval(
            "select exists (select 1 from account where person_id = $1 and closed_at is null "
            "and kind in (1, 2))",
            person_id,
        )
    )


async def records(
    database: Database, person_id: int, before: int, limit: int, grant_id: int | None
) -> Sequence[Record]:
    """What was paid or given back under a person's grants, or one of them, from both sides, newest
    first: one row a bill and grant."""
    return await database.rows(_RECORDS, person_id, before, limit, grant_id)


async def paid_for(
    database: Database, donor_id: int, first: datetime, after: datetime
) -> dict[int, int]:
    """What a donor's grants paid for bills in a time, less what came back in it, by beneficiary."""
    out = (TransferKind.SETTLEMENT, TransferKind.RESTORED)
    back = (TransferKind.CANCEL, TransferKind.REVERSAL)
    rows = await database.rows(_PAID_FOR, donor_id, first, after, [*out, *back], list(out))
    return dict(map(tuple, rows))


async def ended_because(person_id: int, causes: Sequence[str]) -> list[AidGrant]:
    """A person's grants, from both sides, that a rule ended for one of these causes and to which
    the beneficiary had agreed."""
    return (
        await _grants()
        .filter(
            Q(donor_id=person_id) | Q(beneficiary_id=person_id),
            end_reason__in=causes,
            ended_by=None,
        )
        .exclude(agreed_at=None)
        .order_by("id")
    )


async def carry(
    connection: Connection, grant: AidGrant, new_id: int, sides: tuple[int, int], now: datetime
) -> None:
    """A grant again as it was, between others."""
    await connection.execute(_CARRY, grant.id, new_id, *sides, now)


async def allotted_since(connection: Connection, person_id: int, day: date) -> int:
    """How often a person has set money aside for relatives since the beginning of a day."""
    begins = midnight(day)
    return int(await connection.fetchval(_ALLOTTED, person_id, begins))


async def open_account(connection: Connection, account: Account, now: datetime) -> None:
    """Opens an account, with nothing in it."""
    await connection.execute(
        "insert into account (id, kind, person_id, balance_fen, version, opened_at) "
        "values ($1, $2, $3, 0, 0, $4)",
        account.id,
        int(account.kind),
        account.person_id,
        now,
    )
