"""注销: what ends with the account, what stays, when one has to wait; the own data as a file."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from tests.domain.wallet.purses import do, family, sent, sweep
from tests.phone_world import Answer, claim
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)


async def call(town: Town, who: Member, method: str, path: str, body: Any = None) -> Answer:
    return await town.world.call(method, path, body, who.token)


async def shows(town: Town, shower: Member, holder: Member, relation: str) -> None:
    asked = await call(town, shower, "POST", "/family", claim(holder) | {"relation": relation})
    assert asked.status == 201, asked.body
    done = await call(town, holder, "POST", f"/family/{asked.data['id']}/confirm", {})
    assert done.status == 200, done.body


async def test_what_was_agreed_on_phones_ends_and_the_books_stay(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=1_000)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    await town.grant(daughter, father, "father")
    await shows(town, daughter, father, "father")
    await shows(town, father, daughter, "daughter")
    paid = await town.till.settle(await town.sale(father, "25.00"))
    assert paid.ok, paid.err_msg
    told = (await call(town, daughter, "GET", "/leaving")).data
    assert (told["given"], told["received"], told["shows"], told["shown"]) == (1, 0, 1, 1)
    assert told["waits_fen"] == 0 and told["premiums"] is False

    before = await town.value("select count(*) from login where openid like 'closed:%'")
    asked = await call(town, daughter, "POST", "/leaving", {"agreed": False})
    assert asked.status == 422, "nothing without a yes"
    assert (await call(town, daughter, "POST", "/leaving", {"agreed": True})).status == 200
    assert (await call(town, daughter, "GET", "/me")).status == 401, "every session has ended"
    assert await town.value("select count(*) from login where person_id = $1", daughter.id) == 0
    assert await town.value("select count(*) from login where openid like 'closed:%'") == before + 1
    assert (await call(town, father, "GET", "/family")).data["i_may_show"] == []
    assert (await call(town, father, "GET", "/family")).data["may_show_me"] == []
    [grant] = await town.rows(
        "select ended_at, end_reason from aid_grant where donor_id = $1", daughter.id
    )
    assert grant["ended_at"] and grant["end_reason"] == "ended_by_donor"
    after = await town.till.settle(await town.sale(father, "25.00"))
    assert after.ok and after.setlinfo["acct_mulaid_pay"] == 0, "nobody pays for him any more"
    bill = await call(town, father, "GET", f"/settlements/{paid.setlinfo['setl_id']}")
    assert bill.status == 200 and bill.data["total_fen"] == 2_500, "the books stay"
    told = await call(town, father, "GET", "/notices")
    assert told.status == 200


async def test_nobody_leaves_while_money_is_on_its_way(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    told = await call(town, son, "POST", "/leaving", {"agreed": True})
    assert told.status == 409 and told.body["reason"] == "MONEY_WAITS"
    assert "100.00" in told.body["message"] and "医保钱包" in told.body["next_step"]
    hers = await call(town, mother, "POST", "/leaving", {"agreed": True})
    assert hers.body["reason"] == "MONEY_WAITS", "nor whoever it was sent to"
    assert (await call(town, son, "GET", "/me")).status == 200, "nothing was done"
    assert (await do(town, mother, "refuse", transfer)).status == 200
    await sweep(town)
    assert (await call(town, mother, "POST", "/leaving", {"agreed": True})).status == 200


async def test_what_the_region_has_last_longer_is_frozen_and_pays_nothing(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=0, place="420100")
    daughter = await town.member("李敏", gend="2", current_fen=90_000, place="420100")
    grant = await town.grant(daughter, father, "father")
    told = (await call(town, daughter, "GET", "/leaving")).data
    assert (told["given"], told["frozen"]) == (0, 1)
    his = (await call(town, father, "GET", "/leaving")).data
    assert (his["received"], his["stay"]) == (0, 1)
    assert (await call(town, daughter, "POST", "/leaving", {"agreed": True})).status == 200
    row = await town.rows("select frozen_at, ended_at from aid_grant where id = $1", int(grant))
    assert row[0]["frozen_at"] is not None and row[0]["ended_at"] is None


async def test_the_own_data_are_one_file_that_a_family_opens(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=1_000)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    await town.grant(daughter, father, "father")
    paid = await town.till.settle(await town.sale(father, "25.00"))
    assert paid.ok, paid.err_msg
    async with town.world.client.get(
        "/api/v1/own-data",
        headers={"Authorization": f"Bearer {father.token}", "Accept": "text/csv"},
    ) as answer:
        raw = await answer.text(encoding="utf-8")
    assert raw.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(raw.removeprefix("\ufeff"))))
    titles = [row[0] for row in rows if row and row[0].startswith("【")]
    assert " ".join(titles) == (
        "【我是谁】 【账户】 【亲情账户】 【家庭共济】 【账单】 【账户明细】 【登录的设备】"
    )
    flat = ["|".join(row) for row in rows]
    assert any("对方替我付|*敏" in row and "生效中" in row for row in flat)
    assert any("|10.00|0.00|15.00|" in row for row in flat)
    assert any(str(paid.setlinfo["setl_id"]) in row for row in flat)
    for secret in (father.name, father.certno, daughter.name, daughter.psn_no):
        assert secret not in raw
    read = await call(town, father, "GET", "/own-data")
    assert [one["title"] for one in read.data["sections"]] == [one.strip("【】") for one in titles]
    assert read.data["cut"] is False
