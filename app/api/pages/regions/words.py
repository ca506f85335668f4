"""The region pages' own texts; what rules say comes from ``regions/text/reading``."""

from __future__ import annotations

from collections.abc import Mapping

from app.kit.reasons import Language
from app.words import Word

_TEXTS: Mapping[str, Word] = {
    "title": Word("各地医保规则", "Rules of each region"),
    "intro": Word(
        "个人账户给家人用、亮码、钱包、缴费，各地规定不一样。选一个地方，看那里的每一条规则和它的出处。",
        "How accounts are shared, codes shown and premiums paid differs by region. Choose one and "
        "read each rule with its source.",
    ),
    "find": Word("找一个地方", "Find a place"),
    "find_hint": Word("如：河北、石家庄、1301", "such as 河北, 石家庄, 1301"),
    "look": Word("查找", "Find"),
    "found_none": Word("没有找到“{what}”。", "Nothing is called “{what}”."),
    "all_regions": Word(
        "全国、各省和有专门规则的市", "The nation, provinces, cities with own rules"
    ),
    "as_nation": Word("{name}（随全国）", "{name} (as the nation)"),
    "nation": Word("全国", "the nation"),
    "count_rules": Word("{n}项规则", "{n} rules"),
    "other_language": Word("English", "中文"),
    "large_letters": Word("大字", "Large letters"),
    "usual_letters": Word("标准字", "Usual letters"),
    "day": Word("哪一天的规则", "The rules of"),
    "show": Word("看这一天", "Show"),
    "follows": Word(
        "{place}没有专门规则，随{name}。", "{place} has no rules of its own: as {name}."
    ),
    "wrong_day": Word(
        "日期应为年-月-日，如2026-11-27。", "A day is year-month-day, such as 2026-11-27."
    ),
    "no_rules_yet": Word(
        "这一天还没有规则，最早是{first}。", "There were no rules yet; the first day is {first}."
    ),
    "differs": Word("与全国不同的{n}项", "{n} rules that differ from the nation"),
    "differs_none": Word("与全国一样", "As in the nation"),
    "in_nation": Word("全国：{sentence}", "The nation: {sentence}"),
    "whose_nation": Word("全国通用", "in the whole nation"),
    "whose": Word("{name}的规定", "of {name}"),
    "since": Word("{day}起", "since {day}"),
    "until": Word("到{day}止", "until {day}"),
    "for_shops": Word("给医院、药店和软件的规定", "For institutions and their programs"),
    "history": Word("历次变化", "What changed when"),
    "history_none": Word("没有记录变化。", "No change is known."),
    "coming": Word("将生效", "to come"),
    "new_rule": Word("新规定", "new"),
    "before": Word("原来：{sentence}", "Before: {sentence}"),
    "engineers": Word("给工程师", "For engineers"),
    "version": Word("规则版本", "Version"),
    "compare": Word("并排比较", "Side by side"),
    "compare_with": Word("和哪里比", "Compare with"),
    "compare_day": Word("和哪一天比", "On which day"),
    "same_place": Word("同一个地方", "the same place"),
    "do_compare": Word("比较", "Compare"),
    "no_difference": Word("两边的规则一样。", "Both have the same rules."),
    "n_differences": Word("有{n}项不同", "{n} differences"),
    "try": Word("算一算：谁来付", "Try: who would pay"),
    "table": Word("下载表格", "Table for a spreadsheet"),
    "print": Word("打印", "Print"),
    "back": Word("回到{name}的规则", "Back to the rules of {name}"),
    "all": Word("所有地方", "All places"),
    "not_found": Word("没有这个地方", "There is no such place"),
    "not_found_do": Word(
        "请在列表里选，或者按名称查找。", "Choose one from the list, or find it by name."
    ),
    "try_intro": Word(
        "假设双方都在{name}参保，用真正的结算规则算一算。不查询任何人的账户。",
        "Both are taken to be insured in {name}; the real rules decide. Nobody's account is looked "
        "at.",
    ),
    "amount": Word("金额（元）", "Amount (yuan)"),
    "kind": Word("做什么", "What for"),
    "purchase": Word("药店买药", "a purchase at a pharmacy"),
    "prescription": Word("凭处方在药店买药", "a prescription at a pharmacy"),
    "visit": Word("看门诊", "an outpatient visit"),
    "item_class": Word("药品类别", "Class of the item"),
    "A": Word("甲类（全部算）", "class A (all counts)"),
    "B": Word("乙类（先自付一成）", "class B (a tenth first)"),
    "C": Word("丙类（全自费）", "class C (self-paid)"),
    "plan": Word("买药的人", "The patient"),
    "employee": Word("职工医保，在职", "employee plan, working"),
    "retired": Word("职工医保，退休", "employee plan, retired"),
    "resident": Word("居民医保", "resident plan"),
    "level": Word("医院级别", "Level of the hospital"),
    "basic": Word("一级及以下", "basic"),
    "second": Word("二级", "second"),
    "third": Word("三级", "third"),
    "own": Word("本人账户里有（元）", "In the own account (yuan)"),
    "own_hint": Word(
        "按往年结余算；居民医保没有账户", "as carried-over money; residents have none"
    ),
    "donor": Word(
        "一位家人可共济的账户里有（元）", "In the account of a relative who shares (yuan)"
    ),
    "donor_hint": Word("没有家人共济就留空", "leave it empty if nobody shares"),
    "deductible_done": Word("今年的起付线已经用完", "This year's deductible is used up"),
    "calculate": Word("算一算", "Calculate"),
    "wrong_amount": Word("请填金额，如 102.40。", "An amount, such as 102.40."),
    "who_pays": Word("谁来付", "Who pays"),
    "fund": Word("医保统筹基金", "the pooled fund"),
    "own_account": Word("本人个人账户", "the own account"),
    "aid": Word("家人共济", "the relative's account"),
    "cash": Word("自己付现金", "cash"),
    "total": Word("合计", "total"),
    "how": Word("怎么算出来的", "How it comes to this"),
    "why": Word("为什么", "Why"),
    "patient": Word("本人", "the patient"),
    "donor_name": Word("“家人”", "the relative"),
    "section": Word("分类", "Section"),
    "rule": Word("规则", "Rule"),
    "nation_rule": Word("全国的规则（不同时）", "The nation's, where it differs"),
    "sources": Word("出处", "Sources"),
    "links": Word("链接", "Links"),
    "begins": Word("开始日期", "Since"),
    "ends": Word("结束日期", "Until"),
    "basis": Word("依据", "How sure"),
}


def text(key: str, language: Language, **values: object) -> str:
    """A text in the reader's language."""
    return _TEXTS[key].name(language).format(**values)
