"""Merges: all that was there went to the row that stays; nothing is left that could move money.

Kind of transfers: 18 merged.
"""

from app.ledger.proof.checks.years.emptied import emptied

CHECKS = emptied(
    "account_merge",
    "merge",
    ("merge-sums", "合并等于其记账"),
    ("merged", "合并后账户注销、共济终止"),
)
