"""Whether somebody may send and out of which money: for any purse, any sum, any region's choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.registry.errors import MISUSE_SUSPENSION
from app.domain.registry.relations import RELATIONS
from app.domain.wallet.rules.sending import (
    Standing,
    amount_problem,
    available_fen,
    refilled,
    relation_problem,
    standing_problem,
    taken_from,
)
from app.domain.wallet.values import Source
from app.kit.reasons import Because
from app.ledger.kinds import AccountKind
from app.regions.loader import Rulebook
from app.regions.rules import Rules
from tests.phone_world import at

NOON = at(2026, 11, 21)
BOOK = Rulebook.load()
FEN = st.integers(0, 1_000_000)
KINDS = (AccountKind.CURRENT, AccountKind.CARRIED, AccountKind.WALLET)
PURSES = st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, FEN))
REGIONS = st.sampled_from(["310101", "130100", "350200", "330100", "440100", "110101"])


def rules_at(place: str) -> Rules:
    return BOOK.at(place, NOON.date()).rules


def standing(held: dict[AccountKind, int], **more: Any) -> Standing:
    mine = Standing(
        place="310101", employee=True, problem=None, held=held, sent_today=0, pending_until=None
    )
    return replace(mine, **more)


def code(because: Because | None) -> str:
    return "" if because is None else because.reason.code


@given(PURSES, st.integers(1, 1_000_000), st.sampled_from(Source), REGIONS, st.booleans())
def test_what_may_be_sent_is_taken_whole_and_from_what_may_be_shared(
    held: dict[AccountKind, int], fen: int, source: Source, place: str, employee: bool
) -> None:
    rules, mine = rules_at(place), standing(held, employee=employee)
    left = available_fen(rules, mine, source)
    problem = amount_problem(rules, mine, source, fen)
    assert (problem is None) == (left is not None and fen <= min(left, rules.wallet.single_fen))
    if problem is not None:
        return
    taken = dict(taken_from(rules, mine, source, fen))
    assert sum(taken.values()) == fen
    assert all(0 < part <= held[kind] for kind, part in taken.items())
    if source is Source.WALLET:
        assert set(taken) == {AccountKind.WALLET}
    else:
        assert AccountKind.WALLET not in taken
        if rules.aid.fund_source == "carried_over":
            assert set(taken) == {AccountKind.CARRIED}
        own = held.get(AccountKind.CURRENT, 0) + held.get(AccountKind.CARRIED, 0)
        assert own - fen >= rules.aid.floor_fen


@given(
    st.lists(st.integers(1, 1_000), min_size=1, max_size=3),
    st.lists(st.integers(1, 1_000), max_size=6),
)
def test_what_comes_back_fills_what_was_taken_and_no_more(
    parts: list[int], returns: list[int]
) -> None:
    taken = list(enumerate(parts))
    back = dict.fromkeys(range(len(parts)), 0)
    before = 0
    for wanted in returns:
        fen = min(wanted, sum(parts) - before)
        if fen == 0:
            break
        for account, part in refilled(taken, before, fen):
            back[account] += part
        before += fen
        assert sum(back.values()) == before
        assert all(back[account] <= part for account, part in taken)
        # The last account is full before the one before it gets anything.
        for account, _ in taken[:-1]:
            assert not back[account] or back[account + 1] == parts[account + 1]


def test_one_reason_is_told_and_what_lies_deepest_first() -> None:
    rules = rules_at("310101")
    held = {AccountKind.WALLET: 5}
    night, noon = at(2026, 11, 21, 23), NOON
    until = at(2026, 11, 22, 6)
    cases = [
        (rules_at("440100"), standing({}), night, "PLACE_NOT_LIVE"),
        (rules, standing({}, problem=MISUSE_SUSPENSION), night, "MISUSE_SUSPENSION"),
        (rules, standing({}), night, "NOT_OPENED"),
        (rules, standing(held, pending_until=until, sent_today=3), night, "CLOSED_HOURS"),
        (rules, standing(held, pending_until=until, sent_today=3), noon, "PENDING_UNACCEPTED"),
        (rules, standing(held, sent_today=3), noon, "DAILY_COUNT"),
        (rules, standing(held, sent_today=2), noon, ""),
    ]
    for there, mine, now, wanted in cases:
        assert code(standing_problem(there, mine, "*儿", now)) == wanted


def test_near_relatives_and_nobody_else_are_sent_to() -> None:
    wallet = rules_at("310101").wallet
    far = {one for one in RELATIONS if relation_problem(wallet, one) is not None}
    assert far == {"self", "father_in_law", "mother_in_law"}
