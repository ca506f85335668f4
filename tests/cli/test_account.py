"""``qinji account …`` as it is typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.cli.account.commands import of_person
from app.domain.staff import passwords, repository
from app.domain.staff.values import Role
from app.store.cells.shared import Shared
from tests.cli.test_ledger import qinji
from tests.domain.year.bureau import Bureau
from tests.ledger.conftest import Books

PASSWORD = "a long password of the desk"


async def books_clerk(books: Books, role: Role, place: str) -> str:
    """Somebody who works here: the name."""
    name, secret = f"{role}-of-the-books", passwords.hashed(PASSWORD)
    assert await repository.add(
        Shared(books.database), name, role, secret, datetime.now(UTC), place
    )
    return name


async def test_a_month_is_credited_and_told(books: Books, redis_url: str, tmp_path: Path) -> None:
    await books.tamper(
        "insert into account_base select id, '2026-01-01', 600000, 'test', now() from person"
    )
    region = await books.value(
        "select left(insuplc_admdvs, 2) from person where insutype = '310' limit 1"
    )

    async def typed(*words: str) -> tuple[int, str, str]:
        return await qinji(books, redis_url, tmp_path, *words, group="account")

    code, out, err = await typed("status")
    assert (code, "Nothing has been run yet" in out) == (0, True), err
    code, out, err = await typed("credit", region, "--month", "2026-02")
    assert (code, "120.00 元" in out or " people, " in out) == (0, True), err
    code, out, err = await typed("status")
    assert (code, "划入 credit" in out, "2026-02" in out, "ended" in out) == (0, True, True, True)
    number = await books.value(
        "select psn_no from person p join account_credit c on c.person_id = p.id limit 1"
    )
    code, out, err = await typed("show", number)
    assert code == 0 and "2026-02  按月划入 the month's credit  已入账 booked  120.00 元" in out, (
        err
    )
    code, out, err = await typed("close", region, "--ended", "2025-12-31")
    assert (code, " people, " in out) == (0, True), err
    code, out, err = await typed("status")
    assert (code, "结转 close" in out, "2025-12-31" in out) == (0, True, True)
    code, out, err = await typed("show", number)
    assert code == 0 and "2025-01-01 ~ 2025-12-31  计息 interest 0.00" in out, err
    code, _, err = await typed("close", region, "--ended", "2026-03-31")
    assert code == 1 and "no year that ends on that day" in err
    for words in (("credit", "3x"), ("credit", "33", "--month", "2026-2"), ("show", "nobody")):
        code, _, err = await typed(*words)
        assert code != 0 and "Traceback" not in err
    code, _, err = await typed("credit", region, "--month", "2199-01")
    assert code == 1 and "has not begun" in err


async def test_an_account_is_paid_out_once_and_told(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    row = await books.database.row(
        "select p.id, p.psn_no, sum(a.balance_fen)::bigint as fen from person p"
        " join account a on a.person_id = p.id where a.balance_fen > 0 group by 1, 2 limit 1"
    )
    assert row is not None

    async def typed(*words: str, group: str = "account", said: str = "") -> tuple[int, str, str]:
        return await qinji(books, redis_url, tmp_path, *words, group=group, said=said)

    place = await books.value("select insuplc_admdvs from person where id = $1", row["id"])
    first, second = (
        await books_clerk(books, "clerk", place),
        await books_clerk(books, "approver", place),
    )
    words = (
        "pay-out",
        row["psn_no"],
        "--reason",
        "death",
        "--form",
        "JB-1",
        "--because",
        "继承办理",
    )
    code, out, err = await typed(*words, "--by", first, said="wrong password")
    assert code == 1 and "Traceback" not in err and "waits" not in out
    code, out, err = await typed(*words, "--by", first, said=PASSWORD)
    assert code == 0 and "waits for another one's yes" in out, err
    assert await books.value("select count(*) from account_pay_out") == 0, "nobody has said yes"
    number = out.split()[0]
    code, out, err = await typed("proposals", group="reconcile")
    assert code == 0 and number in out and first in out, err
    own = ("agree", number, "--by", first)
    code, _, err = await typed(*own, group="reconcile", said=PASSWORD)
    assert code == 1 and "may not do this" in err
    yes = ("agree", number, "--by", second)
    code, out, err = await typed(*yes, group="reconcile", said=PASSWORD)
    assert (code, f"{first}，{second}" in out) == (0, True), err
    code, out, err = await typed(*words, "--by", first, said=PASSWORD)
    assert (code, "死亡（继承人领取） death (to the heirs)  支取 paid out" in out) == (0, True), err
    assert "已终止共济 grants ended: " in out
    paid = await books.value("select amount_fen from account_pay_out")
    assert paid >= row["fen"]
    code, _, err = await typed(*yes, group="reconcile", said=PASSWORD)
    assert code == 1 and "decided" in err, "once"
    code, out, err = await typed("show", row["psn_no"])
    assert (code, "支取 paid out" in out) == (0, True), err
    for wrong in (words[:2], ("pay-out", "nobody", *words[2:])):
        code, _, err = await typed(*wrong, "--by", first, said=PASSWORD)
        assert code != 0 and "Traceback" not in err
    assert not (await books.verify()).findings


async def test_what_is_owed_is_told(bureau: Bureau) -> None:
    person = await bureau.person(10_00)
    await bureau.line(person, "recovery", fen=25_00)
    assert list(of_person([])) == ["没有记录。Nothing yet."]
    waits = list(of_person(await bureau.rows(person)))
    assert waits == ["2026-11  多划追回 taken back  待划 waits  test"]
    await bureau.credit()
    told = list(of_person(await bureau.rows(person)))
    assert told == [
        "2026-11  按月划入 the month's credit  待划 waits  base",
        "2026-11  多划追回 taken back  已入账 booked  -25.00 元  待追回 owed 15.00  test",
    ]
