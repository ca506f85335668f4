"""What is left of a bill after a part has been given back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from app.domain.aid.errors import ACCOUNT_USE_DECLINED
from app.domain.settlement.bill import Bill, Insured, Line, LineSplit, numbered
from app.domain.settlement.model import Settlement
from app.domain.settlement.rules.errors import RETURN_INVALID
from app.domain.trace.errors import TRACE_NOT_THIS_LINE
from app.domain.trace.rules import left_of
from app.kit.money import fen_of_product, share_of
from app.kit.reasons import Refusal


def bill_after_return(
    paid: Settlement, returned: Mapping[str, Decimal], codes: Collection[str] = ()
) -> Bill:
    """The bill without what was returned (line number → count), dated like the original.
    ``codes``: the trace codes of what comes back.

    Raises:
        Refusal: RETURN_INVALID, when a line is unknown, more is returned than was bought, or
            nothing would be left (that is a whole cancel); TRACE_NOT_THIS_LINE, and TRACE_MISSING
            when it has to be said which boxes come back.
    """
    lines = []
    named = _named(paid, returned, codes)
    unknown = set(returned) - {part.line.feedetl_sn for part in paid.lines}
    if unknown:
        first = min(unknown, key=numbered)
        raise Refusal(
            RETURN_INVALID, detail=f"没有明细 {first}", detail_en=f"there is no line {first}"
        )
    for part in paid.lines:
        serial = part.line.feedetl_sn
        left = part.line.count - returned.get(serial, Decimal(0))
        if left < 0:
            raise Refusal(
                RETURN_INVALID,
                detail=f"明细 {serial} 退货数量超过购买数量",
                detail_en=f"of line {serial} more comes back than was bought",
            )
        if left > 0:
            codes_left = left_of(
                part.line.codes, part.line.count, part.line.count - left, named, serial
            )
            lines.append(replace(_line(part, left), codes=codes_left))
    if not lines:
        raise Refusal(
            RETURN_INVALID,
            detail="全部退货请用2103撤销",
            detail_en="cancel with 2103 to take all back",
        )
    return Bill(
        person_id=paid.person_id,
        insutype=paid.insutype,
        med_type=paid.med_type,
        bill_time=paid.bill_time,
        total_fen=sum(line.amount_fen for line in lines),
        account_used=all(why.code != ACCOUNT_USE_DECLINED.code for why in paid.trace.reasons),
        lines=tuple(lines),
        invono=paid.invono,
        credential_id=paid.credential_id,
        cert_type=paid.cert_type,
        card_id=paid.card_id,
        insured=Insured(paid.insuplc_admdvs, paid.psn_type, paid.mdtrtarea_admvs),
    )


def _named(
    paid: Settlement, returned: Mapping[str, Decimal], codes: Collection[str]
) -> frozenset[str]:
    """The codes that come back: of lines of which something does."""
    there = {
        one.code
        for part in paid.lines
        if part.line.feedetl_sn in returned
        for one in part.line.codes
    }
    for code in codes:
        if code not in there:
            line = "、".join(sorted(returned, key=numbered))
            raise Refusal(TRACE_NOT_THIS_LINE, code=code, line=line)
    return frozenset(codes)


def _line(part: LineSplit, count: Decimal) -> Line:
    """The line with another count, under the terms that the catalogue had for it then. What was not
    sold at its price (a discount, a gift) keeps its own price for each."""
    line = part.line
    if line.amount_fen == fen_of_product(line.price, line.count):
        amount = fen_of_product(line.price, count)
    else:
        amount = share_of(line.amount_fen, count / line.count)
    return replace(line, amount_fen=amount, count=count, terms=part.terms)
