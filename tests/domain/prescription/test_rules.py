"""What may be dispensed, as pure rules; and no order of selling and giving back dispenses more than
was prescribed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.prescription.rules import (
    Buying,
    check_again,
    check_dispensable,
    check_lines,
    is_ours,
    number_of,
    stands,
)
from app.domain.prescription.values import Asked, Prescribed, Share, State, Use
from app.kit.reasons import Refusal

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def made(dispensed: str = "0", state: State = State.ISSUED) -> Prescribed:
    share = Share(Decimal(4), Decimal(dispensed))
    here = frozenset({"P1"})
    ends = NOW + timedelta(days=1)
    return Prescribed(1, "RX", 7, "41", state, ends, {"A": share}, here, here)


def code(call: object, *given: object) -> str:
    with pytest.raises(Refusal) as told:
        call(*given)  # type: ignore[operator]
    return told.value.reason.code


def test_a_number_of_ours_is_known_by_its_form() -> None:
    number = number_of("340100", 2**63 - 1)
    assert is_ours(number) and len(number) <= 30
    assert not any(is_ours(other) for other in ("", "R1", number[:-1], number + "1", "9" * 27))


def test_somebody_else_s_is_told_before_anything_of_it() -> None:
    for found in (made(state=State.WITHDRAWN), made("4")):
        assert code(check_dispensable, "RX", found, Buying("P2", 8, "11", NOW)) == "RX_OF_OTHER"


def test_the_last_moment_is_before_its_end() -> None:
    last = NOW + timedelta(days=1)
    just = Buying("P1", 7, "41", last - timedelta(microseconds=1))
    assert check_dispensable("RX", made(), just)
    assert code(check_dispensable, "RX", made(), Buying("P1", 7, "41", last)) == "RX_EXPIRED"
    assert [stands(State.ISSUED, last, at)[0] for at in (NOW, last)] == ["1", "2"]


def test_lines_of_one_item_count_together() -> None:
    lines = [Asked("1", "A", Decimal("2.5")), Asked("2", "A", Decimal("1.5"))]
    assert check_lines(made(), lines) == {"A": Decimal(4)}
    assert code(check_lines, made("0.0001"), lines) == "RX_TOO_MUCH"


def test_what_comes_back_may_be_had_again_unless_it_is_gone() -> None:
    again = {"A": Decimal(3)}
    check_again(made("1"), again)
    assert code(check_again, made("2"), again) == "RX_USED_UP"
    assert code(check_again, made(state=State.SOLD), again) == "RX_USED_UP"
    assert code(check_again, made(state=State.WITHDRAWN), again) == "RX_WITHDRAWN"


def test_how_much_of_it_is_used() -> None:
    assert [made(much).use for much in ("0", "1", "4")] == [Use.NONE, Use.PART, Use.WHOLE]
    assert made(state=State.SOLD).use is Use.WHOLE
