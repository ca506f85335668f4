"""What a patient shows beside a 医保码: a social-security card (03), or name and ID number (02)."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.sale import Item, Sale, sale_input
from app.domain.registry.imports.importer import import_cards
from app.domain.registry.imports.rows import CARDS
from app.kit.reasons import Refusal
from app.words import CardWord
from tests.api.tills.test_outpatient import Clinic, clinic, code
from tests.books import check_books
from tests.own_packs import add_pack
from tests.till_world import BASIC, LOCK_WAITS, Member, Town

__all__ = ["clinic"]

PACK = """
[region]
code = "1399"
name = "试验市"

[[rules]]
from = 2020-01-01
source = "F2.7: made up"
certainty = "D"
[rules.credential]
id_number = true
"""
THERE = "139900"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and a place where an ID number is taken."""
    add_pack(tmp_path, monkeypatch, "1399.toml", PACK)
    return {}


class Card:
    """A card of somebody, loaded from a file."""

    def __init__(self, town: Town, owner: Member) -> None:
        self.town, self.owner = town, owner
        self.number, self.serial = f"C{secrets.token_hex(6)}".upper(), secrets.token_hex(10)

    async def says(self, state: str) -> None:
        services = self.town.services
        path = services.settings.home / f"{secrets.token_hex(4)}.csv"
        line = f"{self.number},{self.serial},{self.owner.psn_no},{state}"
        path.write_text(f"{','.join(CARDS)}\n{line}\n", encoding="utf-8")
        cipher = services.people.cipher
        report = await import_cards(services.database, cipher, self.town.clock, path)
        assert report.refused == 0

    async def id(self) -> int:
        sql = "select id from card where person_id = $1"
        return int(await self.town.value(sql, self.owner.id))

    async def lost(self) -> None:
        cards, owner = self.town.services.cards, self.owner.id
        await cards.report_lost(owner, await self.id(), CardWord.PHONE, owner)

    async def read(self, till: TillClient | None = None, **more: str) -> Answer:
        told = {"shown": "03", "card_sn": self.serial} | more
        return await (till or self.town.till).person(told.pop("number", self.number), **told)

    def sale(self, yuan: str, **more: Any) -> Sale:
        owner, items = self.owner, [Item(BASIC, Decimal(1), Decimal(yuan))]
        given = {"mdtrt_cert_type": "03"} | more
        return Sale(owner.psn_no, self.number, owner.insutype, owner.place, items, **given)


async def card_of(town: Town, owner: Member, state: str = "valid") -> Card:
    card = Card(town, owner)
    await card.says(state)
    return card


async def test_a_card_pays_as_a_code_does(town: Town) -> None:
    """The same patient's rights, the same mutual aid, the same history; told as what it was."""
    father = await town.member("李建国", date(1955, 3, 12), current_fen=3_560)
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    await town.grant(daughter, father, "father")
    card = await card_of(town, father)
    by_code = await town.till.preview(await town.sale(father, "100.00"))
    seen = await card.read()
    assert seen.output["baseinfo"]["psn_no"] == father.psn_no
    assert seen.output["insuinfo"][0]["balc"] == Decimal("35.60")
    by_card = await town.till.preview(card.sale("100.00"))
    assert by_card.ok, by_card.err_msg
    first, second = by_code.setlinfo, by_card.setlinfo
    assert (first.pop("mdtrt_cert_type"), second.pop("mdtrt_cert_type")) == ("01", "03")
    for told in (first, second):
        del told["setl_time"], told["medins_setl_id"], told["mdtrt_id"]
    assert first == second
    paid = await town.till.settle(card.sale("100.00"))
    assert paid.ok and paid.setlinfo["mdtrt_cert_type"] == "03", paid.err_msg
    assert paid.setlinfo["acct_pay"] == Decimal("100.00")
    assert await town.balance(father) == 0 and await town.balance(daughter) == 43_560
    path = f"/settlements/{paid.setlinfo['setl_id']}"
    seen_by = [(await town.world.call("GET", path, token=one.token)) for one in (father, daughter)]
    assert [one.status for one in seen_by] == [200, 200]
    sql = "select cert_type, card_id, credential_id from settlement where person_id = $1"
    assert [tuple(row) for row in await town.rows(sql, father.id)] == [
        ("03", await card.id(), None)
    ]
    back = await town.till.cancel(
        paid.setlinfo["setl_id"], paid.setlinfo["mdtrt_id"], father.psn_no, father.place
    )
    assert back.ok and back.setlinfo["mdtrt_cert_type"] == "03"
    await check_books(town.services.database)


async def test_a_card_is_read_anew_for_each_bill(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=90_000))
    assert code(await town.till.preview(card.sale("1.00"))) == "CARD_NOT_READ"
    await card.read()
    assert (await town.till.settle(card.sale("1.00"))).ok
    assert code(await town.till.settle(card.sale("2.00"))) == "READING_SPENT"
    assert (await town.till.preview(card.sale("2.00"))).ok
    await card.read()
    assert (await town.till.settle(card.sale("2.00"))).ok
    # What says the serial itself was read for this bill; elsewhere, and later, nothing was read.
    for yuan in ("3.00", "4.00"):
        assert (await town.till.settle(card.sale(yuan, card_sn=card.serial))).ok
    other = await town.new_till(await town.new_shop())
    await other.sign_in()
    assert code(await other.settle(card.sale("5.00"))) == "CARD_NOT_READ"
    await card.read()
    town.clock.advance(901)
    assert code(await town.till.settle(card.sale("5.00"))) == "CARD_NOT_READ"


async def test_the_same_bill_by_card_is_settled_once(town: Town) -> None:
    """A till that has had no answer sends it under another msgid; tomorrow it is another one."""
    card = await card_of(town, await town.member("李强", current_fen=90_000))
    sale = card.sale("3.00", card_sn=card.serial)
    given = sale_input(sale, town.clock.now())
    first = await town.till.call("2102", given, None, card.owner.place)
    assert first.ok, first.err_msg
    again = await town.till.call("2102", given, None, card.owner.place)
    assert code(again) == "SAME_BILL" and first.setlinfo["setl_id"] in again.err_msg
    assert await town.balance(card.owner) == 89_700
    town.clock.advance(901)
    assert (await town.till.call("2102", given, None, card.owner.place)).ok
    both = await asyncio.gather(
        *(town.till.call("2102", given, None, card.owner.place) for _ in range(2))
    )
    assert sorted(code(one) for one in both) == ["SAME_BILL", "SAME_BILL"]
    await check_books(town.services.database)


@pytest.mark.parametrize(
    ("state", "reason"),
    [("lost", "CARD_LOST"), ("replaced", "CARD_REPLACED"), ("cancelled", "CARD_CANCELLED")],
)
async def test_a_dead_card_pays_nowhere(town: Town, state: str, reason: str) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    await card.read()
    await card.says(state)
    assert code(await card.read()) == reason
    for more in ({}, {"card_sn": card.serial}):
        assert code(await town.till.preview(card.sale("1.00", **more))) == reason
        assert code(await town.till.settle(card.sale("1.00", **more))) == reason
    # Who can't name the serial is not told what became of the card.
    assert code(await card.read(card_sn="0" * 20)) == "CARD_UNKNOWN"
    await card.says("found" if state == "lost" else "valid")
    await card.read()
    assert (await town.till.settle(card.sale("1.00"))).ok


async def test_a_wrong_serial_and_an_unknown_card_are_told_the_same(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    told = {
        (await card.read(card_sn="0" * 20)).err_msg,
        (await card.read(number="C999")).err_msg,
        (await town.till.settle(card.sale("1.00", card_sn="9"))).err_msg,
    }
    assert len(told) == 1 and told.pop().startswith("CARD_UNKNOWN ")
    assert code(await card.read(card_sn="")) == "CARD_NOT_READ"
    assert code(await card.read(number="C999", card_sn="")) == "CARD_NOT_READ"
    assert (await card.read(number=card.number.lower(), card_sn=card.serial.upper())).ok


async def test_another_one_s_card_pays_nothing(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    other = await town.member("王五", current_fen=9_000)
    assert code(await card.read(certno=other.certno)) == "CARD_OF_OTHER"
    await card.read()
    theirs = replace(card.sale("1.00"), psn_no=other.psn_no)
    assert code(await town.till.preview(theirs)) == "CARD_OF_OTHER"
    assert code(await town.till.settle(theirs)) == "CARD_OF_OTHER"
    assert await town.balance(other) == await town.balance(card.owner) == 9_000
    elsewhere = replace(card.sale("1.00"), insuplc="340100")
    assert code(await town.till.settle(elsewhere)) == "INSUPLC_MISMATCH"


async def test_2001_knows_whose_card_was_read_here(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    begins = "2026-11-21 12:00:00"
    asked = {"psn_no": card.owner.psn_no, "insutype": "310", "med_type": "41", "begntime": begins}
    asked["fixmedins_code"] = town.shop.code
    assert code(await town.till.call("2001", {"data": asked})) == "TOKEN_UNKNOWN"
    await card.read()
    assert (await town.till.call("2001", {"data": asked})).ok


async def test_who_may_not_use_the_insurance_may_not_by_card(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    await town.value("update person set suspended = true where id = $1", card.owner.id)
    assert code(await card.read()) == "MISUSE_SUSPENSION"


async def test_a_loss_holds_at_once_for_what_was_accepted_before(town: Town) -> None:
    """Law 6: after the call has answered, no bill commits with the card."""
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    async with town.drainer_away():
        bill = asyncio.create_task(town.till.settle(card.sale("1.00", card_sn=card.serial)))
        await town.until("select count(*) from waiting")
        await card.lost()
        await town.drain()
    assert code(await bill) == "CARD_LOST"
    assert await town.balance(card.owner) == 9_000
    await check_books(town.services.database)


async def test_a_loss_waits_for_the_bill_that_is_being_paid(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    mine = await card.id()
    async with town.services.database.batch() as batch:
        sql = "select id, state from card where id = $1 for share"
        assert (await batch.fetchrow(sql, mine))["state"] == "valid"
        loss = asyncio.create_task(card.lost())
        await town.until(LOCK_WAITS)
        assert not loss.done()
    await loss
    assert await town.value("select state from card where id = $1", mine) == "lost"


async def test_a_card_pays_a_visit_and_each_step_asks_for_it(clinic: Clinic, town: Town) -> None:
    card, other = await card_of(town, clinic.patient), await town.member("王五", current_fen=9_000)
    theirs = await card_of(town, other)
    shown = {"mdtrt_cert_type": "03", "mdtrt_cert_no": card.number}
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    bill = clinic.bill("300.00") | shown
    assert code(await clinic.call("2206", {"data": bill})) == "CARD_NOT_READ"
    await card.read()
    said = (await clinic.call("2206", {"data": bill})).setlinfo
    echoed = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    echo = {name: str(said[name]) for name in echoed}
    await theirs.read()
    wrong = bill | {"mdtrt_cert_no": theirs.number}
    assert code(await clinic.call("2206", {"data": wrong})) == "CARD_OF_OTHER"
    assert code(await clinic.call("2207", {"data": wrong | echo})) == "CARD_OF_OTHER"
    await card.says("lost")
    assert code(await clinic.call("2207", {"data": bill | echo})) == "CARD_LOST"
    await card.says("found")
    paid = await clinic.call("2207", {"data": bill | echo})
    assert paid.ok and paid.setlinfo["mdtrt_cert_type"] == "03", paid.err_msg
    # Registered by card, too.
    await card.read()
    again = Clinic(town, clinic.patient, card.number)
    register = again.call

    async def by_card(infno: str, given: Any, msgid: str | None = None) -> Answer:
        given["data"] |= shown
        return await register(infno, given, msgid)

    again.call = by_card  # type: ignore[method-assign]
    assert (await again.register("V2")).ok
    await check_books(town.services.database)


async def test_a_repeat_is_answered_though_the_card_is_lost_since(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    sale = card.sale("1.00", card_sn=card.serial)
    body = await said_once(town, sale)
    first = await town.ask(body)
    await card.lost()
    town.clock.advance(1)
    assert first.ok and (await town.ask(body)).setlinfo["setl_id"] == first.setlinfo["setl_id"]


async def said_once(town: Town, sale: Sale) -> bytes:
    given = sale_input(sale, town.clock.now())
    return town.till.body("2102", given, town.till.new_msgid(), sale.insuplc)


async def allow(town: Town, place: str = THERE) -> None:
    await town.value(
        "update institution set id_number = true, admdvs = $2 where fixmedins_code = $1",
        town.shop.code,
        place,
    )


def by_number(patient: Member, yuan: str, **more: Any) -> Sale:
    items = [Item(BASIC, Decimal(1), Decimal(yuan))]
    given = {"mdtrt_cert_type": "02"} | more
    return Sale(patient.psn_no, patient.certno, patient.insutype, patient.place, items, **given)


async def test_name_and_id_number_pay_where_region_and_institution_let_them(town: Town) -> None:
    patient = await town.member("李强", current_fen=9_000, place=THERE)

    async def read(**more: str) -> str:
        told = {"shown": "02", "psn_name": "李强"} | more
        return code(await town.till.person(patient.certno, **told))

    assert await read() == "ID_NUMBER_NOT_TAKEN", "the shop's region"
    await town.value(
        "update institution set admdvs = $1 where fixmedins_code = $2", THERE, town.shop.code
    )
    assert await read() == "ID_NUMBER_NOT_HERE"
    await allow(town)
    assert code(await town.till.settle(by_number(patient, "1.00"))) == "ID_NUMBER_NOT_READ"
    assert await read(psn_name="") == "ID_NUMBER_NOT_READ"
    assert await read(psn_name="王五") == "NAME_NUMBER_MISMATCH"
    assert await read() == "OK"
    assert (await town.till.preview(by_number(patient, "1.00"))).ok
    paid = await town.till.settle(by_number(patient, "1.00"))
    assert paid.ok and paid.setlinfo["mdtrt_cert_type"] == "02", paid.err_msg
    assert code(await town.till.settle(by_number(patient, "2.00"))) == "READING_SPENT"
    assert (await town.till.settle(by_number(patient, "2.00", psn_name="李强"))).ok
    other = await town.member("王五", current_fen=9_000, place=THERE)
    theirs = replace(by_number(patient, "3.00", psn_name="李强"), psn_no=other.psn_no)
    assert code(await town.till.settle(theirs)) == "ID_NUMBER_OF_OTHER"
    nobody = replace(
        by_number(patient, "3.00", psn_name="李强"), mdtrt_cert_no="139900195001010010"
    )
    assert (await town.till.settle(nobody)).err_msg == (
        await town.till.settle(by_number(patient, "3.00", psn_name="李四"))
    ).err_msg
    await check_books(town.services.database)


async def test_the_patient_s_own_region_has_to_take_an_id_number_too(town: Town) -> None:
    patient = await town.member("李强", current_fen=9_000)
    await allow(town)
    told = await town.till.settle(by_number(patient, "1.00", psn_name="李强"))
    assert code(told) == "ID_NUMBER_NOT_TAKEN"


async def test_the_counter_lifts_a_loss_and_nobody_else_s(town: Town) -> None:
    card = await card_of(town, await town.member("李强", current_fen=9_000))
    other, cards = await town.member("王五"), town.services.cards
    mine = await card.id()
    for wrong in (
        cards.report_lost(other.id, mine, CardWord.PHONE, other.id),
        cards.found_again(other.id, mine, 7),
    ):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            await wrong
    await card.lost()
    await card.lost()
    await card.says("found")
    assert code(await card.read()) == "CARD_LOST"
    await cards.found_again(card.owner.id, mine, 7)
    assert (await card.read()).ok
    sql = "select state, state_by, actor_id from card_change where card_id = $1 order by id"
    assert [tuple(row) for row in await town.rows(sql, mine)] == [
        ("valid", "file", None),
        ("lost", "phone", card.owner.id),
        ("valid", "clerk", 7),
    ]
    await card.says("replaced")
    with pytest.raises(Refusal, match="CARD_NOT_VALID"):
        await card.lost()
