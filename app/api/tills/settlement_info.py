"""Settlements in the national form: setlinfo, setldetail, detlcutinfo (WIRE Amounts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.api.reasons import EVERY, because
from app.api.tills.rooms import Rooms
from app.api.tills.wire.by_part import balances, by_part
from app.api.tills.wire.values import money, number, wire_time
from app.domain.registry.named import Identity, Named
from app.domain.registry.naming import filled, tokens_in, tokens_of, with_names
from app.domain.settlement.bill import LineSplit, Terms
from app.domain.settlement.model import Settlement, Stands
from app.domain.settlement.payers import paid_by
from app.domain.settlement.rules.errors import SETTLED_TWICE
from app.domain.settlement.rules.purses.spread import PartPaid
from app.domain.settlement.rules.steps import sentence, shown_to_patient
from app.domain.trace.errors import (
    TRACE_FORMAT,
    TRACE_MISSING,
    TRACE_PRODUCT_MISMATCH,
    TRACE_SEEN_ELSEWHERE,
)
from app.kit.clock import age_on, local_date
from app.kit.money import MoneyError, fen_from_yuan
from app.regions.rules import DisplayRules
from app.words import FUNDS, PART_NAMES, POOL_OF_PLAN, PURCHASES, Fund, ItemLevel, MedType

_WARNED = {
    reason.code
    for reason in (
        SETTLED_TWICE,
        TRACE_MISSING,
        TRACE_FORMAT,
        TRACE_PRODUCT_MISMATCH,
        TRACE_SEEN_ELSEWHERE,
    )
}
_NOBODY: Mapping[int, Named] = {}
_NAMED_MAX = 3


async def setlinfo(
    rooms: Rooms,
    row: Settlement,
    msgid: str,
    known: Mapping[int, Named] = _NOBODY,
    *,
    preview: bool = False,
) -> dict[str, Any]:
    """The settlement as a till knows it, with who paid and why in ``exp_content``.

    ``known`` are people who came with it; the others are looked up.
    """
    person = known.get(row.person_id) or await rooms.people.get(row.person_id)
    info: dict[str, Any] = {
        "mdtrt_id": str(row.mdtrt_id or rooms.ids.next()),  # a preview's is nobody else's
        "setl_id": str(row.id),
        **person_fields(rooms, person, row),
        "insutype": row.insutype,
        "psn_type": row.psn_type,
        "cvlserv_flag": "0",
        "setl_time": wire_time(row.settled_at),
        "mdtrt_cert_type": row.cert_type,
        "med_type": row.med_type,
        **amounts(rooms, row),
        "medins_setl_id": msgid,
        "clr_optins": row.insuplc_admdvs[:4] + "99",
        "clr_way": "01",
        "clr_type": clearing_type(row.med_type),
        "exp_content": await explanation(rooms, row, known),
    }
    if preview:
        del info["setl_id"]
    return info


def clearing_type(med_type: str) -> str:
    """``clr_type``: 41 a purchase, 11 an outpatient visit."""
    return MedType.PURCHASE if med_type.startswith(PURCHASES) else MedType.OUTPATIENT


async def cancel_info(
    rooms: Rooms, row: Settlement, msgid: str, known: Mapping[int, Named] = _NOBODY
) -> dict[str, Any]:
    """A cancel as 2103 answers it: negative, and under the names that 2103 uses."""
    info = await setlinfo(rooms, row, msgid, known)
    info["psn_pay"] = info["psn_part_amt"]
    info["cash_payamt"] = info["psn_cash_pay"]
    info["setl_type"] = "2"
    return info


def person_fields(rooms: Rooms, person: Identity, row: Settlement) -> dict[str, Any]:
    """Who the patient is: the till has the credential, so it gets the names in full."""
    day = local_date(row.bill_time)
    return {
        "psn_no": person.psn_no,
        "psn_name": rooms.people.name(person),
        "psn_cert_type": person.psn_cert_type,
        "certno": rooms.people.certno(person),
        "gend": person.gend,
        "naty": "",
        "brdy": person.brdy.isoformat(),
        "age": number(str(age_on(person.brdy, day)), 1),
    }


def amounts(rooms: Rooms, row: Settlement) -> dict[str, Any]:
    """Who pays which part, as the patient's region shows it."""
    display = _display(rooms, row)
    mulaid = row.mulaid_pay_fen
    account = row.own_pay_fen
    if display.wallet_inside_mulaid:
        mulaid += row.wallet_pay_fen
    else:
        account += row.wallet_pay_fen
    if display.mulaid_inside_acct_pay:
        account += mulaid
    fund = row.fund_pay_fen + (account if display.account_inside_fund_pay else 0)
    zero, over = money(0), money(row.overlmt_selfpay_fen)
    return {
        "medfee_sumamt": money(row.medfee_sumamt_fen),
        "fulamt_ownpay_amt": money(row.fulamt_ownpay_fen),
        "overlmt_selfpay": over,
        "overlmt_self_pay": over,  # so spelled in 2102 and 2103
        "preselfpay_amt": money(row.preselfpay_fen),
        "inscp_scp_amt": money(row.inscp_scp_fen),
        "act_pay_dedc": money(row.act_pay_dedc_fen),
        "hifp_pay": money(row.hifp_pay_fen),
        "pool_prop_selfpay": number(row.pool_prop, 4),
        "cvlserv_pay": zero,
        "hifes_pay": zero,
        "hifmi_pay": zero,
        "hifob_pay": zero,
        "hifdm_pay": zero,
        "hosp_part_amt": zero,
        "maf_pay": zero,
        "oth_pay": zero,
        "fund_pay_sumamt": money(fund),
        "psn_part_amt": money(row.psn_part_fen),
        "acct_pay": money(account),
        "psn_cash_pay": money(row.cash_pay_fen),
        "balc": money(row.balance_after_fen),
        "acct_mulaid_pay": money(mulaid),
    }


async def setldetail(rooms: Rooms, row: Settlement) -> list[dict[str, Any]]:
    """What each fund paid, the personal account, mutual aid and the wallet among them; where the
    region says so, who paid which part of the bill."""
    shares = (
        (POOL_OF_PLAN[row.insutype], row.inscp_scp_fen, row.fund_pay_fen),
        (Fund.PERSONAL_ACCOUNT, row.psn_part_fen, row.own_pay_fen),
        *((fund, row.psn_part_fen, fen) for fund, fen in await _aid(rooms, row)),
        (Fund.WALLET, row.psn_part_fen, row.wallet_pay_fen),
    )
    left = _left_before(row)
    parts = [
        _named(fund, of, paid, max(left.get(fund, 0), paid), FUNDS[fund].zh)
        for fund, of, paid in shares
        if paid
    ]
    if row.trace.parts and _display(rooms, row).setldetail_by_part:
        parts += [_named(name, of, paid, of) for name, of, paid in by_part(row)]
    return parts + [_named(name, 0, held, held) for name, held in balances(row)]


async def _aid(rooms: Rooms, row: Settlement) -> list[tuple[Fund, int]]:
    """Mutual aid as the patient's region has it told: one sum, or that of donors of the same pool
    and that of others, as they are insured now."""
    if not row.mulaid_pay_fen or not _display(rooms, row).aid_by_place:
        return [(Fund.MUTUAL_AID, row.mulaid_pay_fen)]
    here = 0
    for donor, fen in row.donor_sums().items():
        place = (await rooms.people.get(donor)).insuplc_admdvs
        here += fen if place[:4] == row.insuplc_admdvs[:4] else 0
    elsewhere = row.mulaid_pay_fen - here
    return [(Fund.MUTUAL_AID_HERE, here), (Fund.MUTUAL_AID_ELSEWHERE, elsewhere)]


def _left_before(row: Settlement) -> dict[str, int]:
    """What each fund could have paid at the most before this settlement, in fen: what its limit or
    its balance left, or where it has no limit what it was asked for."""
    figures: dict[str, list[dict[str, str]]] = {}
    for step in row.trace.steps:
        figures.setdefault(step.say, []).append(step.figures)
    capped = [_fen(one, "cap") - _fen(one, "before") for one in figures.get("benefit_cap", ())]
    wallet = [_fen(one, "paid") + _fen(one, "left") for one in figures.get("wallet", ())]
    return {
        POOL_OF_PLAN[row.insutype]: capped[0] if capped else row.inscp_scp_fen,
        Fund.PERSONAL_ACCOUNT: row.balance_after_fen + row.own_pay_fen,
        Fund.MUTUAL_AID: row.mulaid_pay_fen,  # what donors have is nobody's business at a till
        Fund.WALLET: sum(wallet),
    }


def _fen(figures: Mapping[str, str], name: str) -> int:
    """A sum that a step told; older rows may not have it."""
    try:
        return fen_from_yuan(figures.get(name, "0"))
    except MoneyError:
        return 0


def _named(name: str, of_fen: int, paid_fen: int, left_fen: int, told: str = "") -> dict[str, Any]:
    return {
        "fund_pay_type": name,
        "inscp_scp_amt": money(of_fen),
        "crt_payb_lmt_amt": money(left_fen),
        "fund_payamt": money(paid_fen),
        "fund_pay_type_name": told or name,
        "setl_proc_info": "",
    }


def _display(rooms: Rooms, row: Settlement) -> DisplayRules:
    return rooms.rulebook.at(row.insuplc_admdvs, local_date(row.bill_time)).rules.display


def detlcutinfo(row: Settlement) -> list[dict[str, Any]]:
    """How each line was split."""
    return [line_info(part) for part in row.lines]


def unknown_lines(parts: Sequence[LineSplit], *, by_serial: bool = False) -> list[str]:
    """What a till is warned of: lines with a code that the catalogue doesn't know, told by their
    place or with ``by_serial`` by ``feedetl_sn``. A code that was mistyped would else make an
    insured drug wholly self-paid without a word."""
    unknown = [
        f"{part.line.feedetl_sn if by_serial else place}行编码{part.line.med_list_codg}"
        for place, part in enumerate(parts, 1)
        if part.terms is None
    ]
    if not unknown:
        return []
    named = "、".join(f"第{line}" for line in unknown[:_NAMED_MAX])
    more = f"等{len(unknown)}行" if len(unknown) > _NAMED_MAX else ""
    return [f"{named}{more}不在医保目录，按全自费计算，请核对编码。"]


def line_info(part: LineSplit) -> dict[str, Any]:
    """One line in the national form. What the catalogue doesn't know is self-paid whole."""
    line, terms = part.line, part.terms
    return {
        "feedetl_sn": line.feedetl_sn,
        "det_item_fee_sumamt": money(line.amount_fen),
        "cnt": number(line.count, 4),
        "pric": number(line.price, 6),
        "pric_uplmt_amt": number((terms and terms.price_limit) or "0", 6),
        "selfpay_prop": number(terms.selfpay_prop if terms else "1", 4),
        "fulamt_ownpay_amt": money(part.fulamt_ownpay_fen),
        "overlmt_amt": money(part.overlmt_fen),
        "preselfpay_amt": money(part.preselfpay_fen),
        "inscp_scp_amt": money(part.inscp_scp_fen),
        "chrgitm_lv": terms.chrgitm_lv if terms else ItemLevel.SELF_PAID,
        "med_chrgitm_type": _kind_of_charge(line.med_list_codg, terms),
        "bas_medn_flag": "0",
        "hi_nego_drug_flag": "0",
        "chld_medc_flag": "0",
        "list_sp_item_flag": "0",
        "lmt_used_flag": "0",
        "drt_reim_flag": "0",
        "memo": terms.name if terms else "不在医保目录，全额自费",
    }


CHARGES = {"102": "10", "106": "10", "201": "05", "301": "08"}
"""``med_chrgitm_type`` by ``list_type``: slices and granules, services, materials."""
CHARGE_LETTERS = {"X": "09", "Z": "11", "T": "10", "C": "08"}
"""The same by a national code's first letter: western, Chinese ready-made, slices, materials."""


def _kind_of_charge(code: str, terms: Terms | None) -> str:
    if terms is None:
        return CHARGE_LETTERS.get(code[:1]) or "14"
    return kind_of_charge(code, terms.list_type)


def kind_of_charge(code: str, list_type: str) -> str:
    """``med_chrgitm_type`` of an item of the catalogue."""
    return CHARGES.get(list_type) or CHARGE_LETTERS.get(code[:1]) or "09"


async def explanation(rooms: Rooms, row: Settlement, known: Mapping[int, Named]) -> dict[str, Any]:
    """Who paid which part, and why not more, in plain words (law 10)."""
    parts = paid_by(row)
    donors = {part.person_id for part in parts if part.payer == "aid" and part.person_id}
    reasons = [because(item.code, item.params) for item in row.trace.reasons]
    steps = [sentence(s, EVERY) for s in shown_to_patient(row.trace.steps)]
    named = {*donors, *tokens_of(reasons), *tokens_in(steps)}
    names = await rooms.people.masked_names(named, known)
    told: dict[str, Any] = {
        "legs": [
            {
                "payer": part.payer,
                "masked_name": names[part.person_id] if part.person_id in donors else "",
                "amount": money(part.amount_fen),
            }
            for part in parts
        ],
        "reasons": [item.as_dict() for item in with_names(reasons, names)],
        "rules": row.rules,
        "steps": filled(steps, names),
    }
    if codes := _codes(row):
        told["drug_trac_info"] = codes
    if row.trace.parts:
        told["parts"] = [_part(one) for one in row.trace.parts]
        if any(one.part == "vaccine" for one in row.trace.parts):
            told["vacc_setl"] = "1"
    return told


def _codes(row: Settlement) -> list[dict[str, Any]]:
    """The trace codes that a slip prints, in the form in which they came."""
    return [
        {
            "feedetl_sn": part.line.feedetl_sn,
            "drug_trac_codg": one.code,
            "trdn_flag": "1" if one.split else "0",
        }
        for part in row.lines
        for one in part.line.codes
    ]


def _part(one: PartPaid) -> dict[str, Any]:
    return {
        "part": one.part,
        "name": PART_NAMES[one.part].zh,
        "amount": money(one.fen),
        "paid": {purse: money(fen) for purse, fen in one.paid.items()},
        "cash": money(one.cash_fen),
    }


def refund_flag(row: Settlement, cancelled_by: int | None) -> str:
    """``refd_setl_flag``: 1 for a cancel and for what was cancelled."""
    return "1" if cancelled_by is not None or not row.kind.pays else "0"


def warned(row: Settlement) -> list[str]:
    """What a till is warned of: the same bill was settled before, trace codes are missing or
    wrong."""
    told = (because(one.code, one.params) for one in row.trace.reasons if one.code in _WARNED)
    return [
        one.reason.sentence("zh", **one.params) + one.reason.next_step("zh", **one.params)
        for one in told
    ]


def standing(stands: Stands | None) -> dict[str, Any] | None:
    """What stands in a settlement's stead, by the numbers that reach it."""
    if stands is None:
        return None
    return {
        "setl_id": str(stands.settlement_id),
        "mdtrt_id": str(stands.mdtrt_id),
        "amount": money(stands.total_fen),
    }
