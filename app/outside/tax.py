"""The tax office, which collects residents' premiums: asked in batches, heard in a stream of
results. No public text says how insurance and tax offices speak; this is as little as is needed,
so that it can be laid over whatever a province has (SOURCES F8.4).

``POST /tax/premiums`` takes payments, refunds and voids by their ids; the same id again changes
nothing. ``GET /tax/results?after=`` gives what has been decided since, in any order, perhaps twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.kit.log import logger
from app.outside.outbound import Outbound, OutsideAway
from app.words import TAX_REFUSALS

log = logger(__name__)

Act = Literal["pay", "void", "refund"]
Outcome = Literal["paid", "booked", "refused", "voided", "refunded", "refund_refused"]
_OUTCOMES = frozenset({"paid", "booked", "refused", "voided", "refunded", "refund_refused"})


@dataclass(frozen=True, slots=True)
class TaxItem:
    """One thing asked of the tax office, for an order: whose premium, of which years, how much."""

    id: int
    act: Act
    psn_no: str
    certno: str
    place: str
    years: tuple[int, ...]
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TaxResult:
    """What has become of an order. ``ref``: the office's own number; ``why``: of a refusal, one of
    ``TAX_REFUSALS``."""

    id: int
    outcome: Outcome
    ref: str | None
    why: str


class TaxOffice:
    """The adapter to the tax office's server.

    Raises:
        OutsideAway: by every call, when no usable answer came.
    """

    def __init__(self, outbound: Outbound, key: str) -> None:
        self._outbound = outbound
        self._key = key

    async def ask(self, items: Sequence[TaxItem]) -> None:
        """Hands items over; once this has returned the office has them all."""
        body = {"items": [_item(item) for item in items]}
        answer = await self._outbound.ask("POST", "/tax/premiums", body=body, bearer=self._key)
        if answer.get("taken") != len(items):
            log.warning("tax_office_took_less", asked=len(items))
            raise OutsideAway

    async def results(self, after: str) -> tuple[list[TaxResult], str]:
        """What was decided after a cursor, and the next one. What can't be read is left out."""
        answer = await self._outbound.ask(
            "GET", "/tax/results", query={"after": after}, bearer=self._key
        )
        rows, following = answer.get("results"), answer.get("next")
        if not isinstance(rows, list) or not isinstance(following, str) or len(following) > 100:
            raise OutsideAway
        found = [_result(row) for row in rows]
        unread = sum(result is None for result in found)
        if unread:
            log.warning("tax_results_unread", count=unread)
        return [result for result in found if result is not None], following

    async def close(self) -> None:
        await self._outbound.close()


def _item(item: TaxItem) -> dict[str, object]:
    return {
        "id": str(item.id),
        "act": item.act,
        "psn_no": item.psn_no,
        "certno": item.certno,
        "place": item.place,
        "years": list(item.years),
        "amount_fen": item.amount_fen,
    }


def _result(row: Any) -> TaxResult | None:
    if not isinstance(row, dict):
        return None
    number, outcome = row.get("id"), row.get("outcome")
    if not isinstance(number, str) or not number.isascii() or not number.isdigit():
        return None
    if len(number) > 19 or not isinstance(outcome, str) or outcome not in _OUTCOMES:
        return None
    ref, why = row.get("ref"), row.get("why", "")
    ref = ref[:64] if isinstance(ref, str) and ref.isprintable() else None
    why = why if isinstance(why, str) and why in TAX_REFUSALS else "other"
    return TaxResult(int(number), outcome, ref, why)  # type: ignore[arg-type]
