"""Cases of premiums: those of ``cases`` with a resident who wants a year paid, packs with prices
and windows made up, and the house's own answer in the oracle's form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from app.domain.premium.models import About
from app.domain.premium.offering import offered, resident_of
from app.domain.premium.rules.paying import Paying, who_pays
from app.kit.clock import local_date
from app.kit.reasons import Because
from app.regions.loader import Rulebook
from tests.oracle import engine, made_packs
from tests.oracle.cases import PATIENT, make_case

_FIRST = datetime(2025, 9, 1, tzinfo=UTC)
_IDENTITIES = ["none", "none", "none", "student", "aided"]


def make(chance: Random, places: list[str]) -> dict[str, Any]:
    """A case: about the turn of a year, where windows open and close."""
    case = make_case(chance, places, _FIRST + timedelta(days=chance.randrange(900)))
    today = local_date(case["moment"])
    me = case["people"][PATIENT]
    me["plan"] = "310" if chance.random() < 0.03 else "390"
    for grant in case["grants"]:
        if chance.random() < 0.1:
            grant["purposes"] = ["medical"]
        if chance.random() < 0.8:
            grant["caps"] = dict.fromkeys(grant["caps"])
    year = today.year + chance.choice([1, 1, 1, 0] if today.month >= 9 else [0, 0, 0, 1])
    last = year - chance.choice([1, 1, 1, 2, 3, 4, 5, 6, 9])
    covered = [last, *(one for one in (last - 1, last - 2) if chance.random() < 0.7)]
    gap = range(last + 1, year)
    bought = [one for one in gap if chance.random() < 0.3]
    if chance.random() < 0.03:
        bought.append(chance.choice([last, year, 2024]))
    case["premium"] = {
        "year": year,
        "born": _born(chance, today),
        "sex": chance.choice(["male", "female"]),
        "identity": chance.choice(_IDENTITIES),
        "covered": [] if chance.random() < 0.15 else sorted(covered),
        "bought": sorted(set(bought)),
        "payer": chance.choice([None, *(grant["donor"] for grant in case["grants"])]),
    }
    child = case["premium"]["born"]
    if child.year == today.year - 1 and chance.random() < 0.5:
        case["premium"]["year"] = child.year
    return case


def _born(chance: Random, today: date) -> date:
    if chance.random() < 0.2:
        return today - timedelta(days=chance.choice([0, 1, 30, 89, 90, 91, 300]))
    age = chance.choice([1, 5, 17, 18, 22, 45, 59, 60, 61, 80, 100])
    born = date(today.year - age, chance.randrange(1, 13), chance.randrange(1, 28))
    return date(born.year, 1, chance.choice([1, 2])) if chance.random() < 0.2 else born


def write_packs(folder: Path, seed: int) -> None:
    """The made-up packs, each with premiums of its own."""
    made_packs.write(folder, seed)
    for path in sorted(folder.glob("2*.toml")):
        chance = Random(f"premium {seed} {path.name}")
        text = path.read_text(encoding="utf-8")
        text += '\n[[rules]]\nfrom = 2021-04-01\nsource = "made up"\ncertainty = "D"\n'
        text += "[rules.premium]\n" + _premium(chance)
        path.write_text(text, encoding="utf-8")


def _premium(chance: Random) -> str:
    pick = chance.choice
    prices, windows = [], []
    for year in (2025, 2026):
        some = [
            f"year = {year}, to_age = 17",
            f"year = {year}, from_age = 18, to_age = 59",
            f"year = {year}, from_age = 60",
        ]
        if chance.random() < 0.4:
            some = [f"year = {year}"]
        if chance.random() < 0.3:
            some.insert(0, f'year = {year}, from_age = 50, sex = "female"')
        some += [
            f'year = {year}, identity = "{one}"'
            for one in ("student", "newborn", "aided")
            if chance.random() < 0.3
        ]
        prices += [
            f"{{ {one}, fen = {pick([100, 5_000, 38_000, 40_000, 79_500])} }}" for one in some
        ]
        opens = f"{year - 1}-{pick(['09-01', '10-20', '11-30'])}"
        closes = pick([f"{year - 1}-12-15", f"{year - 1}-12-31", f"{year}-02-28", f"{year}-03-10"])
        windows.append(f"{{ year = {year}, opens = {opens}, closes = {closes} }}")
    values = {
        "mode": pick(['"at_once"', '"at_once"', '"month_end"']),
        "prices": f"[{', '.join(prices)}]",
        "windows": f"[{', '.join(windows[pick([0, 1]) :])}]",
        "excluded": pick(['"unlimited"', '"unlimited"', '["aided"]', '["newborn", "student"]']),
        "after_window": pick(["true", "true", "false"]),
        "late_in_window": pick(['"arrival"', '"waiting"']),
        "waiting_months": pick(["3", "3", "0", "6"]),
        "gap_months": pick(["1", "1", "0", "2"]),
        "first_gap_year": pick(["2025", "2025", "2021"]),
        "buy_back": pick(["true", "true", "false"]),
        "long_gap_years": pick(["4", "4", "2"]),
        "long_gap_months": pick(["6", "6", "8", "1"]),
        "newborn_days": pick(["90", "90", "28", "0"]),
    }
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def house(case: dict[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    """What the house says of a case."""
    wish, today = case["premium"], local_date(case["moment"])
    snapshot = engine.snapshot_of(case, rulebook)
    channels = dict.fromkeys(wish["covered"], "tax")
    about = About(wish["born"], wish["sex"], wish["identity"], channels)
    resident = resident_of(PATIENT, snapshot, about, today, rulebook)
    rules = rulebook.at(snapshot.people[PATIENT].place, today).rules.premium
    payer, bought = wish["payer"], wish["bought"]
    found = offered(resident, wish["year"], rules, snapshot, today, bought, payer)
    if isinstance(found, Because):
        return {"refused": found.reason.code}
    paying = who_pays(PATIENT, found.amount_fen, snapshot, today, payer)
    quote, paid = found.quote, isinstance(paying, Paying)
    assert paid == (not found.because), "what is offered is what would be done"
    return {
        "price": quote.price_fen,
        "amount": found.amount_fen,
        "covers": quote.covers_from,
        "waiting": quote.waiting_months,
        "missed": list(quote.missed_years),
        "closes": quote.closes,
        "charged": quote.charged_on,
        "legs": [(leg.account_id, leg.amount_fen) for leg in paying.legs]
        if isinstance(paying, Paying)
        else None,
    }
