"""``qinji phone WHO aid …`` as it is typed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.ledger.kinds import AccountKind
from tests.clients.phone.test_wallet import typed
from tests.till_world import Town, open_account


async def test_mutual_aid_in_the_terminal(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    hers, his = f"daughter{town.world.run}", f"father{town.world.run}"
    daughter = await town.world.add("李敏", gend="2")
    father = await town.world.add("李老", date(1950, 1, 1))
    await open_account(town.services, daughter.id, AccountKind.CURRENT, 90_000, "130100")
    for who, someone in ((hers, daughter), (his, father)):
        await typed(who, "identify", someone.name, someone.certno)
    assert await typed(hers, "aid", "list") == "还没有共济\n"
    assert "month_200  每月 200 元，到年底" in await typed(hers, "aid", "templates")
    asked = ("aid", "grant", "father", father.name, father.certno)
    assert "no template x: once, " in await typed(hers, *asked, "--like", "x", fails=True)
    told = await typed(hers, *asked, "--like", "month_200", "--once", "--until", "2026-12-30")
    assert told == "替父亲 *老付：等待确认，只用一次，每月200.00元，到2026-12-30\n"
    await typed(his, "confirm")
    assert await typed(his, "aid", "list") == (
        "女儿 *敏替我付：使用中，只用一次，每月200.00元，到2026-12-30\n"
    )
    told = await typed(hers, "aid", "pause", "父亲", "2026-12-01")
    assert "暂停中" in told and "2026-12-01自动恢复" in told
    assert "使用中" in await typed(hers, "aid", "resume", "father")
    assert "已冻结" in await typed(hers, "aid", "freeze", "*老")
    assert "no 儿子" in await typed(hers, "aid", "end", "儿子", fails=True)
    assert await typed(hers, "aid", "end", "父亲") == "已解除 父亲 *老\n"
