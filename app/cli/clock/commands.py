"""``qinji clock``: the clock in the hand of the running demo."""

from __future__ import annotations

from datetime import timedelta

import click

from app.cli.up import settings_or_exit
from app.kit.clock import local
from app.kit.hand import SPEED_MAX, HandClock, take
from app.local.played_clock import ClockError, forward_to, moment_of, span_of

_SPEED = click.IntRange(0, SPEED_MAX)
_NONE = (
    "No clock in the hand here: start with ./deploy/up --clock 'MOMENT xSPEED'."
    " 此处没有可调时钟，请用 ./deploy/up --clock 启动。"
)


def by_the_settings() -> None:
    """This command goes by the clock that the settings name."""
    take(settings_or_exit().clock)


def _hand() -> HandClock:
    file = settings_or_exit().clock
    if file is None:
        raise click.ClickException(_NONE)
    return HandClock(file)


def _say(hand: HandClock) -> None:
    click.echo(f"{local(hand.now()).isoformat(timespec='seconds')}  x{hand.speed}")


@click.group(invoke_without_command=True)
@click.pass_context
def clock(context: click.Context) -> None:
    """What the clock of the running demo shows, and how fast it goes. 演示用的可调时钟"""
    if context.invoked_subcommand is None:
        _say(_hand())


@clock.command(name="set")
@click.argument("moment")
@click.option("--speed", type=_SPEED, help="How many seconds pass in one; 0: it stands. 倍速")
def set_(moment: str, speed: int | None) -> None:
    """It goes on to a moment, 2026-12-31T23:58 in China; never back. 拨到某一时刻"""
    hand = _hand()
    try:
        forward_to(hand, moment_of(moment), hand.speed if speed is None else speed)
    except ClockError as error:
        raise click.ClickException(str(error)) from error
    _say(hand)


@clock.command()
@click.argument("span")
def advance(span: str) -> None:
    """It goes on by 90s, 10m, 8h, 3d at once. 拨快"""
    hand = _hand()
    try:
        by: timedelta = span_of(span)
    except ClockError as error:
        raise click.ClickException(str(error)) from error
    hand.advance(by)
    _say(hand)


@clock.command()
@click.argument("speed", type=_SPEED)
def run(speed: int) -> None:
    """So many of its seconds pass in one; 0: it stands. 设定倍速"""
    hand = _hand()
    hand.run(speed)
    _say(hand)
