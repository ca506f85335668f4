"""What a till sells, and how 2101 and 2102 are told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.kit.clock import local
from app.kit.money import fen_of_product, yuan_text

SPLIT = "~"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a sale; the price in yuan, at most six places."""

    med_list_codg: str
    cnt: Decimal
    pric: Decimal
    name: str = ""
    codes: tuple[str, ...] = ()
    """The trace codes of its boxes; one that begins with ``~`` is of a box that is split."""

    @property
    def amount_fen(self) -> int:
        return fen_of_product(self.pric, self.cnt)


@dataclass(frozen=True, slots=True)
class Sale:
    """What 2101 and 2102 are told: for whom, by which credential, what."""

    psn_no: str
    mdtrt_cert_no: str
    insutype: str
    insuplc: str
    items: Sequence[Item]
    mdtrt_cert_type: str = "01"
    med_type: str = "41"
    acct_used_flag: str = "1"
    invono: str = ""
    card_sn: str = ""
    psn_name: str = ""
    rxno: str = ""
    """The prescription on which the items of ``rx_items`` are dispensed."""
    rx_items: frozenset[str] = frozenset()

    @property
    def total_fen(self) -> int:
        return sum(item.amount_fen for item in self.items)


def wire_time(moment: datetime) -> str:
    """The wire's datetime: a clock in China, to the second."""
    return f"{local(moment):%Y-%m-%d %H:%M:%S}"


def sale_input(sale: Sale, moment: datetime) -> dict[str, Any]:
    """druginfo and drugdetail (WIRE 2102); amounts as text, so that none is a float."""
    now = wire_time(moment)
    stem = f"{time.time_ns() // 1_000:x}"  # two sales made at once are two
    head = {
        "psn_no": sale.psn_no,
        "mdtrt_cert_type": sale.mdtrt_cert_type,
        "mdtrt_cert_no": sale.mdtrt_cert_no,
        "begntime": now,
        "medfee_sumamt": yuan_text(sale.total_fen),
        "invono": sale.invono,
        "insutype": sale.insutype,
        "dise_codg": "",
        "dise_name": "",
        "acct_used_flag": sale.acct_used_flag,
        "med_type": sale.med_type,
    }
    head |= {name: told for name in ("card_sn", "psn_name") if (told := getattr(sale, name))}
    lines = [
        {
            "feedetl_sn": f"{stem}{number:04d}",
            "rxno": sale.rxno if item.med_list_codg in sale.rx_items else "",
            "rx_circ_flag": "1" if item.med_list_codg in sale.rx_items else "0",
            "fee_ocur_time": now,
            "med_list_codg": item.med_list_codg,
            "medins_list_codg": item.med_list_codg,
            "det_item_fee_sumamt": yuan_text(item.amount_fen),
            "cnt": f"{item.cnt:f}",
            "pric": f"{item.pric:f}",
            "sin_dos_dscr": "",
            "used_frqu_dscr": "",
            "prd_days": "0",
            "medc_way_dscr": "",
            "bilg_dr_codg": "",
            "bilg_dr_name": "",
            "tcmdrug_used_way": "",
            **_traced(f"{stem}{number:04d}", item.codes),
        }
        for number, item in enumerate(sale.items, 1)
    ]
    if drugs := sum(len(item.codes) for item in sale.items):
        head["minpacunt_drug_trac_cnt"] = str(drugs)
    return {"druginfo": head, "drugdetail": lines}


def _traced(serial: str, codes: Sequence[str]) -> dict[str, Any]:
    """The node of a line's trace codes, where there are any."""
    if not codes:
        return {}
    return {
        "drug_trac_info": [
            {
                "feedetl_sn": serial,
                "drug_trac_codg": one.removeprefix(SPLIT),
                "trdn_flag": "1" if one.startswith(SPLIT) else "0",
            }
            for one in codes
        ]
    }
