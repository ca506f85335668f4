"""A settlement as a slip to keep, to print or to hand in, with what proves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.kit.money import yuan_text
from app.kit.reasons import Language
from app.kit.words.paper import Line, paper
from app.words import ITEM_LEVELS, PAYERS, Word

_WORDS: Mapping[str, Word] = {
    "paid": Word("医保结算单", "Insurance settlement"),
    "returned": Word("医保退款单", "Insurance refund"),
    "where": Word("机构", "Institution"),
    "who": Word("患者", "Patient"),
    "when": Word("时间", "Time"),
    "number": Word("结算号", "Number"),
    "items": Word("买了什么", "Items"),
    "total": Word("合计", "Total"),
    "gone": Word("这笔已于 {at} 全部退回，不再有效。", "Given back on {at}; it stands no more."),
    "proof": Word("凭据", "Proof"),
    "root": Word("{day} 全部账目的校验码：", "Root of all books of {day}:"),
    "how": Word(
        "凭结算号向医保经办机构要凭证文件，再用“qinji ledger prove 文件 --root 校验码”核对："
        "账目改动一分，就核对不上。",
        "The office gives the receipt of this number; `qinji ledger prove FILE --root` with the"
        " root above holds only if not a fen of it was changed.",
    ),
    "open": Word(
        "当天的账过了零点才封存；之后重新下载，这里会有校验码。",
        "The day's books are closed after midnight; this slip made anew then has their root.",
    ),
    "others": Word("其他付款", "others"),
}


class Bought(Protocol):
    """A line of a bill."""

    @property
    def name(self) -> str: ...
    @property
    def count(self) -> str: ...
    @property
    def price(self) -> str: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def level(self) -> str: ...


class Paid(Protocol):
    """A part of who paid."""

    @property
    def payer(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def amount_fen(self) -> int: ...


class Told(Protocol):
    """A settlement as its reader may see it."""

    @property
    def institution(self) -> str: ...
    @property
    def patient(self) -> str: ...
    @property
    def setl_id(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def total_fen(self) -> int: ...
    @property
    def items(self) -> Sequence[Bought]: ...
    @property
    def parts(self) -> Sequence[Paid]: ...


def slip(told: Told, gone_at: str | None, proof: tuple[str, str] | None, language: Language) -> str:
    """The slip as a PDF. ``gone_at``: when it was given back; ``proof``: the day and its root."""
    title = _WORDS[told.what].name(language)
    return paper(f"{title} {told.setl_id}", _lines(told, gone_at, proof, language))


def _lines(
    told: Told, gone_at: str | None, proof: tuple[str, str] | None, language: Language
) -> Iterator[Line]:
    def say(key: str, **values: str) -> str:
        return _WORDS[key].name(language).format(**values)

    yield Line(say(told.what), size=14, strong=True)
    if gone_at:
        yield Line(say("gone", at=_moment(gone_at)), strong=True)
    yield Line(say("where"), told.institution, rule=True)
    yield Line(say("who"), told.patient)
    yield Line(say("when"), _moment(told.at))
    yield Line(say("number"), told.setl_id)
    if told.items:
        yield Line(say("items"), rule=True, grey=True)
    for item in told.items:
        level = ITEM_LEVELS.get(item.level)
        kind = f"（{level.name(language)}）" if level else ""
        yield Line(f"{item.name}{kind}", yuan_text(item.amount_fen))
        yield Line(f"  {item.count} × {item.price}", size=8, grey=True)
    yield Line(say("total"), yuan_text(told.total_fen), size=11, strong=True, rule=True)
    for part in told.parts:
        yield Line(_payer(part, language), yuan_text(part.amount_fen))
    yield Line(say("proof"), rule=True, grey=True)
    if proof is None:
        yield Line(say("open"), size=8, grey=True)
        return
    day, root = proof
    yield Line(say("root", day=day), size=8)
    yield Line(root, size=8)
    yield Line(say("how"), size=8, grey=True)


def _payer(part: Paid, language: Language) -> str:
    word = next((word for payer, word in PAYERS.items() if payer == part.payer), None)
    told = word.name(language) if word else _WORDS["others"].name(language)
    return f"{told} {part.name}" if part.name else told


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M}"
