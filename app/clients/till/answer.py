"""What a till hears: the answer's envelope (WIRE Envelope), or that none came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_KEPT = (
    "setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "setl_time", "insutype", "clr_type",
    "clr_optins", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "acct_mulaid_pay", "psn_cash_pay",
)  # fmt: skip


_EXTRA = "exp_content"
_NOT_KNOWN = 504
_DOOR = frozenset((
    "BUSY", "CLOCK_SKEW", "REPLAYED", "SIGNATURE_MISSING", "SIGNATURE_INVALID", "SIGN_IN_UNKNOWN",
    "NOT_YOUR_INSTITUTION", "INSTITUTION_CLOSED", "ADDRESS_UNKNOWN", "ENVELOPE_INVALID",
))  # fmt: skip


class NotReachable(Exception):
    """Nobody listens there; nothing was sent."""


class Unknown(Exception):
    """No answer came, however often it was asked: the message may or may not have been applied.

    ``door``: why it was not let in when it was sent again.
    """

    def __init__(self, infno: str, msgid: str, door: str = "") -> None:
        super().__init__(f"no answer to {infno} {msgid}")
        self.door = door
        self.infno = infno
        self.msgid = msgid


@dataclass(frozen=True, slots=True)
class Answer:
    """What the centre answered; ``infcode`` 0 is yes."""

    infcode: int
    err_msg: str
    output: dict[str, Any]
    inf_refmsgid: str = ""
    msgid: str = ""
    warn_msg: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    """The output where it has no node (5203A)."""

    @property
    def ok(self) -> bool:
        return self.infcode == 0

    @property
    def at_the_door(self) -> bool:
        """Whether this sending was refused before anybody looked what the message is. Of one that
        was sent before without an answer it says nothing: that one may have been settled."""
        code = self.err_msg.partition(" ")[0]
        return not self.ok and (code in _DOOR or code.startswith("HTTP_"))

    @property
    def setlinfo(self) -> dict[str, Any]:
        """The settlement's node, or an empty one."""
        found = self.output.get("setlinfo")
        return found if isinstance(found, dict) else {}


def read_answer(msgid: str, status: int, raw: bytes) -> Answer:
    """Reads an answer's envelope, liberally.

    Raises:
        ValueError: a failing server or something between answered, not the centre; or the centre
            says that it doesn't know (504): the message may have been applied.
    """
    if status == _NOT_KNOWN:
        raise ValueError(f"HTTP {status}: not known")
    try:
        value = json.loads(raw, parse_float=Decimal)
        infcode = int(value["infcode"])
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        if status < 500:
            return Answer(-1, f"HTTP_{status} 对方不是医保接口，请核对地址", {}, "", msgid)
        raise ValueError(f"HTTP {status} without an envelope") from None
    output = opened(value.get("output"))
    return Answer(
        infcode,
        str(value.get("err_msg") or ""),
        output if isinstance(output, dict) else {},
        str(value.get("inf_refmsgid") or ""),
        msgid,
        str(value.get("warn_msg") or ""),
        tuple(one for one in output if isinstance(one, dict)) if isinstance(output, list) else (),
    )


def opened(output: Any) -> Any:
    """The same output, with what its nodes explain (``exp_content``, a text) read."""
    for node in output.values() if isinstance(output, dict) else (output,):
        for row in node if isinstance(node, list) else (node,):
            if isinstance(row, dict) and str(row.get(_EXTRA) or "").startswith("{"):
                with suppress(ValueError):  # it was cut short
                    row[_EXTRA] = json.loads(row[_EXTRA], parse_float=Decimal)
    return output


def kept_of(answer: Answer) -> dict[str, Any]:
    """What the journal keeps of an answer: verdict, ids and figures, no name and no token; of a
    part return also of what it took back whole (``refund``)."""
    verdict = {"infcode": answer.infcode, "err_msg": answer.err_msg}
    back = answer.output.get("refundinfo")
    refund = {"refund": _figures(back)} if isinstance(back, dict) else {}
    return verdict | refund | _figures(answer.setlinfo)


def _figures(info: Mapping[str, object]) -> dict[str, str]:
    return {name: str(info[name]) for name in _KEPT if info.get(name) not in (None, "")}
