"""A filled database: every law holds, names open, and everybody is where the town says."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.bench.made.fill import NotEmpty, fill, plan_of
from app.bench.made.history import Plan, plan_for
from app.bench.made.town import (
    OWN_AND_AID,
    PERSON,
    RELATIVE_FEN,
    RELATIVES,
    SHARED_BY,
    psn_no,
    town_of,
)
from app.cli import cli
from app.domain.events.registering import registry_events
from app.domain.registry.imports.importer import Watch, import_people
from app.domain.registry.service import People
from app.kit.clock import SystemClock
from app.kit.sm import Cipher
from app.kit.words.id_numbers import faults
from app.ledger.balances import Balances
from app.ledger.proof.service import Verification
from app.regions.loader import Rulebook
from app.store.cache import Cache
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.keys import Keys
from tests.servers import as_owner, migrate, new_database

PEOPLE, SETTLEMENTS = 480, 1400
KEYS = Keys((b"d" * 16,), (b"i" * 16,))


@dataclass(frozen=True)
class Filled:
    url: str
    database: Database
    plan: Plan


@pytest.fixture(scope="module")
async def filled(database_url: str) -> AsyncIterator[Filled]:
    """In several parts, people sealed by two processes, as large databases are."""
    plan = plan_for(SETTLEMENTS, PEOPLE, 20, datetime.now(UTC) - timedelta(hours=2))
    async with new_database(database_url, "filled") as url:
        await migrate(url)
        database = await Database.open(as_owner(url))
        before = await _indices(database)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.bench.made.fill._PER_COPY", 200)
            patch.setattr("app.bench.made.fill._PER_STATEMENT", 500)
            await fill(database, plan, KEYS, as_owner(url))
        assert await _indices(database) == before
        yield Filled(as_owner(url), database, plan)
        await database.close()


async def _indices(database: Database) -> list[str]:
    """Indices and constraints as the catalogue tells them; a month's indices have any names."""
    rows = await database.rows(
        "select case when c.relispartition then regexp_replace(indexdef, 'INDEX \\S+', 'INDEX')"
        " else indexdef end as text from pg_indexes join pg_class c on c.relname = tablename "
        "where schemaname = 'public' union all "
        "select conrelid::regclass || ' ' || conname || ' ' || convalidated || ' ' "
        "|| pg_get_constraintdef(oid) from pg_constraint "
        "where connamespace = 'public'::regnamespace"
    )
    return sorted(row["text"] for row in rows)


async def test_every_law_holds(filled: Filled, redis_url: str) -> None:
    cache = await Cache.open(redis_url.replace("db=0", "db=6"))
    try:
        balances = Balances(filled.database, cache, SystemClock())
        report = await Verification(
            filled.database, filled.database, balances, SystemClock(), Rulebook.load()
        ).run()
    finally:
        await cache.close()
    assert report.findings == []
    assert report.checks["legs"].rows == filled.plan.settlements + filled.plan.cancels
    assert report.checks["balance"].rows > 1.4 * PEOPLE


async def test_rows_are_as_many_as_planned(filled: Filled) -> None:
    plan, database = filled.plan, filled.database
    assert (plan.town.people, plan.rounds) == (480, 3)
    assert await database.value("select count(*) from person") == plan.town.people
    kinds = await database.rows("select kind, count(*) from settlement group by 1")
    assert dict(kinds) == {1: plan.settlements, 2: plan.cancels}
    assert await plan_of(database) == plan


async def test_everybody_is_found_and_opens(filled: Filled) -> None:
    people, town = People(Cipher(KEYS.data_key, KEYS.index_key), filled.database), filled.plan.town
    for number in (0, 1, 17, 250, town.people - 1):
        who = town.identity(number)
        person = await people.identify(who.name, "01", who.certno)
        assert (person.id, person.psn_no) == (PERSON + number, psn_no(number))
        assert (people.name(person), people.certno(person)) == (who.name, who.certno)
        assert (person.insutype, person.insuplc_admdvs) == (who.insutype, town.place(number))
    till = await people.key_owner(town.shop(7).key_id)
    assert till is not None
    assert (till.code, till.keys[0].secret) == (town.shop(7).code, town.shop(7).secret)


async def test_donors_are_those_of_the_town(filled: Filled) -> None:
    town = filled.plan.town
    rows = await filled.database.rows("select donor_id, beneficiary_id from aid_grant")
    found = {row["beneficiary_id"] - PERSON: row["donor_id"] - PERSON for row in rows}
    assert found == {n: town.donor(n) for n in range(town.people) if town.donor(n) is not None}
    shared = Counter(Counter(found.values()).values())
    assert shared == {SHARED_BY: town.blocks, 1: 10 * town.blocks}
    assert len(found) == len(RELATIVES) * town.blocks


async def test_who_has_money_of_his_own_and_a_donor_holds_little(filled: Filled) -> None:
    town = filled.plan.town
    for k in OWN_AND_AID:
        rows = await filled.database.rows(
            "select balance_fen from account where person_id = $1 order by kind",
            PERSON + town.of_role(k, 3),
        )
        assert tuple(row["balance_fen"] for row in rows) == RELATIVE_FEN


async def test_a_database_with_people_is_left_alone(filled: Filled) -> None:
    with pytest.raises(NotEmpty):
        await fill(filled.database, filled.plan, KEYS, filled.url)
    assert await filled.database.value("select count(*) from person") == PEOPLE


async def nobody_looks(person_ids: Collection[int]) -> None:
    """In the cache's place, where nothing is cached."""


async def test_uniqueness_is_at_work_again(filled: Filled, tmp_path: Path) -> None:
    """Uniqueness and foreign keys are at work again: a taken ID number is refused."""
    who = filled.plan.town.identity(5)
    file = tmp_path / "people.csv"
    file.write_text(
        "psn_no,psn_name,psn_cert_type,certno,gend,brdy,insutype,psn_type,psn_insu_stas,"
        "insuplc_admdvs,has_account,balance_current,balance_carried\n"
        f"77,{who.name},01,{who.certno},{who.gend},{who.born},390,15,1,130100,0,,\n"
    )
    refused: list[str] = []
    watch = Watch(refused=lambda one: refused.append(str(one)))
    cipher = Cipher(KEYS.data_key, KEYS.index_key)
    database = filled.database
    ending = registry_events(database, Shared(database), Rulebook.load())
    clock = SystemClock()
    await import_people(database, cipher, clock, file, watch, on_change=ending, renew=nobody_looks)
    assert len(refused) == 1 and "certno" in refused[0]


def test_id_numbers_are_all_different_and_right() -> None:
    town = town_of(200_000)
    numbers = [town.identity(n).certno for n in range(0, 200_000, 7)]
    assert len(set(numbers)) == len(numbers)
    assert {len(number) for number in numbers} == {18}
    for number in range(0, 200_000, 1001):
        who = town.identity(number)
        assert faults(who.certno, who.born, who.gend) == []


async def test_the_import_takes_the_file_of_people(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    assert CliRunner().invoke(cli, ["bench", "people", "80", str(file)]).exit_code == 0
    async with new_database(database_url, "imported") as url:
        await migrate(url)
        database = await Database.open(as_owner(url))
        cipher = Cipher(KEYS.data_key, KEYS.index_key)
        ending = registry_events(database, Shared(database), Rulebook.load())
        clock = SystemClock()
        report = await import_people(
            database, cipher, clock, file, on_change=ending, renew=nobody_looks
        )
        await database.close()
    assert (report.loaded, report.refused) == (80, 0)


class Broken(Exception):
    """What a load may meet: a full disk, Ctrl-C."""


async def test_a_load_that_breaks_off_leaves_the_database_empty_and_whole(
    database_url: str,
) -> None:
    plan = plan_for(SETTLEMENTS, PEOPLE, 20, datetime.now(UTC) - timedelta(hours=2))

    async def broken(*anything: object) -> None:
        raise Broken

    async with new_database(database_url, "broken") as url:
        await migrate(url)
        database = await Database.open(as_owner(url))
        before = await _indices(database)
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Broken):
            patch.setattr("app.bench.made.fill._history", broken)
            await fill(database, plan, KEYS, as_owner(url))
        assert await _indices(database) == before
        with pytest.MonkeyPatch.context() as patch, pytest.raises(Broken):
            patch.setattr("app.bench.made.fill._history", broken)
            patch.setattr("app.bench.made.fill._take_away", broken)  # as if it had been killed
            await fill(database, plan, KEYS, as_owner(url))
        assert await _indices(database) != before
        await fill(database, plan, KEYS, as_owner(url))
        assert await _indices(database) == before
        assert await plan_of(database) == plan
        await database.close()
