"""Phone, table and staff page call one thing by one word: that of ``app/words.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import words
from app.api.ops.words import word
from app.ledger.kinds import AccountKind, TransferKind
from app.regions.text.labels import LABELS, WORDS

PAGES = Path(__file__).parents[3] / "app/clients/miniprogram/pages"


@pytest.mark.parametrize(
    ("page", "key", "kind"),
    [
        ("records", "openingMove", TransferKind.OPENING),
        ("records", "current", AccountKind.CURRENT),
        ("records", "carried", AccountKind.CARRIED),
        ("records", "wallet", AccountKind.WALLET),
        ("records", "held", AccountKind.HELD),
        ("records", "hold", TransferKind.HOLD),
        ("records", "posted", TransferKind.POSTED),
        ("records", "voided", TransferKind.VOIDED),
        ("records", "expired", TransferKind.EXPIRED),
        ("records", "credit", TransferKind.CREDIT),
        ("records", "interest", TransferKind.INTEREST),
        ("records", "year_close", TransferKind.YEAR_CLOSE),
        ("records", "pay_out", TransferKind.PAY_OUT),
        ("records", "recovery", TransferKind.RECOVERY),
        ("records", "merged", TransferKind.MERGED),
        ("me", "current", AccountKind.CURRENT),
        ("me", "carried_over", AccountKind.CARRIED),
        ("me", "wallet", AccountKind.WALLET),
        ("me", "held", AccountKind.HELD),
    ],
)
def test_the_phone_says_the_word(page: str, key: str, kind: AccountKind | TransferKind) -> None:
    text = (PAGES / page / "texts.js").read_text(encoding="utf-8")
    zh, en = text.split("  en: {")
    assert f" {key}: '{kind.word.zh}'" in zh
    assert f" {key}: '{kind.word.en}'" in en.replace("Current year", "current year").replace(
        "Carried over", "carried over"
    ).replace("Wallet", "wallet").replace("Held", "held")


def test_the_staff_page_says_it_too() -> None:
    assert word("transfer", int(TransferKind.OPENING), "zh") == words.TRANSFERS["OPENING"].zh
    assert word("account", int(AccountKind.CARRIED), "zh") == words.ACCOUNTS["CARRIED"].zh
    assert word("account", 99, "zh") == "99"


def test_rules_speak_of_the_same_account() -> None:
    carried = words.ACCOUNTS["CARRIED"].zh
    assert WORDS["carried_over"] == carried and carried in LABELS["own.carried_over_only"]


def test_every_kind_has_a_word() -> None:
    for kind in (*AccountKind, *TransferKind):
        assert kind.word.zh and kind.word.en and kind.word.about_zh and kind.word.about_en
