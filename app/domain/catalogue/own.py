"""Institutions' own codes: told (3301), withdrawn (3302), asked for (1317). Each sees its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime

from app.domain.catalogue.book import own as book
from app.kit.clock import Clock
from app.kit.value import value
from app.store.database import Database, Record


@value
class OwnCode:
    """What an institution calls an item. ``details``: name, form, pack and the like."""

    own_code: str
    list_type: str
    med_list_codg: str
    begins_on: date | None = None
    ends_on: date | None = None
    details: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.own_code, self.list_type, self.med_list_codg


class NotTaken(Exception):
    """Why none of a message's codes were taken: in which row, of which field, and the reason."""

    def __init__(self, row: int, name: str, why: str) -> None:
        super().__init__(why)
        self.row, self.name, self.why = row, name, why


class OwnCodes:
    """The service of own codes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, fixmedins_code: str, codes: Sequence[OwnCode]) -> None:
        """Takes all of them, or none. Told again, one changes nothing, or what it says anew.

        Raises:
            NotTaken: the catalogue has no such item in such a list; the own code means another.
        """
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await book.turn(connection, fixmedins_code)
            lists = await book.known(connection, {one.med_list_codg for one in codes})
            live = await book.live(connection, fixmedins_code, {one.own_code for one in codes})
            for row, one in enumerate(codes, 1):
                _check(row, one, lists, live)
                live[one.own_code, one.list_type] = one.med_list_codg
            rows = [
                (fixmedins_code, *one.key, one.begins_on, one.ends_on, dict(one.details), now)
                for one in codes
            ]
            await book.add(connection, rows)

    async def withdraw(self, fixmedins_code: str, codes: Sequence[OwnCode]) -> None:
        """Ends all of them, or none. Ended again, one stays as it is.

        Raises:
            NotTaken: there never was such.
        """
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await book.turn(connection, fixmedins_code)
            for row, one in enumerate(codes, 1):
                if not await book.withdraw(connection, fixmedins_code, one.key, now):
                    raise NotTaken(row, "fixmedins_hilist_id", "没有这条目录对照")

    async def changed(
        self,
        fixmedins_code: str,
        since: datetime,
        texts: Sequence[str],
        days: tuple[date | None, date | None],
        page: tuple[int, int],
    ) -> list[Record]:
        """Those that have changed since a moment. ``texts``: own code, list, item, a part of the
        name, whether it holds; ``days``: begins not before, holds on."""
        return await book.changed(self._database, fixmedins_code, since, texts, days, page)

    async def names(self, fixmedins_code: str, items: Iterable[str]) -> dict[str, Record]:
        """What an institution calls items now, by the nation's code."""
        return await book.names(self._database, fixmedins_code, items)


def _check(
    row: int, one: OwnCode, lists: Mapping[str, str], live: Mapping[tuple[str, str], str]
) -> None:
    found = lists.get(one.med_list_codg)
    if found is None:
        raise NotTaken(row, "med_list_codg", "不在医保目录，请核对编码")
    if found != one.list_type:
        raise NotTaken(row, "list_type", f"与目录不一致（目录为{found}）")
    if one.begins_on and one.ends_on and one.ends_on < one.begins_on:
        raise NotTaken(row, "enddate", "早于开始日期")
    other = live.get((one.own_code, one.list_type))
    if other is not None and other != one.med_list_codg:
        raise NotTaken(row, "fixmedins_hilist_id", f"已对照到{other}，请先用3302撤销")
