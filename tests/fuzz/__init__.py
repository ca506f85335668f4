"""Nonsense without end for every door; ``python -m tests.fuzz`` (tests/README.md, Fuzzing)."""
