"""What a patient, a shower, a donor and a cashier see of one bill, on every page that shows it.

One decision: the patient sees all of it. Who has shown the code sees what that card and the slip
told: who paid what, why not more, the items; not the steps with their balances. A donor sees the
own part. On card, detail, steps, records and export alike.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.client import Item
from tests.phone_world import claim
from tests.till_world import BASIC, SELF_PAID, Member, Town


async def call(town: Town, who: Member, path: str, **more: Any) -> Any:
    answer = await town.world.call("GET", path, token=who.token, **more)
    assert answer.status == 200, answer.body
    return answer.data


def sums(parts: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(part["payer"], part["amount_fen"]) for part in parts]


async def test_one_bill_in_everybodys_eyes(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    son = await town.member("李强", current_fen=70_000)
    await town.grant(son, father, "father")
    asked = await town.world.call(
        "POST", "/family", claim(father) | {"relation": "father"}, daughter.token
    )
    binding = asked.data["id"]
    await town.world.call("POST", f"/family/{binding}/confirm", {}, father.token)
    shown = await town.world.call("POST", "/credentials", {"holder": binding}, daughter.token)
    decoded = await town.till.decode(shown.data["code"])
    items = [Item(BASIC, Decimal(2), Decimal("25.00")), Item(SELF_PAID, Decimal(1), Decimal(3))]
    paid = await town.till.settle(town.sale_of(father, decoded.output["ecToken"], items))
    assert paid.ok, paid.err_msg
    setl_id = paid.setlinfo["setl_id"]
    whole = [("own", 1_000), ("aid", 4_000), ("cash", 300)]

    # The patient: all of it.
    his = await call(town, father, f"/settlements/{setl_id}")
    assert (his["seen_as"], sums(his["parts"])) == ("patient", whole)
    assert any("本人账户" in step for step in his["steps"])
    assert not any("〔" in step for step in his["steps"])
    titles = [one["title"] for one in his["basis"]]
    assert len(titles) == len(set(titles)) > 0 and all(titles)
    assert any("职工医保个人账户如何共济给家人" in title for title in titles)
    for one in his["basis"]:
        address, _, rule = one["page"].partition("#")
        async with town.world.client.get(address) as answer:
            page = await answer.text()
        assert f'<li id="{rule}" class="asked">' in page, "the rule is marked on its page"
        assert one["title"] in page.partition(f'<li id="{rule}"')[2].partition("</li><li id")[0]
    assert [one["code"] for one in his["items"]] == [BASIC, SELF_PAID]
    assert his["fixmedins_code"] == town.shop.code
    assert [(one["count"], one["price"], one["amount_fen"]) for one in his["items"]] == [
        ("2", "25.00", 5_000),
        ("1", "3.00", 300),
    ]

    # Who has shown the code: card and detail tell the same, without the patient's balances.
    [card] = (await call(town, daughter, f"/credentials/{shown.data['id']}"))["bills"]
    detail = await call(town, daughter, f"/settlements/{card['setl_id']}")
    assert (detail["seen_as"], sums(detail["parts"])) == ("shower", sums(card["legs"]))
    assert sums(card["legs"]) == whole
    assert [why["reason"] for why in detail["reasons"]] == ["ITEM_OUT_OF_SCOPE"]
    assert [why["reason"] for why in card["reasons"]] == ["ITEM_OUT_OF_SCOPE"]
    assert (detail["steps"], detail["items"]) == ([], his["items"])

    # A donor: the own part, in the detail as in the records.
    given = await call(town, son, f"/settlements/{setl_id}")
    assert (given["seen_as"], given["items"]) == ("donor", [])
    assert sums(given["parts"]) == [("aid", 4_000), ("others", 1_300)]
    assert not any("本人账户" in step for step in given["steps"])
    records = await call(town, son, "/aid/records")
    assert [one["amount_fen"] for one in records["items"]] == [4_000]
    headers = {"Authorization": f"Bearer {son.token}", "Accept": "text/csv"}
    async with town.world.client.get("/api/v1/aid/records", headers=headers) as response:
        table = await response.text()
    for text in (str(records), table):
        assert "*敏" not in text and "10.00" not in text and "53.00" not in text
    assert "40.00" in table

    # A look through another's code ends with the relation.
    ended = await town.world.call("DELETE", f"/family/{binding}", token=daughter.token)
    assert ended.status == 200, ended.body
    gone = await town.world.call("GET", f"/settlements/{setl_id}", token=daughter.token)
    assert (gone.status, gone.reason) == (404, "NOT_FOUND")


async def test_the_button_under_a_reason_is_the_readers_own(town: Town) -> None:
    """A daughter who shows her father's code and has frozen her grant may unfreeze it on the spot;
    he is not told to; who only shows the code has nobody's act."""
    father = await town.member("李老", date(1950, 1, 1))
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    mother = await town.member("王兰", date(1952, 1, 1), gend="2")
    grant = await town.grant(daughter, father, "father")
    await town.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    found = {}
    for shower in (daughter, mother):
        asked = await town.world.call(
            "POST",
            "/family",
            claim(father) | {"relation": "father" if shower is daughter else "husband"},
            shower.token,
        )
        assert asked.status == 201, asked.body
        binding = asked.data["id"]
        await town.world.call("POST", f"/family/{binding}/confirm", {}, father.token)
        shown = await town.world.call("POST", "/credentials", {"holder": binding}, shower.token)
        decoded = await town.till.decode(shown.data["code"])
        sale = town.sale_of(
            father, decoded.output["ecToken"], [Item(BASIC, Decimal(1), Decimal(9))]
        )
        assert (await town.till.settle(sale)).ok
        [card] = (await call(town, shower, f"/credentials/{shown.data['id']}"))["bills"]
        [why] = card["reasons"]
        assert why["reason"] == "FROZEN"
        found[shower.id] = (why["side"], why["grant"])
        patients = await call(town, father, f"/settlements/{card['setl_id']}")
        assert [(one["side"], one["grant"]) for one in patients["reasons"]] == [
            ("beneficiary", grant)
        ]
    assert found == {daughter.id: ("donor", grant), mother.id: ("other", None)}
