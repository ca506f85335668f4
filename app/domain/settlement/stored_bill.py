"""Bills from the normal form in which accepted requests are stored (the gateway makes it). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.domain.settlement.bill import Bill, Line


def bill_of(body: dict[str, Any]) -> Bill:
    """The bill of a 2102."""
    return _bill(
        body,
        tuple(
            Line(sn, code, fen, Decimal(count), Decimal(price), prescribed)
            for sn, code, fen, count, price, prescribed in body["lines"]
        ),
    )


def visit_bill(body: dict[str, Any], lines: tuple[Line, ...]) -> Bill:
    """The bill of a visit's batch of lines, from a 2207."""
    echo = body.get("echo")
    return replace(
        _bill(body, lines),
        visit=(int(body["visit"]), body["batch"]),
        echo=tuple(echo) if echo else None,
    )


def _bill(body: dict[str, Any], lines: tuple[Line, ...]) -> Bill:
    return Bill(
        person_id=body["person"],
        insutype=body["insutype"],
        med_type=body["med_type"],
        bill_time=datetime.fromisoformat(body["begntime"]).astimezone(UTC),
        total_fen=body["total"],
        account_used=body["acct"],
        lines=lines,
        invono=body["invono"],
        credential_id=body["credential"],
    )
