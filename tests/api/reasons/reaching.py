"""How to come to hear a reason: at the phones' door in both languages, or at a till."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from app.api.reasons import EVERY
from app.clients.till.answer import Answer
from app.clients.till.client import Item
from tests.phone_world import claim
from tests.till_world import BASIC, Member, Town

OLD, CHILD = date(1950, 1, 1), date(2018, 3, 1)
SIGNED = {
    "commitment": "data:image/png;base64,c2lnbmVk",
    "proof": {"kind": "birth_certificate", "reference": "A0-1"},
}
MADE_UP = "139900"
"""A pool of Hebei with rules that no real pack has yet."""

PACK = """
[region]
code = "1399"
name = "试验市"

[[rules]]
from = 2026-01-01
source = "made up for tests"
certainty = "D"
[rules.aid]
max_out = 1
max_donors = 3
allow_partial = false
use_area = "pool"
consent = "both"
who_may_end = "donor"
rebind_cooldown_days = 30
purpose_choice = false
[rules.benefit_employee]
pooled = true
ratio_active = { basic = "0.5", second = "0.5", third = "0.5" }
away = "nothing"
"""


CHINESE = re.compile(r"[\u4e00-\u9fff]")
MASKED = re.compile(r"\*+[\u4e00-\u9fff]|\([\u4e00-\u9fff]+\)|医保码")
"""What may stand in English: a masked name, a Chinese term in brackets, the code's own name."""


def check_words(code: str, zh: dict[str, Any], en: dict[str, Any] | None = None) -> None:
    """A sentence and a next step in both languages, with their figures filled in."""
    reason = EVERY[code]
    for told in (zh, en or {"message": reason.en, "next_step": reason.next_en}):
        for part in ("message", "next_step"):
            assert told[part], f"{code} has no {part}"
        if told is zh or en:
            text = told["message"] + told["next_step"]
            assert "{" not in text and "@" not in text, f"{code}: {text}"
    assert CHINESE.search(zh["message"]) and CHINESE.search(zh["next_step"]), code
    if en:
        text = MASKED.sub("", en["message"] + en["next_step"])
        assert not CHINESE.search(text), f"{code} in English: {text}"


async def refused(
    town: Town, method: str, path: str, body: object = None, token: str | None = None
) -> str:
    """The reason why a phone's call is refused, asked twice; ``body`` may be what makes one."""
    answers = [
        await town.world.call(
            method,
            path,
            body() if callable(body) else body,
            token,
            headers={"Accept-Language": language},
        )
        for language in ("zh", "en")
    ]
    zh, en = answers
    assert zh.status >= 400 and zh.reason == en.reason, (zh.body, en.body)
    check_words(zh.reason, zh.body, en.body)
    return zh.reason


def at_till(answer: Answer) -> str:
    """The reason why a till is refused: CODE, sentence and next step in one text."""
    assert not answer.ok
    code, _, text = answer.err_msg.partition(" ")
    reason = EVERY[code]
    check_words(code, {"message": text, "next_step": reason.next_zh})
    assert reason.next_zh.split("{", maxsplit=1)[0] in answer.err_msg
    return code


async def preview(
    town: Town, patient: Member, code: str = BASIC, *, shop: str = "", **more: Any
) -> list[str]:
    """Why accounts would not pay all of a bill of 300.00, as the phone is told."""
    items = [{"med_list_codg": code, "price": "300", "count": "1"}]
    body = {"fixmedins_code": shop or town.shop.code, "items": items} | more
    zh, en = [
        (
            await town.world.call(
                "POST", "/preview", body, patient.token, headers={"Accept-Language": language}
            )
        ).data["reasons"]
        for language in ("zh", "en")
    ]
    for one, other in zip(zh, en, strict=True):
        assert one["reason"] == other["reason"] and one["fixer"]
        check_words(one["reason"], one, other)
    return [one["reason"] for one in zh]


async def family(
    town: Town,
    place: str = "130100",
    fen: int | None = 50_000,
    *,
    carried: int | None = None,
    own: int | None = None,
    home: str = "",
    **more: Any,
) -> tuple[Member, Member, str]:
    """A father, his daughter with money, and the grant by which she pays for him."""
    father = await town.member("李老", OLD, place=place, current_fen=own)
    daughter = await town.member(
        "李敏", gend="2", place=home or place, current_fen=fen, carried_fen=carried
    )
    return father, daughter, await town.grant(daughter, father, "father", **more)


async def not_granted(
    town: Town, donor: Member, other: Member, relation: str = "father", **more: Any
) -> str:
    """Told to the donor, or else to the other, who would agree."""
    body = claim(other) | {"relation": relation} | more
    asked = await town.world.call("POST", "/aid", body, donor.token)
    if asked.status != 201:
        return await refused(town, "POST", "/aid", body, donor.token)
    return await refused(town, "POST", f"/aid/{asked.data['id']}/confirm", token=other.token)


async def bind_child(town: Town, who: Member, child: Any, **more: Any) -> str:
    """Adds a child to the family account; gives the binding's id."""
    body = claim(child) | {"relation": "son"} | SIGNED | more
    answer = await town.world.call("POST", "/family", body, who.token)
    assert answer.status == 201, answer.body
    return str(answer.data["id"])


async def settled(town: Town, patient: Member, yuan: str = "300", **more: Any) -> Answer:
    """A bill at the till."""
    token = await town.scan(patient)
    item = Item(BASIC, Decimal(1), Decimal(yuan))
    return await town.till.settle(town.sale_of(patient, token, [item], **more))


async def set_person(town: Town, person: Member, column: str, value: object) -> None:
    await town.value(f"update person set {column} = $2 where id = $1", person.id, value)
