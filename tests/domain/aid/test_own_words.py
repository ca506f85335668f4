"""What a donor is told of the own grant is said to the donor; everybody else hears of the donor."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.domain.aid import errors
from app.domain.aid.rules.own_words import in_own_words
from app.kit.reasons import Because, Reason
from tests.till_world import Town

_FIGURE = re.compile(r"{(\w+)}")
_OF_THE_DONOR = [
    errors.FROZEN,
    errors.PAUSED,
    errors.USED_UP,
    errors.NOT_YET_EFFECTIVE,
    errors.EXPIRED,
    errors.CONSENT_PENDING,
    errors.ENDED_WITH_INSURANCE,
    errors.PURPOSE_NOT_AUTHORISED,
    errors.DONOR_SUSPENDED,
    errors.DONOR_NOT_EMPLOYEE_PLAN,
    errors.DONOR_NO_PERSONAL_ACCOUNT,
    errors.DONOR_BALANCE_ZERO,
    errors.BELOW_FLOOR,
    errors.NOTHING_ALLOTTED,
    errors.CURRENT_YEAR_NOT_SHAREABLE,
    *errors.CAPS.values(),
]


@pytest.mark.parametrize("reason", _OF_THE_DONOR, ids=lambda reason: reason.code)
def test_a_donor_is_spoken_to(reason: Reason) -> None:
    about = Because(reason, {"name": "@7"})
    own = in_own_words(about, 7)
    assert own.reason.code == reason.code and own.reason.fixer == reason.fixer
    said = [own.reason.zh, own.reason.next_zh, own.reason.en, own.reason.next_en]
    known = {*_FIGURE.findall(reason.zh), *_FIGURE.findall(reason.en)} - {"name"}
    for text in said:
        assert set(_FIGURE.findall(text)) <= known, text
        assert "共济人" not in text and "donor" not in text
    assert in_own_words(about, 8) == about, "another reader hears of the donor"


async def test_each_side_hears_of_a_frozen_grant_in_its_own_words(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=0)
    daughter = await town.member("李敏", gend="2", current_fen=200_000)
    grant = await town.grant(daughter, father, "father")
    await town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    paid = await town.till.settle(await town.sale(father, "14.50"))
    assert paid.ok, paid.err_msg
    path = f"/settlements/{paid.setlinfo['setl_id']}"
    for who, said in ((daughter, "您已冻结这项共济。"), (father, "*敏已冻结这项共济。")):
        [listed] = (await town.world.call("GET", "/aid", token=who.token)).data
        asked = f"/aid/diagnosis?beneficiary={'me' if who is father else grant}"
        found = (await town.world.call("GET", asked, token=who.token)).data
        [one] = found["donors"]
        assert listed["why_not"]["message"] == one["reasons"][0]["message"] == said
    bill = (await town.world.call("GET", path, token=father.token)).data
    assert [why["message"] for why in bill["reasons"]] == ["*敏已冻结这项共济。"]
