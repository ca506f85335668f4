"""The checks of the books, each one query over a range of ids that gives what is wrong.

A query's rows are (row, expected, found), three texts, or what is judged by regions' rules.
The checks of one range see one moment of a system that goes on working, and take no lock. There is
no snapshot over the whole run: it would keep the dead rows of the queue from being cleared away,
and settling would slow down.
"""

from app.ledger.proof.checks import (
    accounts,
    bills,
    chains,
    codes,
    grants,
    holds,
    limits,
    requests,
    settlements,
    transfers,
    years,
)
from app.ledger.proof.checks.check import Check
from app.ledger.proof.checks.orders import premiums, wallets

CHECKS: tuple[Check, ...] = (
    *accounts.CHECKS,
    *chains.CHECKS,
    *transfers.CHECKS,
    *settlements.CHECKS,
    *holds.CHECKS,
    *grants.CHECKS,
    *requests.CHECKS,
    *bills.CHECKS,
    *codes.CHECKS,
    *limits.CHECKS,
    *wallets.CHECKS,
    *years.CHECKS,
    *premiums.CHECKS,
)

__all__ = ["CHECKS", "Check"]
