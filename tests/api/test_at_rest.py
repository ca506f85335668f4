"""What lies in database and Redis tells nobody who has its bytes what people suffer from or how to
act as them; rows of before are sealed, and read the same before and after."""

from __future__ import annotations

import hashlib
import secrets
from decimal import Decimal

import asyncpg
import orjson
import pytest

from app.clients.till.client import Item
from app.domain.counter.values import Clerk, Paper
from app.domain.credential.service import places
from app.domain.reconcile.archive import packed
from app.domain.staff.sealing import seal_reasons
from app.domain.staff.values import Role, Visitor
from app.domain.visit.sealing import seal_visits
from app.kit.clock import local_date
from app.kit.sm import Cipher
from app.store.cache import Spending
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.sealed.cache import SealedCache
from app.store.sealed.columns import (
    FEE_DETAILS,
    LOOK_REASON,
    TASK_NOTE,
    VISIT_DETAILS,
    VISIT_DIAGNOSES,
)
from tests.api.ops.conftest import NightShift, night
from tests.api.tills.test_outpatient import Clinic, clinic
from tests.domain.reconcile.shop_books import ShopBooks
from tests.dump import everything_in_redis, in_clear
from tests.feeds import all_written
from tests.own_database import migrated, template
from tests.phone_world import API, config
from tests.servers import as_owner
from tests.till_world import BASIC, Member, Town, town

__all__ = ["clinic", "config", "migrated", "night", "template", "town"]
FOUND = ("J06.900", "感冒", "王医生", "内科")
"""What a clinic says of a visit (``Clinic.diagnose``)."""
NAMES: dict[str, Role] = {"clerk-1": "clerk", "approver-1": "approver"}


async def test_what_a_clinic_found_stands_nowhere_in_clear(clinic: Clinic) -> None:
    town = clinic.town
    await clinic.charge(("1", BASIC, "300.00"))
    said = (await clinic.pre_settle("300.00")).setlinfo
    assert (await clinic.settle("300.00", said)).ok
    assert await in_clear(town.services, FOUND) == []
    cipher = town.services.people.cipher
    [visit] = await town.rows("select * from visit")
    [found] = VISIT_DIAGNOSES.json_of(cipher, visit)["list"]
    assert (found["diag_code"], found["diag_name"]) == ("J06.900", "感冒")
    assert VISIT_DETAILS.json_of(cipher, visit)["dr_name"] == "王医生"
    [line] = await town.rows("select * from fee_line")
    assert FEE_DETAILS.json_of(cipher, line)["bilg_dept_name"] == "内科"


async def test_visits_of_before_are_sealed_in_portions(clinic: Clinic) -> None:
    town, cipher = clinic.town, clinic.town.services.people.cipher
    await clinic.charge(("1", BASIC, "300.00"), ("2", BASIC, "20.00"))
    details, diagnoses = {"dr_name": "王医生"}, {"list": [{"diag_name": "感冒"}]}
    fee = {"bilg_dept_name": "内科"}
    for number in range(2, 5):
        await clinic.register(f"V{number}")
    visit_as_before = (
        "update visit set details = $1, details_sealed = null, diagnoses = $2,"
        " diagnoses_sealed = null"
    )
    await town.value(visit_as_before, details, diagnoses)
    await town.value("update fee_line set details = $1, details_sealed = null", fee)

    async def read() -> list[object]:
        visits = await town.rows("select * from visit order by id")
        lines = await town.rows("select * from fee_line order by feedetl_sn")
        return [
            *(
                (VISIT_DETAILS.json_of(cipher, v), VISIT_DIAGNOSES.json_of(cipher, v))
                for v in visits
            ),
            *(FEE_DETAILS.json_of(cipher, line) for line in lines),
        ]

    expected = [(details, diagnoses)] * 4 + [fee] * 2
    assert len(await in_clear(town.services, FOUND)) == 3
    assert await read() == expected
    assert await seal_visits(town.services.database, cipher, 3) == 4
    assert await in_clear(town.services, FOUND) == []
    assert await read() == expected
    # What a process of before writes while the program is brought up to date comes next time.
    late = "update visit set diagnoses = $2, diagnoses_sealed = null where id = $1"
    await town.value(late, int(clinic.visit), diagnoses)
    assert await seal_visits(town.services.database, cipher, 3) == 1
    assert await read() == expected
    assert await seal_visits(town.services.database, cipher, 3) == 0


async def test_files_that_are_handed_on_stand_nowhere_in_clear(town: Town) -> None:
    books, patient = ShopBooks(town), await town.member("李平", current_fen=10_000)
    await books.buy(patient, "20.00")
    books.rows.clear()  # the institution has forgotten it: the centre's file names the patient
    content = packed("对账.txt", b"psn_no of somebody\n")
    number = (await books.upload(content, filename="王芳的药.zip")).output["file_qury_no"]
    [missing] = await books.differences()
    assert missing["psn_no"] == patient.psn_no
    files = await town.rows("select * from exchange_file order by file_qury_no")
    assert len(files) == 3 and all(f["content"] is None for f in files)
    assert await in_clear(town.services, ("王芳的药", content, content[30:60])) == []
    assert await books.till.download(number, "王芳的药.zip") == content


async def test_files_of_before_are_read_as_they_are_and_sealed(town: Town) -> None:
    books, content = ShopBooks(town), packed("对账.txt", bytes(range(256)))
    number = (await books.upload(content)).output["file_qury_no"]
    before = "update exchange_file set content = $1, filename = $2, content_sealed = null,"
    before += " filename_sealed = null, content_bytes = null"
    await town.value(before, content, "王芳的药.zip")
    exchange = town.services.reconciliation.exchange
    for sealed in (1, 0):
        found = await exchange.get(town.shop.code, number)
        assert (found.content, found.filename) == (content, "王芳的药.zip")
        assert len(await in_clear(town.services, (content, "王芳的药"))) == 2 * sealed
        assert await exchange.seal_clear() == sealed


async def test_codes_and_tokens_stand_nowhere_in_clear(night: NightShift) -> None:
    """What lives in Redis for minutes lets nobody act who has its bytes, nor names anybody."""
    town = night.town
    patient = await town.member("李平", current_fen=10_000)
    shown = await town.show(patient)
    token = await town.scan(patient)
    item = Item(BASIC, Decimal(1), Decimal("20.00"))
    assert (await town.till.settle(town.sale_of(patient, token, [item]))).ok
    name, password = await night.operator("auditor")
    signed_in = (await night.try_sign_in(name, password)).data["token"]
    await night.try_sign_in("my-Passw0rd-itself", password)
    redis = await everything_in_redis(town.services)
    assert all(f"qinji:{kind}:" in redis for kind in ("code", "token", "drawn", "again", "spent"))
    for secret in (shown["code"], token, patient.token, signed_in, "my-Passw0rd-itself"):
        for text in (secret, secret.encode().hex(), *hashes(secret)):
            assert text not in redis, f"{secret[:6]}… stands in Redis"
    for told in (patient.psn_no, patient.name, patient.certno, name):
        assert told not in redis
    drawn = await town.world.client.get(
        f"{API}/credentials/{shown['id']}/image.svg",
        headers={"Authorization": f"Bearer {patient.token}"},
    )
    assert drawn.status == 200
    assert (await town.till.decode(shown["code"])).ok
    assert (await night.call("GET", "/me", token=signed_in)).data["name"] == name


def hashes(secret: str) -> list[str]:
    """Without a key. A session's token has 256 random bits: its hash tells nothing."""
    return [hashlib.sha256(secret.encode()).hexdigest()] if len(secret) < 43 else []


async def test_a_token_and_a_code_of_before_hold_on(town: Town) -> None:
    """They were put there in clear, under hashes without a key; bills are counted on together."""
    patient = await town.member("李平", current_fen=100_000)
    shown, token = (await town.show(patient))["code"], await town.scan(patient)
    cipher, redis = town.services.people.cipher, town.services.cache.redis
    cache = SealedCache(redis, cipher)
    for kind, secret in (("code", shown), ("token", token)):
        now, before = places(cipher, kind, secret)
        held = await cache.get(now)
        assert held is not None
        held.pop("spent_at", None)
        await redis.set(before, orjson.dumps(held), ex=900)
        await redis.delete(now)
    spent = places(cipher, "spent", token)[1]
    most = await bills_a_token_pays(town, patient)
    bills = [Spending(spent, f"m{number}", 1, 60, most, 10_000) for number in range(most - 1)]
    await cache.spend_all(bills)
    item = Item(BASIC, Decimal(1), Decimal("20.00"))
    assert (await town.till.settle(town.sale_of(patient, token, [item]))).ok
    item = Item(BASIC, Decimal(1), Decimal("21.00"))
    refused = await town.till.settle(town.sale_of(patient, token, [item]))
    assert refused.err_msg.startswith("TOKEN_SPENT ")
    assert (await town.till.decode(shown)).ok


async def bills_a_token_pays(town: Town, patient: Member) -> int:
    today = local_date(town.clock.now())
    return town.services.rulebook.at(patient.place, today).rules.credential.token_bills


async def test_what_can_t_be_opened_is_as_good_as_gone(town: Town) -> None:
    patient = await town.member("李平")
    token = await town.scan(patient)
    at = places(town.services.people.cipher, "token", token)[0]
    redis = town.services.cache.redis
    other = SealedCache(redis, Cipher(b"o" * 16, b"o" * 16))
    await other.set(at, {"credential": 1}, 60)
    item = Item(BASIC, Decimal(1), Decimal("20.00"))
    refused = await town.till.settle(town.sale_of(patient, token, [item]))
    assert refused.err_msg.startswith("TOKEN_UNKNOWN ")


WHY, NOTE = "李平的母亲来电投诉", "现金退还给王芳本人"


async def test_what_people_type_as_a_reason_stands_nowhere_in_clear(night: NightShift) -> None:
    town = night.town
    viewer, auditor = await night.sign_in("viewer"), await night.sign_in()
    assert (await night.story(viewer, WHY, setl_id="7")).status == 403
    assert (await night.story(auditor, WHY, setl_id="7")).status == 404
    await close_task(town, NOTE)
    assert await in_clear(town.services, (WHY, "来电投诉", NOTE)) == []
    lines = (await night.call("GET", "/audit/looks", token=auditor)).data
    assert [line["reason"] for line in lines] == [WHY, WHY]
    [task] = await town.rows("select * from counter_task")
    assert TASK_NOTE.text_of(town.services.people.cipher, task) == NOTE


async def test_a_reason_that_was_taken_away_or_exchanged_is_not_shown(night: NightShift) -> None:
    auditor = await night.sign_in()
    for why in (WHY, "夜班核查"):
        await night.story(auditor, why, setl_id="7")
    cipher = night.town.services.people.cipher
    first, second = [
        row["id"] for row in await night.town.rows("select id from ops_look order by 1")
    ]
    other = LOOK_REASON.seal(cipher, f"{'0' * 32}另一个理由", first)
    put = "update ops_look_reason set reason_sealed = $2 where look_id = $1"
    await night.town.value(put, first, other)
    await night.town.value("delete from ops_look_reason where look_id = $1", second)
    lines = (await night.call("GET", "/audit/looks", token=auditor)).data
    assert [line["reason"] for line in lines] == ["***", "***"]


async def test_reasons_and_notes_of_before_are_sealed(night: NightShift) -> None:
    town, auditor = night.town, await night.sign_in()
    database, cipher = town.services.database, town.services.people.cipher
    operator = await town.value("select id from ops_operator")
    before = (
        "insert into ops_look (id, operator_id, what, target, found, reason, at, request_id)"
        " values ($1, $2, 'story', 'setl_id 7', false, $3, now(), 'x')"
    )
    await town.value(before, 1, operator, WHY)
    await town.value(before, 2, operator, "—")
    await add_task(town)
    await town.value("update counter_task set done_at = now(), note = $1", NOTE)
    assert len(await in_clear(town.services, (WHY, NOTE))) == 2

    async def told() -> list[str]:
        lines = (await night.call("GET", "/audit/looks", token=auditor)).data
        return [line["reason"] for line in lines if line["id"] in ("1", "2")]

    assert await told() == ["—", WHY]
    assert await seal_reasons(Shared(database), cipher) == 0  # who serves may not
    own = await Database.open(as_owner(town.services.settings.database_url), pool_max=1)
    assert await seal_reasons(Shared(own), cipher) == 1
    assert await town.services.counter_tasks.seal_clear() == 1
    assert await in_clear(town.services, (WHY, NOTE)) == []
    assert await told() == ["—", WHY]
    # What the chain has taken in is as it was sealed, and a reason in clear that it has stays so.
    await town.value(before, 3, operator, WHY)
    await town.services.audit_sealer.run(now=await all_written())
    assert await seal_reasons(Shared(own), cipher) == 0
    report = await town.services.verification.run()
    assert report.checks["audit"].wrong == 0 and report.checks["audit"].rows > 3
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await own.value("update ops_look set reason = 'x'")
    await own.close()


async def close_task(town: Town, note: str) -> None:
    """A task is closed as it must be: one proposes, another one agrees."""
    father = await town.member("李强", current_fen=1)
    await add_task(town)
    await town.value("update counter_task set person_id = $1", father.id)
    operators = town.services.operators
    for name, role in NAMES.items():
        assert await operators.add(name, role, secrets.token_hex(8), father.place)
    found = {one.name: Clerk(one, Visitor("", "1")) for one in await operators.all()}
    first, second = (found[name] for name in NAMES)
    proposal = await town.services.counter_tasks.propose(first, 5, Paper("TK-1", note))
    assert await town.services.counter_tasks.agree(second, proposal)


async def add_task(town: Town) -> None:
    await town.value(
        "insert into counter_task (id, kind, person_id, settlement_id, transfer_id, amount_fen,"
        " created_at) values (5, 'refund_without_account', 1, 1, 1, 1, now())"
    )
