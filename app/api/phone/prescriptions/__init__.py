"""Prescriptions at the phones' door."""
