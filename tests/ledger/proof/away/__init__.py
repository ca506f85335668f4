"""Months that are brought away and back."""
