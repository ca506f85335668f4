"""A prescription on the phone: seen by whom it is for and by who has signed for a child, shown to a
pharmacy once; and its whole way, from the doctor to the refund."""

from __future__ import annotations

from typing import Any

from tests.api.tills.test_outpatient import Clinic, clinic
from tests.api.tills.test_prescriptions import Street, refused, street
from tests.domain.notice.inbox import inbox, tell
from tests.domain.notice.test_besides import CHILD, signed
from tests.prescription_world import Doctor, Rx
from tests.till_world import BASIC, SHARED, Member, Town

__all__ = ["clinic", "street"]


async def seen(town: Town, member: Member) -> Any:
    told = await town.world.call("GET", "/prescriptions", token=member.token)
    assert told.status == 200, told.body
    return told.data


async def shown(town: Town, member: Member, id_: str) -> Any:
    return await town.world.call("POST", f"/prescriptions/{id_}/code", token=member.token)


async def test_a_prescription_s_whole_way(street: Street) -> None:
    town, patient = street.town, street.patient
    rx = await street.doctor.issued("N1", {BASIC: "4", SHARED: "2"})
    await tell(town)
    [(kind, params)] = [one for one in await inbox(town, patient) if "prescription" in one[0]]
    assert (kind, params["day"]) == ("prescription_issued", "2026-11-24")
    [one] = await seen(town, patient)
    assert (one["number"], one["name"], one["state"]) == (rx.hi_rxno, "", "good")
    assert (one["doctor"], one["diagnosis"]) == ("王医生", "感冒")
    assert [(drug["count"], drug["left"], drug["unit"]) for drug in one["medicines"]] == [
        ("4", "4", "盒"),
        ("2", "2", "盒"),
    ]
    code = (await shown(town, patient, one["id"])).data
    assert len(code["code"]) == 40 and len(code["qr"]) == len(code["qr"][0])
    access = await street.shop.by_code(code["code"], rx)
    await street.shop.fetch(rx, access)
    await street.shop.verify(rx)
    await street.shop.check(rx)
    first = await street.shop.buy(rx, "3")
    await street.shop.tell(rx)
    await street.shop.buy(rx, "1")
    await street.shop.buy(rx, "2", SHARED)
    assert [(o["state"], o["can_show"]) for o in await seen(town, patient)] == [("used", False)]
    told = await shown(town, patient, one["id"])
    assert told.reason == "RX_USED_UP"
    await street.shop.back(first)
    [now] = await seen(town, patient)
    assert now["state"] == "part" and now["medicines"][0]["left"] == "3"


async def test_a_code_is_read_once_and_in_time(street: Street) -> None:
    town, patient = street.town, street.patient
    rx = await street.doctor.issued("N1")
    [one] = await seen(town, patient)
    code = (await shown(town, patient, one["id"])).data["code"]
    other = Rx("", {}, hi_rxno=rx.hi_rxno[:-1] + "x")
    assert await refused(street.shop.by_code(code, other, "7202")) == "RX_ACCESS_ENDED"
    code = (await shown(town, patient, one["id"])).data["code"]
    await street.shop.by_code(code, rx, "7202")
    assert await refused(street.other.by_code(code, rx)) == "RX_ACCESS_ENDED"
    late = (await shown(town, patient, one["id"])).data["code"]
    town.clock.advance(5 * 60)
    assert await refused(street.shop.by_code(late, rx)) == "RX_ACCESS_ENDED"


async def test_only_the_patient_and_who_has_signed_for_a_child_see_it(
    street: Street, clinic: Clinic
) -> None:
    town = street.town
    await street.doctor.issued("N1")
    [mine] = await seen(town, street.patient)
    spouse = await town.member("王芳")
    await town.value(
        "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
        " created_at, confirmed_at)"
        " values ($1, $2, $3, 'husband', 'active', 'holder', now(), now())",
        town.services.database.ids.next(),
        spouse.id,
        street.patient.id,
    )
    assert await seen(town, spouse) == [], "who may show a code learns nothing of health"
    assert (await shown(town, spouse, mine["id"])).reason == "NOT_FOUND"
    child = await town.member("李小", CHILD, place=street.patient.place)
    visit = Clinic(town, child, await town.scan(child, business_type="01301"))
    assert (await visit.register("V9")).ok
    doctor = Doctor(town.till, child, visit.visit)
    await doctor.issued("N2")
    await signed(town, spouse, child)
    [hers] = await seen(town, spouse)
    assert hers["name"].startswith("*") and (await shown(town, spouse, hers["id"])).status == 201
    await tell(town)
    assert "child_prescription_issued" in [kind for kind, _ in await inbox(town, spouse)]
    await town.value("update person set brdy = '2000-01-01' where id = $1", child.id)
    assert await seen(town, spouse) == [], "no child any more"


async def test_what_is_only_being_written_is_not_seen(street: Street) -> None:
    await street.doctor.draft("N1")
    assert await seen(street.town, street.patient) == []
    gone = await street.doctor.issued("N2")
    await street.doctor.withdraw(gone)
    [one] = await seen(street.town, street.patient)
    assert (one["state"], one["can_show"]) == ("withdrawn", False)
    assert (await shown(street.town, street.patient, one["id"])).reason == "RX_WITHDRAWN"
    await street.doctor.issued("N3")
    street.town.clock.advance(3 * 86_400)
    street.patient.token = await street.town.world.log_in(f"m{street.patient.id}x")
    states = {one["state"] for one in await seen(street.town, street.patient)}
    assert states == {"withdrawn", "expired"}
