"""How each reason of binding and of codes comes about (SOURCES F7.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from tests.api.reasons.reaching import (
    CHILD,
    MADE_UP,
    OLD,
    SIGNED,
    at_till,
    bind_child,
    check_words,
    family,
    not_granted,
    refused,
    set_person,
    settled,
)
from tests.phone_world import at, claim
from tests.till_world import Member, Town

How = Callable[[Town], Awaitable[str]]


async def pair(town: Town, place: str = "130100") -> tuple[Member, Member]:
    daughter = await town.member("李敏", gend="2", place=place, current_fen=50_000)
    return daughter, await town.member("李老", OLD, place=place)


async def person_unknown(town: Town) -> str:
    father, child = await town.member("李明"), await town.world.add("李小明", CHILD)
    body = claim(replace(child, name="李力")) | {"relation": "son"} | SIGNED
    return await refused(town, "POST", "/family", body, father.token)


async def beneficiary_not_enrolled(town: Town) -> str:
    daughter, father = await pair(town)
    await set_person(town, father, "psn_insu_stas", "2")
    return await not_granted(town, daughter, father)


async def misuse_suspension(town: Town) -> str:
    _, father = await pair(town)
    await set_person(town, father, "suspended", True)
    return await refused(town, "POST", "/credentials", {"holder": "me"}, father.token)


async def donor_not_employee_plan(town: Town) -> str:
    daughter, father = await pair(town)
    await set_person(town, daughter, "insutype", "390")
    return await not_granted(town, daughter, father)


async def donor_no_personal_account(town: Town) -> str:
    return await not_granted(town, await town.member("李敏", gend="2"), (await pair(town))[1])


async def donor_suspended(town: Town) -> str:
    daughter, father = await pair(town)
    await set_person(town, daughter, "psn_insu_stas", "2")
    return await not_granted(town, daughter, father)


async def relation_not_allowed(town: Town) -> str:
    return await not_granted(town, *await pair(town), "father_in_law")


async def relation_conflict(town: Town) -> str:
    return await not_granted(town, *await pair(town), "mother")


async def area_not_allowed(town: Town) -> str:
    daughter, _ = await pair(town)
    return await not_granted(town, daughter, await town.member("李老", OLD, place="320100"))


async def max_out(town: Town) -> str:
    _, daughter, _ = await family(town, MADE_UP)
    son = await town.member("李青", date(2005, 1, 1), place=MADE_UP)
    return await not_granted(town, daughter, son, "son")


async def max_in(town: Town) -> str:
    father, _, _ = await family(town, "370900")
    other = await town.member("李静", gend="2", place="370900", current_fen=1)
    return await not_granted(town, other, father)


async def chain_forbidden(town: Town) -> str:
    father, daughter, _ = await family(town, "370900", own=100)
    return await not_granted(town, father, daughter, "daughter")


async def already_bound(town: Town) -> str:
    father, daughter, _ = await family(town)
    return await not_granted(town, daughter, father)


async def period_invalid(town: Town) -> str:
    return await not_granted(town, *await pair(town), starts_on="2026-11-20")


async def purpose_not_offered(town: Town) -> str:
    return await not_granted(town, *await pair(town), purposes=[])


async def purpose_not_yours_to_choose(town: Town) -> str:
    return await not_granted(town, *await pair(town, MADE_UP), purposes=["premium"])


async def last_day_needed(town: Town) -> str:
    return await not_granted(town, *await pair(town, "140100"))


async def last_day_forbidden(town: Town) -> str:
    return await not_granted(town, *await pair(town, "210200"), ends_on="2027-11-01")


async def cooldown(town: Town) -> str:
    _, daughter, grant = await family(town, "420100")
    return await refused(town, "DELETE", f"/aid/{grant}", token=daughter.token)


async def only_donor_may(town: Town) -> str:
    father, _, grant = await family(town, MADE_UP)
    # What waits for his yes he may decline; what he has agreed to only the donor may end.
    return await refused(town, "DELETE", f"/aid/{grant}", token=father.token)


async def order_fixed(town: Town) -> str:
    father, _, grant = await family(town)
    return await refused(town, "POST", f"/aid/{grant}/order", {"to": "top"}, father.token)


async def only_beneficiary_may(town: Town) -> str:
    _, daughter, grant = await family(town, MADE_UP)
    return await refused(town, "POST", f"/aid/{grant}/confirm", token=daughter.token)


async def consent_missing(town: Town) -> str:
    father = await town.member("李明")
    binding = await bind_child(town, father, await town.world.add("李小明", date(2010, 11, 22)))
    town.clock.set(at(2026, 11, 22, 0))
    return await refused(town, "POST", "/credentials", {"holder": binding}, father.token)


async def relation_unproven(town: Town) -> str:
    father, child = await town.member("李明"), await town.world.add("李小明", CHILD)
    body = claim(child) | {"relation": "son", "commitment": "signed"}
    return await refused(town, "POST", "/family", body, father.token)


async def not_guardian(town: Town) -> str:
    father, child = await town.member("李明"), await town.world.add("李小明", CHILD)
    proof = {"kind": "household_register", "reference": "no-such"}
    body = claim(child) | {"relation": "son"} | SIGNED | {"proof": proof}
    return await refused(town, "POST", "/family", body, father.token)


async def commitment_missing(town: Town) -> str:
    father, child = await town.member("李明"), await town.world.add("李小明", CHILD)
    return await refused(town, "POST", "/family", claim(child) | {"relation": "son"}, father.token)


async def guardian_required(town: Town) -> str:
    brother = await town.member("李大宝", date(2009, 1, 1))
    body = claim(await town.world.add("李小宝", CHILD)) | {"relation": "younger_brother"} | SIGNED
    return await refused(town, "POST", "/family", body, brother.token)


async def monthly_bind_quota(town: Town) -> str:
    father, child = await town.member("李明"), await town.world.add("李小明", CHILD)
    for _ in range(5):
        binding = await bind_child(town, father, child)
        await town.world.call("DELETE", f"/family/{binding}", token=father.token)
    body = claim(child) | {"relation": "son"} | SIGNED
    return await refused(town, "POST", "/family", body, father.token)


async def face_failed(town: Town) -> str:
    token, someone = await town.world.log_in(), await town.world.add("李明")
    tickets = iter((f"no-{town.world.run}-1", f"no-{town.world.run}-2"))

    def body() -> object:
        return claim(someone) | {"proof": {"method": "face", "ticket": next(tickets)}}

    return await refused(town, "POST", "/identity", body, token)


async def binding_ended(town: Town) -> str:
    father = await town.member("李明")
    binding = await bind_child(town, father, await town.world.add("李小明", CHILD))
    await town.world.call("DELETE", f"/family/{binding}", token=father.token)
    return await refused(town, "POST", "/credentials", {"holder": binding}, father.token)


async def not_activated(town: Town) -> str:
    """Bound at the counter, and nobody has opened the code."""
    daughter, father = await town.member("李敏", gend="2"), await town.world.add("李老", OLD)
    binding = town.services.database.ids.next()
    await town.value(
        "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
        " created_at, confirmed_at) values ($1, $2, $3, 'father', 'active', 'holder', $4, $4)",
        binding,
        daughter.id,
        father.id,
        town.clock.now(),
    )
    told = (await town.world.call("GET", "/family", token=daughter.token)).data["i_may_show"][0]
    assert not told["can_show"] and told["why_not"]["reason"] == "NOT_ACTIVATED"
    return await refused(town, "POST", "/credentials", {"holder": str(binding)}, daughter.token)


async def code_expired(town: Town) -> str:
    shown = await town.show(await town.member("李明"))
    town.clock.advance(100)
    return at_till(await town.till.decode(shown["code"]))


async def code_used(town: Town) -> str:
    shown = await town.show(await town.member("李明"))
    await town.till.decode(shown["code"])
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    return at_till(await other.decode(shown["code"]))


async def wrong_holder(town: Town) -> str:
    patient, other = await town.member("李明"), await town.member("王明")
    return at_till(await settled(town, replace(patient, psn_no=other.psn_no)))


async def ended_with_insurance(town: Town) -> str:
    father, daughter, _ = await family(town, "360100")
    await town.register(daughter, psn_insu_stas="2")
    body = claim(father) | {"relation": "father"}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    await town.world.call("POST", f"/family/{bound.data['id']}/confirm", token=father.token)
    zh, en = await seen(town, daughter, "i_pay")
    check_words(zh["reason"], zh, en)
    return str(zh["reason"])


async def consent_pending(town: Town) -> str:
    daughter, father = await pair(town, MADE_UP)
    assert (await town.try_grant(daughter, father, "father")).status == 201
    body = claim(father) | {"relation": "father"}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    await town.world.call("POST", f"/family/{bound.data['id']}/confirm", token=father.token)
    zh, en = await seen(town, daughter, "i_pay")
    check_words(zh["reason"], zh, en)
    return str(zh["reason"])


async def donor_not_asked(town: Town) -> str:
    """Two could pay in Hebei, where one pays a bill."""
    father, _, _ = await family(town)
    son = await town.member("李强", current_fen=1_000)
    await town.grant(son, father, "father")
    told = []
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        listed = await town.world.call("GET", "/aid", token=father.token, headers=headers)
        told += [one["why_not"] for one in listed.data if one["why_not"]]
    zh, en = told
    check_words(zh["reason"], zh, en)
    return str(zh["reason"])


async def no_aid_grant_told_to_the_patient(town: Town) -> str:
    father, daughter = await town.member("李老", OLD), await town.member("李敏", gend="2")
    body = claim(father) | {"relation": "father"}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    await town.world.call("POST", f"/family/{bound.data['id']}/confirm", token=father.token)
    zh, en = await seen(town, daughter, "pays_me")
    check_words(zh["reason"], zh, en)
    return str(zh["reason"])


async def seen(town: Town, who: Member, side: str) -> list[dict[str, str]]:
    """Why a relative of the family account does not pay, in both languages."""
    told = []
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        listed = await town.world.call("GET", "/family", token=who.token, headers=headers)
        [relative] = listed.data["i_may_show"]
        told.append(relative[side]["how"])
    return told


async def method_not_allowed(town: Town) -> str:
    return await refused(town, "PUT", "/aid")


BINDING: dict[str, How] = {how.__name__.upper(): how for how in (
    person_unknown, beneficiary_not_enrolled, misuse_suspension, donor_not_employee_plan,
    donor_no_personal_account, donor_suspended, relation_not_allowed, relation_conflict,
    area_not_allowed, max_out, max_in, chain_forbidden, already_bound, period_invalid,
    purpose_not_offered, purpose_not_yours_to_choose, last_day_needed,
    last_day_forbidden, cooldown, only_donor_may, only_beneficiary_may, consent_missing,
    relation_unproven, commitment_missing, not_guardian,
    guardian_required, monthly_bind_quota, face_failed,
    binding_ended, not_activated, code_expired, code_used, wrong_holder, method_not_allowed,
    consent_pending, ended_with_insurance, donor_not_asked,
    order_fixed,
)}  # fmt: skip
