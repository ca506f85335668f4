"""Draws a code: QR and Code 128, as modules for a canvas and as SVG."""

from __future__ import annotations

import io
from typing import Any, Literal

import segno

from app.api.phone.pictures.sums import bars, drawn, qr_rows

Kind = Literal["qr", "barcode"]
_QR_QUIET = 4
_BAR_QUIET = 10
_BAR_HEIGHT = 60


def svg(code: str, kind: Kind) -> str:
    """The picture as SVG, with its quiet zone, black on white."""
    if kind == "qr":
        buffer = io.BytesIO()
        drawn(code).save(buffer, kind="svg", border=_QR_QUIET, scale=8, light="#fff", xmldecl=False)
        return buffer.getvalue().decode()
    return _bar_svg(bars(code))


def qr_of(text: str) -> list[str]:
    """The modules of a QR of any short text, row by row, as ``modules`` gives those of a code."""
    made = segno.make_qr(text, error="m")
    return ["".join("1" if dark else "0" for dark in row) for row in made.matrix]


def _bar_svg(modules: str) -> str:
    width = len(modules) + 2 * _BAR_QUIET
    rects = []
    at = 0
    while at < len(modules):
        run = len(modules[at:]) - len(modules[at:].lstrip(modules[at]))
        if modules[at] == "1":
            rects.append(f"M{at + _BAR_QUIET} 0h{run}v{_BAR_HEIGHT}h-{run}z")
        at += run
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * 3}" height="{_BAR_HEIGHT * 3}" '
        f'viewBox="0 0 {width} {_BAR_HEIGHT}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{_BAR_HEIGHT}H0z"/><path d="{"".join(rects)}"/></svg>'
    )


def modules(code: str) -> dict[str, Any]:
    """What a phone needs to draw both: ``qr`` rows and ``barcode`` bars, ``1`` is dark.

    Without the quiet zones: four modules around the QR, ten on each side of the bars.
    """
    return {"qr": qr_rows(code), "barcode": bars(code)}
