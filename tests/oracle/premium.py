"""A resident's premium, written a second time from SOURCES (F8.1 to F8.4, S130, S132, S135) over
plain dicts: what it costs, whether it may be paid today, from when it covers, who pays it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from tests.oracle import oracle
from tests.oracle.rulebook import Packs, rules_at

Case = dict[str, Any]
Rules = dict[str, Any]
Outcome = dict[str, Any]


def outcome(case: Case, packs: Packs) -> Outcome:
    """The refusal's code, or the quote; then who pays, or that it isn't paid."""
    me, today = case["people"][case["patient"]], oracle._day(case["moment"])
    rules = rules_at(packs, me["place"], today)
    terms = {key.split(".")[1]: one for key, one in rules.items() if key.startswith("premium.")}
    wish = case["premium"]
    year, bought = wish["year"], wish["bought"]
    if me["plan"] != "390":
        return {"refused": "NOT_RESIDENT_PLAN"}
    identity = _identity(wish, today, terms)
    if identity in (terms["excluded"] or []):
        return {"refused": "EXCLUDED_GROUP"}
    price, window = _price(wish, identity, year, terms), _window(year, terms)
    if price is None or window is None:
        return {"refused": "PREMIUM_NOT_HERE"}
    # Beijing charges on the month's last day (S132), and that is when it is paid.
    paid = _last_of(today) if terms["mode"] == "month_end" else today
    gap = _gap(wish["covered"], year, terms)
    unbought = [one for one in gap if one not in bought]
    waiting = _waiting(wish["born"], paid, year, window, gap, unbought, terms)
    covers = _covers(wish["born"], paid, year, waiting, terms)
    until = date(year, 12, 31) if terms["after_window"] else window[1]
    # F8.2: a child that is enrolled in time may be paid for the year of birth, whatever the window.
    of_birth = wish["born"].year == year and _newborn(wish["born"], paid, terms)
    if not of_birth and (not window[0] <= paid <= until or covers.year > year):
        return {"refused": "WINDOW_CLOSED"}
    if any(one not in gap for one in bought) or (bought and not terms["buy_back"]):
        return {"refused": "YEAR_NOT_MISSED"}
    amount = price * (1 + len(bought))
    return {
        "price": price,
        "amount": amount,
        "covers": covers,
        "waiting": waiting,
        "missed": unbought,
        "closes": window[1] if window[0] <= paid <= window[1] else None,
        "charged": paid if terms["mode"] == "month_end" else None,
        "legs": _legs(case, amount, today, rules, packs),
    }


def _identity(wish: dict[str, Any], today: date, terms: Rules) -> str:
    if wish["identity"] != "none":
        return str(wish["identity"])
    return "newborn" if _newborn(wish["born"], today, terms) else "none"


def _newborn(born: date, day: date, terms: Rules) -> bool:
    return 0 <= (day - born).days <= int(terms["newborn_days"])


def _price(wish: dict[str, Any], identity: str, year: int, terms: Rules) -> int | None:
    """By the last notice: for the identity before one for anybody, by sex and the age on
    1 January."""
    born = wish["born"]
    notices = [one for one in terms["prices"] or [] if one["year"] <= year]
    newest = [one for one in notices if one["year"] == max(other["year"] for other in notices)]
    age = max(0, year - born.year - ((born.month, born.day) > (1, 1)))
    for group in (identity, None):
        for one in newest:
            fits = one.get("from_age", 0) <= age <= one.get("to_age", 200)
            fits = fits and one.get("sex") in (None, wish["sex"])
            if fits and one.get("identity") == group:
                return int(one["fen"])
    return None


def _window(year: int, terms: Rules) -> tuple[date, date] | None:
    """By the last notice, moved to this year; an end of February stays one."""
    notices = [one for one in terms["windows"] or [] if one["year"] <= year]
    if not notices:
        return None
    last = max(notices, key=lambda one: int(one["year"]))
    later = year - last["year"]
    closes = _same_day(last["closes"], later)
    if last["closes"] == _last_of(last["closes"]):
        closes = _last_of(closes)
    return _same_day(last["opens"], later), closes


def _same_day(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _last_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _gap(covered: list[int], year: int, terms: Rules) -> list[int]:
    """Years without cover after the last that was paid; who never was in has missed none."""
    before = [one for one in covered if one < year]
    first = terms["first_gap_year"]
    return [one for one in range(first, year) if before and one > max(before)]


def _waiting(
    born: date,
    paid: date,
    year: int,
    window: tuple[date, date],
    gap: list[int],
    unbought: list[int],
    terms: Rules,
) -> int:
    """S135: three months for who paid outside the time or has a gap, one more for each missed year
    that isn't bought back; six stay of four or more. S130: in January and February from the day on
    which the money arrives, where the region says so."""
    if _newborn(born, paid, terms):
        return 0
    in_time = window[0] <= paid <= window[1]
    if in_time and paid >= date(year, 1, 1) and terms["late_in_window"] == "waiting":
        in_time = False
    if in_time and not gap:
        return 0
    months = terms["waiting_months"] + terms["gap_months"] * len(unbought)
    long = len(gap) >= terms["long_gap_years"]
    return int(max(months, terms["long_gap_months" if long else "waiting_months"]))


def _covers(born: date, paid: date, year: int, waiting: int, terms: Rules) -> date:
    first = date(year, 1, 1)
    if _newborn(born, paid, terms):
        return max(first, born)
    month = paid.month - 1 + waiting
    later = date(paid.year + month // 12, month % 12 + 1, 1)
    day = min(paid.day, monthrange(later.year, later.month)[1])
    return max(first, later.replace(day=day))


def _legs(
    case: Case, need: int, today: date, rules: Rules, packs: Packs
) -> list[tuple[int, int]] | None:
    """Who pays all of it, as of a bill (F8.1); None: nobody does. One donor pays alone; else own
    money, donors and wallet in the region's order, wherever the wallet is taken."""
    payer = case["premium"]["payer"]
    people = {id_: oracle._open(person) for id_, person in case["people"].items()}
    if payer is not None:
        nobody = {"current": None, "carried": None, "wallet": None}
        people[case["patient"]] = {**people[case["patient"]], **nobody}
    grants = [one for one in case["grants"] if payer in (None, one["donor"])]
    case = {**case, "people": people, "grants": grants, "purpose": "premium"}
    me = people[case["patient"]]
    legs: list[tuple[int, int]] = []
    for who in rules["purses.order"]:
        rest = need - sum(fen for _, fen in legs)
        had = (me["current"] or 0) + (me["carried"] or 0)
        if who == "own":
            legs += oracle._own(me, rest, rules)
        elif who == "wallet":
            legs += oracle._take(me, ["wallet"], rest)
        elif rest > 0 and not (rules["aid.own_first"] == "zero_required" and had > 0):
            legs += oracle._aid(case, rest, today, today, rules, packs)
    return legs if sum(fen for _, fen in legs) == need else None
