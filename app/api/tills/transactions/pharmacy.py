"""2101 preview, 2102 settle, 2103 cancel, 2601 reverse, 5203 look up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.api.tills.errors import INSUPLC_MISMATCH
from app.api.tills.fields import (
    decimal,
    fen,
    med_type_of,
    moment,
    node,
    number_text,
    text,
    wrong,
)
from app.api.tills.message import Message, Processing
from app.api.tills.setlinfo import (
    cancel_info,
    detlcutinfo,
    refund_flag,
    setldetail,
    setlinfo,
)
from app.api.tills.transactions.person import token_of
from app.domain.credential.errors import WRONG_HOLDER
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.model import Outcome, State
from app.domain.settlement.orders import Cancel, Order, PartReturn, Purchase, Reversal
from app.domain.settlement.rules.errors import (
    AMOUNT_MISMATCH,
    LINE_AMOUNT_MISMATCH,
    SETTLEMENT_UNKNOWN,
)
from app.kit.log import logger
from app.kit.money import fen_of_product, yuan_text
from app.kit.reasons import Refusal, because

_LINES_MAX = 200
_FUTURE = timedelta(minutes=10)
_PAST = timedelta(days=366)
_ACCOUNT_USED = {"0": False, "1": True}
log = logger(__name__)


async def preview(message: Message) -> dict[str, Any]:
    """2101: what 2102 would come to. Writes nothing."""
    order = await _purchase(message)
    services = message.services
    row = await services.settlements.preview(order.bill, message.till.code)
    return {
        "setlinfo": await setlinfo(services, row, message.envelope.msgid, preview=True),
        "setldetail": setldetail(row),
        "detlcutinfo": detlcutinfo(row),
    }


async def settle(message: Message) -> dict[str, Any]:
    """2102: settles a bill, once however often the message comes."""
    try:
        order = await _purchase(message)
    except Refusal:
        # A repeat must get its stored answer even when its token has died meanwhile.
        request_id = await _seen(message)
        if request_id is None:
            raise
    else:
        request_id = await accept(message, order)
    outcome = await accepted(message, request_id)
    assert outcome.settlement is not None
    row = outcome.settlement
    return {
        "setlinfo": await setlinfo(message.services, row, message.envelope.msgid, outcome.people),
        "setldetail": setldetail(row),
        "detlcutinfo": detlcutinfo(row),
    }


async def cancel(message: Message) -> dict[str, Any]:
    """2103: takes a settlement back; each part returns to whoever paid it."""
    data = node(message.input, "data")
    settlement_id = int(number_text(data, "setl_id"))
    mdtrt_id = int(number_text(data, "mdtrt_id"))
    order = Cancel(text(data, "psn_no", 30), settlement_id, mdtrt_id)
    request_id = await accept(message, order)
    outcome = await accepted(message, request_id)
    assert outcome.settlement is not None
    row = outcome.settlement
    info = await cancel_info(message.services, row, message.envelope.msgid, outcome.people)
    return {"setlinfo": info, "setldetail": setldetail(row)}


async def return_part(message: Message) -> dict[str, Any]:
    """2103A (ours): a part of a purchase is given back; the same payers pay the rest."""
    data = node(message.input, "data")
    lines = message.input.get("drugdetail")
    if not isinstance(lines, list) or not lines or len(lines) > _LINES_MAX:
        raise wrong("drugdetail", "应为非空数组")
    returned: dict[str, Decimal] = {}
    for line in lines:
        if not isinstance(line, dict):
            raise wrong("drugdetail", "应为JSON对象")
        serial = text(line, "feedetl_sn", 30)
        if serial in returned:
            raise wrong("feedetl_sn", "有重复")
        returned[serial] = decimal(line, "cnt", 16, 4)
    settlement_id = int(number_text(data, "setl_id"))
    mdtrt_id = int(number_text(data, "mdtrt_id"))
    psn_no = text(data, "psn_no", 30)
    order = PartReturn(psn_no, settlement_id, mdtrt_id, tuple(sorted(returned.items())))
    request_id = await accept(message, order)
    row = (await accepted(message, request_id)).settlement
    assert row is not None
    services, msgid = message.services, message.envelope.msgid
    whole = await services.settlements.cancel_of_request(request_id)
    return {
        "refundinfo": await cancel_info(services, whole, msgid),
        "setlinfo": await setlinfo(services, row, msgid),
        "setldetail": setldetail(row),
        "detlcutinfo": detlcutinfo(row),
    }


async def reverse(message: Message) -> dict[str, Any]:
    """2601: undoes a message whose result the till doesn't know, also before it arrives."""
    data = node(message.input, "data")
    order = Reversal(
        psn_no=text(data, "psn_no", 30),
        omsgid=text(data, "omsgid", 30),
        oinfno=text(data, "oinfno", 10),
    )
    if order.omsgid == message.envelope.msgid:
        raise wrong("omsgid", "不能与本报文号相同")
    request_id = await accept(message, order)
    await accepted(message, request_id)
    return {}


async def look_up(message: Message) -> dict[str, Any]:
    """5203: a settlement of this institution as it stands."""
    data = node(message.input, "data")
    psn_no = text(data, "psn_no", 30)
    setl_id = int(number_text(data, "setl_id"))
    mdtrt_id = int(number_text(data, "mdtrt_id"))
    services = message.services
    row, cancelled_by = await services.settlements.find(setl_id, message.till.code)
    person = await services.people.get(row.person_id)
    if person.psn_no != psn_no or row.mdtrt_id != mdtrt_id:
        raise Refusal(SETTLEMENT_UNKNOWN)
    info = await cancel_info(services, row, "")
    info.update(
        pay_loc="2",
        fixmedins_code=message.till.code,
        fixmedins_name=message.till.name,
        hosp_lv=message.till.level,
        refd_setl_flag=refund_flag(row, cancelled_by),
        year=info["setl_time"][:4],
        invono=row.invono,
    )
    del info["setl_type"], info["medins_setl_id"]
    return {"setlinfo": info, "setldetail": setldetail(row)}


async def _purchase(message: Message) -> Purchase:
    """The bill as an order: checked, and of the person whose code was scanned.

    Raises:
        Refusal: the field that is wrong; AMOUNT_MISMATCH, LINE_AMOUNT_MISMATCH, WRONG_HOLDER,
            INSUPLC_MISMATCH, TOKEN_UNKNOWN.
    """
    info = node(message.input, "druginfo")
    psn_no = text(info, "psn_no", 30)
    total = fen(info, "medfee_sumamt")
    used = _ACCOUNT_USED.get(text(info, "acct_used_flag", 1))
    if used is None:
        raise wrong("acct_used_flag", "应为0或1")
    lines = _lines(message.input.get("drugdetail"))
    lines_total = sum(line.amount_fen for line in lines)
    if lines_total != total:
        raise Refusal(AMOUNT_MISMATCH, total=yuan_text(total), lines=yuan_text(lines_total))
    begins = moment(info, "begntime")
    _check_time(begins, message.services.clock.now())
    token = await token_of(message, info)
    if token.psn_no != psn_no:
        raise Refusal(WRONG_HOLDER)
    place = message.envelope.insuplc_admdvs
    if place and place != token.insuplc_admdvs:
        raise Refusal(INSUPLC_MISMATCH)
    bill = Bill(
        person_id=token.holder_id,
        insutype=text(info, "insutype", 6),
        med_type=med_type_of(info),
        bill_time=begins.astimezone(UTC),
        total_fen=total,
        account_used=used,
        lines=lines,
        invono=text(info, "invono", 20, required=False),
        credential_id=token.credential_id,
    )
    return Purchase(psn_no, bill)


def _lines(details: object) -> tuple[Line, ...]:
    if not isinstance(details, list) or not details:
        raise wrong("drugdetail", "应为非空数组")
    if len(details) > _LINES_MAX:
        raise wrong("drugdetail", f"超过{_LINES_MAX}行")
    lines, seen = [], set()
    for at, detail in enumerate(details, 1):
        if not isinstance(detail, dict):
            raise wrong(f"drugdetail[{at}]", "应为JSON对象")
        serial = text(detail, "feedetl_sn", 30)
        if serial in seen:
            raise wrong("feedetl_sn", f"第{at}行重复")
        seen.add(serial)
        amount = fen(detail, "det_item_fee_sumamt")
        count = decimal(detail, "cnt", 16, 4)
        price = decimal(detail, "pric", 16, 6)
        if fen_of_product(price, count) != amount:
            raise Refusal(LINE_AMOUNT_MISMATCH, line=at)
        code = text(detail, "med_list_codg", 50)
        prescribed = text(detail, "rx_circ_flag", 3, required=False) == "1"
        lines.append(Line(serial, code, amount, count, price, prescribed))
    return tuple(lines)


def _check_time(begins: datetime, now: datetime) -> None:
    if begins > now + _FUTURE:
        raise wrong("begntime", "晚于当前时间")
    if begins < now - _PAST:
        raise wrong("begntime", "早于一年前")


async def accept(message: Message, order: Order) -> int:
    """Stores and queues a message's order; gives its request id."""
    envelope = message.envelope
    return await message.services.settlements.intake.accept(
        envelope.fixmedins_code, envelope.msgid, envelope.infno, order, message.body_hash()
    )


async def _seen(message: Message) -> int | None:
    envelope = message.envelope
    return await message.services.settlements.intake.seen(
        envelope.fixmedins_code, envelope.msgid, envelope.infno, message.body_hash()
    )


async def accepted(message: Message, request_id: int) -> Outcome:
    """What became of the request.

    Raises:
        Processing: it is not decided within the till's patience.
        Refusal: it was refused, voided or set aside.
    """
    outcome = await message.services.settlements.outcome(request_id, message.wait_s)
    if outcome is None:
        raise Processing
    if outcome.state is State.DONE:
        return outcome
    code = outcome.reason or "REVERSED_BEFORE_ARRIVAL"
    raise Refusal(because(code, {}).reason, **outcome.params)
