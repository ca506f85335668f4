"""``qinji ledger statement``: a person's or an institution's account statement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

import click

from app.kit.clock import SHANGHAI
from app.ledger.statement_csv import as_text, lines
from app.ledger.statements import BEGIN, AccountPeriod, Movement
from app.people import repository as registry
from app.services import Services

_ROWS_MAX = 1_000_000


@click.command()
@click.option("--person", metavar="PSN_NO", help="Of this person.")
@click.option("--institution", metavar="CODE", help="Of this institution.")
@click.option(
    "--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day."
)
@click.option("--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day.")
@click.option("--csv", "path", type=click.Path(dir_okay=False, path_type=Path), help="To a file.")
def statement(
    person: str | None, institution: str | None, first: datetime, last: datetime, path: Path | None
) -> None:
    """Opening balance, every movement, closing balance. 账户明细."""
    from app.reconcile.commands import run  # noqa: PLC0415 (it registers this command)

    if (person is None) == (institution is None):
        raise click.UsageError("give either --person or --institution")
    begin = datetime.combine(first.date(), time(), SHANGHAI)
    end = datetime.combine(last.date() + timedelta(days=1), time(), SHANGHAI)

    async def work(services: Services) -> list[list[str]]:
        if person is not None:
            return await _of_person(services, person, begin, end)
        return await _of_institution(services, str(institution), begin, end)

    table = run(work)
    if path is None:
        for line in table:
            click.echo("  ".join(line))
    else:
        path.write_text(as_text(table), encoding="utf-8", newline="")
        click.echo(f"{path}: {len(table) - 1} lines")


async def _of_person(
    services: Services, psn_no: str, begin: datetime, end: datetime
) -> list[list[str]]:
    found = await registry.by_psn_no(psn_no)
    if found is None:
        raise click.ClickException("there is no such person")
    periods = await services.statements.accounts(found.id, begin, end)
    movements = await services.statements.movements(periods, BEGIN, _ROWS_MAX)
    return await _table(services, periods, movements, found.id)


async def _of_institution(
    services: Services, code: str, begin: datetime, end: datetime
) -> list[list[str]]:
    books = services.statements
    period = await books.institution(code, begin, end)
    if period is None:
        raise click.ClickException("there is no such institution, or it never settled anything")
    movements = await books.institution_movements(
        period.account_id, code, begin, end, BEGIN, _ROWS_MAX
    )
    return await _table(services, [period], movements, None)


async def _table(
    services: Services, periods: Iterable[AccountPeriod], movements: list[Movement],
    owner: int | None,
) -> list[list[str]]:  # fmt: skip
    patients = {one.patient_id for one in movements if one.patient_id is not None}
    names = await services.people.masked_names(patients)
    return list(lines(periods, movements, names.__getitem__, owner))
