"""A day of one institution: what its tills did, whoever of its cashiers did it.

Days are China days of ``settled_at``, as in ``domain/reconcile``. What one message did counts as
one: what is left after a part return is no second sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.reconcile.scope import CLEARING, day_bounds
from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.model import SentBy, Settlement
from app.domain.settlement.orders import PAYING
from app.kit.value import value
from app.store.database import Record
from app.store.late.reading import Reader
from app.words import PayWay

_OF_DAY = """s.fixmedins_code = $1 and s.settled_at >= $2 and s.settled_at < $3
    and ($4 = '' or r.opter = $4) and ($5 = '' or r.dev_no = $5)"""
_SAID = """
left join lateral (
    select p.way from paid_way p where p.request_id = r.id order by p.id desc limit 1
) p on true
"""
"""What the shop has said last of how a message's cash was paid, or given back."""
_NOTED = f"""
select s.*, r.msgid, r.infno, r.opter, r.dev_no, r.sign_no, u.infno as undone_by,
    coalesce(p.way, b.way, '') as way,
    case when r.infno = any($8::varchar[]) then p.way else b.way end as sold_way
from settlement s join request r on r.id = s.request_id {_SAID}
left join lateral (select way_back(r.id) as way where not r.infno = any($8::varchar[])) b on true
left join settlement c on c.cancels_id = s.id left join request u on u.id = c.request_id
where {_OF_DAY} and ($6::bigint is null or s.id < $6)
order by s.id desc limit $7
"""  # noqa: S608 (constants of this house)
_SUMMED = f"""
select r.opter, r.dev_no, max(r.sign_no) as sign_no, r.infno = any($6::varchar[]) as sale,
    coalesce(p.way, case when not r.infno = any($6::varchar[]) then way_back(r.id) end, '') as way,
    count(distinct r.id) as count,
    count(distinct r.id) filter (where s.cash_pay_fen <> 0) as cash_count,
    sum(s.medfee_sumamt_fen)::bigint as total_fen,
    sum(s.fund_pay_fen)::bigint as fund_fen, sum(s.own_pay_fen)::bigint as own_fen,
    sum(s.wallet_pay_fen)::bigint as wallet_fen, sum(s.mulaid_pay_fen)::bigint as aid_fen,
    sum(s.cash_pay_fen)::bigint as cash_fen
from settlement s join request r on r.id = s.request_id {_SAID}
where {_OF_DAY} group by 1, 2, 4, 5 order by 1 nulls last, 2, 4 desc, 5
"""  # noqa: S608
_OFFICES = f"""
select distinct s.insutype, {CLEARING} as clr_type, left(s.insuplc_admdvs, 4) as pool
from settlement s join request r on r.id = s.request_id where {_OF_DAY} order by 1, 2, 3
"""  # noqa: S608
_UNDECIDED = """
select r.msgid, r.infno, r.opter, r.dev_no, r.sign_no, r.received_at, r.body ->> 'psn_no' as psn_no,
    (r.body ->> 'total')::bigint as total_fen
from waiting w join request r on r.id = w.request_id
where r.fixmedins_code = $1 and r.received_at >= $2 and r.received_at < $3
    and ($4 = '' or r.opter = $4) and ($5 = '' or r.dev_no = $5)
order by r.received_at
"""


@value
class Asked:
    """Whose day; of one cashier, of one till, or with empty texts of all."""

    fixmedins_code: str
    day: date
    opter: str = ""
    dev_no: str = ""

    def values(self) -> tuple[object, ...]:
        """The parameters $1 to $5 of ``_OF_DAY``."""
        return self.fixmedins_code, *day_bounds(self.day), self.opter, self.dev_no


@dataclass(frozen=True, slots=True)
class Noted:
    """A settlement, or what gave one back, with the message that did it; ``undone_by``: the number
    of the transaction that has undone it since, if one has. ``way``: how its cash was paid, or
    given back; ``sold_way``: how the sale was that it goes back to, and so would be given back."""

    row: Settlement
    msgid: str
    infno: str
    by: SentBy
    undone_by: str
    way: PayWay | None
    sold_way: PayWay | None


@value
class ShopSum:
    """What a cashier at a till took in by sales, or gave back, in fen, where the cash was paid in
    one way; None: nobody has said how, or there was none. ``cash_count``: of how many it was."""

    by: SentBy
    sale: bool
    way: PayWay | None
    count: int
    cash_count: int
    total_fen: int
    fund_fen: int
    own_fen: int
    wallet_fen: int
    aid_fen: int
    cash_fen: int


@value
class Office:
    """Bills of one plan and kind that one pool clears; ``pool``: its four digits."""

    insutype: str
    clr_type: str
    pool: str


@value
class Undecided:
    """A message that isn't decided; ``total_fen``: of a bill."""

    msgid: str
    infno: str
    by: SentBy
    at: datetime
    psn_no: str
    total_fen: int | None


async def noted(late: Reader, asked: Asked, before: int | None, limit: int) -> list[Noted]:
    """The rows of a day, the newest first, below a settlement's number."""
    rows = await late.rows(_NOTED, *asked.values(), before, limit, sorted(PAYING))
    return [
        Noted(
            settlement_of(row),
            row["msgid"],
            row["infno"],
            _by(row),
            row["undone_by"] or "",
            _way(row["way"]),
            _way(row["sold_way"]),
        )
        for row in rows
    ]


async def summed(late: Reader, asked: Asked) -> list[ShopSum]:
    """The sums of a day, by cashier, till and way of paying, sales and what came back apart."""
    rows: Sequence[Record] = await late.rows(_SUMMED, *asked.values(), sorted(PAYING))
    return [
        ShopSum(
            _by(row),
            row["sale"],
            _way(row["way"]),
            row["count"],
            row["cash_count"],
            row["total_fen"],
            row["fund_fen"],
            row["own_fen"],
            row["wallet_fen"],
            row["aid_fen"],
            row["cash_fen"],
        )
        for row in rows
    ]


async def offices(late: Reader, asked: Asked) -> list[Office]:
    """With whom a day's bills are cleared."""
    rows = await late.rows(_OFFICES, *asked.values())
    return [Office(row["insutype"], row["clr_type"], row["pool"]) for row in rows]


async def undecided(late: Reader, asked: Asked) -> list[Undecided]:
    """What came on a day and waits, for a worker or for a donor."""
    return [
        Undecided(
            row["msgid"],
            row["infno"],
            _by(row),
            row["received_at"],
            row["psn_no"],
            row["total_fen"],
        )
        for row in await late.rows(_UNDECIDED, *asked.values())
    ]


def _by(row: Record) -> SentBy:
    return SentBy(row["opter"] or "", row["dev_no"] or "", row["sign_no"] or "")


def _way(stored: str | None) -> PayWay | None:
    return PayWay(stored) if stored else None
