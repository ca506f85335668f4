"""``qinji phone WHO ask-me`` and ``asked`` as they are typed."""

from __future__ import annotations

import asyncio
import json
from datetime import date

import pytest

from app.ledger.kinds import AccountKind
from tests.clients.phone.test_wallet import typed
from tests.phone_world import Someone
from tests.till_world import Member, Town, open_account


async def test_a_donor_in_the_terminal_is_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    son = f"son{town.world.run}"
    someone: Someone = await town.world.add("李儿")
    await open_account(town.services, someone.id, AccountKind.CURRENT, 50_000, "130100")
    father: Member = await town.member("李老", date(1950, 1, 1), current_fen=0)
    await typed(son, "identify", someone.name, someone.certno)
    bound = {"psn_name": "李老", "psn_cert_type": "01", "certno": father.certno}
    granted = await typed(son, "call", "POST", "/aid", json.dumps(bound | {"relation": "father"}))
    await town.agree(father, json.loads(granted)["id"])
    assert "no mother" in await typed(son, "ask-me", "mother", "5", fails=True)
    assert "no amount" in await typed(son, "ask-me", "father", "much", fails=True)
    assert "一笔超过20.00元先问我" in await typed(son, "ask-me", "father", "20")
    assert "没有征求" in await typed(son, "asked")
    bill = asyncio.create_task(town.till.settle(await town.sale(father, "30.00")))
    told = await typed(son, "asked", "yes", "--wait", "10")
    assert "安康药房 为*老支付30.00元" in told and "已同意" in told
    assert (await bill).setlinfo["acct_mulaid_pay"] == 30
    assert "不再先问我" in await typed(son, "ask-me", "father")
