"""亲情账户 at the counter: both with their documents, or one with the other's signed paper."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.counter.desk import Desk
from app.domain.counter.values import Clerk, Doing, Kind, Paper
from app.domain.family.service import BindRequest, Family
from app.store.cells.shared import Shared, shared_last
from app.store.database import Database


class RelativesDesk:
    """Binds and unbinds for people at the counter."""

    def __init__(self, database: Database, shared: Shared, desk: Desk, family: Family) -> None:
        self._database = database
        self._shared = shared
        self._desk = desk
        self._family = family

    async def bind(
        self, clerk: Clerk, person_id: int, request: BindRequest, paper: Paper, *, agreed: bool
    ) -> int:
        """Adds a relative. ``agreed``: the relative is here or has signed, so that it holds at
        once, which is for a clerk of the relative's region only; else it waits for the relative.
        A minor's guardian shows the document to the clerk, whose act stands in the place of the
        check outside.

        Raises:
            Refusal: PERSON_UNKNOWN, and as ``Family.bind`` and ``Family.confirm``.
        """
        await self._desk.served(clerk, person_id, "counter bind")
        other = await self._desk.find(clerk, request.name, request.cert_type, request.certno)
        if agreed:
            await self._desk.check_region(clerk, other, "counter bind")
        async with self._act(clerk, person_id, "bind", paper) as doing:
            seen = f"counter:{doing.id}"
            bound = await self._family.bind(person_id, request, seen=seen)
            doing.ref, doing.other_id = bound.binding_id, other.id
            if agreed and bound.state != "active":
                await self._family.confirm(other.id, bound.binding_id)
                doing.others_yes = "bind_confirm"
        return doing.id

    async def confirm(self, clerk: Clerk, person_id: int, binding_id: int, paper: Paper) -> int:
        """The yes of a person at the counter for whom a relative waits.

        Raises:
            Refusal: as ``Family.confirm``.
        """
        async with self._act(clerk, person_id, "bind_confirm", paper) as doing:
            await self._family.confirm(person_id, binding_id)
            doing.ref, doing.other_id = binding_id, await self._family.other(person_id, binding_id)
        return doing.id

    async def end(self, clerk: Clerk, person_id: int, binding_id: int, paper: Paper) -> int:
        """Ends a binding at once, or declines one that waits.

        Raises:
            Refusal: NOT_FOUND.
        """
        async with self._act(clerk, person_id, "bind_end", paper) as doing:
            doing.ref, doing.other_id = binding_id, await self._family.other(person_id, binding_id)
            await self._family.end(person_id, binding_id)
        return doing.id

    @asynccontextmanager
    async def _act(
        self, clerk: Clerk, person_id: int, kind: Kind, paper: Paper
    ) -> AsyncIterator[Doing]:
        """An act whose tie, where ties are kept apart, is written after its line: a line of what
        came to nothing in the end says only that a clerk was at it; a tie without its line would
        be nobody's."""
        async with (
            shared_last(self._shared, self._database),
            self._desk.act(clerk, person_id, kind, paper) as doing,
        ):
            yield doing
