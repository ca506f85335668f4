"""Every reason that exists is reached through a door, with words for a layman in two languages;
what SOURCES F7.3 counts besides waits for its feature, by name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.api.reasons import EVERY
from tests.api.reasons.binding_reasons import (
    BINDING,
    How,
    no_aid_grant_told_to_the_patient,
    pair,
)
from tests.api.reasons.paying_reasons import PAYING, donor_left_the_employee_plan
from tests.api.reasons.premium_reasons import PREMIUM
from tests.api.reasons.reaching import CHINESE, MADE_UP, MASKED, PACK, family, refused
from tests.api.reasons.wallet_reasons import WALLET, why_nothing_can_be_sent
from tests.own_packs import add_pack
from tests.till_world import Town

TESTS = Path(__file__).parents[2]
HOW: dict[str, How] = BINDING | PAYING | PREMIUM | WALLET

ELSEWHERE = {
    "domain/credential/test_codes.py": "BUSINESS_TYPE_UNKNOWN CODE_MALFORMED CODE_UNKNOWN",
    "domain/credential/test_tokens_end.py": "TOKEN_SPENT",
    "domain/credential/test_purpose.py": "CODE_FOR_OTHER",
    "domain/family/test_family.py": "BINDING_PENDING HOLDER_MUST_CONFIRM LOGIN_REQUIRED NOT_FOUND",
    "domain/family/test_limits.py": "BIND_SELF",
    "domain/invitation/test_cards.py": "INVITATION_ANSWERED INVITATION_EXPIRED INVITATION_FOR_OTHER"
    " INVITATION_OWN INVITATION_UNKNOWN INVITATION_WITHDRAWN",
    "domain/events/test_events.py": "ENDED_BY_EVENT",
    "cells/test_wallets.py": "RELATIVE_ELSEWHERE",
    "domain/leaving/test_leaving.py": "MONEY_WAITS",
    "api/bureau/test_events.py": "BUREAU_CLOCK BUREAU_SIGNATURE",
    "api/http/serving/test_connections.py": "TOO_MANY_AT_ONCE",
    "api/http/test_encodings.py": "ENCODING_UNSUPPORTED",
    "api/tills/test_address.py": "ADDRESS_UNKNOWN",
    "api/tills/test_away.py": "MONTH_AWAY",
    "api/tills/test_back_pressure.py": "BUSY",
    "api/tills/test_envelope.py": "ENVELOPE_INVALID INPUT_INVALID INTERNAL SIGN_IN_UNKNOWN"
    " TRANSACTION_UNKNOWN",
    "api/tills/test_outpatient.py": "LINE_CHANGED NOTHING_TO_SETTLE PRESETTLE_CHANGED"
    " VISIT_NUMBER_USED VISIT_UNKNOWN",
    "api/phone/test_donors_view.py": "ASK_BENEFICIARY",
    "api/phone/test_limits.py": "WAITS_AT_ONCE TOO_OFTEN",
    "api/tills/test_cards.py": "CARD_UNKNOWN CARD_LOST CARD_REPLACED CARD_CANCELLED CARD_OF_OTHER"
    " CARD_NOT_READ CARD_NOT_VALID READING_SPENT ID_NUMBER_NOT_TAKEN ID_NUMBER_NOT_HERE"
    " ID_NUMBER_NOT_READ ID_NUMBER_OF_OTHER NAME_NUMBER_MISMATCH",
    "api/tills/test_card_tries.py": "READING_TRIES",
    "api/tills/test_definite.py": "VOIDED_TOO_LATE",
    "api/tills/test_found.py": "MESSAGE_UNKNOWN",
    "api/tills/test_asked_first.py": "DONOR_AGREED_TO_LESS DONOR_ASKED_FIRST DONOR_SAID_NO"
    " DONOR_SILENT DONOR_SILENT_REFUSED QUESTION_OVER",
    "api/tills/test_closed.py": "INSTITUTION_CLOSED",
    "api/tills/test_dates.py": "BILL_TOO_OLD",
    "api/tills/test_empty_undoings.py": "EMPTY_UNDOINGS",
    "api/tills/test_repeats.py": "MSGID_REUSED TOKEN_UNKNOWN",
    "domain/settlement/test_set_aside.py": "SET_ASIDE",
    "api/tills/test_same_bill.py": "SAME_BILL SETTLED_TWICE",
    "api/tills/test_trace_codes.py": "TRACE_ALREADY_SOLD TRACE_BOX_EMPTY TRACE_FORMAT TRACE_MISSING"
    " TRACE_NOT_THIS_LINE TRACE_PRODUCT_MISMATCH TRACE_SEEN_ELSEWHERE TRACE_TWICE",
    "api/tills/test_prescriptions.py": "RX_ACCESS_ENDED RX_DISPENSED RX_EXPIRED RX_ITEM_UNKNOWN"
    " RX_MED_TYPE RX_NOT_CHECKED RX_NOT_HERE RX_NOT_PRESCRIBER RX_NOT_VERIFIED RX_NUMBER_USED"
    " RX_OF_OTHER RX_SALE_UNKNOWN RX_SIGNATURE_WRONG RX_TOO_MUCH RX_TRACE_USED RX_UNKNOWN"
    " RX_USED_UP RX_WITHDRAWN",
    "api/tills/test_cashiers.py": "CASHIER_LOCKED CASHIER_UNKNOWN CASHIER_WRONG PIN_WEAK",
    "api/tills/test_settle.py": "AMOUNT_MISMATCH CERT_TYPE_UNSUPPORTED INSUPLC_MISMATCH"
    " INSUTYPE_MISMATCH LINE_AMOUNT_MISMATCH",
    "api/tills/test_signing.py": "CLOCK_SKEW NOT_YOUR_INSTITUTION REPLAYED SIGNATURE_INVALID"
    " SIGNATURE_MISSING",
    "api/tills/test_undo.py": "ALREADY_CANCELLED NOT_REVERSIBLE ORIGINAL_MISMATCH"
    " REVERSED_BEFORE_ARRIVAL SETTLEMENT_UNKNOWN UNDONE_SINCE",
    "api/tills/test_ways_back.py": "ONLY_PAYERS_OF_BEFORE REFUND_SPENT RETURN_INVALID",
    "api/tills/test_what_stands.py": "REPLACED_SINCE",
    "domain/login/test_identity.py": "CARD_CHECK_FAILED IDENTITY_AWAY IDENTITY_BOUND"
    " IDENTITY_NOT_OFFERED IDENTITY_REQUIRED IDENTITY_TAKEN IDENTITY_TRIES INVALID_INPUT"
    " PROOF_USED",
    "domain/login/test_sessions.py": "UNAVAILABLE",
    "domain/login/test_wechat.py": "TOO_LARGE WECHAT_APPID_MISSING WECHAT_APPID_WRONG WECHAT_AWAY"
    " WECHAT_BUSY WECHAT_CODE_INVALID WECHAT_CODE_MISSING WECHAT_CODE_USED WECHAT_QUOTA"
    " WECHAT_REFUSED WECHAT_SECRET_MISSING WECHAT_SECRET_WRONG WECHAT_USER_BLOCKED",
    "api/ops/test_figures.py": "OPS_METRICS_CLOSED OPS_REGION_UNKNOWN",
    "domain/staff/test_sign_in.py": "OPS_AUDITOR_ONLY OPS_SIGN_IN_FAILED OPS_SIGN_IN_REQUIRED"
    " OPS_TRIES",
    "api/ops/test_story.py": "OPS_STORY_UNKNOWN",
    "api/access/test_counter.py": "COUNTER_CLERKS_ONLY OPS_OTHER_DOOR",
    "api/counter/test_acts.py": "COUNTER_LOOK_FIRST COUNTER_OTHER_REGION",
    "api/counter/test_events.py": "COUNTER_MONEY_LEFT COUNTER_NO_ACCOUNT COUNTER_NO_WALLET"
    " COUNTER_NOT_YET",
    "api/counter/test_refunds.py": "COUNTER_APPROVERS_ONLY COUNTER_OWN_PROPOSAL COUNTER_PROPOSED"
    " COUNTER_PROPOSAL_OVER COUNTER_TASK_UNKNOWN",
    "domain/reconcile/test_files.py": "FILE_INVALID FILE_QUOTA FILE_TOO_LARGE FILE_UNKNOWN",
    "domain/reconcile/test_rows.py": "FILE_TOTALS_DIFFER",
    "domain/reconcile/test_totals.py": "STATEMENT_PERIOD",
    "domain/premium/test_premiums.py": "NOTHING_TO_REFUND ONLY_ASKER_MAY PREMIUM_UNDER_WAY"
    " PREMIUM_WITH_TAX_OFFICE REFUND_TOO_LATE TAKEN_BACK TAX_REFUND_REFUSED YEAR_NOT_MISSED",
    "domain/settlement/rules/test_fold.py": "ACCOUNT_CLOSED",
    "domain/aid/test_allotting.py": "ALLOTTED_THIS_MONTH ALLOTTED_TOO_MUCH NOTHING_ALLOTTED"
    " NO_ALLOTTING",
}
"""Reasons that are not in IN_USE (doors, logins, undoing), reached by tests of their own."""

SAME = {
    "BENEFICIARY_SUSPENDED": "MISUSE_SUSPENSION",
    "PERIOD_OVERLAP": "ALREADY_BOUND",  # the same two have one grant at a time
    "CAP_SINGLE/DAY/MONTH/YEAR": "CAP_SINGLE",
    "USED": "CODE_USED",
    "SUSPENDED": "MISUSE_SUSPENSION",
}
"""Names in use for which the house has another one."""

WAITING = {
    "OFFLINE_LIMIT": "codes shown without a network are not built",
}
"""Names in use whose feature is not built."""

IN_USE = """
BENEFICIARY_NOT_ENROLLED BENEFICIARY_SUSPENDED DONOR_NOT_EMPLOYEE_PLAN DONOR_NO_PERSONAL_ACCOUNT
DONOR_SUSPENDED RELATION_NOT_ALLOWED RELATION_CONFLICT RELATION_UNPROVEN AREA_NOT_ALLOWED MAX_OUT
MAX_IN CHAIN_FORBIDDEN ALREADY_BOUND PERIOD_OVERLAP PERIOD_INVALID COOLDOWN CONSENT_MISSING
FACE_FAILED GUARDIAN_REQUIRED MONTHLY_BIND_QUOTA ONLY_FAMILY_ACCOUNT DONOR_BALANCE_ZERO
DONOR_BALANCE_BELOW_BILL BELOW_FLOOR CURRENT_YEAR_NOT_SHAREABLE CAP_SINGLE CAP_DAY CAP_MONTH
CAP_YEAR NOT_YET_EFFECTIVE EXPIRED FROZEN ITEM_OUT_OF_SCOPE INSTITUTION_NOT_DESIGNATED
INSTITUTION_NOT_CONNECTED PURPOSE_NOT_AUTHORISED CROSS_REGION_NOT_FILED ACCOUNT_USE_DECLINED
MISUSE_SUSPENSION NOT_ACTIVATED USED WRONG_HOLDER BINDING_ENDED SUSPENDED OFFLINE_LIMIT NOT_OPENED
PLACE_NOT_LIVE DAILY_COUNT SINGLE_AMOUNT CLOSED_HOURS PENDING_UNACCEPTED NOT_NEAR_RELATIVE
WINDOW_CLOSED ALREADY_PAID EXCLUDED_GROUP DONOR_BELOW_PREMIUM TAX_CONFIRM_FAILED
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The packs of the house, and one with rules that no region has yet."""
    add_pack(tmp_path, monkeypatch, "1399.toml", PACK)
    return {}


@pytest.mark.parametrize("code", sorted(HOW))
async def test_a_reason_is_reached_and_has_words(town: Town, code: str) -> None:
    assert await HOW[code](town) == code


async def test_a_patient_is_told_in_the_own_language_that_nobody_pays(town: Town) -> None:
    assert await no_aid_grant_told_to_the_patient(town) == "NO_AID_GRANT"


async def test_why_nothing_can_be_sent_is_told_before_it_is_tried(town: Town) -> None:
    assert await why_nothing_can_be_sent(town) == "PENDING_UNACCEPTED"


async def test_a_donor_who_left_the_employee_plan_does_not_pay(town: Town) -> None:
    assert await donor_left_the_employee_plan(town) == "DONOR_NOT_EMPLOYEE_PLAN"


async def test_2001_knows_who_has_filed_for_treatment_elsewhere(town: Town) -> None:
    await HOW["CROSS_REGION_NOT_FILED"](town)
    patient = await town.member("李强", place=MADE_UP)
    await town.scan(patient)
    asked = {
        "psn_no": patient.psn_no,
        "insutype": "310",
        "med_type": "11",
        "begntime": "2026-11-21 12:00:00",
        "fixmedins_code": town.till.fixmedins_code,
    }

    async def pool() -> tuple[str, str]:
        answer = await town.till.call("2001", {"data": asked}, insuplc=patient.place)
        row = answer.output["trtinfo"][0]
        return row["trt_enjymnt_flag"], row["trt_chk_rslt"]

    assert await pool() == ("0", "未办理异地就医备案")
    await town.value(
        "insert into filing (id, person_id, area, kind, starts_on, created_at)"
        " values ($1, $1, '1301', 'temporary', '2026-11-01', now())",
        patient.id,
    )
    assert await pool() == ("1", "")


async def test_what_waits_for_consent_is_declined_where_only_donors_may_end(town: Town) -> None:
    """And taken back by the donor; once it has begun, the region's rule holds."""
    for decliner in (0, 1):
        daughter, father = await pair(town, MADE_UP)
        grant = (await town.try_grant(daughter, father, "father")).data["id"]
        token = (father, daughter)[decliner].token
        assert (await town.world.call("DELETE", f"/aid/{grant}", token=token)).status == 200
    father, _, grant = await family(town, MADE_UP)
    assert await refused(town, "DELETE", f"/aid/{grant}", token=father.token) == "ONLY_DONOR_MAY"


def test_every_known_reason_is_reached() -> None:
    elsewhere = " ".join(ELSEWHERE.values()).split()
    assert set(EVERY) - set(HOW) - set(elsewhere) == set(), "reached by nothing"
    assert (set(HOW) | set(elsewhere)) - set(EVERY) == set(), "no longer known"
    assert len(elsewhere) == len(set(elsewhere)) and not set(HOW) & set(elsewhere)


def test_what_is_said_to_be_reached_elsewhere_is_named_there() -> None:
    for file, codes in ELSEWHERE.items():
        text = (TESTS / file).read_text(encoding="utf-8")
        for code in codes.split():
            assert re.search(rf"\b{code}\b", text), f"{file} does not name {code}"


def test_every_name_of_the_policy_is_known_or_waits() -> None:
    names = set(IN_USE.split())
    assert set(WAITING) <= names
    assert not set(WAITING) & set(EVERY), "its feature has come: take it off the list"
    missing = {name for name in names if SAME.get(name, name) not in HOW} - set(WAITING)
    assert missing == set()


def test_every_reason_has_sentence_and_next_step_in_both_languages() -> None:
    for code, reason in EVERY.items():
        assert reason.zh and reason.next_zh and reason.en and reason.next_en, code
        assert CHINESE.search(reason.zh) and CHINESE.search(reason.next_zh), code
        assert not CHINESE.search(MASKED.sub("", reason.en + reason.next_en)), f"{code}: English"
        zh, en = (set(re.findall(r"{(\w+)}", text)) for text in (reason.zh, reason.en))
        assert {name.removesuffix("_en") for name in en} <= zh, f"{code}: other figures in English"


@pytest.mark.parametrize("donors", [MADE_UP, "130100"])
async def test_whether_the_relative_may_end_a_grant_is_said_by_the_donor_s_region(
    town: Town, donors: str
) -> None:
    """In one place only donors may; what each is told is what the door does."""
    daughter = await town.member("李敏", gend="2", place=donors, current_fen=50_000)
    father = await town.member(
        "李老", date(1950, 1, 1), place="130100" if donors == MADE_UP else MADE_UP, current_fen=0
    )
    grant = await town.grant(daughter, father, "father")
    await town.world.call("POST", f"/aid/{grant}/confirm", token=father.token)
    may = {}
    for who in (daughter, father):
        [told] = (await town.world.call("GET", "/aid", token=who.token)).data
        may[told["role"]] = told["may_end"]
    assert may == {"donor": True, "beneficiary": donors != MADE_UP}
    ended = await town.world.call("DELETE", f"/aid/{grant}", token=father.token)
    assert (ended.status == 200) == may["beneficiary"]
