"""How each reason why mutual aid or the pool did not pay comes about (SOURCES F7.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from app.api.reasons import EVERY
from app.ledger.kinds import AccountKind
from tests.api.reasons.reaching import (
    MADE_UP,
    OLD,
    at_till,
    check_words,
    family,
    preview,
    refused,
    set_person,
    settled,
)
from tests.api.tills.test_outpatient import Clinic
from tests.phone_world import at, claim
from tests.till_world import BASIC, SELF_PAID, SHARED, Member, Town, open_account

How = Callable[[Town], Awaitable[str]]


async def the_one(town: Town, patient: Member, code: str = BASIC, **more: Any) -> str:
    """The only reason that the patient's preview tells."""
    [reason] = await preview(town, patient, code, **more)
    return reason


async def no_aid_grant(town: Town) -> str:
    return await the_one(town, await town.member("李老", OLD))


async def only_family_account(town: Town) -> str:
    father, daughter = await town.member("李老", OLD), await town.member("李敏", gend="2")
    body = claim(father) | {"relation": "father"}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    await town.world.call("POST", f"/family/{bound.data['id']}/confirm", token=father.token)
    return await the_one(town, father)


async def donor_balance_zero(town: Town) -> str:
    return await the_one(town, (await family(town, fen=0))[0])


async def donor_balance_below_bill(town: Town) -> str:
    return await the_one(town, (await family(town, fen=29_999))[0])


async def donors_together_below_bill(town: Town) -> str:
    father, _, grant = await family(town, MADE_UP, fen=100)
    son = await town.member("李强", place=MADE_UP, current_fen=100)
    for given in (grant, await town.grant(son, father, "father")):
        await town.world.call("POST", f"/aid/{given}/confirm", token=father.token)
    return await the_one(town, father, shop=await shop_at(town, MADE_UP))


async def aid_paid_partly(town: Town) -> str:
    return await the_one(town, (await family(town, "410100", fen=100))[0])


async def below_floor(town: Town) -> str:
    father, _, _ = await family(town, "140100", fen=100_000, ends_on="2027-11-01")
    return await the_one(town, father)


async def current_year_not_shareable(town: Town) -> str:
    return await the_one(town, (await family(town, "310100"))[0])


async def cap_single(town: Town) -> str:
    return await the_one(town, (await family(town, cap_per_use_fen=100))[0])


async def cap_day(town: Town) -> str:
    return await the_one(town, (await family(town, cap_day_fen=100))[0])


async def cap_week(town: Town) -> str:
    return await the_one(town, (await family(town, cap_week_fen=100))[0])


async def cap_month(town: Town) -> str:
    return await the_one(town, (await family(town, cap_month_fen=100))[0])


async def cap_year(town: Town) -> str:
    father, _, _ = await family(town, cap_year_fen=30_000)
    assert (await settled(town, father, "0.01")).ok
    return await the_one(town, father)


async def not_yet_effective(town: Town) -> str:
    return await the_one(town, (await family(town, starts_on="2026-11-22"))[0])


async def expired(town: Town) -> str:
    father, _, _ = await family(town, ends_on="2026-11-22")
    town.clock.set(at(2026, 11, 23, 0))
    father.token = await town.world.log_in(f"m{father.id}x")
    return await the_one(town, father)


async def frozen(town: Town) -> str:
    father, daughter, grant = await family(town)
    await town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    return await the_one(town, father)


async def paused(town: Town) -> str:
    father, daughter, grant = await family(town)
    body = {"until": "2026-12-01"}
    await town.world.call("POST", f"/aid/{grant}/pause", body, daughter.token)
    return await the_one(town, father)


async def used_up(town: Town) -> str:
    father, _, _ = await family(town, once=True)
    assert (await settled(town, father, "0.01")).ok
    return await the_one(town, father)


async def purpose_not_authorised(town: Town) -> str:
    return await the_one(town, (await family(town, purposes=["premium"]))[0])


async def donor_left_the_employee_plan(town: Town) -> str:
    father, daughter, _ = await family(town)
    await set_person(town, daughter, "insutype", "390")
    return await the_one(town, father)


async def item_out_of_scope(town: Town) -> str:
    return await the_one(town, (await family(town))[0], SELF_PAID)


async def account_use_declined(town: Town) -> str:
    return await the_one(town, (await family(town))[0], use_account=False)


async def own_balance_not_zero(town: Town) -> str:
    father, _, _ = await family(town, "150100", own=100)
    answer = await town.world.call("GET", "/aid/diagnosis?beneficiary=me", token=father.token)
    assert not answer.data["can_pay"], "the diagnosis says the same"
    assert [told["reason"] for told in answer.data["reasons"]] == ["OWN_BALANCE_NOT_ZERO"]
    return await the_one(town, father)


async def place_of_use_not_allowed(town: Town) -> str:
    return await the_one(town, (await family(town, "360100"))[0])


async def institution_not_designated(town: Town) -> str:
    body = {
        "fixmedins_code": "P00000000000",
        "items": [{"med_list_codg": "x", "price": "1", "count": "1"}],
    }
    patient = await town.member("李明")
    return await refused(town, "POST", "/preview", body, patient.token)


async def institution_not_connected(town: Town) -> str:
    patient = await town.member("李明", place="130600")
    await town.value(
        "update institution set cross_region = false where fixmedins_code = $1", town.shop.code
    )
    body = {
        "fixmedins_code": town.shop.code,
        "items": [{"med_list_codg": "x", "price": "1", "count": "1"}],
    }
    return await refused(town, "POST", "/preview", body, patient.token)


async def cross_region_not_filed(town: Town) -> str:
    patient = await town.member("李明", place=MADE_UP, current_fen=50_000)
    await town.value(
        "update institution set outpatient_pooling = true where fixmedins_code = $1",
        town.shop.code,
    )
    answer = await settled(town, patient, med_type="11")
    [told] = answer.setlinfo["exp_content"]["reasons"]
    reason = EVERY[told["reason"]]
    check_words(reason.code, told)
    return reason.code


async def wallet_not_here(town: Town) -> str:
    await shop_in_beijing(town)
    return await the_one(town, await wallet_holder(town))


async def wallet_other_place(town: Town) -> str:
    return await the_one(town, await wallet_holder(town))


async def shop_in_beijing(town: Town) -> None:
    town.shop = await town.new_shop(place="110100")
    town.till = await town.new_till(town.shop)
    await town.till.sign_in()


async def wallet_other_terminal(town: Town) -> str:
    await shop_in_beijing(town)
    patient = await wallet_holder(town)
    await town.value(
        "update institution set wallet_at = '23' where fixmedins_code = $1", town.shop.code
    )
    return await the_one(town, patient)


async def purse_not_for_part(town: Town) -> str:
    """Shanghai's current-year money pays no class-B first share (SOURCES N10)."""
    patient = await town.member("李明", place="310100", current_fen=50_000, carried_fen=0)
    told = await preview(town, patient, SHARED)
    assert told == ["NO_AID_GRANT", "PURSE_NOT_FOR_PART"]
    return told[1]


async def wallet_holder(town: Town) -> Member:
    """Somebody whose bill only the wallet could pay; the donor's money is used up."""
    father, _, _ = await family(town, "110100", fen=30_000)
    await open_account(town.services, father.id, AccountKind.WALLET, 50_000, "110100")
    return father


async def visit_settled(town: Town) -> str:
    patient = await town.member("李平", current_fen=10_000)
    clinic = Clinic(town, patient, await town.scan(patient, business_type="01301"))
    assert (await clinic.register()).ok and (await clinic.diagnose()).ok
    assert (await clinic.charge(("1", BASIC, "1.00"))).ok
    said = (await clinic.pre_settle("1.00")).setlinfo
    assert (await clinic.settle("1.00", said)).ok
    data = {"psn_no": patient.psn_no, "mdtrt_id": clinic.visit, "ipt_otp_no": "V1"}
    return at_till(await clinic.call("2202", {"data": data}))


async def shop_at(town: Town, place: str) -> str:
    """A pharmacy at a place."""
    shop = await town.new_shop()
    await town.value(
        "update institution set admdvs = $2 where fixmedins_code = $1", shop.code, place
    )
    return shop.code


PAYING: dict[str, How] = {how.__name__.upper(): how for how in (
    no_aid_grant, only_family_account, donor_balance_zero, donor_balance_below_bill,
    donors_together_below_bill, aid_paid_partly, below_floor, current_year_not_shareable,
    cap_single, cap_day, cap_week, cap_month, cap_year, not_yet_effective, expired, frozen,
    paused, used_up,
    purpose_not_authorised, item_out_of_scope, account_use_declined, own_balance_not_zero,
    place_of_use_not_allowed, institution_not_designated, institution_not_connected,
    cross_region_not_filed, visit_settled, wallet_not_here, wallet_other_place,
    wallet_other_terminal,
    purse_not_for_part,
)}  # fmt: skip
