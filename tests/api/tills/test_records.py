"""What an institution may ask for of people: its own records, and of the others only those whom it
has just seen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clients.till.client import Answer, Item
from app.domain.filing.importing import COLUMNS as CHRONIC
from app.domain.filing.importing import import_chronic
from app.domain.practitioner.importing import COLUMNS as PRACTITIONERS
from app.domain.practitioner.importing import import_practitioners
from app.domain.registry.imports.importer import Report, Watch
from tests.till_world import BASIC, SELF_PAID, SHARED, Town

DAY = {"begntime": "2026-11-21 00:00:00", "endtime": "2026-11-21 23:59:59", "med_type": "41"}


async def asked(till: Any, infno: str, **data: Any) -> Answer:
    answer: Answer = await till.call(infno, {"data": data})
    return answer


async def load(town: Town, folder: Path, what: str, *lines: str) -> Report:
    """A file of practitioners or of chronic diseases."""
    columns, load_ = {
        "practitioners": (PRACTITIONERS, import_practitioners),
        "chronic": (CHRONIC, import_chronic),
    }[what]
    path = folder / f"{what}.csv"
    path.write_text("\n".join([",".join(columns), *lines]), encoding="utf-8")
    services = town.services
    return await load_(services.database, services.people.cipher, town.clock, path, Watch())


async def test_what_mutual_aid_paid_is_told_by_month_and_scene_until_it_is_given_back(
    town: Town,
) -> None:
    patient = await town.member("李老", date(1950, 1, 1), current_fen=0, carried_fen=0)
    son = await town.member("李强", current_fen=100_000, carried_fen=0)
    await town.grant(son, patient, "father")
    assert (await asked(town.till, "5206", psn_no=patient.psn_no)).err_msg[:13] == "TOKEN_UNKNOWN"

    async def sums(person: Any, **more: Any) -> dict[tuple[str, str], Decimal]:
        await town.scan(person)
        told = await asked(town.till, "5206", psn_no=person.psn_no, **more)
        assert told.ok, told.err_msg
        rows = told.output["cuminfo"]
        return {(one["cum_ym"], one["cum_type_code"]): one["cum"] for one in rows}

    assert await sums(patient) == {("202611", "D310230"): 0, ("202611", "D310230_AUTHER"): 0}
    first = await town.till.settle(await town.sale(patient, "30.00"))
    await town.till.settle(await town.sale(patient, "12.00"))
    november = {
        ("202611", "D310230"): 42,
        ("202611", "D310230_AUTHER"): 0,
        ("202611", "D310230_TRE410"): 42,
    }
    assert await sums(patient) == november
    gave = {("202611", "D310230"): 0, ("202611", "D310230_AUTHER"): 42}
    assert await sums(son) == gave
    town.clock.set(datetime(2026, 12, 1, 4, tzinfo=UTC))
    for someone in (patient, son):
        someone.token = await town.world.log_in(f"m{someone.id}x")
    await town.till.settle(await town.sale(patient, "5.00"))
    year = await sums(patient)
    assert year[("202611", "D310230")] == 42 and year[("202612", "D310230")] == 5
    assert await sums(patient, cum_ym="202611") == november
    info = first.setlinfo
    ids = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": ids})).ok
    assert (await sums(patient, cum_ym="202611"))[("202611", "D310230")] == 12
    assert (await sums(son, cum_ym="202611"))[("202611", "D310230_AUTHER")] == 12
    for wrong in ("2026-1", "202613", "199912"):
        refused = await asked(town.till, "5206", psn_no=patient.psn_no, cum_ym=wrong)
        assert refused.err_msg.startswith("INPUT_INVALID 交易输入不合规范：cum_ym "), wrong


async def test_settled_lines_are_told_to_their_institution_only(town: Town) -> None:
    patient = await town.member("李老", current_fen=10_000, carried_fen=0)
    basket = [Item(one, Decimal(2), Decimal("4.50")) for one in (BASIC, SHARED, SELF_PAID, "NONE")]
    sale = town.sale_of(patient, await town.scan(patient), basket)
    info = (await town.till.settle(sale)).setlinfo
    ids = {"psn_no": patient.psn_no, "mdtrt_id": info["mdtrt_id"]}
    rows = (await asked(town.till, "5204", **ids)).rows
    assert [one["med_list_codg"] for one in rows] == [BASIC, SHARED, SELF_PAID, "NONE"]
    assert [one["list_type"] for one in rows] == ["101", "101", "101", "105"]
    for name in ("fulamt_ownpay_amt", "preselfpay_amt", "inscp_scp_amt"):
        assert sum(one[name] for one in rows) == info[name], name
    named = {"fixmedins_hilist_id": "A1", "fixmedins_hilist_name": "阿莫", "list_type": "101"}
    assert (await town.till.call("3301", {"data": [named | {"med_list_codg": BASIC}]})).ok
    first = (await asked(town.till, "5204", **ids, setl_id=info["setl_id"])).rows[0]
    assert (first["medins_list_codg"], first["medins_list_name"]) == ("A1", "阿莫")
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    await town.scan(patient, other)
    for refused in (
        await asked(other, "5204", **ids),
        await asked(town.till, "5204", **ids, setl_id="1"),
        await asked(town.till, "5204", **ids | {"psn_no": "N0"}),
    ):
        assert refused.err_msg.startswith("SETTLEMENT_UNKNOWN ")
    back = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await town.till.call("2103", {"data": back})).ok
    assert not (await asked(town.till, "5204", **ids)).ok, "nothing stands"
    assert len((await asked(town.till, "5204", **ids, setl_id=info["setl_id"])).rows) == 4


async def test_purchases_are_found_by_their_day_at_their_institution_only(town: Town) -> None:
    patient = await town.member("李老", current_fen=10_000, carried_fen=0)
    info = (await town.till.settle(await town.sale(patient, "3.00"))).setlinfo
    await town.till.settle(await town.sale(patient, "4.00"))
    found = (await asked(town.till, "5201", psn_no=patient.psn_no, **DAY)).output["mdtrtinfo"]
    assert len(found) == 2
    assert (found[0]["mdtrt_id"], found[0]["psn_name"]) == (info["mdtrt_id"], "李老")
    one = await asked(town.till, "5201", psn_no=patient.psn_no, **DAY, mdtrt_id=info["mdtrt_id"])
    assert len(one.output["mdtrtinfo"]) == 1
    before = DAY | {"begntime": "2026-11-01 00:00:00", "endtime": "2026-11-02 00:00:00"}
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    for none in (
        await asked(town.till, "5201", psn_no=patient.psn_no, **before),
        await asked(town.till, "5201", psn_no=patient.psn_no, **DAY | {"med_type": "11"}),
        await asked(town.till, "5201", psn_no="N0", **DAY),
        await asked(other, "5201", psn_no=patient.psn_no, **DAY),
    ):
        assert none.ok and none.output["mdtrtinfo"] == []
    turned = DAY | {"begntime": DAY["endtime"], "endtime": DAY["begntime"]}
    refused = await asked(town.till, "5201", psn_no=patient.psn_no, **turned)
    assert refused.err_msg.startswith("INPUT_INVALID 交易输入不合规范：endtime ")


async def test_practitioners_are_loaded_sealed_and_shown_to_their_own_only(
    town: Town, tmp_path: Path
) -> None:
    code = town.shop.code
    doctor = f"{code},D1,,1,王医生,01,130102198001010017,Q1,L1,1,2020-01-01,2030-12-31,"
    pharmacist = f"{code},P1,7,2,李药师,01,130102198001010025,Q2,L2,0,2021-01-01,,"
    wrong = (
        "P00000000000,D1,,1,王,01,1,,,1,2020-01-01,,",
        f"{code},D2,,x,王,01,1,,,1,2020-01-01,,",
    )
    loaded = await load(town, tmp_path, "practitioners", doctor, pharmacist, *wrong)
    assert (loaded.loaded, loaded.refused) == (2, 2)
    again = await load(
        town, tmp_path, "practitioners", doctor, pharmacist.replace("李药", "李老药")
    )
    assert (again.changed, again.unchanged) == (1, 1)
    rows = await town.rows("select * from practitioner where fixmedins_code = $1", code)
    assert not any("王医生".encode() in bytes(row["name_sealed"]) for row in rows)

    async def found(till: Any, **data: Any) -> list[str]:
        told = await asked(till, "5102", **data)
        return [one["prac_psn_name"] for one in told.output["feedetail"]]

    assert await found(town.till, prac_psn_type="1") == ["王医生"]
    assert await found(town.till, prac_psn_type="2", certno="13010219800101 0025") == ["李老药师"]
    assert await found(town.till, prac_psn_type="2", prac_psn_name="王医生") == []
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    assert await found(other, prac_psn_type="1") == []


async def test_chronic_diseases_are_loaded_sealed_and_told_of_who_was_just_seen(
    town: Town, tmp_path: Path
) -> None:
    patient = await town.member("李老", current_fen=10_000, carried_fen=0)
    line = f"{patient.psn_no},M00500,高血压,2025-01-01,"
    assert (await load(town, tmp_path, "chronic", line, "N0,M1,x,2025-01-01,")).refused == 1
    assert (await load(town, tmp_path, "chronic", line)).unchanged == 1
    ended = await load(town, tmp_path, "chronic", f"{line}2026-12-31")
    assert (ended.loaded, ended.changed) == (0, 1)
    assert (await load(town, tmp_path, "chronic", f"{line}2024-12-31")).refused == 1
    sealed = await town.rows(
        "select disease_sealed from chronic_filing where person_id = $1", patient.id
    )
    assert len(sealed) == 1 and "高血压".encode() not in bytes(sealed[0]["disease_sealed"])
    assert (await asked(town.till, "5301", psn_no=patient.psn_no)).err_msg[:13] == "TOKEN_UNKNOWN"
    await town.scan(patient)
    told = (await asked(town.till, "5301", psn_no=patient.psn_no)).output["feedetail"]
    assert [(one["opsp_dise_name"], one["enddate"]) for one in told] == [("高血压", "2026-12-31")]
