"""Goods are told (3501 to 3507) and their codes asked for (3512, 3513): a row counts once however
often it comes, and is taken or refused for itself."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.kit.clock import local_date
from tests.api.tills.test_trace_codes import ASKS, Counter, config, counter_at
from tests.till_world import Town

__all__ = ["config"]


@pytest.fixture
async def counter(town: Town) -> Counter:
    return await counter_at(town, ASKS)


def box(number: int) -> str:
    return f"8555555{number:013d}"


def sale(document: str, *codes: str, **changed: Any) -> dict[str, Any]:
    row = {
        "med_list_codg": "T1A001A0101010001",
        "fixmedins_hilist_id": "H1",
        "fixmedins_hilist_name": "甲类药",
        "fixmedins_bchno": f"B{document}",
        "prsc_dr_name": "王医生",
        "setl_id": "",
        "mdtrt_sn": f"V{document}",
        "manu_lotnum": "L1",
        "manu_date": "2026-01-01",
        "rx_flag": "0",
        "trdn_flag": "0",
        "rtal_docno": document,
        "sel_retn_cnt": str(max(len(codes), 1)),
        "sel_retn_time": "2026-11-21 11:00:00",
        "sel_retn_opter_name": "收银员",
        "mdtrt_setl_type": "2",
        "drugtracinfo": [{"drug_trac_codg": one} for one in codes],
    }
    return row | changed


def back(number: str, *codes: str, **changed: Any) -> dict[str, Any]:
    names = ("rtal_docno", "mdtrt_setl_type", "prsc_dr_name", "setl_id")
    row = {name: value for name, value in sale(number, *codes).items() if name not in names}
    return row | {"medins_prod_sel_no": number} | changed


def result(answer: Answer) -> tuple[str, str]:
    assert answer.ok, answer.err_msg
    return answer.output["result"]["retRslt"], answer.output["result"]["msgRslt"]


async def test_a_sale_is_told_once_however_often_it_comes(counter: Counter) -> None:
    till, row = counter.till, sale("1", box(1), box(2))
    for answer in await asyncio.gather(*(till.call("3505", {"selinfo": row}) for _ in range(4))):
        assert result(answer) == ("1", "")
    count = "select count(*) from goods_upload where fixmedins_code = $1"
    assert await counter.town.value(count, till.fixmedins_code) == 1
    other = await till.call("3505", {"selinfo": row | {"sel_retn_cnt": "3"}})
    assert result(other)[0] == "0" and "内容不同" in result(other)[1]
    other = await till.call("3505", {"selinfo": sale("2", box(2))})
    assert result(other)[0] == "0" and box(2) in result(other)[1]
    assert await counter.town.value(count, till.fixmedins_code) == 1, "and nothing stays of it"


async def test_two_tills_that_tell_a_box_at_once_under_two_documents(counter: Counter) -> None:
    rows = [sale(f"3{n}", box(3)) for n in range(4)]
    told = await asyncio.gather(*(counter.till.call("3505", {"selinfo": r}) for r in rows))
    assert sorted(result(one)[0] for one in told) == ["0", "0", "0", "1"]


async def test_a_box_that_came_back_may_be_told_again(counter: Counter) -> None:
    till = counter.till
    assert result(await till.call("3505", {"selinfo": sale("4", box(4))}))[0] == "1"
    assert result(await till.call("3506", {"selinfo": back("4", box(4))}))[0] == "1"
    assert result(await till.call("3505", {"selinfo": sale("5", box(4))}))[0] == "1"


async def test_rows_are_refused_one_by_one(counter: Counter) -> None:
    till = counter.till
    rows = [sale("6", box(6)), sale("7", box(6)), sale("8", rx_flag=""), sale("9", box(9))]
    told, why = result(await till.call("3505A", {"selinfoDetail": rows}))
    assert told == "0" and "第2行" in why and "第3行" in why and "rx_flag" in why
    kept = "select count(*) from goods_upload where fixmedins_code = $1 and kind = 5"
    assert await counter.town.value(kept, till.fixmedins_code) == 2
    answer = await till.call(
        "3506A", {"selinfoDetail": [back("6", box(6)), back("7", manu_date="")]}
    )
    results = [row["retRslt"] for row in answer.output["selinfoErrDetail"]]
    assert answer.ok and results == ["1", "0"]


async def test_an_insured_sale_names_a_settlement_of_ours(counter: Counter) -> None:
    till, paid = counter.till, await counter.sell(box(11))
    told = await till.call("3505", {"selinfo": sale("11", box(11), mdtrt_setl_type="1")})
    assert result(told)[0] == "0" and "setl_id" in result(told)[1]
    other = sale("11", box(11), mdtrt_setl_type="1", setl_id="5")
    assert result(await till.call("3505", {"selinfo": other}))[0] == "0"
    right = other | {"setl_id": paid.setlinfo["setl_id"], "psn_no": counter.patient.psn_no}
    assert result(await till.call("3505", {"selinfo": right})) == ("1", "")
    asked = {"fixmedins_code": till.fixmedins_code, "fixmedins_bchno": "B11"}
    found = await till.call("3513", {"data": asked})
    [row] = found.rows
    assert (row["drugTracCodg"], row["mdtrtSetlType"]) == (box(11), "1")
    wrong = await till.call("3513", {"data": asked | {"fixmedins_code": "P00000000001"}})
    assert not wrong.ok and "fixmedins_code" in wrong.err_msg


async def test_stock_is_told_asked_for_and_untold(counter: Counter) -> None:
    till = counter.till
    keep = (
        "med_list_codg",
        "fixmedins_hilist_id",
        "fixmedins_hilist_name",
        "fixmedins_bchno",
        "rx_flag",
        "manu_date",
    )
    row = {name: value for name, value in sale("21").items() if name in keep}
    row |= {"invdate": "2026-11-20", "inv_cnt": "10", "expy_end": "2027-01-01"}
    row["drugtracinfo"] = [{"drug_trac_codg": box(21)}]
    told = await till.call("3501", {"invinfo": row})
    assert told.ok and told.output == {} and told.warn_msg == ""
    for infno, given in (("3501", {"invinfo": row}), ("3501A", {"invinfoDetail": [row]})):
        again = await till.call(infno, given)
        assert again.ok and again.warn_msg == ""
    other = await till.call("3501A", {"invinfoDetail": [row | {"inv_cnt": "11"}]})
    assert other.ok and "内容不同" in other.warn_msg, "where there is no output to say it in"
    asked = {
        "fixmedins_code": till.fixmedins_code,
        "fixmedins_bchno": "B21",
        "begndate": "2026-11-01",
        "enddate": "2026-11-30",
    }
    found = await till.call("3512", {"data": asked})
    [code] = found.rows
    assert code["drugTracCodg"] == box(21)
    gone = {"fixmedins_bchno": "B21", "inv_data_type": "1"}
    assert result(await till.call("3507", {"data": gone})) == ("1", "")
    assert result(await till.call("3507", {"data": gone}))[0] == "0"
    assert (await till.call("3512", {"data": asked})).rows == ()
    many = await till.call("3507A", {"goodDetail": [gone, gone | {"inv_data_type": "9"}]})
    assert [one["retRslt"] for one in many.output["goodErrDetail"]] == ["0", "0"]


async def test_names_of_people_are_not_kept(counter: Counter) -> None:
    row = sale("31", box(31), psn_name="王小明", certno="130102194905120017", phar_name="李药师")
    assert result(await counter.till.call("3505", {"selinfo": row}))[0] == "1"
    sql = "select details::text from goods_upload where fixmedins_code = $1"
    kept = await counter.town.value(sql, counter.till.fixmedins_code)
    for secret in ("王小明", "130102194905120017", "李药师", "王医生", "收银员"):
        assert secret not in kept


async def test_the_night_finds_what_does_not_fit_together(counter: Counter) -> None:
    town, till = counter.town, counter.till
    right, silent, undone = [await counter.sell(box(n)) for n in (41, 42, 43)]
    for document, paid, number in (("41", right, 41), ("43", undone, 43)):
        row = sale(document, box(number), mdtrt_setl_type="1", setl_id=paid.setlinfo["setl_id"])
        assert result(await till.call("3505", {"selinfo": row}))[0] == "1"
    assert (await counter.cancel(undone)).ok and silent.ok
    other = await counter_at(town, ASKS)
    assert result(await other.till.call("3505", {"selinfo": sale("44", box(41))}))[0] == "1"
    day: date = local_date(town.clock.now())
    mine = (till.fixmedins_code, other.till.fixmedins_code)
    rows = [
        row for row in await town.services.uploads.nightly(day) if row["fixmedins_code"] in mine
    ]
    assert sorted((row["what"], row["code"]) for row in rows) == [
        ("settled, not told", box(42)),
        ("sold twice", box(41)),
        ("sold twice", box(41)),
        ("told, not settled", box(43)),
    ]
    told = await town.world.call("GET", f"/medicines/{box(41)}", token=counter.patient.token)
    assert told.data["state"] == "more", "sold for cash by another shop, too"
    told = await town.world.call("GET", f"/medicines/{box(42)}", token=counter.patient.token)
    assert told.data["state"] == "mine"


@pytest.mark.parametrize("told", [10**30, {"a": 10**30}, [10**30], True, "B" * 9_000])
async def test_a_wrong_row_is_told_by_what_can_be_told_of_it(
    counter: Counter, told: object
) -> None:
    rows = [sale("31", box(31)), sale("32", box(32), fixmedins_bchno=told, med_list_codg=told)]
    answer = await counter.till.call("3505A", {"selinfoDetail": rows})
    assert answer.ok or answer.err_msg.startswith(("INPUT_INVALID", "MALFORMED")), answer.err_msg
    gone = {"fixmedins_bchno": told, "inv_data_type": "1"}
    answer = await counter.till.call("3507A", {"goodDetail": [gone]})
    if answer.ok:
        [row] = answer.output["goodErrDetail"]
        assert row["retRslt"] == "0" and len(row["fixmedins_bchno"]) <= 200


async def test_what_was_told_is_asked_for_again(counter: Counter) -> None:
    till = counter.till
    rows = [sale("51", box(51)), sale("52", manu_lotnum="L2", sel_retn_cnt="2.5")]
    for row in (*rows, sale("53")):
        assert result(await till.call("3505", {"selinfo": row}))[0] == "1"
    untold = {"fixmedins_bchno": "B53", "inv_data_type": "4"}
    assert result(await till.call("3507", {"data": untold}))[0] == "1"
    asked = {
        "fixmedins_code": till.fixmedins_code,
        "medins_list_codg": "H1",
        "begndate": "2026-11-21",
        "enddate": "2026-11-21",
    }

    async def found(**more: str) -> list[str]:
        answer = await till.call("3511", {"data": asked | more})
        assert answer.ok, answer.err_msg
        return [row["fixmedinsBchno"] for row in answer.rows]

    assert await found() == ["B51", "B52"]
    assert await found(manu_lotnum="L2") == await found(fixmedins_bchno="B52") == ["B52"]
    assert await found(sel_retn_time="2026-11-21 11:00:00", trdn_flag="0") == ["B51", "B52"]
    assert await found(psn_no="nobody") == await found(enddate="2026-11-20", begndate=DAY) == []
    answer = await till.call("3511", {"data": asked | {"manu_lotnum": "L2"}})
    [one] = answer.rows
    assert (str(one["selRetnCnt"]), one["medinsListName"]) == ("2.50", "甲类药")
    assert await found(rid=one["rid"]) == await found(medins_prod_sel_no=one["rid"]) == ["B52"]
    assert "王医生" not in str(answer.rows), "no name of a person is kept"
    assert not (await till.call("3511", {"data": asked | {"medins_list_codg": ""}})).ok
    other = await till.call("3511", {"data": asked | {"fixmedins_code": "P00000000001"}})
    assert not other.ok and "fixmedins_code" in other.err_msg


DAY = "2026-11-19"
