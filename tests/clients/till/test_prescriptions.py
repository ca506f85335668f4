"""``qinji pos rx …``: a prescription is listed, fetched, checked and settled as it is typed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.clients.till.client import TillClient
from app.clients.till.commands.pos import pos
from app.clients.till.till import Login, Till
from tests.api.tills.test_outpatient import clinic
from tests.api.tills.test_prescriptions import Street, street
from tests.till_world import BASIC

__all__ = ["clinic", "street"]


async def test_a_prescription_at_the_till(
    street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, shop = street.town, street.shop.till
    login = Login(
        town.url,
        shop.fixmedins_code,
        shop.fixmedins_name,
        shop.admdvs,
        shop.key_id,
        shop.secret,
        shop.scheme,
    )
    Till(tmp_path, "1").save(login)
    right = Till.client

    def client(self: Till) -> TillClient:
        made = right(self)
        made.clock, made.retry_waits_s = town.clock, ()
        return made

    monkeypatch.setattr(Till, "client", client)

    async def say(*words: str, fails: bool = False) -> str:
        given = ["--home", str(tmp_path), *words]
        done = await asyncio.to_thread(CliRunner().invoke, pos, given)
        assert (done.exit_code != 0) == fails, done.output
        return done.output

    rx = await street.doctor.issued("N1")
    await say("decode", (await town.show(street.patient))["code"])
    assert "1 " in await say("rx", "list")
    told = await say("rx", "fetch", "1")
    assert "阿莫西林 0.25g*24 4盒 口服 每日三次" in told
    refused = await say("preview", f"{BASIC}x3@10.00", fails=True)
    assert "RX_NOT_CHECKED" in refused
    await say("rx", "check", (await town.show(street.pharmacist))["code"])
    await say("settle", f"{BASIC}x3@10.00")
    assert await street.left(rx) == [(BASIC, 4, 3)]
    # What was settled is told, taken back, and told again; nothing is told twice.
    assert "还没有上传" in await say("rx", "unsold", fails=True)
    for _ in range(2):
        assert "已上传" in await say("rx", "sold")
        assert "没有待上传" in await say("rx", "sold", fails=True)
        assert "已撤销上传" in await say("rx", "unsold")
    assert "已上传" in await say("rx", "sold")
    # The rest is bought for cash, which uses the prescription up.
    await say("decode", (await town.show(street.patient))["code"])
    await say("rx", "list")
    await say("rx", "fetch", "1")
    assert "没有待上传" in await say("rx", "sold", "--cash", f"{BASIC}@10.00", fails=True)
    await say("rx", "check", (await town.show(street.pharmacist))["code"])
    assert "已上传" in await say("rx", "sold", "--cash", f"{BASIC}@10.00")
    await say("decode", (await town.show(street.patient))["code"])
    assert "没有可取药的电子处方" in await say("rx", "list")
