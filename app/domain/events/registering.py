"""What a file of the registry changes in people's insurance is an event like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.events.applying import Applying
from app.domain.events.book import writing
from app.domain.events.kinds import Kind
from app.domain.events.values import Event, Said
from app.domain.registry.imports.book.chunk import OnChange
from app.domain.registry.imports.insurance import InsuranceChange
from app.kit.ids import IdMaker
from app.regions.loader import Rulebook
from app.store.cells.shared import Shared
from app.store.database import Connection, Database

REGISTRY = "registry"
"""The sender of what files of people say."""


def registry_events(database: Database, shared: Shared, rulebook: Rulebook) -> OnChange:
    """What an import of people has to tell of changed insurances: it happened when the file was
    loaded, and does in the same transaction what such an event does."""

    async def tell(
        connection: Connection, changes: Sequence[InsuranceChange], now: datetime, ids: IdMaker
    ) -> None:
        events = [_event(change, now, ids.next()) for change in changes]
        before = {change.person_id: change.before for change in changes}
        await writing.keep_base(connection, before)
        await writing.add(connection, events, now)
        applying = Applying(database, shared, rulebook, ids)
        await applying.apply(connection, events, now, changes)

    return tell


def _event(change: InsuranceChange, now: datetime, number: int) -> Event:
    after = change.after
    said = Said(after.psn_insu_stas, after.insutype, after.insuplc_admdvs, after.psn_type)
    # As long as any other, so that what was loaded first stands first at the same moment.
    name = f"{number:019d}"
    return Event(number, REGISTRY, name, change.person_id, None, Kind.REGISTERED, now, said)
