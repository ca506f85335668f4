"""The audit where the shared tables are in a database of their own: each has a chain over the lines
that are there."""

from __future__ import annotations

from app.ledger.proof.audit.lines import head_of
from app.ledger.proof.audit.replay import AUDIT, AUDIT_SHARED
from tests.api.counter.conftest import Counter, config, counter, town
from tests.api.counter.test_acts import (
    test_what_is_written_says_who_when_why_and_is_chained,
)
from tests.feeds import all_written
from tests.own_database import template
from tests.store.cells.test_apart import migrated, whole

__all__ = [
    "config",
    "counter",
    "migrated",
    "template",
    "test_what_is_written_says_who_when_why_and_is_chained",
    "town",
    "whole",
]


async def test_each_database_has_a_chain_over_the_lines_that_are_there(counter: Counter) -> None:
    token = await counter.sign_in()
    father = await counter.person("李老", current_fen=0)
    assert (await counter.act(father, "/wallet", token)).status == 200
    services = counter.town.services
    assert await services.audit_sealer.run(now=await all_written()) > 1
    kinds = "select array_agg(distinct kind order by kind) from audit_seal"
    assert await services.database.value(kinds) == [3]
    assert await services.shared.value(kinds) == [1, 2]
    report = await services.verification.run()
    heads = {name: head_of(report.figures[name]) for name in (AUDIT, AUDIT_SHARED)}
    for name, head in heads.items():
        assert (report.checks[name].wrong, report.checks[name].rows) == (0, head.lines)
    report = await services.verification.run(kept=heads[AUDIT], kept_shared=heads[AUDIT_SHARED])
    assert [report.checks[name].wrong for name in heads] == [0, 0]
    report = await services.verification.run(kept=heads[AUDIT_SHARED], kept_shared=heads[AUDIT])
    assert [report.checks[name].wrong for name in heads] == [1, 1]
