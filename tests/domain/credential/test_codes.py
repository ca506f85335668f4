"""医保码: what it is, and how long it lives."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.signing import SCHEMES
from tests.phone_world import Answer as Reply
from tests.phone_world import claim, together
from tests.till_world import AT_THE_DESK, Member, Town

SIGNED = {
    "commitment": "data:image/png;base64,c2lnbmVk",
    "proof": {"kind": "birth_certificate", "reference": "A0-1"},
}


def code_of(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


async def mother_and_child(town: Town) -> tuple[Member, Member, str]:
    mother = await town.member("王芳", gend="2", current_fen=0)
    child = await town.member("李小明", date(2018, 3, 1), insutype="390")
    body = claim(child) | {"relation": "son"} | SIGNED
    bound = await town.world.call("POST", "/family", body, mother.token)
    assert bound.status == 201, bound.body
    return mother, child, str(bound.data["id"])


async def ask(town: Town, who: Member, **body: Any) -> Reply:
    return await town.world.call("POST", "/credentials", body, who.token)


async def test_a_code_has_28_digits_and_tells_nothing_of_the_person(town: Town) -> None:
    father = await town.member("李强", place="130600")
    answers = await together(*(ask(town, father) for _ in range(20)))
    codes = {answer.data["code"] for answer in answers}
    assert len(codes) == 20
    for code in codes:
        assert re.fullmatch(r"424[0-9]{19}130000", code)
        assert father.psn_no not in code and father.certno[:17] not in code
        assert str(father.id) not in code
    data = answers[0].data
    assert (data["expires_at"], data["refresh_after_s"]) == ("2026-11-21T12:01:00.000+08:00", 42)
    assert data["server_time"] == "2026-11-21T12:00:00.000+08:00"
    me = {"name": "*强", "relation": "self", "relation_zh": "本人", "elder": False}
    assert data["holder"] == me
    rows = await town.rows("select * from credential where holder_id = $1", father.id)
    assert len(rows) == 20
    assert not any(code in str(dict(row)) for row in rows for code in codes)
    keys = [key.decode() for key in await town.services.cache.redis.keys("*")]
    assert not any(code in key for key in keys for code in codes), "a code stands in no key"


async def test_from_the_sixtieth_birthday_on_the_own_code_offers_large_letters(town: Town) -> None:
    """Of a relative's code nobody is told the age."""
    old = await town.member("李老", date(1966, 11, 21))
    younger = await town.member("李中", date(1966, 11, 22))
    body = claim(old) | {"relation": "elder_brother"}
    asked = await town.world.call("POST", "/family", body, younger.token)
    binding = str(asked.data["id"])
    await town.world.call("POST", f"/family/{binding}/confirm", {}, old.token)
    assert (await town.show(old))["holder"]["elder"] is True
    assert (await town.show(younger))["holder"]["elder"] is False
    assert (await town.show(younger, binding))["holder"]["elder"] is False


async def test_the_picture_is_the_shower_s_and_dies_with_the_code(town: Town) -> None:
    father = await town.member("李强")
    other = await town.member("赵六")
    shown = await town.show(father)

    async def picture(who: Member, kind: str = "qr") -> tuple[int, str, str]:
        response = await town.world.client.get(
            f"/api/v1/credentials/{shown['id']}/image.svg?kind={kind}",
            headers={"Authorization": f"Bearer {who.token}"},
        )
        cached = response.headers.get("Cache-Control", "")
        assert cached == "no-store"
        return response.status, response.content_type, await response.text()

    for kind in ("qr", "barcode"):
        status, media, text = await picture(father, kind)
        assert (status, media) == (200, "image/svg+xml") and "<svg" in text
    assert (await picture(other))[0] == 404
    assert (await picture(father, "photo"))[0] == 422
    town.clock.advance(61)
    assert (await picture(father))[0] == 409


async def test_a_code_lives_60_seconds_and_a_grace_at_the_till(town: Town) -> None:
    father = await town.member("李强")
    for age, expected in [(60, "OK"), (61, "OK"), (90, "OK"), (91, "CODE_EXPIRED")]:
        shown = await town.show(father)
        town.clock.advance(age)
        assert code_of(await town.till.decode(shown["code"])) == expected, age


async def test_a_new_code_does_not_kill_the_older_one(town: Town) -> None:
    father = await town.member("李强")
    first, second = await town.show(father), await town.show(father)
    for shown in (first, second):
        assert code_of(await town.till.decode(shown["code"])) == "OK"


async def test_a_code_counts_once(town: Town) -> None:
    father = await town.member("李强")
    shown = await town.show(father)
    other = await town.new_till(await town.new_shop())
    first = await town.till.decode(shown["code"])
    for till in (town.till, other):
        assert code_of(await till.decode(shown["code"])) == "CODE_USED"
    data = AT_THE_DESK | {"ecQrCode": shown["code"], "businessType": "02121"}
    town.clock.advance(5)
    again = await town.till.call("6101", {"data": data}, first.msgid)
    assert again.ok and again.output == first.output
    there = await other.call("6101", {"data": data}, first.msgid)
    assert code_of(there) == "CODE_USED"
    assert first.output["idNo"] == father.certno and first.output["userName"] == "李强"
    assert re.fullmatch(r"130100ec[0-9a-f]{32}", first.output["ecToken"])


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_a_copied_scan_tells_nobody_who_it_was(town: Town, scheme: str) -> None:
    """The till that lost the answer signs the same message anew, and has it."""
    shop, father = await town.new_shop(scheme), await town.member("李强")
    till = await town.new_till(shop)
    scanned = {"ecQrCode": (await town.show(father))["code"], "businessType": "02121"}
    data = AT_THE_DESK | scanned
    body = till.body("6101", {"data": data}, till.new_msgid())

    def signed() -> dict[str, str]:
        return SCHEMES[scheme](shop.key_id, shop.secret, body, int(town.clock.now().timestamp()))

    headers = signed()
    first = await town.ask(body, headers=headers)
    copied = await town.ask(body, headers=headers)
    assert first.ok and code_of(copied) == "REPLAYED" and copied.output == {}
    town.clock.advance(1)
    again = await town.ask(body, headers=signed())
    assert again.ok and again.output == first.output


async def test_twenty_scans_at_once_give_one_token(town: Town) -> None:
    father = await town.member("李强")
    shown = await town.show(father)
    tills = [town.till, await town.new_till(await town.new_shop())]
    calls = [tills[n % 2].decode(shown["code"]) for n in range(20)]
    answers = await together(*calls)
    assert sorted(map(code_of, answers)) == ["CODE_USED"] * 19 + ["OK"]


async def test_what_is_no_code(town: Town) -> None:
    father = await town.member("李强")
    shown = await town.show(father)
    for wrong in (
        "424",
        "425" + shown["code"][3:],
        shown["code"][:-1] + "x",
        shown["code"] + "0",
        "http://example.invalid/",
    ):
        assert code_of(await town.till.decode(wrong)) == "CODE_MALFORMED", wrong
    assert code_of(await town.till.decode("424" + "0" * 19 + "130000")) == "CODE_UNKNOWN"
    for wrong in ("", "1" * 65):
        assert code_of(await town.till.decode(wrong)) == "INPUT_INVALID"
    assert code_of(await town.till.decode(shown["code"])) == "OK"


async def test_a_lost_redis_costs_a_new_code_and_no_more(town: Town) -> None:
    father = await town.member("李强")
    shown = await town.show(father)
    await town.services.cache.redis.flushall()
    assert code_of(await town.till.decode(shown["code"])) == "CODE_UNKNOWN"
    father.token = await town.world.log_in(f"m{father.id}x")
    assert len(await town.scan(father)) == 40


async def test_what_ended_between_showing_and_scanning(town: Town) -> None:
    mother, child, binding = await mother_and_child(town)
    shown = await town.show(mother, binding)
    whose = {"name": "**明", "relation": "son", "relation_zh": "儿子", "elder": False}
    assert shown["holder"] == whose
    spare = await town.show(mother, binding)
    assert code_of(await town.till.decode(spare["code"])) == "OK"
    await town.world.call("DELETE", f"/family/{binding}", token=mother.token)
    assert code_of(await town.till.decode(shown["code"])) == "BINDING_ENDED"
    refused = await ask(town, mother, holder=binding)
    assert (refused.status, refused.reason) == (409, "BINDING_ENDED")
    own = await town.show(child)
    await town.value("update person set suspended = true where id = $1", child.id)
    told = await town.till.decode(own["code"])
    assert told.err_msg.startswith("MISUSE_SUSPENSION **明的医保使用已被暂停")
    assert (await ask(town, child)).reason == "MISUSE_SUSPENSION"
    await town.value("update person set suspended = false where id = $1", child.id)
    assert code_of(await town.till.decode(own["code"])) == "OK"


async def test_neither_enrolled_nor_free_is_told_the_same_everywhere(town: Town) -> None:
    """At the phone, for oneself and for a relative, at the scan and at the till."""
    mother, child, binding = await mother_and_child(town)
    sale, spare = await town.sale(child, "30.00"), await town.show(child)
    await town.value(
        "update person set psn_insu_stas = '2', suspended = true where id = $1", child.id
    )
    assert (await ask(town, child)).reason == "BENEFICIARY_NOT_ENROLLED"
    assert (await ask(town, mother, holder=binding)).reason == "BENEFICIARY_NOT_ENROLLED"
    listed = (await town.world.call("GET", "/family", token=mother.token)).data
    [bound] = listed["i_may_show"]
    assert (bound["can_show"], bound["why_not"]["reason"]) == (False, "BENEFICIARY_NOT_ENROLLED")
    assert code_of(await town.till.decode(spare["code"])) == "BENEFICIARY_NOT_ENROLLED"
    assert code_of(await town.till.settle(sale)) == "BENEFICIARY_NOT_ENROLLED"


async def test_whose_code_may_be_asked_for(town: Town) -> None:
    mother, child, binding = await mother_and_child(town)
    assert (await ask(town, child, holder=binding)).reason == "NOT_FOUND"
    assert (await ask(town, mother, holder="1")).reason == "NOT_FOUND"
    assert (await ask(town, mother, holder="9" * 20)).reason == "NOT_FOUND"
    for wrong in ({"holder": "x"}, {"holder": ""}, {"code": "1"}, {"business_type": 5}):
        assert (await ask(town, mother, **wrong)).reason == "INVALID_INPUT", wrong
    assert (await ask(town, mother, business_type="99999")).reason == "BUSINESS_TYPE_UNKNOWN"
    row = (
        await town.rows(
            "select * from credential where id = $1", int((await town.show(mother, binding))["id"])
        )
    )[0]
    assert (row["holder_id"], row["shower_id"], row["relation"]) == (child.id, mother.id, "son")
    assert row["binding_id"] == int(binding)
