"""The worker's jobs: a few lines each, every one a call of a service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from app.compose import Services
from app.domain.registry.imports.reindex import reindex
from app.domain.visit.sealing import seal_visits
from app.kit.log import logger
from app.ledger.proof.audit.replay import AUDIT, AUDIT_SHARED
from app.store import retention
from app.store.months import parts as months
from app.store.queue import Drainer

log = logger(__name__)
MayGoOn = Callable[[], bool]


async def drain(context: dict[str, Any], lane: int) -> int:
    """Settles what waits in a lane, then stays awake for a moment for what comes next. A worker
    that is asked to end finishes its batch and leaves the lane to another."""
    services: Services = context["services"]
    may_go_on: MayGoOn = context["may_go_on"]
    drained = await Drainer(services.cache, lane).run(
        partial(services.settlements.drain.lane, lane, may_go_on, woken=True),
        may_go_on,
        services.settings.linger_s,
    )
    if not may_go_on():
        await services.settlements.leave_to_another(lane)
    return drained


async def sweep(context: dict[str, Any]) -> int:
    """Finds what no wake-up announced: after a lost Redis, a killed worker, a missed job."""
    services: Services = context["services"]
    may_go_on: MayGoOn = context["may_go_on"]
    settled = 0
    for lane in await services.settlements.sweep():
        if may_go_on():
            settled += await services.settlements.drain.lane(lane, may_go_on)
    return settled


async def seal(context: dict[str, Any]) -> int:
    """Seals new transfers and settlements, and closes days that are over."""
    services: Services = context["services"]
    return (await services.ledger_sealer.run_gently()).rows


async def hand_roots(context: dict[str, Any]) -> int:
    """Hands the roots of closed days to whoever is to hold them besides us."""
    services: Services = context["services"]
    handed = await services.roots.run()
    if handed:
        log.info("roots_handed", days=handed)
    return handed


async def seal_audit(context: dict[str, Any]) -> int:
    """Takes new lines of the audit into its chain, whatever becomes of the ledger's sealing."""
    services: Services = context["services"]
    return await services.audit_sealer.run_gently()


async def verify(context: dict[str, Any]) -> int:
    """Checks all books and keeps the report; gives how many things are wrong."""
    services: Services = context["services"]
    report = await services.verification.run_and_store()
    # Who takes the log elsewhere has the heads outside, too.
    heads = {name: report.figures.get(name) for name in ("last_day", "last_root", AUDIT)}
    if AUDIT_SHARED in report.figures:
        heads[AUDIT_SHARED] = report.figures[AUDIT_SHARED]
    log.log(40 if report.wrong else 20, "books_verified", wrong=report.wrong, **heads)
    return report.wrong


async def compare_codes(context: dict[str, Any]) -> int:
    """Finds what of the day before's sold and told trace codes doesn't fit together."""
    services: Services = context["services"]
    day = services.institution_statements.yesterday()
    found = Counter(row["what"] for row in await services.uploads.nightly(day))
    log.log(30 if found else 20, "trace_codes_compared", day=day.isoformat(), found=dict(found))
    return found.total()


async def statements(context: dict[str, Any]) -> int:
    """Makes every institution's statement of the day before; removes files that have expired."""
    services: Services = context["services"]
    books = services.institution_statements
    day = books.yesterday()
    made = await books.make(day)
    swept = await services.reconciliation.exchange.sweep()
    log.info(
        "statements_made",
        day=day.isoformat(),
        institutions=made.institutions,
        written=made.written,
        one_sided=made.one_sided,
        files_swept=swept,
    )
    return made.institutions


async def tax(context: dict[str, Any]) -> int:
    """Hands premiums to the tax office and takes in what it has decided."""
    services: Services = context["services"]
    done = await services.tax_runs.run()
    if done.asked or done.results:
        log.info("tax_office_asked", asked=done.asked, results=done.results)
    return done.results


async def month_end(context: dict[str, Any]) -> int:
    """Charges premiums on a month's last day; on others it notes whose accounts are too low."""
    services: Services = context["services"]
    done = await services.month_end.run()
    log.info(
        "premiums_charged",
        held=done.held,
        postponed=done.postponed,
        released=done.released,
        short=done.short,
    )
    return done.held


async def index_people(context: dict[str, Any]) -> int:
    """Indexes people anew whom the version before has indexed; nearly always there are none."""
    services: Services = context["services"]
    done = await reindex(services.database, services.people.cipher)
    if done.renewed or done.doubles:
        log.info("people_reindexed", renewed=done.renewed, doubles=done.doubles)
    return done.renewed


async def seal_clear(context: dict[str, Any]) -> int:
    """Seals what rows of the version before hold in clear; nearly always there is nothing."""
    services: Services = context["services"]
    visits = await seal_visits(services.database, services.people.cipher)
    files = await services.reconciliation.exchange.seal_clear()
    notes = await services.counter_tasks.seal_clear()
    if visits or files or notes:
        log.info("clear_sealed", visits=visits, files=files, notes=notes)
    return visits + files + notes


async def remove_old(context: dict[str, Any]) -> int:
    """Removes what has been kept as long as its kind is kept."""
    services: Services = context["services"]
    database, now = services.database, services.clock.now()
    removed = await retention.remove_old(database, now, apart=services.apart)
    if removed:
        log.info("old_removed", **removed)
    return removed.total()


async def make_months(context: dict[str, Any]) -> int:
    """Makes the months ahead of the tables that are of months; nearly always they are there."""
    services: Services = context["services"]
    made = await months.make_ahead(services.database)
    if services.apart is not None:  # whose tables of months are empty, and there
        made += await months.make_ahead(services.apart)
    if made:
        log.info("months_made", parts=made)
    return made


async def carry_wallets(context: dict[str, Any]) -> int:
    """Carries the wallet's transfers to the other side, and ends what nobody has accepted."""
    services: Services = context["services"]
    return await services.wallets.sweep.run()


async def close_years(context: dict[str, Any]) -> int:
    """Closes account years that are over; nearly always there are none."""
    services: Services = context["services"]
    runs = await services.closing.run_due()
    for run in runs:
        log.info("year_closed", region=run.region, people=run.people, rows=run.rows)
    return len(runs)


async def tell(context: dict[str, Any]) -> int:
    """Puts what has happened into the inboxes of whom it concerns."""
    services: Services = context["services"]
    return await services.teller.run(gently=True)


async def send_messages(context: dict[str, Any]) -> int:
    """Sends what is to go out by WeChat."""
    services: Services = context["services"]
    return await services.messenger.run()


async def tally(context: dict[str, Any]) -> int:
    """Counts what came of bills, for the night shift."""
    services: Services = context["services"]
    return await services.tallies.run(gently=True)


async def birthdays(context: dict[str, Any]) -> int:
    """Takes in the birthdays of children for whom somebody else has signed."""
    services: Services = context["services"]
    done = await services.birthdays.run()
    log.info("birthdays", new=done)
    return done
