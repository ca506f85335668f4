"""Whether a grant stands: the condition in SQL, the record of the present and the look back at the
past say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from app.domain.aid.models import AidGrant
from app.domain.aid.rules.standing import BINDS, GrantState, state_of, why_not
from app.domain.settlement.model import Grant
from app.domain.whatif.model import GrantRow
from app.store.urls.postgres import credentials

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = date(2026, 11, 21)
DAYS = st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=2))
MOMENTS = st.integers(-99, 99).map(lambda seconds: NOW + timedelta(seconds=seconds))


def record(**values: Any) -> AidGrant:
    plain = {"starts_on": TODAY, "ends_on": None, "confirmed_at": NOW, "agreed_at": NOW}
    return AidGrant(id=1, donor_id=2, beneficiary_id=3, **plain | values)


async def test_the_condition_in_sql_is_the_rule(database_url: str) -> None:
    rows = list(product((None, NOW), repeat=3))
    connection = await asyncpg.connect(**credentials(database_url))
    try:
        found = await connection.fetch(
            f"select {BINDS.format(grant='g')} as binds from "
            "unnest($1::timestamptz[], $2::timestamptz[], $3::timestamptz[]) with ordinality "
            "as g (confirmed_at, ended_at, declined_at, place) order by place",
            *([row[at] for row in rows] for at in range(3)),
        )
    finally:
        await connection.close()
    binds = [
        record(confirmed_at=confirmed, ended_at=ended, declined_at=declined).standing.binds
        for confirmed, ended, declined in rows
    ]
    assert [row["binds"] for row in found] == binds == [False] * 4 + [True] + [False] * 3


@given(MOMENTS, *[st.none() | MOMENTS] * 4, st.integers(0, 99))
def test_a_look_back_sees_what_was_seen_then(
    confirmed: datetime,
    agreed: datetime | None,
    declined: datetime | None,
    frozen: datetime | None,
    ended: datetime | None,
    later: int,
) -> None:
    """A record as it was at a moment: what came after it had not been written yet."""
    moment = confirmed + timedelta(seconds=later)

    def by_then(event: datetime | None) -> datetime | None:
        return event if event is not None and event <= moment else None

    then = record(
        confirmed_at=confirmed,
        agreed_at=by_then(agreed),
        declined_at=by_then(declined),
        frozen_at=by_then(frozen),
        ended_at=by_then(ended),
    )
    grant = Grant(1, 2, 3, TODAY, None, 0, False, ("medical",), {})
    row = GrantRow(grant, confirmed, agreed, declined, frozen, ended)
    assert row.standing(moment) == then.standing


@given(DAYS, st.none() | DAYS, st.booleans(), st.booleans(), st.booleans())
def test_a_grant_is_in_one_state_and_says_why_it_does_not_pay(
    starts: date, ends: date | None, agreed: bool, frozen: bool, ended: bool
) -> None:
    grant = record(
        starts_on=starts,
        ends_on=ends,
        confirmed_at=NOW if agreed else None,
        agreed_at=NOW if agreed else None,
        frozen_at=NOW if frozen else None,
        ended_at=NOW if ended else None,
    ).standing
    pays = agreed and not frozen and starts <= TODAY and (ends is None or ends >= TODAY)
    state = state_of(grant, TODAY)
    assert (state is GrantState.ACTIVE) == (pays and not ended)
    if not ended:
        assert (why_not(grant, state, "@2") is None) == pays
