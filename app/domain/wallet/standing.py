"""What a sender has and has done, read."""

from __future__ import annotations

from datetime import datetime

from app.domain.registry.models import Person
from app.domain.registry.rules import problem
from app.domain.wallet.book import sender
from app.domain.wallet.rules.sending import Standing
from app.kit.clock import local_date
from app.ledger.kinds import AccountKind
from app.store.database import Connection
from app.words import Insutype


async def standing_of(
    connection: Connection, me: Person, held: dict[AccountKind, int], now: datetime
) -> Standing:
    """A sender's standing; who is about to send has locked the own accounts."""
    return Standing(
        place=me.insuplc_admdvs,
        employee=me.insutype == Insutype.EMPLOYEE,
        problem=problem(me),
        held=held,
        sent_today=await sender.sent_on(connection, me.id, local_date(now)),
        pending_until=await sender.pending_until(connection, me.id),
    )
