"""``qinji phone WHO prescriptions`` as it is typed."""

from __future__ import annotations

import json

import pytest

from tests.api.tills.test_outpatient import clinic
from tests.api.tills.test_prescriptions import Street, street
from tests.clients.phone.test_wallet import typed

__all__ = ["clinic", "street"]


async def test_prescriptions_in_the_terminal(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = street.town
    monkeypatch.setattr("app.clients.phone.commands.settings", lambda: town.services.settings)
    home = town.services.settings.home
    (home / "run.json").write_text(json.dumps({"base_url": town.url.rstrip("/")}))
    who = f"rx{town.world.run}"
    await typed(who, "identify", street.patient.name, street.patient.certno)
    assert "没有电子处方" in await typed(who, "prescriptions")
    rx = await street.doctor.issued("N1")
    told = await typed(who, "prescriptions")
    assert rx.hi_rxno in told and "阿莫西林 0.25g*24 4盒，还可取 4盒" in told and "未使用" in told
    code = (await typed(who, "prescriptions", "show", rx.hi_rxno)).split("，")[0]
    assert await street.shop.by_code(code, rx)
