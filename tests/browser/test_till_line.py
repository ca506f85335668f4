"""The till when the line breaks or the centre takes its time: nothing counts twice, nothing is
left hanging."""

from __future__ import annotations

import json

from playwright.async_api import expect

from tests.books import check_books
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import Line, TillPage
from tests.till_world import Member

CENTRE = "/fsi/api/2102"


async def _ready(system: System, till: TillPage, name: str) -> Member:
    """Brings the till to a bill of 12.80 that may be settled."""
    patient = await system.member(name, current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.previewed()
    return patient


async def _settlements(system: System, patient: Member) -> list[tuple[int, int]]:
    sql = "select kind, own_pay_fen from settlement where person_id = $1 order by id"
    return [tuple(row) for row in await system.rows(sql, patient.id)]


async def test_a_slow_centre_is_asked_again_and_the_bill_counts_once(
    system: System, till: TillPage
) -> None:
    patient = await _ready(system, till, "陈一")
    line = await Line(till.page, "2102").hold()
    line.mode = "impatient"
    async with system.drainer_away():
        await till.settle()
        await till.phase("waiting")
        await expect(till.side).to_contain_text("不会重复扣款")
        await till.page.click("#resend")
        assert await _settlements(system, patient) == []
        assert await serious_findings(till.page) == []
    await till.phase("paid")
    assert len(set(line.bodies)) == 1, "the very same message each time"
    assert len(line.bodies) > 1
    assert await _settlements(system, patient) == [(1, 1_280)]


async def test_an_answer_that_got_lost_is_fetched_again(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "陈二")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    await expect(till.side).to_contain_text("结果未知")
    assert await serious_findings(till.page) == []
    line.mode = "up"
    await till.phase("paid")
    assert await _settlements(system, patient) == [(1, 1_280)]
    assert await system.balance(patient) == 8_720


async def test_a_bill_whose_answer_got_lost_is_reversed(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "陈三")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    assert await system.balance(patient) == 8_720, "the centre has settled it"
    await till.make_void()
    await till.phase("undone")
    assert await system.balance(patient) == 10_000
    assert [fen for _, fen in await _settlements(system, patient)] == [1_280, -1_280]
    await check_books(system.services.database)
    await till.page.keyboard.press("F8")
    await till.phase("open")


async def test_a_bill_that_never_arrived_is_void_when_it_arrives_late(
    system: System, till: TillPage
) -> None:
    patient = await _ready(system, till, "陈四")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut before"
    await till.settle()
    await till.phase("unknown")
    await till.make_void()
    await till.phase("undone")
    body = line.bodies[0].encode()
    late = await system.world.client.post(CENTRE, data=body, headers=line.headers)
    told = json.loads(await late.text())
    assert (told["infcode"], told["err_msg"].split()[0]) == (-1, "REVERSED_BEFORE_ARRIVAL")
    assert await _settlements(system, patient) == []
    assert await system.balance(patient) == 10_000


async def test_a_reversal_is_sent_until_it_is_answered(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "陈五")
    line = await Line(till.page, "2102").hold()
    reversal = await Line(till.page, "2601").hold()
    line.mode = reversal.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    await till.make_void()
    await expect(till.side).to_contain_text("请不要收款")
    reversal.mode = "up"
    await till.phase("undone")
    assert len(set(reversal.bodies)) == 1, "one reversal, sent again"
    assert await system.balance(patient) == 10_000


async def test_the_page_opened_again_takes_the_bill_up(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "陈六")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    line.mode = "up"
    await till.page.reload()
    await till.phase("paid")
    assert await _settlements(system, patient) == [(1, 1_280)]
    await expect(till.page.locator(".paper-place .slip")).to_contain_text(
        "12.80", use_inner_text=True
    )


async def test_a_new_tab_knows_of_the_bill_and_reverses_it(system: System, pages: Pages) -> None:
    patient = await system.member("陈七", current_fen=10_000)
    shop = await system.new_shop()
    context = await pages.context(viewport={"width": 1280, "height": 800})
    first = TillPage(await context.new_page())
    await first.page.goto("/till")
    await first.sign_in(shop)
    await first.scan((await system.show(patient))["code"])
    await first.add("amoxilin")
    line = await Line(first.page, "2102").hold()
    line.mode = "cut after"
    await first.settle()
    await first.phase("unknown")
    await first.page.close()

    second = TillPage(await context.new_page())
    await second.page.goto("/till")
    await expect(second.page.locator("#in-code")).to_have_value(shop.code)
    await second.page.fill("#in-secret", shop.secret)
    await second.page.fill("#in-opterName", "王芳")
    await second.page.uncheck("#in-pair")
    await second.page.click("button[type=submit]")
    await second.phase("unknown")
    await expect(second.side).to_contain_text("不能重发")
    await second.make_void()
    await second.phase("undone")
    assert await system.balance(patient) == 10_000
