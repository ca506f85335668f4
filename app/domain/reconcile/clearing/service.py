"""Takes applications whose figures are the centre's own, once a period and clearing type."""

from __future__ import annotations

from app.domain.reconcile.clearing import repository
from app.domain.reconcile.scope import Figures, Scope
from app.domain.reconcile.totals import centre_totals
from app.kit.clock import Clock, local_date
from app.kit.money import yuan_text
from app.kit.value import value
from app.regions.loader import Rulebook
from app.store.database import Connection, Database

_DAYS_MAX = 366
_SNAPSHOT = "set transaction isolation level repeatable read"


@value
class Application:
    """What an institution asks to be cleared: which rows (``scope``), and its figures of them.

    ``psntime``, ``agreed_fen``: how often people came, and what insurance agrees to, as it says.
    """

    scope: Scope
    figures: Figures
    clr_way: str
    setlym: str
    psntime: int
    agreed_fen: int


class NotTaken(Exception):
    """Why an application isn't taken: the field, and the reason."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name, self.why = name, why


class Clearing:
    """3203 and 3204."""

    def __init__(self, database: Database, rulebook: Rulebook, clock: Clock) -> None:
        self._database = database
        self._rulebook = rulebook
        self._clock = clock

    async def apply(self, asked: Application) -> int:
        """The application's number; of the same one again the first one's.

        Raises:
            Refusal: STATEMENT_PERIOD.
            NotTaken: the days aren't over, the figures aren't the centre's, or a part of the
                period is applied for already.
        """
        scope, now = asked.scope, self._clock.now()
        scope.check(_DAYS_MAX)
        if scope.last >= local_date(now):
            raise NotTaken("enddate", "当天还会有结算，请次日再申请")
        async with self._database.transaction() as connection:
            await connection.execute(_SNAPSHOT)
            await repository.turn(connection, scope.fixmedins_code)
            if (there := await self._there(connection, asked)) is not None:
                return there
            centre, _ = await centre_totals(connection, self._rulebook, scope)
            _check(centre, asked.figures)
            number = self._database.ids.next()
            told = asked.figures
            await repository.add(
                connection,
                number,
                scope.fixmedins_code,
                scope.clr_type,
                asked.clr_way,
                asked.setlym,
                scope.first,
                scope.last,
                asked.psntime,
                told.medfee_fen,
                asked.agreed_fen,
                told.fund_fen,
                told.cash_fen,
                told.acct_fen,
                now,
            )
            return number

    async def withdraw(self, number: int, fixmedins_code: str) -> None:
        """Ends an application; again is fine.

        Raises:
            NotTaken: the institution has no such.
        """
        async with self._database.transaction() as connection:
            now = self._clock.now()
            if not await repository.withdraw(connection, number, fixmedins_code, now):
                raise NotTaken("clr_appy_evt_id", "没有这笔清算申请")

    async def _there(self, connection: Connection, asked: Application) -> int | None:
        """The number of this very application, if it stands already."""
        scope, told = asked.scope, asked.figures
        assert scope.clr_type is not None
        row = await repository.overlapping(
            connection, scope.fixmedins_code, scope.clr_type, scope.first, scope.last
        )
        if row is None:
            return None
        mine = (scope.first, scope.last, told.medfee_fen, told.fund_fen, told.acct_fen)
        names = ("begins_on", "ends_on", "medfee_fen", "fund_fen", "acct_fen")
        if mine != tuple(row[name] for name in names):
            raise NotTaken("begndate", f"与已申请的清算期间重叠（{row['id']}），请先用3204撤销")
        return int(row["id"])


def _check(centre: Figures, told: Figures) -> None:
    pairs = {
        "medfee_sumamt": (centre.medfee_fen, told.medfee_fen),
        "fund_appy_sum": (centre.fund_fen, told.fund_fen),
        "acct_pay": (centre.acct_fen, told.acct_fen),
        "cash_payamt": (centre.cash_fen, told.cash_fen),
    }
    for name, (here, there) in pairs.items():
        if here != there:
            raise NotTaken(name, f"与中心不一致，中心为{yuan_text(here)}，请先对账")
