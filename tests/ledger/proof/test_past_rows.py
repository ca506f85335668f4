"""What an earlier version settled against the law is found and named: dates ahead, limits passed by
dates, one bill settled twice. The rows are written whole, as that version wrote them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cli.test_ledger import qinji
from tests.ledger.conftest import Books

HEFEI = "340100"
_AID = """
insert into aid_grant select (jsonb_populate_record(g, jsonb_build_object('id', {number},
    'donor_id', a.person_id, 'beneficiary_id', {patient}))).*
from aid_grant g cross join account a
where a.kind = 1 and a.person_id <> {patient}
    and not exists (select from aid_grant o where o.donor_id = a.person_id)
order by a.id limit 1
"""
# Nobody's pool has paid anything for this one.
_PATIENT = """
select max(p.id) from person p where not exists (
    select from settlement s where s.person_id = p.id and s.fund_pay_fen > 0)
"""


@dataclass
class Past:
    """Writes settlements of before into a ledger: request, outcome, settlement, transfers."""

    books: Books
    written: list[int] = field(default_factory=list)

    async def settle(
        self,
        person: int,
        bill_time: datetime,
        *,
        fund_fen: int = 0,
        cash_fen: int = 0,
        aid: tuple[int, int, int] | None = None,
        aid_fen: int = 0,
        counted: bool = False,
        **given: Any,
    ) -> int:
        """One settlement of now. ``aid``: grant, donor, the donor's account."""
        ids = self.books.database.ids
        number, request, now = ids.next(), ids.next(), datetime.now(UTC) - timedelta(seconds=1)
        total = fund_fen + cash_fen + aid_fen
        legs = [{"person": str(aid[1]), "grant": str(aid[0]), "fen": aid_fen}] if aid else []
        trace = {"legs": legs, "reasons": [], "level": "second", "steps": given.pop("steps", [])}
        row = {
            "id": number,
            "request_id": request,
            "kind": 1,
            "person_id": person,
            "mdtrt_id": request,
            "insuplc_admdvs": HEFEI,
            "insutype": "310",
            "psn_type": "11",
            "credential_id": None,
            "bill_time": bill_time.isoformat(),
            "settled_at": now.isoformat(),
            "counted_on": f"{now:%Y-%m-%d}" if counted else None,
            "medfee_sumamt_fen": total,
            "fulamt_ownpay_fen": 0,
            "overlmt_selfpay_fen": 0,
            "preselfpay_fen": 0,
            "inscp_scp_fen": total,
            "act_pay_dedc_fen": 0,
            "hifp_pay_fen": fund_fen,
            "fund_pay_fen": fund_fen,
            "psn_part_fen": total - fund_fen,
            "own_pay_fen": 0,
            "wallet_pay_fen": 0,
            "mulaid_pay_fen": aid_fen,
            "cash_pay_fen": cash_fen,
            "lines": [],
            "trace": trace,
            **given,
        }
        body = json.dumps({"person": person, "total": total})
        await self.books.tamper(
            "insert into settlement select (jsonb_populate_record(s, "
            f"$q${json.dumps(row)}$q$::jsonb)).* from settlement s where kind = 1 limit 1",
            "insert into request select r.id, s.fixmedins_code, "
            f"'before-{number}', '2102', 0, 'x', '{body}', '{now}' from settlement s, "
            f"(select {request}::bigint as id) r where s.id = {number}",
            "insert into outcome (request_id, state, settlement_id, decided_at) "
            f"values ({request}, 1, {number}, '{now}')",
        )
        if fund_fen:
            fund = "(select id from account where kind = 11 limit 1)"
            await self._transfer(number, fund, fund_fen, now, "null, null", None)
        if aid:
            await self.books.tamper(
                "update account set version = version + 1, "
                f"balance_fen = balance_fen - {aid_fen} where id = {aid[2]}"
            )
            link = (
                f"(select version from account where id = {aid[2]}), "
                f"(select balance_fen from account where id = {aid[2]})"
            )
            await self._transfer(number, str(aid[2]), aid_fen, now, link, aid[0])
        self.written.append(number)
        return number

    async def _transfer(
        self, settlement: int, payer: str, fen: int, now: datetime, link: str, grant: int | None
    ) -> None:
        await self.books.tamper(
            "insert into transfer (id, kind, settlement_id, grant_id, debit_account, "
            "credit_account, amount_fen, debit_version, debit_after_fen, created_at) select "
            f"{self.books.database.ids.next()}, 2, s.id, {grant or 'null'}, {payer}, a.id, {fen}, "
            f"{link}, '{now}' from settlement s join account a on a.kind = 12 "
            f"and a.flow_code = s.fixmedins_code where s.id = {settlement}"
        )

    async def findings(self, redis_url: str, home: Path) -> list[dict[str, str]]:
        """What the command finds."""
        code, out, err = await qinji(self.books, redis_url, home, "verify", "--json")
        report = json.loads(out)
        assert code == (1 if report["findings"] else 0), err
        found: list[dict[str, str]] = report["findings"]
        return found

    async def draw(self, person: int, bill_time: datetime, fund_fen: int = 400_000) -> int:
        """A visit of which the pool pays up to its limit."""
        figures = {"cap": "4000.00", "before": "0.00", "paid": "4000.00"}
        steps = [["benefit_cap", "benefit_employee.cap_active_fen", "", figures]]
        return await self.settle(
            person, bill_time, fund_fen=fund_fen, cash_fen=500_000, steps=steps, med_type="11"
        )

    async def give(self, row: Any, bill_time: datetime, left: str, fen: int, **more: Any) -> int:
        """A bill that a donor pays under a cap of a day of which so much was left."""
        steps = [
            [
                "cap",
                "aid.cap_day_fen",
                "",
                {"name": f"@{row['donor']}", "amount": left, "rule": "aid.cap_day_fen"},
            ],
        ]
        aid = (row["granted"], row["donor"], row["account"])
        return await self.settle(
            row["patient"], bill_time, aid=aid, aid_fen=fen, steps=steps, **more
        )


async def _rich_donor(books: Books) -> Any:
    """A grant of somebody who gave nothing before, with plenty on the account."""
    granted = books.database.ids.next()
    patient = await books.value(_PATIENT)
    await books.tamper(_AID.format(number=granted, patient=patient))
    row = await books.database.row(
        "select g.id as granted, g.donor_id as donor, g.beneficiary_id as patient, "
        "a.id as account from aid_grant g join account a on a.person_id = g.donor_id "
        "and a.kind = 1 where g.id = $1",
        granted,
    )
    assert row is not None
    number = books.database.ids.next()
    await books.tamper(
        f"update account set version = version + 1, balance_fen = balance_fen + 500000 "
        f"where id = {row['account']}",
        "insert into transfer (id, kind, debit_account, credit_account, amount_fen, "
        f"credit_version, credit_after_fen, created_at) select {number}, 1, c.id, a.id, 500000, "
        "a.version, a.balance_fen, now() from account a join account c on c.kind = 13 "
        f"where a.id = {row['account']} limit 1",
    )
    return row


async def test_visits_dated_ahead_and_what_they_drew_are_named(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    person = await books.value(_PATIENT)
    past, now = Past(books), datetime.now(UTC)
    dated = [now - timedelta(minutes=5), *(now + timedelta(days=366 * n) for n in (1, 2))]
    made = [await past.draw(person, at) for at in [*dated, now - timedelta(days=730)]]
    found = await past.findings(redis_url, tmp_path)
    dates = {f["row"] for f in found if f["check"] == "dates"}
    assert dates == {f"settlement {n} of person {person}" for n in made[1:]}
    limits = [f for f in found if f["check"] == "pool-limits"]
    assert [f["row"] for f in limits] == [f"settlement {n} person {person}" for n in made[1:]]
    assert "400000 fen in" in limits[-1]["expected"]
    assert "1600000 fen" in limits[-1]["found"]
    assert len(found) == 6, found


async def test_bills_dated_back_under_a_cap_of_a_day_are_named(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    row = await _rich_donor(books)
    past, now = Past(books), datetime.now(UTC)
    made = [await past.give(row, now - timedelta(days=n), "100.00", 10_000) for n in range(8)]
    found = await past.findings(redis_url, tmp_path)
    assert {f["check"] for f in found} == {"aid-limits"}
    names = [f["row"] for f in found]
    assert names == [f"settlement {n} donor {row['donor']}" for n in made[1:]]
    assert (
        "at the most 10000 fen" in found[-1]["expected"] and "the day of" in found[-1]["expected"]
    )
    assert "80000 fen" in found[-1]["found"]


async def test_one_bill_settled_under_two_msgids_is_named_with_both(
    books: Books, redis_url: str, tmp_path: Path
) -> None:
    patient, code = await books.value(_PATIENT), books.database.ids.next()
    await books.tamper(
        f"insert into credential values ({code}, {patient}, {patient}, null, 'self', '01101', "
        "now(), now())",
        f"insert into credential_use select {code}, fixmedins_code, 'm', '', now() "
        "from settlement where kind = 1 limit 1",
    )
    lines = [{"sn": "1", "fen": 1_200, "own": 0, "over": 0, "pre": 0, "scope": 1_200}]
    other = [{**lines[0], "sn": "2"}]
    past, now = Past(books), datetime.now(UTC)
    first, second, _ = [
        await past.settle(patient, now, cash_fen=1_200, credential_id=code, lines=read)
        for read in (lines, lines, other)
    ]
    [finding] = await past.findings(redis_url, tmp_path)
    assert finding["check"] == "twice"
    assert finding["row"] == f"settlement {first} and settlement {second}"
    assert f"before-{first}" in finding["found"] and f"before-{second}" in finding["found"]


async def test_what_is_right_is_not_accused(books: Books, redis_url: str, tmp_path: Path) -> None:
    """A cap that was lowered later, bills that keep to what held, dates a moment ahead."""
    row = await _rich_donor(books)
    past, now = Past(books), datetime.now(UTC)
    for left, fen in (("100.00", 6_000), ("40.00", 4_000)):
        await past.give(row, now + timedelta(minutes=2), left, fen)
    await books.tamper(f"update aid_grant set cap_day_fen = 1 where id = {row['granted']}")
    person = await books.value(_PATIENT)
    for fund in (150_000, 250_000):
        await past.draw(person, now, fund)
    assert await past.findings(redis_url, tmp_path) == []
