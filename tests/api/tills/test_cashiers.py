"""9001A to 9001C: cashiers with number and PIN."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.clients.till.client import Answer, Operator, TillClient
from app.domain.shop.values import is_weak, locked_for
from tests.till_world import Town

PIN, OTHER = "274918", "583027"


async def put(till: TillClient, number: str = "01", pin: str = PIN, **more: str) -> Answer:
    return await till.call(
        "9001B", {"data": {"opter_no": number, "opter_name": "王芳", "pin": pin} | more}
    )


async def sign_in(till: TillClient, pin: str = PIN, number: str = "01") -> Answer:
    till.operator = replace(Operator(), opter=number)
    return await till.call("9001A", {"signIn": {"opter_no": number, "pin": pin}})


async def names(till: TillClient) -> list[tuple[str, str, str]]:
    told = await till.call("9001C", {"data": {}})
    rows: list[dict[str, Any]] = told.output["opterinfo"]
    return [(one["opter_no"], one["opter_name"], one["vali_flag"]) for one in rows]


async def test_a_cashier_signs_in_by_number_and_pin_and_is_named_in_the_journal(town: Town) -> None:
    assert (await put(town.till)).ok
    told = await sign_in(town.till)
    assert told.ok, told.err_msg
    town.till.sign_no = told.output["signinoutb"]["sign_no"]
    assert told.output["signinoutb"]["opter_name"] == "王芳"
    patient = await town.member("李建国", current_fen=10_000)
    assert (await town.till.settle(await town.sale(patient, "5.00"))).ok
    day = await town.till.call("5203B", {"data": {"stmt_date": "2026-11-21"}})
    [row] = day.output["setlinfo"]
    assert (row["opter"], row["opter_name"]) == ("01", "王芳")


async def test_neither_pin_nor_name_lies_in_clear(town: Town) -> None:
    assert (await put(town.till)).ok
    [row] = await town.rows("select * from till_cashier where fixmedins_code = $1", town.shop.code)
    lying = b"".join(one for one in row.values() if isinstance(one, bytes))
    assert PIN.encode() not in lying and "王芳".encode() not in lying
    assert PIN not in str(dict(row))


async def test_a_wrong_pin_is_told_and_locks_after_a_while_and_longer_each_time(
    town: Town,
) -> None:
    assert (await put(town.till)).ok
    for left in ("4", "3", "2", "1"):
        told = await sign_in(town.till, OTHER)
        assert told.err_msg.startswith("CASHIER_WRONG") and f"再错{left}次" in told.err_msg
    assert (await sign_in(town.till, OTHER)).err_msg.startswith("CASHIER_WRONG")
    locked = await sign_in(town.till)
    assert locked.err_msg.startswith("CASHIER_LOCKED"), "the right one as well"
    assert "30秒后" in locked.err_msg
    town.clock.advance(31)
    assert (await sign_in(town.till, OTHER)).err_msg.startswith("CASHIER_WRONG")
    assert "1分钟后" in (await sign_in(town.till)).err_msg
    town.clock.advance(61)
    assert (await sign_in(town.till)).ok
    assert "再错4次" in (await sign_in(town.till, OTHER)).err_msg, "counted anew"


async def test_many_at_once_get_no_more_tries(town: Town) -> None:
    assert (await put(town.till)).ok
    tills = [await town.new_till(town.shop) for _ in range(12)]
    told = await asyncio.gather(*(sign_in(till, OTHER) for till in tills))
    assert sum(one.err_msg.startswith("CASHIER_WRONG") for one in told) == 5
    assert sum(one.err_msg.startswith("CASHIER_LOCKED") for one in told) == 7


async def test_the_manager_sets_a_new_pin_and_lets_a_cashier_go(town: Town) -> None:
    assert (await put(town.till)).ok
    assert (await put(town.till, "02", opter_name="赵敏")).ok
    for _ in range(6):
        await sign_in(town.till, "000000")
    assert (await put(town.till, pin=OTHER)).ok
    assert (await sign_in(town.till, OTHER)).ok, "a new PIN unlocks"
    assert (await sign_in(town.till)).err_msg.startswith("CASHIER_WRONG")
    gone = {"data": {"opter_no": "01", "vali_flag": "0"}}
    assert (await town.till.call("9001B", gone)).ok
    assert (await sign_in(town.till, OTHER)).err_msg.startswith("CASHIER_WRONG")
    assert (await town.till.call("9001B", gone)).err_msg.startswith("CASHIER_UNKNOWN")
    assert await names(town.till) == [("01", "王芳", "0"), ("02", "赵敏", "1")]
    unknown = await sign_in(town.till, number="99")
    assert unknown.err_msg.startswith("CASHIER_WRONG"), "nobody is told which numbers there are"


async def test_another_institution_has_cashiers_of_its_own(town: Town) -> None:
    assert (await put(town.till)).ok
    other = await town.new_till(await town.new_shop())
    assert await names(other) == []
    assert (await sign_in(other)).err_msg.startswith("CASHIER_WRONG")
    assert (await put(other, pin=OTHER)).ok
    assert (await sign_in(town.till)).ok


async def test_a_pin_that_is_guessed_first_is_refused(town: Town) -> None:
    told = await put(town.till, pin="123456")
    assert told.err_msg.startswith("PIN_WEAK")
    assert await names(town.till) == []


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "123456", "987654", "111111", "121212", "123123", "000007"]
)
def test_weak_pins(pin: str) -> None:
    assert is_weak(pin, "07")
    assert not is_weak(PIN, "07")


def test_a_lock_is_twice_as_long_each_time_and_ends() -> None:
    waits = [locked_for(wrong) for wrong in (1, 4, 5, 6, 7, 50)]
    assert [one and one.total_seconds() for one in waits] == [None, None, 30, 60, 120, 900]
