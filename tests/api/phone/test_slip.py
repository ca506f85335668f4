"""A settlement as a slip of paper, at the phones' door."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from app.ledger.proof.service import Verification
from tests.api.phone.test_my_bills import buy
from tests.kit.words.test_paper import texts
from tests.till_world import BASIC, SELF_PAID, Member, Town


async def slip_of(town: Town, who: Member, setl_id: str, language: str = "zh-CN") -> list[str]:
    headers = {
        "Authorization": f"Bearer {who.token}",
        "Accept": "application/pdf",
        "Accept-Language": language,
    }
    path = f"/api/v1/settlements/{setl_id}"
    async with town.world.client.get(path, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        assert answer.headers["Cache-Control"] == "no-store"
        return texts(await answer.text())


async def test_the_patient_s_slip_tells_the_bill(town: Town) -> None:
    patient = await town.member("赵单", current_fen=5_00)
    paid = await buy(town, patient, (BASIC, "10.00"), (SELF_PAID, "3.00"))
    setl_id = paid.setlinfo["setl_id"]
    told = await slip_of(town, patient, setl_id)
    assert told[0] == "医保结算单" and "*单" in told and "安康药房" in told and setl_id in told
    pairs = dict(itertools.pairwise(told))
    assert pairs["甲类药（甲类）"] == "10.00" and pairs["自费品（丙类）"] == "3.00"
    assert (pairs["合计"], pairs["个人账户"], pairs["现金"]) == ("13.00", "5.00", "8.00")
    assert "".join(told).endswith("之后重新下载，这里会有校验码。")
    english = await slip_of(town, patient, setl_id, "en")
    assert english[0] == "Insurance settlement" and "own account" in english


async def test_a_closed_day_s_slip_has_the_root_that_proves_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = await town.member("赵根", current_fen=50_00)
    paid = await buy(town, patient, (BASIC, "10.00"))
    setl_id = paid.setlinfo["setl_id"]

    async def closed(self: Verification, settlement_id: int) -> tuple[date, bytes]:
        assert settlement_id == int(setl_id)
        return date(2026, 11, 21), bytes(range(32))

    monkeypatch.setattr(Verification, "root_of", closed)
    told = "".join(await slip_of(town, patient, setl_id))
    assert "2026-11-21 全部账目的校验码：" in told
    assert bytes(range(32)).hex() in told and "qinji ledger prove" in told


async def test_what_was_given_back_says_so(town: Town) -> None:
    patient = await town.member("赵退", current_fen=50_00)
    paid = await buy(town, patient, (BASIC, "10.00"))
    bill = paid.setlinfo
    ids = {key: bill[key] for key in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": ids})).ok
    told = "".join(await slip_of(town, patient, bill["setl_id"]))
    assert "全部退回，不再有效。" in told


async def test_a_donor_s_slip_holds_the_own_part_only(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=4_00)
    son = await town.member("李强", current_fen=90_00)
    await town.grant(son, father, "father")
    paid = await buy(town, father, (BASIC, "10.00"))
    told = await slip_of(town, son, paid.setlinfo["setl_id"])
    assert "6.00" in told and "甲类药（甲类）" not in told and "5.00" not in told


async def test_who_has_nothing_to_do_with_it_gets_none(town: Town) -> None:
    patient, other = await town.member("赵单", current_fen=500), await town.member("王旁")
    paid = await buy(town, patient, (BASIC, "10.00"))
    headers = {"Authorization": f"Bearer {other.token}", "Accept": "application/pdf"}
    path = f"/api/v1/settlements/{paid.setlinfo['setl_id']}"
    async with town.world.client.get(path, headers=headers) as answer:
        assert answer.status == 404 and answer.content_type == "application/json"
