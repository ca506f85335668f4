"""Trace codes in 2102, 2103A and 2207: nested in their lines, or beside them (WIRE Trace codes)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.api.tills.message import Message
from app.api.tills.wire.fields import code, flag, optional_count, unread, wrong
from app.api.tills.wire.nodes import ROWS_MAX, Rows
from app.domain.trace.errors import TRACE_NOT_THIS_LINE
from app.domain.trace.values import Scanned
from app.kit.reasons import Refusal

_NAME, _DIGITS = "drug_trac_info", 20
_DRUGS, _SUPPLIES = "minpacunt_drug_trac_cnt", "mcs_trac_cnt"
COUNTERS = (
    optional_count(_DRUGS, "本次结算应上传最小包装药品追溯码数量", 8),
    optional_count(_SUPPLIES, "本次结算应上传耗材追溯码数量", 8),
)
_CODE = (
    code("feedetl_sn", "费用明细流水号", 30),
    code("drug_trac_codg", "药品追溯码", 100, capital=True),
    flag("trdn_flag", "拆零标志", 3, "trdn_flag"),
)


class Nested(Rows):
    """A list inside each row of another."""

    def __init__(self, inside: str, *fields: Any) -> None:
        super().__init__(_NAME, *fields, required=False)
        self.form = f"list in each row of {inside}; may be left out"


CODES = Nested("drugdetail", *_CODE)
RETURNED_CODES = Nested("drugdetail", _CODE[1])
BESIDE = Rows(_NAME, *_CODE, unread("min_prcunt_type", "最小包装类型", "c3"), required=False)
"""The form of some places: one list in the input, beside ``data`` or ``druginfo``."""

LineCodes = tuple[tuple[str, Scanned], ...]


def looked_at(message: Message) -> bool:
    """Whether the institution's region looks at trace codes at all."""
    return message.rules.trace.policy != "off"


def nested(message: Message, serial: str, rows: object) -> tuple[Scanned, ...]:
    """The codes of one line.

    Raises:
        Refusal: the field that is wrong; TRACE_NOT_THIS_LINE.
    """
    if not rows or not looked_at(message):
        return ()
    found = []
    plain = _plain(serial, rows)
    for row in () if plain else CODES.each({_NAME: rows}):
        if row["feedetl_sn"] != serial:
            raise Refusal(TRACE_NOT_THIS_LINE, code=row["drug_trac_codg"], line=row["feedetl_sn"])
        found.append(Scanned(row["drug_trac_codg"], row["trdn_flag"]))
    return plain or tuple(found)


def _plain(serial: str, rows: object) -> tuple[Scanned, ...]:
    """Whole boxes with codes of digits, as nearly all are, read at once; none where any row is
    another."""
    if not isinstance(rows, list) or len(rows) > ROWS_MAX:
        return ()
    found = []
    for row in rows:
        scanned = row.get("drug_trac_codg") if isinstance(row, dict) else None
        if not isinstance(scanned, str) or len(scanned) != _DIGITS or not scanned.isascii():
            return ()
        if not scanned.isdigit() or row.get("feedetl_sn") != serial or row.get("trdn_flag") != "0":
            return ()
        found.append(Scanned(scanned))
    return tuple(found)


def returned_codes(rows: object) -> tuple[str, ...]:
    """The codes of the boxes of a line that come back."""
    return tuple(row["drug_trac_codg"] for row in RETURNED_CODES.each({_NAME: rows}))


def beside(message: Message) -> LineCodes:
    """The codes of the top-level form, each with its line's number; where the region has it."""
    if not looked_at(message) or not message.rules.trace.visit_codes:
        return ()
    return tuple(
        (row["feedetl_sn"], Scanned(row["drug_trac_codg"], row["trdn_flag"]))
        for row in BESIDE.each(message.input)
    )


def check_counters(message: Message, data: dict[str, Any], codes: Iterable[Scanned]) -> None:
    """Refuses counters that are not what came, where codes are required: of a split box the code
    counts or doesn't, as the till has it.

    Raises:
        Refusal: INPUT_INVALID.
    """
    told = [data[name] for name in (_DRUGS, _SUPPLIES) if data[name]]  # 0: nothing said
    if not told or message.rules.trace.policy != "require":
        return
    came = list(codes)
    whole = sum(not one.split for one in came)
    if not whole <= sum(told) <= len(came):
        raise wrong(_DRUGS, f"应上传{sum(told)}个追溯码，收到{len(came)}个")
