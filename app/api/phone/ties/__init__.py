"""Whom a phone names for a new tie: by name and number, or by a tie that there is."""
