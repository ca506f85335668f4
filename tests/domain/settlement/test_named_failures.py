"""The failures that SOURCES A2 names, through both doors: each its own reason, in plain words, with
the next step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import Item
from tests.phone_world import claim
from tests.till_world import BASIC, Member, Town

BORN = date(1950, 1, 1)


async def pair(town: Town, donor_fen: int, **more: Any) -> tuple[Member, Member, str]:
    """A daughter with money who shares it with her father; he has an own account of 200.00."""
    father = await town.member("李老", BORN, current_fen=more.pop("own_fen", 20_000))
    daughter = await town.member("李敏", gend="2", current_fen=donor_fen)
    return father, daughter, await town.grant(daughter, father, "father")


async def bill(town: Town, patient: Member, yuan: str) -> tuple[Answer, Any]:
    """Settles a bill: what the till was told, and what the phone that showed the code sees."""
    shown = await town.show(patient)
    decoded = await town.till.decode(shown["code"])
    item = Item(BASIC, Decimal(1), Decimal(yuan))
    answer = await town.till.settle(town.sale_of(patient, str(decoded.output["ecToken"]), [item]))
    seen = await town.world.call("GET", f"/credentials/{shown['id']}", token=patient.token)
    return answer, seen.data


async def diagnosis(town: Town, person: Member, grant: str = "me") -> Any:
    answer = await town.world.call("GET", f"/aid/diagnosis?beneficiary={grant}", token=person.token)
    assert answer.status == 200, answer.body
    return answer.data


def told(reasons: list[dict[str, str]]) -> list[str]:
    """The codes; each must come with a sentence, a next step and who can do it."""
    for reason in reasons:
        assert reason["message"] and reason["next_step"] and reason["fixer"]
        assert "{" not in reason["message"] + reason["next_step"]
        assert "@" not in reason["message"], "a token stands where a name should"
    return [reason["reason"] for reason in reasons]


def check_all_cash(answer: Answer, seen: Any, own: str, cash: str, reason: str) -> None:
    assert answer.ok, answer.err_msg
    info = answer.setlinfo
    amounts = (info["acct_pay"], info["acct_mulaid_pay"], info["psn_cash_pay"])
    assert amounts == (Decimal(own), Decimal("0.00"), Decimal(cash))
    assert told(info["exp_content"]["reasons"]) == [reason]
    assert seen["state"] == "paid"
    [payment] = seen["bills"]
    assert told(payment["reasons"]) == [reason]
    legs = {leg["payer"]: leg["amount_fen"] for leg in payment["legs"]}
    assert legs == {"own": int(Decimal(own) * 100), "cash": int(Decimal(cash) * 100)}


async def test_a_relative_who_is_not_enrolled(town: Town) -> None:
    father = await town.member("李老", BORN, status="2")
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    asked = await town.try_grant(daughter, father, "father")
    refused = await town.agree(father, asked.data["id"])
    assert (refused.status, refused.reason) == (409, "BENEFICIARY_NOT_ENROLLED")
    assert "*老" in refused.body["message"] and refused.body["next_step"]
    code = await town.world.call("POST", "/credentials", {"holder": "me"}, father.token)
    assert (code.status, code.reason) == (409, "BENEFICIARY_NOT_ENROLLED")
    found = await diagnosis(town, father)
    assert not found["can_pay"]
    assert told(found["reasons"]) == ["BENEFICIARY_NOT_ENROLLED", "NO_AID_GRANT"]


async def test_enrolment_that_stopped_between_scan_and_bill(town: Town) -> None:
    father, daughter, grant = await pair(town, 50_000)
    sale = await town.sale(father, "300.00")
    await town.value("update person set psn_insu_stas = '2' where id = $1", father.id)
    for answer in (await town.till.preview(sale), await town.till.settle(sale)):
        assert answer.err_msg.startswith("BENEFICIARY_NOT_ENROLLED *老没有参加基本医疗保险")
        assert "请先在参保地办理参保" in answer.err_msg
    body = {
        "patient": grant,
        "fixmedins_code": town.shop.code,
        "items": [{"med_list_codg": BASIC, "price": "300", "count": "1"}],
    }
    preview = await town.world.call("POST", "/preview", body, daughter.token)
    assert preview.reason == "ASK_BENEFICIARY", "how he is insured is his affair"
    assert (await town.balance(father), await town.balance(daughter)) == (20_000, 50_000)
    for found, why in (
        (await diagnosis(town, father), "BENEFICIARY_NOT_ENROLLED"),
        (await diagnosis(town, daughter, grant), "ASK_BENEFICIARY"),
    ):
        assert not found["can_pay"]
        assert told(found["reasons"]) == [why]


async def test_only_the_family_account_is_bound(town: Town) -> None:
    father = await town.member("李老", BORN, current_fen=20_000)
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    body = claim(father) | {"relation": "father"}
    bound = await town.world.call("POST", "/family", body, daughter.token)
    path = f"/family/{bound.data['id']}"
    await town.world.call("POST", f"{path}/confirm", token=father.token)
    shown = await town.show(daughter, bound.data["id"])
    decoded = await town.till.decode(shown["code"])
    item = Item(BASIC, Decimal(1), Decimal("300.00"))
    answer = await town.till.settle(town.sale_of(father, str(decoded.output["ecToken"]), [item]))
    seen = await town.world.call("GET", f"/credentials/{shown['id']}", token=daughter.token)
    check_all_cash(answer, seen.data, "200.00", "100.00", "ONLY_FAMILY_ACCOUNT")
    assert await town.balance(daughter) == 50_000
    found = await diagnosis(town, father)
    assert (found["can_pay"], told(found["reasons"])) == (False, ["ONLY_FAMILY_ACCOUNT"])


async def test_nobody_shares_with_the_patient(town: Town) -> None:
    father = await town.member("李老", BORN, current_fen=20_000)
    answer, seen = await bill(town, father, "300.00")
    check_all_cash(answer, seen, "200.00", "100.00", "NO_AID_GRANT")


async def test_a_donor_at_zero(town: Town) -> None:
    father, daughter, grant = await pair(town, 0)
    answer, seen = await bill(town, father, "300.00")
    check_all_cash(answer, seen, "200.00", "100.00", "DONOR_BALANCE_ZERO")
    for found in (await diagnosis(town, father), await diagnosis(town, daughter, grant)):
        assert not found["can_pay"]
        [donor] = found["donors"]
        assert (donor["donor"], donor["can_pay"]) == ("*敏", False)
        assert told(donor["reasons"]) == ["DONOR_BALANCE_ZERO"]


async def test_another_province_is_refused_with_a_way_out_that_is_there(town: Town) -> None:
    father = await town.member("李老", BORN, place="320100")
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    asked = await town.try_grant(daughter, father, "father")
    refused = await town.agree(father, asked.data["id"])
    assert (refused.status, refused.reason) == (409, "AREA_NOT_ALLOWED")
    assert "同一省参保的亲属" in refused.body["next_step"]


async def test_another_pool_of_hebei_is_fine(town: Town) -> None:
    father = await town.member("李老", BORN, place="130600", current_fen=0)
    daughter = await town.member("李敏", gend="2", current_fen=50_000)
    await town.grant(daughter, father, "father")
    answer, _ = await bill(town, father, "300.00")
    assert answer.setlinfo["acct_mulaid_pay"] == Decimal("300.00")


async def test_a_donor_who_moved_away_after_the_grant(town: Town) -> None:
    father, daughter, grant = await pair(town, 50_000)
    await town.value("update person set insuplc_admdvs = '320100' where id = $1", daughter.id)
    answer, seen = await bill(town, father, "300.00")
    check_all_cash(answer, seen, "200.00", "100.00", "AREA_NOT_ALLOWED")
    for found in (await diagnosis(town, father), await diagnosis(town, daughter, grant)):
        assert told(found["donors"][0]["reasons"]) == ["AREA_NOT_ALLOWED"]


async def test_470_for_a_bill_of_475_pays_nothing_and_475_pays_all(town: Town) -> None:
    father, daughter, grant = await pair(town, 47_000)
    before, _ = await bill(town, father, "200.00")  # uses up what is his own
    assert before.setlinfo["balc"] == Decimal("0.00")
    answer, seen = await bill(town, father, "475.00")
    assert answer.setlinfo["psn_cash_pay"] == Decimal("475.00")
    [reason] = answer.setlinfo["exp_content"]["reasons"]
    assert told([reason]) == ["DONOR_BALANCE_BELOW_BILL"]
    assert "*敏" in reason["message"] and "475.00" in reason["message"]
    assert "5.00" in reason["message"]
    assert told(seen["bills"][0]["reasons"]) == ["DONOR_BALANCE_BELOW_BILL"]
    assert await town.balance(daughter) == 47_000
    shares = await diagnosis(town, daughter, grant)
    assert shares["all_or_nothing"] and shares["donors_at_once"] == 1
    assert shares["donors"][0]["shareable_fen"] == 47_000
    assert (await diagnosis(town, father))["donors"][0]["shareable_fen"] is None
    body = {
        "fixmedins_code": town.shop.code,
        "items": [{"med_list_codg": BASIC, "price": "475", "count": "1"}],
    }
    preview = await town.world.call("POST", "/preview", body, father.token)
    assert told(preview.data["reasons"]) == ["DONOR_BALANCE_BELOW_BILL"]
    assert [(p["payer"], p["amount_fen"]) for p in preview.data["parts"]] == [("cash", 47_500)]
    smaller, _ = await bill(town, father, "470.00")
    assert smaller.setlinfo["acct_mulaid_pay"] == Decimal("470.00")
    assert await town.balance(daughter) == 0
