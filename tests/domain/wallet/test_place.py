"""The place of use: where one is insured, or what the owner has chosen (SOURCES F4.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.wallet.rules.place import within
from tests.domain.notice.inbox import inbox, tell
from tests.domain.notice.test_besides import signed
from tests.domain.wallet.purses import HEBEI, SHANGHAI, do, family, open_wallet, purse, sent, wallet
from tests.domain.wallet.test_wallet import tie
from tests.phone_world import Answer
from tests.till_world import Member, Town

YUNNAN, GUANGDONG = "530100", "440000"


async def choose(town: Town, who: Member, place: str) -> Answer:
    return await town.world.call("PATCH", "/wallet", {"place": place}, who.token)


async def with_money(town: Town) -> tuple[Member, Member]:
    """A mother insured in Shanghai, her wallet filled; the town's shop in Hebei takes wallets."""
    son, mother = await family(town)
    assert (await do(town, mother, "accept", await sent(town, son, mother))).status == 200
    code = town.shop.code
    await town.value("update institution set wallet_at = '1' where fixmedins_code = $1", code)
    return son, mother


async def bill(town: Town, who: Member) -> Any:
    """A bill abroad at the town's shop, in Hebei."""
    told = await town.till.settle(await town.sale(who, "10.00"))
    assert told.ok, told.err_msg
    return told.output["setlinfo"]


async def test_another_place_of_use_is_chosen_and_pays_there(town: Town) -> None:
    _, mother = await with_money(town)
    before = await wallet(town, mother)
    assert (before["place_of_use"], before["place"]) == ("上海市", before["home"])
    assert {"id": "130000", "name": "河北省"} in before["places"]
    assert GUANGDONG not in {one["id"] for one in before["places"]}, "there is no wallet there"
    abroad = await bill(town, mother)
    reasons = [one["reason"] for one in abroad["exp_content"]["reasons"]]
    assert "WALLET_OTHER_PLACE" in reasons and (await purse(town, mother))["WALLET"] == 10_000
    chosen = await choose(town, mother, HEBEI)
    assert chosen.status == 200, chosen.body
    assert (chosen.data["place_of_use"], chosen.data["place"]) == ("河北省", "130000")
    assert chosen.data["balance_fen"] == 10_000, "what is in it stays"
    await bill(town, mother)
    assert (await purse(town, mother))["WALLET"] == 9_000
    home = await choose(town, mother, "home")
    assert home.data["place_of_use"] == "上海市"
    assert (
        await town.value("select chosen_place from wallet where person_id = $1", mother.id) is None
    )


async def test_the_choice_ends_when_the_insurance_moves(town: Town) -> None:
    _, mother = await with_money(town)
    assert (await choose(town, mother, HEBEI)).status == 200
    await town.register(mother, insuplc_admdvs="350100")
    moved = await wallet(town, mother)
    assert (moved["place_of_use"], moved["balance_fen"]) == ("福建省", 10_000)
    told = await bill(town, replace(mother, place="350100"))
    reasons = [one["reason"] for one in told["exp_content"]["reasons"]]
    assert "WALLET_OTHER_PLACE" in reasons and (await purse(town, mother))["WALLET"] == 10_000


async def test_a_place_that_is_none_or_has_no_wallet_is_not_chosen(town: Town) -> None:
    _, mother = await family(town)
    assert (await choose(town, mother, GUANGDONG)).reason == "PLACE_NOT_LIVE"
    assert (await choose(town, mother, "999999")).reason == "INVALID_INPUT"
    other = await town.member("陈远", place=SHANGHAI)
    assert (await choose(town, other, HEBEI)).reason == "NOT_OPENED"
    fixed = await town.member("陈近", place=YUNNAN)
    assert (await open_wallet(town, fixed)).status == 201
    assert (await wallet(town, fixed))["places"] == []
    assert (await choose(town, fixed, HEBEI)).reason == "PLACE_FIXED"
    assert (await choose(town, fixed, "home")).status == 200, "it is there anyway"


async def test_the_list_of_who_takes_it_is_of_the_payee_s_place_of_use(town: Town) -> None:
    son, mother = await with_money(town)
    binding = await tie(town, son, mother)

    async def shops(who: Member, more: str = "") -> list[str]:
        path = f"/institutions?wallet=true{more}&limit=50"
        answer = await town.world.call("GET", path, None, who.token)
        assert answer.status == 200, answer.body
        return [one["fixmedins_code"] for one in answer.data]

    code = town.shop.code
    assert code in await shops(son) and code not in await shops(mother)
    assert code not in await shops(son, f"&family={binding}"), "she can't use it there"
    assert (await choose(town, mother, HEBEI)).status == 200
    assert code in await shops(mother) and code in await shops(son, f"&family={binding}")
    missing = await town.world.call("GET", "/institutions?wallet=true&family=7", None, son.token)
    assert missing.reason == "NOT_FOUND"


def test_places_within_an_area_begin_alike() -> None:
    assert [within(area) for area in ("000000", "130000", "130100")] == ["", "13", "1301"]


async def test_owner_and_guardian_are_told_of_another_place_of_use(town: Town) -> None:
    child = await town.member("李小", date(2012, 5, 1), place="310101")
    father = await town.member("李强", date(1983, 1, 1))
    await signed(town, father, child)
    await open_wallet(town, child)
    await tell(town, 3)
    for _ in range(2):  # the same again is no change
        assert (await choose(town, child, HEBEI)).status == 200
    await tell(town, 3)
    [(kind, params)] = [one for one in await inbox(town, child) if one[0].startswith("wallet")]
    assert (kind, params["place"]) == ("wallet_placed", "河北省")
    told = [one for one in await inbox(town, father) if "wallet" in one[0]]
    assert [one[0] for one in told] == ["child_wallet_placed"]
    assert told[0][1]["child"] == f"@{child.id}"
    assert (await choose(town, child, "home")).status == 200
    await tell(town, 3)
    mine = [one[1]["place"] for one in await inbox(town, child) if one[0] == "wallet_placed"]
    assert sorted(mine) == ["参保地", "河北省"]
