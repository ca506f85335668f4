"""Reconciles an institution's books with the centre's, when the institution asks for it."""

from __future__ import annotations

from app.domain.reconcile.comparison import result_file, take_in
from app.domain.reconcile.errors import FILE_TOTALS_DIFFER
from app.domain.reconcile.exchange import Exchange, Stored
from app.domain.reconcile.memos import TOO_MANY, cash_note
from app.domain.reconcile.scope import Figures, Scope
from app.domain.reconcile.totals import Verdict, centre_totals, in_words, verdict
from app.kit.money import yuan_text
from app.kit.reasons import Refusal
from app.regions.loader import Rulebook
from app.store.database import Connection, Database
from app.store.late.reading import Reader

_TOTAL_DAYS_MAX = 366
_ROW_DAYS_MAX = 31
_SNAPSHOT = "set transaction isolation level repeatable read"


class Reconciliation:
    """3201 and 3202."""

    def __init__(
        self, database: Database, late: Reader, rulebook: Rulebook, exchange: Exchange
    ) -> None:
        self._database = database
        self._late = late
        self._rulebook = rulebook
        self.exchange = exchange

    async def totals(self, scope: Scope, told: Figures) -> tuple[Verdict, str]:
        """3201: the verdict, and both sides' figures in words.

        Raises:
            Refusal: STATEMENT_PERIOD.
        """
        scope.check(_TOTAL_DAYS_MAX)

        async def work(connection: Connection) -> Figures:
            return (await centre_totals(connection, self._rulebook, scope))[0]

        centre = await self._late.look(work)
        found = verdict(centre, told)
        return found, in_words(found, centre, told)

    async def rows(
        self, scope: Scope, told: Figures, file_qury_no: str
    ) -> tuple[Stored, list[str]]:
        """3202: every row that differs, explained, as a file of the institution; and what stands
        in no row, in sentences.

        Raises:
            Refusal: STATEMENT_PERIOD, FILE_UNKNOWN, FILE_INVALID, FILE_TOTALS_DIFFER, FILE_QUOTA.
        """
        scope.check(_ROW_DAYS_MAX)
        uploaded = await self.exchange.get(scope.fixmedins_code, file_qury_no)
        async with self._database.transaction() as connection:
            await connection.execute(_SNAPSHOT)  # totals and rows of the same moment
            _check_whole(await take_in(connection, uploaded.content), told)
            centre, switches = await centre_totals(connection, self._rulebook, scope)
            name = f"stmt_{file_qury_no}"
            notes = cash_note(centre.cash_fen, told.cash_fen)
            compared = await result_file(connection, scope, switches, f"{name}.txt")
        stored = await self.exchange.put(scope.fixmedins_code, f"{name}.zip", compared.content)
        return stored, [*notes, *([] if compared.whole else [TOO_MANY])]


def _check_whole(found: Figures, told: Figures) -> None:
    """A file cut off on its way would make the centre look richer than it is."""
    if found.count != told.count:
        raise Refusal(FILE_TOTALS_DIFFER, detail=f"文件{found.count}笔，报文{told.count}笔")
    pairs = {"总额": (found.medfee_fen, told.medfee_fen), "基金": (found.fund_fen, told.fund_fen)}
    for label, (here, there) in pairs.items():
        if here != there:
            raise Refusal(
                FILE_TOTALS_DIFFER, detail=f"{label}文件{yuan_text(here)}，报文{yuan_text(there)}"
            )
