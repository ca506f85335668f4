"""医保钱包 on the phone: opened, sent from, accepted, given back; at noon, whatever the hour is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from app.store.where import Endpoints
from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, fill, loaded, name, view
from tests.browser.phone_page import PhonePage, bind, phone_of
from tests.browser.system import System, running_system
from tests.crash.purses import Ahead
from tests.domain.wallet.purses import purse

OLD = date(1955, 3, 12)


@pytest.fixture(scope="module")
async def noon(
    chromium: Browser, servers: Endpoints, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """A system of its own whose clock stands at noon of the next day: at night nothing is sent."""
    clock = Ahead(Path(tmp_path_factory.mktemp("clock")) / "ahead")
    clock.tomorrow(12)
    with clock.taken():
        async with running_system(servers, QINJI_CLOCK=str(clock.file)) as running:
            yield running


@pytest.fixture
async def windows(chromium: Browser, noon: System) -> AsyncIterator[Pages]:
    opened = Pages(chromium, noon.url)
    yield opened
    await opened.close()
    assert opened.watched.wrongs == []


async def opened(phone: PhonePage) -> None:
    """Opens the own wallet on its page."""
    await loaded(phone, "wallet/wallet")
    await view(phone, ".open").click()
    await answer(phone, "确定")
    await view(phone, ".send").wait_for()


async def test_a_mother_in_another_province_accepts_and_gives_a_part_back(
    noon: System, windows: Pages
) -> None:
    son = await noon.member("李建军", current_fen=200_000)
    mother = await noon.member("王桂兰", OLD, "2", place="310101", insutype="390")
    his, hers = await phone_of(noon, windows, son), await phone_of(noon, windows, mother)
    await loaded(his, "wallet/send")
    await view(his, ".submit").click()
    await opened(his)
    await view(his, ".send").click()
    await arrived(his, "pages/wallet/send")
    await name(his, mother, "母亲")
    await fill(his, {"金额": "1000.5"})
    await view(his, ".submit").click()
    assert "1,000.50元" in await answer(his, "确定")
    await arrived(his, "pages/wallet/wallet")
    await his.says("转给母亲")
    assert his.times("POST /wallet/transfers") == 1

    await noon.until("select count(*) from wallet_offer where state = 1")
    await opened(hers)
    await expect(view(hers, ".offer")).to_contain_text("儿子 **军转来")
    await view(hers, ".accept").click()
    await expect(view(hers, ".balance")).to_have_text("1,000.50元")
    await view(hers, ".give").click()
    await fill(hers, {"退回金额": "2000"})
    await view(hers, ".confirm-back").click()
    await hers.says("请填写 0.01 至 1000.50 的金额。")
    await fill(hers, {"退回金额": "0.50"})
    await view(hers, ".confirm-back").click()
    assert "0.50元" in await answer(hers, "确定")
    await expect(view(hers, ".balance")).to_have_text("1,000.00元")
    assert await purse(noon, son) == {"CURRENT": 100_000, "WALLET": 0, "HELD": 0}


async def test_a_daughter_opens_it_for_her_father_and_he_refuses(
    noon: System, windows: Pages
) -> None:
    daughter = await noon.member("李敏", gend="2", current_fen=200_000)
    father = await noon.member("李建国", OLD, place="310101", insutype="390")
    await bind(noon, daughter, father, "father")
    hers, his = await phone_of(noon, windows, daughter), await phone_of(noon, windows, father)
    await opened(hers)
    await view(hers, ".open-for").click()
    assert "**国" in await answer(hers, "确定")
    await expect(view(hers, ".ward .tag")).to_have_text("已开通")
    await view(hers, ".send").click()
    await arrived(hers, "pages/wallet/send")
    await view(hers, "picker[aria-label='转给']").click()
    await hers.page.locator("dialog [role=option]", has_text="父亲").click()
    await fill(hers, {"金额": "88"})
    await view(hers, ".submit").click()
    await answer(hers, "确定")
    await arrived(hers, "pages/wallet/wallet")
    await hers.says("上一笔转账还没有被接收")
    await loaded(hers, "me/me")
    await hers.says("钱包转账，待对方接收")

    await noon.until("select count(*) from wallet_offer where state = 1")
    await loaded(his, "wallet/wallet")
    await view(his, ".refuse").click()
    assert "88.00元会退回" in await answer(his, "确定")
    await his.says("已拒收")
    await loaded(hers, "wallet/wallet")
    await view(hers, ".send").wait_for()
    assert await purse(noon, daughter) == {"CURRENT": 200_000, "WALLET": 0, "HELD": 0}


async def test_to_who_bound_me_nothing_is_typed_but_the_sum(noon: System, windows: Pages) -> None:
    son = await noon.member("李建军", current_fen=200_000)
    mother = await noon.member("王桂兰", OLD, "2", place="310101", insutype="390")
    sister = await noon.member("李姐", date(1975, 3, 12), "2", current_fen=100)
    await bind(noon, mother, son, "son")
    await bind(noon, sister, son, "younger_brother")
    his = await phone_of(noon, windows, son)
    await opened(await phone_of(noon, windows, mother))
    await opened(his)
    await loaded(his, "family/family")
    await view(his, ".person:has-text('**兰') .send-to").click()
    await arrived(his, "pages/wallet/send")
    await expect(view(his, ".payee")).to_have_text("母亲 **兰")
    await expect(view(his, ".relation")).to_have_count(0)
    # Which of two sisters it is the tie leaves open.
    await view(his, "picker[aria-label='转给']").click()
    await his.page.locator("dialog [role=option]", has_text="*姐").click()
    await view(his, ".relation").wait_for()
    await expect(view(his, "input[aria-label='身份证号码']")).to_have_count(0)
    await view(his, "picker[aria-label='转给']").click()
    await his.page.locator("dialog [role=option]", has_text="**兰").click()
    await fill(his, {"金额": "12.5"})
    await view(his, ".submit").click()
    assert "母亲 **兰" in await answer(his, "确定")
    await arrived(his, "pages/wallet/wallet")
    await his.says("转给母亲")
