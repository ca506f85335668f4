"""``qinji phone WHO notices`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.ledger.kinds import AccountKind
from tests.clients.phone.test_wallet import typed
from tests.domain.notice.inbox import tell
from tests.domain.wallet.purses import OLD
from tests.phone_world import Someone
from tests.till_world import Town, open_account


async def test_an_inbox_in_the_terminal(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    son, mother = f"son{town.world.run}", f"mother{town.world.run}"
    people: dict[str, Someone] = {
        son: await town.world.add("李儿"),
        mother: await town.world.add("王母", OLD, "2"),
    }
    await open_account(town.services, people[son].id, AccountKind.CURRENT, 50_000, "130100")
    for who, someone in people.items():
        await typed(who, "identify", someone.name, someone.certno)
    bound = {"psn_name": "王母", "psn_cert_type": "01", "certno": people[mother].certno}
    await typed(son, "call", "POST", "/aid", json.dumps(bound | {"relation": "mother"}))
    await tell(town)
    told = await typed(mother, "notices", "--read")
    assert "未读 1" in told and "*儿愿意让您用" in told and "grant:" in told
    assert "未读 0" in await typed(mother, "notices", "--wait", "1")
