"""Whoever's money or code was used, and whom a change concerns, is told, once (law 15)."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from app.clients.till.client import Item
from app.domain.notice import repository
from app.domain.notice.facts import bills
from app.domain.notice.telling import READERS
from tests.api.tills.test_what_stands import Sold, sold
from tests.domain.aid.test_ends import JIANGXI
from tests.domain.aid.test_grants import bound, kin
from tests.domain.notice.inbox import inbox, kinds, tell
from tests.domain.premium.season import father_of, ordered, tax
from tests.domain.wallet.purses import do, family, sent, sweep
from tests.domain.wallet.test_wallet import tie
from tests.people_factory import made_up_certno
from tests.phone_world import at
from tests.till_world import BASIC, Member, Town

__all__ = ["sold"]

OLD = date(1950, 1, 1)
DAY_S = 86_400


async def pair(town: Town) -> tuple[Member, Member, str]:
    """A father with nothing, a daughter who pays, and her grant; nobody has been told yet."""
    father = await town.member("李老", OLD, current_fen=0)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    grant = await town.grant(daughter, father, "father")
    return father, daughter, grant


async def pay(town: Town, patient: Member, *yuan: str) -> dict[str, str]:
    items = [Item(BASIC, Decimal(1), Decimal(one)) for one in yuan]
    paid = await town.till.settle(town.sale_of(patient, await town.scan(patient), items))
    assert paid.ok, paid.err_msg
    return {name: str(paid.setlinfo[name]) for name in ("setl_id", "mdtrt_id")}


async def undo(town: Town, patient: Member, bill: dict[str, str]) -> None:
    told = await town.till.cancel(bill["setl_id"], bill["mdtrt_id"], patient.psn_no, patient.place)
    assert told.ok, told.err_msg


async def test_a_use_of_a_donors_money_is_told_once_to_both(town: Town) -> None:
    father, daughter, grant = await pair(town)
    await tell(town)
    bill = await pay(town, father, "40.00")
    await tell(town, 3)
    [agreed, used] = await inbox(town, daughter)
    assert agreed == ("grant_agreed", {"grant": grant, "name": f"@{father.id}"})
    link = {"shop": town.shop.code, "bill": bill["setl_id"], "sum_fen": 4_000}
    assert used == ("aid_used", link | {"grant": grant, "name": f"@{father.id}"})
    [paid] = await inbox(town, father)
    assert paid == ("bill_paid_aid", link | {"aid_fen": 4_000})


async def test_what_is_given_back_is_told(town: Town) -> None:
    father, daughter, _ = await pair(town)
    bill = await pay(town, father, "40.00")
    await undo(town, father, bill)
    await tell(town)
    assert (await kinds(town, daughter))[-2:] == ["aid_used", "aid_back"]
    assert (await kinds(town, father))[-2:] == ["bill_paid_aid", "bill_back"]
    [back] = [params for kind, params in await inbox(town, daughter) if kind == "aid_back"]
    assert back["sum_fen"] == 4_000


async def test_a_part_return_is_one_notice_of_the_part(sold: Sold) -> None:
    town = sold.town
    rest = await sold.give_back("8", msgid="part")
    assert rest.ok and (await sold.reverse("part", "2103A")).ok
    await tell(town)
    used, back, again = (await inbox(town, sold.son))[-3:]
    assert [used[0], back[0], again[0]] == ["aid_used", "aid_part_back", "aid_used"]
    assert (back[1]["sum_fen"], back[1]["bill"]) == (2_000, rest.setlinfo["setl_id"])
    assert again[1]["sum_fen"] == 2_000
    paid, less, more = (await inbox(town, sold.father))[-3:]
    assert [paid[0], less[0], more[0]] == ["bill_paid_aid", "bill_part_back", "bill_paid_aid"]
    assert less[1]["sum_fen"] == 4_800


async def test_nothing_is_told_of_who_has_not_agreed(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=0, place="350100")
    daughter = await town.member("李敏", gend="2", current_fen=90_000, place="350100")
    await town.try_grant(daughter, father, "father")
    await tell(town)
    assert await kinds(town, daughter) == []
    assert await kinds(town, father) == ["grant_asked"]


async def test_a_no_is_told_to_nobody(town: Town) -> None:
    father = await town.member("李老", OLD)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    grant = (await town.try_grant(daughter, father, "father")).data["id"]
    await tell(town)
    await town.world.call("DELETE", f"/aid/{grant}", token=father.token)
    nobody = await town.try_grant(daughter, _stranger(father), "mother")
    assert nobody.status == 201
    await tell(town)
    assert await kinds(town, daughter) == []


def _stranger(like: Member) -> Member:
    return Member(0, "王无", made_up_certno(like.brdy, "2"), "2", like.brdy)


async def test_steps_of_a_grant_are_told_to_the_other_side(town: Town) -> None:
    father, daughter, grant = await pair(town)
    call = town.world.call
    await call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    await call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    await call("POST", f"/aid/{grant}/unfreeze", token=daughter.token)
    await call("PATCH", f"/aid/{grant}", {"cap_per_use_fen": 5_000}, daughter.token)
    await call("PATCH", f"/aid/{grant}", {"cap_per_use_fen": 5_000}, daughter.token)
    town.clock.advance(400 * DAY_S)
    father.token = await town.world.log_in(f"m{father.id}x")
    assert (await call("DELETE", f"/aid/{grant}", token=father.token)).status == 200
    await tell(town)
    told = await kinds(town, father)
    steps = ["grant_frozen", "grant_unfrozen", "grant_changed"]
    assert told == steps, "asked was answered before anybody was told"
    assert await kinds(town, daughter) == ["grant_agreed", "grant_ended"]


async def test_a_last_day_is_told_ahead_to_both(town: Town) -> None:
    father, daughter, grant = await pair(town)
    await tell(town)
    await town.value(
        "update aid_grant set ends_on = $2 where id = $1", int(grant), date(2026, 11, 27)
    )
    town.clock.advance(2 * DAY_S)
    await tell(town, 2)
    for who, other in ((father, daughter), (daughter, father)):
        found = [params for kind, params in await inbox(town, who) if kind == "grant_expiring"]
        assert found == [{"grant": grant, "name": f"@{other.id}", "day": "2026-11-27"}]
    town.clock.advance(5 * DAY_S)
    await tell(town, 2)
    assert (await kinds(town, daughter)).count("grant_over") == 1


async def test_a_grant_that_a_rule_ends_is_told_to_both_with_the_cause(town: Town) -> None:
    daughter, father = await kin(town, JIANGXI, JIANGXI)
    assert await bound(town, daughter, father) == ""
    await town.register(daughter, psn_insu_stas="2")
    await tell(town)
    for who in (father, daughter):
        [ended] = [params for kind, params in await inbox(town, who) if kind == "grant_ended_rule"]
        assert ended["cause_en"] == "the donor's insurance stopped"


async def test_who_shows_a_code_of_mine_is_told_once_a_showing(town: Town) -> None:
    mother = await town.member("王母", OLD, gend="2")
    son = await town.member("李儿")
    binding = await tie(town, son, mother)
    await town.show(son, binding)
    await town.show(son, binding)
    await town.show(mother)
    await tell(town)
    assert await kinds(town, son) == ["family_bound"]
    shown = [params for kind, params in await inbox(town, mother) if kind == "code_shown"]
    assert shown == [{"name": f"@{son.id}", "binding": binding}]
    await town.world.call("DELETE", f"/family/{binding}", token=mother.token)
    await tell(town)
    assert (await kinds(town, son))[-1] == "family_ended"


async def test_a_code_that_was_read_without_a_bill_is_told(town: Town) -> None:
    man = await town.member("赵读", current_fen=10_000)
    await town.scan(man)
    await tell(town)
    assert await inbox(town, man) == [("code_read", {"shop": town.shop.code})]
    await pay(town, man, "5.00")
    await tell(town)
    assert await kinds(town, man) == ["code_read", "bill_paid"], "that one is told by its bill"


async def test_steps_of_the_wallet_are_told(town: Town) -> None:
    son, mother = await family(town)
    accepted = await sent(town, son, mother, 10_000)
    await tell(town)
    await do(town, mother, "accept", accepted)
    back = await town.world.call(
        "POST",
        f"/wallet/transfers/{accepted}/return",
        {"amount_fen": 4_000, "mark": "back-0001"},
        mother.token,
    )
    assert back.status == 200, back.body
    await sweep(town)
    await tell(town)
    offered = [params for kind, params in await inbox(town, mother) if kind == "wallet_offered"]
    assert offered == [{"name": "*儿", "sum_fen": 10_000}]
    assert (await kinds(town, son))[-2:] == ["wallet_accepted", "wallet_given_back"]
    lost = await sent(town, son, mother, 10_000)
    await do(town, mother, "refuse", lost)
    town.clock.set(at(2026, 11, 23, 7))
    await sweep(town)
    await tell(town)
    assert (await kinds(town, son))[-1] == "wallet_returned", "a no looks like nobody there"


async def test_steps_of_a_premium_are_told_with_the_own_part(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    await ordered(town, daughter, grant)
    await tax(town)
    await tell(town)
    hers = [one for one in await inbox(town, daughter) if one[0].startswith("premium")]
    assert [kind for kind, _ in hers] == ["premium_held", "premium_taken"]
    assert hers[0][1]["name"] == f"@{father.id}" and hers[0][1]["year"] == "2027"
    assert "premium_paid" in await kinds(town, father)
    assert all("sum_fen" not in params for kind, params in await inbox(town, father))


async def test_an_identity_that_goes_to_another_log_in_is_told(town: Town) -> None:
    man = await town.member("赵换")
    await tell(town)
    assert await kinds(town, man) == []
    other = await town.world.log_in(f"thief{man.id}")
    assert (await town.world.identify(other, man)).status == 200
    await tell(town, 2)
    assert await kinds(town, man) == ["login_elsewhere"]


async def test_two_tellers_and_a_killed_one_tell_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    father, daughter, _ = await pair(town)
    await tell(town)
    await pay(town, father, "1.00")
    put, killed = repository.put, []

    async def die(*args: object) -> object:
        await put(*args)  # type: ignore[arg-type]
        killed.append(args)
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(repository, "put", die)
        with pytest.raises(ConnectionResetError):
            await tell(town)
    assert killed and "aid_used" not in await kinds(town, daughter)
    await asyncio.gather(*(tell(town) for _ in range(4)))
    assert (await kinds(town, daughter)).count("aid_used") == 1
    assert (await kinds(town, father)).count("bill_paid_aid") == 1


async def test_each_reader_has_its_mark_since_the_migration(town: Town) -> None:
    rows = await town.rows("select name from feed where name like 'notice-%'")
    assert {row["name"] for row in rows} == {reader.name for reader in READERS}
    assert bills.NAME in {reader.name for reader in READERS}
