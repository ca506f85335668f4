"""Keys and secrets that everybody knows, since they stand in the repository: the demo's."""

from __future__ import annotations

DEMO_KEY = "demo-"
"""What an institution's key id begins with in the demo, and nowhere else."""
SECRETS = frozenset(f"demo-secret-not-for-real-use-{number}" for number in range(1, 10))
"""Signing secrets that were ever published; one is never taken out again."""
_MARKS = ("demo-secret", "not-for-real-use")


def is_demo_key(key_id: str) -> bool:
    """Whether a key's name says that it is the demo's."""
    return key_id.lower().startswith(DEMO_KEY)


def is_published(secret: str) -> bool:
    """Whether everybody knows this secret, or it is one of those that say it of themselves."""
    return secret in SECRETS or any(mark in secret.lower() for mark in _MARKS)
