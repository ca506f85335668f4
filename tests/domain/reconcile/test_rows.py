"""3202: every row that differs is found and explained, and no other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from app.clients.till.day import packed
from app.domain.reconcile.archive import COLUMNS
from app.domain.reconcile.archive import packed as zipped
from tests.domain.reconcile.shop_books import ShopBooks
from tests.till_world import SELF_PAID, Town

HEADER = ["psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo",
          "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "exp_content"]  # fmt: skip


def by_id(rows: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
    assert all(list(row) == HEADER for row in rows)
    return {row["setl_id"] or row["msgid"]: (row["stmt_rslt"], row["memo"]) for row in rows}


async def msgid_of(town: Town, setl_id: str) -> str:
    """What the sender knows a settlement by, whose answer it never got."""
    return str(
        await town.value(
            "select r.msgid from request r join settlement s on s.request_id = r.id"
            " where s.id = $1",
            int(setl_id),
        )
    )


async def test_even_books_have_no_rows(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    child = await town.member("李小明", insutype="390")
    books = ShopBooks(town)
    paid = await books.buy(father, "10.00")
    await books.buy(child, "20.00", SELF_PAID)
    await books.cancel(paid, father)
    assert await books.differences() == []
    assert await books.differences(clr_type="41") == []


async def test_each_difference_is_explained(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    changed, lost, same = [await books.buy(father, yuan) for yuan in ("10.00", "20.00", "30.00")]
    books.change(changed, medfee=Decimal("10.50"), acct=Decimal("9.00"), refund=True)
    books.rows.remove(lost)
    made_up = replace(same, setl_id="77", mdtrt_id="78")
    odd = replace(same, setl_id="甲-1")
    books.rows += [made_up, odd, same]
    found = await books.differences(cash_payamt="1.00")
    rows = by_id(found)
    assert rows[changed.setl_id] == (
        "103",
        "总额：机构10.50，中心10.00，差0.50；账户：机构9.00，中心10.00，差-1.00；"
        "退费标志：机构1，中心0",
    )
    msgid = await msgid_of(town, lost.setl_id)
    assert rows[msgid] == ("101", "仅中心有这笔结算；机构可补记，或用本行msgid发2601冲正")
    assert rows["77"] == ("102", "仅机构有：中心没有这个结算号，请核实是否已结算成功")
    assert rows["甲-1"][0] == "102"
    assert rows[same.setl_id] == ("102", "第5行重复：同一结算号在文件中出现多次")
    assert len(found) == 5
    told = await books.ask_rows(cash_payamt="1.00")
    assert told.warn_msg == "现金合计：机构1.00，中心0.00，差1.00。"
    [mine] = [row for row in found if row["msgid"] == msgid]
    assert (mine["psn_no"], mine["setl_id"], mine["mdtrt_id"]) == (father.psn_no, "", "")
    assert (mine["medfee_sumamt"], mine["acct_pay"]) == ("20.00", "20.00")


async def test_pairs_that_only_the_centre_has(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    paid = await books.buy(father, "10.00")
    back = await books.cancel(paid, father)
    unknown = await town.till.settle(await town.sale(father, "20.00"))
    reversed_ = await town.till.reverse(unknown.msgid, "2102", father.psn_no, father.place)
    assert reversed_.ok
    kept = await books.buy(father, "30.00")
    cancelled = await town.till.cancel(kept.setl_id, kept.mdtrt_id, kept.psn_no, father.place)
    restored = await town.till.reverse(cancelled.msgid, "2103", father.psn_no, father.place)
    assert restored.ok, restored.err_msg
    books.rows = [kept]
    memos = by_id(await books.differences())
    assert (
        memos.pop(await msgid_of(town, paid.setl_id))[1]
        == "仅中心有这笔结算；中心已撤销，机构可补记这一对"
    )
    assert memos.pop(await msgid_of(town, back.setl_id))[1].startswith(
        "仅中心有这笔撤销；机构可补记"
    )
    assert len(memos) == 4
    assert {verdict for verdict, _ in memos.values()} == {"101"}
    assert sorted(memo.partition("；")[0] for _, memo in memos.values()) == [
        "仅中心有这笔冲正",
        "仅中心有这笔撤销",
        "仅中心有这笔撤销被冲正后恢复的结算",
        "仅中心有这笔结算",
    ]
    assert all(memo.endswith("机构无需处理") for _, memo in memos.values())


async def test_rows_out_of_what_is_compared(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    child = await town.member("李小明", insutype="390")
    books, other = ShopBooks(town), ShopBooks(town, await town.new_till(await town.new_shop()))
    early, plan, foreign = (
        await books.buy(father, "10.00"),
        await books.buy(child, "20.00"),
        await other.buy(father, "1.00"),
    )
    town.clock.advance(24 * 3600)
    books.rows = [early, plan, foreign]
    rows = by_id(await books.differences(insutype="310"))
    assert rows[early.setl_id] == ("102", "中心有这笔，但不在本次对账范围：结算日期为2026-11-21")
    assert rows[plan.setl_id][1].endswith("结算日期为2026-11-21，险种为390")
    assert rows[foreign.setl_id][1].startswith("仅机构有：中心没有这个结算号")


async def test_columns_may_be_named_and_lines_end_as_on_windows(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    told = await books.buy(father, "10.00")
    named: dict[str, Any] = dict(zip(COLUMNS, told.cells()[:7], strict=True))
    lines = ["\t".join(reversed(COLUMNS)), "\t".join(named[name] for name in reversed(COLUMNS)), ""]
    text = "\ufeff" + "\r\n".join(lines)
    assert await books.differences(zipped("x.txt", text.encode())) == []


async def test_a_file_that_was_cut_off_is_refused(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    first = await books.buy(father, "10.00")
    await books.buy(father, "20.00")
    answer = await books.ask_rows(packed([first], "x.txt"))
    assert answer.err_msg.startswith("FILE_TOTALS_DIFFER 文件合计与报文不一致：文件1笔，报文2笔")
    for changed in ({"medfee_sumamt": "30.01"}, {"fund_pay_sumamt": "1"}):
        assert (await books.ask_rows(**changed)).err_msg.startswith("FILE_TOTALS_DIFFER ")
    period = await books.ask_rows(stmt_begndate="2026-10-01")
    assert period.err_msg.startswith("STATEMENT_PERIOD ")


async def test_many_rows(town: Town) -> None:
    """More than one batch each way, only those that differ come back."""
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    told = await books.buy(father, "10.00")
    books.rows += [replace(told, setl_id=str(10**6 + n)) for n in range(5000)]
    found = await books.differences()
    assert len(found) == 5000
    assert {row["stmt_rslt"] for row in found} == {"102"}


async def test_one_field_alone_is_a_difference(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    told = await books.buy(father, "10.00")
    for changed in (
        {"acct": Decimal(9)},
        {"fund": Decimal(1)},
        {"medfee": Decimal(11)},
        {"refund": True},
        {"psn_no": "x"},
        {"mdtrt_id": "1"},
    ):
        books.rows = [replace(told, **changed)]
        assert by_id(await books.differences())[told.setl_id][0] == "103", changed


async def test_the_files_are_as_the_text_has_them(town: Town) -> None:
    """No head, eight columns there and eleven back, ``null`` for what is empty."""
    father = await town.member("李强", current_fen=10_000)
    books = ShopBooks(town)
    told, lost = await books.buy(father, "10.00"), await books.buy(father, "20.00")
    books.rows = [told]
    for last in (["null"], ["扩" * 4_000], [""], []):
        text = "\t".join([*told.cells()[:7], *last])
        answer = await books.ask_rows(zipped("x.txt", text.encode()))
        assert answer.ok, answer.err_msg
        info = answer.output["fileinfo"]
        file = await town.till.download(info["file_qury_no"], info["filename"])
        assert isinstance(file, bytes)
        with ZipFile(BytesIO(file)) as archive:
            [line] = archive.read(archive.namelist()[0]).decode().splitlines()
        msgid, memo = await msgid_of(town, lost.setl_id), line.split("\t")[6]
        assert line.split("\t") == [
            father.psn_no,
            "null",
            "null",
            msgid,
            "101",
            "0",
            memo,
            "20.00",
            "0.00",
            "20.00",
            "null",
        ]
    long = await books.ask_rows(zipped("x.txt", f"{text}\t{'扩' * 4_001}".encode()))
    assert long.err_msg.startswith("FILE_INVALID ")
