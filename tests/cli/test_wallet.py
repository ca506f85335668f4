"""``qinji wallet …`` as it is typed: both sides of each pair of provinces, and what differs."""

from __future__ import annotations

from pathlib import Path

from app.cli.wallet.commands import of_person
from app.regions.text.places import place_name
from tests.cli.test_ledger import qinji
from tests.domain.wallet.purses import do, family, sent
from tests.ledger.conftest import Books
from tests.till_world import Town

_SENT = (
    "insert into wallet_sent (id, person_id, made_by, mark, source, amount_fen, province,"
    " other_province, other_name, tied, relation, day, made_at, expires_at,"
    " delivered_at, state, ended_at, other_id) select 70, min(id), min(id), 'm', 1, 500, '31',"
    " '13', '*', true, 'son', '2026-01-05', now(), now(), now(), 2, now(), min(id) from person"
)


async def test_the_two_sides_are_compared(books: Books, redis_url: str, tmp_path: Path) -> None:
    code, out, err = await qinji(books, redis_url, tmp_path, "compare", group="wallet")
    assert (code, "0 compared, 0 differ" in out) == (0, True), err
    await books.tamper(_SENT)
    code, out, err = await qinji(books, redis_url, tmp_path, "compare", group="wallet")
    assert code == 1, err
    assert "DIFFERS: 70: accepted, 31 to 13, 0 fen | no such transfer" in out
    report = await books.verify()
    told = {(one.check, one.row) for one in report.findings}
    assert ("clearing", "wallet transfer 70") in told
    code, out, err = await qinji(books, redis_url, tmp_path, "carry", group="wallet")
    assert (code, "0 carried on" in out) == (0, True), err


async def test_a_person_s_wallet_is_told(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    await do(town, mother, "accept", transfer)
    looking = town.services.wallets.looking
    for who, line in (
        (son, f"{transfer}  2026-11-21 12:00  转出 out  *母  13-31  100.00  已接收 accepted"),
        (mother, f"{transfer}  2026-11-21 12:00  转入 in  *儿  31-13  100.00  已接收 accepted"),
    ):
        seen = await looking.overview(who.id)
        told = list(of_person(seen, await looking.history(who.id, 2**63 - 1, 50)))
        assert told[0].endswith(f"开通（本人 own），{place_name(who.place)}")
        assert told[1:] == [line]
