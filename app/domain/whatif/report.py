"""Shows a replay: a table whose columns line up in Chinese, and a CSV row for each changed bill."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TextIO

from app.domain.whatif.model import Effect, Problem, Replayed
from app.domain.whatif.tally import PAYERS, Tally
from app.kit.clock import local, local_date
from app.kit.money import yuan_text
from app.regions.text.show import columns

COLUMNS = (
    "setl_id", "date", "fixmedins_code", "person_id", "effect", "medfee_sumamt",
    *(f"{payer}_{when}" for payer in PAYERS for when in ("before", "after")),
    "reasons_before", "reasons_after", "note", "cancelled_later",
)  # fmt: skip
_EFFECTS = {
    Effect.MORE: "多付 paid more", Effect.LESS: "少付 paid less",
    Effect.SHIFTED: "支付方变化 others pay", Effect.SAME: "不变 same",
    Effect.REFUSED: "拒付 refused", Effect.UNKNOWN: "无法重算 not replayed",
}  # fmt: skip
_PAYERS = {
    "fund": "统筹基金 fund", "own": "个人账户 own", "wallet": "医保钱包 wallet",
    "aid": "家庭共济 aid", "cash": "现金 cash",
}  # fmt: skip
_PROBLEMS = {
    Problem.REQUEST_GONE: "原报文已不在 the message is gone",
    Problem.INSTITUTION_GONE: "定点机构已不在 the institution is gone",
    Problem.REST_OF_UNKNOWN: "部分退货的原单未重算 what is left of a bill that was not replayed",
    Problem.RULES_CHANGED: "当时的规则包已改动 the packs of then are not those of now",
    Problem.REGISTRY_CHANGED: "登记信息已变更 a donor or the institution was changed since",
    Problem.NOT_KEPT: "未留存历史 grant terms, a frozen period or a filing that keep no history",
}


def as_of(moment: datetime) -> str:
    """Until when bills are in it: a standby that was read may be some seconds behind."""
    return f"数据截至 as of {local(moment):%Y-%m-%d %H:%M:%S}（北京时间 China's time）"


def lines(tally: Tally, everybody: int) -> Iterator[str]:
    """The whole report."""
    people = tally.people(everybody)
    rows = [
        (name, f"{people[effect]:,}", f"{tally.bills[effect]:,}")
        for effect, name in _EFFECTS.items()
    ]
    rows.append(("合计 total", f"{everybody:,}", f"{tally.bills.total():,}"))
    yield from _table(("结果 outcome", "人 people", "笔 bills"), rows)
    yield ""
    head = ("支付方 payer (元)", "前 before", "后 after", "差 difference")
    yield from _table(head, _money(tally))
    if tally.bills[Effect.REFUSED]:
        yield "  拒付的账单按全部现金计。A refused bill counts as all cash."
    if reasons := _reasons(tally):
        yield ""
        yield from _table(("原因 reason", "出现 appears", "消失 disappears"), reasons)
    yield ""
    if tally.cancelled_later:
        yield (
            f"另有后来撤销的 {tally.cancelled_later:,} 笔，已重算但不计入。"
            f" {tally.cancelled_later:,} bills cancelled later are replayed, not counted."
        )
    for problem, count in sorted(tally.problems.items()):
        yield f"无法重算 not replayed: {count:,}  {_PROBLEMS[problem]}"
    if tally.not_replayed_fen:
        yield f"  未计入 not in the sums: {yuan_text(tally.not_replayed_fen)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    return columns([head, *rows], right=range(1, len(head)))


def _money(tally: Tally) -> list[tuple[str, str, str, str]]:
    rows = [
        (_PAYERS[payer], before, after)
        for payer, before, after in zip(PAYERS, tally.before, tally.after, strict=True)
    ]
    rows.append(("合计 total", sum(tally.before), sum(tally.after)))
    return [
        (name, yuan_text(before), yuan_text(after), signed(after - before))
        for name, before, after in rows
    ]


def signed(fen: int) -> str:
    """``+12.05``, ``-3.00``, ``0.00``."""
    return f"+{yuan_text(fen)}" if fen > 0 else yuan_text(fen)


def _reasons(tally: Tally) -> list[tuple[str, str, str]]:
    codes = sorted({*tally.appear, *tally.disappear})
    return [(code, f"{tally.appear[code]:,}", f"{tally.disappear[code]:,}") for code in codes]


class ChangedBills:
    """Writes a row for each bill that is not the same, those that can't be replayed too."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(COLUMNS)

    def add(self, bill: Replayed) -> None:
        if bill.effect is not Effect.SAME:
            self._writer.writerow(_row(bill))


def _row(bill: Replayed) -> list[object]:
    stored, after = bill.stored, bill.after
    money = []
    for payer in PAYERS:
        money.append(yuan_text(getattr(bill.before, f"{payer}_fen")))
        money.append("" if after is None else yuan_text(getattr(after, f"{payer}_fen")))
    return [
        stored.id,
        local_date(stored.bill_time),
        stored.fixmedins_code,
        stored.person_id,
        bill.effect,
        yuan_text(stored.medfee_sumamt_fen),
        *money,
        " ".join(bill.reasons_before),
        " ".join(bill.reasons_after),
        bill.problem or "",
        int(not bill.stands),
    ]
