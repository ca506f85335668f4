"""A region's page: what differs from the nation, every rule, two sets side by side, what changed
when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from app.api.pages.regions.frame import (
    Reader,
    chosen,
    day_asked,
    documents,
    field,
    name_of_place,
    page,
    places,
    typed,
)
from app.api.pages.regions.markup import Html, h
from app.kit.reasons import Language
from app.kit.words.sheet import Cell
from app.regions.errors import PackError
from app.regions.loader import NATION, Rulebook
from app.regions.text.reading.rules import (
    FOR_SHOPS,
    Change,
    Page,
    Read,
    differences,
    first_day,
    history,
    read,
)
from app.regions.text.reading.sentences import section_title

_TAGS = {"A": "good", "B": "", "C": "warn", "D": "note"}


def rules_page(reader: Reader, book: Rulebook, code: str) -> str:
    """The rules at a place on the day that is asked for."""
    name = name_of_place(book, code)
    given = reader.query.get("day", "")
    day, wrong = reader.today, ""
    if given:
        asked = day_asked(given)
        day, wrong = (asked, "") if asked else (day, reader.say("wrong_day"))
    try:
        found = read(book, code, day, reader.language)
    except PackError:
        first = first_day(book, code)
        assert first is not None, "the nation has rules on some day"
        wrong = reader.say("no_rules_yet", first=first)
        found = read(book, code, reader.today, reader.language)
    return page(
        reader,
        name,
        _head(reader, book, code, found, given if wrong else "", wrong),
        _beside(reader, book, code, found),
        _differing(reader, found) if code != NATION else None,
        [
            _section(reader, section, rules)
            for section, rules in found.sections.items()
            if section not in FOR_SHOPS
        ],
        _for_shops(reader, found),
        _history(reader, book, code),
        _engineers(reader, found),
    )


def _head(reader: Reader, book: Rulebook, code: str, found: Page, given: str, wrong: str) -> Html:
    name, path = name_of_place(book, code), f"/regions/{code}"
    day = found.day.isoformat()
    follows = reader.say("nation") if book.chain(code.ljust(6, "0"))[-1].code == NATION else None
    return h(
        "section",
        h("h1", name),
        found.follows
        and h("p", reader.say("follows", place=name, name=follows or found.follows), cls="soft"),
        h(
            "form",
            reader.kept,
            field(
                "day",
                reader.say("day"),
                typed("day", given or day, wrong, type="date"),
                wrong=wrong,
            ),
            h("button", reader.say("show"), cls="main"),
            method="get",
            action=path,
            cls="row ends",
        ),
        h(
            "nav",
            h("a", reader.say("try"), href=reader.link(f"{path}/try", day=day), cls="button"),
            h(
                "a",
                reader.say("table"),
                href=reader.link(f"{path}/table.csv", day=day),
                cls="button",
            ),
            h("button", reader.say("print"), type="button", id="print", hidden=True),
            h("a", reader.say("all"), href=reader.link("/regions"), cls="button"),
            cls="row",
        ),
        cls="card stack",
    )


def _differing(reader: Reader, found: Page) -> Html:
    rules = found.differing
    title = reader.say("differs", n=len(rules)) if rules else reader.say("differs_none")

    def titled(rule: Read) -> str:
        return section_title(rule.key.partition(".")[0], reader.language)

    return h(
        "section",
        h("h2", title),
        rules and h("ul", [_rule(reader, rule, titled(rule)) for rule in rules], cls="rules"),
        cls="card stack",
        id="differs",
    )


def rule_address(code: str, key: str, day: date, language: Language) -> str:
    """Where a region's rule is read as it was on a day: its section unfolded, the rule in sight."""
    asked = {"day": day.isoformat(), "rule": key, "lang": language}
    return f"/regions/{code}?{urlencode(asked)}#{key}"


def _section(reader: Reader, section: str, rules: Sequence[Read]) -> Html:
    """A section, folded but for the one that was asked for, else that most come for; all are
    printed."""
    wanted = reader.query.get("rule", "aid.").partition(".")[0]
    count = h("span", reader.say("count_rules", n=len(rules)), cls="small soft")
    return h(
        "details",
        h("summary", section_title(section, reader.language), " ", count),
        h("ul", [_rule(reader, rule, anchor=rule.key) for rule in rules], cls="rules"),
        cls="card",
        id=section,
        open=section == wanted,
    )


def _rule(reader: Reader, rule: Read, section: str = "", anchor: str | None = None) -> Html:
    """A rule; ``section``: told with it where it stands apart from its section, ``anchor``: by
    which it is found where it doesn't."""
    entry = rule.entry
    since = reader.say("since", day=entry.begins)
    if entry.ends:
        since = f"{since}，{reader.say('until', day=entry.ends)}"
    whose = reader.say("whose", name=rule.whose)
    if entry.pack.startswith(NATION):
        whose = reader.say("whose_nation")
    return h(
        "li",
        section and h("p", section, cls="small soft"),
        h("p", rule.sentence, cls="sentence"),
        rule.nation and h("p", reader.say("in_nation", sentence=rule.nation), cls="small soft"),
        h("ul", documents(rule.documents), cls="small documents") if rule.documents else None,
        h(
            "p",
            h("span", rule.basis, cls=f"tag {_TAGS.get(entry.certainty[-1:], 'note')}"),
            h("span", whose, cls="soft"),
            h("span", since, cls="soft"),
            cls="small row",
        ),
        id=anchor,
        cls="asked" if anchor and anchor == reader.query.get("rule") else None,
    )


def _for_shops(reader: Reader, found: Page) -> Html:
    sections = [
        (
            h("h3", section_title(section, reader.language)),
            h("ul", [_rule(reader, rule, anchor=rule.key) for rule in rules], cls="rules"),
        )
        for section, rules in found.sections.items()
        if section in FOR_SHOPS
    ]
    asked = reader.query.get("rule", "").partition(".")[0] in FOR_SHOPS
    return h("details", h("summary", reader.say("for_shops")), sections, cls="card", open=asked)


def _beside(reader: Reader, book: Rulebook, code: str, found: Page) -> Html:
    """Two sets side by side: of another place, or of another day."""
    there, given = reader.query.get("beside", ""), reader.query.get("beside_day", "")
    known = dict(places(book))
    there = there if there in known else ""
    day = day_asked(given) if given else found.day
    wrong = "" if day else reader.say("wrong_day")
    result = None
    if (there or given) and day:
        try:
            other = read(book, there or code, day, reader.language)
            result = _side_by_side(reader, book, code, found, there or code, other)
        except PackError:
            wrong = reader.say("no_rules_yet", first=first_day(book, there or code))
    options = [("", reader.say("same_place")), *known.items()]
    form = h(
        "form",
        reader.kept,
        h("input", type="hidden", name="day", value=found.day.isoformat()),
        field("beside", reader.say("compare_with"), chosen("beside", options, there)),
        field(
            "beside_day",
            reader.say("compare_day"),
            typed("beside_day", given or found.day.isoformat(), wrong, type="date"),
            wrong=wrong,
        ),
        h("button", reader.say("do_compare")),
        method="get",
        action=f"/regions/{code}#compare",
        cls="row ends",
    )
    inside = (h("summary", reader.say("compare")), form, result)
    return h("details", *inside, cls="card", id="compare", open=bool(result or wrong))


def _side_by_side(
    reader: Reader, book: Rulebook, code: str, found: Page, there: str, other: Page
) -> Html:
    rows = differences(found.in_force, other.in_force, reader.language)
    if not rows:
        return h("p", reader.say("no_difference"))
    heads = [
        f"{name_of_place(book, one)} {shown.day}" for one, shown in ((code, found), (there, other))
    ]
    return h(
        "div",
        h("p", reader.say("n_differences", n=len(rows))),
        h(
            "table",
            h("thead", h("tr", [h("th", head, scope="col") for head in heads])),
            h(
                "tbody",
                [h("tr", h("td", row.here or "—"), h("td", row.there or "—")) for row in rows],
            ),
        ),
        cls="stack",
    )


def _history(reader: Reader, book: Rulebook, code: str) -> Html:
    days = list(history(book, code, reader.language))
    return h(
        "section",
        h("h2", reader.say("history")),
        h("ol", [_day(reader, code, day, found) for day, found in days], cls="timeline")
        if days
        else h("p", reader.say("history_none"), cls="soft"),
        cls="card stack",
        id="history",
    )


def _day(reader: Reader, code: str, day: date, found: list[Change]) -> Html:
    address = reader.link(f"/regions/{code}", day=day.isoformat())
    coming = h("span", reader.say("coming"), cls="tag warn") if day > reader.today else None
    return h(
        "li",
        h("h3", h("a", day.isoformat(), href=address), " ", coming),
        h("ul", [_change(reader, one) for one in found], cls="rules"),
    )


def _change(reader: Reader, one: Change) -> Html:
    before = one.before and h("p", reader.say("before", sentence=one.before), cls="small soft")
    return h("li", h("p", one.after, cls="sentence"), before)


def _engineers(reader: Reader, found: Page) -> Html:
    rows = [
        h(
            "tr",
            h("td", rule.key),
            h("td", f"{rule.entry.pack}:{rule.entry.line}"),
            h("td", rule.entry.certainty),
            h("td", rule.entry.source),
        )
        for rules in found.sections.values()
        for rule in rules
    ]
    return h(
        "details",
        h("summary", reader.say("engineers")),
        h("p", f"{reader.say('version')} {found.in_force.version}", cls="small"),
        h("div", h("table", h("tbody", rows), cls="small"), cls="scrolls", tabindex="0"),
        cls="card no-print",
    )


def rules_table(reader: Reader, found: Page) -> Iterator[list[Cell]]:
    """The same rules for a spreadsheet."""
    heads = ("section", "rule", "nation_rule", "sources", "links", "begins", "ends", "basis")
    yield [reader.say(head) for head in heads]
    for section, rules in found.sections.items():
        for rule in rules:
            yield [
                section_title(section, reader.language),
                rule.sentence,
                rule.nation,
                "；".join(str(one) for one in rule.documents),
                " ".join(one.link for one in rule.documents if one.link),
                rule.entry.begins,
                rule.entry.ends,
                rule.basis,
            ]
