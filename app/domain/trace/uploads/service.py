"""Goods are told, row by row: each is taken or refused for itself, and counts once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from app.domain.trace.uploads import repository
from app.domain.trace.uploads.values import DELETED_BY, Kind, Upload
from app.kit.clock import Clock, midnight
from app.store.database import Connection, Database, Record

_SHOWN = 1_000


class _NotTaken(Exception):
    """A row is refused, with what its sender is told."""


class Uploads:
    """What tills tell of goods, and ask of what they told."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, fixmedins_code: str, row: Upload) -> str:
        """Keeps a row; what its sender is told if it is not taken, else nothing. The same once
        more, also at the same moment, is taken and changes nothing."""
        try:
            async with self._database.transaction() as connection:
                await self._add(connection, fixmedins_code, row)
        except _NotTaken as why:
            return str(why)
        return ""

    async def _add(self, connection: Connection, fixmedins_code: str, row: Upload) -> None:
        if len(set(row.codes)) != len(row.codes):
            raise _NotTaken("同一行中有重复的追溯码，请核对。")
        if row.insured and row.settlement_id is None:
            raise _NotTaken("医保结算的销售应填setl_id。")
        if row.settlement_id is not None and not await repository.is_settlement(
            connection, row.settlement_id, fixmedins_code
        ):
            raise _NotTaken("setl_id不是本机构的结算，请核对。")
        id_, moment = self._database.ids.next(), self._clock.now()
        if not await repository.add(connection, id_, fixmedins_code, row, moment):
            if await repository.content(connection, fixmedins_code, row) == row.content:
                return
            raise _NotTaken("该单据的这一行已上传，内容不同；请先用3507删除再传。")
        if not row.codes:
            return
        before = await repository.add_codes(connection, id_, fixmedins_code, row)
        if before:
            raise _NotTaken(f"追溯码{'、'.join(before[:3])}已随别的单据上传销售，请核对。")
        if row.kind is Kind.SALE_RETURN:
            await repository.give_back(connection, id_, fixmedins_code, row.codes)

    async def delete(self, fixmedins_code: str, bchno: str, data_type: str) -> str:
        """Takes back what was told of a batch; what its sender is told if that is nothing."""
        kinds = DELETED_BY.get(data_type)
        if kinds is None:
            return "inv_data_type应为1至4。"
        now = self._clock.now()
        gone = await repository.delete(self._database, fixmedins_code, bchno, kinds, now)
        return "" if gone else "没有找到该批次的数据。"

    async def nightly(self, day: date) -> Sequence[Record]:
        """What doesn't fit together of a day: settled and not told, told and not settled, sold
        twice; each with code, institution and settlement."""
        since = midnight(day)
        return await repository.nightly(self._database, since, since + timedelta(days=1))

    async def codes(
        self,
        fixmedins_code: str,
        kinds: Sequence[Kind],
        filters: Sequence[str],
        days: tuple[date, date],
    ) -> Sequence[Record]:
        """Codes that an institution has told, with their rows, the first thousand."""
        return await repository.codes(self._database, fixmedins_code, kinds, filters, days, _SHOWN)

    async def rows(
        self,
        fixmedins_code: str,
        kinds: Sequence[Kind],
        filters: Sequence[str],
        said: Mapping[str, str],
        ids: Collection[str],
        days: tuple[date, date],
    ) -> Sequence[Record]:
        """Rows that an institution has told, the first thousand: of these items, in which this
        stands."""
        return await repository.rows(
            self._database, fixmedins_code, kinds, filters, said, ids, days, _SHOWN
        )
