"""Kinds of accounts and transfers, as numbered in the tables."""

from __future__ import annotations

from enum import IntEnum


class AccountKind(IntEnum):
    """1 to 3 belong to people and keep a balance; 11 and up are flows and keep none."""

    CURRENT = 1
    CARRIED = 2
    WALLET = 3
    POOLED_FUND = 11
    PAYABLE = 12
    CONTRIBUTIONS = 13
    SUSPENSE = 14


class TransferKind(IntEnum):
    """Why money moved."""

    OPENING = 1
    SETTLEMENT = 2
    CANCEL = 3
    REVERSAL = 4
    RESTORED = 5
    MOVE = 6
