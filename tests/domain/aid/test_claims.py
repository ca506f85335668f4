"""What a donor says alone is no fact about the beneficiary: until the beneficiary has agreed on the
own phone money may flow, and the donor is told nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.store import migrations
from tests.domain.aid.test_grants import TAIAN, act, bound, kin, no
from tests.till_world import BASIC, Member, Town

TIANJIN, HUBEI, BEIJING = "120100", "420100", "110100"
OLD = date(1950, 1, 1)
SCRIPT = Path(migrations.__file__).parent / "sql" / "0019_agreed.sql"


async def claimed(
    town: Town, place: str = "130100", relation: str = "father"
) -> tuple[Member, Member, str]:
    """A stranger with money, who says that a man is his father; the man; the claim."""
    stranger = await town.member("钱七", place=place, current_fen=90_000)
    victim = await town.member("李老", OLD, place=place, current_fen=0)
    answer = await town.try_grant(stranger, victim, relation)
    assert answer.status == 201, answer.body
    return stranger, victim, answer.data["id"]


async def buys(town: Town, patient: Member, yuan: str = "12.34") -> str:
    """A bill; its settlement."""
    answer = await town.till.settle(await town.sale(patient, yuan))
    assert answer.ok, answer.err_msg
    assert answer.setlinfo["acct_mulaid_pay"] == Decimal(yuan)
    return str(answer.setlinfo["setl_id"])


async def test_a_stranger_reads_nothing_of_whom_he_pays_for(town: Town) -> None:
    stranger, victim, grant = await claimed(town)
    settlement = await buys(town, victim)
    body = {
        "patient": grant,
        "fixmedins_code": town.shop.code,
        "items": [{"med_list_codg": BASIC, "price": "50", "count": "1"}],
    }
    assert no(await act(town, "POST", "/preview", stranger, body)) == "CONSENT_PENDING"
    assert no(await act(town, "GET", f"/settlements/{settlement}", stranger)) == "NOT_FOUND"
    assert (await act(town, "GET", "/aid/records", stranger)).data["items"] == []
    path = f"/aid/diagnosis?beneficiary={grant}"
    found = (await act(town, "GET", path, stranger)).data
    assert (found["can_pay"], found["donors"]) == (False, [])
    assert [why["reason"] for why in found["reasons"]] == ["CONSENT_PENDING"]
    [seen] = (await act(town, "GET", "/aid", stranger)).data
    assert (seen["state"], seen["agreed"], seen["can_pay"]) == ("to_confirm", False, False)
    assert (seen["other_id"], seen["rank"], seen["may_order"]) == (None, 0, False)
    assert seen["why_not"]["reason"] == "CONSENT_PENDING"


async def test_of_his_own_money_he_reads_sum_day_and_balance(town: Town) -> None:
    stranger, victim, grant = await claimed(town)
    settlement = await buys(town, victim)
    await buys(town, victim, "5.00")
    day = "from=2026-11-21&to=2026-11-21"
    told = (await act(town, "GET", f"/accounts/statement?{day}&limit=2", stranger)).data
    [_, one] = told["items"]
    assert (one["amount_fen"], one["balance_after_fen"]) == (-1_234, 88_766)
    assert one["at"] == "2026-11-21" and one["mutual_aid"]
    assert (one["setl_id"], one["institution"], one["for_whom"]) == (None, None, None)
    transfers = await town.rows("select id from transfer where grant_id = $1", int(grant))
    for row in transfers:
        assert str(row["id"]) not in str(told), "an id tells the millisecond"
    after = f"/accounts/statement?{day}&cursor={told['next']}"
    rest = (await act(town, "GET", after, stranger)).data["items"]
    assert [one["amount_fen"] for one in rest] == [-500]
    table = await town.world.client.get(
        f"/api/v1/accounts/statement?{day}",
        headers={"Authorization": f"Bearer {stranger.token}", "Accept": "text/csv"},
    )
    text = await table.text()
    assert "12.34" in text and settlement not in text
    assert town.shop.name not in text and "*老" not in text
    assert (await town.agree(victim, grant)).status == 200
    told = (await act(town, "GET", f"/accounts/statement?{day}", stranger)).data
    seen = told["items"][1]
    assert (seen["for_whom"], seen["setl_id"]) == ("*老", settlement)
    assert len((await act(town, "GET", "/aid/records", stranger)).data["items"]) == 2
    assert (await act(town, "GET", f"/settlements/{settlement}", stranger)).status == 200


async def test_the_beneficiary_is_told_and_sees_that_it_pays(town: Town) -> None:
    _, victim, grant = await claimed(town)
    [seen] = (await act(town, "GET", "/aid", victim)).data
    assert (seen["id"], seen["other"], seen["state"]) == (grant, "*七", "to_confirm")
    assert (seen["agreed"], seen["can_pay"]) == (False, True), "law 8: as a till would say"
    found = (await act(town, "GET", "/aid/diagnosis", victim)).data
    assert found["can_pay"]


@pytest.mark.parametrize("place", [TIANJIN, HUBEI])
async def test_a_claim_is_declined_at_any_time_and_blocked(town: Town, place: str) -> None:
    """Whatever the least time of a grant is there; nobody tells the donor."""
    stranger, victim, grant = await claimed(town, place)
    before = (await act(town, "GET", "/aid", stranger)).data
    for _ in range(2):
        assert (await act(town, "DELETE", f"/aid/{grant}", victim)).status == 200
    assert (await act(town, "GET", "/aid", victim)).data == []
    assert (await act(town, "GET", "/aid", stranger)).data == before
    assert no(await town.agree(victim, grant)) == "NOT_FOUND"
    answer = await town.till.settle(await town.sale(victim, "10.00"))
    assert answer.setlinfo["acct_mulaid_pay"] == 0
    assert no(await town.try_grant(stranger, victim, "father")) == "ALREADY_BOUND"
    assert (await act(town, "DELETE", f"/aid/{grant}", stranger)).status == 200
    again = (await town.try_grant(stranger, victim, "father")).data["id"]
    answer = await town.till.settle(await town.sale(victim, "10.00"))
    assert answer.setlinfo["acct_mulaid_pay"] == 0, "his word does no more"
    assert (await town.agree(victim, again)).status == 200
    await buys(town, victim)


async def test_what_the_beneficiary_once_ended_needs_a_yes(town: Town) -> None:
    stranger, victim, grant = await claimed(town)
    await town.agree(victim, grant)
    assert (await act(town, "DELETE", f"/aid/{grant}", victim)).status == 200
    assert (await town.try_grant(stranger, victim, "father")).status == 201
    [seen] = (await act(town, "GET", "/aid", victim)).data
    assert not seen["can_pay"] and seen["why_not"]["reason"] == "CONSENT_PENDING"


async def test_a_false_husband_keeps_nobody_out(town: Town) -> None:
    wife = await town.member("王丽", gend="2", current_fen=0)
    false = await town.member("钱七", current_fen=90_000)
    true = await town.member("李国", current_fen=50_000)
    claim = (await town.try_grant(false, wife, "wife")).data["id"]
    await town.grant(true, wife, "wife")
    assert no(await town.agree(wife, claim)) == "RELATION_CONFLICT"
    await buys(town, wife)
    assert await town.balance(false) == 90_000, "those who are agreed to are asked first"


async def test_a_claim_takes_no_place_where_one_donor_is_enough(town: Town) -> None:
    victim, stranger, daughter = await kin(town, TAIAN, TAIAN, TAIAN)
    answer = await town.try_grant(stranger, victim, "elder_sister")
    assert answer.status == 201
    assert await bound(town, daughter, victim) == ""
    found = (await act(town, "GET", "/aid/diagnosis", victim)).data
    assert [one["donor"] for one in found["donors"]] and len(found["donors"]) == 1
    assert no(await town.agree(victim, answer.data["id"])) == "MAX_IN"


async def test_a_claim_makes_no_chain(town: Town) -> None:
    """In Tai'an who is paid for pays for nobody: a stranger's word makes nobody so."""
    victim, stranger, child = await kin(town, TAIAN, TAIAN, TAIAN)
    assert (await town.try_grant(stranger, victim, "elder_sister")).status == 201
    assert await bound(town, victim, child) == ""


async def test_a_claim_stands_in_no_order(town: Town) -> None:
    victim, sister, stranger = await kin(town, BEIJING, BEIJING, BEIJING)
    hers = await town.grant(sister, victim, "elder_sister")
    his = (await town.try_grant(stranger, victim, "elder_sister", rank=1)).data["id"]
    listed = {one["id"]: one["rank"] for one in (await act(town, "GET", "/aid", victim)).data}
    assert listed == {hers: 1, his: 0}
    answer = await act(town, "POST", f"/aid/{his}/order", stranger, {"to": "top"})
    assert no(answer) == "CONSENT_PENDING"
    assert (await town.agree(victim, his)).status == 200
    listed = {one["id"]: one["rank"] for one in (await act(town, "GET", "/aid", victim)).data}
    assert listed == {his: 1, hers: 2}, "once agreed to, where its donor wanted it"


async def test_how_the_beneficiary_fares_does_not_end_a_claim(town: Town) -> None:
    """In Jiangxi a grant ends with either side's insurance; an end would tell the stranger."""
    stranger, victim, _ = await claimed(town, "360100")
    await town.register(victim, psn_insu_stas="2")
    assert [one["state"] for one in (await act(town, "GET", "/aid", stranger)).data] == [
        "to_confirm"
    ]
    await town.register(stranger, psn_insu_stas="2")
    assert [one["state"] for one in (await act(town, "GET", "/aid", stranger)).data] == ["ended"]


async def test_the_donor_freezes_and_takes_back_what_waits(town: Town) -> None:
    stranger, victim, grant = await claimed(town, HUBEI)
    frozen = await act(town, "POST", f"/aid/{grant}/freeze", stranger)
    assert (frozen.data["state"], frozen.data["agreed"]) == ("frozen", False)
    assert (await act(town, "DELETE", f"/aid/{grant}", stranger)).status == 200
    assert (await act(town, "GET", "/aid", victim)).data == []
    assert (await town.try_grant(stranger, victim, "father")).status == 201, "nothing to wait for"


async def test_whoever_confirmed_before_has_agreed_and_no_donor_has(town: Town) -> None:
    """Grants of before: confirmed as they were made, or later by the beneficiary."""
    _, victim, grant = await claimed(town)
    other = await town.member("李敏", gend="2", current_fen=1)
    hers = (await town.try_grant(other, victim, "father")).data["id"]
    await town.value(
        "update aid_grant set confirmed_at = created_at + interval '1 hour' where id = $1",
        int(hers),
    )
    script = SCRIPT.read_text(encoding="utf-8")
    [update] = [line for line in script.splitlines() if line.startswith("update aid_grant")]
    await town.value(update.rstrip(";") + f" and id in ({grant}, {hers})")
    listed = (await act(town, "GET", "/aid", victim)).data
    assert {one["id"]: one["agreed"] for one in listed} == {grant: False, hers: True}
