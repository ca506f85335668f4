"""Account statements: opening balance, every movement, closing balance.

A period of a person's account is a range of its versions, so that the opening balance plus the
movements is the closing balance whatever clocks did. An institution's account keeps no balance: it
is the sum of what was credited and debited by its settlements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from app.kit.clock import SHANGHAI, local_date
from app.kit.value import value
from app.ledger.away.here import books_begin, check_here
from app.ledger.kinds import AccountKind, TransferKind
from app.store.database import Connection, Record
from app.store.late.reading import Reader


def _links(account: str, where: str) -> str:
    """SQL: an account's transfers as the account sees them; ``{v}`` in where is the version."""
    return f"""(
        select id, debit_account as account, debit_version as version,
            debit_after_fen as after_fen, -amount_fen as fen, kind, settlement_id, grant_id,
            reverses_id, created_at
        from transfer where debit_account = {account} and {where.format(v="debit_version")}
        union all
        select id, credit_account, credit_version, credit_after_fen, amount_fen, kind,
            settlement_id, grant_id, reverses_id, created_at
        from transfer where credit_account = {account} and {where.format(v="credit_version")}
    )"""  # noqa: S608


def _last(account: str, moment: str) -> str:
    """SQL: an account's last version before a moment, by either side's index, newest first; where
    none is here its base has it."""
    sides = (
        f"(select {side}_version from transfer where {side}_account = {account} "  # noqa: S608
        f"and {side}_version is not null and created_at < {moment} "
        f"order by {side}_version desc limit 1)"
        for side in ("debit", "credit")
    )
    base = f"(select b.version from month_base b where b.account_id = {account})"  # noqa: S608
    return f"coalesce(greatest({', '.join(sides)}, {base}), 0)"


def _after(version: str) -> str:
    """SQL: what an account ``a`` held after a version; of one that is away its base says it."""
    return f"""coalesce((select after_fen from {_links("a.id", f"{{v}} = {version}")} as l), (
        select b.fen from month_base b where b.account_id = a.id and b.version = {version}), 0)"""  # noqa: S608


_ACCOUNTS = f"""
select a.id, a.kind, a.closed_at is not null as closed, v.first, v.last,
    {_after("v.first")} as opening_fen, {_after("v.last")} as closing_fen
from account a cross join lateral (
    select {_last("a.id", "$2")} as first, {_last("a.id", "$3")} as last) as v
where a.person_id = any(rows_of($1)) order by a.kind, a.id
"""  # noqa: S608
_MOVEMENTS = f"""
select l.*, a.kind as account_kind, s.fixmedins_code, i.fixmedins_name,
    row_that_stays(s.person_id) as patient_id, row_that_stays(g.donor_id) as donor_id,
    g.id is null or g.agreed_at is not null as open,
    coalesce(wo.other_name, ws.other_name) as other_name,
    case when p.id is null then null when s.kind in (1, 4) then s.id else p.id end as part_of
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (account, first, last)
cross join lateral {_links("n.account", "{v} > n.first and {v} <= n.last")} as l
join account a on a.id = l.account left join settlement s on s.id = l.settlement_id
left join settlement p on p.request_id = s.request_id and p.id <> s.id
left join institution i on i.fixmedins_code = s.fixmedins_code
left join aid_grant g on g.id = l.grant_id
left join wallet_posting wp on wp.transfer_id = l.id
left join wallet_offer wo on wo.id = wp.wallet_id
left join hold h on h.id = coalesce(l.reverses_id, l.id) and h.purpose = 1
left join wallet_sent ws on ws.id = h.order_id
where (l.id, l.account) > ($4::bigint, $5::bigint) order by l.id, l.account limit $6
"""  # noqa: S608
_PLACE = """
select id from transfer where debit_account = $1 and debit_version = $2
union all
select id from transfer where credit_account = $1 and credit_version = $2
"""
_INSTITUTION_SUM = """
select (coalesce((select fen from month_base where account_id = $1), 0) + coalesce(
    sum(case when t.credit_account = $1 then t.amount_fen else -t.amount_fen end), 0))::bigint
from settlement s join transfer t on t.settlement_id = s.id
where s.fixmedins_code = $2 and s.settled_at < $3
    and $1 in (t.credit_account, t.debit_account)
"""
_INSTITUTION_MOVEMENTS = """
select t.id, $1::bigint as account, null::bigint as version, null::bigint as after_fen,
    case when t.credit_account = $1 then t.amount_fen else -t.amount_fen end as fen, t.kind,
    t.settlement_id, t.grant_id, t.created_at, 12::smallint as account_kind, s.fixmedins_code,
    null as fixmedins_name, s.person_id as patient_id, g.donor_id, true as open,
    null as other_name, null as part_of
from settlement s join transfer t on t.settlement_id = s.id
left join aid_grant g on g.id = t.grant_id
where s.fixmedins_code = $2 and s.settled_at >= $3 and s.settled_at < $4
    and $1 in (t.credit_account, t.debit_account) and t.id > $5
order by t.id limit $6
"""


@value
class AccountPeriod:
    """One account over a period."""

    account_id: int
    kind: AccountKind
    first_version: int
    last_version: int
    opening_fen: int
    closing_fen: int
    closed: bool = False


@value
class Movement:
    """One transfer as an account sees it: positive came in. ``after_fen``: flows keep none.

    ``open``: False for a donor's money under a grant to which the beneficiary has not agreed: the
    donor may know the sum, the day and the own balance, nothing of the beneficiary. ``version``:
    the account's with this transfer. ``other_name``: who is at the other end of a wallet
    transfer, masked. ``part_of``: of a bill of which a part came back, the number of what is left:
    the whole was given back and the rest paid anew.
    """

    id: int
    account_id: int
    account_kind: AccountKind
    kind: TransferKind
    fen: int
    after_fen: int | None
    settlement_id: int | None
    fixmedins_code: str | None
    fixmedins_name: str | None
    patient_id: int | None
    donor_id: int | None
    at: datetime
    version: int = 0
    open: bool = True
    other_name: str | None = None
    part_of: int | None = None


def as_told(movement: Movement) -> Movement:
    """A movement as its account's owner may read it: of a claim to which nobody has agreed the sum,
    the day and the balance after it."""
    if movement.open:
        return movement
    day = datetime.combine(local_date(movement.at), time(), SHANGHAI)
    return replace(
        movement,
        settlement_id=None,
        part_of=None,
        fixmedins_code=None,
        fixmedins_name=None,
        patient_id=None,
        at=day,
    )


Cursor = tuple[int, int]
"""(transfer, account) after which the next page begins."""
BEGIN: Cursor = (0, 0)


class Statements:
    """Reads statements. Periods are [begin, end): the end is not in it."""

    def __init__(self, late: Reader) -> None:
        self._late = late

    async def begin(self) -> datetime | None:
        """From when on there are statements; None: from the beginning."""
        return await books_begin(self._late)

    async def accounts(self, person_id: int, begin: datetime, end: datetime) -> list[AccountPeriod]:
        """A person's accounts over a period, closed ones included.

        Raises:
            Refusal: MONTH_AWAY.
        """
        await check_here(self._late, begin)
        return [
            AccountPeriod(
                row["id"],
                AccountKind(row["kind"]),
                row["first"],
                row["last"],
                row["opening_fen"],
                row["closing_fen"],
                row["closed"],
            )
            for row in await self._late.rows(_ACCOUNTS, person_id, begin, end)
        ]

    async def movements(
        self, periods: Sequence[AccountPeriod], after: Cursor, limit: int
    ) -> list[Movement]:
        """What moved on accounts in their periods, in order of transfers."""
        rows = await self._late.rows(
            _MOVEMENTS,
            [p.account_id for p in periods],
            [p.first_version for p in periods],
            [p.last_version for p in periods],
            *after,
            limit,
        )
        return [_movement(row) for row in rows]

    async def place(self, account_id: int, version: int) -> Cursor:
        """The cursor after the movement that gave an account this version."""
        found = await self._late.value(_PLACE, account_id, version)
        return (found or 0, account_id)

    async def institution(self, code: str, begin: datetime, end: datetime) -> AccountPeriod | None:
        """An institution's account over a period; None when it never had a settlement.

        Raises:
            Refusal: MONTH_AWAY.
        """
        await check_here(self._late, begin)

        async def work(connection: Connection) -> AccountPeriod | None:
            account: int | None = await connection.fetchval(
                "select id from account where kind = $1 and flow_code = $2",
                int(AccountKind.PAYABLE),
                code,
            )
            if account is None:
                return None
            sums = [await _institution_sum(connection, account, code, at) for at in (begin, end)]
            return AccountPeriod(account, AccountKind.PAYABLE, 0, 0, sums[0], sums[1])

        return await self._late.look(work)

    async def institution_movements(
        self, account_id: int, code: str, begin: datetime, end: datetime, after: Cursor, limit: int
    ) -> list[Movement]:
        """What an institution was credited and debited in a period, in order of transfers."""
        rows = await self._late.rows(
            _INSTITUTION_MOVEMENTS, account_id, code, begin, end, after[0], limit
        )
        return [_movement(row) for row in rows]


async def _institution_sum(
    connection: Connection, account_id: int, code: str, moment: datetime
) -> int:
    return int(await connection.fetchval(_INSTITUTION_SUM, account_id, code, moment))


def _movement(row: Record) -> Movement:
    return Movement(
        row["id"],
        row["account"],
        AccountKind(row["account_kind"]),
        TransferKind(row["kind"]),
        row["fen"],
        row["after_fen"],
        row["settlement_id"],
        row["fixmedins_code"],
        row["fixmedins_name"],
        row["patient_id"],
        row["donor_id"],
        row["created_at"],
        row["version"] or 0,
        row["open"],
        row["other_name"],
        row["part_of"],
    )
