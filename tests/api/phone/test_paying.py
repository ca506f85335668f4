"""Whether somebody pays is one answer: the family's list, the list of grants, the diagnosis and
what a till's preview of 10.00 comes to, whatever stands in the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from app.store import database
from tests.phone_world import at, claim
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)
Change = Callable[[Town, Member, Member, str], Awaitable[object]]


async def family(town: Town, place: str = "130100", **more: Any) -> tuple[Member, Member]:
    """A father, and a daughter who may show his code."""
    own, fen, carried = more.get("own"), more.get("fen", 200_000), more.get("carried")
    father = await town.member("李老", OLD, place=place, current_fen=own)
    daughter = await town.member(
        "李敏", gend="2", place=place, current_fen=fen, carried_fen=carried
    )
    body = claim(father) | {"relation": "father"}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    path = f"/family/{bound.data['id']}/confirm"
    assert (await town.world.call("POST", path, token=father.token)).status == 200
    return father, daughter


async def said(town: Town, father: Member, daughter: Member) -> dict[str, bool]:
    """Whether the daughter pays for the father, as each place says it to each of the two."""
    told = {}
    for who, side, list_ in ((daughter, "i_pay", "i_may_show"), (father, "pays_me", "may_show_me")):
        relatives = (await town.world.call("GET", "/family", token=who.token)).data[list_]
        told[f"family, {side}"] = relatives[0][side]
        [grant] = (await town.world.call("GET", "/aid", token=who.token)).data
        told[f"grants, {side}"] = {"can_pay": grant["can_pay"], "how": grant["why_not"]}
        asked = "me" if who is father else grant["id"]
        path = f"/aid/diagnosis?beneficiary={asked}"
        found = (await town.world.call("GET", path, token=who.token)).data
        whys = found["reasons"] + [why for one in found["donors"] for why in one["reasons"]]
        told[f"diagnosis, {side}"] = {"can_pay": found["can_pay"], "how": (whys or [None])[0]}
    for one in told.values():
        assert one["can_pay"] == (one["how"] is None)
        assert one["how"] is None or "@" not in one["how"]["message"] + one["how"]["next_step"]
    return {where: one["can_pay"] for where, one in told.items()}


async def till_pays(town: Town, father: Member) -> int:
    """What mutual aid pays of 10.00 in a preview, at the till and on the phone."""
    items = [{"med_list_codg": "T1A001A0101010001", "price": "10", "count": "1"}]
    body = {"fixmedins_code": town.shop.code, "items": items}
    phone = await town.world.call("POST", "/preview", body, father.token)
    parts = phone.data["parts"] if phone.status == 200 else []
    paid: int = sum(part["amount_fen"] for part in parts if part["payer"] == "aid")
    code = await town.world.call("POST", "/credentials", {"holder": "me"}, father.token)
    if code.status == 201:
        told = await town.till.preview(await town.sale(father, "10.00"))
        aid = int(told.setlinfo["acct_mulaid_pay"] * 100) if told.ok else 0
        assert aid == paid
    return paid


def row(sql: str, *, of_father: bool = False) -> Change:
    """Something in the registry changes."""

    async def change(town: Town, father: Member, daughter: Member, grant: str) -> None:
        await town.value(sql, father.id if of_father else daughter.id)

    return change


async def nothing(town: Town, father: Member, daughter: Member, grant: str) -> None:
    """All is well."""


async def freeze(town: Town, father: Member, daughter: Member, grant: str) -> None:
    await town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)


async def wait_for_consent(town: Town, father: Member, daughter: Member, grant: str) -> None:
    await town.value("update aid_grant set confirmed_at = null where id = $1", int(grant))


async def let_it_expire(town: Town, father: Member, daughter: Member, grant: str) -> None:
    town.clock.set(at(2026, 11, 23, 0))
    for who in (father, daughter):
        who.token = await town.world.log_in(f"m{who.id}x")
    await town.till.sign_in()


async def use_up_the_cap(town: Town, father: Member, daughter: Member, grant: str) -> None:
    assert (await town.till.settle(await town.sale(father, "5.00"))).ok


STOPPED = "update person set psn_insu_stas = '2' where id = $1"
SUSPENDED = "update person set suspended = true where id = $1"
RESIDENT = "update person set insutype = '390' where id = $1"
MOVED = "update person set insuplc_admdvs = '440100' where id = $1"
CLOSED = "update account set closed_at = now() where person_id = $1"
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Change, bool]] = {
    "all is well": ({}, {}, nothing, True),
    "frozen": ({}, {}, freeze, False),
    "not yet agreed": ({}, {}, wait_for_consent, False),
    "begins tomorrow": ({}, {"starts_on": "2026-11-22"}, nothing, False),
    "expired": ({}, {"ends_on": "2026-11-22"}, let_it_expire, False),
    "for premiums only": ({}, {"purposes": ["premium"]}, nothing, False),
    "the donor's plan stopped": ({}, {}, row(STOPPED), False),
    "the donor is suspended": ({}, {}, row(SUSPENDED), False),
    "the donor is now a resident": ({}, {}, row(RESIDENT), False),
    "the donor moved to another province": ({}, {}, row(MOVED), False),
    "the donor's account was closed": ({}, {}, row(CLOSED), False),
    "the donor has nothing": ({"fen": 0}, {}, nothing, False),
    "the donor has less than the floor": (
        {"place": "140100", "fen": 100_000}, {"ends_on": "2027-11-01"}, nothing, False,
    ),
    "the donor has more than the floor": (
        {"place": "140100", "fen": 101_000}, {"ends_on": "2027-11-01"}, nothing, True,
    ),
    "only current-year money in Shanghai": ({"place": "310100"}, {}, nothing, False),
    "carried-over money in Shanghai": (
        {"place": "310100", "carried": 5_000}, {}, nothing, True,
    ),
    "the year's cap is used up": ({}, {"cap_year_fen": 500}, use_up_the_cap, False),
    "the patient's plan stopped": ({}, {}, row(STOPPED, of_father=True), False),
    "the patient is suspended": ({}, {}, row(SUSPENDED, of_father=True), False),
    "the patient moved to another province": ({}, {}, row(MOVED, of_father=True), False),
    "Shenzhen, 5.00 of his own": ({"place": "440300", "own": 500}, {}, nothing, False),
    "Shenzhen, nothing of his own": ({"place": "440300", "own": 0}, {}, nothing, True),
    "Hebei, 5.00 of his own": ({"own": 500}, {}, nothing, True),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
async def test_what_is_said_is_what_a_till_would_be_paid(town: Town, name: str) -> None:
    household, limits, change, pays = CASES[name]
    father, daughter = await family(town, **household)
    grant = await town.grant(daughter, father, "father", **limits)
    await change(town, father, daughter, grant)
    paid = await till_pays(town, father)
    assert (paid > 0) == pays, paid
    told = await said(town, father, daughter)
    assert set(told.values()) == {pays}, told


async def test_one_donor_who_can_t_is_not_covered_by_another_who_can(town: Town) -> None:
    """Each donor is told of the own grant; the beneficiary of all together."""
    father, daughter = await family(town, fen=0)
    son = await town.member("李强", current_fen=50_000)
    grant = await town.grant(daughter, father, "father")
    await town.grant(son, father, "father")
    path = f"/aid/diagnosis?beneficiary={grant}"
    hers = (await town.world.call("GET", path, token=daughter.token)).data
    assert not hers["can_pay"]
    his = (await town.world.call("GET", "/aid/diagnosis?beneficiary=me", token=father.token)).data
    assert his["can_pay"]
    [relative] = (await town.world.call("GET", "/family", token=father.token)).data["may_show_me"]
    assert relative["pays_me"]["how"]["reason"] == "DONOR_BALANCE_ZERO"


@pytest.mark.parametrize("path", ["/family", "/aid"])
async def test_many_relatives_cost_no_more_questions_than_one(
    town: Town, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    father, daughter = await family(town)
    await town.grant(daughter, father, "father")
    asked = [0]
    execute = database.Session._execute

    async def counted(self: database.Session, *args: Any, **more: Any) -> Any:
        asked[0] += 1
        return await execute(self, *args, **more)

    monkeypatch.setattr(database.Session, "_execute", counted)

    async def questions() -> int:
        """Of several times the fewest: what is looked at now and then may fall into one."""
        found = []
        async with town.drainer_away():
            for _ in range(4):
                asked[0] = 0
                await town.world.call("GET", path, token=daughter.token)
                found.append(asked[0])
        return min(found)

    one = await questions()
    assert one > 2
    for _ in range(4):
        brother = await town.member("李大明", date(1970, 1, 1), current_fen=0)
        body = claim(brother) | {"relation": "elder_brother"}
        assert (await town.world.call("POST", "/family", body, daughter.token)).status == 201
        await town.grant(daughter, brother, "elder_brother")
        mine = claim(daughter) | {"relation": "younger_sister"}
        assert (await town.world.call("POST", "/aid", mine, brother.token)).status == 201
    # Who else pays for me has to be looked at, too: one person more, whatever their number.
    assert await questions() <= one + 1


async def among_two(town: Town, place: str) -> tuple[list[bool], list[int]]:
    """A father with two donors, the second poorer: who is said to pay, on both sides' lists and in
    both's diagnosis; and what each is charged for three bills, of which the first two use up the
    richer one's money."""
    father, daughter = await family(town, place)
    son = await town.member("李强", place=place, current_fen=5_000, carried_fen=5_000)
    first = await town.grant(daughter, father, "father")
    second = await town.grant(son, father, "father")
    said: list[bool] = []
    for who, grant in ((daughter, first), (son, second)):
        [his] = [
            one
            for one in (await town.world.call("GET", "/aid", token=father.token)).data
            if one["id"] == grant
        ]
        [own] = (await town.world.call("GET", "/aid", token=who.token)).data
        path = f"/aid/diagnosis?beneficiary={grant}"
        seen = (await town.world.call("GET", path, token=who.token)).data
        path = "/aid/diagnosis?beneficiary=me"
        found = (await town.world.call("GET", path, token=father.token)).data
        [listed] = [one for one in found["donors"] if one["grant"] == grant]
        answers = {one["can_pay"] for one in (his, own, seen, listed)}
        assert len(answers) == 1, (his, own, seen, listed)
        said += answers
        if not own["can_pay"]:
            assert his["why_not"]["reason"] == "DONOR_NOT_ASKED"
            assert "*敏" in his["why_not"]["message"], "whom the father knows"
            assert own["why_not"]["reason"] == "ASK_BENEFICIARY", "who else pays is his affair"
            assert [w["reason"] for w in seen["donors"][0]["reasons"]] == ["ASK_BENEFICIARY"]
    before = [await town.balance(daughter), await town.balance(son)]
    for yuan in ("10.00", "1990.00", "10.00"):
        assert (await town.till.settle(await town.sale(father, yuan))).ok
    after = [await town.balance(daughter), await town.balance(son)]
    return said, [was - now for was, now in zip(before, after, strict=True)]


@pytest.mark.parametrize(("place", "pay"), [("130100", [True, False]), ("440300", [True, True])])
async def test_where_one_pays_a_bill_the_next_is_not_said_to_pay(
    town: Town, place: str, pay: list[bool]
) -> None:
    """In Hebei one, in Shenzhen all; who comes next is asked once the first has nothing."""
    said, paid = await among_two(town, place)
    assert (said, paid) == (pay, [200_000, 1_000])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("psn_insu_stas = '2'", "DONOR_SUSPENDED"),
        ("suspended = true", "DONOR_SUSPENDED"),
        ("insutype = '390'", "DONOR_NOT_EMPLOYEE_PLAN"),
        ("gend = '2'", ""),
    ],
)
async def test_who_cannot_give_is_told_so_before_trying(
    town: Town, change: str, reason: str
) -> None:
    father, daughter = await family(town)
    await town.value(f"update person set {change} where id = $1", daughter.id)
    me = (await town.world.call("GET", "/me", token=daughter.token)).data
    assert (me["cannot_give"] or "", bool(me["shareable_fen"])) == (reason, not reason)
    tried = await town.try_grant(daughter, father, "father")
    assert (tried.reason if tried.status >= 400 else "") == reason


async def test_who_has_no_account_is_told_so_before_trying(town: Town) -> None:
    father, daughter = await family(town, fen=None)
    me = (await town.world.call("GET", "/me", token=daughter.token)).data
    assert me["cannot_give"] == "DONOR_NO_PERSONAL_ACCOUNT"
    assert (await town.try_grant(daughter, father, "father")).reason == me["cannot_give"]
