"""Wallet, premiums and the own code at the counter."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.counter.desk import Desk
from app.domain.counter.values import Clerk, Paper
from app.domain.credential.service import Credentials, Issued
from app.domain.premium.models import Order
from app.domain.premium.offering import Offer
from app.domain.premium.service import Premiums
from app.domain.wallet.service import Wallets
from app.kit.reasons import Because


class MoneyDesk:
    """What a person at the counter has done with the own money."""

    def __init__(
        self, desk: Desk, wallets: Wallets, premiums: Premiums, credentials: Credentials
    ) -> None:
        self._desk = desk
        self._wallets = wallets
        self._premiums = premiums
        self._credentials = credentials

    async def open_wallet(self, clerk: Clerk, person_id: int, paper: Paper) -> int:
        """Opens a person's wallet.

        Raises:
            Refusal: as ``Wallets.open``.
        """
        async with self._desk.act(clerk, person_id, "wallet_open", paper) as doing:
            await self._wallets.open(person_id, person_id)
            doing.ref = person_id
        return doing.id

    async def offers(
        self, clerk: Clerk, person_id: int, beneficiary: str, bought: Sequence[int]
    ) -> tuple[int, list[Offer | Because]]:
        """What a premium costs; nothing is done.

        Raises:
            Refusal: as ``Premiums.offers``.
        """
        await self._desk.served(clerk, person_id, "counter premium")
        return await self._premiums.offers(person_id, beneficiary, bought)

    async def premium(
        self,
        clerk: Clerk,
        person_id: int,
        beneficiary: str,
        year: int,
        bought: Sequence[int],
        paper: Paper,
    ) -> int:
        """Orders a premium: the person's own, or that of the beneficiary of a grant.

        Raises:
            Refusal: as ``Premiums.order``.
        """
        async with self._desk.act(clerk, person_id, "premium", paper) as doing:
            order = await self._premiums.order(person_id, beneficiary, year, bought)
            doing.ref, doing.other_id = order.id, _other(order, person_id)
        return doing.id

    async def premium_back(self, clerk: Clerk, person_id: int, order_id: int, paper: Paper) -> int:
        """Takes an order of a premium back.

        Raises:
            Refusal: as ``Premiums.take_back``.
        """
        async with self._desk.act(clerk, person_id, "premium_back", paper) as doing:
            order = (await self._premiums.one(person_id, order_id)).order
            doing.ref, doing.other_id = order_id, _other(order, person_id)
            await self._premiums.take_back(person_id, order_id)
        return doing.id

    async def premium_refund(
        self, clerk: Clerk, person_id: int, order_id: int, paper: Paper
    ) -> int:
        """Asks the tax office for a premium back.

        Raises:
            Refusal: as ``Premiums.ask_refund``.
        """
        async with self._desk.act(clerk, person_id, "premium_refund", paper) as doing:
            order = (await self._premiums.one(person_id, order_id)).order
            doing.ref, doing.other_id = order_id, _other(order, person_id)
            await self._premiums.ask_refund(person_id, order_id)
        return doing.id

    async def code(
        self, clerk: Clerk, person_id: int, kind: str, paper: Paper
    ) -> tuple[int, Issued]:
        """Shows a person's own code on the counter's screen, for a till beside it.

        Raises:
            Refusal: as ``Credentials.issue``.
        """
        await self._desk.open_code(clerk, person_id)
        async with self._desk.act(clerk, person_id, "code", paper) as doing:
            issued = await self._credentials.issue(person_id, None, kind)
            doing.ref = issued.shown.id
        return doing.id, issued


def _other(order: Order, person_id: int) -> int | None:
    """Whose premium it is, when it isn't the person's own."""
    return None if order.person_id == person_id else order.person_id
