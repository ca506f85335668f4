"""What becomes of what when somebody leaves, and the leaving itself."""

from __future__ import annotations

from contextlib import suppress

from app.domain.aid.service import Aid, GrantView
from app.domain.family.service import Family
from app.domain.invitation.service import Invitations
from app.domain.leaving.errors import MONEY_WAITS
from app.domain.login.service import Login
from app.domain.notice.service import Notices
from app.domain.premium.service import Premiums
from app.domain.wallet.service import Wallets
from app.kit.clock import Clock
from app.kit.money import yuan_text
from app.kit.reasons import Refusal
from app.kit.value import value
from app.ledger.holding import Holdings
from app.store.database import Database


@value
class Ends:
    """Attributes:
    given, received: grants that end with it. frozen: given ones that by the region's rule can't be
        ended yet, and are frozen. stay: received ones that I may not end, or not yet.
    shows, shown: bindings, of whose code I show and who shows mine.
    waits_fen: money that is on its way, for which one has to wait; premiums: orders not decided.
    """

    given: int
    received: int
    frozen: int
    stay: int
    shows: int
    shown: int
    waits_fen: int
    premiums: bool


class Leaving:
    """Closes accounts of the mini-program."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        login: Login,
        aid: Aid,
        family: Family,
        wallets: Wallets,
        premiums: Premiums,
        invitations: Invitations,
        holdings: Holdings,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self._login = login
        self._aid = aid
        self._family = family
        self._wallets = wallets
        self._premiums = premiums
        self._invitations = invitations
        self._holdings = holdings
        self._notices = notices

    async def ends(self, person_id: int) -> Ends:
        """What would become of what, were the account closed now."""
        grants = await self._aid.of_person(person_id)
        relatives = await self._family.relatives(person_id)
        holds = await self._holdings.of_person(person_id)
        offers = await self._wallets.looking.offered(person_id)
        async with self._database.connection() as connection:
            premiums = await self._premiums.any_of(connection, person_id)
        live = [one for one in grants if one.grant.ended_at is None]
        free = {one.grant.id: await self._aid.may_end_now(one) for one in live}
        return Ends(
            given=sum(one.i_am_donor and free[one.grant.id] for one in live),
            received=sum(not one.i_am_donor and free[one.grant.id] for one in live),
            frozen=sum(one.i_am_donor and not free[one.grant.id] for one in live),
            stay=sum(not one.i_am_donor and not free[one.grant.id] for one in live),
            shows=sum(one.direction == "out" for one in relatives),
            shown=sum(one.direction == "in" for one in relatives),
            waits_fen=sum(one.amount_fen for one in holds) + sum(one.amount_fen for one in offers),
            premiums=premiums,
        )

    async def leave(self, login_id: int, person_id: int) -> None:
        """Closes the account that a log-in has. Each part is done at once and for good, the log-in
        goes last: who was interrupted calls again and goes on from there.

        Raises:
            Refusal: MONEY_WAITS.
        """
        found = await self.ends(person_id)
        if found.waits_fen or found.premiums:
            raise Refusal(MONEY_WAITS, amount=yuan_text(found.waits_fen))
        for card in await self._invitations.sent(person_id):
            with suppress(Refusal):  # answered meanwhile
                await self._invitations.withdraw(person_id, card.id)
        for grant in await self._aid.of_person(person_id):
            await self._end(person_id, grant)
        for relative in await self._family.relatives(person_id):
            with suppress(Refusal):  # ended by the other meanwhile
                await self._family.end(person_id, relative.binding_id)
        await self._notices.forget(login_id)
        await self._login.close_account(login_id, person_id)

    async def _end(self, person_id: int, grant: GrantView) -> None:
        try:
            await self._aid.end(person_id, grant.grant.id)
        except Refusal:
            # The region has it last a while, or lets only the donor end it. Who gives can stop
            # paying at any time all the same.
            if grant.i_am_donor:
                with suppress(Refusal):
                    await self._aid.freeze(person_id, grant.grant.id, frozen=True)
