"""The demo's newborn: born a few days before the demo was made, so its number isn't known before.

What the phone fills in for the mother is kept beside the installation's keys.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.kit.words.id_numbers import id_number

NAME = "何小满"
MOTHER = "何芳"
_FILE = "demo-newborn"
_AREA, _SEQUENCE = "139900", 2


def line_of(born: date) -> dict[str, str]:
    """The newborn's line of a people file."""
    return {
        "psn_no": "1306000000000016",
        "psn_name": NAME,
        "psn_cert_type": "01",
        "certno": id_number(_AREA, born, _SEQUENCE),
        "gend": "2",
        "brdy": born.isoformat(),
        "insutype": "390",
        "psn_type": "14",
        "psn_insu_stas": "1",
        "insuplc_admdvs": "130600",
        "has_account": "0",
        "balance_current": "",
        "balance_carried": "",
    }


def keep(home: Path, certno: str) -> None:
    """Keeps the newborn's number."""
    (home / _FILE).write_text(certno + "\n", encoding="ascii")


def kept(home: Path) -> str | None:
    """The newborn's number, if there is a newborn here."""
    try:
        return (home / _FILE).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None
