"""``qinji phone WHO card …`` as it is typed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.ledger.kinds import AccountKind
from tests.clients.phone.test_wallet import typed
from tests.phone_world import claim
from tests.till_world import Town, open_account


async def test_cards_in_the_terminal(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    hers, his = f"daughter{town.world.run}", f"father{town.world.run}"
    daughter = await town.world.add("李敏", gend="2")
    father = await town.world.add("李老", date(1950, 1, 1))
    await open_account(town.services, father.id, AccountKind.CURRENT, 90_000, "130100")
    for who, someone in ((hers, daughter), (his, father)):
        await typed(who, "identify", someone.name, someone.certno)
    assert await typed(hers, "card", "send") == "没有等待对方同意的请求\n"
    body = json.dumps(claim(father) | {"relation": "father"})
    await typed(hers, "call", "POST", "/family", body)
    said, token = (await typed(hers, "card", "send")).splitlines()
    assert said.startswith("发给 ") and said.endswith("，2026-11-28T12:00前有效：")
    assert await typed(his, "card", "open", token) == (
        "女儿 *敏想出示你的医保码，2026-11-28T12:00前有效\n"
    )
    assert "自己发出" in await typed(hers, "card", "open", token, fails=True)
    assert await typed(his, "card", "yes", token) == "已同意\n"
    token = (await typed(hers, "card", "ask", "父亲")).splitlines()[1]
    assert await typed(his, "card", "no", token) == "已回绝\n"
    token = (await typed(hers, "card", "ask", "*老")).splitlines()[1]
    assert await typed(hers, "card", "back") == "已撤回 1 张卡片\n"
    assert "撤回" in await typed(his, "card", "yes", token, fails=True)
    token = (await typed(hers, "card", "ask", "父亲")).splitlines()[1]
    assert await typed(his, "card", "yes", token, "--relation", "daughter") == "已同意\n"
    assert "替女儿 *敏付：使用中" in await typed(his, "aid", "list")
    assert "no 母亲" in await typed(hers, "card", "ask", "母亲", fails=True)
