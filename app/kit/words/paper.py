"""A slip of paper as a PDF: lines of text, Chinese too, on one page as long as they need.

The Chinese font is the one that PDF readers bring along (STSong-Light of Adobe-GB1), so that no
font of megabytes travels with a slip. The file is plain ASCII: it goes where a text goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_WIDE_PT, _EDGE_PT = 320, 20
_LEADING = 1.5
_ABOVE_PT = 4.0
_BASIC_PLANE = 0xFFFF
_HALF = 0x7F
_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H"
    " /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    " /DW 1000 /W [1 95 500] /FontDescriptor 6 0 R >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at the left and at the right of a line; a long one at the left is broken.

    ``rule``: a stroke above it; ``grey``: less important; ``strong``: more.
    """

    left: str
    right: str = ""
    size: int = 9
    grey: bool = False
    strong: bool = False
    rule: bool = False


def paper(title: str, lines: Iterable[Line]) -> str:
    """The slip as the text of a PDF file."""
    placed = [line for one in lines for line in _broken(one)]
    height = 2 * _EDGE_PT + sum(map(_height, placed))
    drawing = "\n".join(_drawn(placed, height))
    return _file(
        [
            "<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDE_PT} {height:.2f}]"
            " /Resources << /Font << /F 4 0 R >> >> /Contents 7 0 R >>",
            *_FONT,
            f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
            f"<< /Title <FEFF{_hex(title)}> >>",
        ]
    )


def _file(objects: Sequence[str]) -> str:
    """Objects, where each begins, and which is the first; the last one tells about the file."""
    text, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        f"{text}xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {count} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{len(text)}\n%%EOF\n"
    )


def _hex(text: str) -> str:
    """The text's characters as the font takes them: what has no place there is a blank square."""
    known = "".join(one if ord(one) <= _BASIC_PLANE else "□" for one in text)
    return known.encode("utf-16-be", errors="replace").hex().upper()


def _ems(text: str) -> float:
    return sum(0.5 if ord(one) < _HALF else 1.0 for one in text)


def _height(line: Line) -> float:
    return line.size * _LEADING + (2 * _ABOVE_PT if line.rule else 0)


def _broken(line: Line) -> Iterator[Line]:
    """The line in as many as it needs; what stands at the right goes with the first."""
    right = _ems(line.right) + 1 if line.right else 0
    room = (_WIDE_PT - 2 * _EDGE_PT) / line.size - right
    first, taken = True, ""
    for one in line.left:
        if taken and _ems(taken + one) > room:
            yield _piece(line, taken, first=first)
            first, taken = False, ""
        taken += one
    yield _piece(line, taken, first=first)


def _piece(line: Line, left: str, *, first: bool) -> Line:
    right, rule = (line.right, line.rule) if first else ("", False)
    return Line(left, right, line.size, line.grey, line.strong, rule)


def _drawn(lines: Sequence[Line], height: float) -> Iterator[str]:
    y = height - _EDGE_PT
    for line in lines:
        if line.rule:
            y -= _ABOVE_PT
            yield f"0.7 G 0.5 w {_EDGE_PT} {y:.2f} m {_WIDE_PT - _EDGE_PT} {y:.2f} l S"
            y -= _ABOVE_PT
        y -= line.size * _LEADING
        base = y + line.size * (_LEADING - 1)
        yield _text(line, line.left, _EDGE_PT, base)
        if line.right:
            wide = _ems(line.right) * line.size
            yield _text(line, line.right, _WIDE_PT - _EDGE_PT - wide, base)


def _text(line: Line, text: str, x: float, y: float) -> str:
    ink = "0.4" if line.grey else "0"
    weight = "2 Tr 0.3 w" if line.strong else "0 Tr"
    return (
        f"BT {ink} g {ink} G {weight} /F {line.size} Tf"
        f" 1 0 0 1 {x:.2f} {y:.2f} Tm <{_hex(text)}> Tj ET"
    )
