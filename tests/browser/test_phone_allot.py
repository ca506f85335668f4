"""划拨 on the phone: a donor in Fujian sets money aside, and it pays the father's bill."""

from __future__ import annotations

from datetime import date

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, fill, loaded, view
from tests.browser.phone_page import phone_of
from tests.browser.system import System


async def test_a_donor_sets_money_aside(system: System, pages: Pages) -> None:
    daughter = await system.member("李敏", gend="2", current_fen=300_000, place="350100")
    father = await system.member("李老", date(1950, 1, 1), current_fen=0, place="350100")
    await system.grant(daughter, father, "father")
    hers = await phone_of(system, pages, daughter)
    await loaded(hers, "aid/aid")
    await hers.says("当地只用您划到家庭共济账户的钱替亲属付。")
    await view(hers, ".allot").click()
    await arrived(hers, "pages/allot/allot")
    await hers.says("现在最高可划拨1,000.00元，个人账户须保留2,000.00元")
    await view(hers, ".submit").click()
    await hers.says("请填写大于 0 的金额，最多两位小数。")
    await fill(hers, {"划拨金额": "1000.01"})
    await view(hers, ".submit").click()
    await answer(hers, "确定")
    refusal = hers.page.locator("dialog.modal", has_text="现在最高可划拨1000.00元")
    await refusal.wait_for()
    assert "个人账户须保留2000.00元" in await answer(hers, "确定")
    await fill(hers, {"划拨金额": "600"})
    await view(hers, ".submit").click()
    assert "600.00元" in await answer(hers, "确定")
    await expect(view(hers, ".held")).to_have_text("600.00元")
    await expect(view(hers, ".cannot")).to_contain_text("本月已划拨过")
    await loaded(hers, "me/me")
    await hers.says("家庭共济账户")
