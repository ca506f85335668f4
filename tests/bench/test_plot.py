"""The picture of a measurement."""

from __future__ import annotations

from xml.etree import ElementTree

from app.bench.plot import SHARES, latencies

_SVG = "{http://www.w3.org/2000/svg}"


def _points(picture: str) -> list[list[tuple[float, float]]]:
    lines = ElementTree.fromstring(picture).iter(f"{_SVG}polyline")
    return [
        [(float(x), float(y)) for x, y in (p.split(",") for p in line.attrib["points"].split())]
        for line in lines
    ]


def test_slower_stands_higher_and_the_tail_to_the_right() -> None:
    quick = dict(zip(SHARES, (5, 6, 8, 9, 20, 40), strict=True))
    slow = {name: 10 * ms for name, ms in quick.items()}
    one, other = _points(latencies("<a> & b", [("300/s", quick), ("1,170/s", slow)]))
    assert [x for x, _ in one] == sorted(x for x, _ in one)
    assert all(y > higher for (_, y), (_, higher) in zip(one, other, strict=True))
    assert [y for _, y in one] == sorted((y for _, y in one), reverse=True)


def test_nothing_leaves_the_picture() -> None:
    extreme = dict(zip(SHARES, (0.0, 0.001, 1, 10, 99_999, 100_000), strict=True))
    [line] = _points(latencies("x", [("x", extreme)]))
    assert all(0 <= x <= 820 and 0 <= y <= 460 for x, y in line)
    assert _points(latencies("nothing was measured", [])) == []
