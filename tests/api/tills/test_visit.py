"""Before a bill: 1101 who is it, 2001 what may be enjoyed, 2101 what would be paid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.clients.till.client import Item
from app.ledger.kinds import AccountKind
from tests.till_world import BASIC, SELF_PAID, Town, open_account


async def test_1101_tells_who_the_patient_is(town: Town) -> None:
    father = await town.member("李强", current_fen=12_345, carried_fen=55)
    token = await town.scan(father)
    answer = await town.till.person(token)
    base, [insured] = answer.output["baseinfo"], answer.output["insuinfo"]
    assert (base["psn_no"], base["psn_name"], base["certno"]) == (
        father.psn_no,
        "李强",
        father.certno,
    )
    assert (base["age"], base["brdy"]) == (Decimal("46.0"), "1980-05-17")
    assert insured["balc"] == Decimal("124.00")
    assert (insured["insutype"], insured["insuplc_admdvs"]) == ("310", "130100")
    assert (await town.till.person(token, certno=father.certno)).ok
    other = await town.till.person(token, certno="13010019800517999X")
    assert other.err_msg.startswith("WRONG_HOLDER ")


async def test_1101_sees_an_account_that_was_opened_a_moment_ago(town: Town) -> None:
    father = await town.member("李强")
    token = await town.scan(father)
    assert (await town.till.person(token)).output["insuinfo"][0]["balc"] == 0
    await open_account(town.services, father.id, AccountKind.CURRENT, 500, father.place)
    town.clock.advance(1)
    assert (await town.till.person(token)).output["insuinfo"][0]["balc"] == Decimal("5.00")


async def test_a_token_works_only_where_it_was_decoded(town: Town) -> None:
    father = await town.member("李强", current_fen=0)
    token = await town.scan(father)
    other = await town.new_till(await town.new_shop())
    for wrong in (await other.person(token), await town.till.person(token + "x")):
        assert wrong.err_msg.startswith("TOKEN_UNKNOWN ")
    by_card = {"mdtrt_cert_type": "04", "mdtrt_cert_no": father.certno}
    answer = await town.till.call("1101", {"data": by_card})
    assert answer.err_msg.startswith("CERT_TYPE_UNSUPPORTED ")
    town.clock.advance(1)
    await town.services.cache.redis.flushall()
    assert (await town.till.person(token)).err_msg.startswith("TOKEN_UNKNOWN ")


async def test_2001_tells_what_may_be_enjoyed(town: Town) -> None:
    father = await town.member("李强", current_fen=0)
    child = await town.member("李小明", insutype="390")

    async def asks(
        psn_no: str, insutype: str, med_type: str = "41"
    ) -> dict[str, tuple[str, str]] | str:
        data = {
            "psn_no": psn_no,
            "insutype": insutype,
            "med_type": med_type,
            "fixmedins_code": town.shop.code,
            "begntime": "2026-11-21 12:00:00",
        }
        answer = await town.till.call("2001", {"data": data})
        if not answer.ok:
            return answer.err_msg.split(" ")[0]
        return {
            row["fund_pay_type"]: (row["trt_enjymnt_flag"], row["trt_chk_rslt"])
            for row in answer.output["trtinfo"]
        }

    assert await asks(father.psn_no, "310") == "TOKEN_UNKNOWN"
    await town.scan(father)
    await town.scan(child)
    no_pooling = ("0", "药店购药不享受统筹")
    assert await asks(father.psn_no, "310") == {"310100": no_pooling, "310200": ("1", "")}
    assert await asks(child.psn_no, "390") == {"390100": no_pooling}
    here = ("0", "本机构未开通门诊统筹")
    assert (await asks(father.psn_no, "310", "11"))["310100"] == here  # type: ignore[index]
    other_plan = ("0", "险种与参保险种不一致")
    assert await asks(father.psn_no, "390") == {"310100": other_plan, "310200": other_plan}
    await town.value("update person set psn_insu_stas = '2' where id = $1", father.id)
    stopped = ("0", "参保状态不正常")
    assert await asks(father.psn_no, "310") == {"310100": stopped, "310200": stopped}


@pytest.mark.parametrize(("plan", "pool"), [("310", "310100"), ("390", "390100")])
@pytest.mark.parametrize("fen", [None, 0, 5_000])
async def test_2001_says_of_the_own_account_what_a_bill_finds(
    town: Town, plan: str, pool: str, fen: int | None
) -> None:
    """Also of somebody who left the employee plan with money on his account."""
    father = await town.member("李强", current_fen=fen, insutype=plan)
    await town.scan(father)
    data = {
        "psn_no": father.psn_no,
        "insutype": plan,
        "med_type": "41",
        "fixmedins_code": town.shop.code,
        "begntime": "2026-11-21 12:00:00",
    }
    rows = (await town.till.call("2001", {"data": data})).output["trtinfo"]
    told = {row["fund_pay_type"]: (row["trt_enjymnt_flag"], row["trt_chk_rslt"]) for row in rows}
    told.pop(pool)
    none = {"310200": ("0", "没有个人账户")} if plan == "310" else {}
    assert told == ({"310200": ("1", "")} if fen is not None else none)
    paid = await town.till.settle(await town.sale(father, "30.00"))
    assert paid.setlinfo["acct_pay"] == (30 if fen else 0)


async def all_tables(town: Town) -> dict[str, int]:
    """How many rows there are; that a signature counts once is noted of every message."""
    names = await town.rows(
        "select tablename from pg_tables where schemaname = 'public' "
        "and tablename <> 'signature_use'"
    )
    return {
        row["tablename"]: await town.value(f'select count(*) from "{row["tablename"]}"')
        for row in names
    }


async def test_2101_says_what_2102_will_say_and_writes_nothing(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    daughter = await town.member("李敏", gend="2", current_fen=40_000)
    await town.grant(daughter, await town.member("王老", gend="1"), "husband")
    patient = await town.member("李老", gend="1", current_fen=5_000, brdy=father.brdy.replace(1950))
    await town.grant(father, patient, "father")
    token = await town.scan(patient)
    items = [Item(BASIC, Decimal(1), Decimal("150.00")), Item(SELF_PAID, Decimal(2), Decimal(5))]
    sale = town.sale_of(patient, token, items)
    before = await all_tables(town)
    locks = await town.value("select max(xmin::text::bigint) from account")
    shown = await town.till.preview(sale)
    assert shown.ok, shown.err_msg
    assert await all_tables(town) == before
    assert await town.value("select max(xmin::text::bigint) from account") == locks
    done = await town.till.settle(sale)
    ids = ("mdtrt_id", "setl_id", "medins_setl_id")
    assert {k: v for k, v in shown.setlinfo.items() if k not in ids} == {
        k: v for k, v in done.setlinfo.items() if k not in ids
    }
    assert shown.setlinfo["mdtrt_id"] and "setl_id" not in shown.setlinfo
    assert (shown.setlinfo["acct_pay"], shown.setlinfo["psn_cash_pay"]) == (
        Decimal("150.00"),
        Decimal("10.00"),
    )
    assert shown.output["setldetail"] == done.output["setldetail"]
    serial = "feedetl_sn"
    assert [{**line, serial: ""} for line in shown.output["detlcutinfo"]] == [
        {**line, serial: ""} for line in done.output["detlcutinfo"]
    ]
