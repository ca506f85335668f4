"""What forms choose from: the rules of my place in words, institutions, the catalogue."""

from __future__ import annotations

from typing import Any

from tests.till_world import Member, Town


async def get(town: Town, who: Member, path: str, language: str = "zh") -> Any:
    headers = {"Accept-Language": language}
    answer = await town.world.call("GET", path, token=who.token, headers=headers)
    assert answer.status == 200, answer.body
    return answer.data


async def test_the_rules_of_my_place(town: Town) -> None:
    hebei = await get(town, await town.member("李敏", gend="2"), "/rules")
    assert hebei["family"]["consent_age"] == 16
    assert {"id": "father", "name": "父亲"} in hebei["family"]["relations"]
    aid = hebei["aid"]
    assert (aid["order_choice"], aid["all_or_nothing"]) == (False, True)
    assert {"id": "father_in_law", "name": "配偶的父亲"} not in aid["relations"]
    beijing = await get(town, await town.member("李敏", gend="2", place="110100"), "/rules")
    assert beijing["aid"]["order_choice"]
    jiangsu = await get(town, await town.member("李敏", gend="2", place="320100"), "/rules")
    assert jiangsu["aid"]["period"] == "period"


async def test_the_rules_in_english(town: Town) -> None:
    rules = await get(town, await town.member("李敏", gend="2"), "/rules", "en")
    assert {"id": "sons_son", "name": "son's son"} in rules["family"]["relations"]
    assert {"id": "medical", "name": "care and medicines"} in rules["aid"]["purposes"]
    assert rules["aid"]["area"] == "province"


async def test_the_caps_that_a_donor_may_set_and_the_regions_own(town: Town) -> None:
    who = await town.member("李敏", gend="2", place="450600")
    aid = (await get(town, who, "/rules"))["aid"]
    names = [one["name"] for one in aid["caps"]]
    assert names == ["单次最多", "每天最多", "每周最多", "每月最多", "每年最多"]
    assert [one["fen"] for one in aid["caps"]] == [500_00, None, None, 2_000_00, None]
    assert all(aid[one["id"]] == one["fen"] for one in aid["caps"])
    english = (await get(town, who, "/rules", "en"))["aid"]["caps"]
    assert [one["name"] for one in english][1:3] == ["Per day", "Per week"]


async def test_institutions_by_name_or_code_those_of_my_place_first(town: Town) -> None:
    mark = town.shop.code[1:]
    near = await town.new_shop(name=f"仁和药店{mark}")
    far = await town.new_shop(name=f"百草药店{mark}")
    await town.value("update institution set admdvs = '130600' where fixmedins_code = $1", far.code)
    who = await town.member("李敏", gend="2")
    found = await get(town, who, f"/institutions?q=药店{mark}")
    assert [one["fixmedins_code"] for one in found] == [near.code, far.code]
    assert [one["same_place"] for one in found] == [True, False]
    assert found[0]["kind"] == "药店"
    assert [one["prescriptions"] for one in found] == [False, False]
    pooling = "update institution set outpatient_pooling = true, fixmedins_type = $2"
    for type_, takes in (("2", True), ("1", False)):
        await town.value(f"{pooling} where fixmedins_code = $1", near.code, type_)
        [one, _] = await get(town, who, f"/institutions?q=药店{mark}")
        assert one["prescriptions"] == takes
    by_code = await get(town, who, f"/institutions?q={far.code.lower()}", "en")
    assert [(one["name"], one["kind"]) for one in by_code] == [(far.name, "pharmacy")]
    assert await get(town, who, "/institutions?q=%25%25") == [], "a wildcard is a text"
    assert len(await get(town, who, "/institutions?limit=1")) == 1


async def test_institutions_that_take_the_wallet(town: Town) -> None:
    mark = town.shop.code[1:]
    taking, other = [await town.new_shop(name=f"{name}药店{mark}") for name in ("仁和", "百草")]
    taken = "update institution set wallet_at = '13' where fixmedins_code = $1"
    await town.value(taken, taking.code)
    who = await town.member("李敏", gend="2")
    found = await get(town, who, f"/institutions?q=药店{mark}")
    assert {one["fixmedins_code"]: one["wallet_at"] for one in found} == {
        taking.code: [{"id": "1", "name": "人工窗口"}, {"id": "3", "name": "手机端"}],
        other.code: [],
    }
    [one] = await get(town, who, f"/institutions?q=药店{mark}&wallet=true", "en")
    assert [at["name"] for at in one["wallet_at"]] == ["the window", "the mobile terminal"]
    closed = "update institution set closed_at = now() where fixmedins_code = $1"
    await town.value(closed, taking.code)
    assert await get(town, who, f"/institutions?q=药店{mark}&wallet=true") == []


async def test_the_catalogue_by_name_or_code(town: Town) -> None:
    who = await town.member("李敏", gend="2")
    [item] = await get(town, who, "/catalogue?q=限价")
    assert (item["name"], item["chrgitm_lv"], item["price_limit"]) == ("限价药", "01", "8.00")
    assert item in await get(town, who, f"/catalogue?q={item['med_list_codg'].lower()}")
    assert await get(town, who, "/catalogue?q=no-such") == []
