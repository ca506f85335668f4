"""The one table of how long data are kept, by kind, and by which rule. Every table of the database
stands in it once (tests/store/retention): a new one says here what becomes of it.

The rules: 会计档案管理办法 (vouchers and ledgers 30 years), 网络安全法 art. 21 (logs half
a year at the least), 处方管理办法 art. 50 (prescriptions one to three years), 个人信息保护法
art. 19 (no longer than its purpose needs) and art. 47 (what another law has kept is only kept, and
protected). How long what goes by itself is kept is our own choice under art. 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

YEAR = timedelta(days=365)
CARE_KEPT = timedelta(days=15 * 365 + 4)
"""How long records of care, and with them whom they are about, are kept at the least (CARE)."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A kind that goes by itself. ``column``: by what its age is told, an id (which grows with
    time) or a moment; ``only``: which of them, as SQL."""

    table: str
    column: str
    kept: timedelta
    why: str
    by_id: bool = True
    only: str = ""


REMOVED = (
    Removed("notice_message", "notice_id", YEAR / 2, "out, or never to go", only="state <> 1"),
    Removed("notice", "id", 2 * YEAR, "told; the books and grants say the same"),
    Removed("invitation", "id", YEAR, "a card that nobody answered", only="grant_id is null"),
    Removed("verification", "id", 3 * YEAR, "the books are checked anew every night"),
    Removed("till_sign_in", "signed_in_at", YEAR, "who sat at a till: a log", by_id=False),
)  # fmt: skip
"""In the order of removal."""

BOOKS = "30 years and longer: the books, which prove each other, so no row of theirs ever goes"
STAGED = "as long as the transaction that compares or loads it"
ITSELF = "goes by itself within days or months, where it is used"
PERSON = "as long as the person is insured here, and until `qinji people forget` (decision 26)"
REGISTRY = "the registry as the bureau brings it: replaced by what comes next"
OWN = "the program's own: about no person"
AUDIT = "with the books: who looked at whom, who agreed to what"
GOODS = "with the bill that sold it: a package is sold once for good"
CARE = "15 years with the institution's records; here with the bill that pays it"

KEPT: dict[str, str] = {
    **dict.fromkeys((
        "account", "transfer", "settlement", "outcome", "request", "hold", "seal", "day_root",
        "account_base", "account_close", "account_credit", "account_merge", "account_pay_out",
        "account_posting", "account_run", "wallet_posting", "wallet_offer", "wallet_sent",
        "premium_order", "enrolment", "question", "counter_task", "clearing_application",
        "institution_statement", "tax_results", "paid_way", "transfer_reversal",
        "month_away", "month_base",
    ), BOOKS),
    **dict.fromkeys((
        "audit_seal", "ops_look", "ops_look_reason", "ops_sign_in", "ops_operator", "counter_act",
        "counter_act_reason", "counter_proposal", "happening", "life_event", "life_event_details",
        "life_event_effect", "life_event_base", "card_change", "ops_note", "ops_limit",
    ), AUDIT),
    **dict.fromkeys((
        "person", "resident", "card", "wallet", "login", "identity_check", "family_binding",
        "aid_grant", "filing", "chronic_filing", "notice_consent", "notice_setting", "credential",
        "credential_use",
    ), PERSON),
    **dict.fromkeys((
        "institution", "institution_item", "catalogue_item", "catalogue_row", "catalogue_term",
        "catalogue_version", "practitioner", "bureau", "trace_product", "till_cashier",
    ), REGISTRY),
    **dict.fromkeys((
        "trace_sale", "trace_alert", "goods_code", "goods_upload",
    ), GOODS),
    **dict.fromkeys((
        "visit", "fee_line", "prescription", "prescription_access", "prescription_item",
        "prescription_parcel", "prescription_sale", "prescription_told",
    ), CARE),
    **dict.fromkeys((
        "waiting", "limit_use", "signature_use", "exchange_file", "prescription_code",
        "sealing_process", "feed_batch", "ops_tally", "notice_elsewhere",
    ), ITSELF),
    **dict.fromkeys(("import_person", "import_item", "import_row", "statement_row"), STAGED),
    **dict.fromkeys((
        "feed", "key_canary", "node_number_last", "person_reindexed", "registry_state",
        "sealing_key", "visit_sealed", "tortoise_migrations",
    ), OWN),
}  # fmt: skip
"""Every other table, and why its rows stay."""
