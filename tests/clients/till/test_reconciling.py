"""``qinji pos reconcile``: a real till's journal against the centre."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.clients.till.client import Operator, TillClient
from app.clients.till.commands.pos import pos
from app.clients.till.till import Login, Till
from tests.domain.reconcile.shop_books import ShopBooks
from tests.till_world import BASIC, Town

Say = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def till(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    """A till on disk, with the town's clock in its hand."""
    shop, found = town.shop, Till(tmp_path, "1")
    url = str(town.world.client.make_url("/"))
    found.save(Login(url, shop.code, shop.name, shop.admdvs, shop.key_id, shop.secret, shop.scheme))
    right = Till.client

    def client(self: Till) -> TillClient:
        made = right(self)
        made.clock, made.retry_waits_s = town.clock, ()
        return made

    monkeypatch.setattr(Till, "client", client)
    town.till.journal = found.journal
    return found


@pytest.fixture
def say(tell: Say) -> Say:
    async def run(*words: str) -> tuple[int, str]:
        return await tell("reconcile", *words)

    return run


@pytest.fixture
def tell(till: Till, tmp_path: Path) -> Say:
    async def run(*words: str) -> tuple[int, str]:
        given = ["--home", str(tmp_path), *words]
        done = await asyncio.to_thread(CliRunner().invoke, pos, given)
        return done.exit_code, done.output

    return run


async def test_a_day_that_balances(town: Town, say: Say) -> None:
    father = await town.member("李强", current_fen=10_000)
    child = await town.member("李小明", insutype="390")
    donor = await town.member("李奶奶", date(1950, 5, 17), current_fen=10_000)
    await town.grant(donor, child)
    books = ShopBooks(town)
    code, said = await say()
    assert (code, said.count("对平。中心：0笔")) == (0, 2)
    paid = await books.buy(father, "10.00")
    await books.buy(child, "9.00")
    await books.cancel(paid, father)
    town.clock.advance(1)
    code, said = await say("--day", "2026-11-21")
    assert code == 0, said
    assert "本店 3 笔" in said and said.endswith("全部对平\n")
    assert "险种310 清算类别41 经办130199：对平。中心：2笔，总额0.00" in said


async def test_what_the_till_lost_is_named(town: Town, till: Till, say: Say) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    lost, changed = await books.buy(father, "10.00"), await books.buy(father, "20.00")
    path = till._file(".journal")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    kept = [line for line in lines if line.get("answer", {}).get("setl_id") != lost.setl_id]
    for line in kept:
        if line.get("answer", {}).get("setl_id") == changed.setl_id:
            line["answer"]["medfee_sumamt"] = "21.00"
    path.write_text("".join(json.dumps(line) + "\n" for line in kept))
    town.clock.advance(1)
    code, said = await say()
    assert code == 0, said
    assert "中心多。中心：2笔，总额30.00" in said and said.endswith("有差异\n")
    assert "仅中心有这笔结算" in said and f"[中心多] {town.shop.code}" in said
    assert f"[数据不一致] {changed.setl_id} 总额：机构21.00，中心20.00，差1.00" in said


async def test_what_another_till_of_the_shop_sold_is_no_difference(town: Town, say: Say) -> None:
    near = await town.member("李强", current_fen=10_000)
    far = await town.member("周远", place="130600", current_fen=10_000)
    await ShopBooks(town).buy(near, "10.00")
    other = await town.new_till(town.shop)
    other.operator = Operator("02", "赵敏")
    assert (await other.sign_in()).ok
    for patient in (near, far):
        assert (await other.settle(await town.sale(patient, "20.00", till=other))).ok
    town.clock.advance(1)
    code, said = await say()
    assert code == 0 and said.endswith("全部对平\n"), said
    assert "本店 3 笔" in said
    assert "险种310 清算类别41 经办130699：对平。中心：1笔" in said, "of an office of another till"
    # Something that has neither signed in nor said who it is sends with the shop's key.
    nobody = await town.new_till(town.shop)
    assert (await nobody.settle(await town.sale(near, "5.00", till=nobody))).ok
    code, said = await say()
    assert said.endswith("有差异\n") and said.count("[中心多]") == 1, said


async def test_slips_and_a_shift_are_the_whole_shops(town: Town, tell: Say) -> None:
    patient = await town.member("李建国", current_fen=10_000, carried_fen=0)
    sold = await town.till.settle(await town.sale(patient, "10.00"))
    other = await town.new_till(town.shop, dev_no="二号台")
    other.operator = Operator("02", "赵敏")
    assert (await other.sign_in()).ok
    assert (await other.settle(await town.sale(patient, "120.00", till=other))).ok
    ids = {name: sold.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await other.call("2103", {"data": ids})).ok
    code, said = await tell("slips")
    assert code == 0, said
    first, second, third = said.splitlines()
    assert "收银员" in first and "已全部退回" in first and str(ids["setl_id"]) in first
    assert "赵敏 二号台" in second and "收款" in second and "120.00" in second
    assert "退款" in third and "-10.00" in third and "**国" in third
    assert len((await tell("slips", "--cashier", "02"))[1].splitlines()) == 2
    code, said = await tell("shift")
    assert code == 0, said
    hers, mine, whole = said.split("-" * 64)[1:4]
    assert "收银员 02 赵敏" in hers and "收款 1 笔，退回 1 笔" in hers
    assert re.search(r"本人账户 收 +90.00 +退 +-10.00 +实际 +80.00", hers), hers
    assert re.search(r"顾客付　 收 +30.00 +退 +0.00 +实际 +30.00", hers), hers
    assert re.search(r"合计　　 收 +10.00 +退 +0.00 +实际 +10.00", mine), mine
    assert "收款 2 笔，退回 1 笔" in whole and "店长签字" in said
    assert "本店合计" not in (await tell("shift", "--cashier", "02"))[1]


async def test_a_cashier_is_let_in_and_signs_in_by_pin(
    town: Town, till: Till, tmp_path: Path
) -> None:
    async def typed(said: str, *words: str) -> tuple[int, str]:
        given = ["--home", str(tmp_path), *words]
        done = await asyncio.to_thread(CliRunner().invoke, pos, given, said)
        return done.exit_code, done.output

    code, said = await typed("274918\n274918\n", "cashier", "02", "赵敏")
    assert code == 0 and said.endswith("02 赵敏\n"), said
    code, said = await typed("583027\n", "sign-in", "--cashier", "02", "--pin")
    assert code == 1 and "工号或密码不对" in said
    code, said = await typed("274918\n", "sign-in", "--cashier", "02", "--pin")
    assert code == 0 and "签到成功" in said
    assert (till.login().opter, till.login().opter_name) == ("02", "赵敏")
    code, said = await typed("", "cashier", "02", "--end")
    assert code == 0 and said == "02 赵敏 已停用\n"


async def test_the_journal_keeps_no_name(town: Town, till: Till) -> None:
    father = await town.member("李强", current_fen=10_000)
    await ShopBooks(town).buy(father, "10.00")
    answers = [e.answer for e in till.journal.entries() if e.infno == "2102"]
    assert father.name not in json.dumps(answers, ensure_ascii=False)
    assert father.certno not in json.dumps(answers)


@pytest.mark.parametrize(("place", "beside", "in_fund"), [
    ("140100", True, False), ("220100", True, False), ("440100", False, True),
])  # fmt: skip
async def test_regions_that_show_it_otherwise(
    town: Town, say: Say, place: str, beside: bool, in_fund: bool
) -> None:
    """Mutual aid beside ``acct_pay``; the account inside ``fund_pay_sumamt``."""
    child = await town.member("李小明", place=place, current_fen=0)
    donor = await town.member("李奶奶", date(1950, 5, 17), place=place, current_fen=200_000)
    await town.grant(donor, child, ends_on="2027-11-20")
    sale = await town.sale(child, "9.00")
    answer = await town.till.settle(sale)
    info = answer.setlinfo
    display = town.services.rulebook.at(place, date(2026, 11, 21)).rules.display
    assert (not display.mulaid_inside_acct_pay, display.account_inside_fund_pay) == (
        beside,
        in_fund,
    )
    assert info["acct_mulaid_pay"] > 0, info["exp_content"]["reasons"]
    town.clock.advance(1)
    code, said = await say()
    assert code == 0 and said.endswith("全部对平\n"), said
    assert f"经办{place[:4]}99：对平。中心：1笔" in said


async def test_a_part_is_given_back_at_the_terminal_and_ways_of_paying_stand_in_the_shift(
    town: Town, tell: Say, till: Till
) -> None:
    patient = await town.member("李建国", current_fen=500, carried_fen=0)
    assert (await tell("sign-in", "--cashier", "01", "--called", "王芳"))[0] == 0
    assert (await tell("decode", (await town.show(patient))["code"]))[0] == 0
    code, said = await tell("settle", f"{BASIC}x3@10", "--paid", "wechat")
    assert code == 0 and "已记：微信" in said, said
    sold = till.journal.settlement()
    assert sold is not None and sold.answer is not None
    code, said = await tell("return", str(sold.answer["setl_id"]), f"{BASIC}@10")
    assert code == 0, said
    code, said = await tell("return", "--last", f"{BASIC}@10", "--paid", "cash")
    assert code == 0 and "已记：现金" in said, said
    code, said = await tell("return", "--last", "buluofen", "--paid", "cash")
    assert code == 1 and "这笔里没有这种药" in said
    code, said = await tell("shift")
    lines = [line.split() for line in said.splitlines()]
    assert ["微信", "收", "25.00", "退", "-10.00", "实际", "15.00"] in lines, said
    assert ["现金", "收", "0.00", "退", "-10.00", "实际", "-10.00"] in lines
    assert (await tell("paid", "alipay"))[0] == 0
    assert ["支付宝", "收", "0.00", "退", "-10.00", "实际", "-10.00"] in [
        line.split() for line in (await tell("shift"))[1].splitlines()
    ]
    code, said = await tell("reconcile")
    assert code == 0, said
    assert (await tell("paid", "cash", "999"))[0] == 1
