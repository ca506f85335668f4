"""What a code is shown and read for is kept to, and how long what was read may be used (law 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.client import Item, TillClient
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.domain.credential.test_codes import ask, code_of
from tests.till_world import AT_THE_DESK, BASIC, Member, Town

__all__ = ["clinic"]


async def shown_for(town: Town, who: Member, business_type: str) -> str:
    answer = await ask(town, who, business_type=business_type)
    assert answer.status == 201, answer.body
    return str(answer.data["code"])


async def scanned(town: Town, who: Member, business_type: str) -> str:
    return await town.scan(who, business_type=business_type)


@pytest.mark.parametrize("shown", ["", "01301", "02121"])
async def test_a_code_is_read_for_what_it_was_shown_for(town: Town, shown: str) -> None:
    father = await town.member("李强")
    code = await shown_for(town, father, shown)
    if shown == "02121":
        refused = await town.till.decode(code, "01301")
        assert refused.err_msg.startswith("CODE_FOR_OTHER ")
        assert "药店购药" in refused.err_msg and "结算" in refused.err_msg
        assert code_of(await town.till.decode(code, "02121")) == "OK", "it is not used up"
    else:
        assert code_of(await town.till.decode(code, "01301")) == "OK"


@pytest.mark.parametrize("unknown", ["99999", "1", "0212", "abcde"])
async def test_a_code_is_read_for_nothing_unknown(town: Town, unknown: str) -> None:
    code = (await town.show(await town.member("李强")))["code"]
    assert code_of(await town.till.decode(code, unknown)) == "BUSINESS_TYPE_UNKNOWN"
    assert code_of(await town.till.decode(code)) == "OK", "it is not used up"


@pytest.mark.parametrize(
    ("read_for", "refused"),
    [
        ("02121", ""),
        ("03132", ""),
        ("04107", ""),
        ("01301", "CODE_FOR_OTHER"),
        ("01101", "CODE_FOR_OTHER"),
        ("02122", "CODE_FOR_OTHER"),
        ("03131", "CODE_FOR_OTHER"),
        ("04106", "CODE_FOR_OTHER"),
    ],
)
async def test_a_purchase_is_paid_by_what_was_read_for_it(
    town: Town, read_for: str, refused: str
) -> None:
    father = await town.member("李强", current_fen=5_000)
    sale = await town.sale(father, "20.00")
    own = town.sale_of(father, await scanned(town, father, read_for), sale.items)
    assert code_of(await town.till.preview(own)) == (refused or "OK")
    assert code_of(await town.till.settle(own)) == (refused or "OK")
    assert await town.balance(father) == (5_000 if refused else 3_000)


@pytest.mark.parametrize(
    ("read_for", "refused"),
    [
        ("01301", ""),
        ("03132", ""),
        ("04107", ""),
        ("01101", "CODE_FOR_OTHER"),
        ("02121", "CODE_FOR_OTHER"),
        ("01302", "CODE_FOR_OTHER"),
    ],
)
async def test_a_visit_is_paid_by_what_was_read_for_it(
    clinic: Clinic, read_for: str, refused: str
) -> None:
    """A code that was read to register may register, and doesn't pay."""
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    said: dict[str, Any] = (await clinic.pre_settle("300.00")).setlinfo
    clinic.token = await scanned(clinic.town, clinic.patient, read_for)
    assert code_of(await clinic.pre_settle("300.00")) == (refused or "OK")
    assert code_of(await clinic.settle("300.00", said)) == (refused or "OK")
    assert (await clinic.register("V2")).ok


@pytest.mark.parametrize("read_for", ["01301", "02121"])
async def test_a_clinic_s_own_pharmacy_takes_a_code_that_was_read_to_settle(
    town: Town, read_for: str
) -> None:
    shop = await town.new_shop()
    await town.value(
        "update institution set fixmedins_type = '1' where fixmedins_code = $1", shop.code
    )
    till, patient = await town.new_till(shop), await town.member("李强", current_fen=5_000)
    token = await town.scan(patient, till, business_type=read_for)
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal("20.00"))])
    assert code_of(await till.settle(sale)) == "OK"


async def test_a_visit_names_the_patient_s_insured_place_or_none(clinic: Clinic) -> None:
    """As a purchase does: the message's head and the code agree."""
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    bill = {"data": clinic.bill("300.00")}
    till: TillClient = clinic.town.till
    assert code_of(await till.call("2206", bill, None, "130600")) == "INSUPLC_MISMATCH"
    assert code_of(await till.call("2206", bill)) == "OK"


@pytest.mark.parametrize(("place", "life_s"), [("130100", 900), ("310101", 300)])
async def test_a_token_lives_as_long_after_the_scan_as_the_region_lets_it(
    town: Town, place: str, life_s: int
) -> None:
    """Asking again for its answer makes it no younger, nor does asking for another one."""
    father = await town.member("李强", current_fen=5_000, place=place)
    code = (await town.show(father))["code"]
    scan = AT_THE_DESK | {"ecQrCode": code, "businessType": "02121"}
    first = await town.till.call("6101", {"data": scan}, "scan-once")
    assert first.ok, first.err_msg
    item = (await town.sale(father, "1.00")).items
    sale = town.sale_of(father, first.output["ecToken"], item)
    asked = {
        "psn_no": father.psn_no,
        "insutype": "310",
        "fixmedins_code": town.shop.code,
        "med_type": "41",
        "begntime": "2026-11-21 12:00:00",
    }
    town.clock.advance(life_s - 1)
    again = await town.till.call("6101", {"data": scan}, "scan-once")
    assert again.output["ecToken"] == first.output["ecToken"]
    assert code_of(await town.till.settle(sale)) == "OK"
    assert (await town.till.call("2001", {"data": asked})).ok
    town.clock.advance(1)
    assert code_of(await town.till.settle(sale)) == "TOKEN_UNKNOWN"
    assert code_of(await town.till.call("6101", {"data": scan}, "scan-once")) == "CODE_USED"
    assert code_of(await town.till.call("2001", {"data": asked})) == "TOKEN_UNKNOWN"
