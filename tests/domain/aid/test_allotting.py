"""Where relatives are paid for by what was set aside for them (Fujian), and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.ledger.kinds import AccountKind, PayOutReason
from tests.books import check_books
from tests.phone_world import Answer
from tests.till_world import Member, Town

FUZHOU = "350100"


async def family(town: Town, fen: int = 300_000, place: str = FUZHOU) -> tuple[Member, Member]:
    """A father without money, and his daughter, who pays for him."""
    father = await town.member("李老", date(1950, 1, 1), current_fen=0, place=place)
    daughter = await town.member("李敏", gend="2", current_fen=fen, carried_fen=500, place=place)
    await town.grant(daughter, father, "father")
    return father, daughter


async def allot(town: Town, who: Member, fen: int) -> Answer:
    return await town.world.call("POST", "/allotted", {"amount_fen": fen}, who.token)


async def standing(town: Town, who: Member) -> dict[str, Any]:
    return dict((await town.world.call("GET", "/allotted", token=who.token)).data)


async def held(town: Town, who: Member) -> dict[str, int]:
    rows = await town.rows(
        "select kind, balance_fen from account where person_id = $1 and closed_at is null", who.id
    )
    return {AccountKind(row["kind"]).name: row["balance_fen"] for row in rows}


async def test_only_what_was_set_aside_pays_for_relatives(town: Town) -> None:
    father, daughter = await family(town)
    answer = await town.till.settle(await town.sale(father, "100.00"))
    assert answer.setlinfo["acct_mulaid_pay"] == 0
    told = [why["reason"] for why in answer.setlinfo["exp_content"]["reasons"]]
    assert told == ["NOTHING_ALLOTTED"]
    seen = await standing(town, daughter)
    assert (seen["offered"], seen["held_fen"], seen["cannot"]) == (True, 0, None)
    assert (seen["most_fen"], seen["floor_fen"]) == (100_500, 200_000)
    done = await allot(town, daughter, 60_000)
    assert done.status == 201 and done.data["held_fen"] == 60_000
    # Carried-over money goes first.
    assert await held(town, daughter) == {"CURRENT": 240_500, "CARRIED": 0, "FAMILY": 60_000}
    answer = await town.till.settle(await town.sale(father, "100.00"))
    assert answer.setlinfo["acct_mulaid_pay"] == 100
    assert (await held(town, daughter))["FAMILY"] == 50_000
    # It is no part of what pays the own bills.
    own = await town.till.settle(await town.sale(daughter, "2500.00"))
    assert own.setlinfo["acct_pay"] == 2405
    await check_books(town.services.database)


async def test_once_a_month_above_the_floor(town: Town) -> None:
    _, daughter = await family(town)
    assert (await allot(town, daughter, 100_501)).reason == "ALLOTTED_TOO_MUCH"
    assert (await allot(town, daughter, 100_000)).status == 201
    again = await allot(town, daughter, 1)
    assert again.reason == "ALLOTTED_THIS_MONTH" and "2026-12-01" in again.body["next_step"]
    assert (await standing(town, daughter))["cannot"]["reason"] == "ALLOTTED_THIS_MONTH"
    # A new month; the log-in is over by then.
    town.clock.set(town.clock.now() + timedelta(days=10))
    assert (await town.services.allotting.standing(daughter.id)).most_fen == 500
    assert (await town.services.allotting.allot(daughter.id, 500)).held_fen == 100_500
    await check_books(town.services.database)


async def test_elsewhere_nothing_is_set_aside(town: Town) -> None:
    _, daughter = await family(town, place="130100")
    assert (await standing(town, daughter))["cannot"]["reason"] == "NO_ALLOTTING"
    assert (await allot(town, daughter, 1)).reason == "NO_ALLOTTING"


async def test_what_comes_back_goes_where_it_came_from(town: Town) -> None:
    father, daughter = await family(town)
    await allot(town, daughter, 60_000)
    done = await town.till.settle(await town.sale(father, "100.00"))
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": ids})).ok
    assert (await held(town, daughter))["FAMILY"] == 60_000
    await check_books(town.services.database)


async def test_who_moves_away_has_the_rest_in_the_own_account(town: Town) -> None:
    father, daughter = await family(town)
    await allot(town, daughter, 60_000)
    done = await town.till.settle(await town.sale(father, "100.00"))
    await town.register(daughter, insuplc_admdvs="130100")
    assert await held(town, daughter) == {"CURRENT": 290_500, "CARRIED": 0}
    ids = {name: done.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": ids})).ok
    assert (await held(town, daughter))["CURRENT"] == 300_500
    await check_books(town.services.database)


async def test_it_is_paid_out_with_the_others(town: Town) -> None:
    _, daughter = await family(town)
    await allot(town, daughter, 60_000)
    paid = await town.services.paying_out.pay_out(daughter.id, PayOutReason.EMIGRATION)
    assert paid.amount_fen == 300_500 and await held(town, daughter) == {}
    await check_books(town.services.database)
