"""Which tables only grow. The one list: triggers refuse whoever owns them, rights whoever serves.

A test compares it with the triggers and with the rights of a migrated database, so a new table that
only grows stands here, or the test fails.
"""

from __future__ import annotations

APPEND_ONLY = frozenset({
    "transfer", "settlement", "outcome", "hold", "seal", "ops_sign_in", "ops_look", "audit_seal",
    "wallet_posting", "account_posting", "account_close",
    "account_pay_out", "account_merge", "happening", "card_change", "counter_act",
    "life_event", "life_event_effect", "life_event_base", "trace_alert", "paid_way",
    "transfer_reversal",
})  # fmt: skip
"""No row of these is ever changed."""
CLOSING = frozenset({"day_root"})
"""A row of these is filled until it is closed, and never goes."""
MIGRATED = frozenset({"tortoise_migrations", "month_away", "month_base"})
"""Written by who migrates, and who brings months away."""
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
"""Every right on a table that there is (PostgreSQL 17 and later)."""


def rights_on(table: str) -> frozenset[str]:
    """What who serves may do with a table. Nobody who serves empties a table at a stroke, hangs a
    trigger or a foreign key on it, or locks it as upkeep does."""
    if table in MIGRATED:
        return frozenset({"SELECT"})
    if table in APPEND_ONLY:
        return frozenset({"SELECT", "INSERT"})
    if table in CLOSING:
        return frozenset({"SELECT", "INSERT", "UPDATE"})
    return frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
