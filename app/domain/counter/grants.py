"""家庭共济 at the counter: what a donor or a beneficiary may do on a phone, by the same rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.aid.rules.limits import Limits
from app.domain.aid.rules.order import Move
from app.domain.aid.service import Aid
from app.domain.counter.desk import Desk
from app.domain.counter.values import Clerk, Doing, Kind, Paper


@dataclass(frozen=True, slots=True)
class GrantWish:
    """Whom a donor lets use the account, who that is to the donor, and within which limits."""

    name: str
    cert_type: str
    certno: str
    relation: str
    limits: Limits
    starts_on: date | None = None
    ends_on: date | None = None
    once: bool = False


class GrantsDesk:
    """Grants for people at the counter."""

    def __init__(self, desk: Desk, aid: Aid) -> None:
        self._desk = desk
        self._aid = aid

    async def grant(
        self, clerk: Clerk, person_id: int, wish: GrantWish, paper: Paper, *, agreed: bool
    ) -> int:
        """A donor's grant. ``agreed``: the beneficiary is here or has signed, which is for a clerk
        of the beneficiary's region only; else it waits for the beneficiary.

        Raises:
            Refusal: PERSON_UNKNOWN, and as ``Aid.grant`` and ``Aid.confirm``.
        """
        await self._desk.served(clerk, person_id, "counter grant")
        other = await self._desk.find(clerk, wish.name, wish.cert_type, wish.certno)
        if agreed:
            await self._desk.check_region(clerk, other, "counter grant")
        async with self._desk.act(clerk, person_id, "grant", paper) as doing:
            view = await self._aid.grant(
                person_id,
                wish.name,
                wish.cert_type,
                wish.certno,
                wish.relation,
                wish.limits,
                starts_on=wish.starts_on,
                ends_on=wish.ends_on,
                once=wish.once,
            )
            doing.ref, doing.other_id = view.grant.id, other.id
            if agreed:
                await self._aid.confirm(other.id, view.grant.id)
                doing.others_yes = "grant_confirm"
        return doing.id

    async def confirm(self, clerk: Clerk, person_id: int, grant_id: int, paper: Paper) -> int:
        """The yes of a beneficiary at the counter.

        Raises:
            Refusal: as ``Aid.confirm``.
        """
        async with self._desk.act(clerk, person_id, "grant_confirm", paper) as doing:
            await self._of(doing, person_id, grant_id)
            await self._aid.confirm(person_id, grant_id)
        return doing.id

    async def change(
        self,
        clerk: Clerk,
        person_id: int,
        grant_id: int,
        ends_on: date | None,
        limits: Limits,
        paper: Paper,
    ) -> int:
        """A grant's last day and limits.

        Raises:
            Refusal: as ``Aid.change``.
        """
        async with self._desk.act(clerk, person_id, "grant_change", paper) as doing:
            await self._of(doing, person_id, grant_id)
            await self._aid.change(person_id, grant_id, ends_on, limits)
        return doing.id

    async def freeze(
        self, clerk: Clerk, person_id: int, grant_id: int, paper: Paper, *, frozen: bool
    ) -> int:
        """Freezes a grant, or lets it go on.

        Raises:
            Refusal: as ``Aid.freeze``.
        """
        kind: Kind = "grant_freeze" if frozen else "grant_unfreeze"
        async with self._desk.act(clerk, person_id, kind, paper) as doing:
            await self._of(doing, person_id, grant_id)
            await self._aid.freeze(person_id, grant_id, frozen=frozen)
        return doing.id

    async def pause(
        self, clerk: Clerk, person_id: int, grant_id: int, until: date, paper: Paper
    ) -> int:
        """Lets a grant pay nothing until a day, on which it goes on by itself.

        Raises:
            Refusal: as ``Aid.pause``.
        """
        async with self._desk.act(clerk, person_id, "grant_pause", paper) as doing:
            await self._of(doing, person_id, grant_id)
            await self._aid.pause(person_id, grant_id, until)
        return doing.id

    async def order(
        self, clerk: Clerk, person_id: int, grant_id: int, to: Move, paper: Paper
    ) -> int:
        """Moves a grant among the beneficiary's.

        Raises:
            Refusal: as ``Aid.order``.
        """
        async with self._desk.act(clerk, person_id, "grant_order", paper) as doing:
            await self._of(doing, person_id, grant_id)
            await self._aid.order(person_id, grant_id, to)
        return doing.id

    async def end(self, clerk: Clerk, person_id: int, grant_id: int, paper: Paper) -> int:
        """Ends a grant, declines it, takes it back or puts it away.

        Raises:
            Refusal: as ``Aid.end``.
        """
        async with self._desk.act(clerk, person_id, "grant_end", paper) as doing:
            await self._of(doing, person_id, grant_id)
            await self._aid.end(person_id, grant_id)
        return doing.id

    async def _of(self, doing: Doing, person_id: int, grant_id: int) -> None:
        """Whom else a grant concerns: its other side, whether or not there is one."""
        doing.ref, doing.other_id = grant_id, await self._aid.other(person_id, grant_id)
