"""5203B, 5203C (ours): the institution's own journal, for all its tills and cashiers, and how cash
was paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.api.tills.message import Message, Output
from app.api.tills.settlement_info import amounts, clearing_type
from app.api.tills.wire.fields import code, code_that, day, maybe, record_number, text
from app.api.tills.wire.nodes import Node, Shape
from app.api.tills.wire.values import money, number, wire_time
from app.domain.settlement.bill import LineSplit
from app.domain.settlement.facts.shop_day import Asked, Noted, ShopSum, Undecided
from app.domain.settlement.model import SentBy
from app.regions.text.places import place_name
from app.words import PayWay


def _is_way(value: str) -> bool:
    return value in list(PayWay)


_DAY = Node(
    "data",
    day("stmt_date", "日期"),
    code("opter", "经办人", 30, required=False),
    text("dev_no", "设备编号", 100, required=False),
    maybe(record_number("setl_id", "结算ID")),
)
DAY = Shape((_DAY,), ("setlinfo[]", "suminfo[]", "payinfo[]", "clrinfo[]", "waitinfo[]"))
_PAID = Node(
    "data",
    code("medins_setl_id", "定点医药机构结算流水号", 30),
    code_that("pay_way", "收款方式", 10, _is_way, f"应为{'、'.join(PayWay)}"),
)
PAID = Shape((_PAID,), ())
_ROWS = 200
_SHOWN = ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "acct_mulaid_pay")
_Names = Mapping[str, str]
"""Of cashiers, by their sign-ins."""


async def shop_day(message: Message) -> Output:
    """5203B (ours): what all tills of the sender did on a day, the newest first, 200 at once.

    Below ``setl_id``; without one also the sums by cashier and till, those of the cash by way of
    paying, by whom it is cleared, and what is not decided yet.
    """
    data, rooms, sender = _DAY.of(message.input), message.rooms, message.sender.code
    asked = Asked(sender, data["stmt_date"], data["opter"], data["dev_no"])
    before = int(data["setl_id"]) if data["setl_id"] else None
    rows = await rooms.settled.noted(asked, before, _ROWS)
    sums = [] if before else await rooms.settled.summed(asked)
    waits = [] if before else await rooms.settled.undecided(asked)
    offices = [] if before else await rooms.settled.offices(asked)
    senders = [*(one.by for one in rows), *(one.by for one in sums), *(one.by for one in waits)]
    names = await rooms.sign_ins.names(sender, {by.sign_no for by in senders if by.sign_no})
    return {
        "setlinfo": [await _row(message, one, names) for one in rows],
        "suminfo": [_sum(some, names) for some in _by_till(sums)],
        "payinfo": [_paid(one, names) for one in sums if one.cash_count],
        "clrinfo": [
            {
                "insutype": one.insutype,
                "clr_type": one.clr_type,
                "clr_optins": f"{one.pool}99",
                "clr_optins_name": place_name(f"{one.pool}00"),
            }
            for one in offices
        ],
        "waitinfo": [_wait(one, names) for one in waits],
    }


async def paid(message: Message) -> Output:
    """5203C (ours): how the cash of an own message's bill was paid, or given back; the newest word
    holds."""
    data, envelope = _PAID.of(message.input), message.envelope
    by = SentBy(envelope.opter, envelope.dev_no, envelope.sign_no)
    way = PayWay(data["pay_way"])
    await message.rooms.paid_ways.note(message.sender.code, data["medins_setl_id"], way, by)
    return {}


async def _row(message: Message, one: Noted, names: _Names) -> dict[str, object]:
    row, rooms = one.row, message.rooms
    person = await rooms.people.get(row.person_id)
    shown = amounts(rooms, row)
    return {
        "setl_id": str(row.id),
        "mdtrt_id": str(row.mdtrt_id),
        "init_setl_id": str(row.cancels_id or ""),
        "medins_setl_id": one.msgid,
        "infno": one.infno,
        "undo_infno": one.undone_by,
        "setl_type": "1" if row.kind.pays else "2",
        "setl_time": wire_time(row.settled_at),
        "psn_no": person.psn_no,
        "psn_name": rooms.people.masked_name(person),
        "insutype": row.insutype,
        "insuplc_admdvs": row.insuplc_admdvs,
        "med_type": row.med_type,
        "clr_type": clearing_type(row.med_type),
        "clr_optins": f"{row.insuplc_admdvs[:4]}99",
        **{name: shown[name] for name in _SHOWN},
        "psn_cash_pay": money(row.cash_pay_fen),
        "pay_way": one.way or "",
        "init_pay_way": one.sold_way or "",
        **_by(one.by, names),
        "detail": [_line(part) for part in row.lines],
    }


def _line(part: LineSplit) -> dict[str, object]:
    line = part.line
    return {
        "feedetl_sn": line.feedetl_sn,
        "med_list_codg": line.med_list_codg,
        "name": part.terms.name if part.terms else "",
        "cnt": number(line.count, 4),
        "pric": number(line.price, 6),
        "det_item_fee_sumamt": money(line.amount_fen),
        "drug_trac_info": [
            {"drug_trac_codg": code.code, "trdn_flag": "1" if code.split else "0"}
            for code in line.codes
        ],
    }


def _by_till(sums: Sequence[ShopSum]) -> list[list[ShopSum]]:
    """The sums of each cashier at each till, sales and what came back apart, of all ways."""
    found: dict[tuple[str, str, bool], list[ShopSum]] = {}
    for one in sums:
        found.setdefault((one.by.opter, one.by.dev_no, one.sale), []).append(one)
    return list(found.values())


def _sum(some: Sequence[ShopSum], names: _Names) -> dict[str, object]:
    newest = max(some, key=lambda one: one.by.sign_no)
    return {
        **_by(newest.by, names),
        "setl_type": "1" if newest.sale else "2",
        "setl_cnt": sum(one.count for one in some),
        "medfee_sumamt": money(sum(one.total_fen for one in some)),
        "fund_pay_sumamt": money(sum(one.fund_fen for one in some)),
        "acct_pay": money(sum(one.own_fen for one in some)),
        "wallet_pay": money(sum(one.wallet_fen for one in some)),
        "acct_mulaid_pay": money(sum(one.aid_fen for one in some)),
        "psn_cash_pay": money(sum(one.cash_fen for one in some)),
    }


def _paid(one: ShopSum, names: _Names) -> dict[str, object]:
    return {
        **_by(one.by, names),
        "setl_type": "1" if one.sale else "2",
        "pay_way": one.way or "",
        "setl_cnt": one.cash_count,
        "psn_cash_pay": money(one.cash_fen),
    }


def _wait(one: Undecided, names: _Names) -> dict[str, object]:
    return {
        "medins_setl_id": one.msgid,
        "infno": one.infno,
        "setl_time": wire_time(one.at),
        "psn_no": one.psn_no,
        "medfee_sumamt": money(one.total_fen or 0),
        **_by(one.by, names),
    }


def _by(by: SentBy, names: _Names) -> dict[str, object]:
    return {
        "opter": by.opter,
        "opter_name": names.get(by.sign_no, ""),
        "dev_no": by.dev_no,
        "sign_no": by.sign_no,
    }
