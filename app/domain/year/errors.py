"""Why something can't be done with an account's year. The text is for people, in both languages."""

from __future__ import annotations


class NotNow(Exception):
    """It can't be done, or not yet; nothing was done."""


class NoWallet(NotNow):
    """Money of a wallet has no wallet to go to."""
