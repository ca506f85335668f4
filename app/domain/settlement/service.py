"""Settling bills: accepted here, decided by the worker, answered here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar

from app.domain.registry.repository import stays_of
from app.domain.settlement.asking import service as asking
from app.domain.settlement.asking.service import Asking
from app.domain.settlement.bill import Bill
from app.domain.settlement.bills import repository as bills
from app.domain.settlement.bills.one_person import known_now, people_in
from app.domain.settlement.bills.standing import StandingBill, bills_of
from app.domain.settlement.drain import Batch, Drain
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.intake import repository
from app.domain.settlement.intake.accept import Intake
from app.domain.settlement.intake.empty_undoings import EmptyUndoings
from app.domain.settlement.intake.outcome_news import encode, encode_set_aside
from app.domain.settlement.intake.repository import Refund, StoredMessage
from app.domain.settlement.intake.voiding import Voiding
from app.domain.settlement.intake.waiting_tills import WaitingTills, topic
from app.domain.settlement.model import UNSAID, Outcome, Request, SentBy, Settlement, Stands
from app.domain.settlement.orders import SETTLE, Order, Purchase
from app.domain.settlement.rules.amounts import check_total
from app.domain.settlement.rules.asking.first import would_ask
from app.domain.settlement.rules.boxes.prescribed import check_prescribed
from app.domain.settlement.rules.decide import Entitlement, check_dated, decide, entitlement
from app.domain.settlement.rules.diagnosis import CapUsed, Diagnosis, diagnose
from app.domain.settlement.rules.errors import SETTLEMENT_UNKNOWN
from app.domain.settlement.rules.settlement_row import note_balances, row_of
from app.kit.clock import Clock, local_date
from app.kit.ids import node_of
from app.kit.log import debugging, logger
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.ledger.balances import TTL_S, Balances, newer
from app.store.cache import CacheError
from app.store.database import Database
from app.store.news import News
from app.store.queue import Queue

log = logger(__name__)


class Settlements:
    """What other floors ask of settlement."""

    drains: ClassVar[type[Drain]] = Drain

    def __init__(
        self,
        database: Database,
        news: News,
        queue: Queue,
        clock: Clock,
        loader: Loader,
        balances: Balances,
        empty_undoings: EmptyUndoings,
        *,
        lanes: int,
        batch_max: int,
    ) -> None:
        self._database = database
        self._news = news
        self._queue = queue
        self._balances = balances
        self._empty_undoings = empty_undoings
        self._clock = clock
        self._loader = loader
        self.results = WaitingTills(database, news)
        self.voiding = Voiding(database, clock, self.results)
        self.asking = Asking(database, queue, clock)
        self.intake = Intake(database, queue, clock, lanes, self.results)
        self.drain = self.drains(database, clock, self._loader, batch_max, self._tell)

    async def close(self) -> None:
        await self.asking.close()
        await self.voiding.close()
        await self.results.close()
        await self.intake.close()

    async def accept(
        self,
        fixmedins_code: str,
        msgid: str,
        infno: str,
        order: Order,
        hashes: Sequence[bytes],
        by: SentBy = UNSAID,
    ) -> int:
        """Stores and queues a message; gives its request id, of a repeat the first one's. Of the
        hashes of its content the first is noted; a repeat may lie under any.

        Raises:
            Refusal: MSGID_REUSED, REVERSED_BEFORE_ARRIVAL, EMPTY_UNDOINGS.
            Overloaded: too many messages wait to be stored.
        """
        await self._empty_undoings.check(fixmedins_code, msgid, order)
        return await self.intake.accept(fixmedins_code, msgid, infno, order, hashes, by)

    async def seen(
        self, fixmedins_code: str, msgid: str, infno: str, hashes: Sequence[bytes]
    ) -> int | None:
        """The request id of this very message if it was accepted before, else None.

        Raises:
            Refusal: as ``accept``.
        """
        return await self.intake.seen(fixmedins_code, msgid, infno, hashes)

    async def outcome(self, request_id: int, wait_s: float) -> Outcome | None:
        """What became of an accepted request, waiting up to ``wait_s`` seconds; None: not yet."""
        return await self.results.get(request_id, wait_s)

    async def definite(self, request_id: int, within_s: float) -> Outcome | None:
        """What became of a request whose till has no patience left: decided, or voided now; None:
        it can't be known."""
        return await self.voiding.outcome(request_id, within_s)

    async def of_message(
        self, fixmedins_code: str, msgid: str, psn_no: str
    ) -> StoredMessage | None:
        """The message that an institution has sent about a person under a msgid."""
        return await repository.message_about(self._database, fixmedins_code, msgid, psn_no)

    async def made_by(self, request_id: int) -> list[tuple[Settlement, int | None]]:
        """The settlements that a request has made, in order, and what cancelled each."""
        return await repository.made_by(self._database, request_id)

    async def msgid_of(self, row: Settlement) -> str:
        """The msgid of the message that a settlement was made by."""
        return await repository.msgid_of(self._database, row.request_id)

    async def is_known(self, fixmedins_code: str, msgid: str) -> bool:
        """Whether a message of this number was accepted before, whatever has become of it."""
        return await self.intake.is_known((fixmedins_code, msgid))

    async def preview(self, bill: Bill, fixmedins_code: str) -> Settlement:
        """What a bill would come to: the row that a settlement would be, without ids.

        Nothing is written.

        Raises:
            Refusal: AMOUNT_MISMATCH, BILL_TOO_OLD; the patient can't settle here.
        """
        check_total(bill.total_fen, bill.lines)
        moment = self._clock.now()
        today = local_date(moment)
        async with self._database.connection() as connection:
            snapshot = await self._loader.for_bill(connection, bill, fixmedins_code, today)
        check_dated(bill, snapshot, today)
        institution = snapshot.institutions[fixmedins_code]
        check_prescribed(bill, snapshot, institution.code, moment)
        decision = decide(bill, snapshot, institution, today)
        decision.funding.because += would_ask(bill, decision, snapshot)
        order = Purchase(snapshot.people[bill.person_id].psn_no, bill)
        request = Request(0, fixmedins_code, "", SETTLE, 0, order)
        row = row_of(request, bill, decision, institution.admdvs, moment, 0)
        note_balances(row, snapshot, decision.funding.legs)
        return row

    async def entitlement(self, bill: Bill, fixmedins_code: str) -> Entitlement:
        """What could pay such a bill, whose lines nobody knows yet."""
        today = local_date(self._clock.now())
        async with self._database.connection() as connection:
            snapshot = await self._loader.for_bill(connection, bill, fixmedins_code, today)
        return entitlement(bill, snapshot, snapshot.institutions[fixmedins_code], today)

    async def diagnose(self, person_id: int) -> Diagnosis:
        """Why mutual aid would or would not pay for a person now."""
        return (await self._diagnoses({person_id}))[person_id]

    async def between(
        self, pairs: Collection[tuple[int, int]]
    ) -> dict[tuple[int, int], tuple[Because | None, tuple[CapUsed, ...]]]:
        """Why a donor would pay nothing for a beneficiary now, or None, and what is left of the
        caps, by (donor, beneficiary): what a bill would be told, for any number of pairs in the
        same few queries."""
        found = await self._diagnoses({beneficiary for _, beneficiary in pairs})
        return {
            pair: (found[pair[1]].why_not(pair[0]), found[pair[1]].caps(pair[0])) for pair in pairs
        }

    async def _diagnoses(self, person_ids: set[int]) -> dict[int, Diagnosis]:
        if not person_ids:
            return {}
        day = local_date(self._clock.now())
        async with self._database.connection() as connection:
            snapshot = await self._loader.for_people(connection, person_ids, day)
        return {person_id: diagnose(person_id, snapshot, day) for person_id in person_ids}

    async def find(self, settlement_id: int, fixmedins_code: str) -> tuple[Settlement, int | None]:
        """A settlement of this institution, and what cancelled it.

        Raises:
            Refusal: SETTLEMENT_UNKNOWN.
        """
        found = await repository.settlement(self._database, settlement_id)
        if found is None or found[0].fixmedins_code != fixmedins_code:
            raise Refusal(SETTLEMENT_UNKNOWN)
        return found

    async def stands(self, settlement_id: int) -> Stands | None:
        """What stands of a settlement now, under its own or another number; None: nothing does."""
        return await repository.stands(self._database, settlement_id)

    async def cancel_of_request(self, request_id: int) -> Settlement:
        """The cancel that a partial refund began with."""
        return await repository.cancel_of_request(self._database, request_id)

    async def refund(self, cancel_id: int) -> Refund:
        """Where the money is that a cancel has given back."""
        return await repository.refund(self._database, cancel_id)

    async def get(self, settlement_id: int) -> tuple[Settlement, int | None]:
        """A settlement, and what has cancelled it.

        Raises:
            Refusal: NOT_FOUND.
        """
        found = await repository.settlement(self._database, settlement_id)
        if found is None:
            raise Refusal(NOT_FOUND)
        [row] = await self._known_now([found[0]])
        return row, found[1]

    async def bills(
        self, person_id: int, first: datetime, after: datetime, limit: int
    ) -> list[StandingBill]:
        """What a person bought in a time, as it stands now, the newest purchase first."""
        rows = await bills.begun(self._database, person_id, first, after, limit)
        rows = await self._known_now(rows)
        return sorted(bills_of(rows), key=lambda bill: bill.first.id, reverse=True)

    async def _known_now(self, rows: Sequence[Settlement]) -> list[Settlement]:
        """Settlements with people as they are known now."""
        async with self._database.connection() as connection:
            stays = await stays_of(connection, people_in(rows))
        return [known_now(row, stays) for row in rows]

    async def bought_last(self, person_id: int, before: datetime) -> datetime | None:
        """When a person bought something last, before a moment; None: never."""
        return await bills.last_before(self._database, person_id, before)

    async def agreed_donors(self, row: Settlement) -> set[int]:
        """The donors of a settlement to whom its patient has agreed."""
        grants = [leg.grant_id for leg in row.trace.legs if leg.grant_id is not None]
        return await repository.agreed_donors(self._database, grants) if grants else set()

    async def sweep(self) -> list[int]:
        """Ends questions whose time is over, and gives the lanes in which something waits."""
        await self.asking.end_due()
        return await self.lanes_waiting()

    async def leave_to_another(self, lane: int) -> None:
        """Says that nobody drains a lane any more, for who did so is about to end."""
        await self._queue.wake({lane})

    async def lanes_waiting(self) -> list[int]:
        """Lanes in which something waits to be settled."""
        return await repository.lanes_waiting(self._database)

    async def paid_with(self, credential_id: int) -> list[Settlement]:
        """What a code has paid, in order, cancels included."""
        return await repository.by_credential(self._database, credential_id)

    async def _tell(self, batch: Batch) -> None:
        """After commit: balances to show, answers to waiting tills, news to phones."""
        outcomes: dict[int, dict[str, str]] = {}
        for result in batch.results:
            told = encode(result, batch.persons, batch.grants)
            outcomes.setdefault(node_of(result.request.id), {})[topic(result.request.id)] = told
        for one in batch.set_aside:
            outcomes.setdefault(node_of(one), {})[topic(one)] = encode_set_aside(one)
        rows = [result.settlement for result in batch.results if result.settlement]
        if debugging():
            for result in batch.results:
                made = str(result.settlement.id) if result.settlement else None
                log.debug("request_decided", request=str(result.request.id), settlement=made)
        topics = {f"credential:{row.credential_id}" for row in rows if row.credential_id}
        if batch.asking:
            asked = [question for result in batch.asking for question in result.questions]
            topics |= {asking.topic(question.donor_id) for question in asked}
            self.asking.end_in_time(batch.asking)
        try:
            moment = self._clock.now()
            newest = newer(batch.accounts, moment)
            await self._news.publish(topics, newest, TTL_S, addressed=outcomes)
        except (CacheError, OSError) as error:
            log.warning("news_lost", error=type(error).__name__, size=len(batch.results))
            self._balances.owe([a.person_id for a in batch.accounts if a.person_id is not None])
        else:
            await self._balances.renew(())  # of those who could not be told before
