"""Who is forgotten is named nowhere any more, and the books say what they said."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from app.domain.counter.values import Clerk, Paper
from app.domain.forgetting.values import NOBODY, NotForgotten, Why
from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.indexes import card_no_aad, card_no_indexes
from app.domain.staff import passwords, repository
from app.domain.staff.values import Operator, Visitor
from app.kit.reasons import Refusal
from app.kit.words.masking import mask_name
from app.ledger.kinds import PayOutReason
from app.ledger.proof import receipts
from app.store.retention.kinds import CARE_KEPT
from app.store.sealed.columns import FEE_DETAILS, VISIT_DETAILS, VISIT_DIAGNOSES
from app.store.urls.postgres import credentials
from app.words import OVER
from tests.domain.notice.inbox import tell
from tests.dump import everything_in_redis, everything_in_the_database
from tests.till_world import Member, Town

PAPER = Paper("GX-2026-7", "本人家属申请")
OLD = date(1950, 3, 1)
LONG_AFTER = CARE_KEPT + timedelta(days=1)


async def approver(town: Town, place: str = "130100") -> Clerk:
    name = f"周复核{place}"
    await repository.add(
        town.services.shared, name, "approver", passwords.NOBODY, town.clock.now(), place
    )
    number = await town.value("select id from ops_operator where name = $1", name)
    operator = Operator(number, name, "approver", town.clock.now(), None, place)
    return Clerk(operator, Visitor("test", "0" * 32))


async def ways(town: Town, who: Member) -> set[Why]:
    person = await town.services.people.get(who.id)
    return {way.why for way in await town.services.forgetting.look(await approver(town), person)}


async def forget(town: Town, who: Member) -> int:
    person = await town.services.people.get(who.id)
    return await town.services.forgetting.forget(await approver(town), person, PAPER)


async def insured_no_more(town: Town, who: Member) -> None:
    await town.value("update person set psn_insu_stas = $2 where id = $1", who.id, OVER)


async def test_nobody_is_forgotten_while_something_stands_in_the_way(town: Town) -> None:
    father = await town.member("李国强", OLD, current_fen=10_000)
    son = await town.member("李小明", current_fen=0)
    grant = await town.grant(father, son)
    assert (await town.till.settle(await town.sale(father, "10.00"))).ok
    everything = {Why.INSURED, Why.MONEY, Why.TIED, Why.KEPT}
    assert await ways(town, father) == everything
    with pytest.raises(NotForgotten) as refused:
        await forget(town, father)
    for why in everything:
        assert str(refused.value).count(why) == 2, "in both languages"
    assert str((town.clock.now() + CARE_KEPT).date()) in str(refused.value)
    assert town.services.people.name(await town.services.people.get(father.id)) == "李国强"

    await insured_no_more(town, father)
    await town.services.paying_out.pay_out(father.id, PayOutReason.DEATH)
    assert await town.value("select ended_at from aid_grant where id = $1", int(grant)) is not None
    assert await ways(town, father) == {Why.KEPT}
    town.clock.advance(LONG_AFTER.total_seconds())
    assert await ways(town, father) == set()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (
            "hold (id, purpose, order_id, person_id, account_id, amount_fen, made_at)"
            " select 1, 1, 1, $1, id, 5, now() from account where person_id = $1",
            Why.HELD,
        ),
        (
            "premium_order (id, person_id, year, bought_years, price_fen, amount_fen, asked_by,"
            " place, state, covers_from, params, created_at, caps, charge_on)"
            " values (1, $1, 2027, '{}', 40000, 40000, $1, '130100', 1, '2027-01-01', '{}', now(),"
            " '{}', '2026-12-31')",
            Why.HELD,
        ),
        (
            "wallet_sent (id, person_id, made_by, mark, source, amount_fen, province,"
            " other_province, other_name, tied, relation, day, made_at, expires_at, state)"
            " values (1, $1, $1, 'm', 1, 5, '13', '13', '*明', false, 'son', '2026-11-20', now(),"
            " now(), 1)",
            Why.ON_ITS_WAY,
        ),
        (
            "counter_task (id, kind, person_id, transfer_id, amount_fen, created_at, settlement_id)"
            " values (1, 'suspense', $1, 1, 5, now(), 1)",
            Why.DISPUTED,
        ),
        (
            "question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at)"
            " values (1, 1, 1, $1, 5, now(), 'infinity')",
            Why.DISPUTED,
        ),
    ],
)
async def test_each_of_these_stands_in_the_way(town: Town, row: str, why: Why) -> None:
    mother = await town.member("王秀英", current_fen=0)
    await insured_no_more(town, mother)
    assert await ways(town, mother) == set()
    given = credentials(town.services.settings.database_url)
    async with await asyncpg.create_pool(**given | {"user": "postgres"}, min_size=1) as superuser:
        await superuser.execute("set session_replication_role = replica")
        await superuser.execute(f"insert into {row.replace('$1', str(mother.id))}")
    assert await ways(town, mother) == {why}


async def test_nothing_names_who_was_forgotten_and_the_books_stay(town: Town) -> None:
    await town.services.cache.redis.flushdb()  # balances of other tests
    father = await town.member("欧阳国强", OLD, current_fen=10_000)
    son = await town.member("欧阳小明", current_fen=0)
    await town.grant(father, son)
    assert (await town.till.settle(await town.sale(father, "10.00"))).ok
    assert (await town.till.settle(await town.sale(son, "20.00"))).ok
    await tell(town)
    services, database = town.services, town.services.database
    before = await town.rows("select * from person where id = $1", father.id)
    openid = await town.value("select openid from login where person_id = $1", father.id)
    assert await town.value("select count(*) from notice where person_id = $1", father.id)
    await insured_no_more(town, father)
    await services.paying_out.pay_out(father.id, PayOutReason.DEATH)
    town.clock.advance(LONG_AFTER.total_seconds())
    await services.ledger_sealer.run()
    bills = [row["id"] for row in await town.rows("select id from settlement order by id")]
    told = [await receipts.make(database, bill) for bill in bills]
    sums = await town.rows("select * from settlement order by id")

    act = await forget(town, father)

    secrets = [father.certno, father.name, openid]
    sealed = ("psn_name_index", "certno_index", "written_index", "psn_name_sealed", "certno_sealed")
    secrets += [before[0][column].hex() for column in sealed]
    there = await everything_in_the_database(services) + await everything_in_redis(services)
    assert [one for one in secrets if one in there] == []
    for table in ("notice", "notice_message", "notice_setting", "login", "filing", "card"):
        assert (
            await town.value(f"select count(*) from {table} where person_id = $1", father.id) == 0
        )
    with pytest.raises(Refusal) as refused:
        await services.people.identify(father.name, "01", father.certno)
    assert refused.value.reason is PERSON_UNKNOWN
    assert (await town.world.call("GET", "/me", None, father.token)).status == 401
    person = await services.people.get(father.id)
    assert services.people.masked_name(person) == mask_name(NOBODY)
    assert (person.gend, person.brdy.month, person.brdy.day) == ("0", 1, 1)

    assert await town.rows("select * from settlement order by id") == sums
    assert [await receipts.make(database, bill) for bill in bills] == told
    for one in told:
        assert receipts.prove(one, bytes.fromhex(str(one["root"]))).settlement["id"] in bills
    report = await services.verification.run()
    assert not report.findings
    [line] = await services.forgetting.forgotten(10)
    assert (line.act_id, line.paper.form_no, line.clerk) == (act, PAPER.form_no, "周复核130100")
    assert await ways(town, father) == {Why.GONE}
    await tell(town)
    assert await town.value("select count(*) from notice where person_id = $1", father.id) == 0


async def test_an_approver_of_another_region_may_not_and_two_at_once_do_it_once(
    town: Town,
) -> None:
    mother = await town.member("王秀兰", current_fen=0)
    await insured_no_more(town, mother)
    person = await town.services.people.get(mother.id)
    other = await approver(town, "320000")
    with pytest.raises(Refusal):
        await town.services.forgetting.forget(other, person, PAPER)
    both = await asyncio.gather(forget(town, mother), forget(town, mother), return_exceptions=True)
    assert sorted(isinstance(one, NotForgotten) for one in both) == [False, True]
    assert await town.value("select count(*) from counter_act where kind = 'forget'") == 1


CARE = (
    "insert into card values (7, $1, '\\xc0ffee01', '\\xc0ffee02', '\\xc0ffee03', '\\xc0ffee04',"
    " 'valid', 'file', now())",
    "insert into visit (id, fixmedins_code, msgid, ipt_otp_no, person_id, insutype, med_type,"
    " begins_at, details_sealed, diagnoses_sealed)"
    " values (7, $2, 'm', 'n', $1, '310', '11', now(), '\\xc0ffee05', '\\xc0ffee06')",
    "insert into fee_line (visit_id, feedetl_sn, chrg_bchno, med_list_codg, amount_fen, cnt, pric,"
    " fee_time, details_sealed) values (7, 's', 'b', 'c', 5, 1, 0.05, now(), '\\xc0ffee07')",
    "insert into prescription (id, hi_rxno, trace_code, fixmedins_code, msgid, hosp_rxno,"
    " person_id, mdtrt_id, med_type, state, details_sealed, file_sealed, prescribed_at, ends_at,"
    " checked_at)"
    " values (7, 'h', 't', $2, 'm', 'r', $1, '7', '11', 0, '\\xc0ffee08', '\\xc0ffee09', now(),"
    " now() + interval '1 day', now())",
    "insert into chronic_filing values (7, $1, '\\xc0ffee0a', '2026-01-01', null, now())",
)


async def test_records_of_care_are_blank_and_read_as_such(town: Town) -> None:
    mother = await town.member("王秀丽", current_fen=0)
    for statement in CARE:
        given = [
            one for n, one in enumerate((mother.id, town.shop.code), 1) if f"${n}" in statement
        ]
        await town.value(statement, *given)
    await insured_no_more(town, mother)
    assert await ways(town, mother) == {Why.KEPT}
    town.clock.set(datetime.now(UTC) + LONG_AFTER)
    await forget(town, mother)
    there = await everything_in_the_database(town.services)
    assert [n for n in range(1, 11) if f"c0ffee{n:02x}" in there] == []
    cipher = town.services.people.cipher
    [visit] = await town.rows("select * from visit")
    assert VISIT_DETAILS.json_of(cipher, visit) == {}
    assert VISIT_DIAGNOSES.json_of(cipher, visit) == []
    [line] = await town.rows("select * from fee_line")
    assert FEE_DETAILS.json_of(cipher, line) == {}
    [card] = await town.rows("select * from card")
    number = cipher.open(card["card_no_sealed"], card_no_aad(card["id"]))
    assert card_no_indexes(cipher, number)[0] == card["card_no_index"]
