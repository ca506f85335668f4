"""Which rules hold where and when: inheritance, days, versions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import local_date
from app.regions.errors import PackError
from app.regions.loader import PACKS, Entry, Pack, Rulebook, read_pack
from tests.regions.packs import block, folder, region

DAY = date(2025, 3, 1)


def _book(tmp_path: Path, **packs: str) -> Rulebook:
    return Rulebook.load(folder(tmp_path, **packs))


def test_a_pool_overrides_its_province_key_by_key(tmp_path: Path) -> None:
    book = _book(
        tmp_path,
        p44_a=region("44", block("[rules.aid]\nmax_out = 6\nmax_in = 3")),
        p4403_b=region("4403", block("[rules.aid]\nmax_in = 2")),
    )
    pool, province = book.at("440305", DAY), book.at("440400", DAY)
    assert (pool.rules.aid.max_out, pool.rules.aid.max_in) == (6, 2)
    assert (province.rules.aid.max_out, province.rules.aid.max_in) == (6, 3)
    assert book.at("450100", DAY).rules.aid.max_out == 8
    assert pool.entries["aid.max_out"].pack == "44-a.toml"
    assert pool.source("aid.max_in") == "4403-b.toml: a test"
    assert pool.entries["aid.max_in"].line == 10


def test_a_table_inside_a_parameter_is_one_value(tmp_path: Path) -> None:
    terms = """[rules.benefit_employee]
pooled = true
deductible_fen = { basic = 1_00, second = 2_00, third = 3_00 }
[rules.benefit_employee.ratio_active]
basic = "0.6"
second = "0.5"
third = "0.4"
"""
    one_level = '[rules.benefit_employee.ratio_active]\nbasic = "0.9"'
    book = _book(
        tmp_path,
        p44_a=region("44", block(terms)),
        p4403_b=region("4403", block(one_level)),
    )
    employee = book.at("440100", DAY).rules.benefit_employee
    assert employee.deductible_fen.second == 2_00
    assert employee.ratio_active.third == Decimal("0.4")
    with pytest.raises(PackError, match="ratio_active"):
        book.at("440300", DAY)  # half a table does not borrow the other half


def test_a_province_overrides_on_its_days_only(tmp_path: Path) -> None:
    book = _book(
        tmp_path,
        p44_a=region(
            "44", block("[rules.aid]\nmax_out = 6", begins="2023-10-01", until="2024-02-29")
        ),
    )
    seen = [
        book.at("440100", date.fromisoformat(day)).rules.aid.max_out
        for day in ("2023-09-30", "2023-10-01", "2024-02-29", "2024-03-01")
    ]
    assert seen == [8, 6, 6, 8]


def test_the_day_is_the_day_in_china() -> None:
    book = Rulebook.load(PACKS)
    before = datetime(2024, 12, 8, 15, 59, 59, tzinfo=UTC)
    assert book.at("530100", local_date(before)).rules.aid.area == "pool"
    after = before + timedelta(seconds=1)
    assert book.at("530100", local_date(after)).rules.aid.area == "province"


def test_before_all_rules_nothing_is_in_force() -> None:
    with pytest.raises(PackError, match="no rules yet"):
        Rulebook.load().at("130100", date(2020, 12, 31))
    with pytest.raises(PackError):
        Rulebook.load().at("130100", date(2021, 3, 31))


def test_the_version_names_packs_and_days(tmp_path: Path) -> None:
    book = Rulebook.load()
    assert book.at("130100", DAY).version == "00@2024-12-09+13@2024-10-01"
    assert book.at("530100", date(2024, 12, 8)).version == "00@2024-12-02"
    # Henan's own part ends on the day before the nation's new rule: both dates move. A week before
    # that the wallet came.
    assert book.at("410100", date(2024, 12, 8)).version == "00@2024-12-02+41@2024-09-01"
    assert book.at("410100", date(2024, 12, 9)).version == "00@2024-12-09+41@2024-12-09"


def test_the_same_question_gives_the_same_object() -> None:
    book = Rulebook.load()
    first = book.at("130100", date(2026, 1, 1))
    assert first is book.at("130682", date(2030, 1, 1))


def test_the_name_of_a_place_is_its_most_local_region() -> None:
    book = Rulebook.load()
    names = [book.region_name(place) for place in ("440305", "440400", "530100")]
    assert names == ["深圳市", "广东省", "全国"]


def test_two_packs_of_one_region_are_refused(tmp_path: Path) -> None:
    nation = read_pack(PACKS / "00-nation.toml")
    with pytest.raises(PackError, match="same code"):
        Rulebook([nation, nation])
    with pytest.raises(PackError, match="nation"):
        Rulebook([Pack("44", "某地", "44-a.toml", ())])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[region\n", ":1:"),
        ('name = "x"\n', ":1:"),
        ('[region]\ncode = 44\nname = "x"\n', ":1:"),
        (region("44", "\n[[rules]]\nfrom = 2021-04-01\n"), ":5:"),
        (region("44", block("max_out = 5")), ":9:"),
        (region("44", block("[rules.aid]\nmax_out = 5", begins='"2021-04-01"')), ":6:"),
        (region("44", block("[rules.aid]\nmax_out = 5", begins="2021-04-01T00:00:00")), ":6:"),
    ],
)
def test_a_file_that_is_no_pack_says_where(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(PackError) as caught:
        _book(tmp_path, p44_a=text)
    assert str(caught.value).startswith(f"44-a.toml{place}")


KEYS: dict[str, st.SearchStrategy[Any]] = {
    "aid.max_out": st.integers(1, 5),
    "aid.floor_fen": st.integers(0, 3),
    "aid.chain": st.booleans(),
    "own.spend_first": st.sampled_from(["current", "carried_over"]),
}
DAYS = st.dates(date(2021, 4, 1), date(2021, 6, 1))


@st.composite
def _entries(draw: st.DrawFn, file: str) -> tuple[Entry, ...]:
    found = []
    for line in range(draw(st.integers(0, 6))):
        key = draw(st.sampled_from(sorted(KEYS)))
        begins = draw(DAYS)
        length = draw(st.none() | st.integers(0, 20))
        ends = None if length is None else begins + timedelta(days=length)
        value = draw(KEYS[key])
        found.append(Entry(key, value, begins, ends, "§", "D", False, file, line + 1))
    return tuple(found)


REAL = Rulebook.load()
NATION_PACK = read_pack(PACKS / "00-nation.toml")


def _naive(packs: list[Pack], place: str, day: date, key: str) -> object:
    """The plain reading: of the most local pack that has the key that day, the newest block."""
    for code in (place[:4], place[:2], "00"):
        best: Entry | None = None
        for pack in packs:
            for entry in pack.entries if pack.code == code else ():
                fits = entry.begins <= day and (entry.ends is None or day <= entry.ends)
                if entry.key == key and fits and (best is None or entry.begins >= best.begins):
                    best = entry
        if best is not None:
            return best.value
    raise AssertionError(key)


@given(
    province=_entries("44-a.toml"), pool=_entries("4403-b.toml"), days=st.lists(DAYS, min_size=2)
)
def test_at_equals_the_plain_reading(
    province: tuple[Entry, ...], pool: tuple[Entry, ...], days: list[date]
) -> None:
    packs = [
        NATION_PACK,
        Pack("44", "省", "44-a.toml", province),
        Pack("4403", "市", "4403-b.toml", pool),
    ]
    book = Rulebook(packs)
    by_version: dict[str, dict[str, Entry]] = {}
    for place in ("440305", "440100", "130100"):
        for day in days:
            found = book.at(place, day)
            for key in KEYS:
                section, _, name = key.partition(".")
                got = getattr(getattr(found.rules, section), name)
                assert got == _naive(packs, place, day, key) == found.entries[key].value
            assert by_version.setdefault(found.version, found.entries) == found.entries


@given(
    code=st.sampled_from(sorted(REAL.packs)),
    day=st.dates(date(2021, 4, 1), date(2030, 1, 1)),
)
def test_at_equals_the_plain_reading_of_the_real_packs(code: str, day: date) -> None:
    book = REAL
    place = code.ljust(6, "0")
    found = book.at(place, day)
    for key, entry in found.entries.items():
        assert entry.value == _naive(list(book.packs.values()), place, day, key)
