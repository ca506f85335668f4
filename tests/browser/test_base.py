"""The base itself: the system answers, its people exist, the decoder reads, wrongs are seen."""

from __future__ import annotations

import io

import segno

from tests.browser.chromium import Pages
from tests.browser.eyes import read_codes, serious_findings
from tests.browser.system import System

_BAD_PAGE = """<!doctype html><title>x</title><body><script>
document.title = 'ran';</script><img src="http://elsewhere.invalid/x.png"><input></body>"""


async def test_a_person_made_here_pays_at_the_till_of_the_running_system(system: System) -> None:
    patient = await system.member("张三", current_fen=5_000)
    sale = await system.sale(patient, "12.00", "XQ99DEM001A001010100001")
    settled = await system.till.settle(sale)
    assert settled.ok, settled.err_msg
    assert await system.balance(patient) == 3_800


async def test_wrongs_of_a_page_are_seen(pages: Pages) -> None:
    page = await (await pages.context()).new_page()
    policy = {"Content-Security-Policy": "script-src 'self'; img-src 'self'"}
    await page.route(
        "**/bad",
        lambda route: route.fulfill(body=_BAD_PAGE, content_type="text/html", headers=policy),
    )
    await page.goto("/bad")
    assert await page.title() == "x"
    found = await serious_findings(page)
    assert any(one.startswith("label:") for one in found), found
    text = "\n".join(pages.watched.wrongs)
    assert "CSP script-src-elem forbids inline" in text
    assert "CSP img-src forbids http://elsewhere.invalid" in text
    pages.watched.wrongs.clear()


def test_the_decoder_reads_what_others_drew() -> None:
    picture = io.BytesIO()
    segno.make("1301000000000000000000000001", micro=False).save(picture, kind="png", scale=6)
    assert read_codes(picture.getvalue()) == {"QRCode": "1301000000000000000000000001"}
