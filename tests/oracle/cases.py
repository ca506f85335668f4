"""Makes cases: one patient, one bill, donors here and there, as plain dicts.

Sums come from few values that meet (a balance equal to the need, a cap one fen below it), since
rules go wrong at their edges.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

LICENCES = ["drug", "slices", "device", "disinfectant", "service", "health_food", "none"]
LIMITS = [None, None, None, Decimal("0.5"), Decimal("3.33"), Decimal(8), Decimal("100.005")]
SUMS = [0, 1, 2, 99, 100, 333, 1_000, 5_000, 10_001, 50_000, 100_000, 200_000, 400_000, 999_999]
PATIENT = 1


def make_case(
    chance: Random, places: list[str], since: datetime | None = None, asks: float = 0.05
) -> dict[str, Any]:
    """A case; ``places`` are insured places to live and buy in, ``since``: the day it is near.
    ``asks``: the share of donors who want to be asked first."""
    first = chance.choice([datetime(2021, 8, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)])
    days = chance.randrange(1_000)
    if since is not None:
        first, days = since, days % 100
    moment = first + timedelta(days=days, minutes=chance.randrange(24 * 60))
    day = (moment + timedelta(hours=8)).date()
    # A till's date: now, or earlier, over the turn of days, months and years; or too far back.
    back = timedelta(days=chance.choice([0, 0, 0, 0, 1, 3, 9, 10, 11, 30, 31, 90, 91]))
    bill_time = moment - back - timedelta(hours=chance.choice([0, 0, 1, 9, 23]))
    home = chance.choice(places)
    people = {PATIENT: _patient(chance, home)}
    donors = chance.choice([0, 1, 2, 2, 3, 4, 6])
    grants = [_grant(chance, number, day) for number in range(2, 2 + donors)]
    for grant in grants:
        people[grant["donor"]] = _donor(chance, grant["donor"], home, places)
    chance.shuffle(grants)
    catalogue = {f"item{number}": _item(chance) for number in range(4)}
    me = people[PATIENT]
    case: dict[str, Any] = {
        "moment": moment,
        "bill_time": bill_time,
        "patient": PATIENT,
        "people": people,
        "shop": _shop(chance, home, places),
        "bill": {
            "plan": _mostly(chance, me["plan"], "390" if me["plan"] == "310" else "310", 0.01),
            "med_type": chance.choice(["11", "11", "41"]),
            "visit": chance.random() < 0.6,
            "account_used": chance.random() < 0.95,
            "lines": [_line(chance) for _ in range(chance.choice([1, 1, 2, 3, 6]))],
        },
        "catalogue": catalogue,
        "grants": grants,
        "uses": [_use(chance, grants, day) for _ in range(chance.choice([0, 1, 4])) if grants],
        "history": [_past(chance, day) for _ in range(chance.choice([0, 0, 1, 2, 4]))],
        "filings": [_filing(chance, places, day) for _ in range(chance.choice([0, 1]))],
    }
    _add_wallets(chance, case)
    for grant in grants:
        grant["spent"] = chance.random() < 0.01
        rests = day + timedelta(days=chance.choice([-1, 0, 1, 30]))
        grant["paused"] = _mostly(chance, None, rests, 0.02)
    _add_askings(chance, case, asks)
    for person in people.values():
        person["family"] = _mostly(chance, None, _fen(chance), 0.6)
    return case


def _add_askings(chance: Random, case: dict[str, Any], share: float) -> None:
    """Who wants to be asked first, above which sum, and what is said then; the till's patience."""
    case["bill"]["patience"] = chance.choice([0.0, 0.5, 1.0, 8.0, 20.0, 20.0])
    for grant in case["grants"]:
        above = chance.choice([0, 0, 1, 100, 1_000, 10_001])
        grant["ask_above"] = _mostly(chance, None, above, share)
        grant["would_say"] = chance.choice(["yes", "yes", "no", "silent"])


def _add_wallets(chance: Random, case: dict[str, Any]) -> None:
    """Wallets, also donors', where one is taken, kinds of goods; last, so that the rest of a case
    is as it was before there were any."""
    for number, person in case["people"].items():
        if chance.random() < (0.75 if number == PATIENT else 0.2):
            person["wallet"] = _fen(chance)
    if chance.random() < 0.02:
        case["people"][PATIENT]["closed"] = "wallet"
    for item in case["catalogue"].values():
        item["goods"] = chance.choice([None, None, "vaccine", "checkup"])
    case["bill"]["terminal"] = chance.choice(["1", "1", "1", "1", "2", "9"])
    case["shop"]["wallet_at"] = chance.choice(["", "1", "1", "13", "123", "2"])
    here = case["shop"]["place"]
    chosen = chance.choice(["", "", "", "", here, here, here, "530000"])
    case["people"][PATIENT]["wallet_place"] = chosen


def _mostly(chance: Random, usual: Any, seldom: Any, how_seldom: float) -> Any:
    return seldom if chance.random() < how_seldom else usual


def _fen(chance: Random) -> int:
    return chance.randrange(300_000) if chance.random() < 0.5 else chance.choice(SUMS)


def _person(chance: Random, number: int, place: str, plan: str) -> dict[str, Any]:
    return {
        "place": place,
        "plan": plan,
        "kind": chance.choice(["11", "1101", "12", "1201"] if plan == "310" else ["14", "15"]),
        "insured": chance.random() > 0.02,
        "suspended": chance.random() < 0.02,
        "name": chance.choice(["丁一", "王二", "王五", "赵四"]),
        "current": None,
        "carried": None,
        "wallet": None,
        "family": None,
        "accounts": {
            "current": number * 10 + 1,
            "carried": number * 10 + 2,
            "wallet": number * 10 + 3,
            "family": number * 10 + 5,
        },
        "closed": None,
    }


def _patient(chance: Random, home: str) -> dict[str, Any]:
    me = _person(chance, PATIENT, home, chance.choice(["310", "310", "390"]))
    for part in ("current", "carried"):
        if chance.random() < (0.3 if me["plan"] == "310" else 0.03):
            me[part] = _fen(chance)
    return me


def _donor(chance: Random, number: int, home: str, places: list[str]) -> dict[str, Any]:
    near = [place for place in places if place[:2] == home[:2]]
    where = chance.choice([home, home, chance.choice(near), chance.choice(places)])
    donor = _person(chance, number, where, _mostly(chance, "310", "390", 0.03))
    for part in ("current", "carried"):
        if chance.random() < 0.85:
            donor[part] = _fen(chance)
    if chance.random() < 0.03:
        donor["closed"] = chance.choice(["current", "carried"])
    return donor


def _grant(chance: Random, donor: int, day: date) -> dict[str, Any]:
    caps = {
        period: _fen(chance) + 1 if chance.random() < 0.12 else None
        for period in ("per_use", "day", "week", "month", "year")
    }
    ends = day + timedelta(days=chance.choice([-1, 0, 0, 1, 400]))
    return {
        "id": chance.randrange(1, 10**6) * 10 + donor,
        "donor": donor,
        "starts": day - timedelta(days=_mostly(chance, chance.choice([0, 1, 400]), -1, 0.04)),
        "ends": _mostly(chance, None, ends, 0.25),
        "rank": chance.choice([0, 0, 1, 2]),
        "frozen": chance.random() < 0.04,
        "purposes": _mostly(chance, ["medical", "premium"], chance.choice([["premium"], []]), 0.04),
        "caps": caps,
    }


def _shop(chance: Random, home: str, places: list[str]) -> dict[str, Any]:
    return {
        "place": chance.choice([home, home, home[:4] + "98", chance.choice(places)]),
        "hosp_lv": chance.choice(["01", "02", "04", "05", "07", "08", "10", "11"]),
        "pooling": chance.random() < 0.7,
        "cross_region": chance.random() < 0.95,
    }


def _item(chance: Random) -> dict[str, Any]:
    kind = chance.choice(["01", "01", "01", "02", "02", "03"])
    share = {"01": Decimal(0), "02": chance.choice([Decimal("0.1"), Decimal("0.3335")])}
    return {
        "class": kind,
        "share": share.get(kind, Decimal(1)),
        "limit": chance.choice(LIMITS),
        "licence": _mostly(chance, "drug", chance.choice(LICENCES), 0.4),
    }


def _line(chance: Random) -> dict[str, Any]:
    price = Decimal(chance.choice([1, 50, 333, 1_000, 5_000, 24_999, 100_000, 300_000])) / 100
    count = Decimal(chance.choice(["1", "1", "2", "7", "0.5", "1.25"]))
    fen = int((price * count * 100).to_integral_value("ROUND_HALF_UP"))
    return {
        "item": chance.choice(["item0", "item1", "item2", "item3", "item3", "unknown"]),
        "price": price,
        "count": count,
        "fen": fen,
        "rx": chance.random() < 0.3,
    }


def _near(chance: Random, day: date) -> date:
    return day - timedelta(days=chance.choice([0, 0, 1, 3, 6, 20, 35, 200, 366, -1, -4, -10, -40]))


def _use(chance: Random, grants: list[dict[str, Any]], day: date) -> dict[str, Any]:
    return {
        "donor": chance.choice(grants)["donor"],
        "beneficiary": chance.choice([PATIENT, PATIENT, 99]),
        "day": _near(chance, day),
        "fen": _fen(chance) + 1,
    }


def _past(chance: Random, day: date) -> dict[str, Any]:
    return {
        "day": _near(chance, day),
        "level": chance.choice(["basic", "second", "third"]),
        "deductible": chance.choice([0, 100, 20_000, 40_000]),
        "fund": chance.choice([0, 2_500, 4_999, 100_000, 399_990]),
    }


def _filing(chance: Random, places: list[str], day: date) -> dict[str, Any]:
    place = chance.choice(places)
    return {
        "area": place[: chance.choice([2, 4, 6])],
        "starts": day - timedelta(days=chance.choice([-1, 0, 100])),
        "ends": chance.choice([None, day, day - timedelta(days=1)]),
    }
