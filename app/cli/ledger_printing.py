"""A verification's report on the terminal."""

from __future__ import annotations

import click

from app.ledger.proof.audit.replay import AUDIT, AUDIT_SHARED
from app.ledger.proof.cached import CACHED
from app.ledger.proof.checks import CHECKS
from app.ledger.proof.findings import Report
from app.ledger.proof.replay import DAYS, SEALS

_ZH = {check.name: check.zh for check in CHECKS} | {
    SEALS: "封存的记账与结算未被改动",
    DAYS: "日根相符且逐日相连",
    AUDIT: "审计记录逐行相连，未被改动",
    AUDIT_SHARED: "共享库的审计记录逐行相连，未被改动",
    CACHED: "缓存余额与账目相符",
    "waiting": "没有请求等待过久",
    "handed": "对方保存的日根与账目相符",
}


def print_report(report: Report) -> None:
    """A line for each check, then what is wrong, then the figures."""
    for name, tally in report.checks.items():
        mark = (
            click.style("ok   ", fg="green")
            if not tally.wrong
            else click.style("WRONG", fg="red", bold=True)
        )
        click.echo(
            f"{mark} {name:<22}{tally.rows:>13,} rows {tally.wrong:>8,} wrong  {_ZH.get(name, '')}"
        )
    for finding in report.findings:
        click.echo(f"\n{click.style(finding.check, bold=True)}: {finding.row}")
        click.echo(f"  expected  {finding.expected}\n  found     {finding.found}")
    hidden = report.wrong - len(report.findings)
    if hidden:
        click.echo(f"\n… and {hidden:,} more")
    figures = report.figures
    heads = f"audit {figures.get(AUDIT) or 'none'}"
    if AUDIT_SHARED in figures:
        heads += f", of the shared tables {figures[AUDIT_SHARED] or 'none'}"
    assert report.ended_at is not None
    seconds = (report.ended_at - report.begun_at).total_seconds()
    click.echo(
        f"\n{report.wrong:,} wrong in {seconds:.1f} s; {figures.get('waiting', 0)} waiting, the "
        f"oldest for {figures.get('oldest_waits_s', 0)} s; last day closed "
        f"{figures.get('last_day') or 'none'}, root {figures.get('last_root') or 'none'}; {heads}"
    )
