"""The peer writes what our path writes and keeps the books right; each run finds the same money."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.bench.made import typical
from app.bench.made.topup import TopUp, forget_balances
from app.bench.made.town import PERSON, RELATIVE_FEN
from app.bench.peer import limit
from app.bench.peer import peer as peers
from app.bench.peer.peer import SHAPES, Peer
from app.domain.settlement.facts.originals import settlement_of
from tests.bench.conftest import Lively

_NEWEST = """
select s.*, pg_column_size(r.body) as body_size, pg_column_size(s.lines) as lines_size,
    pg_column_size(s.trace) as trace_size, length(r.body_hash) as hash_size,
    (select json_agg(json_build_array(t.kind, t.grant_id is not null, t.amount_fen, d.kind,
        t.debit_after_fen) order by t.id) from transfer t join account d on d.id = t.debit_account
        where t.settlement_id = s.id)::text as transfers
from settlement s join request r on r.id = s.request_id
where r.msgid like $1 order by s.id desc limit 1
"""
_OF_THE_ROW = {
    "id",
    "request_id",
    "mdtrt_id",
    "person_id",
    "fixmedins_code",
    "mdtrtarea_admvs",
    "insuplc_admdvs",
    "bill_time",
    "settled_at",
    "trace",
}


@pytest.fixture(scope="module")
async def made(lively: Lively) -> AsyncIterator[Peer]:
    sample = await typical.sample(lively.services, lively.town)
    found = Peer(lively.services.database, lively.place.owner_url, lively.town, sample)
    await found.make()
    yield found
    await found.drop()


async def _newest(lively: Lively, msgid: str) -> Any:
    row = await lively.services.database.row(_NEWEST, msgid)
    assert row is not None
    return row


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_peer_s_settlement_is_like_ours(lively: Lively, made: Peer, shape: str) -> None:
    await TopUp(lively.services.database, lively.town).run()
    ours = await _newest(lively, "S%")
    ran = await made.run(shape, 1, 1)
    assert ran.per_s > 0
    # The first of the run, when nobody had been there before.
    theirs = await _newest(lively, "B%")
    first = await lively.services.database.row(
        _NEWEST.replace("s.id desc", "own_pay_fen desc, s.id"), "B%"
    )
    assert first is not None
    left, right = (vars_of(row) for row in (ours, first))
    assert left == right
    assert theirs["hash_size"] == 32
    for part in ("body_size", "lines_size", "trace_size"):
        assert abs(first[part] - ours[part]) <= 0.05 * ours[part], part
    assert first["trace"].keys() == ours["trace"].keys()
    assert first["trace"]["steps"][0] == ours["trace"]["steps"][0]
    assert _shape(first["transfers"]) == _shape(ours["transfers"])


def vars_of(row: Any) -> dict[str, object]:
    """A settlement's figures: all that isn't this row's alone."""
    found = settlement_of(row)
    return {n: getattr(found, n) for n in found.__dataclass_fields__ if n not in _OF_THE_ROW}


def _shape(transfers: str) -> list[list[object]]:
    return [[kind, aid, fen, of] for kind, aid, fen, of, _ in json.loads(transfers)]


async def test_nothing_waits_and_every_law_holds_after_it(lively: Lively, made: Peer) -> None:
    for shape in SHAPES:
        await made.run(shape, 8, 1)
    assert await lively.services.database.value("select count(*) from waiting") == 0
    await forget_balances(lively.place.redis_url)
    report = await lively.services.verification.run()
    assert report.findings == []


async def test_what_was_paid_is_given_back_between_runs(lively: Lively, made: Peer) -> None:
    top_up = TopUp(lively.services.database, lively.town)
    for _ in range(2):
        await made.run("function", 1, 1)
        assert await _poor(lively) > 0
        assert await top_up.run() > 0
        assert await _poor(lively) == 0
    await forget_balances(lively.place.redis_url)
    report = await lively.services.verification.run()
    assert report.findings == []


async def _poor(lively: Lively) -> int:
    """Buyers whose accounts hold less than at the beginning."""
    ids = [PERSON + typical.buyer(lively.town, at) for at in range(typical.buyers(lively.town))]
    found: int = await lively.services.database.value(
        "select count(*) from account where person_id = any($1::bigint[]) "
        "and balance_fen < (array[$2, $3]::bigint[])[kind]",
        ids,
        *RELATIVE_FEN,
    )
    return found


async def test_one_arq_job_a_settlement(
    lively: Lively, made: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "_JOBS_A_SECOND", 40)
    count = "select count(*) from request where msgid like 'B%'"
    before = await lively.services.database.value(count)
    rate, detail = await limit.run_arq(lively.place, lively.town, "settle", 1)
    assert rate > 0 and detail["enqueued_per_s"] > 0
    assert await lively.services.database.value(count) == before + 40


def test_buyers_are_different_people_with_one_donor_without_a_cap(lively: Lively) -> None:
    town = lively.town
    numbers = [typical.buyer(town, at) for at in range(typical.buyers(town))]
    assert len(set(numbers)) == len(numbers) == 9 * 8
    for number in numbers:
        assert town.role(number).has_account and town.donor(number) is not None
        assert number % town.blocks % 5 != 0
    assert not any(typical.shop(town, at).pooling for at in range(town.shops // 4 * 3))


def test_a_run_with_a_failed_transaction_is_refused() -> None:
    text = "number of failed transactions: 3 (1.0%)\nlatency average = 2.0 ms\ntps = 100.5 (without"
    with pytest.raises(ValueError, match="failed"):
        peers.read(text, "function", 4)
    ran = peers.read(text.replace("3 (1.0%)", "0 (0.000%)"), "function", 4)
    assert (ran.per_s, ran.average_ms, ran.clients) == (100.5, 2.0, 4)
