"""What a bill's trace codes must be like, and which box goes where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.trace.errors import (
    TRACE_ALREADY_SOLD,
    TRACE_BOX_EMPTY,
    TRACE_FORMAT,
    TRACE_MISSING,
    TRACE_NOT_THIS_LINE,
    TRACE_PRODUCT_MISMATCH,
    TRACE_SEEN_ELSEWHERE,
    TRACE_TWICE,
)
from app.domain.trace.rules import (
    Known,
    check,
    check_named,
    check_unsold,
    left_of,
    plainly_right,
    take,
)
from app.domain.trace.values import Goods, Product, Sale, Scanned
from app.kit.reasons import Reason, Refusal
from app.regions.rules import Licence, TraceRules

DAY = date(2026, 11, 21)
HERE, THERE = "P1", "P2"
ITEM = "X1"
EXEMPT: tuple[Licence, ...] = ("slices", "device", "service", "none")


def rules(**changed: Any) -> TraceRules:
    values: dict[str, Any] = {
        "policy": "require",
        "exempt": EXEMPT,
        "no_code": None,
        "no_code_until": None,
        "sold_elsewhere": "alert",
        "visit_codes": False,
    }
    return TraceRules(**values | changed)


def box(number: int, split: bool = False) -> Scanned:
    return Scanned(f"8123456{number:013d}", split)


def line(*codes: Scanned, count: str = "", kind: Licence = "drug", sn: str = "1") -> Goods:
    return Goods(sn, ITEM, kind, Decimal(count or max(len(codes), 1)), codes)


def sale(scanned: Scanned, here: str = HERE, units: str = "1", slot: int = 1) -> Sale:
    return Sale(scanned.code, 70, "1", here, slot, scanned.split, Decimal(units))


def known(*sales: Sale, units: str | None = None) -> Known:
    sold: dict[str, tuple[Sale, ...]] = {}
    for one in sales:
        sold[one.code] = (*sold.get(one.code, ()), one)
    product = Product(frozenset({ITEM}), Decimal(units) if units else None)
    return Known(sold, {"8123456": product}, HERE)


def refused(reason: Reason, *lines: Goods, of: Known | None = None, **changed: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check(lines, rules(**changed), DAY, of or known())
    assert caught.value.reason is reason
    return caught.value


def test_a_line_has_as_many_codes_as_boxes() -> None:
    assert check([line(box(1), box(2))], rules(), DAY, known()) == []
    told = refused(TRACE_MISSING, line(box(1), sn="9"), line(box(2), count="3"))
    assert told.params == {"line": "2", "need": "3", "got": "1"}
    assert refused(TRACE_MISSING, line()).params["got"] == "0"
    assert refused(TRACE_MISSING, line(box(1), count="1.5")).params["need"] == "2"
    assert refused(TRACE_MISSING, line(box(1), box(2), count="1")).params["got"] == "2"


_CODES = st.sampled_from(
    [*map(box, (1, 2, 3)), box(1, split=True), *map(Scanned, ("6901234567892", "AB12-34/56"))]
)
_LINES = st.builds(
    lambda codes, more, kind, sn, item: Goods(
        sn, item, kind, Decimal(len(codes)) + Decimal(more), tuple(codes)
    ),
    st.lists(_CODES, min_size=1, max_size=2),
    st.sampled_from(["0", "0.0", "0", "1", "0.5"]),
    st.sampled_from(["drug", "device"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([ITEM, ITEM, "X2"]),
)


@given(
    st.lists(_LINES, min_size=1, max_size=2),
    st.booleans(),
    st.sampled_from(["require", "warn"]),
    st.sampled_from(["alert", "refuse"]),
)
def test_of_what_is_plainly_right_nothing_is_said(
    lines: list[Goods], one_sold: bool, policy: str, elsewhere: str
) -> None:
    of = known(*[sale(box(3), THERE)] if one_sold else [], units="10")
    if plainly_right(lines, of):
        assert check(lines, rules(policy=policy, sold_elsewhere=elsewhere), DAY, of) == []


def test_whole_boxes_that_nobody_has_sold_are_plainly_right() -> None:
    fine = [line(box(1), box(2)), line(box(3), count="1.0", sn="2")]
    assert plainly_right(fine, known())
    assert not plainly_right(fine, known(sale(box(3))))
    assert not plainly_right([*fine, line(box(1), sn="3")], known())
    assert not plainly_right([line(box(1, split=True))], known())


def test_of_a_split_box_one_code_is_enough() -> None:
    assert check([line(box(1, split=True), count="12")], rules(), DAY, known()) == []


@pytest.mark.parametrize("kind", EXEMPT)
def test_what_is_exempt_needs_none_and_may_have_some(kind: Licence) -> None:
    assert check([line(kind=kind), line(box(1), kind=kind)], rules(), DAY, known()) == []
    udi = Scanned("(01)06901234567892(17)270101(10)A1")
    assert check([line(udi, kind="device")], rules(), DAY, known()) == []


def test_the_list_of_goods_without_codes_has_an_end() -> None:
    listed: dict[str, Any] = {"no_code": (ITEM,), "no_code_until": DAY}
    assert check([line()], rules(**listed), DAY, known()) == []
    refused(TRACE_MISSING, line(), **listed | {"no_code_until": date(2026, 11, 20)})
    assert check([line()], rules(no_code=(ITEM,)), DAY, known()) == []
    refused(TRACE_MISSING, line(), no_code=("X2",))


@pytest.mark.parametrize(
    "code", ["6901234567892", "1" * 28, "1" * 19, "HTTP://X.CN/1 2", "AB", "中" * 20]
)
def test_what_is_no_trace_code_is_refused(code: str) -> None:
    assert refused(TRACE_FORMAT, line(Scanned(code))).params["code"] == code


@pytest.mark.parametrize("code", ["9" * 20, "A1B2-C3D4", "YJ(2026)000000000001"])
def test_other_forms_than_digits_are_taken(code: str) -> None:
    assert check([line(Scanned(code))], rules(), DAY, known()) == []


def test_a_code_of_another_product_is_refused_where_the_product_is_known() -> None:
    other = Goods("1", "X2", "drug", Decimal(1), (box(1),))
    refused(TRACE_PRODUCT_MISMATCH, other)
    unknown = Known({}, {}, HERE)
    assert check([other], rules(), DAY, unknown) == []


def test_where_codes_are_asked_for_only_by_a_warning_it_is_one() -> None:
    found = check(
        [line(box(1), count="2"), line(Scanned("12"))], rules(policy="warn"), DAY, known()
    )
    assert [one.reason for one in found] == [TRACE_MISSING, TRACE_FORMAT]
    assert check([line(count="9")], rules(policy="off"), DAY, known()) == []


@pytest.mark.parametrize("policy", ["warn", "require"])
def test_a_code_is_once_in_a_bill(policy: str) -> None:
    refused(TRACE_TWICE, line(box(1), box(1)), policy=policy)
    refused(TRACE_TWICE, line(box(1)), line(box(1), sn="2"), policy=policy)
    refused(TRACE_TWICE, line(box(1)), line(box(1, split=True), sn="2"), policy=policy)
    refused(TRACE_TWICE, line(box(1, True), box(1, True)), policy=policy)
    parts = line(box(1, True), count="2"), line(box(1, True), count="3", sn="2")
    assert check(parts, rules(policy=policy), DAY, known()) == []


@pytest.mark.parametrize("policy", ["warn", "require"])
def test_what_is_sold_here_is_refused(policy: str) -> None:
    for before, now in ((False, False), (False, True), (True, False)):
        sold = known(sale(box(1, before)))
        told = refused(TRACE_ALREADY_SOLD, line(box(1, now)), of=sold, policy=policy)
        assert told.params["setl_id"] == "70"


def test_what_is_sold_elsewhere_is_told_or_refused() -> None:
    sold = known(sale(box(1), THERE))
    [told] = check([line(box(1))], rules(), DAY, sold)
    assert told.reason is TRACE_SEEN_ELSEWHERE
    refused(TRACE_SEEN_ELSEWHERE, line(box(1)), of=sold, sold_elsewhere="refuse")
    [second], [alert] = take([line(box(1))], 80, sold)
    assert (second.slot, alert.settlement_id, alert.first_settlement_id) == (2, 80, 70)
    assert alert.first_fixmedins_code == THERE


def test_parts_of_a_box_are_counted_against_it() -> None:
    part = box(1, split=True)
    of = known(sale(part, units="20"), units="24")
    assert check([line(part, count="4")], rules(), DAY, of) == []
    told = refused(TRACE_BOX_EMPTY, line(part, count="5"), of=of)
    assert (told.params["left"], told.params["asked"]) == ("4", "5")
    two = line(part, count="3"), line(part, count="2", sn="2")
    refused(TRACE_BOX_EMPTY, *two, of=of)
    assert check([line(part, count="500")], rules(), DAY, known(sale(part, units="20"))) == []


def test_what_is_more_than_one_box_has_comes_out_of_the_next() -> None:
    one, two = box(1, split=True), box(2, split=True)
    of = known(sale(one, units="20"), units="24")
    assert check([line(one, two, count="10")], rules(), DAY, of) == []
    sales, alerts = take([line(one, two, count="10")], 80, of)
    assert [(s.code, str(s.units), s.slot) for s in sales] == [
        (one.code, "4", 2),
        (two.code, "6", 1),
    ]
    assert alerts == []
    refused(TRACE_BOX_EMPTY, line(one, two, count="29"), of=of)


def test_a_place_that_became_free_is_taken_first() -> None:
    part = box(1, split=True)
    of = known(sale(part, slot=2))
    [first], _ = take([line(part)], 80, of)
    assert first.slot == 1
    sales, _ = take([line(part, sn="1"), line(part, sn="2")], 80, of)
    assert [one.slot for one in sales] == [1, 3]


def test_what_is_about_to_be_free_holds_nobody_up() -> None:
    sold = known(sale(box(1)), sale(box(2, True), units="24"), units="24")
    lines = [line(box(1)), line(box(2, True), count="24", sn="2")]
    with pytest.raises(Refusal):
        check_unsold(lines, sold)
    check_unsold(lines, sold, coming=70)


def test_codes_name_a_line_of_the_bill() -> None:
    check_named([("1", box(1))], ["1", "2"])
    with pytest.raises(Refusal) as caught:
        check_named([("3", box(1))], ["1", "2"])
    assert caught.value.reason is TRACE_NOT_THIS_LINE


def left(count: str, back: str, *named: int) -> list[str]:
    codes = (box(1), box(2), box(3))
    names = frozenset(box(one).code for one in named)
    return [one.code for one in left_of(codes, Decimal(count), Decimal(back), names, "1")]


def test_which_boxes_come_back_has_to_be_said() -> None:
    assert left("3", "1", 2) == [box(1).code, box(3).code]
    assert left("3", "0.5") == [box(n).code for n in (1, 2, 3)], "a box that is begun stays"
    assert left("4", "1") == [box(n).code for n in (1, 2, 3)], "one had no code: it may be that"
    for count, back, named in (("3", "1", ()), ("3", "2", (1,)), ("3", "1", (1, 2))):
        with pytest.raises(Refusal) as caught:
            left(count, back, *named)
        assert caught.value.reason is TRACE_MISSING
