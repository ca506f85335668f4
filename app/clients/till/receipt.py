"""The slip that a till prints: what a cashier recognises, in columns that line up in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from app.clients.till.sale import Item
from app.kit.words.masking import mask_name
from app.kit.words.table import width

WIDTH = 40
_AMOUNT_MAX = 10**14
_LEVELS = {"01": "甲", "1": "甲", "02": "乙", "2": "乙", "03": "丙", "3": "丙"}
_PAYERS = {
    "pool": "统筹基金", "fund": "统筹基金", "own": "个人账户", "account": "个人账户",
    "wallet": "医保钱包", "aid": "家庭共济", "donor": "家庭共济", "cash": "现金",
}  # fmt: skip


def clip(text: str, columns: int) -> str:
    """As much of the text as fits."""
    used = 0
    for place, one in enumerate(text):
        used += width(one)
        if used > columns:
            return text[:place]
    return text


def pair(left: str, right: str, columns: int = WIDTH) -> str:
    """``left`` and ``right`` at the two edges of a line."""
    left = clip(left, columns - width(right) - 1)
    return left + " " * max(1, columns - width(left) - width(right)) + right


def wrap(text: str, columns: int = WIDTH, indent: str = "  ") -> list[str]:
    """The text in lines of at most so many columns."""
    lines, rest = [], text.strip()
    while rest:
        part = clip(rest, columns - width(indent)) or rest[0]
        lines.append(indent + part)
        rest = rest[len(part) :].lstrip()
    return lines


def amount(value: object) -> Decimal:
    """An amount of yuan from the wire; what is missing or null counts as 0."""
    if value is None or isinstance(value, bool):
        return Decimal(0)
    try:
        number = Decimal(str(value).strip() or "0")
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and abs(number) < _AMOUNT_MAX else Decimal(0)


def receipt(
    pharmacy: str,
    setlinfo: Mapping[str, Any],
    items: Sequence[Item] = (),
    details: Sequence[Mapping[str, Any]] = (),
    title: str = "医保结算单",
) -> str:
    """The whole slip. ``details`` are the answer's ``detlcutinfo``, in the order of ``items``."""
    lines = [_middle(pharmacy), _middle(title), "-" * WIDTH]
    lines += [
        pair(label, str(value))
        for label, value in (
            ("时间", setlinfo.get("setl_time")),
            ("结算号", setlinfo.get("setl_id")),
            ("参保人", _patient(setlinfo)),
        )
        if value
    ]
    codes = _codes(setlinfo.get("exp_content"))
    lines += ["-" * WIDTH, *_items(items, details, codes)] if items else []
    if codes and not items:
        lines += ["-" * WIDTH, *(f"  {told}" for found in codes.values() for told in found)]
    lines += ["-" * WIDTH, *_sums(setlinfo), *_explained(setlinfo.get("exp_content"))]
    return "\n".join(lines)


def _middle(text: str) -> str:
    text = clip(text, WIDTH)
    return " " * ((WIDTH - width(text)) // 2) + text


def _patient(setlinfo: Mapping[str, Any]) -> str:
    name = str(setlinfo.get("psn_name") or "")
    return name if "*" in name or not name else mask_name(name)


def _codes(content: object) -> dict[str, list[str]]:
    """The trace codes that the centre has kept, by line: every slip prints them."""
    found: dict[str, list[str]] = {}
    kept = content.get("drug_trac_info") if isinstance(content, Mapping) else None
    for one in _mappings(kept):
        split = " 拆零" if str(one.get("trdn_flag")) == "1" else ""
        told = f"追溯码 {one.get('drug_trac_codg')}{split}"
        found.setdefault(str(one.get("feedetl_sn")), []).append(told)
    return found


def _items(
    items: Sequence[Item],
    details: Sequence[Mapping[str, Any]],
    codes: Mapping[str, Sequence[str]],
) -> list[str]:
    lines = []
    for index, item in enumerate(items):
        detail = details[index] if index < len(details) else {}
        level = _LEVELS.get(str(detail.get("chrgitm_lv") or ""), " ")
        lines.append(clip(f"{level} {item.name or item.med_list_codg}", WIDTH))
        told = f"{Decimal(item.amount_fen) / 100:.2f}"
        lines.append(pair(f"   {item.cnt.normalize():f} × {item.pric:.2f}", told))
        for code in codes.get(str(detail.get("feedetl_sn")), ()):
            lines += wrap(f"   {code}", indent="   ")
    return lines


def _sums(setlinfo: Mapping[str, Any]) -> list[str]:
    aid = amount(setlinfo.get("acct_mulaid_pay"))
    account = amount(setlinfo.get("acct_pay"))
    cash = amount(setlinfo.get("psn_cash_pay", setlinfo.get("cash_payamt")))
    borne = setlinfo.get("psn_part_amt", setlinfo.get("psn_pay"))
    # Regions differ on whether mutual aid stands inside acct_pay; law 3's sums tell.
    inside = borne is None or amount(borne) == account + cash
    rows = [
        ("总金额", amount(setlinfo.get("medfee_sumamt"))),
        ("统筹基金", amount(setlinfo.get("fund_pay_sumamt"))),
        ("个人账户", account - aid if inside else account),
        ("家庭共济", aid),
        ("现金", cash),
    ]
    lines = [pair(label, f"{value:.2f}") for label, value in rows]
    if setlinfo.get("balc") is not None:
        lines.append(pair("账户余额", f"{amount(setlinfo['balc']):.2f}"))
    return lines


def _explained(content: object) -> list[str]:
    """Who paid what, and why someone did not; whatever is missing is left out."""
    if not isinstance(content, Mapping):
        return []
    lines: list[str] = []
    for leg in _mappings(content.get("legs")):
        payer = str(leg.get("payer") or "")
        who = str(leg.get("masked_name") or "")
        relation = str(leg.get("relation") or "")
        label = " ".join(
            part
            for part in (_PAYERS.get(payer, payer), who, f"({relation})" * bool(relation))
            if part
        )
        if label and leg.get("amount") is not None:
            lines.append(pair(f"  {label}", f"{amount(leg['amount']):.2f}"))
    for reason in _mappings(content.get("reasons")):
        told = str(reason.get("message") or reason.get("reason") or "")
        lines += wrap(f"※ {told}") if told else []
        lines += wrap(f"→ {reason['next_step']}") if reason.get("next_step") else []
    return ["-" * WIDTH, *lines] if lines else []


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
