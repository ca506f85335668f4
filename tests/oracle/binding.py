"""Who may bind whom, written a second time from SOURCES (F3.3, F7.2) over plain tuples: what comes
in, what goes out, areas and chains, among people of several regions, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from app.domain.aid.rules.binding import Party, check_grant, ties_of
from app.kit.reasons import Refusal
from app.regions.area import apart
from app.regions.loader import Rulebook
from tests.oracle.rulebook import Packs, rules_at, same

DAY = date(2025, 3, 1)
"""The near relatives have come: siblings may bind, and of those one may have any number."""
_BORN = date(1980, 5, 17)

Homes = dict[int, str]
"""Where each person is insured."""


class Tie:
    """One grant that stands."""

    agreed = True

    def __init__(self, donor: int, beneficiary: int) -> None:
        self.donor_id, self.beneficiary_id = donor, beneficiary


def attempts(chance: Random, places: list[str]) -> tuple[Homes, list[tuple[int, int]]]:
    """Six people, mostly of one province, and who tries to bind whom."""
    home = chance.choice(places)
    near = [place for place in places if place[:2] == home[:2]] + [home[:2] + "9800"]
    homes = {person: chance.choice([*near, *near, *near, *near, home]) for person in range(1, 7)}
    homes[6] = chance.choice(places)
    tries = [(chance.randrange(1, 7), chance.randrange(1, 7)) for _ in range(24)]
    return homes, [(a, b) for a, b in tries if a != b]


def oracle(homes: Homes, tries: list[tuple[int, int]], packs: Packs) -> Iterator[str]:
    """What each is told in turn: the refusal's code, or nothing."""
    rules = {person: rules_at(packs, place, DAY) for person, place in homes.items()}
    bound: set[tuple[int, int]] = set()
    for donor, beneficiary in tries:
        told = _told(donor, beneficiary, bound, homes, rules, packs)
        if not told:
            bound.add((donor, beneficiary))
        yield told


def _told(
    donor: int,
    beneficiary: int,
    bound: set[tuple[int, int]],
    homes: Homes,
    rules: dict[int, dict[str, object]],
    packs: Packs,
) -> str:
    for person in (donor, beneficiary):
        area = str(rules[person]["aid.area"])
        if not same(packs, area, homes[donor], homes[beneficiary]):
            return "AREA_NOT_ALLOWED"
    if (donor, beneficiary) in bound:
        return "ALREADY_BOUND"
    after = bound | {(donor, beneficiary)}
    most_out, most_in = rules[donor]["aid.max_out"], rules[beneficiary]["aid.max_in"]
    if isinstance(most_out, int) and sum(a == donor for a, _ in after) > most_out:
        return "MAX_OUT"
    if isinstance(most_in, int) and sum(b == beneficiary for _, b in after) > most_in:
        return "MAX_IN"
    # Every chain of two grants of which the new one is a part: all three people's regions.
    for a, b in after:
        for c, d in after:
            new = (donor, beneficiary) in ((a, b), (c, d))
            if new and b == c and not all(rules[one]["aid.chain"] for one in (a, b, d)):
                return "CHAIN_FORBIDDEN"
    return ""


def house(homes: Homes, tries: list[tuple[int, int]], rulebook: Rulebook) -> Iterator[str]:
    """The same of the house's own rules."""
    bound: list[Tie] = []
    for donor, beneficiary in tries:
        gives, takes = (_party(one, homes[one], rulebook) for one in (donor, beneficiary))
        about = [tie for tie in bound if {tie.donor_id, tie.beneficiary_id} & {donor, beneficiary}]
        ties = ties_of(
            donor, beneficiary, about, lambda one: rulebook.at(homes[one], DAY).rules.aid
        )
        areas = (gives.rules.area, takes.rules.area)
        split = apart(rulebook, areas, gives.place, takes.place)
        try:
            check_grant(gives, takes, "elder_sister", ties, split, DAY)
        except Refusal as refusal:
            yield refusal.reason.code
        else:
            bound.append(Tie(donor, beneficiary))
            yield ""


def _party(person: int, place: str, rulebook: Rulebook) -> Party:
    rules = rulebook.at(place, DAY).rules.aid
    return Party(person, "", "2", _BORN, "310", place, True, True, rules)
