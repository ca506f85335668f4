"""What can be wrong with a region pack."""

from __future__ import annotations


class PackError(ValueError):
    """A pack that can't be used; says in which file and where."""
