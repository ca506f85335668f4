"""Draws a code: QR and Code 128, as modules for a canvas and as SVG."""

from __future__ import annotations

import io
from typing import Any, Literal

import barcode
import segno

Kind = Literal["qr", "barcode"]
_QR_QUIET = 4
_BAR_QUIET = 10
_BAR_HEIGHT = 60
_MASK = 2
"""Readers take any of the eight; to find the best-looking one costs eight times the drawing, and
random digits look much the same under all."""
_DIGITS = bytes.maketrans(b"\0\1", b"01")


def qr_rows(code: str) -> list[str]:
    """The QR's modules, row by row: ``1`` is dark. Quiet zone not included: four modules."""
    return [bytes(row).translate(_DIGITS).decode() for row in _qr(code).matrix]


def _qr(code: str) -> segno.QRCode:
    return segno.make(code, micro=False, error="m", boost_error=False, mask=_MASK)


def bars(code: str) -> str:
    """The Code 128 bars, ``1`` is dark. Quiet zone not included: ten modules each side."""
    built: str = barcode.get("code128", code).build()[0]
    return built


def svg(code: str, kind: Kind) -> str:
    """The picture as SVG, with its quiet zone, black on white."""
    if kind == "qr":
        buffer = io.BytesIO()
        _qr(code).save(buffer, kind="svg", border=_QR_QUIET, scale=8, light="#fff", xmldecl=False)
        return buffer.getvalue().decode()
    return _bar_svg(bars(code))


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
    """What a phone needs to draw both: ``qr`` rows and ``barcode`` bars."""
    return {"qr": qr_rows(code), "barcode": bars(code)}
