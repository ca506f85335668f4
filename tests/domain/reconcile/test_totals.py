"""3201: who has more, in every way that books can differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.api.tills.settlement_info import clearing_type
from app.domain.reconcile.scope import CLEARING, Figures
from app.domain.reconcile.totals import Verdict, in_words, verdict
from tests.domain.reconcile.shop_books import ShopBooks
from tests.till_world import SELF_PAID, SHARED, Town


async def test_even_books_of_two_plans(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    child = await town.member("李小明", insutype="390")
    donor = await town.member("李奶奶", date(1950, 5, 17), current_fen=10_000)
    await town.grant(donor, child)
    books = ShopBooks(town)
    assert (await books.total())[0] == "0"
    await books.buy(father, "12.34", SHARED)
    await books.buy(child, "9.00")
    assert [row.insutype for row in books.rows] == ["310", "390"]
    assert books.rows[1].acct == 9
    assert await books.total() == (
        "0",
        "对平。中心：1笔，总额12.34，基金0.00，账户12.34",
    )
    assert (await books.total("390"))[0] == "0"
    await books.cancel(books.rows[1], child)
    found, words = await books.total("390")
    assert (found, "2笔，总额0.00" in words) == ("0", True)


async def test_every_verdict(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    first = await books.buy(father, "10.00")
    second = await books.buy(father, "20.00", SELF_PAID)
    books.rows.remove(second)
    assert await books.total() == (
        "1",
        "中心多。中心：2笔，总额30.00，基金0.00，账户10.00；"
        "机构：1笔，总额10.00，基金0.00，账户10.00",
    )
    books.rows += [second, second]
    found, words = await books.total()
    assert (found, words.partition("。")[0]) == ("1", "医药机构多")
    books.rows.pop()
    assert (await books.total())[0] == "0"
    for name in ("medfee", "fund", "acct"):
        books.rows = [first, second]
        books.change(first, **{name: getattr(first, name) + Decimal("0.01")})
        found, words = await books.total()
        assert (found, words.partition("。")[0]) == ("1", "数据不一致"), name


async def test_a_cancel_is_a_row_of_its_own(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    paid = await books.buy(father, "10.00")
    back = await books.cancel(paid, father)
    assert (back.refund, back.medfee, back.acct) == (True, Decimal("-10.00"), Decimal("-10.00"))
    assert (await books.total())[0] == "0"
    books.rows = [paid]
    assert (await books.total(refd_setl_flag="0"))[0] == "0"
    assert (await books.total(refd_setl_flag="1"))[0] == "1"
    assert (await books.total())[0] == "1"
    books.rows = [back]
    assert (await books.total(refd_setl_flag="1"))[0] == "0"


async def test_only_what_was_asked_for(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    other = ShopBooks(town, await town.new_till(await town.new_shop()))
    books = ShopBooks(town)
    await books.buy(father, "10.00")
    books.rows, told = [], books.rows
    yesterday = {"stmt_begndate": "2026-11-20", "stmt_enddate": "2026-11-20"}
    assert (await books.total(**yesterday))[0] == "0"
    assert (await books.total(stmt_begndate="2026-11-01"))[0] == "1"
    assert (await books.total("390"))[0] == "0"
    assert (await books.total(clr_type="11"))[0] == "0"
    answer = await books.ask_total(setl_optins="440199")
    assert answer.output["stmtinfo"]["stmt_rslt"] == "0"
    assert (await other.total())[0] == "0"
    books.rows = told
    assert (await books.total(clr_type=None, clrType="41"))[0] == "0"


async def test_a_day_is_a_day_in_china(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    town.clock.advance(12 * 3600 - 1)  # 23:59:59
    last = await books.buy(father, "10.00")
    assert books.day == date(2026, 11, 21)
    assert (await books.total())[0] == "0"
    town.clock.advance(1)
    books.rows = []
    await books.buy(father, "20.00")
    assert books.day == date(2026, 11, 22)
    assert (await books.total())[0] == "0"
    books.rows.append(last)
    assert (await books.total(stmt_begndate="2026-11-21"))[0] == "0"


@pytest.mark.parametrize(("changed", "reason"), [
    ({"stmt_begndate": "2026-11-22"}, "STATEMENT_PERIOD"),
    ({"stmt_begndate": "2024-01-01"}, "STATEMENT_PERIOD"),
    ({"stmt_begndate": "21.11.2026"}, "INPUT_INVALID"),
    ({"setl_optins": "13019x"}, "INPUT_INVALID"),
    ({"setl_optins": "１３０１９"}, "INPUT_INVALID"),
    ({"medfee_sumamt": "0.001"}, "INPUT_INVALID"),
    ({"medfee_sumamt": None}, "INPUT_INVALID"),
    ({"fixmedins_setl_cnt": "-1"}, "INPUT_INVALID"),
    ({"fixmedins_setl_cnt": "²"}, "INPUT_INVALID"),
    ({"refd_setl_flag": "2"}, "INPUT_INVALID"),
    ({"insutype": ""}, "INPUT_INVALID"),
    ({"clr_type": {}}, "INPUT_INVALID"),
])  # fmt: skip
async def test_wrong_questions(town: Town, changed: dict[str, object], reason: str) -> None:
    answer = await ShopBooks(town).ask_total(**changed)
    assert answer.err_msg.startswith(f"{reason} ")


@pytest.mark.parametrize("med_type", ["11", "12", "13", "14", "41", "4101", "51", "9904"])
async def test_the_clearing_type_is_the_one_tills_are_told(town: Town, med_type: str) -> None:
    sql = f"select {CLEARING} from (values ($1::varchar)) s (med_type)"
    assert await town.value(sql, med_type) == clearing_type(med_type)


def test_words_fit_the_wire_and_counts_decide() -> None:
    huge = Figures(10**9, 10**14, 10**14, 10**14)
    assert len(in_words(Verdict.DIFFERENT, huge, huge)) <= 200
    assert verdict(Figures(2, 0), Figures(1, 1000)) is Verdict.CENTRE_MORE
