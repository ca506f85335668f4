"""Kinds of accounts, transfers and credits, as numbered in the tables."""

from __future__ import annotations

from enum import IntEnum

from app.words import ACCOUNTS, CREDITS, PAY_OUTS, TRANSFERS, Word


class AccountKind(IntEnum):
    """1 to 5 belong to people and keep a balance; 11 and up are flows and keep none."""

    CURRENT = 1
    CARRIED = 2
    WALLET = 3
    HELD = 4
    FAMILY = 5
    """What its owner has set aside for relatives, where the region shares no other money."""
    POOLED_FUND = 11
    PAYABLE = 12
    CONTRIBUTIONS = 13
    SUSPENSE = 14
    CLEARING = 15
    TAX_OFFICE = 16
    PAID_OUT = 17

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
    CREDIT = 13
    INTEREST = 14
    YEAR_CLOSE = 15
    PAY_OUT = 16
    RECOVERY = 17
    MERGED = 18
    ALLOTTED = 19

    @property
    def word(self) -> Word:
        """What people call it."""
        return TRANSFERS[self.name]


class PayOutReason(IntEnum):
    """Why an account is paid out and closed (SOURCES F9.5)."""

    DEATH = 1
    EMIGRATION = 2
    TRANSFER = 3
    """The insurance went where the account can't follow."""

    @property
    def word(self) -> Word:
        """What people call it."""
        return PAY_OUTS[self.name.lower()]


class CreditKind(IntEnum):
    """What a row of money for the account is: one a person, kind and month (SOURCES F9.1)."""

    MONTHLY = 1
    PRE_CREDIT = 2
    """In advance (N030104): set off against the month's own credit."""
    SUPPLEMENT = 3
    RECOVERY = 4
    """Taken back (N030110)."""

    @property
    def word(self) -> Word:
        """What people call it."""
        return CREDITS[self.name.lower()]


class CreditState(IntEnum):
    """Where such a row stands."""

    WAITING = 1
    BOOKED = 2
    SKIPPED = 3
    """The person was suspended; it is caught up with."""
