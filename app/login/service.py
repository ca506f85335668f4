"""Login: a session is an opaque token; only its hash is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Session:
    """Who calls: a login, and the insured person bound to it, if any."""

    login_id: int
    person_id: int | None
