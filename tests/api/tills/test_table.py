"""The table of transactions: complete, and what WIRE.md and the tills themselves go by."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.api.tills import transactions
from app.api.tills.table import (
    BY_NUMBER,
    CATALOGUE,
    GOODS,
    PRESCRIPTIONS,
    TRANSACTIONS,
    name_of,
)
from app.api.tills.transactions.stock_fields import OneByOne
from app.api.tills.wire.fields import Field
from app.api.tills.wire.nodes import FileNode
from app.api.tills.wire.page import page
from app.clients.till import client
from app.clients.till.answer import Answer
from app.clients.till.client import Item, TillClient
from app.domain.settlement.orders import CANCELLING, PAYING, RETURN_PART, REVERSE
from app.kit.reasons import Refusal
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.domain.reconcile.shop_books import ShopBooks
from tests.till_world import BASIC, Town

__all__ = ["clinic"]
APP = Path(client.__file__).parents[2]
NUMBER = r'"(\d{4}[A-Z]?)"'
MONEY = {one.infno for one in TRANSACTIONS if one.moves_money}


def handlers() -> set[Any]:
    """Everything in the transactions' files that answers a message."""
    found = set()
    for file in pkgutil.iter_modules(transactions.__path__):
        module = importlib.import_module(f"{transactions.__name__}.{file.name}")
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            answers = function.__annotations__.get("return") in (
                "dict[str, Any]",
                "list[dict[str, Any]]",
                "FileOut",
                "FileOut | StreamOut",
                "Output",
            )
            if answers and not name.startswith("_") and function.__module__ == module.__name__:
                found.add(function)
    return found


def test_every_transaction_is_listed_once_with_both_its_names() -> None:
    assert len(BY_NUMBER) == len(TRANSACTIONS)
    # Goods are made of their tables, what offers lists of their numbers.
    made = {one.handle for one in TRANSACTIONS if "<locals>" in one.handle.__qualname__}
    assert {one.handle for one in TRANSACTIONS} - made == handlers()
    for names in ([one.zh for one in TRANSACTIONS], [one.en for one in TRANSACTIONS]):
        assert all(names) and len(set(names)) == len(names)
    assert (name_of("2102", "zh"), name_of("2102", "en")) == ("药店结算", "pharmacy settlement")
    assert name_of("9999", "zh") == "9999"


def test_what_is_stored_as_an_order_moves_money_and_repeats() -> None:
    assert PAYING | CANCELLING | {RETURN_PART, REVERSE} == MONEY
    assert all(one.repeats_by_msgid for one in TRANSACTIONS if one.moves_money)


@pytest.mark.parametrize("letter", ["9", "x", "药"])
def test_no_field_keeps_what_it_refuses(letter: str) -> None:
    text = letter * 40_000
    for transaction in TRANSACTIONS:
        for field in (field for node in transaction.shape.input for field in node.fields):
            with suppress(Refusal):
                field.read({field.name: text})
                assert sys.getrefcount(text) == 2, (transaction.infno, field.name)


def test_tables_of_fields_are_in_order() -> None:
    for one in TRANSACTIONS:
        assert one.shape.input, one.infno
        for node in one.shape.input:
            names = [field.name for field in node.fields]
            assert len(set(names)) == len(names), (one.infno, node.name)
            for field in node.fields:
                assert re.search(r"[\u4e00-\u9fff]", field.zh), field
                assert re.fullmatch(r"c\d+|n\d+(,\d+)?|date|time|node|bytes|text", field.type), (
                    field
                )


def test_the_page_is_what_the_tables_print() -> None:
    there = (APP / "api" / "tills" / "WIRE.md").read_text(encoding="utf-8")
    assert there == page(), "print it anew: python -m app.api.tills.wire.page"
    headings = set(re.findall(r"^## (\S+)", there, re.MULTILINE))
    assert headings >= {*BY_NUMBER, "Envelope", "Signing", "Amounts", "Repeats", "Files"}


async def test_every_number_reaches_its_handler_which_reads_by_its_table(town: Town) -> None:
    for one in TRANSACTIONS:
        first = one.shape.input[0]
        wanted = first.name
        if isinstance(first, FileNode):  # the input itself may be the node
            wanted = first.fields[0].name
        answer = await town.till.call(one.infno, {})
        told = f"INPUT_INVALID 交易输入不合规范：{wanted} "
        assert answer.err_msg.startswith(told), (one.infno, answer.err_msg)


def required(fields: tuple[Field, ...]) -> list[str]:
    return [field.name for field in fields if field.required]


async def test_a_required_field_is_missed_by_its_name(town: Town) -> None:
    for one in TRANSACTIONS:
        node = one.shape.input[0]
        names = required(node.fields)
        if not names:
            continue
        row: Any = {}
        given = [row] if node.form.startswith("list") else row
        answer = await town.till.call(one.infno, {node.name: given})
        if answer.ok and isinstance(node, OneByOne):  # each row is refused for itself
            assert f"{names[0]} " in str(answer.output) and "'0'" in str(answer.output), one.infno
            continue
        assert answer.err_msg.startswith(f"INPUT_INVALID 交易输入不合规范：{names[0]} "), one.infno


async def test_outputs_hold_what_the_table_names(
    town: Town, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Answer] = {}
    send = TillClient.call

    async def call(till: TillClient, infno: str, *given: Any, **more: Any) -> Answer:
        answer = await send(till, infno, *given, **more)
        assert answer.ok, (infno, answer.err_msg)
        told[infno] = answer
        return answer

    monkeypatch.setattr(TillClient, "call", call)
    await at_the_clinic(clinic)
    await at_the_pharmacy(town)
    file = told["9101"].output
    assert await town.till.download(file["file_qury_no"], file["filename"])
    # Forms A answer as those without (tests/api/tills/national), which has the prescriptions, too;
    # goods: test_goods, lists and catalogues: test_catalogue, records: test_records,
    # clearing: test_clearing.
    rest = {"9102", "2101A", "2102A", "2201A", "2206A", "2207A"}
    rest |= {one.infno for one in (*GOODS, *CATALOGUE, *PRESCRIPTIONS)}
    rest |= {"9001A", "9001B", "9001C"}  # test_cashiers
    rest |= {"3203", "3204", "5102", "5201", "5204", "5206", "5301"}
    assert {one.infno for one in TRANSACTIONS} - set(told) == rest
    for infno, answer in told.items():
        if BY_NUMBER[infno].shape.rows:
            assert answer.rows and not answer.output, infno
            continue
        names = {name.removesuffix("[]"): name for name in BY_NUMBER[infno].shape.output}
        assert set(answer.output) == set(names), infno
        for name, listed in names.items():
            assert isinstance(answer.output[name], list) is listed.endswith("[]"), (infno, name)


async def at_the_clinic(clinic: Clinic) -> None:
    patient = clinic.patient
    await clinic.register("V2")
    gone = {"psn_no": patient.psn_no, "mdtrt_id": clinic.visit, "ipt_otp_no": "V2"}
    await clinic.call("2202", {"data": gone})
    await clinic.register("V3")
    await clinic.diagnose()
    info = {"mdtrt_id": clinic.visit, "psn_no": patient.psn_no, "med_type": "11"}
    info["begntime"] = "2026-11-21 11:00:00"
    found = {
        "diag_type": "1",
        "diag_srt_no": "1",
        "diag_code": "J06",
        "diag_name": "感冒",
        "diag_dept": "内科",
        "dise_dor_no": "D1",
        "dise_dor_name": "王",
        "diag_time": "2026-11-21 11:05:00",
        "vali_flag": "1",
    }
    await clinic.call("2203A", {"mdtrtinfo": info, "diseinfo": [found]})
    await clinic.charge(("1", BASIC, "10.00"))
    back = {"mdtrt_id": clinic.visit, "psn_no": patient.psn_no, "chrg_bchno": "B1"}
    await clinic.call("2205", {"data": back})
    await clinic.charge(("2", BASIC, "300.00"), batch="B2")
    said = (await clinic.pre_settle("300.00", "B2")).setlinfo
    await clinic.cancel(await clinic.settle("300.00", said, "B2"))


async def at_the_pharmacy(town: Town) -> None:
    patient, till = await town.member("李强", current_fen=50_000), town.till
    token = await town.scan(patient)
    await till.person(token)
    asked = {
        "psn_no": patient.psn_no,
        "insutype": "310",
        "fixmedins_code": town.shop.code,
        "med_type": "41",
        "begntime": "2026-11-21 12:00:00",
    }
    await till.call("2001", {"data": asked})
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(4), Decimal("10.00"))])
    await till.preview(sale)
    paid = await till.settle(sale)
    ids = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    await till.call("5203", {"data": ids})
    await till.call("5203B", {"data": {"stmt_date": "2026-11-21"}})
    await till.call("5203C", {"data": {"medins_setl_id": paid.msgid, "pay_way": "cash"}})
    await till.found(patient.psn_no, paid.msgid, patient.place)
    serial = paid.output["detlcutinfo"][0]["feedetl_sn"]
    lines = [{"feedetl_sn": serial, "cnt": "1"}]
    rest = await till.call("2103A", {"data": ids, "drugdetail": lines}, insuplc=patient.place)
    ids = {name: rest.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    await till.call("2103", {"data": ids}, insuplc=patient.place)
    undo = {"psn_no": patient.psn_no, "omsgid": "never-sent", "oinfno": "2102"}
    await till.call("2601", {"data": undo})
    books = ShopBooks(town)
    await books.total()
    await books.ask_rows()
    await till.sign_out()
    await till.sign_in()


def test_the_till_program_knows_what_moves_money() -> None:
    """It keeps such a message before it sends it."""
    sent: set[str] = set()
    for path in (APP / "clients" / "till").glob("*.py"):
        sent |= set(re.findall(rf"\bcall\(\s*{NUMBER}", path.read_text(encoding="utf-8")))
    assert len(sent) > 8 and sent <= set(BY_NUMBER)
    assert sent & MONEY == client.MOVES_MONEY & sent == client.MOVES_MONEY


def test_the_till_page_knows_what_moves_money() -> None:
    """What it prepares goes into its journal; what it asks does not."""
    folder = APP / "clients" / "web" / "till"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.js"))
    asked = set(re.findall(rf"\bask\(\s*{NUMBER}", text))
    assert len(asked) > 6 and asked <= set(BY_NUMBER) and not asked & MONEY
    prepared = set(re.findall(rf"\bprepare\(\s*{NUMBER}", text))
    kinds = re.search(r"^const KINDS = \{(.+?)\};$", text, re.MULTILINE | re.DOTALL)
    assert kinds is not None
    named = set(re.findall(NUMBER + ":", kinds[1]))
    assert prepared <= named <= MONEY and len(prepared) > 1
