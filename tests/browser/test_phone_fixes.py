"""What mends a reason: every reason that the server knows is looked at, once."""

from __future__ import annotations

import json
from typing import Any

from app.api.pages.handlers import MINIPROGRAM
from app.api.reasons import EVERY
from app.domain.aid import errors as aid
from app.kit.reasons import Reason
from tests.browser.chromium import Pages
from tests.browser.phone_page import open_phone

_LISTS = """async () => {
  const {PAGES, OFFICE, ELSEWHERE} = await import('/miniprogram/core/fixes.js')
  return [Object.keys(PAGES), OFFICE, ELSEWHERE, Object.values(PAGES).map((page) => page.url)]
}"""
_FIX_OF = """async ([reason, seen]) => {
  const {fixOf} = await import('/miniprogram/core/fixes.js')
  return fixOf(reason, seen)
}"""
OURS = {"CONSENT_REQUIRED"}
"""Reasons of the phone itself."""
NO_BUTTON = {"PERIOD_INVALID", "PURPOSE_NOT_OFFERED", "LAST_DAY_NEEDED",
             "LAST_DAY_FORBIDDEN", "PURPOSE_NOT_YOURS_TO_CHOOSE",
             "ALLOTTED_THIS_MONTH", "ALLOTTED_TOO_MUCH"}  # fmt: skip
"""What a diagnosis could tell and only the form itself says."""


async def test_every_reason_has_its_place_and_its_button(pages: Pages) -> None:
    phone = await open_phone(pages, who="x", url="/#/pages/settings/settings")
    paged, office, elsewhere, urls = await phone.page.evaluate(_LISTS)
    listed = [*paged, *office, *elsewhere]
    assert len(listed) == len(set(listed)), "a reason is listed twice"
    staff = ("OPS_", "COUNTER_", "BUREAU_")  # doors of their own
    known = {code for code in EVERY if not code.startswith(staff)}
    assert known - set(listed) == set(), "a reason is listed nowhere"
    assert set(listed) - known == OURS, "no longer a reason"
    of_aid = [*vars(aid).values(), *aid.CAPS.values()]
    told = {one.code for one in of_aid if isinstance(one, Reason)}
    assert told - {*paged, *office} == NO_BUTTON
    routes = json.loads((MINIPROGRAM / "app.json").read_text(encoding="utf-8"))["pages"]
    assert {url.split("?")[0].removeprefix("/") for url in urls} <= set(routes)

    async def of(reason: str, **seen: str) -> Any:
        return await phone.page.evaluate(_FIX_OF, [reason, seen])

    assert (await of("CAP_DAY", side="donor", grant="7"))["url"] == "/pages/aid/grant?id=7"
    assert (await of("CAP_DAY", side="donor"))["url"] == "/pages/aid/aid"
    assert (await of("CAP_DAY", side="beneficiary", grant="7"))["copy"] is True
    assert (await of("DONOR_SUSPENDED", side="donor"))["phone"] == "12393"
    assert await of("INVALID_INPUT") is None
