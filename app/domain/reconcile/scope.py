"""What a reconciliation is about, and how the centre's rows are counted in it.

Days are China days of ``settled_at``, the ``setl_time`` that the till was told. Every row of
``settlement`` counts as one: a cancel or reversal with its negative figures, a restored settlement
as a payment. The agency (``setl_optins``) is the patient's pool, told to tills as ``clr_optins``.

``acct_pay`` here is all that came from accounts: own, wallet and relatives'. Where a region shows
mutual aid inside ``acct_pay`` that is the shown ``acct_pay``; where it stands beside, it is
``acct_pay + acct_mulaid_pay`` (SOURCES F5.4). ``fund_pay_sumamt`` is as the region shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.domain.reconcile.errors import STATEMENT_PERIOD
from app.kit.clock import SHANGHAI
from app.kit.reasons import Refusal

CLEARING = "case when s.med_type like '4%' then '41' else '11' end"
"""``clr_type``: 41 a purchase, 11 an outpatient visit."""
REFUND = "s.kind in (2, 3)"
"""``refd_setl_flag`` 1."""
IN_SCOPE = f"""s.fixmedins_code = $1 and s.settled_at >= $2 and s.settled_at < $3
    and ($4 = '' or left(s.insuplc_admdvs, 4) = $4) and ($5::varchar is null or s.insutype = $5)
    and ($6::varchar is null or {CLEARING} = $6)
    and ($7::boolean is null or ({REFUND}) = $7)"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are compared; None, and an empty agency: all."""

    fixmedins_code: str
    first: date
    last: date
    agency: str
    insutype: str | None = None
    clr_type: str | None = None
    refund: bool | None = None
    padded: bool = False
    """Whether results are written with six digits."""

    def check(self, days_max: int) -> None:
        """Raises Refusal (STATEMENT_PERIOD) when the days are not in order or too many."""
        if not 2000 <= self.first.year <= self.last.year < 2200 or not (
            0 <= (self.last - self.first).days < days_max
        ):
            raise Refusal(STATEMENT_PERIOD, days=days_max)

    def result(self, code: str) -> str:
        """``stmt_rslt`` as the institution's place writes it."""
        return code.rjust(6, "0") if self.padded else code

    def values(self) -> tuple[object, ...]:
        """The parameters $1 to $7 of ``IN_SCOPE``."""
        begin, end = day_bounds(self.first)[0], day_bounds(self.last)[1]
        return (
            self.fixmedins_code,
            begin,
            end,
            self.agency[:4],
            self.insutype,
            self.clr_type,
            self.refund,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Totals in fen, and how many rows they are of."""

    count: int = 0
    medfee_fen: int = 0
    fund_fen: int = 0
    acct_fen: int = 0
    cash_fen: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.count + other.count,
            self.medfee_fen + other.medfee_fen,
            self.fund_fen + other.fund_fen,
            self.acct_fen + other.acct_fen,
            self.cash_fen + other.cash_fen,
        )


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """A China day's first moment, and that of the next."""
    begin = datetime.combine(day, time(), SHANGHAI)
    return begin, begin + timedelta(days=1)
