"""``qinji pos rx``: the prescriptions of the patient at the counter, to 7207 and 7208."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import click

from app.clients.till.commands.desk import Desk, must, run
from app.clients.till.sale import Item, wire_time
from app.clients.till.till import Dispensed, Till, TillError
from app.kit.words.masking import mask_name
from app.kit.words.normal import scan_form

_OPTER = {"ipInfo": "127.0.0.1", "devInfo": "qinji pos"}


@click.group()
def rx() -> None:
    """Electronic prescriptions (7201 to 7208). 电子处方.

    decode the patient's code, list, fetch, let the pharmacist check; settle then dispenses, and
    sold tells the goods."""


@rx.command("list")
@click.pass_obj
def listed(till: Till) -> None:
    """7201: the prescriptions of who is at the counter. 处方列表."""

    async def work(desk: Desk) -> None:
        visit = till.visit()
        shown = {"shown": visit.get("shown", "01"), "card_sn": visit.get("card_sn", "")}
        base = must(await desk.client.person(visit["token"], **shown)).output["baseinfo"]
        by_card = "shown" in visit
        person = {
            "psnName": base["psn_name"],
            "psnCertType": base["psn_cert_type"],
            "certno": base["certno"],
            "regSn" if by_card else "ecToken": visit["token"],
        }
        rows = await _asked(desk, "7201", person)
        for at, row in enumerate(rows, 1):
            until = row["valiEndTime"][:16]
            click.echo(f"{at} {row['fixmedinsName']} {row['deptName']} 有效至 {until}")
        if not rows:
            click.echo("没有可取药的电子处方")
        till.keep_visit({**visit, "rx_list": [[r["authRxno"], r["epcToken"]] for r in rows]})

    run(till, work)


@rx.command()
@click.argument("number", type=click.IntRange(1, 100))
@click.pass_obj
def fetch(till: Till, number: int) -> None:
    """7204, 7205: fetch NUMBER of the list, and verify its document. 下载处方."""

    async def work(desk: Desk) -> None:
        visit = till.visit()
        known = visit.get("rx_list") or []
        if number > len(known):
            raise TillError(
                "there is no such line: run `qinji pos rx list` first 没有这一行，请先列出处方"
            )
        auth, token = known[number - 1]
        answer = must(await _ask(desk, "7204", {"authRxno": auth, "epcToken": token})).output
        head, patient = answer["data"], answer["rxOtpinfo"]
        proof = {name: head[name] for name in ("hiRxno", "rxTraceCode", "rxFile")}
        seen = await _asked(desk, "7205", proof | {"epcToken": token})
        if not seen["flag"]:
            raise TillError(
                "处方原件与签名不符，不能调配 the document is not the one that was signed"
            )
        for drug in answer["rxDetlList"]:
            taken = "已取完" if drug["takeDrugFlag"] == "1" else ""
            count = Decimal(str(drug["drugCnt"])).normalize()
            much = f"{count:f}{drug['drugDosunt']}"
            usage = f"{drug['medcWayDscr']} {drug['usedFrquName']}"
            name = f"{drug['medListCodg']} {drug['drugGenname']} {drug['drugSpec']}"
            click.echo(f"{name} {much} {usage} {taken}".rstrip())
        found = {"token": token, "verified": seen["rxSignVerifySn"]}
        till.keep_visit(
            {
                **visit,
                "rx": found,
                "rxno": head["hiRxno"],
                "med_type": patient["medType"],
                "rx_items": [drug["medListCodg"] for drug in answer["rxDetlList"]],
                "rx_goods": {
                    drug["medListCodg"]: [drug["drugGenname"], drug["drugSpec"], drug["drugDosunt"]]
                    for drug in answer["rxDetlList"]
                },
            }
        )

    run(till, work)


@rx.command()
@click.argument("code")
@click.option("--no", "refused", is_flag=True, help="It isn't right. 不通过")
@click.option("--says", default="合理", help="What the pharmacist says. 审核意见")
@click.pass_obj
def check(till: Till, code: str, *, refused: bool, says: str) -> None:
    """7206: the pharmacist's check, by the pharmacist's own CODE. 药师审方."""

    async def work(desk: Desk) -> None:
        visit = till.visit()
        if "rx" not in visit:
            raise TillError(
                "nothing is fetched: run `qinji pos rx fetch NUMBER` first 请先下载处方"
            )
        who = must(await desk.client.decode(scan_form(code))).output
        said = {
            "hiRxno": visit["rxno"],
            "epcToken": visit["rx"]["token"],
            "rxSignVerifySn": visit["rx"]["verified"],
            "ecToken": who["ecToken"],
            "pharCertType": who["idType"],
            "pharCertno": who["idNo"],
            "pharName": who["userName"],
            "pharCode": desk.client.operator.opter,
            "rxChkOpnn": says,
            "rxChkStasCodg": "2" if refused else "1",
            "rxChkTime": wire_time(desk.client.clock.now()),
        }
        told = await _asked(desk, "7206", said)
        till.keep_visit({**visit, "rx": {**visit["rx"], "checked": told["rxChkBizSn"]}})
        click.echo(f"已审方 {mask_name(str(who['userName']))} {told['rxChkBizSn']}")

    run(till, work)


@rx.command()
@click.argument("words", nargs=-1, metavar="[ITEM[xCOUNT][@PRICE]...]")
@click.option("--cash", is_flag=True, help="Sold for cash, not settled. 自费购药，未医保结算")
@click.pass_obj
def sold(till: Till, words: tuple[str, ...], *, cash: bool) -> None:
    """7207: tells what was sold; for cash it uses the prescription up. 销售出库上传.

    Without --cash the goods are those of the settlement just made."""
    if cash is not bool(words):
        raise click.UsageError("the goods are named with --cash only 只有自费时才写买的药")

    async def work(desk: Desk) -> None:
        if cash:
            document = f"XS{desk.client.new_msgid()[-18:]}"
            sale = sold_on(till.visit(), desk.items(words), document)
        else:
            sale = till.dispensed()
        if sale is None or sale.number:
            raise TillError(
                "nothing was sold on a prescription that isn't told yet 没有待上传的处方销售"
            )
        now = wire_time(desk.client.clock.now())
        head = {
            "hiRxno": sale.rxno,
            "rxChkBizSn": sale.checked,
            "hiFeesetlFlag": "0" if cash else "1",
        }
        goods = [
            {
                "rtalDocno": sale.document,
                "stooutTime": now,
                "medListCodg": code,
                "medinsListCodg": code,
                "drugGenname": name,
                "drugSpec": spec,
                "drugTotlcnt": count,
                "drugTotlcntEmp": unit,
            }
            for code, name, spec, unit, count in sale.goods
        ]
        answer = must(await _ask(desk, "7207", head, rxSaleDrugDetl=goods))
        number = answer.output["data"]["selStooutSn"]
        till.keep_dispensed(replace(sale, number=number))
        if cash:
            till.end_visit()
        click.echo(f"已上传 {number}")

    run(till, work)


@rx.command()
@click.pass_obj
def unsold(till: Till) -> None:
    """7208: takes back what was told last. 撤销上传."""

    async def work(desk: Desk) -> None:
        sale = till.dispensed()
        if sale is None or not sale.number:
            raise TillError("nothing was told: run `qinji pos rx sold` first 还没有上传")
        said = {"hiRxno": sale.rxno, "selStooutSn": sale.number}
        await _asked(desk, "7208", said)
        till.keep_dispensed(replace(sale, number=""))
        click.echo(f"已撤销上传 {sale.number}")

    run(till, work)


def sold_on(visit: Mapping[str, Any], bought: list[Item], document: str) -> Dispensed | None:
    """What was sold of a visit's prescription, as 7207 tells it; ``document``: the number that the
    sale has at the shop. None: there is no prescription that was checked, or nothing is of it."""
    goods = visit.get("rx_goods", {})
    lines = [
        [item.med_list_codg, *goods[item.med_list_codg], str(item.cnt)]
        for item in bought
        if item.med_list_codg in goods
    ]
    checked = visit.get("rx", {}).get("checked")
    if not checked or not lines:
        return None
    return Dispensed(visit["rxno"], checked, document, lines)


async def _ask(desk: Desk, infno: str, given: dict[str, Any], **lists: object) -> Any:
    """A message: who asks and ``given`` in its ``data``, and lists beside it."""
    client = desk.client
    mine = {
        "fixmedinsCode": client.fixmedins_code,
        "fixmedinsName": client.fixmedins_name,
        "opter": client.operator.opter,
        "opterName": client.operator.opter_name,
        "optinsNo": client.fixmedins_code,
    }
    return await client.call(infno, {"data": mine | _OPTER | given, **lists})


async def _asked(desk: Desk, infno: str, given: dict[str, Any]) -> Any:
    return must(await _ask(desk, infno, given)).output["data"]
