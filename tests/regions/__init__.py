"""Tests of the region rules."""
