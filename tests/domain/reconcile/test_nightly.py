"""The nightly statements: figures, what is one-sided, the page, the CSV; made again, the same."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import reconcile as commands
from app.domain.reconcile.nightly import Made, Statement
from app.domain.settlement.rules import decide as rules
from app.domain.settlement.rules import fold
from tests.domain.reconcile.shop_books import ShopBooks
from tests.till_world import Town
from worker.jobs import statements

DAY = date(2026, 11, 21)
NIGHT_S = 15 * 3600
"""From noon to three in the morning."""


async def statement(town: Town, code: str = "") -> Statement:
    found = await town.services.institution_statements.get(code or town.shop.code, DAY)
    assert found is not None
    return found


async def test_figures_of_a_day(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    child = await town.member("李小明", insutype="390")
    donor = await town.member("李奶奶", date(1950, 5, 17), current_fen=10_000)
    await town.grant(donor, child)
    other = await town.new_shop(name="没有生意的药房")
    books = ShopBooks(town)
    paid = await books.buy(father, "10.00")
    await books.buy(father, "20.00")
    await books.cancel(paid, father)
    await books.buy(child, "9.00")
    town.clock.advance(NIGHT_S)
    assert await statements({"services": town.services}) == 2
    found = await statement(town)
    common = {"clr_type": "41", "fund_fen": 0, "wallet_fen": 0, "cash_fen": 0}
    assert found.totals == [
        common
        | {
            "insutype": "310",
            "refund": False,
            "count": 2,
            "medfee_fen": 3000,
            "own_fen": 3000,
            "mulaid_fen": 0,
        },
        common
        | {
            "insutype": "310",
            "refund": True,
            "count": 1,
            "medfee_fen": -1000,
            "own_fen": -1000,
            "mulaid_fen": 0,
        },
        common
        | {
            "insutype": "390",
            "refund": False,
            "count": 1,
            "medfee_fen": 900,
            "own_fen": 0,
            "mulaid_fen": 900,
        },
    ]
    assert found.one_sided == []
    assert "安康药房" in found.page and "退费" in found.page and "29.00" in found.page
    table = list(csv.reader(io.StringIO(found.csv.removeprefix("\ufeff"))))
    assert len({len(line) for line in table}) == 1
    assert [line[6:8] for line in table[1:]] == [["2", "30.00"], ["1", "-10.00"], ["1", "9.00"]]
    empty = await statement(town, other.code)
    assert (empty.totals, "当日没有结算" in empty.page) == ([], True)


async def test_what_is_one_sided(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    right = rules.decide

    def decide(bill: Any, *more: Any) -> Any:
        if bill.total_fen == 777:
            raise ZeroDivisionError("a rule that is wrong")
        return right(bill, *more)

    monkeypatch.setattr(fold, "decide", decide)
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    paid = await books.buy(father, "10.00")
    aside = await town.till.settle(await town.sale(father, "7.77"))
    assert aside.err_msg.startswith("SET_ASIDE ")
    never = town.till.new_msgid()
    assert (await town.till.reverse(never, "2102", father.psn_no, father.place)).ok
    await town.value(
        "insert into counter_task (id, kind, person_id, settlement_id, transfer_id, amount_fen,"
        " created_at) values (5, 'refund_without_account', $1, $2, 1, 1000, $3)",
        father.id,
        int(paid.setl_id),
        town.clock.now(),
    )
    async with town.drainer_away():
        waiting = town.till.new_msgid()
        sale = await town.sale(father, "3.00")
        from app.clients.till.sale import sale_input  # noqa: PLC0415

        body = town.till.body("2102", sale_input(sale, town.clock.now()), waiting, father.place)
        assert (await town.ask(body, wait=0)).err_msg.startswith("PROCESSING")
        made = await town.services.institution_statements.make(DAY)
    assert made == Made(institutions=1, written=1, one_sided=4)
    found = await statement(town)
    assert [(item["kind"], item.get("msgid")) for item in found.one_sided] == [
        ("no_outcome", waiting),
        ("refund_at_counter", None),
        ("set_aside", aside.msgid),
        ("tombstone", never),
    ]
    assert f"结算号{paid.setl_id}  任务号5  10.00元" in found.page
    assert all(msgid in found.csv for msgid in (waiting, aside.msgid, never))
    town.clock.advance(1)
    assert (await town.ask(body)).ok
    await town.value("update counter_task set done_at = now() where id = 5")
    again = await town.services.institution_statements.make(DAY)
    assert again == Made(institutions=1, written=1, one_sided=2)
    later = await statement(town)
    assert {item["kind"] for item in later.one_sided} == {"set_aside", "tombstone"}
    assert later.totals[0]["count"] == 2


async def test_made_again_it_is_the_same(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    await ShopBooks(town).buy(father, "10.00")
    town.clock.advance(NIGHT_S)
    books = town.services.institution_statements
    assert (await books.make(DAY)).written == 1
    first = await statement(town)
    town.clock.advance(60)
    assert (await books.make(DAY)).written == 0
    assert await statement(town) == first
    assert (await books.make(date(2026, 11, 20))).written == 1
    assert await statement(town) == first


async def test_the_job_sweeps_files(town: Town) -> None:
    books = ShopBooks(town)
    assert (await books.upload(b"x")).ok
    town.clock.advance(8 * 24 * 3600)
    await statements({"services": town.services})
    assert await town.value("select count(*) from exchange_file") == 0


def invoke(*words: str) -> Result:
    return CliRunner().invoke(commands.reconcile, list(words))


async def test_the_commands(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As a clerk types them; they open services of their own, on this town's servers."""
    config = town.services.settings
    monkeypatch.setattr(commands, "settings_or_exit", lambda: config)
    father = await town.member("李强", current_fen=10_000)
    paid = await ShopBooks(town).buy(father, "10.00")
    await town.value(
        "insert into counter_task (id, kind, person_id, settlement_id, transfer_id, amount_fen,"
        " created_at) values (5, 'refund_without_account', $1, $2, 1, 1000, $3)",
        father.id,
        int(paid.setl_id),
        town.clock.now(),
    )

    async def say(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(invoke, *words)
        return done.exit_code, done.output

    missing = await say("show", town.shop.code, "--day", "2026-11-21")
    assert missing[0] == 1 and "qinji reconcile run --day 2026-11-21" in missing[1]
    assert await say("run", "--day", "2026-11-21") == (
        0,
        "2026-11-21: 机构 1，新增或变更 1，单边事项 1，清理过期文件 0\n",
    )
    assert await say("show", town.shop.code, "--day", "2026-11-21") == (
        0,
        (await statement(town)).page,
    )
    target = tmp_path / "x.csv"
    assert (await say("show", town.shop.code, "--day", "2026-11-21", "--csv", str(target)))[0] == 0
    assert target.read_bytes().decode() == (await statement(town)).csv
    code, listed = await say("tasks")
    assert (code, listed.startswith("5  2026-11-21 12:00")) == (0, True)
    assert paid.setl_id in listed and "10.00元" in listed
    # Money leaves suspense with four eyes: whoever has a terminal is two, one or nobody.
    for words in (["done", "5", "--by", "王办事员", "--note", "现金退还本人"], ["done"]):
        code, told = await say(*words)
        assert code == 1 and "退款与复核" in told and "/counter" in told
    assert await town.value("select count(*) from counter_task where done_at is null") == 1
    assert (await say("tasks"))[1] == listed
    await town.value("update counter_task set done_at = now()")
    assert await say("tasks") == (0, "没有待办。Nothing waits at the counter.\n")
