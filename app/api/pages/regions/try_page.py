"""What if, as a page: a made-up bill, decided by the real engine at one or two places or days."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from app.api.pages.regions.frame import (
    Reader,
    chosen,
    day_asked,
    field,
    name_of_place,
    page,
    places,
    typed,
)
from app.api.pages.regions.markup import Html, h
from app.api.reasons import EVERY
from app.domain.settlement.rules.decide import Decision
from app.domain.settlement.rules.steps import without_origin
from app.domain.whatif.example import DONOR, PATIENT, Example, decided
from app.kit.money import MoneyError, fen_from_yuan
from app.kit.reasons import Because, Refusal
from app.regions.errors import PackError
from app.regions.loader import Rulebook
from app.regions.text.reading.rules import first_day
from app.regions.text.reading.sentences import money

_MOST_FEN = 100_000_000
_CHOICES = {
    "kind": ("purchase", "prescription", "visit"),
    "item_class": ("A", "B", "C"),
    "plan": ("employee", "retired", "resident"),
    "level": ("basic", "second", "third"),
}
_USUAL = {"amount": "102.40", "own": "30.00", "donor": "500.00"}


def try_page(reader: Reader, book: Rulebook, code: str) -> str:
    """The page at ``/regions/{code}/try``."""
    name = name_of_place(book, code)
    asked = "amount" in reader.query
    wrong: dict[str, str] = {}
    example = _example(reader, wrong)
    day = _day(reader, "day", wrong)
    there = reader.query.get("beside", "")
    there = there if there in dict(places(book)) else ""
    other_day = _day(reader, "beside_day", wrong) if reader.query.get("beside_day") else day
    sides = [(code, day)]
    if there or other_day != day:
        sides.append((there or code, other_day))
    shown = None
    if asked and not wrong:
        results = [_side(reader, book, place, on, example) for place, on in sides]
        shown = h("div", results, cls="sides", role="status")
    return page(
        reader,
        f"{reader.say('try')} · {name}",
        h(
            "section",
            h("h1", reader.say("try")),
            h("p", reader.say("try_intro", name=name), cls="soft"),
            _form(reader, book, code, wrong, day),
            cls="card stack",
        ),
        shown,
        h("p", h("a", reader.say("back", name=name), href=reader.link(f"/regions/{code}"))),
    )


def _form(reader: Reader, book: Rulebook, code: str, wrong: dict[str, str], day: date) -> Html:
    query = reader.query

    def amount(name: str, hint: str = "") -> Html:
        value = query.get(name, "" if "amount" in query else _USUAL[name])
        control = typed(name, value, wrong.get(name, ""), inputmode="decimal", maxlength="12")
        return field(name, reader.say(name), control, hint, wrong.get(name, ""))

    def choice(name: str) -> Html:
        options = [(one, reader.say(one)) for one in _CHOICES[name]]
        return field(name, reader.say(name), chosen(name, options, query.get(name, "")))

    def day_field(name: str, label: str, usual: str) -> Html:
        control = typed(name, query.get(name) or usual, wrong.get(name, ""), type="date")
        return field(name, reader.say(label), control, wrong=wrong.get(name, ""))

    options = [("", reader.say("same_place")), *places(book)]
    done = h(
        "input",
        type="checkbox",
        name="deductible_done",
        id="deductible_done",
        value="1",
        checked="deductible_done" in query,
    )
    return h(
        "form",
        reader.kept,
        amount("amount"),
        choice("kind"),
        choice("item_class"),
        choice("level"),
        choice("plan"),
        amount("own", reader.say("own_hint")),
        amount("donor", reader.say("donor_hint")),
        day_field("day", "day", day.isoformat()),
        field(
            "beside", reader.say("compare_with"), chosen("beside", options, query.get("beside", ""))
        ),
        day_field("beside_day", "compare_day", ""),
        h("label", done, reader.say("deductible_done"), cls="row check"),
        h("button", reader.say("calculate"), cls="main"),
        method="get",
        action=f"/regions/{code}/try",
        cls="fields",
    )


def _example(reader: Reader, wrong: dict[str, str]) -> Example:
    query = reader.query
    picked = {
        name: query[name] if query.get(name) in options else options[0]
        for name, options in _CHOICES.items()
    }
    amount_fen = _fen(reader, "amount", wrong) if "amount" in query else 0
    if "amount" in query and not amount_fen:
        wrong["amount"] = reader.say("wrong_amount")
    donor_fen = _fen(reader, "donor", wrong) if query.get("donor", "").strip() else None
    return Example(
        amount_fen=amount_fen,
        own_fen=_fen(reader, "own", wrong),
        donor_fen=donor_fen,
        deductible_done="deductible_done" in query,
        **cast(Any, picked),
    )


def _fen(reader: Reader, name: str, wrong: dict[str, str]) -> int:
    given = reader.query.get(name, "").strip()
    if not given:
        return 0
    try:
        fen = fen_from_yuan(given)
    except MoneyError:
        fen = -1
    if not 0 <= fen <= _MOST_FEN:
        wrong[name] = reader.say("wrong_amount")
        return 0
    return fen


def _day(reader: Reader, name: str, wrong: dict[str, str]) -> date:
    given = reader.query.get(name, "")
    day = day_asked(given) if given else reader.today
    if day is None:
        wrong[name] = reader.say("wrong_day")
        return reader.today
    return day


def _side(reader: Reader, book: Rulebook, code: str, day: date, example: Example) -> Html:
    head = h("h2", f"{name_of_place(book, code)} {day}")
    try:
        decision = decided(book, code.ljust(6, "0"), day, example)
    except PackError:
        first = first_day(book, code)
        return h("section", head, h("p", reader.say("no_rules_yet", first=first)), cls="card stack")
    except Refusal as refusal:
        return h("section", head, _because(reader, refusal.because()), cls="card stack")
    return h("section", head, _paid(reader, decision), _how(reader, decision), cls="card stack")


def _paid(reader: Reader, decision: Decision) -> Html:
    funding = decision.funding
    rows = [
        ("fund", decision.benefit.fund_fen),
        ("own_account", funding.own_fen),
        ("aid", funding.mulaid_fen),
        ("cash", funding.cash_fen),
        ("total", decision.split.total_fen),
    ]
    body = [
        h(
            "tr",
            h("th", reader.say(name), scope="row"),
            h("td", money(fen, reader.language), cls="number"),
            cls=name,
        )
        for name, fen in rows
        if fen or name in ("cash", "total")
    ]
    return h("table", h("caption", reader.say("who_pays"), cls="aloud"), h("tbody", body))


def _how(reader: Reader, decision: Decision) -> list[Html | None]:
    because = decision.funding.because
    steps = [
        h("li", _named(reader, without_origin(step, EVERY, reader.language)))
        for step in decision.funding.steps.items
    ]
    return [
        h("div", [_because(reader, one) for one in because], cls="stack") if because else None,
        h("details", h("summary", reader.say("how")), h("ol", steps, cls="steps small"), open=True),
    ]


def _because(reader: Reader, one: Because) -> Html:
    told = one.as_dict(reader.language)
    message, then = (_named(reader, told[name]) for name in ("message", "next_step"))
    return h("p", h("strong", message), " ", then, cls="notice warn")


def _named(reader: Reader, text: str) -> str:
    """The two people of an example by what they are."""
    return text.replace(f"@{PATIENT}", reader.say("patient")).replace(
        f"@{DONOR}", reader.say("donor_name")
    )
