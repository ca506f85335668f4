"""``qinji pos cancel|return|reverse|found|query``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from app.clients.till.answer import kept_of
from app.clients.till.commands.desk import Desk, must, run, show
from app.clients.till.commands.paying import WAY, note_way
from app.clients.till.journal import Entry
from app.clients.till.sale import SPLIT, Item
from app.clients.till.till import Till, TillError

_SETTLE = "2102"
_LAST = click.option("--last", is_flag=True, help="The newest one. 最近一笔")


@click.command()
@click.argument("setl_id", required=False)
@_LAST
@WAY
@click.pass_obj
def cancel(till: Till, setl_id: str | None, last: bool, way: str | None) -> None:
    """2103: undo a settlement whose answer came. 撤销结算."""
    _one_of(setl_id, last, "SETL_ID")

    async def work(desk: Desk) -> None:
        answer = must(await desk.client.cancel(*_ids(till, setl_id)))
        show(desk, answer, [], "撤销结算单")
        await note_way(desk, answer.msgid, way)

    run(till, work)


@click.command("return")
@click.argument("words", nargs=-1, required=True, metavar="[SETL_ID] ITEM[xCOUNT][=CODES]...")
@_LAST
@WAY
@click.pass_obj
def return_part(till: Till, words: tuple[str, ...], last: bool, way: str | None) -> None:
    """2103A: give a part of a purchase back. 退一部分."""
    setl_id, items = (None, words) if last else (words[0], words[1:])
    if not items:
        raise click.UsageError("what comes back? 请写退哪些药，例如 amoxilinx1")

    async def work(desk: Desk) -> None:
        ids = _ids(till, setl_id)
        lines = _returned(_sold(till, setl_id), desk.items(items))
        answer = must(await desk.client.return_part(*ids, lines))
        show(desk, answer, [], "退药结算单")
        await note_way(desk, answer.msgid, way)

    run(till, work)


def _sold(till: Till, setl_id: str | None) -> list[Mapping[str, object]]:
    """The lines of the sale that left a settlement standing, as they were sent."""
    entry = till.journal.settlement(setl_id)
    while entry is not None and entry.infno != _SETTLE:
        entry = till.journal.settlement(str(entry.body["input"]["data"]["setl_id"]))
    if entry is None:
        raise TillError(
            "this till has not sold it; take it back where it was 请到卖出它的收银机上退"
        )
    lines: list[Mapping[str, object]] = entry.body["input"]["drugdetail"]
    return lines


def _returned(
    sold: Sequence[Mapping[str, object]], items: Sequence[Item]
) -> list[Mapping[str, object]]:
    """The lines of 2103A: each item by the serial of the line that it was sold in.

    Raises:
        TillError: it was not sold then.
    """
    serials = {str(line["med_list_codg"]): str(line["feedetl_sn"]) for line in sold}
    found: list[Mapping[str, object]] = []
    for item in items:
        if item.med_list_codg not in serials:
            name = item.name or item.med_list_codg
            raise TillError(f"{name}: not sold with this bill 这笔里没有这种药")
        line = {"feedetl_sn": serials[item.med_list_codg], "cnt": f"{item.cnt:f}"}
        codes = [{"drug_trac_codg": code.removeprefix(SPLIT)} for code in item.codes]
        found.append({**line, "drug_trac_info": codes} if codes else line)
    return found


@click.command()
@click.argument("msgid", required=False)
@_LAST
@click.pass_obj
def reverse(till: Till, msgid: str | None, last: bool) -> None:
    """2601: undo a message whose answer never came. 冲正."""
    _one_of(msgid, last, "MSGID")

    async def work(desk: Desk) -> None:
        entry = _sent(till, msgid)
        psn_no, insuplc = _patient(entry)
        must(await desk.client.reverse(entry.msgid, entry.infno, psn_no, insuplc))
        click.echo(f"冲正成功 {entry.infno} {entry.msgid}")

    run(till, work)


@click.command()
@click.argument("msgid", required=False)
@_LAST
@click.pass_obj
def found(till: Till, msgid: str | None, last: bool) -> None:
    """5203A: what became of a message whose answer never came. 按报文号查询."""
    _one_of(msgid, last, "MSGID")

    async def work(desk: Desk) -> None:
        entry = _sent(till, msgid)
        psn_no, insuplc = _patient(entry)
        answer = await desk.client.found(psn_no, entry.msgid, insuplc)
        if answer.at_the_door:
            must(answer)
        # What is told of the message is its answer: a sale that stands can be cancelled by it.
        rows = [one for one in answer.rows if str(one.get("vali_flag")) == "1"]
        known = replace(answer, output={"setlinfo": rows[-1]} if rows else {})
        if known.ok and not rows:
            must(replace(known, infcode=-1, err_msg="这笔已撤销或冲正，现在不成立"))
        till.journal.answered(entry.msgid, kept_of(known))
        show(desk, must(known), [], "结算查询")

    run(till, work)


@click.command()
@click.argument("setl_id", required=False)
@_LAST
@click.pass_obj
def query(till: Till, setl_id: str | None, last: bool) -> None:
    """5203: a settlement as the centre has it. 查询结算."""
    _one_of(setl_id, last, "SETL_ID")

    async def work(desk: Desk) -> None:
        wanted, mdtrt_id, psn_no, insuplc = _ids(till, setl_id)
        show(desk, must(await desk.client.query(psn_no, wanted, mdtrt_id, insuplc)), [], "结算查询")

    run(till, work)


def _sent(till: Till, msgid: str | None) -> Entry:
    """A message of this till that moves money: this one, or the newest."""
    entry = till.journal.find(msgid) if msgid else till.journal.last("2102", "2103", "2103A")
    if entry is None:
        raise TillError("this till has sent no such message 本机没有发过这条报文")
    return entry


def _one_of(given: str | None, last: bool, name: str) -> None:
    if bool(given) == last:
        raise click.UsageError(f"give either {name} or --last 编号和 --last 选一个")


def _ids(till: Till, setl_id: str | None) -> tuple[str, str, str, str]:
    """setl_id, mdtrt_id, psn_no and place of one of this till's settlements."""
    entry = till.journal.settlement(setl_id)
    if entry is None or entry.answer is None:
        raise TillError("this till has no such settlement 本机没有这笔结算")
    psn_no, insuplc = _patient(entry)
    return str(entry.answer["setl_id"]), str(entry.answer.get("mdtrt_id", "")), psn_no, insuplc


def _patient(entry: Entry) -> tuple[str, str]:
    told: dict[str, Any] = entry.body.get("input", {})
    node = told.get("druginfo") or told.get("data") or {}
    return str(node.get("psn_no", "")), str(entry.body.get("insuplc_admdvs", ""))
