"""Who is told besides: a child's guardians, a donor who was asked and said nothing, and whom a life
event concerns; each once, and nobody else."""

from __future__ import annotations

from datetime import date

from tests.api.tills.test_asked_first import Home, home
from tests.domain.aid.test_ends import HUBEI, JIANGXI
from tests.domain.aid.test_grants import bound, kin
from tests.domain.events.test_events import SHANXI, happens, line, load
from tests.domain.notice.inbox import inbox, kinds, tell
from tests.domain.notice.test_telling import pay
from tests.domain.premium.season import father_of, ordered
from tests.phone_world import at
from tests.till_world import Member, Town

__all__ = ["home"]

CHILD = date(2016, 5, 1)


async def signed(town: Town, guardian: Member, child: Member) -> str:
    """A guardian's binding of a child, of before."""
    number = town.services.database.ids.next()
    await town.value(
        "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
        " created_at, confirmed_at) values ($1, $2, $3, 'son', 'active', 'commitment', $4, $4)",
        number,
        guardian.id,
        child.id,
        at(2026, 1, 1),
    )
    await town.value("update person set activated_at = $2 where id = $1", child.id, at(2026, 1, 1))
    return str(number)


async def parents(
    town: Town, born: date = CHILD, fen: int = 90_000
) -> tuple[Member, Member, Member, str]:
    mother = await town.member("王芳", date(1984, 1, 1), "2")
    father = await town.member("李强", date(1983, 1, 1))
    child = await town.member("李小", born, current_fen=fen)
    hers = await signed(town, mother, child)
    await signed(town, father, child)
    return mother, father, child, hers


async def test_who_shows_a_childs_code_is_told_to_the_other_guardian(town: Town) -> None:
    mother, father, child, hers = await parents(town)
    await town.show(mother, hers)
    await tell(town, 2)
    [(kind, params)] = await inbox(town, father)
    assert kind == "child_code_shown"
    assert (params["child"], params["name"]) == (f"@{child.id}", f"@{mother.id}")
    assert await kinds(town, mother) == [], "it was her"
    assert await kinds(town, child) == ["code_shown"]


async def test_a_childs_bill_is_told_to_both_guardians_and_what_ends(town: Town) -> None:
    mother, father, child, hers = await parents(town)
    await pay(town, child, "12.00")
    await tell(town, 2)
    for who in (mother, father):
        [(kind, params)] = await inbox(town, who)
        assert (kind, params["sum_fen"], params["shop"]) == (
            "child_bill_paid",
            1_200,
            town.shop.code,
        )
        assert "bill" not in params, "what was bought is the child's"
    ended = await town.world.call("DELETE", f"/family/{hers}", token=mother.token)
    assert ended.status == 200
    await tell(town, 2)
    assert (await kinds(town, father))[1:] == ["child_family_ended"]
    assert await kinds(town, mother) == ["child_bill_paid"]
    await pay(town, child, "3.00")
    await tell(town)
    assert await kinds(town, mother) == ["child_bill_paid"], "no guardian any more"
    assert (await kinds(town, father))[-1] == "child_bill_paid"


async def test_from_sixteen_on_the_bills_are_nobody_elses(town: Town) -> None:
    mother, father, child, _ = await parents(town, date(2010, 5, 1))
    await pay(town, child, "12.00")
    await tell(town)
    assert await kinds(town, child) == ["bill_paid"]
    assert await kinds(town, mother) == await kinds(town, father) == []


async def test_a_guardian_who_pays_is_told_once(town: Town) -> None:
    mother, father, child, _ = await parents(town, fen=0)
    payer = await town.member("李爷", date(1950, 1, 1), current_fen=90_000)
    mine = await signed(town, payer, child)
    assert mine
    await town.grant(payer, child, "sons_son")
    await pay(town, child, "12.00")
    await tell(town)
    assert (await kinds(town, payer)).count("aid_used") == 1
    assert "child_bill_paid" not in await kinds(town, payer)
    assert await kinds(town, mother) == await kinds(town, father) == ["child_bill_paid"]


async def test_a_donor_who_said_nothing_is_told_what_became_of_it(home: Home) -> None:
    town = home.town
    async with home.buying("50.00") as bill:
        await home.asked()
        await home.time_is_over()
        await town.services.settlements.asking.end_due()
        paid = await bill
    assert paid.ok, paid.err_msg
    await tell(town, 2)
    found = [one for one in await inbox(town, home.son) if one[0].startswith("ask_")]
    figures = {"name": f"@{home.father.id}", "shop": town.shop.code, "sum_fen": 4_000}
    assert found == [("ask_silent_paid", figures | {"grant": home.grant})]
    async with home.buying("50.00", "m2") as bill:
        await home.asked()
        await home.say("no")
        await bill
    await tell(town)
    assert (await kinds(town, home.son)).count("ask_silent_paid") == 1, "who answers knows"


async def test_nothing_of_the_patient_is_told_before_a_yes(home: Home) -> None:
    town = home.town
    await town.value("update aid_grant set agreed_at = null where id = $1", int(home.grant))
    await pay(town, home.father, "1.00")
    number = town.services.database.ids.next()
    await town.value(
        "insert into question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at)"
        " select $1, id, $2, $3, 4000, $4, $4 from request order by id desc limit 1",
        number,
        int(home.grant),
        home.son.id,
        at(2026, 11, 21),
    )
    await town.value("update question set answer = 3, answered_at = asked_at where id = $1", number)
    await tell(town)
    [silent] = [one for one in await inbox(town, home.son) if one[0].startswith("ask_")]
    assert silent == ("ask_silent", {"grant": home.grant, "sum_fen": 4_000})


async def everybodys(town: Town, *family: Member) -> list[list[str]]:
    """What each of a family was told since; nobody else was told anything."""
    newest = await town.value("select max(id) from notice")
    await tell(town, 3)
    others = await town.value(
        "select count(*) from notice where person_id <> all($1::bigint[]) and id > $2",
        [one.id for one in family],
        newest,
    )
    assert others == 0
    return [await kinds(town, one) for one in family]


async def test_a_stopped_insurance_in_jiangxi_is_told_once_to_each_concerned(town: Town) -> None:
    donor, patient = await kin(town, JIANGXI, JIANGXI)
    assert await bound(town, donor, patient) == ""
    await tell(town)
    town.clock.advance(60)
    event = line("stopped", patient, town.clock.now().isoformat())
    await load(town, event)
    await load(town, event)
    hers, his = await everybodys(town, donor, patient)
    assert hers.count("grant_ended_rule") == his.count("grant_ended_rule") == 1
    assert "event_noted" not in hers and his.count("event_noted") == 1
    [noted] = [params for kind, params in await inbox(town, patient) if kind == "event_noted"]
    assert noted["cause_en"] == "it was stopped or suspended"


async def test_a_divorce_is_told_once_to_each_spouse(town: Town) -> None:
    he = await town.member("李甲", current_fen=90_000, place=HUBEI)
    she = await town.member("王乙", gend="2", place=HUBEI)
    child = await town.member("李丙", date(2000, 1, 1), place=HUBEI)
    await town.grant(he, she, "wife")
    await town.grant(he, child, "son")
    await tell(town)
    town.clock.advance(60)
    before = await kinds(town, child)
    moment = town.clock.now().isoformat()
    await load(town, line("divorced", she, moment, f"other={he.psn_no}"))
    await load(town, line("divorced", she, moment, f"other={he.psn_no}"), sender="bureau")
    his, hers, childs = await everybodys(town, he, she, child)
    for one in (his, hers):
        assert (one.count("event_noted"), one.count("grant_freed")) == (1, 1)
    assert childs == before


async def test_a_death_is_told_once_to_who_is_left_and_not_to_the_dead(town: Town) -> None:
    donor = await town.member("李敏", gend="2", current_fen=90_000)
    patient = await town.member("李老", date(1950, 1, 1))
    await town.grant(donor, patient, "father")
    await tell(town)
    town.clock.advance(60)
    before = await kinds(town, donor)
    await happens(town, "died", donor)
    hers, his = await everybodys(town, donor, patient)
    assert hers == before
    assert his.count("grant_ended_rule") == 1 and "event_noted" not in his


async def test_an_account_that_moves_is_told_as_that(town: Town) -> None:
    who = await town.member("李敏", current_fen=90_000)
    await happens(town, "moved", who, f"insuplc_admdvs={SHANXI}")
    await tell(town, 2)
    assert await kinds(town, who) == ["account_moved"]


async def test_a_child_of_age_and_who_shows_its_code_are_told_what_renews_it(town: Town) -> None:
    mother = await town.member("王芳", date(1984, 1, 1), "2")
    child = await town.member("王小", date(2010, 11, 20))
    number = await signed(town, mother, child)
    await town.services.birthdays.run()
    await load(town, line("turned_16", child, "2026-11-20"))
    await tell(town, 2)
    assert await inbox(town, mother) == [
        ("binding_to_confirm_child", {"binding": number, "name": f"@{child.id}"})
    ]
    assert await inbox(town, child) == [
        ("binding_to_confirm", {"binding": number, "name": f"@{mother.id}"})
    ]
    seen = await town.world.call("GET", "/notices", token=child.token)
    assert seen.data["items"][0]["helps"] == [{"to": "family", "id": number}]
    yes = await town.world.call("POST", f"/family/{number}/confirm", token=child.token)
    assert yes.status == 200, "one tap away"


async def test_an_open_premium_is_told_to_who_ordered_it(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    await ordered(town, daughter, grant)
    await happens(town, "died", father)
    await tell(town, 2)
    [told] = [params for kind, params in await inbox(town, daughter) if kind == "premium_open"]
    assert (told["name"], told["year"]) == (f"@{father.id}", "2027")


async def test_a_grant_that_stands_again_is_told_to_both(town: Town) -> None:
    donor, patient = await kin(town, JIANGXI, JIANGXI)
    assert await bound(town, donor, patient) == ""
    await town.rows(
        "update aid_grant set created_at = $2 where donor_id = $1", donor.id, at(2026, 2, 1)
    )
    await load(town, line("stopped", donor, "2026-04-01"))
    await load(town, line("divorced", donor, "2026-05-01", f"other={patient.psn_no}"))
    await tell(town)
    await load(town, line("resumed", donor, "2026-04-01"))
    await tell(town, 2)
    stands = await town.value(
        "select count(*) from life_event_effect where person_id = $1 and kind = 'grant_stands'",
        donor.id,
    )
    for who in (donor, patient):
        assert (await kinds(town, who)).count("grant_stands") == stands
