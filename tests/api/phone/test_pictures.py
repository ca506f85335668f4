"""A code's pictures: they are what others draw of the same code, and hold no text of it."""

from __future__ import annotations

import barcode
from barcode.charsets.code128 import CODES
from hypothesis import given
from hypothesis import strategies as st

from app.api.phone.pictures.drawing import svg
from app.api.phone.pictures.sums import bars, drawn, qr_rows

CODE = "4240000000000000000000130000"


def test_the_qr_is_a_qr() -> None:
    rows = qr_rows(CODE)
    size = len(rows)
    assert size % 4 == 1 and {len(row) for row in rows} == {size}
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in rows[:7]] == finder
    assert [row[-7:] for row in rows[:7]] == finder
    assert [row[:7] for row in rows[-7:]] == finder
    timing = rows[6][6:-6]
    assert timing == ("10" * size)[: len(timing)], "the timing pattern alternates"


@given(st.from_regex(r"424[0-9]{25}", fullmatch=True))
def test_the_qr_and_the_bars_are_those_that_others_draw(code: str) -> None:
    drawn_rows = [
        bytes(row).translate(bytes.maketrans(b"\0\1", b"01")) for row in drawn(code).matrix
    ]
    assert qr_rows(code) == [row.decode() for row in drawn_rows]
    assert bars(code) == barcode.get("code128", code).build()[0]


START_C, STOP = "11010011100", "1100011101011"


def test_the_bars_decode_to_the_code() -> None:
    built = bars(CODE)
    assert built.startswith(START_C) and built.endswith(STOP)
    symbols = [built[at : at + 11] for at in range(0, len(built) - 13, 11)]
    values = [CODES.index(symbol) for symbol in symbols]
    check = (values[0] + sum(n * value for n, value in enumerate(values[1:-1], 1))) % 103
    assert values[-1] == check
    assert "".join(f"{value:02d}" for value in values[1:-1]) == CODE


def test_the_pictures_hold_no_text_of_the_code() -> None:
    for kind in ("qr", "barcode"):
        picture = svg(CODE, kind)
        assert picture.startswith("<svg ") and CODE not in picture
