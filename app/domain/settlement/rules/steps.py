"""The trace of a decision: which rule, from which pack, with which figures, led to what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.kit.reasons import Language, Reason
from app.kit.value import value
from app.regions.loader import InForce
from app.regions.periods import PERIODS
from app.words import PART_NAMES, PURSE_NAMES

# What each step says. Figures are texts; sums are yuan.
_SAY: dict[str, tuple[str, str]] = {
    "split": (
        "总额{total}元：甲乙类政策内{scope}元，乙类先行自付{first}元，超限价{over}元，全自费{own}元。",
        "Total {total}: in scope {scope}, first share {first}, above price limits {over}, self-paid {own}.",
    ),
    "no_pooling": ("这次不享受门诊统筹：{why}。", "No outpatient pooling this time: {why}."),
    "deductible": (
        "起付线：本次计入{now}元（本期标准{full}元，此前已计{before}元）。",
        "Deductible: {now} counted now (of {full}, {before} before).",
    ),
    "ratio": (
        "统筹基金按{ratio}支付{base}元中的{paid}元。",
        "The pool pays {paid} of {base} at a ratio of {ratio}.",
    ),
    "benefit_cap": (
        "统筹基金本期限额{cap}元，此前已付{before}元，本次减为{paid}元。",
        "The pool's limit is {cap}, {before} paid before, so {paid} now.",
    ),
    "payable": (
        "个人负担{part}元，其中{payable}元可用个人账户支付。",
        "The patient's part is {part}; {payable} of it may be paid from an account.",
    ),
    "declined": ("这次不使用个人账户。", "The account is not to be used this time."),
    "own": ("先用本人账户：付{paid}元，余{left}元。", "Own account first: {paid} paid, {left} left."),
    "wallet": (
        "医保钱包：付{paid}元，余{left}元。", "The wallet: {paid} paid, {left} left.",
    ),
    "wallet_spared": (
        "医保钱包没有用到，余{left}元。", "The wallet was not needed; {left} is in it.",
    ),
    "wallet_not_taken": (
        "这里不能用医保钱包，余{left}元没有动用。",
        "The wallet is not taken here; the {left} in it was not touched.",
    ),
    "part": ("{rule}。", "{rule}."),
    "own_not_zero": (
        "当地规定本人账户为零后才能共济。", "Here mutual aid needs an empty own account."
    ),
    "order": ("共济人顺序（{rule}）：{names}。", "Donors in order ({rule}): {names}."),
    "how_many": (
        "一次结算最多{count}位共济人，{partial}。", "At most {count} donors a bill, {partial}.",
    ),
    "source": (
        "{name}可共济{amount}元（账户{balance}元，{rule}）。",
        "{name} can share {amount} (account {balance}, {rule}).",
    ),
    "cap": ("{name}本次最多{amount}元（{rule}）。", "{name}: {amount} at the most ({rule})."),
    "short": (
        "需{need}元，共济人可付{offered}元，不足。", "{need} needed, {offered} offered: too little.",
    ),
    "paid": ("{name}共济支付{amount}元。", "{name} pays {amount} by mutual aid."),
    "again": (
        "部分退货：原付款人按原顺序重付，本人{own}元，共济{aid}元，现金{cash}元。",
        "A part was returned: the same payers pay again: own {own}, mutual aid {aid}, cash {cash}.",
    ),
    "again_wallet": (
        "部分退货：原付款人按原顺序重付，本人{own}元，医保钱包{wallet}元，共济{aid}元，现金{cash}元。",
        "A part was returned: the same payers pay again: own {own}, wallet {wallet}, "
        "mutual aid {aid}, cash {cash}.",
    ),
    "skipped": ("{name}未参与：{why}。", "{name} did not take part: {why}."),
}  # fmt: skip

_NOTHING = "0.00"
_COMES_TO = {
    "own": ("paid",),
    "wallet": ("paid",),
    "wallet_spared": ("left",),
    "wallet_not_taken": ("left",),
    "deductible": ("now",),
    "ratio": ("paid",),
}
"""By step, the figures of which one at zero makes it nothing to tell."""
_PARTS = {
    "scope": ("医保范围内{}元", "{} in scope"),
    "first": ("乙类先行自付{}元", "{} first share of class B"),
    "over": ("超过限价{}元", "{} above price limits"),
    "own": ("医保不管{}元", "{} outside the insurance"),
}
_ALL_PAYABLE = (
    "个人负担{part}元，都可以用个人账户支付。",
    "The patient's part is {part}; all of it may be paid from an account.",
)

# The rules' own words, as figures hold them.
_WORDS: dict[str, tuple[str, str]] = {
    "balance_desc": ("余额从高到低", "largest balance first"),
    "bind_first": ("先绑定者在前", "first bound first"),
    "bind_last": ("后绑定者在前", "last bound first"),
    "user_order": ("按设定的顺序", "in the order that was set"),
    "partial": ("不够时可以只付一部分", "a part may be paid"),
    "all_or_nothing": ("不够则一分不付", "all or nothing"),
    "carried_over": ("只限往年结余", "carried-over money only"),
    "all": ("当年和往年的钱", "all money"),
    "floor": ("须留", "floor"),
    **{period.key: (period.zh, period.en) for period in PERIODS},
    "aid.cap_share": ("单次占余额的上限", "cap on the share of the balance"),
    **{f"part.{name}": (word.zh, word.en) for name, word in PART_NAMES.items()},
    **{f"purse.{name}": (word.zh, word.en) for name, word in PURSE_NAMES.items()},
    "异地就医未备案": ("异地就医未备案", "no filing for treatment elsewhere"),
}
_TRANSLATED = frozenset({"rule", "partial", "why"})
_WORD = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(_WORDS, reverse=True)))


@value
class Step:
    """One step. ``by`` names the rule's pack and the day since when it holds."""

    say: str
    key: str
    by: str
    figures: dict[str, str]


@dataclass(slots=True)
class Steps:
    """The steps of one decision, in order."""

    items: list[Step] = field(default_factory=list)

    def add(self, in_force: InForce | None, key: str, say: str, **figures: str) -> None:
        """Notes a step that the rule ``key`` led to."""
        by = in_force.origin(key) if in_force else ""
        self.items.append(Step(say, key, by, figures))


_OF_DONORS = frozenset({"source", "cap", "short"})
"""Steps that tell what a donor has: for that donor's eyes only."""
_FOR_THE_DONOR = frozenset({"source", "cap", "paid", "skipped"})
"""Steps that a donor may see where they are about the donor. A new step is the patient's alone
until it is listed here."""


def shown_to_patient(steps: Iterable[Step]) -> list[Step]:
    """The steps as the patient and the patient's cashier see them: without what donors have."""
    return [step for step in steps if step.say not in _OF_DONORS]


def shown_to_donor(donor_id: int, steps: Iterable[Step]) -> list[Step]:
    """The steps that concern a donor, of somebody else's bill."""
    mine = f"@{donor_id}"
    return [s for s in steps if s.say in _FOR_THE_DONOR and s.figures.get("name") == mine]


def sentence(step: Step, reasons: Mapping[str, Reason], language: Language = "zh") -> str:
    """A step in words, with the rule it rests on."""
    text = without_origin(step, reasons, language)
    if not step.by:
        return text
    return (
        f"{text}〔{step.by} {step.key}〕" if language == "zh" else f"{text} [{step.by} {step.key}]"
    )


def without_origin(step: Step, reasons: Mapping[str, Reason], language: Language = "zh") -> str:
    """A step in words. Why a donor was left out is looked up in ``reasons``, by its code."""
    words = step.figures
    if not _TRANSLATED.isdisjoint(words):
        words = {
            name: _in_words(name, text, step, reasons, language) for name, text in words.items()
        }
    return _SAY[step.say][0 if language == "zh" else 1].format(**words)


def plain(step: Step, reasons: Mapping[str, Reason], language: Language = "zh") -> str | None:
    """A step as people are told it, without the rule's key and without what came to nothing; None:
    all of it came to nothing."""
    figures = step.figures
    if any(figures.get(name) == _NOTHING for name in _COMES_TO.get(step.say, ())):
        return None
    at = 0 if language == "zh" else 1
    if step.say == "split":
        return _split_in_words(figures, at)
    if step.say == "payable" and figures["part"] == figures["payable"]:
        return _ALL_PAYABLE[at].format(**figures)
    return without_origin(step, reasons, language)


def _split_in_words(figures: Mapping[str, str], at: int) -> str:
    parts = [
        words[at].format(figures[name])
        for name, words in _PARTS.items()
        if figures[name] != _NOTHING
    ]
    if at == 0:
        return f"总额{figures['total']}元：{'，'.join(parts)}。"
    return f"Total {figures['total']}: {', '.join(parts)}."


def _in_words(
    name: str, text: str, step: Step, reasons: Mapping[str, Reason], language: Language
) -> str:
    """A figure as people read it: the rules' words and the codes of reasons translated."""
    if name == "why" and step.say == "skipped":
        reason = reasons.get(text)
        try:
            return reason.sentence(language, **step.figures).rstrip("。.") if reason else text
        except KeyError:
            return text
    if name not in _TRANSLATED:
        return text
    at = 0 if language == "zh" else 1
    return _WORD.sub(lambda found: _WORDS[found[0]][at], text)
