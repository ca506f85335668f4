"""Numbers of the transactions that are accepted and queued (gateway.md §2.1)."""

SETTLE = "2102"
CANCEL = "2103"
RETURN_PART = "2103A"
"""Not national: a part of a purchase is given back (policy.md §5.5), in one step."""
VISIT_SETTLE = "2207"
VISIT_CANCEL = "2208"
REVERSE = "2601"

PAYING = frozenset({SETTLE, VISIT_SETTLE})
CANCELLING = frozenset({CANCEL, VISIT_CANCEL})
UNDOING = frozenset({CANCEL, VISIT_CANCEL, RETURN_PART})
