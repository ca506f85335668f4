"""People from a file into a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import pytest

from app.domain.registry.imports import importer
from app.domain.registry.imports.book.chunk import Written
from app.domain.registry.imports.book.people import write_people
from app.domain.registry.imports.lines import FileRefused
from app.domain.registry.imports.rows import PEOPLE
from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.ledger.kinds import AccountKind, TransferKind
from app.store.database import Connection
from tests.domain.registry.imports.conftest import Office, numbered

Line = Callable[..., str]


async def _ledger(office: Office) -> list[tuple[object, ...]]:
    rows = await office.database.rows(
        "select p.psn_no, a.kind, a.balance_fen, a.version, t.amount_fen, t.kind,"
        " t.credit_version, t.credit_after_fen, f.kind, f.flow_code"
        " from account a join person p on p.id = a.person_id"
        " left join transfer t on t.credit_account = a.id left join account f"
        " on f.id = t.debit_account order by 1, 2"
    )
    return [tuple(row) for row in rows]


async def test_a_person_is_sealed_and_found_again(office: Office, person: Line) -> None:
    report = await office.people(person(1, certno="13990019830618028x"))
    assert astuple(report) == (1, 0, 0, 0)
    people = People(office.cipher, office.database)
    found = await people.identify("李敏", "01", "13990019830618028X")
    assert (people.name(found), people.certno(found)) == ("李敏", "13990019830618028X")
    assert found.insuplc_admdvs == "130600" and not found.suspended


async def test_an_account_opens_by_a_transfer_from_the_pools_contributions(
    office: Office, person: Line
) -> None:
    await office.people(person(1, balance_carried="0"))
    contributions = (AccountKind.CONTRIBUTIONS, "1306")
    assert await _ledger(office) == [
        ("P1", 1, 1200, 1, 1200, TransferKind.OPENING, 1, 1200, *contributions),
        ("P1", 2, 0, 0, None, None, None, None, None, None),
    ]


async def test_the_same_file_again_changes_nothing(office: Office, person: Line) -> None:
    lines = [person(number) for number in range(1, 4)]
    await office.people(*lines)
    before = await office.database.rows("select xmin::text, * from person order by id")
    assert astuple(await office.people(*lines)) == (0, 0, 3, 0)
    assert before == await office.database.rows("select xmin::text, * from person order by id")


async def test_the_account_follows_to_another_province_only(office: Office, person: Line) -> None:
    accounts = (
        "select a.kind, a.balance_fen, a.version, a.closed_at is not null, "
        "(select n.kind from account n where n.id = a.successor_id) "
        "from account a where a.person_id is not null order by a.kind, a.opened_at, a.id"
    )
    await office.people(person(1))
    await office.people(person(1, insuplc_admdvs="130100"))
    one_each = [(1, 1200, 1, False, None), (2, 50, 1, False, None)]
    assert [tuple(row) for row in await office.database.rows(accounts)] == one_each
    await office.people(person(1, insuplc_admdvs="110100"))
    assert [tuple(row) for row in await office.database.rows(accounts)] == [
        (1, 0, 2, True, 1),
        (1, 1200, 1, False, None),
        (2, 0, 2, True, 2),
        (2, 50, 1, False, None),
    ]
    moved = "select count(*) from transfer where kind = 6"
    assert await office.database.value(moved) == 2
    assert astuple(await office.people(person(1, insuplc_admdvs="110100"))) == (0, 0, 1, 0)
    assert await office.database.value(moved) == 2


async def test_a_changed_person_is_changed_and_the_balance_stays(
    office: Office, person: Line
) -> None:
    await office.people(person(1), person(2))
    ledger = await _ledger(office)
    report = await office.people(
        person(1, psn_name="李梅", psn_insu_stas="2", balance_current="999.00"), person(2)
    )
    assert astuple(report) == (0, 1, 1, 0)
    assert await _ledger(office) == ledger
    changed = await Person.get(psn_no="P1")
    assert People(office.cipher, office.database).name(changed) == "李梅"
    assert not changed.insured


async def test_an_account_given_later_is_opened_once(office: Office, person: Line) -> None:
    without = person(1, has_account="0", balance_current="", balance_carried="")
    await office.people(without)
    assert await _ledger(office) == []
    assert astuple(await office.people(person(1))) == (0, 1, 0, 0)
    opened = await _ledger(office)
    assert [row[2] for row in opened] == [1200, 50]
    assert astuple(await office.people(without)) == (0, 0, 1, 0)
    assert astuple(await office.people(person(1))) == (0, 0, 1, 0)
    assert await _ledger(office) == opened


async def test_a_number_that_belongs_to_another_is_refused_and_the_rest_loaded(
    office: Office, person: Line
) -> None:
    await office.people(person(1, certno=numbered(5)))
    report = await office.people(person(2, certno=numbered(5)), person(3))
    assert astuple(report) == (1, 0, 0, 1)
    assert [str(one) for one in office.refused] == [
        "line 2: certno: belongs to another psn_no already"
    ]


async def test_duplicates_within_a_file(office: Office, person: Line) -> None:
    report = await office.people(
        person(1, gend="7"),
        person(1),
        person(1, certno=numbered(9)),
        person(4, certno="13990019830618028x"),
        person(5, certno="13990019830618028X"),
    )
    assert astuple(report) == (2, 0, 0, 3)
    assert [(one.line, one.column) for one in office.refused] == [
        (2, "gend"),
        (4, "psn_no"),
        (6, "certno"),
    ]
    assert "line 3" in office.refused[1].reason


async def test_chunks_don_t_matter(
    office: Office, person: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "CHUNK", 3)
    lines = [person(number) for number in range(1, 11)]
    report = await office.people(*lines, lines[0])
    assert astuple(report) == (10, 0, 0, 1)
    assert len(await _ledger(office)) == 20


async def test_two_imports_at_once_load_each_person_once(
    office: Office, person: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "CHUNK", 7)
    path = office.file(PEOPLE, *(person(number) for number in range(1, 101)))
    reports = await asyncio.gather(*(office.load_people(path) for _ in range(3)))
    assert sum(report.loaded for report in reports) == 100
    assert sum(report.unchanged for report in reports) == 200
    assert sum(report.changed + report.refused for report in reports) == 0
    ledger = await _ledger(office)
    assert len(ledger) == 200
    assert sum(int(str(row[4])) for row in ledger) == 100 * 1250


async def test_bad_lines_don_t_stop_the_others(office: Office, person: Line) -> None:
    path = office.file(PEOPLE)
    bad = [
        person(1, psn_name="李\0敏").encode(),
        person(2).replace("李敏", '"李敏').encode(),
        b"x" * 100_000,
        person(4).encode("gbk"),
        person(5).replace("李敏", '"李"敏').encode(),
        b"too,short",
        person(6).replace("李敏", '"李 ""敏"""').encode(),
    ]
    with path.open("ab") as file:
        file.write(b"\r\n".join([*bad, b"", person(7).encode()]))
    report = await office.load_people(path)
    assert astuple(report) == (2, 0, 0, 6)
    assert [one.line for one in office.refused] == [2, 3, 4, 5, 6, 7]
    assert await Person.filter(psn_no__in=["P6", "P7"]).count() == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        ("姓名".encode("utf-16"), "UTF-8"),
        (",".join(PEOPLE[:-1]).encode(), "missing: balance_carried"),
        (",".join([*PEOPLE, "phone"]).encode(), "unknown: phone"),
        (",".join([*PEOPLE, "psn_no"]).encode(), "twice: psn_no"),
    ],
)
async def test_a_file_that_is_wrong_as_a_whole(office: Office, content: bytes, told: str) -> None:
    path = office.folder / "wrong.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=told):
        await office.load_people(path)


async def test_a_mark_at_the_beginning_and_another_order_of_columns(
    office: Office, person: Line
) -> None:
    path = office.folder / "reversed.csv"
    lines = [",".join(PEOPLE), person(1)]
    text = "\r\n".join(",".join(reversed(line.split(","))) for line in lines)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert (await office.load_people(path)).loaded == 1


async def test_the_big_tables_are_entered_by_their_indexes(
    office: Office, person: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk costs the same however many people there are."""
    scans: list[int] = []

    async def counted(connection: Connection, *rest: Any) -> Written:
        before = await _scans(connection)
        written = await write_people(connection, *rest)
        scans.append(await _scans(connection) - before)
        return written

    monkeypatch.setattr(importer, "write_people", counted)
    lines = [person(number) for number in range(1, 3001)]
    await office.people(*lines)
    await office.people(*lines[1000:], *(person(number) for number in range(4000, 4500)))
    assert scans == [0, 0]


async def _scans(connection: Connection) -> int:
    """How often this connection has read a big table from end to end."""
    return int(
        await connection.fetchval(
            "select sum(seq_scan)::int from pg_stat_xact_user_tables"
            " where relname in ('person', 'account', 'transfer')"
        )
    )


async def test_the_registry_may_spell_somebody_anew(office: Office, person: Line) -> None:
    """The same name for whoever looks for it, and shown as the registry writes it now."""
    people = People(office.cipher, office.database)
    for name in ("阿卜杜拉•\ue863", "阿卜杜拉·䶮"):
        report = await office.people(person(1, psn_name=name))
        assert report.loaded + report.changed == 1
        found = await people.by_psn_no("P1")
        assert found is not None and people.name(found) == name
        assert astuple(await office.people(person(1, psn_name=name))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "name", ["𱖎", "李\U00033479", "李\ue863", "李　敏", "李\u00a0敏", "李\u200b敏"]
)
async def test_rare_characters_and_odd_blanks_are_loaded(
    office: Office, person: Line, name: str
) -> None:
    assert (await office.people(person(1, psn_name=name))).loaded == 1
    people = People(office.cipher, office.database)
    found = await people.by_psn_no("P1")
    assert found is not None
    assert people.name(found) == name.replace("　", " ").replace("\xa0", " ").replace("\u200b", "")
    assert await people.identify(name, "01", people.certno(found)) == found


async def test_a_number_is_the_same_in_whatever_width(office: Office, person: Line) -> None:
    certno = person(1).split(",")[3]
    wide = "".join(chr(ord(one) + 0xFEE0) for one in certno)
    report = await office.people(person(1), person(2, certno=f"{wide[:6]} {wide[6:]}"))
    assert astuple(report) == (1, 0, 0, 1)
    assert [str(one) for one in office.refused] == ["line 3: certno: the same as in line 2"]
    assert astuple(await office.people(person(1, certno=wide))) == (0, 0, 1, 0)


async def test_impossible_numbers_are_told_by_line_and_column(office: Office, person: Line) -> None:
    lines = [
        person(1, gend="1"),
        person(2),
        person(3, certno=numbered(3)[:15] + "000"),
        person(4, brdy="1983-06-19"),
    ]
    assert astuple(await office.people(*lines)) == (1, 0, 0, 3)
    assert [(one.line, one.column) for one in office.refused] == [
        (2, "certno"),
        (4, "certno"),
        (5, "certno"),
    ]
    assert not office.warned


async def test_a_registry_with_errors_of_old_may_be_loaded_with_a_warning(
    office: Office, person: Line
) -> None:
    wrong = numbered(3)[:15] + "000"
    lines = [person(1, gend="1"), person(2), person(3, certno=wrong), person(4, gend="5")]
    path = office.file(PEOPLE, *lines)
    assert astuple(await office.load_people(path, lenient=True)) == (3, 0, 0, 1)
    assert [(one.line, one.column) for one in office.refused] == [(5, "gend")]
    assert [(one.line, one.column) for one in office.warned] == [(2, "certno"), (4, "certno")]
    assert not any(wrong in one.reason for one in office.warned)
    people = People(office.cipher, office.database)
    assert (await people.identify("李敏", "01", wrong)).psn_no == "P3"
