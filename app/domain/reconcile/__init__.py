"""Reconciliation with institutions: totals (3201), rows (3202), files, nightly statements."""
