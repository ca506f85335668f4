"""``qinji people …`` as it is typed."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from app.domain.registry.indexes import index_certno, index_name
from app.domain.registry.service import certno_aad, name_aad
from app.kit.sm import Cipher
from tests.cli.test_account import PASSWORD, books_clerk
from tests.cli.test_ledger import KEY, qinji
from tests.ledger.conftest import Books

PAPER = ("--form", "GX-7", "--because", "家属申请删除")


async def nobody_yet(books: Books) -> str:
    """Somebody who is insured no more and of whom there is nothing else: the number."""
    cipher, psn_no, certno = (
        Cipher(bytes.fromhex(KEY), bytes.fromhex(KEY)),
        "F1",
        "130102195003010017",
    )
    await books.value(
        "insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type,"
        " certno_sealed, certno_index, gend, brdy, insutype, psn_type, psn_insu_stas,"
        " insuplc_admdvs) values ($1, $2, $3, $4, '01', $5, $6, '1', $7, '310', '11', '4',"
        " '130100')",
        secrets.randbelow(2**40),
        psn_no,
        cipher.seal("李国强", name_aad(psn_no)),
        index_name(cipher, "李国强"),
        cipher.seal(certno, certno_aad(psn_no)),
        index_certno(cipher, "01", certno),
        date(1950, 3, 1),
    )
    return psn_no


async def test_somebody_is_looked_at_and_forgotten_once(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    number = await nobody_yet(books)
    busy = await books.value(
        "select psn_no from person where exists (select from account where person_id = person.id"
        " and balance_fen > 0) limit 1"
    )
    cipher = Cipher(bytes.fromhex(KEY), bytes.fromhex(KEY))
    sealed = cipher.seal("王小明", name_aad(busy))
    await books.value("update person set psn_name_sealed = $2 where psn_no = $1", busy, sealed)
    place = await books.value("select insuplc_admdvs from person where psn_no = $1", busy)
    await books.tamper(f"update person set insuplc_admdvs = '{place}' where psn_no = '{number}'")
    clerk = await books_clerk(books, "clerk", place)
    approver = await books_clerk(books, "approver", place)

    async def typed(*words: str, by: str = "") -> tuple[int, str, str]:
        more = ("--by", by) if by else ()
        return await qinji(books, redis_url, tmp_path, *words, *more, group="people", said=PASSWORD)

    code, out, err = await typed("look", busy, by=clerk)
    assert code == 0 and "INSURED_STILL 这个人还在参保" in out and "MONEY_LEFT" in out, err
    code, _, err = await typed("forget", busy, *PAPER, by=approver)
    assert code == 1 and "MONEY_LEFT There is money in the accounts. Pay the accounts out" in err
    code, _, err = await typed("forget", number, *PAPER, by=clerk)
    assert code == 1 and "may not do this" in err
    code, out, err = await typed("forget", number, *PAPER, by=approver)
    assert code == 0 and "Forgotten" in out, err
    code, _, err = await typed("forget", number, *PAPER, by=approver)
    assert code == 1 and "FORGOTTEN_ALREADY" in err
    code, out, err = await typed("list")
    assert code == 0 and "GX-7" in out and number in out and approver in out, err
    code, out, err = await qinji(books, redis_url, tmp_path, "verify")
    assert (code, "0 wrong" in out) == (0, True), err
