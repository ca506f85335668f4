"""Kinds of accounts and transfers, as numbered in the tables."""

from __future__ import annotations

from enum import IntEnum

from app.words import ACCOUNTS, TRANSFERS, Word


class AccountKind(IntEnum):
    """1 to 4 belong to people and keep a balance; 11 and up are flows and keep none."""

    CURRENT = 1
    CARRIED = 2
    WALLET = 3
    HELD = 4
    POOLED_FUND = 11
    PAYABLE = 12
    CONTRIBUTIONS = 13
    SUSPENSE = 14
    CLEARING = 15
    TAX_OFFICE = 16

    @property
    def word(self) -> Word:
        """What people call it."""
        return ACCOUNTS[self.name]


class TransferKind(IntEnum):
    """Why money moved."""

    OPENING = 1
    SETTLEMENT = 2
    CANCEL = 3
    REVERSAL = 4
    RESTORED = 5
    MOVE = 6
    HOLD = 7
    POSTED = 8
    VOIDED = 9
    EXPIRED = 10
    WALLET_IN = 11
    PREMIUM_REFUND = 12

    @property
    def word(self) -> Word:
        """What people call it."""
        return TRANSFERS[self.name]
