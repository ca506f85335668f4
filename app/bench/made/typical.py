"""The README's bill: three items for 160.60, of which the patient's own account pays what it holds,
a relative's the rest of 81.60, and 79.00 is cash. Who buys it, and where."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.bench.made.town import BLOCK, OWN_AND_AID, PERSON, PLACES, Shop, Town, psn_no
from app.compose import Services
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.intake.accept import lane_of
from app.domain.settlement.model import Settlement
from app.domain.settlement.orders import SETTLE, Purchase
from app.kit.clock import SystemClock

LINES: tuple[tuple[str, str, int, str, str], ...] = (
    ("1", "XQ99DEM001A001010100001", 2560, "2", "12.8"),
    ("2", "XQ99DEM008A001010100008", 5600, "2", "28"),
    ("3", "CQ99DEM011A001010100011", 7900, "1", "79"),
)
"""Serial number, code, fen, count, price."""
TOTAL_FEN, PAYABLE_FEN = 16060, 8160
_SMALLEST = 5 * BLOCK


def buyers(town: Town) -> int:
    """How many people have money of their own and one donor without a cap."""
    assert town.people >= _SMALLEST, f"a town of at least {_SMALLEST} people"
    return len(OWN_AND_AID) * (town.blocks // 5 * 4)


def buyer(town: Town, index: int) -> int:
    """The number of one of them; donors of every fifth block have a cap."""
    at, k = divmod(index % buyers(town), len(OWN_AND_AID))
    return town.of_role(OWN_AND_AID[k], at // 4 * 5 + 1 + at % 4)


def shop(town: Town, index: int) -> Shop:
    """One of the institutions that don't pool outpatient cost."""
    at, place = divmod(index, len(PLACES))
    return town.shop((at // 3 * 4 + at % 3) * len(PLACES) % town.shops + place)


def order(town: Town, number: int, moment: datetime, code: int | None = None) -> Purchase:
    """The bill as the tills' door accepts it; ``code``: the one that was scanned."""
    who = town.identity(number)
    lines = tuple(Line(n, code, fen, Decimal(c), Decimal(p)) for n, code, fen, c, p in LINES)
    bill = Bill(
        PERSON + number,
        who.insutype,
        "41",
        moment,
        TOTAL_FEN,
        True,
        lines,
        credential_id=code,
    )
    return Purchase(who.psn_no, bill)


@dataclass(frozen=True, slots=True)
class Sample:
    """One such bill as our own path has stored it: the request's body, and the settlement."""

    number: int
    donor_id: int
    grant_id: int
    body: str
    lines: str
    trace: str
    settlement: Settlement


async def sample(services: Services, town: Town) -> Sample:
    """Settles one bill through the whole path below the door, to see what it stores."""
    number = buyer(town, secrets.randbelow(buyers(town)))
    where, moment = shop(town, 0), SystemClock().now()
    request_id = await services.settlements.intake.accept(
        where.code,
        f"S{secrets.token_hex(8)}",
        SETTLE,
        order(town, number, moment),
        [secrets.token_bytes(32)],
    )
    await services.settlements.drain.lane(lane_of(psn_no(number), services.settings.lanes))
    row = await services.database.row(
        "select s.*, r.body::text as body_text, s.lines::text as lines_text, "
        "s.trace::text as trace_text from settlement s join request r on r.id = s.request_id "
        "where s.request_id = $1",
        request_id,
    )
    assert row is not None, "the sample bill was refused"
    found = settlement_of(row)
    legs = [(leg.person_id, leg.grant_id) for leg in found.trace.legs if leg.grant_id]
    assert found.own_pay_fen + found.mulaid_pay_fen == PAYABLE_FEN and legs, found.trace
    return Sample(
        number,
        *legs[0],
        row["body_text"],
        row["lines_text"],
        row["trace_text"],
        found,
    )
