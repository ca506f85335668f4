"""Who pays a bill, written a second time from SOURCES over plain dicts and integers: slowly,
step by step, with nothing of the house. ``cases`` tells what a case looks like."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

from tests.oracle.rulebook import Packs, rules_at, same

Case = dict[str, Any]
Outcome = dict[str, Any]


def outcome(case: Case, packs: Packs) -> Outcome:
    """What becomes of a bill: the refusal's code, or every figure in fen, and who was asked first.

    Whoever would pay more than the sum above which it wants to be asked is asked, all at once, and
    the bill is looked at again with what was said: a yes is good for the sum that was asked, and
    who says no, or nothing, pays nothing of it. Then others may have to be asked.
    """
    said: dict[int, tuple[str, int]] = {}
    asked: list[tuple[int, int, int]] = []
    for turn in count(1):
        found = _decided({**case, "said": said}, packs)
        if "refused" in found:
            return found
        questions = []
        for grant in case["grants"]:
            accounts = case["people"][grant["donor"]]["accounts"].values()
            pays = sum(fen for account, fen in found["legs"] if account in accounts)
            if grant["ask_above"] is not None and pays > grant["ask_above"]:
                questions += [(grant, pays)] if grant["id"] not in said else []
        if not questions:
            break
        in_time = min(found["wait_s"], case["bill"]["patience"]) >= 1
        for grant, pays in questions:
            said[grant["id"]] = (grant["would_say"] if in_time else "silent", pays)
            asked += [(grant["id"], pays, turn)] if in_time else []
    if found["silence"] == "refuse" and any(word == "silent" for word, _ in said.values()):
        return {"refused": "DONOR_SILENT_REFUSED"}
    return {key: found[key] for key in found.keys() - {"wait_s", "silence"}} | {
        "asked": sorted(asked)
    }


def _decided(case: Case, packs: Packs) -> Outcome:
    """A bill, with what donors have said of it so far."""
    case = {**case, "people": {id_: _open(person) for id_, person in case["people"].items()}}
    me = case["people"][case["patient"]]
    refusal = _refusal(case, me, packs)
    if refusal:
        return {"refused": refusal}
    today, dated = _day(case["moment"]), _day(case["bill_time"])
    rules = rules_at(packs, me["place"], dated)
    lines = [_split(line, case["catalogue"].get(line["item"])) for line in case["bill"]["lines"]]
    deductible, fund, is_pooled = _pooled(case, me, lines, rules, today, packs)
    total = sum(line["fen"] for line in case["bill"]["lines"])
    payable = sum(_payable(line, rules) for line in lines) - _fund_of_payable(
        lines, fund, rules, case["bill"]["med_type"]
    )
    legs: list[tuple[int, int]] = []
    by_part = any(rules[f"purses.{part}"] != "general" for part in PARTS)
    if by_part and case["bill"]["account_used"]:
        parts = _parts(case, lines, deductible, fund, is_pooled, rules)
        legs = _pay_parts(case, me, parts, today, dated, rules, packs)
    # SOURCES F3.7: the own account, then the region's order of wallet and donors.
    for payer in rules["purses.order"] if case["bill"]["account_used"] and not by_part else ():
        rest = payable - sum(fen for _, fen in legs)
        if payer == "own":
            legs += _own(me, rest, rules)
        elif payer == "wallet" and _takes_wallet(case, me, rules, packs):
            legs += _take(me, ["wallet"], rest)
        elif payer == "donors" and rest > 0 and _aid_may_pay(case, me, rules, packs):
            legs += _aid(case, rest, today, dated, rules, packs)
    own = sum(fen for account, fen in legs if account in _own_accounts(me))
    wallet = sum(fen for account, fen in legs if account == me["accounts"]["wallet"])
    aid = sum(fen for _, fen in legs) - own - wallet
    return {
        "legs": legs,
        "own": own,
        "wallet": wallet,
        "aid": aid,
        "fund": fund,
        "deductible": deductible,
        "cash": total - fund - own - wallet - aid,
        "total": total,
        "wait_s": rules["aid.ask_wait_s"],
        "silence": rules["aid.ask_silence"],
    }


def _takes_wallet(
    case: dict[str, Any], me: dict[str, Any], rules: dict[str, Any], packs: Packs
) -> bool:
    """By institution and terminal, in the place of use only, which is where one is insured if one
    has chosen no other or may not (SOURCES S150, F4.1)."""
    shop, place = case["shop"], me["place"]
    if rules["wallet.place_choice"] and me.get("wallet_place"):
        place = me["wallet_place"]
    here = same(packs, rules["wallet.use_area"], place, shop["place"])
    return here and case["bill"]["terminal"] in shop["wallet_at"]


def _own_accounts(me: dict[str, Any]) -> set[int]:
    return {me["accounts"]["current"], me["accounts"]["carried"]}


def _day(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()


def _open(person: dict[str, Any]) -> dict[str, Any]:
    """A closed account is none."""
    return {**person, person["closed"]: None} if person["closed"] else person


def _too_old(case: Case, me: dict[str, Any], packs: Packs) -> bool:
    """Law 13: how far back a bill's date may lie, by the rules of today."""
    today = _day(case["moment"])
    kind = "purchase_days"
    if case["bill"]["visit"]:
        kind = "visit_settle_days"
    elif any(line["rx"] for line in case["bill"]["lines"]):
        kind = "prescription_days"
    allowed = rules_at(packs, me["place"], today)[f"dating.{kind}"]
    return bool((today - _day(case["bill_time"])).days > allowed)


def _refusal(case: Case, me: dict[str, Any], packs: Packs) -> str | None:
    if _too_old(case, me, packs):
        return "BILL_TOO_OLD"
    if not me["insured"]:
        return "BENEFICIARY_NOT_ENROLLED"
    if me["suspended"]:
        return "MISUSE_SUSPENSION"
    if case["bill"]["plan"] != me["plan"]:
        return "INSUTYPE_MISMATCH"
    elsewhere = not same(packs, "pool", me["place"], case["shop"]["place"])
    if elsewhere and not case["shop"]["cross_region"]:
        return "INSTITUTION_NOT_CONNECTED"
    return None


# The bill (SOURCES F5.4)


def _split(line: dict[str, Any], item: dict[str, Any] | None) -> dict[str, Any]:
    fen = line["fen"]
    if item is None or item["class"] == "03":
        licence = item["licence"] if item else "none"
        return {
            "own": fen,
            "over": 0,
            "first": 0,
            "scope": 0,
            "licence": licence,
            "rx": line["rx"],
            "goods": item["goods"] if item else None,
        }
    over = 0
    if item["limit"] is not None:
        over = max(0, fen - _half_up(item["limit"] * line["count"] * 100))
    first = _half_up((fen - over) * item["share"]) if item["class"] == "02" else 0
    return {
        "own": 0,
        "over": over,
        "first": first,
        "scope": fen - over - first,
        "licence": item["licence"],
        "rx": line["rx"],
        "goods": None,
    }


def _payable(line: dict[str, Any], rules: dict[str, Any]) -> int:
    if line["licence"] not in rules["scope.licences"]:
        return 0
    sum_fen = line["scope"]
    if rules["scope.first_share"]:
        sum_fen += line["first"]
    if rules["scope.over_limit"]:
        sum_fen += line["over"]
    if rules["scope.fully_selfpaid"]:
        sum_fen += line["own"]
    return int(sum_fen)


def _fund_of_payable(
    lines: list[dict[str, Any]], fund: int, rules: dict[str, Any], med_type: str
) -> int:
    """What of the fund's payment falls on lines that accounts may pay: the same share of each."""
    if not fund:
        return 0
    pooled = [line for line in lines if med_type == "11" or line["rx"]]
    open_to = [line for line in pooled if line["licence"] in rules["scope.licences"]]
    shares = sum(line["scope"] for line in open_to), sum(line["scope"] for line in pooled)
    return _half_up(Decimal(fund * shares[0]) / Decimal(shares[1]))


# The pool (SOURCES F5.2, F5.3)


def level(hosp_lv: str) -> str:
    if hosp_lv in {"01", "02", "03", "04"}:
        return "third"
    return "second" if hosp_lv in {"05", "06", "07"} else "basic"


def _pooled(
    case: Case,
    me: dict[str, Any],
    lines: list[dict[str, Any]],
    rules: dict[str, Any],
    day: date,
    packs: Packs,
) -> tuple[int, int, bool]:
    plan = "benefit_employee" if me["plan"] == "310" else "benefit_resident"
    terms = {key.split(".")[1]: value for key, value in rules.items() if key.startswith(plan)}
    shop, outpatient = case["shop"], case["bill"]["med_type"] == "11"
    basis = sum(line["scope"] for line in lines if outpatient or line["rx"])
    if not (terms["pooled"] and shop["pooling"]) or basis == 0:
        return 0, 0, False
    points = Decimal(0)
    if not same(packs, "pool", me["place"], shop["place"]) and not _filed(case, day):
        if terms["away"] == "nothing":
            return 0, 0, False
        if terms["away"] == "lower":
            points = Decimal(terms["away_points"])
    here, group = level(shop["hosp_lv"]), "retired" if me["kind"][:2] == "12" else "active"
    this_year = [past for past in case["history"] if past["day"].year == day.year]
    deductible = terms["deductible_fen"][here]
    if terms["deductible_per"] == "year":
        deductible -= sum(past["deductible"] for past in this_year if past["level"] == here)
    if terms["deductible_ceiling_fen"] is not None:
        used = sum(past["deductible"] for past in this_year)
        deductible = min(deductible, terms["deductible_ceiling_fen"] - used)
    deductible = min(basis, max(0, deductible))
    ratio = max(Decimal(0), Decimal(terms[f"ratio_{group}"][here]) - points)
    fund = _half_up((basis - deductible) * ratio)
    cap = terms[f"cap_{group}_fen"]
    if cap is not None:
        period = this_year
        if terms["cap_per"] == "month":
            period = [past for past in this_year if past["day"].month == day.month]
        fund = min(fund, max(0, cap - sum(past["fund"] for past in period)))
    return deductible, fund, True


def _filed(case: Case, day: date) -> bool:
    return any(
        case["shop"]["place"].startswith(filing["area"])
        and filing["starts"] <= day <= (filing["ends"] or date.max)
        for filing in case["filings"]
    )


# Who pays which part (SOURCES F3.8, N7, N10)

PARTS = (
    "deductible", "ratio", "outpatient", "purchase", "first_share", "over_limit", "fully_selfpaid",
    "vaccine", "checkup",
)  # fmt: skip


def _parts(
    case: Case,
    lines: list[dict[str, Any]],
    deductible: int,
    fund: int,
    is_pooled: bool,
    rules: dict[str, Any],
) -> dict[str, int]:
    """What of each part lies on lines that accounts may pay."""
    visit = case["bill"]["med_type"] == "11"
    in_pool = [line for line in lines if is_pooled and (visit or line["rx"])]
    mine = [line for line in lines if line["licence"] in rules["scope.licences"]]
    pooled, ours = (
        sum(line["scope"] for line in some) for some in (in_pool, mine_of(in_pool, mine))
    )
    found = dict.fromkeys(PARTS, 0)
    if pooled:
        rest = ours - _half_up(Decimal(fund * ours) / pooled)
        found["deductible"] = min(rest, _half_up(Decimal(deductible * ours) / pooled))
        found["ratio"] = rest - found["deductible"]
    for line in mine:
        if not any(line is other for other in in_pool):
            found["outpatient" if visit else "purchase"] += line["scope"]
        found["first_share"] += line["first"]
        found["over_limit"] += line["over"]
        found[line["goods"] or "fully_selfpaid"] += line["own"]
    return found


def mine_of(some: list[dict[str, Any]], mine: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in some if any(line is other for other in mine)]


def _who_pays(part: str, rules: dict[str, Any]) -> list[str]:
    said = rules[f"purses.{part}"]
    if part in {"vaccine", "checkup"} and said == "general":
        return _who_pays("fully_selfpaid", rules)
    if said != "general":
        return list(said)
    if not rules.get(f"scope.{part}", True):
        return []
    own = {
        "current": ["current", "carried_over"],
        "carried_over": ["carried_over", "current"],
    }[rules["own.spend_first"]]
    if rules["own.carried_over_only"]:
        own = ["carried_over"]
    return [one for payer in rules["purses.order"] for one in (own if payer == "own" else [payer])]


def _pay_parts(
    case: Case,
    me: dict[str, Any],
    parts: dict[str, int],
    today: date,
    dated: date,
    rules: dict[str, Any],
    packs: Packs,
) -> list[tuple[int, int]]:
    """Own money first, of all parts; then wallet and donors, part by part."""
    names = {"current": "current", "carried_over": "carried"}
    held = {purse: me[column] or 0 for purse, column in names.items()}
    paid: dict[str, int] = {}
    owed = dict(parts)
    for part, fen in parts.items():
        for purse in _who_pays(part, rules):
            pays = min(owed[part], held.get(purse, 0) - paid.get(purse, 0))
            if pays:
                owed[part] -= pays
                paid[purse] = paid.get(purse, 0) + pays
        assert 0 <= owed[part] <= fen
    legs = [(me["accounts"][names[purse]], fen) for purse, fen in paid.items() if fen]
    wallet = 0
    if _takes_wallet(case, me, rules, packs):
        wallet = me["wallet"] or 0
    # What donors are asked for is what they would pay if they had everything.
    _, wanted = _others(owed, wallet, 10**15, rules)
    given: list[tuple[int, int]] = []
    if wanted and _aid_may_pay(case, me, rules, packs):
        given = _aid(case, wanted, today, dated, rules, packs)
    wallet, donors = _others(owed, wallet, sum(fen for _, fen in given), rules)
    assert donors == sum(fen for _, fen in given)
    for payer in rules["purses.order"]:
        if payer == "donors":
            legs += given
        elif payer == "wallet" and wallet:
            legs.append((me["accounts"]["wallet"], wallet))
    return legs


def _others(
    owed: dict[str, int], wallet: int, donors: int, rules: dict[str, Any]
) -> tuple[int, int]:
    """What wallet and donors pay of what the own money has left."""
    left = {"wallet": wallet, "donors": donors}
    for part, fen in owed.items():
        need = fen
        for purse in _who_pays(part, rules):
            pays = min(need, left.get(purse, 0))
            need -= pays
            if pays:
                left[purse] -= pays
    return wallet - left["wallet"], donors - left["donors"]


# The own account, then the donors (SOURCES F3.3, F7.2)


def _own(me: dict[str, Any], payable: int, rules: dict[str, Any]) -> list[tuple[int, int]]:
    order = ["current", "carried"]
    if rules["own.spend_first"] == "carried_over":
        order.reverse()
    if rules["own.carried_over_only"]:
        order = ["carried"]
    return _take(me, order, payable)


def _take(person: dict[str, Any], order: list[str], wanted: int) -> list[tuple[int, int]]:
    legs = []
    for part in order:
        fen = min(wanted, person[part] or 0)
        if fen > 0:
            legs.append((person["accounts"][part], fen))
            wanted -= fen
    return legs


def _aid_may_pay(case: Case, me: dict[str, Any], rules: dict[str, Any], packs: Packs) -> bool:
    if not same(packs, rules["aid.use_area"], me["place"], case["shop"]["place"]):
        return False
    had = (me["current"] or 0) + (me["carried"] or 0)
    return not (rules["aid.own_first"] == "zero_required" and had > 0)


def _aid(
    case: Case, need: int, day: date, dated: date, rules: dict[str, Any], packs: Packs
) -> list[tuple[int, int]]:
    """What donors pay on a day; the rules are those of the bill's date."""
    donors = []
    for grant in case["grants"]:
        donor = case["people"][grant["donor"]]
        home = rules_at(packs, donor["place"], dated)
        most = shareable(donor, home)
        offer = min(most, tightest(grant, donor, case, home, day))
        word, agreed = case.get("said", {}).get(grant["id"], ("yes", offer))
        offer = min(offer, agreed) if word == "yes" else 0
        areas = (rules["aid.area"], home["aid.area"])
        if offer > 0 and in_order(grant, donor, case, day, areas, packs):
            parts = {"carried_over": ["carried"], "allotted": ["family"]}.get(
                home["aid.fund_source"], []
            )
            donors.append(
                {
                    "grant": grant,
                    "donor": donor,
                    "shareable": most,
                    "offer": offer,
                    "parts": parts or ["carried", "current"],
                }
            )
    donors.sort(key=lambda one: one["grant"]["id"])
    if rules["aid.tie_break"] == "name":
        donors.sort(key=lambda one: one["donor"]["name"])
    match rules["aid.donor_order"]:
        case "balance_desc":
            donors.sort(key=lambda one: -one["shareable"])
        case "user_order":
            donors.sort(key=lambda one: one["grant"]["rank"])
        case "bind_first":
            donors.sort(key=lambda one: one["grant"]["id"])
        case "bind_last":
            donors.sort(key=lambda one: -one["grant"]["id"])
    asked = donors[: rules["aid.max_donors"]]
    if sum(one["offer"] for one in asked) < need and not rules["aid.allow_partial"]:
        return []
    legs = []
    for one in asked:
        paid = _take(one["donor"], one["parts"], min(need, one["offer"]))
        need -= sum(fen for _, fen in paid)
        legs += paid
    return legs


def in_order(
    grant: dict[str, Any],
    donor: dict[str, Any],
    case: Case,
    day: date,
    areas: tuple[str, str],
    packs: Packs,
) -> bool:
    me = case["people"][case["patient"]]
    return (
        grant["starts"] <= day <= (grant["ends"] or date.max)
        and not grant["frozen"]
        and not grant["spent"]
        and (grant["paused"] is None or day >= grant["paused"])
        and case.get("purpose", "medical") in grant["purposes"]
        and donor["insured"]
        and not donor["suspended"]
        and donor["plan"] == "310"
        and all(same(packs, area, donor["place"], me["place"]) for area in areas)
    )


def shareable(donor: dict[str, Any], home: dict[str, Any]) -> int:
    current, carried = donor["current"] or 0, donor["carried"] or 0
    if home["aid.fund_source"] == "allotted":  # F3.13: set aside before, and no floor now
        has_account = donor["current"] is not None or donor["carried"] is not None
        return int((donor["family"] or 0) if has_account else 0)
    source = carried if home["aid.fund_source"] == "carried_over" else current + carried
    return int(max(0, min(source, current + carried - home["aid.floor_fen"])))


def tightest(
    grant: dict[str, Any], donor: dict[str, Any], case: Case, home: dict[str, Any], day: date
) -> int:
    uses = [use for use in case["uses"] if use["donor"] == grant["donor"]]
    if home["aid.cap_scope"] == "pair":
        uses = [use for use in uses if use["beneficiary"] == case["patient"]]
    spent = {
        "per_use": 0,
        "day": sum(use["fen"] for use in uses if use["day"] == day),
        "week": sum(
            use["fen"] for use in uses if use["day"].isocalendar()[:2] == day.isocalendar()[:2]
        ),
        "month": sum(use["fen"] for use in uses if use["day"].replace(day=1) == day.replace(day=1)),
        "year": sum(use["fen"] for use in uses if use["day"].year == day.year),
    }
    left = [10**15]
    for period, used in spent.items():
        caps = (home[f"aid.cap_{period}_fen"], grant["caps"][period])
        left += [cap - used for cap in caps if cap is not None]
    if home["aid.cap_share"] is not None:
        balance = (donor["current"] or 0) + (donor["carried"] or 0)
        left.append(int((balance * Decimal(home["aid.cap_share"])).to_integral_value(ROUND_FLOOR)))
    return max(0, min(left))


def _half_up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))
