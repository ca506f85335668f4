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
    number_faults,
    person_row,
)
from app.kit.money import yuan_text
from tests.domain.registry.imports.conftest import numbered

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


@pytest.mark.parametrize(
    ("cert_type", "certno", "brdy", "gend"),
    [
        ("01", "11010519491231002X", "1949-12-31", "2"),
        ("01", "440524188001010014", "1880-01-01", "1"),
        ("01", "11010519491231002x", "1949-12-31", "9"),
        ("01", "440524188001010014", "1880-01-01", "0"),
        ("17", "810000199408230021", "1994-08-23", "2"),
        ("17", "830000199201300022", "1992-01-30", "2"),
        ("07", "911124198108030024", "1981-08-03", "2"),
        # Papers that are numbered otherwise, or as before.
        ("07", "CHN310183010212", "1983-01-02", "2"), ("17", "12345678", "1983-01-02", "1"),
        ("08", "810000199408230000", "1983-01-02", "1"),
        ("99", "139900198302310000", "1983-01-02", "1"),
    ],
)  # fmt: skip
def test_a_possible_number(person: Line, cert_type: str, certno: str, brdy: str, gend: str) -> None:
    given = {"psn_cert_type": cert_type, "certno": certno, "brdy": brdy, "gend": gend}
    assert person_row(person(**given).split(","), TODAY).certno == certno.upper()


@pytest.mark.parametrize(
    ("cert_type", "certno", "brdy", "gend", "told"),
    [
        ("01", "110105194912310000", "1949-12-31", "2", "ends in 000"),
        ("01", "139900198306180000", "1983-06-18", "2", "ends in 000"),
        ("01", "110105194912310021", "1949-12-31", "2", "check digit"),
        ("01", "110105194912310039", "1949-12-31", "2", "check digit"),
        ("01", "110150194912310020", "1949-12-31", "2", "check digit"),
        ("01", "11010519491231002X", "1949-12-30", "2", "birthday"),
        ("01", "139900198302310014", "1983-03-03", "1", "no such day"),
        ("01", "139900198300000014", "1983-03-03", "1", "no such day"),
        ("01", "139900210002290010", "1983-03-03", "1", "no such day"),
        ("01", "11010519491231002X", "1949-12-31", "1", "sex"),
        ("01", "440524188001010014", "1880-01-01", "2", "sex"),
        ("01", "１１０１０５１９４９１２３１００２１", "1949-12-31", "2", "check digit"),
        ("17", "810000199408230000", "1994-08-23", "2", "ends in 000"),
        ("17", "820000199009140021", "1990-09-14", "2", "check digit"),
        ("17", "810000199408230021", "1994-08-23", "1", "sex"),
        ("07", "911124198108030025", "1981-08-03", "2", "check digit"),
        ("07", "911124198108030024", "1981-08-04", "2", "birthday"),
    ],
)  # fmt: skip
def test_an_impossible_number(
    person: Line, cert_type: str, certno: str, brdy: str, gend: str, told: str
) -> None:
    given = {"psn_cert_type": cert_type, "certno": certno, "brdy": brdy, "gend": gend}
    fields = person(**given).split(",")
    with pytest.raises(Bad, match=told) as caught:
        person_row(fields, TODAY)
    assert caught.value.column == "certno"
    row = person_row(fields, TODAY, lenient=True)
    assert any(told in fault.reason for fault in number_faults(row))


def test_a_right_number_may_end_in_three_noughts(person: Line) -> None:
    """One of a thousand does: what Excel leaves has a wrong check digit nearly always."""
    certno = next(n for n in map(numbered, range(499)) if n.endswith("000"))
    assert person_row(person(certno=certno).split(","), TODAY).certno == certno


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
