"""Servers that may be broken."""

from __future__ import annotations

from tests.crash.conftest import mortal

__all__ = ["mortal"]
