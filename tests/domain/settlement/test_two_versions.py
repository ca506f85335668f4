"""A region changes its rules: the bill's day says which hold, and nothing else; caps count on the
day of settling (law 13)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import Answer, Unknown
from app.clients.till.client import Item
from app.clients.till.sale import sale_input
from app.store import migrations
from tests.own_packs import add_pack
from tests.phone_world import at
from tests.servers import owner
from tests.till_world import BASIC, Member, Town

MIGRATION = Path(migrations.__file__).parent / "sql" / "0014_counted_on.sql"
OCTOBER, NOVEMBER = at(2026, 10, 31, 23), at(2026, 11, 2)
LATE_NOVEMBER, DECEMBER = at(2026, 11, 28), at(2026, 12, 4)
LATER = """
[region]
code = "1301"
name = "石家庄市"

[[rules]]
from = 2026-11-01
source = "made up: since November a part may be paid, 100.00 a month at the most"
certainty = "D"
[rules.aid]
allow_partial = true
cap_month_fen = 100_00
cap_scope = "pair"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and one more that changes Hebei's rules in November."""
    add_pack(tmp_path, monkeypatch, "1301.toml", LATER)
    return {}


async def pair(town: Town, fen: int = 50_000) -> tuple[Member, Member]:
    town.clock.set(at(2026, 10, 20))
    father = await town.member("李老", date(1950, 1, 1))
    daughter = await town.member("李敏", gend="2", current_fen=fen)
    await town.grant(daughter, father, "father")
    return father, daughter


async def go_on(town: Town, moment: datetime, *people: Member) -> None:
    """Time passes; people log in again, and so does the till."""
    town.clock.set(moment)
    for person in people:
        person.token = await town.world.log_in(f"m{person.id}x")
    await town.till.sign_in()


async def bill(town: Town, patient: Member, yuan: str, moment: datetime) -> Answer:
    """A bill of that moment, sent now."""
    token = await town.scan(patient)
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal(yuan))])
    answer = await town.till.call("2102", sale_input(sale, moment), None, sale.insuplc)
    assert answer.ok, answer.err_msg
    return answer


def aid(answer: Answer) -> Decimal:
    paid: Decimal = answer.setlinfo["acct_mulaid_pay"]
    return paid


def why(answer: Answer) -> list[str]:
    return [reason["reason"] for reason in answer.setlinfo["exp_content"]["reasons"]]


async def cancel(town: Town, patient: Member, paid: Answer) -> Answer:
    setl, visit = paid.setlinfo["setl_id"], paid.setlinfo["mdtrt_id"]
    return await town.till.cancel(setl, visit, patient.psn_no, patient.place)


async def rules_of(town: Town, answer: Answer) -> str:
    found = await town.value(
        "select rules from settlement where id = $1", int(answer.setlinfo["setl_id"])
    )
    return str(found)


async def test_an_old_bill_is_settled_and_cancelled_by_the_old_rule(town: Town) -> None:
    """Old: all or nothing, no cap. New: in part, 100.00 a month."""
    father, daughter = await pair(town, 60_000)
    await go_on(town, NOVEMBER, father)
    old = await bill(town, father, "400.00", OCTOBER)
    assert aid(old) == Decimal("400.00")
    assert await rules_of(town, old) == "00@2024-12-09+13@2025-10-20"
    too_much = await bill(town, father, "200.01", OCTOBER)
    assert (aid(too_much), why(too_much)) == (Decimal(0), ["DONOR_BALANCE_BELOW_BILL"])
    new = await bill(town, father, "100.01", NOVEMBER)
    assert await rules_of(town, new) == "00@2024-12-09+13@2025-10-20+1301@2026-11-01"
    assert (aid(new), why(new)) == (Decimal(0), ["CAP_MONTH"]), "the old bill is November's too"
    assert (await cancel(town, father, old)).ok
    assert await town.balance(daughter) == 60_000
    new = await bill(town, father, "100.01", NOVEMBER)
    assert (aid(new), why(new)) == (Decimal("100.00"), ["CAP_MONTH"])
    assert await town.balance(daughter) == 50_000
    assert aid(await bill(town, father, "400.00", OCTOBER)) == Decimal("400.00")


async def test_a_cap_counts_in_the_month_of_settling_and_is_given_back_there(town: Town) -> None:
    father, _ = await pair(town)
    await go_on(town, LATE_NOVEMBER, father)
    in_november = await bill(town, father, "80.00", LATE_NOVEMBER)
    assert aid(in_november) == Decimal("80.00")
    await go_on(town, DECEMBER, father)
    dated_back = await bill(town, father, "50.00", LATE_NOVEMBER)
    in_december = await bill(town, father, "70.00", DECEMBER)
    assert [aid(dated_back), aid(in_december)] == [Decimal("50.00"), Decimal("50.00")]
    assert aid(await bill(town, father, "1.00", LATE_NOVEMBER)) == 0
    assert (await cancel(town, father, in_november)).ok
    assert aid(await bill(town, father, "1.00", LATE_NOVEMBER)) == 0, "November's came back"
    assert (await cancel(town, father, dated_back)).ok
    assert aid(await bill(town, father, "90.00", LATE_NOVEMBER)) == Decimal("50.00")


class _Undo(Exception):
    """Rolls back."""


async def as_migrated(town: Town, patient: Member) -> list[date | None]:
    """What the migration makes of the same rows without the day: those that go back get it."""
    forwards, _, _ = MIGRATION.read_text(encoding="utf-8").partition("-- backwards")
    found: list[date | None] = []
    with suppress(_Undo):
        async with (
            owner(town.services.settings.database_url) as connection,
            connection.transaction(),
        ):
            await connection.execute("alter table settlement drop column counted_on")
            await connection.execute(forwards)
            rows = await connection.fetch(
                "select counted_on from settlement where person_id = $1 order by id", patient.id
            )
            found = [row["counted_on"] for row in rows]
            raise _Undo
    return found


async def test_what_is_left_after_a_part_return_counts_in_the_period_of_the_original(
    town: Town,
) -> None:
    """And so does what stands again after its cancel was reversed."""
    father, _ = await pair(town)
    await go_on(town, LATE_NOVEMBER, father)
    token = await town.scan(father)
    sale = town.sale_of(father, token, [Item(BASIC, Decimal(2), Decimal("40.00"))])
    sent = sale_input(sale, LATE_NOVEMBER)
    paid = await town.till.call("2102", sent, None, sale.insuplc)
    assert aid(paid) == Decimal("80.00")
    await go_on(town, DECEMBER, father)
    part = await town.till.call(
        "2103A",
        {
            "data": {
                "setl_id": paid.setlinfo["setl_id"],
                "mdtrt_id": paid.setlinfo["mdtrt_id"],
                "psn_no": father.psn_no,
            },
            "drugdetail": [{"feedetl_sn": sent["drugdetail"][0]["feedetl_sn"], "cnt": "1"}],
        },
        None,
        sale.insuplc,
    )
    assert part.ok, part.err_msg
    rows = await town.rows(
        "select kind, counted_on from settlement where person_id = $1 order by id", father.id
    )
    assert {row["counted_on"] for row in rows} == {date(2026, 11, 28)} and len(rows) == 3
    assert await as_migrated(town, father) == [None, None, date(2026, 11, 28)]
    assert aid(await bill(town, father, "100.00", DECEMBER)) == Decimal("100.00")


async def test_an_old_and_a_new_bill_in_one_batch_each_go_by_their_own_rule(town: Town) -> None:
    """The old bill knows no cap, but what it used is counted by the new one's."""
    father, daughter = await pair(town)
    await go_on(town, NOVEMBER, father)
    assert aid(await bill(town, father, "90.00", NOVEMBER)) == Decimal("90.00")
    token = await town.scan(father)
    item = Item(BASIC, Decimal(1), Decimal("50.00"))
    sale = town.sale_of(father, token, [item])
    async with town.drainer_away():
        for moment in (OCTOBER, NOVEMBER):
            with pytest.raises(Unknown):
                await town.till.call("2102", sale_input(sale, moment), None, sale.insuplc, 0)
        await town.drain()
    rows = await town.rows(
        "select mulaid_pay_fen from settlement where person_id = $1 order by bill_time", father.id
    )
    assert [row["mulaid_pay_fen"] for row in rows] == [5_000, 9_000, 0]
    assert await town.balance(daughter) == 50_000 - 14_000
