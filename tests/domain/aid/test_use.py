"""What grants paid: records and their table, diagnosis, and a freeze that holds at once."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer as Told
from app.domain.settlement import drain
from app.domain.settlement.book import write
from tests.phone_world import Answer, at, ids_follow
from tests.till_world import LOCK_WAITS, Member, Town

OLD = date(1950, 1, 1)


async def family(town: Town, fen: int = 50_000) -> tuple[Member, Member, str]:
    daughter = await town.member("李敏", gend="2", current_fen=fen)
    father = await town.member("李老", OLD)
    return daughter, father, await town.grant(daughter, father, "father")


async def records(town: Town, who: Member, query: str = "") -> Answer:
    return await town.world.call("GET", f"/aid/records{query}", token=who.token)


async def test_records_page_by_cursor_newest_first(town: Town) -> None:
    daughter, father, grant = await family(town)
    for yuan in range(1, 8):
        assert (await town.till.settle(await town.sale(father, f"{yuan}.00"))).ok
    found, cursor = [], ""
    for size in (3, 3, 1):
        page = (await records(town, daughter, f"?limit=3&cursor={cursor}")).data
        assert len(page["items"]) == size
        found += page["items"]
        cursor = page["next"]
    assert cursor is None
    assert [item["amount_fen"] for item in found] == [n * 100 for n in range(7, 0, -1)]
    assert {item["grant"] for item in found} == {grant}
    first = found[0]
    assert (first["role"], first["donor"], first["beneficiary"], first["institution"]) == (
        "donor",
        "*敏",
        "*老",
        "安康药房",
    )
    theirs = (await records(town, father)).data["items"]
    assert [item["role"] for item in theirs] == ["beneficiary"] * 7
    assert (await records(town, await town.member("赵六"))).data == {"items": [], "next": None}
    for wrong in (
        "?limit=0",
        "?limit=101",
        "?cursor=x",
        "?cursor=-1",
        "?who=1",
        "?cursor=" + "9" * 20,
    ):
        assert (await records(town, daughter, wrong)).reason == "INVALID_INPUT", wrong


async def test_a_grant_moves_no_money_until_a_bill_asks_for_it(town: Town) -> None:
    """Nothing is allocated to the relative, who has no account and gets none (SOURCES A1, A2)."""
    daughter, father, _ = await family(town)
    sql = "select count(*) from account where person_id = any($1::bigint[])"
    ids = [daughter.id, father.id]
    assert (await town.balance(daughter), await town.balance(father)) == (50_000, 0)
    assert await town.value(sql, ids) == 1
    assert (await town.till.settle(await town.sale(father, "30.00"))).ok
    assert (await town.balance(daughter), await town.balance(father)) == (47_000, 0)
    assert await town.value(sql, ids) == 1


async def test_records_of_one_grant(town: Town) -> None:
    """A donor looks at what each relative used, and nobody at what is another's."""
    daughter, father, grant = await family(town)
    mother = await town.member("王芳", OLD, gend="2")
    hers = await town.grant(daughter, mother, "mother")
    for patient, yuan in ((father, "1.00"), (mother, "2.00"), (father, "3.00")):
        assert (await town.till.settle(await town.sale(patient, yuan))).ok

    async def sums(who: Member, query: str) -> list[int]:
        page = (await records(town, who, query)).data
        return [item["amount_fen"] for item in page["items"]]

    assert await sums(daughter, "") == [300, 200, 100]
    assert await sums(daughter, f"?grant={grant}") == [300, 100]
    assert await sums(daughter, f"?grant={hers}&limit=1") == [200]
    assert await sums(father, f"?grant={grant}") == [300, 100]
    assert await sums(father, f"?grant={hers}") == []
    assert (await records(town, daughter, "?grant=x")).reason == "INVALID_INPUT"


async def test_a_bill_of_two_accounts_is_one_record_and_tells_what_became_of_it(town: Town) -> None:
    daughter = await town.member("李敏", gend="2", current_fen=300, carried_fen=200)
    father = await town.member("李老", OLD)
    await town.grant(daughter, father, "father")
    paid = await town.till.settle(await town.sale(father, "5.00"))
    assert paid.setlinfo["acct_mulaid_pay"] == Decimal("5.00")
    [record] = (await records(town, daughter, "?limit=1")).data["items"]
    assert (record["amount_fen"], record["what"], record["refund"]) == (500, "paid", None)
    assert record["other_is"] == "父亲"
    [theirs] = (await records(town, father)).data["items"]
    assert (theirs["amount_fen"], theirs["other_is"]) == (500, "女儿")
    bill = paid.setlinfo
    ids = {key: bill[key] for key in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": ids})).ok
    page = (await records(town, daughter, "?limit=1")).data
    assert (page["items"][0]["amount_fen"], page["items"][0]["refund"]) == (-500, "returned")
    [first] = (await records(town, daughter, f"?limit=1&cursor={page['next']}")).data["items"]
    assert (first["id"], first["refund"]) == (record["id"], "given_back")


async def test_a_table_without_a_limit_holds_everything(town: Town) -> None:
    daughter, father, _ = await family(town)
    for _ in range(21):
        assert (await town.till.settle(await town.sale(father, "1.00"))).ok
    headers = {"Authorization": f"Bearer {daughter.token}", "Accept": "text/csv"}
    for query, size in (("", 21), ("?limit=2", 2)):
        response = await town.world.client.get(f"/api/v1/aid/records{query}", headers=headers)
        table = list(csv.reader(io.StringIO(await response.text())))
        assert len(table) == size + 2  # a head, and the sum
        assert table[-1][1:6] == ["我为家人付的合计", "", "", "", f"{size}.00"]


async def test_the_table_of_records_holds_no_formula(town: Town) -> None:
    daughter, father, _ = await family(town)
    shop = await town.new_shop(name="=cmd|' /C calc'!A0")
    till = await town.new_till(shop)
    await till.sign_in()
    assert (await till.settle(await town.sale(father, "12.30", till=till))).ok
    response = await town.world.client.get(
        "/api/v1/aid/records",
        headers={"Authorization": f"Bearer {daughter.token}", "Accept": "text/csv"},
    )
    assert (response.content_type, response.charset) == ("text/csv", "utf-8")
    text = (await response.read()).decode("utf-8-sig")
    head, row, in_all = list(csv.reader(io.StringIO(text)))
    assert len(head) == len(row) == len(in_all) == 7
    assert row[1:6] == ["支付", "*敏", "*老", "'=cmd|' /C calc'!A0", "12.30"]
    assert not any(cell[:1] in ("=", "+", "-", "@") for cell in row)
    assert re.fullmatch(r"2026-11-2\d \d\d:\d\d", row[0])
    assert re.fullmatch(r"\t\d{15,}", row[6])  # a text with all its digits, nothing to be seen
    assert in_all == ["", "我为家人付的合计", "", "", "", "12.30", ""]


async def test_diagnosis_tells_a_donor_only_of_the_own_grant(town: Town) -> None:
    daughter, father, grant = await family(town)
    son = await town.member("李强", current_fen=30_000)  # less: in Hebei only one is asked
    theirs = await town.grant(son, father, "father")

    async def look(who: Member, beneficiary: str) -> Answer:
        path = f"/aid/diagnosis?beneficiary={beneficiary}"
        return await town.world.call("GET", path, token=who.token)

    mine = (await look(daughter, grant)).data
    assert mine["can_pay"]
    assert [(d["donor"], d["shareable_fen"]) for d in mine["donors"]] == [("*敏", 50_000)]
    own = (await look(father, "me")).data
    assert [(d["donor"], d["shareable_fen"]) for d in own["donors"]] == [
        ("*敏", None),
        ("*强", None),
    ]
    assert (await look(daughter, theirs)).reason == "NOT_FOUND"
    assert (await look(daughter, "x")).reason == "INVALID_INPUT"
    await town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    frozen = (await look(daughter, grant)).data
    [only] = frozen["donors"]
    assert [reason["reason"] for reason in only["reasons"]] == ["FROZEN"]
    await town.world.call("DELETE", f"/aid/{theirs}", token=son.token)
    assert not (await look(father, "me")).data["can_pay"]


async def test_a_cap_a_use_is_kept(town: Town) -> None:
    daughter, father, grant = await family(town)
    path = f"/aid/{grant}"
    await town.world.call("PATCH", path, {"cap_per_use_fen": 1_000}, daughter.token)
    paid = await town.till.settle(await town.sale(father, "10.00"))
    assert paid.setlinfo["acct_mulaid_pay"] == Decimal("10.00")
    over = await town.till.settle(await town.sale(father, "10.01"))
    assert over.setlinfo["acct_mulaid_pay"] == 0
    assert [r["reason"] for r in over.setlinfo["exp_content"]["reasons"]] == ["CAP_SINGLE"]


async def test_a_weekly_cap_counts_monday_to_sunday_also_across_new_year(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids_follow(town.clock, monkeypatch)
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    father = await town.member("李老", OLD)
    grant = await town.grant(daughter, father, "father", cap_week_fen=10_000)

    async def pays(day: datetime, yuan: str) -> Told | None:
        town.clock.set(day)
        father.token = await town.world.log_in(f"m{father.id}x")
        await town.till.sign_in()
        answer = await town.till.settle(await town.sale(father, yuan))
        paid = answer.setlinfo["acct_mulaid_pay"]
        why = [reason["reason"] for reason in answer.setlinfo["exp_content"]["reasons"]]
        assert why == ([] if paid else ["CAP_WEEK"])
        return answer if paid else None

    assert await pays(at(2026, 12, 27, 23, 59), "60")
    assert await pays(at(2026, 12, 28, 0), "70"), "a Monday"
    last = await pays(at(2026, 12, 31), "30")
    assert last and not await pays(at(2026, 12, 31), "0.01")
    assert not await pays(at(2027, 1, 1), "0.01"), "the week began in the old year"
    assert not await pays(at(2027, 1, 3, 23, 59), "0.01")
    back = {key: last.setlinfo[key] for key in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": back})).ok
    assert await pays(at(2027, 1, 3, 23, 59), "30"), "what came back counts no more"
    assert not await pays(at(2027, 1, 3, 23, 59), "0.01")
    assert await pays(at(2027, 1, 4, 0), "100")
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    path = f"/aid/{grant}"
    raised = await town.world.call("PATCH", path, {"cap_week_fen": 10_001}, daughter.token)
    assert raised.data["cap_week_fen"] == 10_001
    assert await pays(at(2027, 1, 4, 0), "0.01")


async def stops(town: Town, method: str, path: str) -> None:
    """Many bills run while the grant is stopped: after the answer none is paid by it."""
    daughter, father, grant = await family(town, 1_000_000)
    tills = [town.till] + [await town.new_till(town.shop) for _ in range(3)]
    sales = [await town.sale(father, "1.00", till=tills[n % 4]) for n in range(60)]
    stopped = asyncio.Event()
    after: list[Told] = []
    paid = 0

    async def sell(n: int) -> None:
        nonlocal paid
        for sale in sales[n::4]:
            asked_after = stopped.is_set()
            answer = await tills[n].settle(sale)
            assert answer.ok, answer.err_msg
            paid += bool(answer.setlinfo["acct_mulaid_pay"])
            if asked_after:
                after.append(answer)

    async def stop() -> int:
        while not paid:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        answer = await town.world.call(method, path.format(grant), token=daughter.token)
        assert answer.status == 200
        spent: int = 1_000_000 - await town.balance(daughter)
        stopped.set()
        return spent

    spent, *_ = await asyncio.gather(stop(), *(sell(n) for n in range(4)))
    assert after, "some bills came after the stop"
    assert all(not answer.setlinfo["acct_mulaid_pay"] for answer in after)
    assert 1_000_000 - await town.balance(daughter) == spent, "nothing was paid after the answer"
    sql = "select coalesce(sum(amount_fen), 0)::bigint from transfer where grant_id = $1"
    assert await town.value(sql, int(grant)) == spent == paid * 100


async def test_after_a_freeze_has_answered_nothing_is_paid_by_it(town: Town) -> None:
    await stops(town, "POST", "/aid/{}/freeze")


async def test_after_the_end_has_been_answered_nothing_is_paid_by_it(town: Town) -> None:
    await stops(town, "DELETE", "/aid/{}")


async def test_a_freeze_waits_for_the_batch_that_holds_the_account(town: Town) -> None:
    """The lock is what makes it true, not luck: a held account keeps the freeze waiting."""
    daughter, _, grant = await family(town)
    async with town.services.database.transaction() as connection:
        await connection.fetch(
            "select 1 from account where person_id = $1 for no key update", daughter.id
        )
        freezing = asyncio.create_task(
            town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
        )
        await town.until(LOCK_WAITS)
        assert not freezing.done()
    assert (await freezing).data["state"] == "frozen"


async def test_a_freeze_waits_for_a_batch_that_has_decided_to_use_the_grant(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    daughter, father, grant = await family(town)
    decided, go_on = asyncio.Event(), asyncio.Event()
    right = write.write

    async def slow(*arguments: Any) -> Any:
        decided.set()
        await go_on.wait()
        return await right(*arguments)

    monkeypatch.setattr(drain, "write", slow)
    sale = await town.sale(father, "10.00")
    paying = asyncio.create_task(town.till.settle(sale))
    await decided.wait()
    freezing = asyncio.create_task(
        town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    )
    while not await town.value(LOCK_WAITS) and not freezing.done():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert not freezing.done(), "the freeze answered before the batch was committed"
    go_on.set()
    assert (await freezing).data["state"] == "frozen"
    assert (await paying).setlinfo["acct_mulaid_pay"] == Decimal("10.00")
