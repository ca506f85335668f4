"""Every injected fault is found and named; a clean ledger has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.ledger.proof.checks import CHECKS
from app.ledger.proof.replay import DAYS, SEALS
from tests.ledger.conftest import Books

# What the statements below speak of: a mutual-aid payment in the middle of its donor's chain.
_VICTIM = """
select t.id as transfer, t.settlement_id as settlement, s.request_id as request,
    t.debit_account as account, t.grant_id as granted, t.debit_version as version,
    (select id from account where kind = 11) as fund,
    (select id from transfer o where o.debit_account = t.debit_account
        and o.debit_version = t.debit_version + 1) as next,
    (select min(id) from transfer where kind = 3) as refund,
    (select min(id) from settlement where kind = 2) as cancel,
    (select min(day) from day_root)::text as day,
    g.donor_id as donor, g.beneficiary_id as beneficiary, t.created_at::text as moment
from transfer t join aid_grant g on g.id = t.grant_id join settlement s on s.id = t.settlement_id
where t.grant_id is not null and t.debit_version = 6 order by t.id limit 1
"""
_COPY = (
    "insert into transfer select {transfer} + 1000000, kind, settlement_id, grant_id, "
    "reverses_id, debit_account, credit_account, amount_fen, {version}, debit_after_fen, "
    "null, null, created_at from transfer where id = {transfer}"
)

_SENT = (
    "insert into wallet_sent (id, person_id, made_by, mark, returns_id, source, amount_fen,"
    " province, other_province, other_name, tied, relation, day, made_at, expires_at,"
    " state, ended_at, other_id) select 70, {{donor}}, {{donor}}, 'm', nullif('{0}', '')::bigint,"
    " 1, 500, '31', '13', '*', true, 'son', '2026-01-05', '2026-01-05T12:00:00+08',"
    " case when '{0}' = '' then '2026-01-06T06:00:00+08'::timestamptz end, {1}, {2}, {{donor}}"
)
_OFFER = (
    "insert into wallet_offer (id, person_id, amount_fen, province, other_id, other_province,"
    " other_name, other_gend, relation, tied, made_at, expires_at, state, decided_at, follow_from)"
    " values (70, {{donor}}, 400, '31', 1, '13', '*', '1', 'son', true, now(), now(), {0}, now(),"
    " now())"
)
_CREDIT = (
    "insert into account_credit (id, person_id, kind, period, state, base_fen, place, retired,"
    " gross_fen, amount_fen, source, made_at, booked_at) values (80, {{donor}}, 1, '2026-01-01', 2,"
    " 600000, '130100', false, {0}, {0}, 'base', now(), now())"
)
_CLOSE = (
    "insert into account_close values ({0}, {{donor}}, '2025-01-01', '2025-12-31', '130100', 0,"
    " {1}, 0, {2}, 0, {{account}}, 0, {{account}}, 0, now())"
)
_PAID_OUT = "insert into account_pay_out values (80, {{donor}}, 1, '130100', {0}, 0, 0, 0, now())"
_MERGED = (
    "insert into account_merge values (80, {{donor}}, {{beneficiary}}, '130100', {0}, 0, 0, 0, 0,"
    " now())"
)
# A premium of the victim's grant, whose money was held at that moment: after it, or (90) before.
_PREMIUM = (
    "insert into premium_order (id, person_id, year, price_fen, amount_fen, asked_by, place, state,"
    " charge_on, covers_from, created_at, submitted_at, caps) values (80, {{beneficiary}}, 2026,"
    " {fen}, {fen}, {{donor}}, '310000', {state}, '2026-01-31', '2026-02-01', '{{moment}}',"
    " '{{moment}}', '{caps}')"
)
_HELD = (
    _PREMIUM + "; insert into hold values ({id}, 2, 80, {{granted}}, {{donor}}, {{account}},"
    " {fen}, '{{moment}}', null); insert into transfer values ({id}, 7, null, {{granted}}, null,"
    " {{account}}, {{fund}}, {fen}, 901, 0, null, null, '{{moment}}')"
)


def _held(caps: str = "[]", fen: int = 100, id_: str = "{inserted}", state: int = 3) -> str:
    return _HELD.format(fen=fen, state=state, caps=caps, id=id_)


# name → what is done, and the findings (check, row) that must be among those reported.
FAULTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a trace code with two sales that stand": (
        "insert into trace_sale values ({settlement}, '1', 'X', 'P1', 1, 1, false, 1, now()), "
        "({settlement} - 1, '1', 'X', 'P1', 1, 2, false, 1, now())",
        [("codes", "trace code X of settlement {settlement}"),
         ("codes-kept", "trace code X of settlement {settlement}")]),
    "something dispensed that no bill says": (
        "with rx as (insert into prescription (id, hi_rxno, trace_code, fixmedins_code, msgid, "
        "hosp_rxno, person_id, mdtrt_id, med_type, details_sealed, prescribed_at, ends_at, "
        "checked_at) select {settlement} - 1, 'R', 'T', 'P1', 'm', 'n', min(id), '1', '41', '', "
        "now(), now() + interval '1 day', now() from person returning id), item as (insert into "
        "prescription_item select id, 'X', 2, 1 from rx) insert into prescription_sale select "
        "{settlement}, '9', id, 'X', 'P1', 2, now() from rx",
        [("dispensed", "line 9 of settlement {settlement}"), ("prescribed", "X of prescription")]),
    "missing transfer": ("delete from transfer where id = {transfer}", [
        ("chain", "account {account} version 7 transfer {next}"), ("balance", "account {account}"),
        ("settlement-transfers", "settlement {settlement}"), ("seals", "transfer {transfer}")]),
    "changed amount": ("update transfer set amount_fen = amount_fen + 1 where id = {transfer}", [
        ("chain", "account {account} version 6 transfer {transfer}"),
        ("balance", "account {account}"), ("settlement-transfers", "settlement {settlement}"),
        ("legs", "settlement {settlement} person"), ("seals", "transfer {transfer}")]),
    "changed after": ("update transfer set debit_after_fen = 1 where id = {transfer}", [
        ("chain", "account {account} version 6 transfer {transfer}"),
        ("chain", "account {account} version 7 transfer {next}")]),
    "changed moment": ("update transfer set created_at = created_at + interval '1 microsecond' "
                       "where id = {transfer}", [("seals", "transfer {transfer}")]),
    "changed balance": ("update account set balance_fen = balance_fen + 1 where id = {account}",
                        [("balance", "account {account}")]),
    "changed version": ("update account set version = version - 1 where id = {account}",
                        [("balance", "account {account}")]),
    "lost account": ("delete from account where id = {account}",
                     [("sides", "transfer {transfer}")]),
    "lost owner": ("update account set person_id = 5 where id = {account}",
                   [("account-owner", "account {account}"), ("payers", "transfer {transfer}")]),
    "a version for the pooled fund": (
        "update transfer set debit_version = 1, debit_after_fen = 0 where settlement_id = "
        "(select max(settlement_id) from transfer where debit_account = {fund}) "
        "and debit_account = {fund}", [("places", "transfer ")]),
    "another cause": ("update transfer set settlement_id = 5 where id = {transfer}",
                      [("causes", "transfer {transfer}"),
                       ("settlement-transfers", "settlement {settlement}")]),
    "another institution's money": (
        "update transfer set credit_account = (select id from account where kind = 12 and id <> "
        "transfer.credit_account limit 1) where id = {transfer}",
        [("payee", "transfer {transfer}")]),
    "settlement without outcome": ("delete from outcome where request_id = {request}",
        [("settlement-outcome", "settlement {settlement}"), ("requests", "request {request}")]),
    "outcome without settlement": ("delete from settlement where id = {settlement}",
        [("outcome-settlement", "outcome of request {request}"),
         ("causes", "transfer {transfer}"), ("seals", "settlement {settlement}")]),
    "outcome without request": ("delete from request where id = {request}",
        [("requests", "outcome of request {request}"), ("asked", "settlement {settlement}")]),
    "decided, and waits still": ("insert into waiting values ({request}, 0)",
                                 [("requests", "request {request}")]),
    "refused, and settled": ("update outcome set state = 2 where request_id = {request}",
                             [("states", "request {request}")]),
    "voided by the centre, and settled": (
        "update outcome set state = 3, reason = 'VOIDED_TOO_LATE' where request_id = {request}",
        [("states", "request {request}")]),
    "voided by the centre, and a settlement behind it": (
        "update outcome set state = 3, reason = 'VOIDED_TOO_LATE', settlement_id = null "
        "where request_id = {request}",
        [("settlement-outcome", "settlement {settlement}")]),
    "voided for no reason that there is": (
        "update outcome set state = 3, reason = 'LATER', settlement_id = null "
        "where request_id = {request}",
        [("states", "request {request}"), ("settlement-outcome", "settlement {settlement}")]),
    "edited figure": (
        "update settlement set cash_pay_fen = cash_pay_fen + 1, psn_part_fen = psn_part_fen + 1, "
        "medfee_sumamt_fen = medfee_sumamt_fen + 1, inscp_scp_fen = inscp_scp_fen + 1 "
        "where id = {settlement}",
        [("seals", "settlement {settlement}"), ("lines", "settlement {settlement}"),
         ("asked", "settlement {settlement}")]),
    "edited split": (
        "update settlement set own_pay_fen = own_pay_fen - 1, mulaid_pay_fen = mulaid_pay_fen + 1 "
        "where id = {settlement}",
        [("settlement-transfers", "settlement {settlement}"),
         ("seals", "settlement {settlement}")]),
    "edited invoice": ("update settlement set invono = 'X' where id = {settlement}",
                       [("seals", "settlement {settlement}")]),
    "counted on another day": (
        "update settlement set counted_on = settled_at::date - 2 where id = {settlement}",
        [("counted", "settlement {settlement}")]),
    "figures that don't add up": (
        "alter table settlement drop constraint settlement_person_part; "
        "update settlement set cash_pay_fen = 7 where id = {settlement}",
        [("figures", "settlement {settlement}")]),
    "cancel of another size": (
        "update settlement set own_pay_fen = own_pay_fen + 1, cash_pay_fen = cash_pay_fen - 1 "
        "where id = {cancel}", [("cancels", "settlement {cancel}")]),
    "refund to somebody else": (
        "update transfer set credit_account = (select max(id) from account where kind = 1 "
        "and id < transfer.credit_account), credit_version = 999 where id = {refund}",
        [("returns", "transfer "), ("chain", "account ")]),
    "refund that is missing": ("delete from transfer where id = {refund}",
                               [("returns", "transfer "), ("seals", "transfer {refund}")]),
    "inserted transfer": (_COPY.format(transfer="{transfer}", version=900),
        [("seals", "transfer {inserted}"), ("chain", "account {account} version 900"),
         ("balance", "account {account}")]),
    "inserted cash settlement": (
        "insert into settlement select (jsonb_populate_record(s, jsonb_build_object('id', "
        "s.id + 1000000, 'request_id', 77))).* from settlement s where id = {settlement}",
        [("seals", "settlement {inserted_settlement}"),
         ("settlement-outcome", "settlement {inserted_settlement}")]),
    "hold without its money": (
        "insert into hold values (5, 1, 70, null, {donor}, {account}, 300, now(), null)",
        [("holds", "hold 5")]),
    "money set aside without a hold": (
        "alter table account drop constraint account_check; update account set kind = 4 "
        "where id = {account}", [("held", "account {account}")]),
    "ending of what was not held": ("update transfer set kind = 9 where id = {transfer}",
        [("hold-ends", "transfer {transfer}")]),
    "refund of what was not held": ("update transfer set kind = 12 where id = {transfer}",
        [("hold-refunds", "transfer {transfer}")]),
    "money in suspense that the counter doesn't know of": (
        "insert into account (id, kind, flow_code) values (9, 14, 'lost'); update transfer set "
        "credit_account = 9, credit_version = null, credit_after_fen = null where id = {refund}",
        [("suspended", "transfer {refund}")]),
    "a wallet transfer of which nothing is held": (_SENT.format("", 1, "null"),
        [("wallet-sent", "wallet transfer 70 of person {donor}"),
         ("wallet-late", "wallet transfer 70 of person {donor}")]),
    "a wallet transfer at night": (_SENT.format("", 1, "null").replace("T12", "T23"),
        [("wallet-rules", "wallet transfer 70 of person {donor}")]),
    "an accepted offer that was never posted": (
        _OFFER.format(2), [("wallet-offers", "wallet offer 70 to person {donor}")]),
    "more given back than came": (
        _OFFER.format(2) + "; " + _SENT.format("70", 2, "now()"),
        [("wallet-back", "wallet offer 70")]),
    "money out of clearing for nothing": (
        "update transfer set kind = 11 where id = {transfer}",
        [("wallet-moves", "transfer {transfer}")]),
    "a wallet's hold without a transfer": (
        "insert into hold values ({transfer}, 1, 70, null, {donor}, {account}, 300, now(), null)",
        [("wallet-moves", "hold {transfer}")]),
    "a credit of which nothing came": (_CREDIT.format(12_000),
        [("credit-sums", "credit 80 of person {donor}")]),
    "a credit of another sum than the region's": (_CREDIT.format(12_001),
        [("credit-rules", "credit 80 of person {donor}")]),
    "a year of which nothing was carried over": (_CLOSE.format(80, 1_200_000, 1_100),
        [("close-sums", "close 80 of person {donor}")]),
    "a year that earned too much": (_CLOSE.format(80, 1_200_000, 1_101),
        [("close-rules", "close 80 of person {donor}")]),
    "a year closed twice": (
        "alter table account_close drop constraint account_close_once; "
        + _CLOSE.format(80, 0, 0) + "; " + _CLOSE.format(81, 0, 0),
        [("close-sums", "close 80 of person {donor}"), ("close-sums", "close 81 of person ")]),
    "a pay-out that paid nothing": (_PAID_OUT.format(500),
        [("pay-out-sums", "pay-out 80 of person {donor}"),
         ("paid-out", "pay-out 80 of person {donor}")]),
    "a merge that moved nothing": (_MERGED.format(500),
        [("merge-sums", "merge 80 of person {donor}"),
         ("merged", "merge 80 of person {donor}")]),
    "a credit without a row": ("update transfer set kind = 13 where id = {transfer}",
        [("year-moves", "transfer {transfer}")]),
    "removed seal": ("delete from seal where id = {transfer}",
                     [("seals", "transfer {transfer}"), ("days", "day ")]),
    "row and seal removed": (
        "delete from transfer where id = {transfer}; delete from seal where id = {transfer}",
        [("days", "day "), ("chain", "account {account} version 7 transfer {next}")]),
    "row changed and sealed anew": (
        "update seal set hash = sha256('x') where id = {transfer}",
        [("seals", "transfer {transfer}"), ("seals", "transfer {next}"), ("days", "day ")]),
    "another root": ("update day_root set root = sha256('x') where day = '{day}'",
                     [("days", "day {day}"), ("days", "day ")]),
    "paid while frozen": (
        "update aid_grant set frozen_at = (select created_at - interval '1 hour' from transfer "
        "where id = {transfer}) where id = {granted}", [("grants", "transfer {transfer}")]),
    "paid while paused": (
        "update aid_grant set paused_at = (select created_at - interval '1 hour' from transfer "
        "where id = {transfer}), paused_until = '9999-12-31' where id = {granted}",
        [("grants", "transfer {transfer}")]),
    "a grant for one bill that paid two": ("update aid_grant set once = true where id = {granted}",
        [("once", "transfer ")]),
    "paid by a stranger's grant": ("update aid_grant set donor_id = 5 where id = {granted}",
                                   [("payers", "transfer {transfer}")]),
    "paid above the cap that stood": (
        "update settlement set trace = jsonb_set(trace, '{{steps}}', jsonb_build_array("
        "jsonb_build_array('cap', '', '', jsonb_build_object('name', '@{donor}', "
        "'amount', '4.99', 'rule', '')))) where id = {settlement}",
        [("caps", "settlement {settlement} donor")]),
    "more than a donor's cap of a day": (
        "update settlement set trace = jsonb_set(jsonb_set(trace, '{{steps}}', jsonb_build_array("
        "jsonb_build_array('cap', 'aid.cap_day_fen', '', jsonb_build_object('name', '@{donor}', "
        "'amount', '0.01')))), '{{reasons}}', jsonb_build_array(jsonb_build_object('code', "
        "'CAP_DAY', 'params', jsonb_build_object('name', '@{donor}', 'cap', '0.01')))) "
        "where id = {settlement}", [("aid-limits", "settlement {settlement} donor {donor}")]),
    "a premium above its donor's cap of a year": (
        _held('[["{donor}", "aid.cap_year_fen", 101, false]]'),
        [("aid-limits", "premium 80 donor {donor}")]),
    "a premium above what its donor gives all in a month": (
        _held('[["{donor}", "aid.cap_month_fen", 101, true]]'),
        [("aid-limits", "premium 80 donor {donor}")]),
    "a premium above its donor's cap a use": (
        _held('[["{donor}", "aid.cap_per_use_fen", 99, false]]'),
        [("aid-limits", "premium 80 donor {donor}")]),
    "a bill that passes its cap by a premium before it": (
        _held(fen=900_000, id_="90") + "; update settlement set trace = jsonb_set(jsonb_set(trace, "
        "'{{steps}}', jsonb_build_array(jsonb_build_array('cap', 'aid.cap_day_fen', '', "
        "jsonb_build_object('name', '@{donor}', 'amount', '9000.00')))), '{{reasons}}', "
        "jsonb_build_array(jsonb_build_object('code', 'CAP_DAY', 'params', jsonb_build_object("
        "'name', '@{donor}', 'cap', '9000.00')))) where id = {settlement}",
        [("aid-limits", "settlement {settlement} donor {donor}")]),
    "a premium whose money is nowhere": (
        _PREMIUM.format(fen=100, state=5, caps="[]"),
        [("premiums", "premium 80 of person {beneficiary}")]),
    "a premium that is paid and held still": (
        _held(state=5),
        [("premiums", "premium 80 of person {beneficiary}")]),
    "a premium by a stranger's money": (
        _held() + "; update aid_grant set beneficiary_id = 5 where id = {granted}",
        [("premiums", "premium 80 of person {beneficiary}")]),
    "a premium of which nothing is heard": (
        _held() + "; update premium_order set submitted_at = now() - interval '99 days'",
        [("premium-late", "premium 80 of person {beneficiary}")]),
    "a month's end that was missed": (
        _PREMIUM.format(fen=100, state=1, caps="[]"),
        [("premium-late", "premium 80 of person {beneficiary}")]),
    "a premium that was not handed over": (
        _held(state=2) + "; update hold set made_at = '2026-01-05Z'",
        [("premium-late", "premium 80 of person {beneficiary}")]),
    "money back from where none was paid": ("update transfer set kind = 12 where id = {transfer}",
        [("premium-moves", "transfer {transfer}")]),
    "a premium's hold without an order": (
        "insert into hold values ({transfer}, 2, 80, null, {donor}, {account}, 300, now(), null)",
        [("premium-moves", "hold {transfer}")]),
    "more than the pool's limit of a year": (
        "update settlement set insuplc_admdvs = '340100', fund_pay_fen = fund_pay_fen + 50000000, "
        "inscp_scp_fen = inscp_scp_fen + 50000000, medfee_sumamt_fen = medfee_sumamt_fen "
        "+ 50000000 where id = {settlement}", [("pool-limits", "settlement {settlement} person")]),
    "a deductible above the region's": (
        "update settlement set act_pay_dedc_fen = 90000000 where id = {settlement}",
        [("pool-limits", "settlement {settlement} person")]),
    "a bill dated ahead": (
        "update settlement set bill_time = settled_at + interval '1 day' where id = {settlement}",
        [("dates", "settlement {settlement} of person")]),
    "a bill of long ago": (
        "update settlement set bill_time = '1999-05-01Z' where id = {settlement}",
        [("dates", "settlement {settlement} of person")]),
    "settled ahead of now": (
        "update settlement set settled_at = now() + interval '1 day' where id = {settlement}",
        [("dates", "settlement {settlement}")]),
    "transferred ahead of now": (
        "update transfer set created_at = now() + interval '1 day' where id = {transfer}",
        [("transfer-dates", "transfer {transfer}")]),
    "the same bill twice": (
        "update settlement set credential_id = 9 where id = {settlement}; "
        "insert into settlement select (jsonb_populate_record(s, jsonb_build_object('id', "
        "s.id + 1000000, 'request_id', 77))).* from settlement s where id = {settlement}",
        [("twice", "settlement {settlement} and settlement {inserted_settlement}")]),
    "paid though the donor said no": (
        "insert into question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at,"
        " answer, answered_at) values (1, {request}, {granted}, {donor}, 100000, now(), now(), 2,"
        " now())", [("asked-first", "settlement {settlement} grant {granted}")]),
    "paid more than the donor said yes to": (
        "insert into question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at,"
        " answer, answered_at) values (1, {request}, {granted}, {donor}, 1, now(), now(), 1,"
        " now())", [("asked-first", "settlement {settlement} grant {granted}")]),
    "another one's code": ("update settlement set credential_id = 9 where id = {settlement}",
                           [("codes", "settlement {settlement}")]),
    "another one's card": (
        "update settlement set cert_type = '03', card_id = 9 where id = {settlement}",
        [("cards", "settlement {settlement}"), ("seals", "settlement {settlement}")]),
    "a card that was lost": (
        "insert into card values (9, (select person_id from settlement where id = {settlement}), "
        "'a', 'b', 'c', 'd', 'lost', 'phone', '2020-01-01'); insert into card_change values "
        "(1, 9, 'lost', 'phone', 1, '2020-01-01'); "
        "update settlement set cert_type = '03', card_id = 9 where id = {settlement}",
        [("cards", "settlement {settlement}")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_found_and_named(books: Books, name: str) -> None:
    row = await books.database.row(_VICTIM)
    assert row is not None
    names = dict(row) | {
        "inserted": row["transfer"] + 1_000_000,
        "inserted_settlement": row["settlement"] + 1_000_000,
    }
    statement, expected = FAULTS[name]
    await books.tamper(statement.format(**names))
    report = await books.verify()
    found = [(finding.check, finding.row) for finding in report.findings]
    for check, text in expected:
        assert any(c == check and r.startswith(text.format(**names)) for c, r in found), (
            check,
            text.format(**names),
            report.findings,
        )
    assert report.wrong == len(report.findings)


async def test_a_clean_ledger_has_no_findings(books: Books) -> None:
    report = await books.verify()
    assert report.findings == []
    transfers = await books.value("select count(*) from transfer")
    settlements = await books.value("select count(*) from settlement")
    assert report.checks["sides"].rows == transfers > 600
    assert report.checks["figures"].rows == settlements > 400
    assert report.checks["seals"].rows == transfers + settlements
    assert all(tally.wrong == 0 for tally in report.checks.values())


async def test_what_waits_is_lawful_but_not_for_long(books: Books) -> None:
    await books.tamper(
        "insert into request values (7, 'P', 'm1', '2102', 0, 'x', '{}', now())",
        "insert into waiting values (7, 0)",
    )
    report = await books.verify()
    assert report.findings == [] and report.figures["waiting"] == 1
    old = datetime.now(UTC) - timedelta(minutes=11)
    await books.tamper(f"update request set received_at = '{old.isoformat()}' where id = 7")
    [finding] = (await books.verify()).findings
    assert (finding.check, finding.row) == ("waiting", "request 7")


async def test_more_findings_than_are_kept_are_counted(books: Books) -> None:
    await books.tamper("update transfer set amount_fen = amount_fen + 1 where kind = 2")
    report = await books.verify()
    assert report.checks["settlement-transfers"].wrong == 400
    assert sum(f.check == "settlement-transfers" for f in report.findings) == 200
    assert report.wrong > len(report.findings)


def test_every_check_has_a_fault_that_it_must_find() -> None:
    found = {check for _, expected in FAULTS.values() for check, _ in expected}
    assert {check.name for check in CHECKS} | {SEALS, DAYS} <= found
