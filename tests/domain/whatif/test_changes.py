"""What other rules would have done: floors, order, no combining, and what later bills then find."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from app.domain.whatif.model import Effect, Paid, Problem
from app.domain.whatif.report import COLUMNS, ChangedBills, lines, signed
from app.regions.loader import PACKS
from tests.domain.whatif.asking import add_rules, ask, set_rule
from tests.domain.whatif.population import BASIC, CLINIC, Population


async def test_a_floor_makes_bills_smaller_and_leaves_the_money_for_later(
    population: Population, changed: Path
) -> None:
    child, father = await population.person(0), await population.person(10_000)
    await population.grant(father, child)
    for fen in (6_000, 3_000, 1_000):
        await population.pay(child, fen)
    pack = add_rules(changed, "[rules.aid]\nfloor_fen = 5_000")
    bills, tally = await ask(population, pack)
    # 5000 may be shared: too little for the first bill (Hebei pays all or nothing), so the money
    # that it took in truth is there for the second and the third.
    assert [bill.after for bill in bills] == [
        Paid(0, 0, 0, 6_000),
        Paid(0, 0, 3_000, 0),
        Paid(0, 0, 1_000, 0),
    ]
    assert [bill.effect for bill in bills] == [Effect.LESS, Effect.SAME, Effect.SAME]
    assert bills[0].reasons_after == ("DONOR_BALANCE_BELOW_BILL",)
    assert (tally.before, tally.after) == ([0, 0, 0, 10_000, 0], [0, 0, 0, 4_000, 6_000])
    assert tally.people(1)[Effect.LESS] == 1

    bills, _ = await ask(population, pack, carry=False)
    # Each alone: before the second bill the father had 4000 left, below the floor.
    assert [bill.after and bill.after.aid_fen for bill in bills] == [0, 0, 0]
    assert [bill.reasons_after for bill in bills[1:]] == [("BELOW_FLOOR",)] * 2


async def test_another_order_asks_another_donor_for_the_same_cash(
    population: Population, changed: Path
) -> None:
    child = await population.person(0)
    first, rich = await population.person(5_000), await population.person(9_000)
    await population.grant(first, child)
    await population.grant(rich, child)
    for fen in (4_000, 4_500):
        await population.pay(child, fen)
    before = 'donor_order = "balance_desc"'
    bills, tally = await ask(population, set_rule(changed, before, 'donor_order = "bind_first"'))
    # In truth: the rich one (9000), then the rich one and the first are level and the first bound
    # pays. Changed: the first bound pays 4000 and has too little for the second bill.
    assert [bill.effect for bill in bills] == [Effect.SHIFTED, Effect.LESS]
    assert tally.people(1) == {Effect.LESS: 1, Effect.SAME: 0}


async def test_without_combining_the_second_donor_does_not_fill_up(
    population: Population, tmp_path: Path
) -> None:
    henan = tmp_path / "41-henan.toml"
    henan.write_text((PACKS / henan.name).read_text(encoding="utf-8"), encoding="utf-8")
    child = await population.person(1_000, place="410100")
    for fen in (5_000, 3_000):
        await population.grant(await population.person(fen, place="410100"), child)
    await population.pay(child, 8_000)
    old = next(line for line in henan.read_text("utf-8").splitlines() if "max_donors" in line)
    set_rule(henan, old, "")
    add_rules(henan, "[rules.aid]\nmax_donors = 1", begins="2026-11-01")
    bills, tally = await ask(population, henan)
    assert bills[0].before == Paid(0, 1_000, 7_000, 0)
    assert bills[0].after == Paid(0, 1_000, 5_000, 2_000)
    assert tally.appear == {"AID_PAID_PARTLY": 1}
    # The rule begins after the bill's day: nothing changes.
    bills, _ = await ask(population, set_rule(henan, "2026-11-01", "2027-01-01"))
    assert [bill.effect for bill in bills] == [Effect.SAME]


async def test_a_cancelled_bill_holds_its_money_until_the_cancel(
    population: Population, changed: Path
) -> None:
    child, father = await population.person(0), await population.person(10_000)
    await population.grant(father, child)
    first = await population.pay(child, 6_000)
    await population.pay(child, 5_000)  # 4000 left: nothing is paid
    await population.settle(await population.cancel(first))
    await population.pay(child, 9_000)
    pack = add_rules(changed, "[rules.aid]\ncap_per_use_fen = 5_500")
    bills, tally = await ask(population, pack)
    # Changed: the first is not paid, so the second is; when the first is cancelled nothing comes
    # back, and the last is above the cap.
    assert [bill.after and bill.after.aid_fen for bill in bills] == [0, 5_000, 0]
    assert [bill.effect for bill in bills] == [Effect.LESS, Effect.MORE, Effect.LESS]
    assert tally.cancelled_later == 1
    assert tally.bills == {Effect.MORE: 1, Effect.LESS: 1}
    assert (tally.before[3], tally.after[3]) == (9_000, 5_000)

    # As it was but for the first bill's being cancelled: what a cancel gives back is there again.
    pack = add_rules(changed, '[rules.aid]\ncap_day_fen = "unlimited"')
    pack = set_rule(pack, "cap_per_use_fen = 5_500", "cap_per_use_fen = 6_500")
    bills, _ = await ask(population, pack)
    assert [bill.after and bill.after.aid_fen for bill in bills] == [6_000, 0, 0]


async def test_a_monthly_cap_counts_what_the_replay_paid(
    population: Population, changed: Path
) -> None:
    child, father = await population.person(0), await population.person(100_000)
    await population.grant(father, child)
    for fen in (4_000, 4_000, 2_000, 4_000):
        await population.pay(child, fen)
    bills, _ = await ask(population, add_rules(changed, "[rules.aid]\ncap_month_fen = 7_000"))
    # 4000; 3000 left is too little for 4000; 2000 fits; 1000 left.
    assert [bill.after and bill.after.aid_fen for bill in bills] == [4_000, 0, 2_000, 0]
    bills, _ = await ask(population, changed, carry=False)
    assert [bill.after and bill.after.aid_fen for bill in bills] == [4_000, 0, 0, 0]


async def test_deductibles_that_the_replay_did_not_use_up_are_still_to_be_borne(
    population: Population, tmp_path: Path
) -> None:
    hefei = tmp_path / "3401-hefei.toml"
    hefei.write_text((PACKS / hefei.name).read_text(encoding="utf-8"), encoding="utf-8")
    patient = await population.person(place="340100")
    for _ in range(2):
        await population.pay(patient, 60_000, shop=CLINIC, med_type="11")
    set_rule(hefei, "{ basic = 200_00, second = 400_00", "{ basic = 200_00, second = 800_00")
    set_rule(hefei, "deductible_ceiling_fen = 400_00", "deductible_ceiling_fen = 800_00")
    bills, _ = await ask(population, hefei)
    assert [bill.before.fund_fen for bill in bills] == [10_000, 30_000]
    # 800 to be borne: the first bill's 600 and 200 of the second.
    assert [bill.after and bill.after.fund_fen for bill in bills] == [0, 20_000]
    bills, _ = await ask(population, hefei, carry=False)
    # Alone, the second bill finds 400 borne, as stored.
    assert [bill.after and bill.after.fund_fen for bill in bills] == [0, 10_000]


async def test_what_is_left_of_a_refund_is_paid_by_whoever_pays_in_the_replay(
    population: Population, changed: Path
) -> None:
    child, father = await population.person(0), await population.person(10_000)
    await population.grant(father, child)
    [bill] = await population.settle(population.bill(child, [(BASIC, 4_000), (BASIC, 3_000)]))
    give_back = await population.cancel(bill, {"1": Decimal(1)})
    [rest] = await population.settle(give_back)
    await population.pay(child, 7_000)
    bills, tally = await ask(population, add_rules(changed, "[rules.aid]\nfloor_fen = 3_500"))
    # The father may share 6500: nothing of 7000, so nothing of what is left either.
    assert [bill.before.aid_fen for bill in bills] == [7_000, 3_000, 7_000]
    assert [bill.after and bill.after.aid_fen for bill in bills] == [0, 0, 0]
    assert [bill.stands for bill in bills] == [False, True, True]
    assert tally.bills == {Effect.LESS: 2}
    # A span that begins after the original does not know who would have paid it.
    bills, tally = await ask(population, changed, first=bill + 1)
    assert tally.problems == {Problem.REST_OF_UNKNOWN: 1}
    assert bills[0].stored.id == rest


async def test_a_cancel_that_was_undone_takes_the_replays_money_again(
    population: Population, changed: Path
) -> None:
    child, father = await population.person(0), await population.person(10_000)
    await population.grant(father, child)
    first = await population.pay(child, 6_000)
    cancel = await population.cancel(first)
    await population.settle(cancel)
    await population.settle(population.reverse(cancel))
    await population.pay(child, 4_000)
    bills, tally = await ask(population, add_rules(changed, "[rules.aid]\nfloor_fen = 5_000"))
    # The first is not paid, so 5000 above the floor are there for the second.
    assert [bill.after and bill.after.aid_fen for bill in bills] == [0, 4_000]
    assert [bill.stands for bill in bills] == [True, True]
    bills, _ = await ask(population, changed, carry=False)
    assert [bill.after and bill.after.aid_fen for bill in bills] == [0, 0]
    assert tally.people(1)[Effect.LESS] == 1


async def test_a_filing_counts_from_when_it_was_made(
    population: Population, tmp_path: Path
) -> None:
    hefei = tmp_path / "3401-hefei.toml"
    hefei.write_text((PACKS / hefei.name).read_text(encoding="utf-8"), encoding="utf-8")
    patient = await population.person(place="340100")
    away = "update institution set admdvs = '130100' where fixmedins_code = $1"
    await population.database.value(away, CLINIC)
    bill = population.bill(patient, [(BASIC, 60_000)], CLINIC, med_type="11")
    await population.settle(bill)
    await population.database.value(
        "insert into filing (id, person_id, area, kind, starts_on, created_at)"
        " values ($1, $2, '13', 'long_term', '2026-01-01', $3)",
        population.database.ids.next(),
        patient,
        population.clock.now(),
    )
    population.tick()
    await population.pay(patient, 60_000, shop=CLINIC, med_type="11")
    add_rules(hefei, '[rules.benefit_employee]\naway = "nothing"')
    bills, _ = await ask(population, hefei)
    assert [bill.before.fund_fen for bill in bills] == [10_000, 30_000]
    # Unfiled the first gets nothing; so the second still has the deductible to bear.
    assert [bill.after and bill.after.fund_fen for bill in bills] == [0, 10_000]


async def test_a_bill_that_is_refused_is_all_cash(population: Population, tmp_path: Path) -> None:
    """A municipality that is no longer one pool: its other districts' pharmacies are away."""
    patient = await population.person(5_000, place="310200")
    await population.database.value(
        "update institution set admdvs = '310100', cross_region = false where fixmedins_code = $1",
        CLINIC,
    )
    await population.pay(patient, 2_000, shop=CLINIC)
    shanghai = tmp_path / "31-shanghai.toml"
    text = (PACKS / shanghai.name).read_text(encoding="utf-8")
    assert "one_pool = true" in text
    shanghai.write_text(text.replace("one_pool = true", ""), encoding="utf-8")
    bills, tally = await ask(population, shanghai)
    assert bills[0].effect is Effect.REFUSED
    assert bills[0].refused == "INSTITUTION_NOT_CONNECTED"
    assert (tally.before, tally.after) == ([0, 2_000, 0, 0, 0], [0, 0, 0, 0, 2_000])
    assert any("拒付" in line and "1" in line for line in lines(tally, 1))


async def test_limit_stops_and_the_file_lists_what_changed(
    population: Population, changed: Path, tmp_path: Path
) -> None:
    child, father = await population.person(0), await population.person(50_000)
    await population.grant(father, child)
    for fen in (6_000, 500, 7_000):
        await population.pay(child, fen)
    pack = add_rules(changed, "[rules.aid]\ncap_per_use_fen = 5_000")
    bills, _ = await ask(population, pack, limit=2)
    assert [bill.effect for bill in bills] == [Effect.LESS, Effect.SAME]
    bills, tally = await ask(population, pack)
    path = tmp_path / "changed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = ChangedBills(file)
        for bill in bills:
            rows.add(bill)
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert tuple(found[0]) == COLUMNS
    assert [row["setl_id"] for row in found] == [str(bills[0].stored.id), str(bills[2].stored.id)]
    assert (found[0]["aid_before"], found[0]["aid_after"]) == ("60.00", "0.00")
    assert (found[0]["cash_before"], found[0]["cash_after"]) == ("0.00", "60.00")
    assert (found[0]["reasons_before"], found[0]["reasons_after"]) == ("", "CAP_SINGLE")
    assert signed(tally.after[4] - tally.before[4]).startswith("+")


async def test_the_wallets_place_in_the_order(population: Population, changed: Path) -> None:
    """At the window it pays before donors do; the machine doesn't take it."""
    child, father = await population.person(1_000, wallet=4_000), await population.person(90_000)
    await population.grant(father, child)
    await population.pay(child, 6_000)
    await population.pay(child, 2_000, terminal="2")
    bills, tally = await ask(population, None)
    assert [bill.effect for bill in bills] == [Effect.SAME] * 2
    assert [bill.before for bill in bills] == [
        Paid(0, 1_000, 1_000, 0, 4_000),
        Paid(0, 0, 2_000, 0),
    ]
    assert tally.before == [0, 1_000, 4_000, 3_000, 0]
    pack = add_rules(changed, '[rules.purses]\norder = ["own", "donors", "wallet"]')
    bills, _ = await ask(population, pack)
    assert [bill.after for bill in bills] == [Paid(0, 1_000, 5_000, 0), Paid(0, 0, 2_000, 0)]
    assert [bill.effect for bill in bills] == [Effect.SHIFTED, Effect.SAME]
