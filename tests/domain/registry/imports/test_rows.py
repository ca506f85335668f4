"""The checks of single rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.registry.imports.duplicates import Duplicates
from app.domain.registry.imports.lines import Bad
from app.domain.registry.imports.rows import (
    CATALOGUE,
    INSTITUTIONS,
    PEOPLE,
    institution_row,
    item_row,
    person_row,
)
from app.kit.money import yuan_text

TODAY = date(2026, 3, 1)
Line = Callable[..., str]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("psn_no", "", "empty"), ("psn_no", "1" * 31, "longer"), ("psn_no", "1 2", "letters"),
        ("psn_name", "", "empty"), ("psn_name", "李" * 51, "longer"),
        ("psn_name", "李\x07", "print"),
        ("psn_cert_type", "77", "unknown"), ("certno", "1399001983061800", "17 digits"),
        ("certno", "", "empty"), ("gend", "3", "unknown"), ("gend", "", "empty"),
        ("brdy", "2023-02-29", "no such day"), ("brdy", "2026-03-02", "future"),
        ("brdy", "1879-12-31", "1880"), ("brdy", "1983/06/18", "date"),
        ("insutype", "340", "unknown"), ("psn_type", "111", "2 or 4"), ("psn_type", "1a", "digits"),
        ("psn_insu_stas", "", "empty"), ("insuplc_admdvs", "13060", "6 digits"),
        ("insuplc_admdvs", "１３０６００", "digits"), ("has_account", "yes", "0 or 1"),
        ("balance_current", "", "empty"), ("balance_current", "-1", "negative"),
        ("balance_current", "1.005", "two places"), ("balance_current", "1e3", "amount"),
        ("balance_carried", "１", "amount"), ("balance_carried", "9999999999999", "amount"),
        ("insutype", "390", ""), ("has_account", "0", "without an account"),
    ],
)  # fmt: skip
def test_a_wrong_field(person: Line, column: str, value: str, told: str) -> None:
    with pytest.raises(Bad) as caught:
        person_row(person(**{column: value}).split(","), TODAY)
    assert told in caught.value.reason
    assert not value or value not in caught.value.reason or value in ("3", "-1")


def test_a_resident_has_no_account(person: Line) -> None:
    with pytest.raises(Bad, match="employee plan"):
        person_row(person(insutype="390").split(","), TODAY)


@pytest.mark.parametrize("has", ["1", "true", "TRUE"])
def test_the_flag_may_be_a_word(person: Line, has: str) -> None:
    assert person_row(person(has_account=has).split(","), TODAY).has_account


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fen=st.integers(min_value=0, max_value=10**13))
def test_every_amount_is_read_to_the_fen(person: Line, fen: int) -> None:
    row = person_row(person(balance_current=yuan_text(fen)).split(","), TODAY)
    assert row.current_fen == fen


@given(st.lists(st.text(max_size=40), min_size=len(PEOPLE), max_size=len(PEOPLE)))
def test_any_people_line_is_read_or_refused_by_column(fields: list[str]) -> None:
    try:
        person_row(fields, TODAY)
    except Bad as bad:
        assert bad.column in PEOPLE


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_field_of_anything(person: Line, data: st.DataObject) -> None:
    fields = person().split(",")
    place = data.draw(st.integers(0, len(PEOPLE) - 1))
    fields[place] = data.draw(st.text(max_size=60))
    try:
        row = person_row(fields, TODAY)
    except Bad as bad:
        assert bad.reason
    else:
        assert "\0" not in repr(row) and row.current_fen >= 0 and row.brdy <= TODAY


@given(
    st.lists(st.text(max_size=20), min_size=len(INSTITUTIONS), max_size=len(INSTITUTIONS)),
    st.lists(st.text(max_size=20), min_size=len(CATALOGUE), max_size=len(CATALOGUE)),
)
def test_any_other_line_is_read_or_refused(institution: list[str], item: list[str]) -> None:
    for check, fields, columns in (
        (institution_row, institution, INSTITUTIONS),
        (item_row, item, CATALOGUE),
    ):
        try:
            check(fields, TODAY)
        except Bad as bad:
            assert bad.column in columns


@given(st.lists(st.text(alphabet="abcd", max_size=3)))
def test_duplicates_are_found_exactly(keys: list[str]) -> None:
    duplicates = Duplicates(len(keys))
    for key in keys:
        duplicates.mark(key)
    for line, key in enumerate(keys):
        first = keys.index(key)
        assert duplicates.seen(key, line) == (None if first == line else first)
