"""The engine and the oracle agree to the fen, over all packs and over made-up ones."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.regions.loader import PACKS, Rulebook
from tests.oracle import binding, engine, made_packs, oracle, rulebook
from tests.oracle.cases import make_case

CASES = 20_000
MADE_UP = 12_000
BY_PART = 3_000
ASKED = 4_000


def test_engine_and_oracle_agree_over_all_packs() -> None:
    seen = compare(PACKS, range(CASES))
    assert len({place for kind, place in seen if kind == "place"}) == len(set(places_of(PACKS)))
    for kind, least in (
        ("aid", 4_000),
        ("several donors", 500),
        ("wallet", 2_000),
        ("wallet and aid", 400),
        ("fund", 500),
        ("refused", 500),
        ("dated back", 4_000),
    ):
        assert seen[kind, ""] >= least, f"too few cases of {kind}: {seen[kind, '']}"


def test_engine_and_oracle_agree_over_rules_no_region_has_yet(tmp_path: Path) -> None:
    seen = over_made_up(tmp_path, range(MADE_UP))
    for kind, least in (
        ("aid", 1_000),
        ("several donors", 200),
        ("fund", 1_000),
        ("wallet and aid", 200),
    ):
        assert seen[kind, ""] >= least, f"too few cases of {kind}: {seen[kind, '']}"


def test_engine_and_oracle_agree_where_parts_have_purses_of_their_own() -> None:
    """Shanghai about 2026-07-23, when carried-over money came to the class-B share, and Fujian."""
    places = ["310100", "310100", "310115", "350200"]
    since = datetime(2026, 7, 1, tzinfo=UTC)
    seen = compare(PACKS, range(BY_PART), places, since)
    for kind, least in (("own", 500), ("aid", 700), ("wallet", 150), ("wallet and aid", 40)):
        assert seen[kind, ""] >= least, f"too few cases of {kind}: {seen[kind, '']}"


def test_engine_and_oracle_agree_where_donors_are_asked_first(tmp_path: Path) -> None:
    """Who is asked, of how much, and what becomes of the bill by a yes, a no and silence."""
    seen = compare(PACKS, range(ASKED), asks=0.9)
    seen += over_made_up(tmp_path, range(ASKED), asks=0.9)
    for kind, least in (
        ("asked: yes", 300),
        ("asked: no", 150),
        ("asked: silent", 150),
        ("asked again", 30),
        ("DONOR_SILENT_REFUSED", 20),
    ):
        assert seen[kind, ""] >= least, f"too few cases of {kind}: {seen[kind, '']}"


def test_house_and_oracle_bind_the_same_people(tmp_path: Path) -> None:
    """What comes in, what goes out and chains, between regions, in any order of binding."""
    told: Counter[str] = Counter()
    folders = [PACKS, *(tmp_path / str(seed) for seed in range(6))]
    for seed, folder in enumerate(folders):
        if folder != PACKS:
            folder.mkdir()
            made_packs.write(folder, seed)
        packs, house, places = rulebook.read(folder), Rulebook.load(folder), places_of(folder)
        for number in range(1_000):
            homes, tries = binding.attempts(Random(number), places)
            ours = list(binding.oracle(homes, tries, packs))
            assert list(binding.house(homes, tries, house)) == ours, (number, homes, tries)
            told.update(ours)
    for code in ("", "AREA_NOT_ALLOWED", "MAX_OUT", "MAX_IN", "CHAIN_FORBIDDEN"):
        assert told[code] > 1_000, told


PACK_FILES = rulebook.read(PACKS)
RULEBOOK = Rulebook.load()


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_smallest_disagreement_is_none(chance: Random) -> None:
    """Far fewer cases than above; but when the two differ, this finds the simplest case."""
    case = make_case(chance, places_of(PACKS))
    assert engine.outcome(case, RULEBOOK) == oracle.outcome(case, PACK_FILES), case


def compare(
    folder: Path,
    numbers: range,
    places: list[str] | None = None,
    since: datetime | None = None,
    asks: float = 0.05,
) -> Counter[tuple[str, str]]:
    """Puts each case to both; counts what the cases were about."""
    packs, house = rulebook.read(folder), Rulebook.load(folder)
    places = places or places_of(folder)
    seen: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        case = make_case(Random(number), places, since, asks)
        ours, engines = oracle.outcome(case, packs), engine.outcome(case, house)
        assert engines == ours, f"case {number}: {case}"
        seen["place", case["people"][case["patient"]]["place"][:4]] += 1
        seen.update((kind, "") for kind in kinds_of(ours))
        seen.update((kind, "") for kind in askings_of(case, ours))
        seen["dated back", ""] += "refused" not in ours and case["bill_time"] < case["moment"]
    return seen


def over_made_up(home: Path, numbers: range, asks: float = 0.05) -> Counter[tuple[str, str]]:
    """The same over eight made-up countries."""
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(8):
        folder = home / str(seed)
        folder.mkdir()
        made_packs.write(folder, seed)
        eighth = numbers[seed * len(numbers) // 8 : (seed + 1) * len(numbers) // 8]
        seen += compare(folder, eighth, asks=asks)
    return seen


def places_of(folder: Path) -> list[str]:
    """An insured place a pack; regions whose pool pays are met more often."""
    places = []
    for code, pack in rulebook.read(folder).items():
        pooled = any("benefit_employee" in block for block in pack["rules"])
        place = f"{code}9900" if len(code) == 2 else f"{code}02"
        places += [place] * (0 if code == "00" else 5 if pooled else 1)
    return places


def askings_of(case: dict[str, Any], outcome: dict[str, Any]) -> list[str]:
    """What was said, and whether it took a second round of questions."""
    would = {grant["id"]: grant["would_say"] for grant in case["grants"]}
    asked = outcome.get("asked", ())
    kinds = [f"asked: {would[grant]}" for grant, _, _ in asked]
    return kinds + ["asked again"] * any(turn > 1 for _, _, turn in asked)


def kinds_of(outcome: dict[str, Any]) -> list[str]:
    if "refused" in outcome:
        return ["refused", outcome["refused"]]
    kinds = [
        kind for kind in ("aid", "fund", "own", "wallet", "deductible", "cash") if outcome[kind]
    ]
    kinds += ["wallet and aid"] * bool(outcome["wallet"] and outcome["aid"])
    payers = {account // 10 for account, _ in outcome["legs"]} - {1}
    return [*kinds, "several donors"] if len(payers) > 1 else kinds
