"""Tests of the room that checks, seals and proves the books."""
