"""Phones and tills call whichever cell they like, and are served where they belong."""

from __future__ import annotations

import signal

import pytest

from app.clients.till.client import CALL_PATH, TillClient, Unknown
from app.clients.till.signing import sign_tif
from app.kit.clock import SystemClock, local_date
from tests.cells.country import SETTLED, TIF_SHOP, Country, begin, citizen


async def test_a_code_shown_and_read_in_the_north_pays_in_the_south(country: Country) -> None:
    lin = citizen("林粤", "440100")
    phone = await country.joins(country.south, lin, country.north)
    async with country.till(country.north) as till:
        token = await country.scan(country.north, till, phone)
        msgid = till.new_msgid()
        sold = await country.sell(till, lin, token, msgid)
        assert sold.ok, sold.err_msg
    async with country.till(country.south) as near:
        again = await country.sell(near, lin, token, msgid)
        assert again.output["setlinfo"]["setl_id"] == sold.output["setlinfo"]["setl_id"]
    assert await country.south.value(SETTLED, lin.psn_no) == 1
    assert (
        await country.north.value("select count(*) from person where psn_no = $1", lin.psn_no) == 0
    )
    month = local_date(SystemClock().now()).strftime("%Y-%m")
    for cell in country.cells:
        bills = await country.call(cell, "GET", f"/bills?month={month}", token=phone)
        assert len(bills.data["items"]) == 1, bills.body


async def test_a_till_that_says_no_place_undoes_the_bill_where_it_is(country: Country) -> None:
    he = citizen("何粤", "440100")
    phone = await country.joins(country.south, he)
    async with country.till(country.north) as till:
        token = await country.scan(country.north, till, phone)
        msgid = till.new_msgid()
        assert (await country.sell(till, he, token, msgid)).ok
        undo = {"data": {"psn_no": he.psn_no, "omsgid": msgid, "oinfno": "2102"}}
        undone = await till.call("2601", undo, till.new_msgid())
        assert undone.ok, undone.err_msg
    assert await country.south.value(SETTLED, he.psn_no) == 2
    assert await country.north.value("select count(*) from outcome") == await country.north.value(
        "select count(*) from request"
    )


async def test_a_signature_that_covers_no_body_is_hung_on_none_for_another_cell(
    country: Country,
) -> None:
    """Whoever has seen one message's headers sends another message under them to the other cell."""
    north = country.north
    till = TillClient(north.url, TIF_SHOP, "演示惠民药店", "130600", "key-2", country.secret, "tif")
    now = int(country.clock.now().timestamp() * 1000)
    headers = sign_tif("key-2", country.secret, b"", now)
    told = []
    for place in ("130600", "440100"):
        body = till.body("5203", {"data": {"psn_no": "1"}}, till.new_msgid(), place)
        async with country.http.post(north.url + CALL_PATH, data=body, headers=headers) as answer:
            told.append(str((await answer.json())["err_msg"]).split(" ")[0])
    assert told[0] != "SIGNATURE_INVALID" and told[1] == "REPLAYED", told


async def test_who_calls_the_other_cell_is_the_same_and_has_one_log_in(country: Country) -> None:
    north, south = country.cells
    wang = citizen("王冀", "130100")
    token = await country.joins(north, wang, south)
    answers = [await country.call(cell, "GET", "/me", token=token) for cell in (north, south)]
    here, there = ({**one.data, "server_time": ""} for one in answers)
    assert here == there
    again = await country.log_in(north, wang.psn_no)
    sessions = await country.call(south, "GET", "/sessions", token=again)
    assert sessions.data["count"] == 2, sessions.body
    assert (await country.call(south, "POST", "/logout", token=token)).status < 300
    gone = await country.call(north, "GET", "/me", token=token)
    assert gone.reason == "LOGIN_REQUIRED"


async def test_nobody_learns_where_a_number_is_that_is_not_theirs(country: Country) -> None:
    for cell in country.cells:
        token = await country.log_in(cell, f"stranger-{cell.name}")
        nobody = citizen("无人", "440100")
        answer = await country.identify(cell, token, nobody)
        assert answer.reason == "PERSON_UNKNOWN", answer.body


async def test_what_was_handed_on_once_stays(country: Country) -> None:
    chen = citizen("陈粤", "440300")
    phone = await country.joins(country.south, chen)
    said = {"X-Qinji-Cell": "north"}
    here = await country.call(country.north, "GET", "/me", token=phone, headers=said)
    assert here.status < 500


async def test_a_cell_that_is_down_takes_no_other_with_it(country: Country) -> None:
    north, south = country.cells
    zhao, huang = citizen("赵冀", "130600"), citizen("黄粤", "440600")
    zhaos, huangs = await country.joins(north, zhao), await country.joins(south, huang, north)
    async with country.till(north) as till:
        tokens = [await country.scan(north, till, one) for one in (zhaos, huangs)]
        msgid = till.new_msgid()
        await south.fleet.end("app", signal.SIGKILL)
        with pytest.raises(Unknown):
            await country.sell(till, huang, tokens[1], msgid)
        sold = await country.sell(till, zhao, tokens[0], till.new_msgid())
        assert sold.ok, sold.err_msg
        assert (await country.call(north, "GET", "/me", token=zhaos)).status == 200
        away = await country.call(north, "GET", "/me", token=huangs)
        assert (away.status, away.reason) == (503, "UNAVAILABLE")
        await begin(south, "app")
        late = await country.sell(till, huang, tokens[1], msgid)
        assert late.ok, late.err_msg
