"""Pay-outs: all that was there was paid, and nothing is left that could move money again.

Kind of transfers: 16 paid out.
"""

from app.ledger.proof.checks.years.emptied import emptied

CHECKS = emptied(
    "account_pay_out",
    "pay-out",
    ("pay-out-sums", "支取等于其记账"),
    ("paid-out", "支取后账户注销、共济终止"),
)
