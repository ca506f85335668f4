"""A story's rows as what an auditor reads: words, masked names, fen as numbers. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.api.ops.words import word
from app.api.reasons import EVERY, because
from app.api.tills.table import name_of
from app.domain.ops.stories.service import Story
from app.domain.settlement.bill import Bill, LineSplit
from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.model import Settlement
from app.domain.settlement.orders import (
    Cancel,
    Order,
    PartReturn,
    Purchase,
    Reversal,
    VisitBill,
    readable,
)
from app.domain.settlement.payers import paid_by
from app.domain.settlement.rules.steps import sentence
from app.kit.clock import iso
from app.kit.reasons import Because, Language
from app.kit.words.masking import mask_number
from app.store.database import Record
from app.words import ItemLevel

_HUNDREDTH = 2


def told(story: Story, language: Language, region: Callable[[str], str]) -> dict[str, Any]:
    """The whole story as plain values; ``region`` names an insured place."""
    rows = story.rows
    patient = story.people.get(rows.person_id) if rows.person_id is not None else None
    return {
        "fixmedins_code": rows.requests[0]["fixmedins_code"],
        "institution": story.institution,
        "patient": None
        if patient is None
        else {
            "name": patient.name,
            "psn_no": patient.psn_no,
            "insutype": word("insutype", patient.insutype, language),
            "place": f"{region(patient.place)} {patient.place}",
        },
        "requests": [_request(story, row, language) for row in rows.requests],
        "settlements": [_settlement(story, row, language) for row in rows.settlements],
        "remarks": [
            {"day": row["day"], "what": word("one_sided", row["kind"], language)}
            for row in rows.remarks
        ],
    }


def _request(story: Story, row: Record, language: Language) -> dict[str, Any]:
    state, decided = row["state"] or 0, row["decided_at"]
    latency = None if decided is None else (decided - row["received_at"]).total_seconds() * 1000
    detail = row["detail"] or {}
    why = None
    if row["reason"]:
        why = _why(story, row["reason"], detail.get("params", {}), language)
    return {
        "id": str(row["id"]),
        "infno": row["infno"],
        "what": name_of(row["infno"], language),
        "msgid": row["msgid"],
        "tombstone": row["tombstone"],
        "received_at": iso(row["received_at"]),
        "asked": _asked(row),
        "state": state,
        "state_text": word("state", state, language),
        "decided_at": None if decided is None else iso(decided),
        "latency_ms": None if latency is None else round(latency, _HUNDREDTH),
        "why": why,
        # Only the error's name: its text may quote values.
        "error": detail["error"].partition(":")[0] if "error" in detail else None,
        "setl_id": None if row["settlement_id"] is None else str(row["settlement_id"]),
    }


def _asked(row: Record) -> dict[str, str]:
    """What a message asks for, by field; nothing of a person but the masked number."""
    order = None if row["tombstone"] else readable(row["infno"], row["body"])
    asked = _fields(order) if order else {}
    if row["psn_no"]:
        asked["psn_no"] = mask_number(row["psn_no"])
    return {name: text for name, text in asked.items() if text}


def _fields(order: Order) -> dict[str, str]:
    match order:
        case Purchase(bill=bill):
            return _bill(bill) | {"lines": str(len(bill.lines))}
        case VisitBill(bill=bill):
            return _bill(bill) | {"batch": bill.visit[1] if bill.visit else ""}
        case Cancel(settlement_id=done, mdtrt_id=visit):
            return {"mdtrt_id": str(visit), "setl_id": str(done)}
        case PartReturn(settlement_id=done, mdtrt_id=visit, returned=lines):
            return {"mdtrt_id": str(visit), "setl_id": str(done), "lines": str(len(lines))}
        case Reversal(omsgid=omsgid, oinfno=oinfno):
            return {"omsgid": omsgid, "oinfno": oinfno}


def _bill(bill: Bill) -> dict[str, str]:
    return {
        "med_type": bill.med_type,
        "begntime": iso(bill.bill_time),
        "invono": bill.invono,
        "total_fen": str(bill.total_fen),
        "acct_used_flag": str(int(bill.account_used)),
    }


def _why(story: Story, code: str, params: dict[str, str], language: Language) -> dict[str, str]:
    try:
        found: Because = story.because(because(code, params))
        message = found.reason.sentence(language, **found.params)
        return {
            "reason": code,
            "message": message,
            "next_step": found.reason.next_step(language, **found.params),
        }
    except KeyError:  # of another version of the house: its code still tells
        return {"reason": code, "message": code, "next_step": ""}


def _settlement(story: Story, row: Record, language: Language) -> dict[str, Any]:
    done = settlement_of(row)
    moved = [t for t in story.rows.transfers if t["settlement_id"] == row["id"]]
    return {
        "id": str(row["id"]),
        "kind": row["kind"],
        "what": word("settlement", row["kind"], language),
        "cancels_id": None if row["cancels_id"] is None else str(row["cancels_id"]),
        "request_id": str(row["request_id"]),
        "at": iso(row["settled_at"]),
        "bill_time": iso(row["bill_time"]),
        "mdtrt_id": str(row["mdtrt_id"]),
        "level": done.trace.level,
        "rules": row["rules"],
        "total_fen": row["medfee_sumamt_fen"],
        "scope_fen": row["inscp_scp_fen"],
        "first_share_fen": row["preselfpay_fen"],
        "over_fen": row["overlmt_selfpay_fen"],
        "own_fen": row["fulamt_ownpay_fen"],
        "deductible_fen": row["act_pay_dedc_fen"],
        "ratio": f"{row['pool_prop']:f}",
        "balance_after_fen": row["balance_after_fen"],
        "legs": _legs(story, done),
        "reasons": [_why(story, r.code, r.params, language) for r in done.trace.reasons],
        "steps": [story.fill(sentence(step, EVERY, language)) for step in done.trace.steps],
        "lines": [_line(part) for part in done.lines],
        "transfers": [_transfer(story, transfer, language) for transfer in moved],
        "away": row["id"] < story.rows.away_until,
        "seal": _seal(story, row["id"]),
    }


def _legs(story: Story, done: Settlement) -> list[dict[str, Any]]:
    return [
        {
            "payer": part.payer,
            "name": story.name(part.person_id) if part.payer == "aid" else None,
            "grant_id": None if part.grant_id is None else str(part.grant_id),
            "fen": part.amount_fen,
        }
        for part in paid_by(done)
    ]


def _line(part: LineSplit) -> dict[str, Any]:
    line, terms = part.line, part.terms
    return {
        "number": line.feedetl_sn,
        "code": line.med_list_codg,
        "name": terms.name if terms else "",
        "price": str(line.price),
        "count": str(line.count),
        "level": terms.chrgitm_lv if terms else ItemLevel.SELF_PAID,
        "fen": line.amount_fen,
        "own_fen": part.fulamt_ownpay_fen,
        "over_fen": part.overlmt_fen,
        "first_share_fen": part.preselfpay_fen,
        "scope_fen": part.inscp_scp_fen,
    }


def _transfer(story: Story, row: Record, language: Language) -> dict[str, Any]:
    task = next((t for t in story.rows.tasks if t["transfer_id"] == row["id"]), None)
    done = task["done_at"] if task else None
    return {
        "id": str(row["id"]),
        "kind": word("transfer", row["kind"], language),
        "debit": _account(story, row["debit_account"], language),
        "credit": _account(story, row["credit_account"], language),
        "fen": row["amount_fen"],
        "debit_version": row["debit_version"],
        "debit_after_fen": row["debit_after_fen"],
        "credit_version": row["credit_version"],
        "credit_after_fen": row["credit_after_fen"],
        "reverses_id": None if row["reverses_id"] is None else str(row["reverses_id"]),
        "at": iso(row["created_at"]),
        "seal": _seal(story, row["id"]),
        "waits_at_counter": task is not None and done is None,
        "counter_since": iso(task["created_at"]) if task else None,
        "counter_done_at": iso(done) if done else None,
    }


def _account(story: Story, account_id: int, language: Language) -> str:
    row = story.rows.accounts.get(account_id)
    if row is None:
        return str(account_id)
    whose = row["flow_code"] if row["person_id"] is None else story.name(row["person_id"])
    return f"{word('account', row['kind'], language)} {whose}"


def _seal(story: Story, row_id: int) -> dict[str, Any] | None:
    row = story.rows.seals.get(row_id)
    if row is None:
        return None
    root = row["root"]
    return {
        "hash": row["hash"].hex(),
        "day": row["day"],
        "leaves": row["leaves"],
        "root": root.hex() if root else None,
    }
