"""What donors who were asked first have said of a bill holds in a what-if, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.whatif.model import Effect
from tests.domain.whatif.asking import add_rules, ask
from tests.domain.whatif.population import BASIC, Population

YES, NO, SILENT = 1, 2, 3


async def bill_of(population: Population, said: int, asks_s: float = 20.0) -> int:
    """A bill of 20.00, which the richer of two donors pays, who is asked above 10.00."""
    patient, first, second = [await population.person(fen) for fen in (0, 90_000, 50_000)]
    await population.grant(first, patient, agreed_at=population.clock.now(), ask_above_fen=1_000)
    await population.grant(second, patient, agreed_at=population.clock.now())
    request = population.bill(patient, [(BASIC, 2_000)], asks_s=asks_s)
    settled = await population.settle_asked(request, said)
    legs = await population.database.value("select trace -> 'legs' from settlement")
    payer = first if said == YES and asks_s else second
    assert [leg["person"] for leg in legs] == [str(payer)]
    return settled


@pytest.mark.parametrize(("said", "asks_s"), [(YES, 20.0), (NO, 20.0), (SILENT, 20.0), (YES, 0.0)])
async def test_a_bill_comes_out_as_it_was(population: Population, said: int, asks_s: float) -> None:
    await bill_of(population, said, asks_s)
    [found], _ = await ask(population, None)
    assert (found.effect, found.problem) == (Effect.SAME, None)


async def test_under_other_rules_a_no_stays_one(population: Population, changed: Path) -> None:
    """Of two who may give, one has said no, and the other has too little."""
    await bill_of(population, NO)
    [found], _ = await ask(population, add_rules(changed, "[rules.aid]\nfloor_fen = 60_000"))
    assert found.after is not None
    assert (found.before.aid_fen, found.after.aid_fen) == (2_000, 0)


async def test_silence_may_be_refused(population: Population, changed: Path) -> None:
    await bill_of(population, SILENT)
    [found], _ = await ask(population, add_rules(changed, '[rules.aid]\nask_silence = "refuse"'))
    assert (found.effect, found.refused) == (Effect.REFUSED, "DONOR_SILENT_REFUSED")
