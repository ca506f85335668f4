"""Nothing that the night shift reads scans a large table, and nothing reads more than its bound.

The database is a made one: large enough that a scan would cost more than an index, and of the same
shape at ten million rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.bench.made.fill import fill
from app.bench.made.history import Plan, plan_for
from app.domain.ops.figures import repository as readings
from app.domain.ops.finding import repository as finding
from app.domain.ops.pace import repository as pace
from app.domain.ops.stories import repository as story
from app.domain.ops.tally import repository as tally
from app.domain.ops.watch import repository as watch
from app.domain.registry import repository as registry
from app.domain.staff import repository
from app.kit.ids import first_id_at
from app.ledger.proof import sealing, seals
from app.store.database import Database
from app.store.feed import take_turn
from app.store.keys import Keys
from app.store.migrations._script import _FOLDER
from tests.plan_nodes import nodes
from tests.servers import as_owner, migrate, new_database

PEOPLE, SETTLEMENTS = 800, 24_000
TO_COME = re.compile(r"_(rest|\d{4}_\d\d)$")
"""Months in which nothing lies yet."""
SMALL = {
    "waiting",
    "feed",
    "feed_batch",
    "ops_limit",
    "day_root",
    "pg_database",
    "pg_authid",
    "ops_operator",
}
"""Scanning these is right: the queue up to its limit, the others some rows."""
_MORE = """
insert into counter_task (id, kind, person_id, settlement_id, transfer_id, amount_fen, created_at,
    done_at) select n, 'refund_without_account', 1, 1, n, 100, now(), case when n > 5 then now() end
from generate_series(1, 20000) as n;
insert into institution_statement (fixmedins_code, day, totals, one_sided, csv, page, made_at)
select 'P' || lpad(n::text, 11, '0'), date '2026-01-01' + n % 40, '[]', case when n % 500 = 0 then
    '[{"kind": "tombstone", "msgid": "x", "at": "2026-01-01 00:00:00"}]'::jsonb else '[]' end, '',
    '', now() from generate_series(1, 20000) as n;
insert into question select n, n, 1, 1, 1, now(), now() from generate_series(1, 20000) as n;
insert into verification select n, now(), now(), '{}', '{}' from generate_series(1, 5000) as n;
insert into ops_operator values (1, 'one', 'viewer', '', sha256('salt'), 1, 1, 1, now(), null);
insert into ops_look select n, 1, 'story', 'setl_id ' || n, true, n, 'reason', now(), ''
from generate_series(1, 20000) as n;
insert into ops_note select n, 'hand_over', '', 1, 'x', now() from generate_series(1, 20000) as n;
insert into ops_look_reason select id, 'sealed' from ops_look;
insert into ops_sign_in select n, 1, '127.0.0.1', 'in', now(), ''
from generate_series(1, 20000) as n;
insert into ops_tally select 1 + n % 6, timestamptz '2026-01-01' + n / 60 * interval '10 minutes',
    13 + n % 10, 'R' || n, 1, 100 from generate_series(1, 60000) as n;
insert into seal select id, 2, date '2026-01-01', sha256(id::text::bytea) from settlement
on conflict do nothing;
analyze;
"""


@dataclass(frozen=True)
class Made:
    database: Database
    plan: Plan


@pytest.fixture(scope="module")
async def made(database_url: str) -> AsyncIterator[Made]:
    plan = plan_for(SETTLEMENTS, PEOPLE, 2, datetime.now(UTC))
    async with new_database(database_url, "plans") as url:
        await migrate(url)
        own = as_owner(url)  # what is sealed is forgotten for a moment
        database = await Database.open(own)
        await fill(database, plan, Keys((b"d" * 16,), (b"i" * 16,)), own)
        async with database.connection() as connection:
            await connection.execute(_MORE)
        yield Made(database, plan)
        await database.close()


async def arguments(database: Database) -> dict[str, tuple[Any, ...]]:
    """Each query with values as they come: the newest, an hour ago, a story in the middle."""
    row = await database.row(
        "select s.id, s.request_id, s.fixmedins_code, s.person_id, r.msgid from settlement s"
        " join request r on r.id = s.request_id order by s.id offset 9000 limit 1"
    )
    assert row is not None
    moved = [
        r["id"]
        for r in await database.rows("select id from transfer where settlement_id = $1", row["id"])
    ]
    accounts = [
        r["debit_account"]
        for r in await database.rows(
            "select debit_account from transfer where settlement_id = $1", row["id"]
        )
    ]
    now = datetime.now(UTC)
    an_hour = tuple(first_id_at(now - timedelta(hours=h)) for h in (5, 4))
    a_slot = datetime(2026, 3, 1, tzinfo=UTC)
    some = [row["id"]]
    a_day = tuple(first_id_at(now - timedelta(days=d)) for d in (3, 2))
    a_minute = tuple(first_id_at(now - timedelta(minutes=m)) for m in (241, 240))
    return {
        "SLICES newest": (readings.SLICES, first_id_at(now - timedelta(seconds=10)), 2**62, None),
        "SLICES older": (readings.SLICES, *an_hour, readings.ROWS_MAX),
        "QUEUE": (readings.QUEUE,),
        "TASKS": (readings.TASKS,),
        "SET_ASIDE": (readings.SET_ASIDE, now - timedelta(days=7)),
        "SET_ASIDE_COUNT": (readings.SET_ASIDE_COUNT, now - timedelta(days=7)),
        "TOMBSTONES": (readings.TOMBSTONES, now - timedelta(hours=12)),
        "SEALING": (readings.SEALING,),
        "VERIFIED": (readings.VERIFIED,),
        "STATEMENTS": (readings.STATEMENTS,),
        "ONE_SIDED": (readings.ONE_SIDED, date(2026, 1, 20)),
        "BY_MESSAGE": (story.BY_MESSAGE, row["fixmedins_code"], row["msgid"]),
        "SETTLEMENTS": (story.SETTLEMENTS, some, [row["request_id"]]),
        "REQUESTS": (story.REQUESTS, [row["request_id"]]),
        "TRANSFERS": (story.TRANSFERS, some),
        "ACCOUNTS": (story.ACCOUNTS, accounts),
        "SEALS": (story.SEALS, some + moved),
        "TASKS of a story": (story.TASKS, moved),
        "REMARKS": (story.REMARKS, row["fixmedins_code"], [now.date()], [row["msgid"]], ["1"]),
        "OF_SHOP": (finding.OF_SHOP, row["fixmedins_code"], *a_day, 12_345, "", "1301"),
        "OF_SHOP ever": (finding.OF_SHOP, row["fixmedins_code"], 0, 2**62, 1, "", ""),
        "HOW_FAR": (finding.HOW_FAR, row["fixmedins_code"], 0, 2**62, 500),
        "OF_PEOPLE": (finding.OF_PEOPLE, [row["person_id"], 7], 0, 2**62, None, "", ""),
        "BY_NUMBER": (finding.BY_NUMBER, row["id"]),
        "MESSAGES": (finding.MESSAGES, *a_minute, 2, "NO_AID_GRANT", ""),
        "MESSAGES_HOW_FAR": (finding.MESSAGES_HOW_FAR, *a_minute, 500),
        "UNPAID": (finding.UNPAID, *a_day, "FROZEN", "1301", ""),
        "UNPAID_HOW_FAR": (finding.UNPAID_HOW_FAR, *a_day, 500),
        "tally SETTLED": (tally.SETTLED, a_minute[0], a_minute[1], 500),
        "tally NOT_DONE": (tally.NOT_DONE, a_minute[0], a_minute[1], 500),
        "POINTS": (tally.POINTS, [1, 2, 3], a_slot, a_slot + timedelta(hours=2), ""),
        "REASONS": (tally.REASONS, a_slot, a_slot + timedelta(hours=2), "13"),
        "UNPAID sums": (tally.UNPAID, a_slot, a_slot + timedelta(hours=2), "13"),
        "PACES": (pace.PACES, *pace.parts(*a_day), now, ""),
        "PACES of all": (pace.PACES, *pace.parts(0, first_id_at(now)), now, "13"),
        "BOUNDS": (tally.BOUNDS, "tally"),
        "LIMITS": (watch.LIMITS,),
        "NOTES": (watch.NOTES,),
        "NAMED": (registry.NAMED, [b"i" * 32], None, 3001),
        "looks": (repository._LOOKS, 10_000, 50, "", "", None, None, None),
        "sign-ins": (repository._SIGN_INS, 10_000, 50, "", "", None, None),
    }


NAMES = [
    "SLICES newest", "SLICES older", "QUEUE", "TASKS", "SET_ASIDE", "SET_ASIDE_COUNT", "TOMBSTONES",
    "SEALING", "VERIFIED", "STATEMENTS", "ONE_SIDED", "BY_MESSAGE", "SETTLEMENTS", "REQUESTS",
    "TRANSFERS",
    "ACCOUNTS", "SEALS", "TASKS of a story", "REMARKS", "OF_SHOP", "OF_SHOP ever", "HOW_FAR",
    "OF_PEOPLE", "BY_NUMBER", "MESSAGES", "MESSAGES_HOW_FAR", "NAMED",
    "UNPAID", "UNPAID_HOW_FAR", "tally SETTLED", "tally NOT_DONE", "POINTS", "REASONS",
    "UNPAID sums", "PACES", "PACES of all", "BOUNDS", "LIMITS", "NOTES", "looks", "sign-ins",
]  # fmt: skip


async def explained(database: Database, sql: str, *values: Any) -> dict[str, Any]:
    async with database.snapshot() as connection:
        how = "explain (analyze, timing off, format json)"
        text = await connection.fetchval(f"{how} {sql}", *values)
    [found] = json.loads(text) if isinstance(text, str) else text
    plan: dict[str, Any] = found["Plan"]
    return plan


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_scans_a_large_table(made: Made, name: str) -> None:
    asked = await arguments(made.database)
    assert set(asked) == set(NAMES)
    plan = await explained(made.database, *asked[name])
    scans = [n for n in nodes(plan) if n["Node Type"] == "Seq Scan"]
    assert {n["Relation Name"] for n in scans if not TO_COME.search(n["Relation Name"])} <= SMALL
    if name != "SLICES older":
        bound = pace.PARTS * pace.OF_PART if name == "PACES of all" else 2000
        read = [n["Actual Rows"] * n["Actual Loops"] for n in nodes(plan) if "Relation Name" in n]
        assert max(read, default=0) <= bound, (name, read)


async def test_an_older_stretch_is_read_up_to_a_bound(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "ROWS_MAX", 100)
    last = readings.slice_at(datetime.now(UTC) - timedelta(hours=4))
    async with made.database.snapshot() as connection:
        reached, rows = await readings.slices(connection, last - 700, last)
        assert last - 700 < reached <= last
        assert 0 < sum(row.count for row in rows) <= 100
        begin = first_id_at(readings.slice_begin(reached))
        end = first_id_at(readings.slice_begin(last + 1))
        count = "select count(*) from request where id >= $1 and id < $2"
        assert sum(row.count for row in rows) == await connection.fetchval(count, begin, end)
        _, lone = await readings.slices(connection, last, last)
        assert {row.slice for row in lone} <= {last}


def test_the_tables_of_the_settlement_path_got_no_index_for_this() -> None:
    """Their speed is measured; ids in order of time do instead."""
    text = (_FOLDER / "0006_ops.sql").read_text(encoding="utf-8")
    on = set(re.findall(r"create (?:unique )?index \w+ on (\w+)", text))
    assert on == {"ops_look", "institution_statement"}


@pytest.mark.parametrize("sql", [sealing._TRANSFERS, sealing._SETTLEMENTS])
async def test_sealing_reads_what_it_seals_however_much_waits(made: Made, sql: str) -> None:
    """Little is sealed where the statistics say that all is: a guess for which all was read."""
    async with made.database.transaction() as connection:
        await connection.execute("alter table seal disable trigger seal_append_only")
        await connection.execute("delete from seal")
        assert await take_turn(connection, seals.FEED) is not None
        how = "explain (analyze, timing off, format json)"
        text = await connection.fetchval(f"{how} {sql}", 0, 2**62, 10)
        await connection.execute("alter table seal enable trigger seal_append_only")
    found = list(nodes(json.loads(text)[0]["Plan"]))
    read = [n["Actual Rows"] * n["Actual Loops"] for n in found if "Relation Name" in n]
    assert 0 < max(read) <= 20, read
    whole = {"Sort", "Gather", "Gather Merge", "Bitmap Heap Scan", "Hash Join", "Merge Join"}
    assert not whole & {n["Node Type"] for n in found}, "at another size it would read all"
