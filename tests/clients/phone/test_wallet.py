"""``qinji phone WHO wallet …`` as it is typed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.clients.phone.commands import phone
from app.ledger.kinds import AccountKind
from tests.domain.wallet.purses import OLD, purse, sweep
from tests.phone_world import Someone
from tests.till_world import Town, open_account


async def typed(who: str, *words: str, fails: bool = False) -> str:
    """What a command prints; the server answers meanwhile."""
    result = await asyncio.to_thread(CliRunner().invoke, phone, [who, *words])
    assert (result.exit_code != 0) == fails, result.output
    return result.output


async def test_a_wallet_in_the_terminal(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    son, mother = f"son{town.world.run}", f"mother{town.world.run}"
    people: dict[str, Someone] = {
        son: await town.world.add("李儿"),
        mother: await town.world.add("王母", OLD, "2", place="310101"),
    }
    await open_account(town.services, people[son].id, AccountKind.CURRENT, 50_000, "130100")
    for who, someone in people.items():
        await typed(who, "identify", someone.name, someone.certno)
        assert "wallet open" in await typed(who, "wallet", "show")
        assert "已开通" in await typed(who, "wallet", "open")
    bound = {"psn_name": "王母", "psn_cert_type": "01", "certno": people[mother].certno}
    await typed(son, "call", "POST", "/family", json.dumps(bound | {"relation": "mother"}))
    await typed(mother, "confirm")
    assert "no 父亲" in await typed(son, "wallet", "send", "父亲", "5", fails=True)
    assert "no sum" in await typed(son, "wallet", "send", "母亲", "much", fails=True)
    transfer = (await typed(son, "wallet", "send", "母亲", "88.50")).split()[0]
    await sweep(town)
    assert f"{transfer} 儿子*儿转来 88.50元" in await typed(mother, "wallet", "show")
    assert "已接收 88.50元" in await typed(mother, "wallet", "accept", transfer)
    assert "已退回 8.50元" in await typed(mother, "wallet", "return", transfer, "8.5")
    assert "已经接收" in await typed(mother, "wallet", "refuse", transfer, fails=True)
    assert (await purse(town, people[mother]))["WALLET"] == 8_000
