"""Life events as files bring them: what they do to grants, bindings, codes and accounts, and that
it is the same however they come in."""

from __future__ import annotations

import itertools
import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.client import Item
from app.domain.events.file import import_events
from app.domain.events.reading import COLUMNS
from app.domain.registry.imports.importer import Refused, Report, Watch
from app.domain.registry.indexes import card_no_indexes
from tests.domain.aid.test_ends import HUBEI, JIANGXI
from tests.domain.aid.test_grants import act, bound, kin, no, states
from tests.phone_world import at
from tests.till_world import BASIC, Member, Town

HEBEI, SHANXI = "130100", "140100"
_numbers = itertools.count()


async def load(town: Town, *lines: str, sender: str = "file") -> tuple[Report, list[Refused]]:
    """A file of events."""
    services, refused = town.services, list[Refused]()
    path = services.settings.home / f"events-{next(_numbers)}.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    watch = Watch(refused.append)
    return await import_events(services.events, town.clock, path, sender, watch), refused


def line(kind: str, who: Member, day: str = "2026-11-21", details: str = "") -> str:
    return f"E{next(_numbers)},{who.psn_no},{kind},{day},{details}"


async def happens(town: Town, kind: str, who: Member, details: str = "") -> None:
    """Right now."""
    moment = town.clock.now().isoformat()
    report, refused = await load(town, line(kind, who, moment, details))
    assert (report.loaded, refused) == (1, [])


async def effects(town: Town, who: Member) -> list[str]:
    sql = "select kind from life_event_effect where person_id = $1 order by id"
    return [row["kind"] for row in await town.rows(sql, who.id)]


async def test_a_stopped_insurance_ends_the_grant_in_jiangxi_and_rests_elsewhere(
    town: Town,
) -> None:
    donor, patient = await kin(town, JIANGXI, JIANGXI)
    assert await bound(town, donor, patient) == ""
    await happens(town, "stopped", patient)
    assert [state for _, _, state in await states(town, donor)] == ["ended"]
    assert await effects(town, donor) == ["grant_ended"]
    assert await effects(town, patient) == ["grant_ended", "noted"]
    assert no(await act(town, "POST", "/credentials", patient, {"holder": "me"})) == (
        "BENEFICIARY_NOT_ENROLLED"
    )
    town.clock.advance(60)  # of one moment nobody can say what came first
    await happens(town, "resumed", patient)
    await town.show(patient)
    donor, patient = await kin(town, HEBEI, HEBEI)
    assert await bound(town, donor, patient) == ""
    await happens(town, "stopped", donor)
    [grant] = (await act(town, "GET", "/aid", patient)).data
    assert (grant["state"], grant["can_pay"]) == ("active", False)
    town.clock.advance(60)
    await happens(town, "resumed", donor)
    [grant] = (await act(town, "GET", "/aid", patient)).data
    assert (grant["state"], grant["can_pay"]) == ("active", True)


async def test_the_dead_show_nothing_pay_nothing_and_are_shown_by_nobody(town: Town) -> None:
    donor = await town.member("李敏", current_fen=90_000)
    patient = await town.member("李老", date(1950, 1, 1))
    await town.grant(donor, patient, "father")
    asked = await town.try_grant(donor, await town.member("李二", date(1955, 1, 1), "2"), "mother")
    body = {"psn_name": patient.name, "certno": patient.certno, "relation": "father"}
    binding = await act(town, "POST", "/family", donor, body | {"psn_cert_type": "01"})
    assert binding.status in (200, 201), binding.body
    number = binding.data["id"]
    assert (await act(town, "POST", f"/family/{number}/confirm", patient)).status == 200
    token = await town.scan(donor, town.till, holder=str(number))
    await happens(town, "died", donor)
    assert (
        await town.value(
            "select count(*) from aid_grant where donor_id = $1 and ended_at is null", donor.id
        )
        == 0
    ), asked.data
    assert (await act(town, "GET", "/family", patient)).data["may_show_me"] == []
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal("10"))])
    assert (await town.till.settle(sale)).err_msg.startswith("BINDING_ENDED")
    token = await town.scan(patient, town.till)
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal("10"))])
    paid = await town.till.settle(sale)
    assert paid.ok and Decimal(str(paid.setlinfo["acct_mulaid_pay"])) == 0
    assert no(await act(town, "POST", "/credentials", donor, {"holder": "me"})) == "LOGIN_REQUIRED"
    assert sorted(await effects(town, donor)) == [
        "binding_ended",
        "grant_ended",
        "grant_ended",
        "noted",
        "to_pay_out",
    ]
    [seen] = (await act(town, "GET", "/aid", patient)).data
    assert seen["why_not"]["reason"] == "ENDED_BY_EVENT"
    assert "已登记死亡" in seen["why_not"]["message"]
    await happens(town, "resumed", donor)
    assert (await effects(town, donor))[-1] == "contradicts"
    assert await town.value("select psn_insu_stas from person where id = $1", donor.id) == "4"


async def test_a_divorce_lifts_hubeis_three_months(town: Town) -> None:
    husband = await town.member("李甲", current_fen=90_000, place=HUBEI)
    wife = await town.member("王乙", gend="2", place=HUBEI)
    grant = await town.grant(husband, wife, "wife")
    assert no(await act(town, "DELETE", f"/aid/{grant}", husband)) == "COOLDOWN"
    await happens(town, "divorced", wife, f"other={husband.psn_no}")
    assert (await effects(town, husband))[0] == "grant_freed"
    assert (await act(town, "DELETE", f"/aid/{grant}", husband)).status == 200


async def test_money_follows_to_another_province_and_the_cache_knows(town: Town) -> None:
    who = await town.member("李敏", current_fen=90_000)
    before = (await act(town, "GET", "/me", who)).data
    await happens(town, "moved", who, f"insuplc_admdvs={SHANXI}")
    rows = await town.rows(
        "select balance_fen, closed_at from account where person_id = $1 order by id", who.id
    )
    assert [(row["balance_fen"], row["closed_at"] is None) for row in rows] == [
        (0, False),
        (90_000, True),
    ]
    after = (await act(town, "GET", "/me", who)).data
    assert str(90_000) in str(after) and str(90_000) in str(before)
    assert "account_moved" in await effects(town, who)


async def test_a_child_that_comes_of_age_is_asked_once(town: Town) -> None:
    """The clock and a bureau say the same."""
    mother = await town.member("王芳", date(1984, 1, 1), "2")
    child = await town.member("王小", date(2010, 11, 20))
    await town.value(
        "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
        " created_at, confirmed_at) values ($1, $2, $3, 'son', 'active', 'commitment', $4, $4)",
        town.services.database.ids.next(),
        mother.id,
        child.id,
        at(2026, 1, 1),
    )
    assert await town.services.birthdays.run() >= 1
    assert await town.services.birthdays.run() == 0
    assert await effects(town, mother) == ["binding_to_confirm"]
    await load(town, line("turned_16", child, "2026-11-20"))
    assert await effects(town, mother) == ["binding_to_confirm"]
    assert await effects(town, child) == ["binding_to_confirm", "noted", "noted"]


async def test_a_bad_line_spoils_no_other_and_the_same_file_changes_nothing(town: Town) -> None:
    who = await town.member("李敏")
    good = line("retired", who, "2026-11-20T08:00")
    bad = [
        line("emigrated", who),
        line("moved", who),
        line("moved", who, details="insuplc_admdvs=1"),
        line("died", who, "2027-01-01"),
        line("stopped", who, "yesterday"),
        line("divorced", who, details=f"other={who.psn_no}"),
        f",{who.psn_no},died,2026-11-20,",
        line("stopped", who, details="x=1"),
        "E-9,nobody9,died,2026-11-20,",
    ]
    report, refused = await load(town, *bad, good)
    assert (report.loaded, report.refused) == (1, len(bad))
    columns = [one.column for one in refused]
    assert columns == [
        "kind",
        "details",
        "details",
        "at",
        "at",
        "details",
        "event_id",
        "details",
        "psn_no",
    ]
    assert await town.value("select psn_type from person where id = $1", who.id) == "12"
    report, _ = await load(town, good)
    assert (report.loaded, report.unchanged, report.refused) == (0, 1, 0)
    other = good.replace("retired", "stopped")
    report, refused = await load(town, other)
    assert [one.column for one in refused] == ["event_id"]


async def test_a_lost_card_is_stopped_and_its_number_lies_sealed(town: Town) -> None:
    who = await town.member("李敏")
    card = "13010199X0001234"
    cipher, number = town.services.people.cipher, town.services.database.ids.next()
    await town.value(
        "insert into card values ($1, $2, '', $3, '', '', 'valid', 'file', $4)",
        number,
        who.id,
        card_no_indexes(cipher, card)[0],
        at(2026, 1, 1),
    )
    await happens(town, "card_lost", who, f'"{{""card_no"": ""{card}""}}"')
    rows = await town.rows(
        "select d.details_sealed from life_event e join life_event_details d on"
        " d.life_event_id = e.id where e.person_id = $1",
        who.id,
    )
    assert len(rows) == 1 and card.encode() not in rows[0]["details_sealed"]
    assert await town.value("select state from card where id = $1", number) == "lost"
    assert await town.value("select state_by from card_change where card_id = $1", number) == "file"


async def _couple(town: Town) -> tuple[Member, Member, Member]:
    he = await town.member("李甲", current_fen=5_000, place=JIANGXI)
    she = await town.member("王乙", gend="2", current_fen=7_000, place=JIANGXI)
    mother = await town.member("王母", date(1950, 1, 1), "2", place=JIANGXI)
    await town.grant(she, mother, "mother")
    await town.grant(he, she, "wife")
    # Made long ago, for what happened since to count.
    await town.rows(
        "update aid_grant set created_at = $2 where donor_id = any($1::bigint[])",
        [he.id, she.id],
        at(2026, 2, 1),
    )
    return he, she, mother


async def _standing(town: Town, *people: Member) -> Any:
    ids = [one.id for one in people]
    rows = await town.rows(
        "select psn_insu_stas, insutype, insuplc_admdvs, psn_type,"
        " (select sum(balance_fen) from account a where a.person_id = p.id) as fen"
        " from person p where id = any($1::bigint[]) order by id",
        ids,
    )
    grants = await town.rows(
        "select relation, ended_at is null as live, end_reason, freed_at from aid_grant"
        " where donor_id = any($1::bigint[]) order by id",
        ids,
    )
    return [tuple(row) for row in (*rows, *grants)]


def _stories(he: Member, she: Member, mother: Member) -> list[list[str]]:
    """Of each what a bureau sends, in the order in which it happened."""
    move = f"insuplc_admdvs={SHANXI}"
    return [
        [
            line("moved", he, "2026-03-01", move),
            line("moved", she, "2026-03-01", move),
            line("stopped", she, "2026-04-01"),
            line("resumed", she, "2026-05-01"),
        ],
        [
            line("changed_plan", he, "2026-03-01", "insutype=390"),
            line("changed_plan", he, "2026-04-01", "insutype=310"),
            line("divorced", she, "2026-05-01", f"other={he.psn_no}"),
        ],
        [
            line("retired", mother, "2026-03-01"),
            line("moved", mother, "2026-03-02", move),
            line("died", mother, "2026-03-03"),
            line("resumed", mother, "2026-03-04"),
        ],
        [
            line("stopped", he, "2026-03-01"),
            line("divorced", he, "2026-03-02", f"other={she.psn_no}"),
            line("moved", he, "2026-02-02", f"insuplc_admdvs={HUBEI}"),
            line("merged", mother, "2026-03-05", f"other={she.psn_no}"),
        ],
    ]


@pytest.mark.parametrize("story", range(4))
async def test_in_any_order_and_twice_a_family_ends_in_the_same_state(
    town: Town, story: int
) -> None:
    luck, found = random.Random(story), []
    for way in range(4):
        people = await _couple(town)
        lines = _stories(*people)[story]
        ordered = [list(lines), lines[::-1], [*lines, *lines], luck.sample(lines, len(lines))][way]
        for one in ordered:
            report, refused = await load(town, one)
            assert refused == [] and report.loaded + report.unchanged == 1
        found.append(await _standing(town, *people))
    assert found[1:] == found[:1] * 3
