"""What holds of every bill, whatever the region: sums, floors, caps, more money never hurts but
where a place among the donors is taken, and a cancel leaves nothing behind."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from app.domain.settlement.model import Request, Result, Settlement, Snapshot, State
from app.domain.settlement.orders import CANCEL, SETTLE, Cancel, Order, Purchase
from app.domain.settlement.rules.fold import fold
from app.regions.loader import PACKS, Rulebook
from tests.oracle import engine, oracle, rulebook
from tests.oracle.cases import PATIENT, make_case
from tests.oracle.test_oracle import places_of

PSN_NO = f"psn{PATIENT}"

BOOK = Rulebook.load()
FILES = rulebook.read(PACKS)
PLACES = places_of(PACKS)


def settled(
    seeds: range, places: list[str] = PLACES
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Cases that are not refused, with what the engine made of them."""
    for seed in seeds:
        case = make_case(Random(seed), places)
        found = engine.outcome(case, BOOK)
        if "refused" not in found:
            yield case, found


def day_of(case: dict[str, Any]) -> Any:
    """The day of settling: caps count on it, and grants stand on it."""
    return (case["moment"] + timedelta(hours=8)).date()


def dated(case: dict[str, Any]) -> Any:
    """The day of the bill: its rules hold."""
    return (case["bill_time"] + timedelta(hours=8)).date()


def test_the_parts_of_every_bill_sum_to_the_bill() -> None:
    for case, found in settled(range(100_000, 103_000)):
        total = sum(line["fen"] for line in case["bill"]["lines"])
        parts = [found[payer] for payer in ("fund", "own", "wallet", "aid", "cash")]
        assert sum(parts) == total, case
        assert min(*parts, found["deductible"]) >= 0
        legs = found["legs"]
        assert all(fen > 0 for _, fen in legs)
        assert sum(fen for _, fen in legs) == found["own"] + found["wallet"] + found["aid"]
        assert len({account for account, _ in legs}) == len(legs), "an account pays once"


def test_nobody_pays_below_a_floor_or_above_a_cap() -> None:
    paid_at_the_edge = 0
    for case, found in settled(range(200_000, 206_000)):
        day = day_of(case)
        for grant in case["grants"]:
            donor = case["people"][grant["donor"]]
            given = sum(
                fen for account, fen in found["legs"] if account in donor["accounts"].values()
            )
            if not given:
                continue
            home = rulebook.rules_at(FILES, donor["place"], dated(case))
            parts = [part for part in ("current", "carried") if part != donor["closed"]]
            held = sum(donor[part] or 0 for part in parts)
            if home["aid.fund_source"] == "allotted":  # of what was set aside, and of that alone
                assert given <= (donor["family"] or 0), case
            else:
                assert held - given >= home["aid.floor_fen"], case
            left = oracle.tightest(
                grant,
                {**donor, **({donor["closed"]: 0} if donor["closed"] else {})},
                case,
                home,
                day,
            )
            assert given <= left, case
            paid_at_the_edge += given == left or held - given == home["aid.floor_fen"] > 0
    assert paid_at_the_edge > 50


def test_more_money_with_a_donor_never_costs_the_patient_more_when_all_may_be_asked() -> None:
    """``max_donors`` counts donors who could pay. While none of them is left out, more money with
    any donor can only lower the cash: offers grow with the balance, and so does their sum."""
    tried = 0
    for case, found in settled(range(300_000, 306_000)):
        richer = _richer(case)
        if richer is None:
            continue
        limit = _rules(case)["aid.max_donors"]
        if limit is not None and _able(richer) > limit:
            continue
        tried += 1
        assert engine.outcome(richer, BOOK)["cash"] <= found["cash"], case
    assert tried > 2_000


def test_where_the_largest_balance_is_asked_first_only_a_cap_can_make_more_money_cost_more() -> (
    None
):
    """With ``balance_desc`` and no cap below a balance, those who are asked are those who have
    most to give, however few may be asked."""
    tried = 0
    for case, found in settled(range(400_000, 406_000), ["130100"]):
        rules = _rules(case)
        if rules["aid.donor_order"] != "balance_desc" or any(map(_capped, case["grants"])):
            continue
        richer = _richer(case)
        if richer is None or any(_home(case, g)["aid.cap_share"] for g in case["grants"]):
            continue
        tried += 1
        assert engine.outcome(richer, BOOK)["cash"] <= found["cash"], case
    assert tried > 200


def test_one_fen_in_the_first_place_takes_the_place_where_one_donor_is_asked() -> None:
    """The exception, a known complaint (SOURCES S66): where one donor pays a bill and
    the order is not by balance, a donor of one fen keeps the next one, who has 400, from paying."""
    cash = [_two_donors("330200", first_fen) for first_fen in (0, 1, 40_000)]
    assert cash == [0, 39_999, 0]


def test_a_cancel_brings_back_every_balance_and_every_count() -> None:
    """After settle and cancel the next identical bill is decided identically, step by step."""
    with_aid = 0
    for seed in range(500_000, 501_500):
        case = make_case(Random(seed), PLACES)
        case["bill"]["visit"] = False  # a visit's lines are free again with the next batch only
        snapshot, ids = _ready(case), itertools.count(1_000_000)
        before = _state(snapshot)
        first = _settle(snapshot, case, ids)
        if first.state is not State.DONE:
            assert _state(snapshot) == before, "a refusal changes nothing"
            continue
        assert first.settlement is not None
        with_aid += first.settlement.mulaid_pay_fen > 0
        cancel = _cancel(next(ids), first.settlement)
        [undone] = fold([cancel], snapshot, case["moment"], ids.__next__)
        assert undone.state is State.DONE
        assert _state(snapshot) == before, case
        again = _settle(snapshot, case, ids)
        assert again.settlement is not None
        assert again.settlement.trace == first.settlement.trace, case
    assert with_aid > 200


def _rules(case: dict[str, Any]) -> dict[str, Any]:
    return rulebook.rules_at(FILES, case["people"][PATIENT]["place"], dated(case))


def _home(case: dict[str, Any], grant: dict[str, Any]) -> dict[str, Any]:
    return rulebook.rules_at(FILES, case["people"][grant["donor"]]["place"], dated(case))


def _capped(grant: dict[str, Any]) -> bool:
    return any(cap is not None for cap in grant["caps"].values())


def _richer(case: dict[str, Any]) -> dict[str, Any] | None:
    """The same case with more money in one account of one donor."""
    chance = Random(case["moment"].toordinal())
    if not case["grants"]:
        return None
    richer = copy.deepcopy(case)
    donor = richer["people"][chance.choice(richer["grants"])["donor"]]
    part = chance.choice(["current", "carried"])
    donor[part] = (donor[part] or 0) + chance.choice([1, 100, 5_000, 700_000])
    return richer


def _able(case: dict[str, Any]) -> int:
    """How many donors could pay something."""
    day, rules = day_of(case), _rules(case)
    able = 0
    for grant in case["grants"]:
        donor, home = case["people"][grant["donor"]], _home(case, grant)
        areas = (rules["aid.area"], home["aid.area"])
        able += min(
            oracle.shareable(donor, home), oracle.tightest(grant, donor, case, home, day)
        ) > 0 and oracle.in_order(grant, donor, case, day, areas, FILES)
    return able


def _two_donors(place: str, first_fen: int) -> int:
    """The cash of a bill of 400.00; the first bound donor holds ``first_fen``, the second 400.00.
    All of it is carried-over money."""
    case = make_case(Random(1), [place])
    plain = {"place": place, "insured": True, "suspended": False, "closed": None, "plan": "310"}
    for number, fen in ((PATIENT, None), (2, first_fen), (3, 40_000)):
        kinds = ("current", "carried", "wallet", "family")
        accounts = {kind: number * 10 + at for at, kind in enumerate(kinds, 1)}
        case["people"][number] = {
            **plain,
            "kind": "11",
            "name": "",
            "current": None,
            "carried": fen,
            "wallet": None,
            "family": None,
            "accounts": accounts,
        }
    case["grants"] = [
        {
            "id": number,
            "donor": number,
            "starts": day_of(case),
            "ends": None,
            "rank": 0,
            "frozen": False,
            "spent": False,
            "paused": None,
            "ask_above": None,
            "would_say": "yes",
            "purposes": ["medical"],
            "caps": dict.fromkeys(("per_use", "day", "week", "month", "year")),
        }
        for number in (2, 3)
    ]
    item = {"class": "01", "share": 0, "limit": None, "licence": "drug", "goods": None}
    line = {"item": "item0", "price": 400, "count": 1, "fen": 40_000, "rx": False}
    case |= {"catalogue": {"item0": item}, "uses": [], "history": [], "filings": []}
    case["shop"] |= {"place": place, "pooling": False, "wallet_at": ""}
    case["bill"] = {
        "plan": "310",
        "med_type": "41",
        "visit": False,
        "account_used": True,
        "terminal": "1",
        "patience": 0.0,
        "lines": [line],
    }
    return int(engine.outcome(case, BOOK)["cash"])


def _ready(case: dict[str, Any]) -> Snapshot:
    """The snapshot of a case with the flow accounts that a fold needs."""
    snapshot = engine.snapshot_of(case, BOOK)
    snapshot.institutions["P1"] = engine.institution_of(case)
    snapshot.payables["P1"], snapshot.suspense_account = 7, 8
    for person in case["people"].values():
        snapshot.pooled_funds[BOOK.pool_of(person["place"])] = 9
    return snapshot


def _settle(snapshot: Snapshot, case: dict[str, Any], ids: Iterator[int]) -> Result:
    bill = engine.bill_of(case)
    request = _request(next(ids), SETTLE, Purchase(PSN_NO, bill))
    snapshot.bills[request.id] = bill
    [result] = fold([request], snapshot, case["moment"], ids.__next__)
    return result


def _cancel(number: int, of: Settlement) -> Request:
    return _request(number, CANCEL, Cancel(PSN_NO, of.id, of.mdtrt_id))


def _request(number: int, infno: str, order: Order) -> Request:
    return Request(number, "P1", f"m{number}", infno, 0, order)


def _state(snapshot: Snapshot) -> Any:
    """Every balance and everything that counts towards a cap or a deductible."""
    balances = {account.id: account.balance_fen for account in snapshot.accounts_by_id.values()}
    return (
        balances,
        sorted(map(repr, snapshot.uses)),
        {person: sorted(map(repr, used)) for person, used in snapshot.history.items() if used},
    )
