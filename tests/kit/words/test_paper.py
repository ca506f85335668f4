"""A slip as a PDF: a file that readers can follow, and the text in it."""

from __future__ import annotations

import re

from app.kit.words.paper import Line, paper

_SHOWN = re.compile(r"<([0-9A-F]*)> Tj")


def texts(pdf: str) -> list[str]:
    """What stands on the paper, piece by piece."""
    return [bytes.fromhex(one).decode("utf-16-be") for one in _SHOWN.findall(pdf)]


def test_the_text_is_read_back() -> None:
    pdf = paper(
        "结算单 1", [Line("阿莫西林胶囊 0.25g×24粒", "25.60"), Line("合计", "25.60", rule=True)]
    )
    assert texts(pdf) == ["阿莫西林胶囊 0.25g×24粒", "25.60", "合计", "25.60"]
    assert pdf.isascii()


def test_every_object_lies_where_the_table_says() -> None:
    pdf = paper("x", [Line("甲"), Line("b", strong=True, grey=True)])
    start = int(pdf.rsplit("startxref\n", 1)[1].split()[0])
    assert pdf[start:].startswith("xref\n0 9\n")
    places = re.findall(r"^(\d{10}) 00000 n $", pdf[start:], re.MULTILINE)
    for number, place in enumerate(places, 1):
        assert pdf[int(place) :].startswith(f"{number} 0 obj\n")
    length = int(re.findall(r"/Length (\d+)", pdf)[0])
    stream = pdf.split("stream\n", 1)[1]
    assert stream[length:].startswith("\nendstream")


def test_a_long_line_is_broken_and_nothing_of_it_lost() -> None:
    name = "复方" * 40
    found = texts(paper("x", [Line(name, "1.00")]))
    assert len(found) > 3 and found[1] == "1.00"
    assert "".join(one for one in found if one != "1.00") == name


def test_what_the_font_has_not_is_a_square() -> None:
    assert texts(paper("x", [Line("𠮷药")])) == ["□药"]
