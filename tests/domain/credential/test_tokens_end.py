"""One scan is no blank cheque: a token ends with the relation it was shown under, and after so many
bills or so much money (law 6, law 12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import Item
from app.clients.till.sale import sale_input
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.books import check_books
from tests.domain.credential.test_codes import code_of
from tests.phone_world import claim, together
from tests.till_world import BASIC, Member, Town

__all__ = ["clinic"]

OLD = date(1950, 1, 1)


async def relatives(town: Town, father: Member) -> tuple[Member, str]:
    """A daughter who may show her father's code."""
    daughter = await town.member("李敏", gend="2", current_fen=0)
    relation = "father" if father.brdy < date(1970, 1, 1) else "elder_brother"
    body = claim(father) | {"relation": relation}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    assert bound.status == 201, bound.body
    path = f"/family/{bound.data['id']}"
    await town.world.call("POST", f"{path}/confirm", token=father.token)
    return daughter, str(bound.data["id"])


async def shown(town: Town, daughter: Member, binding: str) -> tuple[str, str]:
    """A code that the daughter shows and the till reads: its id and the token."""
    code = await town.show(daughter, binding)
    decoded = await town.till.decode(code["code"])
    assert decoded.ok, decoded.err_msg
    return code["id"], str(decoded.output["ecToken"])


async def pay(town: Town, father: Member, token: str, yuan: str = "1.00") -> Answer:
    return await town.till.settle(
        town.sale_of(father, token, [Item(BASIC, Decimal(1), Decimal(yuan))])
    )


async def end(town: Town, binding: str, who: Member) -> None:
    answer = await town.world.call("DELETE", f"/family/{binding}", token=who.token)
    assert answer.status == 200, answer.body


async def test_a_token_ends_with_the_relation_it_was_shown_under(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=10_000)
    daughter, binding = await relatives(town, father)
    credential, token = await shown(town, daughter, binding)
    assert (await pay(town, father, token)).ok
    seen = await town.world.call("GET", f"/credentials/{credential}", token=daughter.token)
    assert seen.data["state"] == "paid"
    await end(town, binding, father)
    assert code_of(await pay(town, father, token)) == "BINDING_ENDED"
    sale = town.sale_of(father, token, [Item(BASIC, Decimal(1), Decimal("1.00"))])
    assert code_of(await town.till.preview(sale)) == "BINDING_ENDED"
    gone = await town.world.call("GET", f"/credentials/{credential}", token=daughter.token)
    assert gone.reason == "BINDING_ENDED", "the bill is no longer hers to read"
    assert await town.balance(father) == 9_900


async def test_a_repeat_after_the_end_still_gets_its_answer(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=10_000)
    daughter, binding = await relatives(town, father)
    _, token = await shown(town, daughter, binding)
    sale = town.sale_of(father, token, [Item(BASIC, Decimal(1), Decimal("1.00"))])
    sent = sale_input(sale, town.clock.now())
    paid = await town.till.call("2102", sent, "m-first", father.place)
    await end(town, binding, father)
    again = await town.till.call("2102", sent, "m-first", father.place)
    assert again.ok and again.setlinfo["setl_id"] == paid.setlinfo["setl_id"]


async def test_a_visit_is_not_paid_by_the_code_of_a_relation_that_has_ended(
    clinic: Clinic, town: Town
) -> None:
    daughter, binding = await relatives(town, clinic.patient)
    code = await town.show(daughter, binding)
    decoded = await town.till.decode(code["code"], "01301")
    clinic.token = str(decoded.output["ecToken"])
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    said = await clinic.pre_settle("300.00")
    assert said.ok, said.err_msg
    await end(town, binding, clinic.patient)
    assert code_of(await clinic.pre_settle("300.00")) == "BINDING_ENDED"
    assert code_of(await clinic.settle("300.00", said.setlinfo)) == "BINDING_ENDED"
    clinic.token = await town.scan(clinic.patient, business_type="01301")
    assert (await clinic.settle("300.00", said.setlinfo)).ok, "the patient's own code pays"


async def test_one_scan_pays_five_bills(town: Town) -> None:
    father = await town.member("李老", current_fen=100_000)
    token = await town.scan(father)
    sale = town.sale_of(father, token, [Item(BASIC, Decimal(1), Decimal("1.00"))])
    for number in range(5):
        assert (await pay(town, father, token, f"{number + 1}.00")).ok
    sixth = await pay(town, father, token, "6.00")
    assert code_of(sixth) == "TOKEN_SPENT" and "5笔、共15.00元" in sixth.err_msg
    assert (await town.till.preview(sale)).ok, "a preview spends nothing"
    assert (await pay(town, father, await town.scan(father))).ok


async def test_one_scan_pays_no_more_bills_when_they_come_at_once(town: Town) -> None:
    father = await town.member("李老", current_fen=100_000)
    token = await town.scan(father)
    answers: list[Any] = await together(
        *(pay(town, father, token, f"{number + 1}.00") for number in range(12))
    )
    paid = [answer for answer in answers if answer.ok]
    assert len(paid) == 5
    assert {code_of(answer) for answer in answers} <= {"OK", "TOKEN_SPENT"}
    await check_books(town.services.database)


@pytest.mark.parametrize(("first", "found"), [("19999.99", "OK"), ("20000.00", "TOKEN_SPENT")])
async def test_one_scan_pays_until_it_has_paid_enough(town: Town, first: str, found: str) -> None:
    """A single bill may be larger: the patient has shown the code for it."""
    father = await town.member("李老", current_fen=100_000)
    token = await town.scan(father)
    assert (await pay(town, father, token, first)).ok
    assert code_of(await pay(town, father, token, "1.00")) == found


async def test_a_repeat_counts_once(town: Town) -> None:
    father = await town.member("李老", current_fen=100_000)
    token = await town.scan(father)
    sale = town.sale_of(father, token, [Item(BASIC, Decimal(1), Decimal("2.00"))])
    sent = sale_input(sale, town.clock.now())
    for _ in range(8):
        assert (await town.till.call("2102", sent, "m-same", father.place)).ok
    for number in range(4):
        assert (await pay(town, father, token, f"{number + 3}.00")).ok
    assert code_of(await pay(town, father, token, "9.00")) == "TOKEN_SPENT"
