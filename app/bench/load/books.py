"""Whether the books are right once a measurement has ended."""

from __future__ import annotations

from collections.abc import Callable

from app.compose import Services


async def wrong_in_books(services: Services, say: Callable[[str], None]) -> int:
    """How many things are wrong with the books."""
    say("looking at the books …")
    await services.ledger_sealer.run()
    return (await services.verification.run()).wrong
