"""The national dictionaries that have no local codes: nothing else can be meant (SOURCES N5)."""

from __future__ import annotations

from collections.abc import Mapping

_YES_NO = frozenset("01")
CLOSED: Mapping[str, frozenset[str]] = {
    "diag_type": frozenset("12345"),
    "dscg_tkdrug_flag": _YES_NO,
    "etip_flag": _YES_NO,
    "hosp_appr_flag": frozenset("012"),
    "matn_fee_flag": _YES_NO,
    "rx_circ_flag": _YES_NO,
    "tcmdrug_used_way": frozenset("12"),
    "trdn_flag": _YES_NO,
    "vali_flag": _YES_NO,
}


def holds(codes: str, value: str) -> bool:
    """Whether a dictionary has a code; zeros in front of it make no difference."""
    closed = CLOSED.get(codes)
    return closed is None or (value.lstrip("0") or "0") in closed
