"""What a till was told in a day, in totals and rows, ready to be compared with the centre's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.clients.till.journal import Entry
from app.clients.till.receipt import amount

_REFUND = {"2102": False, "2103": True, "2103A": False}
_BACK = "refund"
"""What the journal keeps of the bill that a part return took back whole."""
_FOUND = (
    "psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo",
    "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "exp_content",
)  # fmt: skip
"""The columns of the file that 3202 makes."""
_EMPTY = "null"


@dataclass(frozen=True, slots=True)
class Told:
    """One settlement or refund as the centre answered it; a refund's figures are negative."""

    setl_id: str
    mdtrt_id: str
    psn_no: str
    insutype: str
    clr_type: str
    agency: str
    refund: bool
    medfee: Decimal
    fund: Decimal
    acct: Decimal
    cash: Decimal

    def cells(self) -> list[str]:
        """The row of the file for 3202 (WIRE 3202)."""
        return [
            self.setl_id,
            self.mdtrt_id,
            self.psn_no,
            f"{self.medfee:.2f}",
            f"{self.fund:.2f}",
            f"{self.acct:.2f}",
            str(int(self.refund)),
            _EMPTY,
        ]


def told_on(entries: Iterable[Entry], day: date) -> list[Told]:
    """The journal's settlements and refunds whose ``setl_time`` is on this day."""
    found = {}
    for entry in entries:
        kept = entry.answer or {}
        if entry.infno not in _REFUND or str(kept.get("infcode")) != "0":
            continue
        for refund, row in ((True, kept.get(_BACK) or {}), (_REFUND[entry.infno], kept)):
            if str(row.get("setl_time", ""))[:10] == day.isoformat():
                told = _told(refund, {name: str(value) for name, value in row.items()})
                found[told.setl_id] = told
    return list(found.values())


def told_row(row: Mapping[str, object]) -> Told:
    """The same of a row of the shop's journal (5203B)."""
    return _told(row["setl_type"] == "2", {name: str(value) for name, value in row.items()})


def _told(refund: bool, kept: Mapping[str, str]) -> Told:
    medfee, fund, part, acct, mulaid, cash = (
        amount(kept.get(name))
        for name in (
            "medfee_sumamt",
            "fund_pay_sumamt",
            "psn_part_amt",
            "acct_pay",
            "acct_mulaid_pay",
            "psn_cash_pay",
        )
    )
    if part != acct + cash:  # this region shows mutual aid beside acct_pay (SOURCES F5.4)
        acct += mulaid
    return Told(
        kept.get("setl_id", ""),
        kept.get("mdtrt_id", ""),
        kept.get("psn_no", ""),
        kept.get("insutype", ""),
        kept.get("clr_type", ""),
        kept.get("clr_optins", ""),
        refund,
        medfee,
        fund,
        acct,
        cash,
    )


def totals(rows: Iterable[Told]) -> dict[str, str]:
    """The figures of 3201 and 3202's head."""
    kept = list(rows)
    sums = {
        "medfee_sumamt": sum((row.medfee for row in kept), Decimal(0)),
        "fund_pay_sumamt": sum((row.fund for row in kept), Decimal(0)),
        "acct_pay": sum((row.acct for row in kept), Decimal(0)),
        "cash_payamt": sum((row.cash for row in kept), Decimal(0)),
    }
    return {name: f"{value:.2f}" for name, value in sums.items()} | {
        "fixmedins_setl_cnt": str(len(kept))
    }


def packed(rows: Iterable[Told], name: str) -> bytes:
    """The zip for 9101."""
    text = "".join("\t".join(row.cells()) + "\n" for row in rows)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.encode())
    return target.getvalue()


def unpadded(result: str) -> str:
    """``stmt_rslt`` without the zeros that some places write before it."""
    return result.lstrip("0") or "0"


def unpacked(content: bytes) -> list[dict[str, str]]:
    """The rows of 9102's zip, which have no head.

    Raises:
        ValueError: it is no such file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [name] = archive.namelist()
            lines = archive.read(name).decode().splitlines()
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError("not a zip") from error
    rows = [["" if cell == _EMPTY else cell for cell in line.split("\t")] for line in lines]
    return [dict(zip(_FOUND, row, strict=False)) for row in rows]
