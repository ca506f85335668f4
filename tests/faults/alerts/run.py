"""One alert after the other: brought about, mended as its page says, gone."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from tests.crash.fleet import until
from tests.faults.alerts.cases import Case
from tests.faults.alerts.house import House, looked_at, watched_house
from tests.faults.alerts.pages import Page, page_of
from tests.faults.alerts.prometheus import Prometheus, moment

_PAGE_S = 400.0


@dataclass(frozen=True)
class Woken:
    """An alert that was there, and what came of following its page. Times in seconds."""

    case: Case
    fired_s: float = 0.0
    resolved_s: float = 0.0
    beside: tuple[str, ...] = ()
    """What else fired meanwhile."""
    wrong: tuple[str, ...] = ()

    def line(self) -> str:
        """For people: alert, what was broken, fired after, mended by, resolved after."""
        case, times = self.case, f"{self.fired_s:6.1f} s  {self.resolved_s:6.1f} s"
        beside = f"  beside it: {', '.join(self.beside)}" if self.beside else ""
        line = f"{case.alert:22} {case.broken:38} {times}  {case.mended}{beside}"
        return "\n".join([line, *(f"    WRONG {one}" for one in self.wrong)])


async def run(
    cases: Sequence[Case],
    times: int,
    *,
    whole: bool = True,
    tell: Callable[[Woken], None] = lambda woken: None,
) -> list[Woken]:
    """These, one after the other, on one system. When one doesn't end well the others are not
    begun: nobody knows what they would be told."""
    found: list[Woken] = []
    async with watched_house(whole=whole) as house, looked_at(house, times) as prometheus:
        for case in cases:
            found.append(await _wake(house, case, prometheus))
            tell(found[-1])
            if found[-1].wrong:
                print(house.fleet.tails())
                break
    return found


async def _wake(house: House, case: Case, prometheus: Prometheus) -> Woken:
    """One alert; what went wrong on the way is told, too."""
    page = page_of(case.alert)
    house.seen.clear()
    try:
        async with asyncio.timeout(_PAGE_S):
            return await _woken(house, case, page, prometheus)
    except Exception as error:
        said = "".join(traceback.format_exception(error))
        return Woken(case, beside=_beside(house, case), wrong=(said,))


def _beside(house: House, case: Case) -> tuple[str, ...]:
    return tuple(sorted(house.seen - {case.alert}))


async def _woken(house: House, case: Case, page: Page, prometheus: Prometheus) -> Woken:
    async def fires() -> bool:
        return case.alert in await prometheus.firing()

    async def is_over() -> bool:
        return not await fires()

    await until(is_over, f"{case.alert} doesn't fire before anything is broken", every_s=0.25)
    begun = moment()
    async with aclosing(case.way(house, page)) as way:
        await anext(way)
        await until(fires, f"{case.alert} fires", every_s=0.25)
        fired_s = moment() - begun
        await anext(way, None)
    mended = moment()
    await until(is_over, f"{case.alert} is over", every_s=0.25)
    resolved_s = moment() - mended
    await house.sold()
    wrong = [*await house.verified(), *await house.wrong()]
    return Woken(case, fired_s, resolved_s, _beside(house, case), tuple(wrong))
