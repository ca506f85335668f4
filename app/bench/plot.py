"""A picture of a measurement: latency by percentile, one line a run, as plain SVG. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 820, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 86, 176, 40, 60
_COLOURS = ("#0b7a75", "#c2410c", "#1d4ed8", "#7c3aed", "#4d7c0f", "#be123c")
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 4", "1 4", "12 2")
# Six and seven: 42 lines before two look alike.
_LEAST_MS = 1.0
SHARES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
"""The percentiles that a line runs through; the scale stretches the tail, where tills wait."""


def latencies(title: str, lines: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """An SVG: for each (name, percentile → milliseconds) a line through ``SHARES``.

    Both scales are logarithmic: the tail to the right, milliseconds up.
    """
    most = max([ms[name] for _, ms in lines for name in SHARES], default=_LEAST_MS)
    top = 10 ** math.ceil(math.log10(max(most, 10.0)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="15" fill="#111">{escape(title)}</text>',
        *_grid(top),
        *(part for n, (name, ms) in enumerate(lines) for part in _line(n, name, ms, top)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(share: float) -> float:
    whole = -math.log10(1 - max(SHARES.values())) + math.log10(0.5)
    part = (-math.log10(1 - share) + math.log10(0.5)) / whole
    return _LEFT + part * (_WIDTH - _LEFT - _RIGHT)


def _y(ms: float, top: float) -> float:
    part = math.log10(max(ms, _LEAST_MS)) / math.log10(top)
    return _HEIGHT - _BOTTOM - part * (_HEIGHT - _TOP - _BOTTOM)


def _grid(top: float) -> Iterator[str]:
    right, low = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for power in range(round(math.log10(top)) + 1):
        y = _y(10.0**power, top)
        yield f'<line x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield (
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#333">'
            f"{10**power:,} ms</text>"
        )
    for name, share in SHARES.items():
        x = _x(share)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{low}" stroke="#eee"/>'
        yield f'<text x="{x:.1f}" y="{low + 20}" text-anchor="middle" fill="#333">{name}</text>'


def _line(number: int, name: str, ms: Mapping[str, float], top: float) -> Iterator[str]:
    colour, dash = _COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)]
    points = " ".join(f"{_x(s):.1f},{_y(ms[p], top):.1f}" for p, s in SHARES.items())
    yield (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>'
    )
    y = _TOP + 10 + 22 * number
    x = _WIDTH - _RIGHT + 14
    yield (
        f'<line x1="{x}" x2="{x + 26}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dash}"/>'
    )
    yield f'<text x="{x + 33}" y="{y + 4}" fill="#111">{escape(name)}</text>'
