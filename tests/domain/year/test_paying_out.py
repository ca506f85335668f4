"""Accounts are paid out and closed once, with interest and all ties that could move their money."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from app.domain.aid.service import Aid
from app.domain.family.service import Family
from app.domain.premium.service import Premiums
from app.domain.registry.service import People
from app.domain.settlement.facts.loader import Loader
from app.domain.wallet.service import Wallets
from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.domain.year.paying_out import PayingOut
from app.domain.year.values import PayOut
from app.kit.sm import Cipher
from app.ledger.kinds import PayOutReason
from app.store.cells.shared import Shared
from tests.domain.premium.season import ordered, seen, tax
from tests.domain.wallet.purses import do, open_wallet, purse, send, sent, sweep, wallet
from tests.domain.year.bureau import CARRIED, Bureau
from tests.phone_world import at, claim
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)
SHANGHAI, FUJIAN = "310101", "350200"
DEATH = PayOutReason.DEATH


async def paid_out_of(town: Town, who: Member) -> PayOut:
    return await town.services.paying_out.pay_out(who.id, DEATH)


def paying_out(bureau: Bureau) -> PayingOut:
    database, clock, rulebook, balances = (
        bureau.database,
        bureau.clock,
        bureau.rulebook,
        bureau.balances,
    )
    people = People(Cipher(b"d" * 16, b"i" * 16), database)
    family = Family(database, Shared(database), clock, people, rulebook, None)
    aid = Aid(database, clock, people, rulebook)
    wallets = Wallets(database, clock, people, rulebook, balances, family, aid)
    loader = Loader(rulebook, database.ids, lambda _, __: "")
    premiums = Premiums(database, clock, rulebook, loader, balances, office=True)
    return PayingOut(database, clock, rulebook, balances, bureau.closing, wallets, premiums)


async def donor_and_mother(town: Town, **more: Any) -> tuple[Member, Member, str]:
    """A son who pays for his mother by a grant; both have a wallet."""
    son = await town.member("李儿", current_fen=100_000, carried_fen=50_000, place="130100")
    mother = await town.member("王母", OLD, "2", place="130100", insutype="390")
    for one in (son, mother):
        assert (await open_wallet(town, one)).status == 201
    grant = await town.grant(son, mother, "mother", **more)
    return son, mother, grant


async def wrong(town: Town, who: Member) -> list[str]:
    """What the check of the books finds of a person and of transfers in all."""
    report = await town.services.verification.run()
    about = {"balance", "chain", "sides", "holds", "hold-ends", "year-moves", "close-sums"}
    about |= {"pay-out-sums", "paid-out"}
    return [f"{one.check} {one.row}: {one.found}" for one in report.findings if one.check in about]


async def test_everything_is_paid_and_every_tie_ends_at_once(town: Town) -> None:
    son, mother, grant = await donor_and_mother(town, purposes=["medical", "premium"])
    order = await ordered(town, son, grant)
    out = await sent(town, son, mother, 10_000)
    aunt = await town.member("王姨", gend="2", place="130500", current_fen=80_000, carried_fen=0)
    assert (await open_wallet(town, aunt)).status == 201
    offer = await sent(town, aunt, claim(son) | {"relation": "younger_brother"}, 5_000)
    paid = await paid_out_of(town, son)
    assert (paid.amount_fen, paid.wallet_fen, paid.grants, paid.owed_fen) == (150_000, 0, 1, 0)
    assert await purse(town, son) == {}
    assert (await seen(town, mother, order))["state"] == "released"
    assert (await do(town, mother, "accept", out)).reason == "OFFER_ENDED"
    assert (await do(town, son, "accept", offer)).reason == "OFFER_ENDED"
    await sweep(town)
    back = await purse(town, aunt)
    if back["HELD"]:  # whom no tie tells of a no is told when the time is over
        town.clock.set(at(2026, 11, 22, 6))
        await sweep(town)
        back = await purse(town, aunt)
    assert (back["CURRENT"], back["HELD"]) == (80_000, 0)
    ended = await town.rows("select end_reason from aid_grant where id = $1", int(grant))
    assert [row["end_reason"] for row in ended] == ["donor_paid_out"]
    told = await paid_out_of(town, son)
    assert told == paid, "once more tells how it was"
    assert not await wrong(town, son)


async def test_both_sides_are_told_why_a_grant_has_ended(town: Town) -> None:
    son, mother, _ = await donor_and_mother(town)
    daughter = await town.member("李敏", gend="2", current_fen=10_000)
    await town.grant(daughter, son, "elder_brother")
    await paid_out_of(town, son)
    for who, why in ((mother, "donor_paid_out"), (daughter, "beneficiary_paid_out")):
        told = await town.world.call("GET", "/aid", None, who.token)
        text = str(told.data)
        assert "账户已结清注销" in text, (why, text)
    bill = await town.till.settle(await town.sale(mother, "30.00"))
    assert bill.output["setlinfo"]["acct_mulaid_pay"] == 0


async def test_nothing_is_opened_for_who_was_paid_out(town: Town) -> None:
    son, mother, _ = await donor_and_mother(town)
    await paid_out_of(town, son)
    assert (await open_wallet(town, son)).status >= 400
    assert (await wallet(town, son))["opened"] is False
    again = await town.try_grant(son, mother, "mother")
    assert again.reason == "DONOR_NO_PERSONAL_ACCOUNT"
    assert (await send(town, son, mother)).status >= 400
    await town.register(son, has_account="1", balance_current="10.00", balance_carried="0")
    assert await purse(town, son) == {}
    await town.register(son, insuplc_admdvs=SHANGHAI)
    assert await purse(town, son) == {}
    assert not await wrong(town, son)


async def test_a_wallet_alone_is_paid_out_too(town: Town) -> None:
    mother = await town.member("王母", OLD, "2", insutype="390", wallet_fen=7_700)
    paid = await paid_out_of(town, mother)
    assert (paid.amount_fen, paid.wallet_fen) == (7_700, 7_700)
    assert not await wrong(town, mother)
    nobody = await town.member("李老", OLD, insutype="390")
    with pytest.raises(NotNow, match="there is no account"):
        await paid_out_of(town, nobody)


async def test_what_the_tax_office_has_is_waited_for(town: Town) -> None:
    son, mother, grant = await donor_and_mother(town, purposes=["medical", "premium"])
    order = await ordered(town, son, grant)
    submitted = "update premium_order set state = 3, submitted_at = now() where id = $1"
    await town.value(submitted, int(order))
    with pytest.raises(NotNow, match=r"400.00 yuan are held"):
        await paid_out_of(town, son)
    assert (await purse(town, son))["HELD"] == 40_000
    await tax(town, 3)
    assert (await seen(town, mother, order))["state"] == "released"
    assert (await paid_out_of(town, son)).amount_fen == 150_000


async def test_a_refund_that_comes_later_waits_at_the_counter(town: Town) -> None:
    son, mother, _ = await donor_and_mother(town)
    sold = await town.till.settle(await town.sale(mother, "30.00"))
    assert sold.ok, sold.err_msg
    paid = await paid_out_of(town, son)
    node = {"psn_no": mother.psn_no, "omsgid": sold.msgid, "oinfno": "2102"}
    undone = await town.till.call("2601", {"data": node}, None, mother.place)
    assert undone.ok, undone.err_msg
    assert await purse(town, son) == {}
    rows = await town.rows("select amount_fen from counter_task where person_id = $1", son.id)
    assert sum(row["amount_fen"] for row in rows) + paid.amount_fen == 150_000
    assert not await wrong(town, son)


async def test_at_once_with_itself_and_with_bills(town: Town) -> None:
    son, mother, _ = await donor_and_mother(town)
    sales = [await town.sale(mother, "30.00") for _ in range(3)]
    bills = asyncio.gather(*(town.till.settle(sale) for sale in sales))
    paid = await asyncio.gather(paid_out_of(town, son), paid_out_of(town, son))
    assert paid[0] == paid[1]
    aided = sum(bill.output["setlinfo"]["acct_mulaid_pay"] for bill in await bills)
    assert paid[0].amount_fen == 150_000 - int(aided * 100)
    assert not await wrong(town, son)


@pytest.mark.parametrize(
    "step", ["lock_person", "close_accounts", "add_pay_out", "owed_by", "put", "paid_out"]
)
async def test_who_dies_in_the_middle_has_paid_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    son, mother, grant = await donor_and_mother(town)
    await sent(town, son, mother, 10_000)

    async def dies(*_: object) -> None:
        raise ConnectionError(step)

    with monkeypatch.context() as patched:
        patched.setattr(repository, step, dies)
        with pytest.raises(ConnectionError):
            await paid_out_of(town, son)
    held = await purse(town, son)
    assert (held["CURRENT"], held["CARRIED"], held["WALLET"]) == (100_000, 50_000, 0)
    assert await town.value("select ended_at is null from aid_grant where id = $1", int(grant))
    assert (await wallet(town, son))["opened"] is True
    assert (await paid_out_of(town, son)).amount_fen == 150_000


async def test_interest_and_what_is_owed_are_reckoned_first(bureau: Bureau) -> None:
    bureau.clock.set(at(2025, 12, 1))
    person = await bureau.person(1_200_00, 2_400_00)
    bureau.clock.set(at(2026, 11, 21))
    await bureau.line(person, "recovery", date(2026, 11, 1), fen=5_000_00)
    debtor = await bureau.person(10_00, 0)
    await bureau.line(debtor, "recovery", date(2026, 11, 1), fen=25_00)
    await bureau.credit()
    assert await bureau.held(person) == (0, 0)
    await bureau.pay_in(person, CARRIED, 2_000_00)
    paid = await paying_out(bureau).pay_out(person, PayOutReason.EMIGRATION)
    # December at rest, then ten months: 1,200.00 at 0.35 %, 2,400.00 at 1.10 %, each rounded.
    interest = 35 + 2_20 + 3_50 + 22_00
    assert paid.amount_fen == 2_000_00 + interest - 1_400_00 and paid.owed_fen == 0
    owes = await paying_out(bureau).pay_out(debtor, PayOutReason.TRANSFER)
    assert (owes.amount_fen, owes.owed_fen) == (0, 15_00)
    assert [row.owed_fen for row in await bureau.rows(debtor) if row.owed_fen] == [15_00]
    await bureau.check()
    bureau.clock.set(at(2027, 1, 1, 0, 0))
    run = await bureau.closing.run("13")
    assert run.people == 0, "who was paid out has no year"
    assert (await bureau.line(person, "supplement", fen=1_00)) not in ("loaded", "changed")


async def test_in_january_the_year_before_is_paid_interest_once(bureau: Bureau) -> None:
    bureau.clock.set(at(2026, 1, 1))
    early, late = [await bureau.person(1_200_00, 0) for _ in range(2)]
    bureau.clock.set(at(2027, 1, 1, 0, 0))
    before = await paying_out(bureau).pay_out(early, DEATH)
    await bureau.closing.run("13")
    bureau.clock.set(at(2027, 1, 20))
    after = await paying_out(bureau).pay_out(late, DEATH)
    assert before.amount_fen == after.amount_fen == 1_204_20
    assert len(await repository.closes_of(bureau.database, late, 9)) == 1
    await bureau.check()


async def set_aside(town: Town, name: str, fen: int) -> Member:
    """Somebody of Fujian, part of whose account is set aside for relatives."""
    son = await town.member(name, place=FUJIAN, carried_fen=210_000)
    done = await town.world.call("POST", "/allotted", {"amount_fen": fen}, son.token)
    assert done.status == 201, done.body
    return son


async def test_what_is_set_aside_for_relatives_is_paid_out_too(town: Town) -> None:
    son = await set_aside(town, "陈志强", 7_000)
    held = sum((await purse(town, son)).values())
    paid = await paid_out_of(town, son)
    assert paid.amount_fen == held > 7_000
    assert await purse(town, son) == {}
    assert await wrong(town, son) == []


@pytest.mark.parametrize("both", [False, True])
async def test_of_two_registrations_what_is_set_aside_goes_together(town: Town, both: bool) -> None:
    gone = await set_aside(town, "陈志明", 7_000)
    if both:
        stays = await set_aside(town, "陈志明", 3_000)
    else:
        stays = await town.member("陈志明", place=FUJIAN, carried_fen=200_000)
    before = [await purse(town, one) for one in (gone, stays)]
    merging = town.services.event_tasks._merging
    merge = await merging.merge(gone.id, stays.id)
    assert merge.amount_fen == sum(before[0].values())
    after = await purse(town, stays)
    assert after["FAMILY"] == 7_000 + (3_000 if both else 0)
    assert {kind: fen for kind, fen in after.items() if fen} == {
        kind: before[0].get(kind, 0) + before[1].get(kind, 0) for kind in before[0] | before[1]
    }
    assert await purse(town, gone) == {}
    assert await wrong(town, stays) == []
    again = await merging.merge(gone.id, stays.id)
    assert again == merge, "once"
