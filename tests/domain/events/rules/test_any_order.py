"""What events make of people and ties is a function of the events, however they come in: once or
twice, late, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.events.kinds import Kind
from app.domain.events.rules.ties import Fate, binding_ends, change_of, fate_of_grant
from app.domain.events.rules.timeline import registered
from app.domain.events.values import Binding, Event, Grant, History, Said
from app.domain.registry.imports.insurance import Registered
from app.regions.area import apart
from app.regions.loader import Rulebook
from app.words import NORMAL, SUSPENDED

BOOK = Rulebook.load()
TODAY = date(2026, 11, 21)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
JIANGXI, SHANXI, HUBEI, HEBEI = "360100", "140100", "420100", "130100"
HE, SHE, HER_MOTHER, CHILD = 1, 2, 3, 4
PEOPLE = (HE, SHE, HER_MOTHER, CHILD)
FIRST = 1000
"""Below it are the ids of ties, which are there before events come in."""


def rules_at(place: str):  # type: ignore[no-untyped-def]
    return BOOK.at(place, TODAY).rules.aid


def parted(a: str, b: str) -> bool:
    return apart(BOOK, (rules_at(a).area, rules_at(b).area), a, b) is not None


def grant(number: int, donor: int, other: int, relation: str, day: int) -> Grant:
    made = BORN + timedelta(days=day)
    return Grant(number, donor, other, relation, True, made, True, None, False, None)


class Registry:
    """What is stored: the events that have come in, people's rows, grants, bindings."""

    def __init__(self, place: str) -> None:
        self.base = Registered(NORMAL, "310", place, "11")
        self.events: dict[tuple[str, str], Event] = {}
        self.grants = {
            one.id: one
            for one in (
                grant(1, HE, SHE, "wife", 0),
                grant(2, SHE, HE, "husband", 10),
                grant(3, HE, CHILD, "son", 4),
                grant(4, SHE, HER_MOTHER, "mother", 6),
                grant(5, HE, HER_MOTHER, "mother_in_law", 6),
            )
        }
        self.bindings = {
            one.id: one
            for one in (
                Binding(11, HE, SHE, "wife", True, False, BORN),
                Binding(12, SHE, HER_MOTHER, "mother", True, False, BORN),
                Binding(13, HE, CHILD, "son", True, True, BORN),
            )
        }
        self.ended: set[int] = set()

    def take(self, event: Event) -> None:
        """As ``Applying`` does: all that is known is looked at anew."""
        if (event.sender, event.event_id) in self.events:
            return
        numbered = replace(event, id=FIRST + len(self.events))
        self.events[event.sender, event.event_id] = numbered
        for one in self.grants.values():
            fate = fate_of_grant(
                one, self.of(one.donor_id), self.of(one.beneficiary_id), rules_at, parted
            )
            self.grants[one.id] = after(one, fate)
        for tie in self.bindings.values():
            if binding_ends(tie, self.of(tie.shower_id), self.of(tie.holder_id)):
                self.ended.add(tie.id)

    def of(self, person: int | None) -> History:
        mine = [e for e in self.events.values() if person in (e.person_id, e.other_id)]
        return History(self.base, tuple(sorted(mine, key=lambda event: event.key)))

    def state(self) -> object:
        people = {person: registered(self.of(person), person) for person in PEOPLE}
        ties = {one.id: (one.live, one.end_reason, one.freed_at) for one in self.grants.values()}
        return people, ties, self.ended


def after(one: Grant, fate: Fate) -> Grant:
    one = replace(one, freed_at=fate.freed_at)
    match change_of(one, fate):
        case "end":
            return replace(one, live=False, by_event=True, end_reason=fate.cause)
        case "reason":
            return replace(one, end_reason=fate.cause)
        case "stand":
            return replace(one, live=True, by_event=False, end_reason=None)
    return one


SAID = {
    Kind.STOPPED: [Said(SUSPENDED)],
    Kind.RESUMED: [Said(NORMAL)],
    Kind.CHANGED_PLAN: [Said(insutype="390"), Said(insutype="310")],
    Kind.MOVED: [Said(insuplc_admdvs=one) for one in (JIANGXI, "360700", SHANXI, HUBEI)],
    Kind.RETIRED: [Said(psn_type="12")],
    Kind.TURNED_16: [Said()],
    Kind.DIED: [Said()],
    Kind.CARD_LOST: [Said()],
}


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    found = []
    for number in range(draw(st.integers(2, 6))):
        kind = draw(st.sampled_from([*SAID, Kind.DIVORCED, Kind.MERGED]))
        person = draw(st.sampled_from(PEOPLE))
        other: int | None = None
        said = draw(st.sampled_from(SAID[kind])) if kind in SAID else Said()
        if kind is Kind.DIVORCED:
            person, other = draw(st.sampled_from([(HE, SHE), (SHE, HE)]))
        if kind is Kind.MERGED:
            other = draw(st.sampled_from([one for one in PEOPLE if one != person]))
        at = BORN + timedelta(days=draw(st.integers(-2, 14)))
        sender = draw(st.sampled_from(["a", "b"]))
        found.append(Event(0, sender, str(number), person, other, kind, at, said))
    return found


def _moves(*places: tuple[int, str, int]) -> list[Event]:
    return [
        Event(
            0,
            "a",
            str(n),
            person,
            None,
            Kind.MOVED,
            BORN + timedelta(days=day),
            Said(insuplc_admdvs=place),
        )
        for n, (person, place, day) in enumerate(places)
    ]


@given(events(), st.sampled_from([JIANGXI, SHANXI, HUBEI, HEBEI]), st.randoms())
@example(_moves((HE, SHANXI, 12), (SHE, SHANXI, 12)), JIANGXI, None)
@example(_moves((HE, SHANXI, 12), (HE, HUBEI, 11)), JIANGXI, None)
@settings(max_examples=300, deadline=None)
def test_in_order_late_twice_and_backwards_is_the_same(
    happened: list[Event], place: str, luck: object
) -> None:
    in_order = sorted(happened, key=lambda event: event.key)
    mixed = [*happened, *happened]
    if luck is not None:
        luck.shuffle(mixed)  # type: ignore[attr-defined]
    ways = [in_order, in_order[::-1], happened, [*in_order, *in_order], mixed]
    states = []
    for way in ways:
        registry = Registry(place)
        for event in way:
            registry.take(event)
        states.append(registry.state())
    assert all(state == states[0] for state in states)


def _after(place: str, *happened: Event) -> Registry:
    registry = Registry(place)
    for event in happened:
        registry.take(event)
    return registry


def test_a_couple_that_moves_on_one_day_stays_together_whenever_it_is_heard_of() -> None:
    """In Jiangxi a grant ends where one moves alone; it stands again once the other's is known."""
    his, hers = _moves((HE, SHANXI, 12), (SHE, SHANXI, 12))
    assert _after(JIANGXI, his).grants[1].end_reason == "moved_apart"
    both = _after(JIANGXI, his, hers)
    assert both.grants[1].live and both.grants[2].live
    assert both.grants[3].end_reason == both.grants[4].end_reason == "moved_apart"


def test_a_stop_ends_what_stood_then_and_nothing_that_was_made_later() -> None:
    stop = Event(0, "a", "1", SHE, None, Kind.STOPPED, BORN + timedelta(days=5), Said(SUSPENDED))
    there = _after(JIANGXI, stop)
    assert (there.grants[1].end_reason, there.grants[2].end_reason) == ("beneficiary_stopped", None)
    assert _after(HEBEI, stop).grants[1].live


def test_a_divorce_ends_what_rests_on_the_marriage_or_frees_the_donor() -> None:
    divorce = Event(0, "a", "1", SHE, HE, Kind.DIVORCED, BORN + timedelta(days=12))
    there = _after(HEBEI, divorce)
    reasons = {number: one.end_reason for number, one in there.grants.items()}
    assert reasons == {1: "divorced", 2: "divorced", 3: None, 4: None, 5: "divorced"}
    assert there.ended == {11}
    freed = _after(HUBEI, divorce)
    assert all(one.live for one in freed.grants.values())
    assert {n for n, one in freed.grants.items() if one.freed_at == divorce.at} == {1, 2, 5}


def test_the_dead_give_and_take_nothing_whatever_is_said_of_them_later() -> None:
    died = Event(0, "a", "1", HE, None, Kind.DIED, BORN + timedelta(days=2))
    later = Event(0, "b", "2", HE, None, Kind.RESUMED, BORN + timedelta(days=9), Said(NORMAL))
    for way in ((died, later), (later, died)):
        there = _after(HEBEI, *way)
        assert {n for n, one in there.grants.items() if not one.live} == {1, 2, 3, 5}
        assert there.grants[2].end_reason == "beneficiary_died"
        assert there.ended == {11, 13}
        assert registered(there.of(HE), HE).psn_insu_stas == "4"
