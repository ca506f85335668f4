"""``qinji phone WHO premium …`` as it is typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.ledger.kinds import AccountKind
from tests.clients.phone.test_wallet import typed
from tests.domain.premium.season import OLD, tax
from tests.phone_world import Someone
from tests.till_world import Town, open_account


async def test_premiums_in_the_terminal(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    run = town.world.run
    parent: dict[str, Any] = {"brdy": OLD, "place": "130100", "insutype": "390"}
    people: dict[str, Someone] = {
        f"daughter{run}": await town.world.add("李敏", gend="2", place="130100"),
        f"father{run}": await town.world.add("李老", **parent),
        f"mother{run}": await town.world.add("王桂", gend="2", **parent),
    }
    daughter, father, mother = people
    await open_account(town.services, people[daughter].id, AccountKind.CURRENT, 90_000, "130100")
    for who, someone in people.items():
        await typed(who, "identify", someone.name, someone.certno)
    for who, relation in ((father, "father"), (mother, "mother")):
        asked: dict[str, Any] = {
            "psn_name": people[who].name,
            "psn_cert_type": "01",
            "certno": people[who].certno,
        }
        asked |= {"relation": relation, "purposes": ["medical", "premium"]}
        await typed(daughter, "call", "POST", "/aid", json.dumps(asked))
        grants = json.loads(await typed(who, "call", "GET", "/aid"))
        await typed(who, "call", "POST", f"/aid/{grants[0]['id']}/confirm")
    told = await typed(daughter, "premium", "quote", "父亲", "母亲")
    assert "*老 2027年度 400.00元，2027-01-01起有待遇" in told
    assert "*桂 2027年度 400.00元" in told and "2027-02-28 截止" in told
    assert "no 儿子" in await typed(daughter, "premium", "quote", "儿子", fails=True)
    assert "职工医保" in await typed(daughter, "premium", "quote")
    assert await typed(daughter, "premium", "list") == "还没有代缴\n"
    lines = (await typed(daughter, "premium", "pay", "2027", "父亲", "母亲")).splitlines()
    [first] = [line for line in lines if "*老" in line]
    [second] = [line for line in lines if "*桂" in line]
    assert first.endswith("*老 2027年度 400.00元 已冻结") and "  付款：我 400.00元" in lines
    again = await typed(daughter, "premium", "pay", "2027", "父亲", fails=True)
    assert "正在代缴" in again
    back = await typed(daughter, "premium", "back", second.split()[0])
    assert "未缴成" in back and "已撤回" in back
    await tax(town)
    assert "*老 2027年度 400.00元 已入库" in await typed(daughter, "premium", "list")
    asked_for = await typed(daughter, "premium", "refund", first.split()[0])
    assert "退费办理中" in asked_for
    await tax(town)
    assert "已退费" in await typed(daughter, "premium", "list")


async def test_what_could_not_be_paid_is_named_as_it_was_typed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    run = town.world.run
    who, father, mother = f"son{run}", f"dad{run}", f"mum{run}"
    parent: dict[str, Any] = {"brdy": OLD, "place": "130100", "insutype": "390"}
    people: dict[str, Someone] = {
        who: await town.world.add("李儿", place="130100"),
        father: await town.world.add("李老", **parent),
        mother: await town.world.add("王桂", gend="2", **parent),
    }
    await open_account(town.services, people[who].id, AccountKind.CURRENT, 41_000, "130100")
    for one, someone in people.items():
        await typed(one, "identify", someone.name, someone.certno)
    for one, relation in ((father, "father"), (mother, "mother")):
        asked: dict[str, Any] = {
            "psn_name": people[one].name,
            "psn_cert_type": "01",
            "certno": people[one].certno,
        }
        asked |= {"relation": relation, "purposes": ["medical", "premium"]}
        await typed(who, "call", "POST", "/aid", json.dumps(asked))
        grants = json.loads(await typed(one, "call", "GET", "/aid"))
        await typed(one, "call", "POST", f"/aid/{grants[0]['id']}/confirm")
    told = await typed(who, "premium", "pay", "2027", "父亲", "母亲")
    assert "*老 2027年度 400.00元 已冻结" in told
    assert "母亲没有办成" in told and "一次付清" in told
