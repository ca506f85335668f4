"""What the till's commands share: an open client, errors as one sentence, the patient's visit."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from app.clients.till.client import Answer, NotReachable, TillClient, Unknown
from app.clients.till.receipt import receipt, wrap
from app.clients.till.sale import SPLIT, Item, Sale
from app.clients.till.till import Till, TillError, items, renamed, shelf
from app.kit.words.masking import mask_name, mask_number
from app.kit.words.normal import scan_form
from app.local.demo.pharmacy import SHELF
from app.regions.text.places import place_name
from app.words import INSUTYPES, CertType


@dataclass(frozen=True, slots=True)
class Desk:
    """A till's files and its open client."""

    till: Till
    client: TillClient

    def shelf(self) -> dict[str, Item]:
        """The price list by short name and by code, as the catalogue names things."""
        listed = shelf(Path(self.till.login().shelf or SHELF))
        return renamed(listed, self.till.catalogue())

    def items(self, words: tuple[str, ...]) -> list[Item]:
        return items(words, self.shelf())


class Refused(Exception):
    """The centre said no."""


def must(answer: Answer) -> Answer:
    """The answer if it is a yes. Raises Refused."""
    if not answer.ok:
        raise Refused(answer.err_msg or "没有说明原因")
    return answer


def at_its_line(answer: Answer, bought: list[Item]) -> Answer:
    """The answer; a refusal of trace codes names the line it speaks of."""
    if answer.ok or not answer.err_msg.startswith("TRACE_"):
        return answer
    named = re.search(r"第(\d+)行", answer.err_msg)
    for at, item in enumerate(bought, 1):
        codes = (one.removeprefix(SPLIT) for one in item.codes)
        if any(one in answer.err_msg for one in codes) or (named and int(named[1]) == at):
            told = f"{answer.err_msg}\n  第{at}行 {item.name or item.med_list_codg}"
            return replace(answer, err_msg=told)
    return answer


def run(till: Till, work: Callable[[Desk], Awaitable[None]]) -> None:
    """Runs one command's work with an open client; errors become one plain sentence."""

    async def main() -> None:
        async with till.client() as client:
            await work(Desk(till, client))

    _guarded(main())


def _guarded(main: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(main)
    except (Refused, TillError) as error:
        sys.exit(str(error))
    except NotReachable:
        sys.exit("连接不上医保接口。Nobody answers there: start Qinji with ./deploy/up")
    except Unknown as error:
        door = f"重发时：{error.door}\n" if error.door else ""
        sys.exit(
            f"{door}结果未知：{error.infno} {error.msgid} 没有收到答复，可能已入账，也可能没有。\n"
            "用 qinji pos found --last 查询，或用 qinji pos reverse --last 冲正。\n"
            "The result is unknown. Ask for it: qinji pos found --last. Or undo it for sure: "
            "qinji pos reverse --last"
        )


async def identify(desk: Desk, code: str) -> dict[str, Any]:
    """Decodes a code and asks who it is; the patient is kept at the counter."""
    found = must(await desk.client.decode(scan_form(code))).output
    found = found.get("data") if isinstance(found.get("data"), dict) else found  # type: ignore[assignment]
    token = str(found.get("ecToken") or "")
    person = must(
        await desk.client.person(
            token,
            cert_type=str(found.get("idType") or "01"),
            certno=str(found.get("idNo") or ""),
            psn_name=str(found.get("userName") or ""),
        )
    ).output
    return _at_the_counter(desk, person, {"token": token}, str(found.get("insuOrg") or ""))


async def identify_card(desk: Desk, card: str) -> dict[str, Any]:
    """The same of a social-security card, as ``NUMBER/SERIAL``."""
    number, _, serial = (part.strip() for part in scan_form(card).partition("/"))
    if not serial:
        raise TillError("a card is named by its number and serial: NUMBER/SN 卡写作 卡号/卡识别码")
    told = await desk.client.person(number, shown=CertType.CARD, card_sn=serial)
    shown = {"token": number, "shown": CertType.CARD.value, "card_sn": serial}
    return _at_the_counter(desk, must(told).output, shown)


def _at_the_counter(
    desk: Desk, person: dict[str, Any], shown: dict[str, str], place: str = ""
) -> dict[str, Any]:
    """Keeps and shows who the patient is; ``place``: where insured, if 1101 doesn't say."""
    base = person.get("baseinfo") or {}
    plan = _plan(person.get("insuinfo"))
    visit = shown | {
        "psn_no": str(base.get("psn_no") or ""),
        "insutype": str(plan.get("insutype") or ""),
        "insuplc": str(plan.get("insuplc_admdvs") or place),
    }
    desk.till.keep_visit(visit)
    word = INSUTYPES.get(visit["insutype"])
    insurance = word.zh if word else f"险种 {visit['insutype']}"
    click.echo(
        f"{mask_name(str(base.get('psn_name') or ''))} "
        f"{mask_number(str(base.get('certno') or ''))} "
        f"{insurance} 参保地 {place_name(visit['insuplc'])} 账户余额 {plan.get('balc', '-')}"
    )
    return visit


def _plan(insuinfo: object) -> dict[str, Any]:
    """The plan that is in order, else the first."""
    plans = [one for one in insuinfo if isinstance(one, dict)] if isinstance(insuinfo, list) else []
    in_order = [one for one in plans if str(one.get("psn_insu_stas")) == "1"]
    return next(iter([*in_order, *plans]), {})


def sale_of(visit: dict[str, Any], bought: list[Item], own: bool = True) -> Sale:
    """A sale to the patient at the counter. Raises TillError without items."""
    if not bought:
        raise TillError("nothing to sell: name at least one item 请至少写一种药")
    return Sale(
        visit["psn_no"],
        visit["token"],
        visit["insutype"],
        visit["insuplc"],
        bought,
        acct_used_flag="1" if own else "0",
        mdtrt_cert_type=visit.get("shown", CertType.CREDENTIAL),
        card_sn=visit.get("card_sn", ""),
        med_type=visit.get("med_type", "41"),
        rxno=visit.get("rxno", ""),
        rx_items=frozenset(visit.get("rx_items", ())),
    )


def show(desk: Desk, answer: Answer, bought: list[Item], title: str) -> None:
    """Prints the slip of an answer, and below it what the centre warns of."""
    details = answer.output.get("detlcutinfo")
    details = details if isinstance(details, list) else []
    click.echo(receipt(desk.client.fixmedins_name, answer.setlinfo, bought, details, title))
    if answer.warn_msg:
        click.echo("\n".join(wrap(f"⚠ {answer.warn_msg}")))
