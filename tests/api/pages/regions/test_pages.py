"""The region pages over real HTTP: what a clerk and a citizen read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app.api.http.supply import Supply
from app.api.pages.regions import handlers
from app.api.pages.regions.rules_page import rule_address
from app.kit.clock import SettableClock
from app.regions.loader import Rulebook

Client = TestClient[web.Request, web.Application]
TODAY = datetime(2026, 11, 27, 4, tzinfo=UTC)
FOLDED = re.compile(r'<details class="card no-print">.*?</details>', re.DOTALL)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """These pages alone: they ask for no store."""
    supply, app = Supply(), web.Application()
    app.add_routes(handlers.routes(supply))
    supply.fill(SimpleNamespace(rulebook=Rulebook.load(), clock=SettableClock(TODAY)))
    async with TestClient(TestServer(app)) as found:
        yield found


async def html(client: Client, address: str, status: int = 200) -> str:
    async with client.get(address, headers={"Accept-Language": "zh-CN"}) as answer:
        assert answer.status == status, address
        assert answer.content_type == "text/html"
        return await answer.text()


def words(page: str) -> str:
    """What a reader sees, without what is folded away for engineers."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", FOLDED.sub("", page))))


async def test_a_rule_with_its_document(client: Client) -> None:
    page = await html(client, "/regions/13")
    assert "与全国不同的6项" in page
    assert "共济的钱不够付全部，这一笔共济就一分不付。" in page
    assert "全国：共济的钱不够时，能付多少付多少，其余付现金。" in page
    assert "《国务院办公厅关于健全基本医疗保险参保长效机制的指导意见》" in page
    assert "国办发〔2024〕38号 · 2024-07-26" in page
    assert 'href="https://www.wuhan.gov.cn/' in page
    assert "本系统的默认，没有文件规定" in page


async def test_no_key_and_no_note_of_ours_stands_outside_the_fold(client: Client) -> None:
    for code in ("13", "31", "35", "00"):
        page = await html(client, f"/regions/{code}")
        seen = words(page)
        assert not re.search(r"\b(aid|credential|scope|benefit_\w+)\.\w+", seen)
        assert ".toml" not in seen and "SOURCES" not in seen and "our own" not in seen
        assert "credential.ttl_s" in page  # for engineers
        assert not re.search(r"\b[ABCD]\b", seen.replace("Qinji", "")), "no letters of certainty"


async def test_the_date_box_holds_the_day_shown(client: Client) -> None:
    assert 'value="2026-11-27"' in await html(client, "/regions/13")
    page = await html(client, "/regions/13?day=2024-01-01")
    assert 'id="day" name="day" value="2024-01-01"' in page
    assert "一笔可以由几位共济人接着付。" in page  # Hebei's own rule began in October


@pytest.mark.parametrize("day", ["2024-13-01", "x", "1990-01-01", "２０２６-01-01", "9999-99-99"])
async def test_a_wrong_day_is_told_beside_its_field(client: Client, day: str) -> None:
    page = await html(client, f"/regions/13?day={day}")
    assert "日期应为年-月-日，如2026-11-27。" in page
    assert f'value="{day}"' in page


async def test_a_day_before_the_rules(client: Client) -> None:
    assert "这一天还没有规则，最早是2021-04-01。" in await html(
        client, "/regions/13?day=2019-01-01"
    )
    assert 'max="' not in await html(client, "/regions/13?day=2099-01-01")


async def test_two_regions_and_two_days_side_by_side(client: Client) -> None:
    page = await html(client, "/regions/13?beside=11")
    assert "河北省 2026-11-27" in page and "北京市 2026-11-27" in page
    assert '<details class="card" id="compare" open>' in page
    page = await html(client, "/regions/31?beside_day=2026-07-22")
    assert "上海市 2026-07-22" in page and "乙类药品先自付的部分要付现金。" in page
    page = await html(client, "/regions/13?beside_day=2026-11-26&day=2026-11-27")
    assert "两边的规则一样。" in page


async def test_what_changed_when(client: Client) -> None:
    page = await html(client, "/regions/31")
    assert 'href="/regions/31?day=2026-07-23"' in page
    assert "原来：乙类药品先自付的部分要付现金。" in page


async def test_a_table_for_a_spreadsheet(client: Client) -> None:
    async with client.get("/regions/13/table.csv?day=2026-11-27") as answer:
        assert answer.content_type == "text/csv"
        assert "attachment" in answer.headers["Content-Disposition"]
        text = (await answer.read()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == [
        "分类",
        "规则",
        "全国的规则（不同时）",
        "出处",
        "链接",
        "开始日期",
        "结束日期",
        "依据",
    ]
    [partial] = [row for row in rows if row[1].startswith("共济的钱不够付全部")]
    assert partial[0] == "家庭共济" and partial[5] == "2024-10-01"
    assert "国家医保局2024年10月答问" in partial[3]
    assert (await client.get("/regions/99/table.csv")).status == 404
    assert (await client.get("/regions/13/table.csv?day=1999-01-01")).status in (200, 404)


async def test_what_if_at_two_places(client: Client) -> None:
    page = await html(client, "/regions/13/try?amount=102.40&own=30&donor=50&beside=11")
    seen = words(page)
    assert "河北省 2026-11-27 谁来付 本人个人账户 30.00元 自己付现金 72.40元 合计 102.40元" in seen
    assert "家人共济 50.00元 自己付现金 22.40元" in seen
    assert "要么全付、要么不付" in seen
    assert "@" not in seen and "hebei@" not in page


async def test_what_if_on_two_days(client: Client) -> None:
    asked = "/regions/31/try?amount=100&item_class=B&own=500&donor=&day=2026-07-22"
    seen = words(await html(client, f"{asked}&beside_day=2026-07-23"))
    assert "2026-07-22 谁来付 本人个人账户 90.00元 自己付现金 10.00元" in seen
    assert "2026-07-23 谁来付 本人个人账户 100.00元 自己付现金 0.00元" in seen


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("amount=x", "amount"),
        ("amount=0", "amount"),
        ("amount=-1", "amount"),
        ("amount=99999999", "amount"),
        ("amount=1&own=1.234", "own"),
        ("amount=1&donor=1e3", "donor"),
        ("amount=1&day=2026-02-30", "day"),
        ("amount=1&beside_day=x", "beside_day"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    client: Client, query: str, field: str
) -> None:
    page = await html(client, f"/regions/13/try?{query}")
    assert f'id="{field}-wrong"' in page and "谁来付</caption>" not in page


@pytest.mark.parametrize("query", ["kind=x&plan=y&level=z&item_class=Q", "beside=99", "kind="])
async def test_a_choice_that_is_none_is_the_first_one(client: Client, query: str) -> None:
    page = await html(client, f"/regions/13/try?amount=1&{query}")
    assert "谁来付</caption>" in page


async def test_nothing_that_is_typed_becomes_markup(client: Client) -> None:
    bad = '"><script>alert(1)</script>'
    for address in (
        f"/regions?find={bad}",
        f"/regions/13?day={bad}",
        f"/regions/13?beside={bad}&beside_day={bad}",
        f"/regions/13/try?amount={bad}&own={bad}&day={bad}",
    ):
        page = await html(client, address)
        assert "<script>" not in page


@pytest.mark.parametrize("code", ["99", "131", "13010", "990000", "710000x"[:6]])
async def test_a_place_that_is_none(client: Client, code: str) -> None:
    status = 200 if code == "710000" else 404
    page = await html(client, f"/regions/{code}", status)
    assert ("没有这个地方" in page) is (status == 404)


async def test_a_place_is_found_by_name_and_by_code(client: Client) -> None:
    for wanted in ("石家庄", "1301"):
        assert 'href="/regions/1301"' in await html(client, f"/regions?find={wanted}")
    assert "没有找到“亚特兰蒂斯”。" in await html(client, "/regions?find=亚特兰蒂斯")
    listed = await html(client, "/regions")
    assert 'href="/regions/13"' in listed and 'href="/regions/4403"' in listed


async def test_a_place_without_rules_says_whose_hold(client: Client) -> None:
    assert "河北省石家庄市没有专门规则，随河北省。" in await html(client, "/regions/1301")


async def test_english_is_complete(client: Client) -> None:
    async with client.get("/regions/13", headers={"Accept-Language": "en-GB"}) as answer:
        page = await answer.text()
    assert '<html lang="en">' in page and "6 rules that differ from the nation" in page
    assert 'href="/regions/13?lang=zh"' in page
    other = await html(client, "/regions/13?lang=en&day=2026-01-01")
    assert 'href="/regions/13?day=2026-01-01&amp;lang=zh"' in other
    assert 'type="hidden" name="lang" value="en"' in other


async def test_large_letters_go_along_links_forms_and_languages(client: Client) -> None:
    usual = await html(client, "/regions/13?lang=en&rule=aid.order")
    assert 'class="large"' not in usual
    assert 'href="/regions/13?lang=en&amp;rule=aid.order&amp;large=1"' in usual
    large = await html(client, "/regions/13?large=1&lang=en")
    assert '<html lang="en" class="large">' in large
    assert 'href="/regions?lang=en&amp;large=1"' in large
    assert 'href="/regions/13?large=1&amp;lang=zh"' in large
    assert 'href="/regions/13?lang=en"' in large, "back to usual letters"
    assert large.count('type="hidden" name="large" value="1"') == large.count("<form")


async def test_the_headers_are_those_of_a_page_with_a_form_of_its_own(client: Client) -> None:
    async with client.get("/regions") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy, "the phone's page shows them"


async def test_an_address_of_a_rule_unfolds_its_section_and_marks_it(client: Client) -> None:
    day = date(2026, 11, 1)
    for key, folded in (("scope.first_share", 'id="aid"'), ("repeats.same_bill", 'id="aid"')):
        found = await html(client, rule_address("00", key, day, "zh").partition("#")[0])
        assert found.count(f'id="{key}"') == 1 and f'<li id="{key}" class="asked">' in found
        before = found.partition(f'<li id="{key}"')[0]
        assert " open" in before[before.rindex("<details") :].partition(">")[0]
        assert f"{folded} open" not in found, "what nobody came for is folded"
    plain = await html(client, "/regions/00")
    assert 'class="asked"' not in plain and 'id="aid" open' in plain
