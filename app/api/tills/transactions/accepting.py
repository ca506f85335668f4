"""What moves money is accepted, decided elsewhere and answered; 2103 and 2208 cancel a bill so."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from app.api.http.middleware import AWAY
from app.api.reasons import because
from app.api.tills.message import Message, NotKnown, Processing
from app.api.tills.settlement_info import cancel_info, setldetail
from app.api.tills.transactions.pharmacy_fields import SETTLEMENT
from app.api.tills.wire.values import wire_time
from app.domain.settlement.model import Kind, Outcome, SentBy, State
from app.domain.settlement.orders import Cancel, Order
from app.domain.settlement.rules.errors import UNDONE_SINCE
from app.domain.settlement.rules.undo import replaced
from app.kit.reasons import Refusal

WAITS_MORE_S = 0.6
"""How long the door waits, when a till's patience is over, for what is just being decided."""
_UNDOING = {
    Kind.CANCELLED: ("撤销", "cancelled"),
    Kind.REVERSED: ("冲正", "reversed"),
    Kind.RESTORED: ("冲正，原结算恢复有效", "reversed; the settlement stands again"),
}


async def accept(message: Message, order: Order) -> int:
    """Stores and queues a message's order; gives its request id."""
    envelope = message.envelope
    return await message.rooms.settlements.accept(
        envelope.fixmedins_code,
        envelope.msgid,
        envelope.infno,
        order,
        message.body_hashes(),
        SentBy(envelope.opter, envelope.dev_no, envelope.sign_no),
    )


async def seen(message: Message) -> int | None:
    """The request id of this very message if it was accepted before."""
    envelope = message.envelope
    return await message.rooms.settlements.seen(
        envelope.fixmedins_code, envelope.msgid, envelope.infno, message.body_hashes()
    )


async def accepted(message: Message, request_id: int) -> Outcome:
    """What became of the request. What is not decided within the patience of a till that does not
    come again is voided (law 14).

    Raises:
        Processing: it is not decided within the patience of a till that comes again.
        NotKnown: whether it is decided can't be known.
        Refusal: it was refused, voided or set aside, or what it did has been undone since: a repeat
            is told what holds now, not what held when it was answered first.
    """
    settlements = message.rooms.settlements
    outcome = await settlements.outcome(request_id, message.left_s())
    if outcome is None and message.comes_again:
        raise Processing
    if outcome is None:
        outcome = await settlements.definite(request_id, WAITS_MORE_S)
    if outcome is None:
        raise NotKnown
    if outcome.undone is not None:
        if outcome.undone.stands is not None:
            raise replaced(outcome.undone.stands)
        what, what_en = _UNDOING[outcome.undone.kind]
        at = wire_time(outcome.undone.at)
        raise Refusal(UNDONE_SINCE, at=at, what=what, what_en=what_en)
    if outcome.state is State.DONE:
        return outcome
    if outcome.state is State.VOID:
        await _unspend(message)
    raise refused(outcome)


def refused(outcome: Outcome) -> Refusal:
    """Why a request that is not done isn't."""
    code = outcome.reason or "REVERSED_BEFORE_ARRIVAL"
    return Refusal(because(code, {}).reason, **outcome.params)


async def _unspend(message: Message) -> None:
    """What came to nothing is no bill of the code that was scanned for it: the till will send
    another one."""
    tokens = (
        node.get("mdtrt_cert_no") for node in message.input.values() if isinstance(node, dict)
    )
    token = next((one for one in tokens if isinstance(one, str)), "")
    if token:
        with suppress(*AWAY):  # one bill fewer than the scan may pay, no more than that
            credentials = message.rooms.credentials
            await credentials.unspend(token, message.sender.code, message.envelope.msgid)


async def cancel(message: Message) -> dict[str, Any]:
    """2103, 2208: takes a settlement back; each part returns to whoever paid it."""
    data = SETTLEMENT.of(message.input)
    order = Cancel(data["psn_no"], int(data["setl_id"]), int(data["mdtrt_id"]))
    request_id = await accept(message, order)
    outcome = await accepted(message, request_id)
    assert outcome.settlement is not None
    row = outcome.settlement
    info = await cancel_info(message.rooms, row, message.envelope.msgid, outcome.people)
    return {"setlinfo": info, "setldetail": await setldetail(message.rooms, row)}
