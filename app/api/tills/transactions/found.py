"""5203A: what has come of a message whose answer a till never got."""

from __future__ import annotations

from typing import Any

from app.api.tills.message import Message, NotKnown, Processing
from app.api.tills.settlement_info import cancel_info, refund_flag, standing
from app.api.tills.transactions.accepting import refused
from app.api.tills.transactions.pharmacy_fields import BY_MESSAGE
from app.api.tills.wire.values import money
from app.domain.settlement.model import Settlement, State
from app.domain.settlement.rules.errors import MESSAGE_UNKNOWN
from app.kit.reasons import Refusal

_CALLED = {"inscp_scp_amt": "inscp_amt", "oth_pay": "othfund_pay"}
"""What this table calls otherwise than the others."""
_NOT_HERE = ("psn_part_amt", "psn_cash_pay", "overlmt_self_pay", "hosp_part_amt")


async def find(message: Message) -> list[dict[str, Any]]:
    """5203A: the settlements that a message of the sender's own msgid has made, as they stand."""
    data = BY_MESSAGE.of(message.input)
    settlements, code = message.rooms.settlements, message.sender.code
    found = await settlements.of_message(code, data["medins_setl_id"], data["psn_no"])
    if found is None:
        raise Refusal(MESSAGE_UNKNOWN)
    outcome = await settlements.outcome(found.request_id, message.left_s())
    if outcome is None:  # whatever was told now might be untrue in a moment
        raise Processing if message.comes_again else NotKnown
    if outcome.state is not State.DONE:
        raise refused(outcome)
    rows = await settlements.made_by(found.request_id)
    if not rows or any(
        wanted and wanted != here
        for row, _ in rows
        for wanted, here in (
            (data["mdtrt_id"], str(row.mdtrt_id)),
            (data["med_type"], row.med_type),
        )
    ):
        raise Refusal(MESSAGE_UNKNOWN)
    return [await _row(message, *row, data["medins_setl_id"]) for row in rows]


async def _row(
    message: Message, row: Settlement, cancelled_by: int | None, msgid: str
) -> dict[str, Any]:
    rooms = message.rooms
    info = await cancel_info(rooms, row, msgid)
    zero = money(0)
    told = {_CALLED.get(name, name): value for name, value in info.items()}
    for name in _NOT_HERE:
        del told[name]
    told |= {
        "init_setl_id": str(row.cancels_id or ""),
        "psn_insu_rlts_id": str(row.person_id),
        "setl_type": "1" if row.kind.pays else "2",
        "hifdm_pay": zero,
        "ownpay_hosp_part": zero,
        "cvlserv_lv": "0",
        "dedc_std": money(row.act_pay_dedc_fen),
        "crt_dedc": money(row.act_pay_dedc_fen),
        "hi_agre_sumfee": money(row.inscp_scp_fen),
        "refd_setl_flag": refund_flag(row, cancelled_by),
        "vali_flag": "0" if cancelled_by else "1",
    }
    stands = await rooms.settlements.stands(row.id)
    if row.kind.pays and (stands is None or stands.settlement_id != row.id):
        told["exp_content"]["stands"] = standing(stands)
    return told
