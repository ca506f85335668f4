"""``qinji region list|show|check|what-if``."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from app.cli.what_if import what_if
from app.kit.clock import SystemClock, local_date
from app.regions.checks.check import check as check_packs
from app.regions.errors import PackError
from app.regions.loader import NATION, PACKS, Rulebook
from app.regions.pack import Entry
from app.regions.sources import citation
from app.regions.text.places import named_like
from app.regions.text.show import columns, parameter_rows, region_row

_HEADING = ["  参数", "key", "值", "出处", "起", "可信度"]


def _rulebook() -> Rulebook:
    try:
        return Rulebook.load()
    except PackError as error:
        raise click.ClickException(
            f"{error}\nSee: qinji region check 请运行 qinji region check 查看"
        ) from error


def _code_of(book: Rulebook, asked: str) -> str:
    """A region's digits, asked for by them or by a name, in Chinese or as packs' files have it.

    Raises:
        click.BadParameter: there is no such region.
    """
    if asked.isascii() and asked.isdigit() and len(asked) in (2, 4, 6):
        return asked
    name = asked.strip().casefold()
    for pack in book.packs.values():
        spelled = pack.file.removesuffix(".toml").partition("-")[2]
        if name and (name == spelled or pack.name.startswith(name)):
            return pack.code
    if name and not name.isdigit():
        for place in named_like(name, 1):
            return place[:2] if place.endswith("0000") else place.removesuffix("00")
    raise click.BadParameter(
        "a region is two, four or six digits, or its name: 44, 4403, 440300, hebei, 河北"
        " 地区写2、4、6位代码或名称"
    )


@click.group()
def region() -> None:
    """Each region's rules. 各地规则"""


region.add_command(what_if)


@region.command("list")
def list_() -> None:
    """Every region that has rules of its own. 有规则的地区

    Samples prove only that such a kind of rule exists; A is official, D is our own choice.
    """
    packs = sorted(_rulebook().packs.values(), key=lambda pack: pack.code)
    rows = [["代码", "地区", "起", "参数", "样例", "可信度"], *map(region_row, packs)]
    for line in columns(rows, right=(3, 4)):
        click.echo(line)


@region.command()
@click.argument("code")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day in China; today if not given. 哪一天，不写为今天",
)
@click.option("--own", is_flag=True, help="Only what the region itself says. 只看本地自己的规则")
def show(code: str, day: datetime | None, own: bool) -> None:
    """The rules in force at CODE, and where they come from. 某地某日的规则

    CODE is digits or a name: 44, 4403, 440300, hebei, 河北, 石家庄.
    """
    on = day.date() if day else local_date(SystemClock().now())
    book = _rulebook()
    code = _code_of(book, code)
    place = code.ljust(6, "0")
    try:
        in_force = book.at(place, on)
    except PackError as error:
        raise click.ClickException(str(error)) from error
    local = book.chain(place)[-1]
    asked = code[:4]
    entries = in_force.entries
    if own:
        # A place without a pack of its own has nothing to say, whoever it inherits from.
        entries = {k: e for k, e in entries.items() if e.pack == local.file and local.code == asked}
    click.echo(f"{local.name} {code}  {on}  {in_force.version}")
    if local.code != asked:
        whose = "全国" if local.code == NATION else local.name
        click.echo(f"No pack of its own: as {whose}. 本地无专门规则，随{whose}")
    if not entries:
        click.echo("Nothing of its own on this day. 当日无本地规则")
        return
    _print(entries, {pack.file: pack.name for pack in book.chain(place)}, on)


def _print(entries: dict[str, Entry], names: dict[str, str], on: date) -> None:
    rows = list(parameter_rows(entries, names))
    table = iter(list(columns([_HEADING, *(row for row in rows if len(row) > 1)])))
    click.echo(next(table))
    for row in rows:
        click.echo(f"\n{row[0]}" if len(row) == 1 else next(table))
    click.echo("\n来源")
    first: dict[tuple[str, str], int] = {}
    for entry in entries.values():
        block = (entry.pack, entry.source)
        first[block] = min(entry.line, first.get(block, entry.line))
    for (pack, source), line in sorted(first.items(), key=lambda item: (item[0][0], item[1])):
        cited = citation(source)
        click.echo(f"  {pack}:{line}  {cited.says}".rstrip())
        for one in cited.sources:
            click.echo(f"      {one.id}  {one}  {one.link}".rstrip())


@region.command()
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def check(folder: Path | None) -> None:
    """Look for mistakes in the packs of FOLDER (the built-in ones if not given). 检查规则

    Prints each as file:line: sentence, and exits with 1 if there are any.
    """
    where = folder or PACKS
    problems = check_packs(where)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        sys.exit(1)
    count = len(list(where.glob("*.toml")))
    click.echo(f"{count} packs, no problem. 未发现问题")
