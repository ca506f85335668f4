"""Refunds that wait at the counter, and whatever else needs four eyes: money that leaves suspense,
and the end of an account. One clerk proposes, another agrees within a day, and what both did is
written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.counter import errors, repository
from app.domain.counter.desk import Desk
from app.domain.counter.events import repository as events
from app.domain.counter.rules import PROPOSED_FOR, area, serves
from app.domain.counter.values import Act, Clerk, Doing, Paper, Proposal
from app.domain.registry import repository as registry
from app.domain.registry.models import Person
from app.domain.staff.service import Operators
from app.domain.staff.values import UNSAID, Look
from app.domain.year.errors import NotNow, NoWallet
from app.domain.year.merging import Merging
from app.domain.year.paying_out import PayingOut
from app.kit.clock import Clock
from app.kit.reasons import NOT_FOUND, Refusal
from app.kit.sm import Cipher
from app.ledger.kinds import PayOutReason
from app.store.database import Connection, Database
from app.store.sealed.clear import seal_few
from app.store.sealed.columns import TASK_NOTE


@dataclass(frozen=True, slots=True)
class Task:
    """One open task; ``place``: where the person is insured to whom the money goes.

    Its money comes of a bill at an institution, or of an order: a wallet's transfer or a premium.
    """

    id: int
    kind: str
    settlement_id: int | None
    order_id: int | None
    amount_fen: int
    created_at: datetime
    fixmedins_code: str | None
    psn_no: str
    person_id: int
    place: str


class CounterTasks:
    """The counter's open tasks."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        cipher: Cipher,
        desk: Desk,
        operators: Operators,
        paying_out: PayingOut,
        merging: Merging,
    ) -> None:
        self._paying_out = paying_out
        self._merging = merging
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._desk = desk
        self._operators = operators

    async def open(self, limit: int = 1000, place: str = "") -> list[Task]:
        """Open tasks, the oldest first; ``place``: a clerk's, else all."""
        rows = await repository.open_tasks(self._database, limit, area(place) if place else "")
        return [Task(**dict(row.items())) for row in rows]

    async def of_person(self, person_id: int) -> list[Task]:
        """A person's open tasks, the oldest first."""
        rows = await repository.open_tasks_of(self._database, person_id)
        return [Task(**dict(row.items())) for row in rows]

    async def waiting(self, place: str) -> list[tuple[Proposal, Act]]:
        """What waits for a second one's yes at a place, each with the act that proposed it."""
        now = self._clock.now()
        found = await repository.waiting_proposals(
            self._database, area(place) if place else "", now
        )
        acts = [(one, await self._desk.one(one.id)) for one in found]
        return [(one, act) for one, act in acts if act is not None]

    async def propose(self, clerk: Clerk, task_id: int, paper: Paper) -> int:
        """Puts a refund before a second one. The person need not be here: it is the person's own
        money, and the form says where to it goes.

        Raises:
            Refusal: COUNTER_TASK_UNKNOWN, COUNTER_PROPOSED.
        """
        now = self._clock.now()
        async with self._database.whole() as connection:
            task = await self._task(connection, clerk, task_id)
            doing = Doing(self._database.ids.next(), task.id)
            await self._desk.write(connection, clerk, doing, task.person_id, "propose", paper)
            proposal = Proposal(
                doing.id,
                "refund",
                task.person_id,
                task.id,
                clerk.operator.id,
                task.place,
                now,
                now + PROPOSED_FOR,
            )
            if not await repository.add_proposal(connection, proposal):
                raise Refusal(errors.COUNTER_PROPOSED)
        return doing.id

    async def propose_pay_out(
        self, clerk: Clerk, person_id: int, why: PayOutReason, paper: Paper
    ) -> int:
        """Puts the end of a person's accounts before a second one: of one who goes abroad for good,
        or whose accounts no transfer can carry. The dead's are proposed where their event stands.

        Raises:
            Refusal: COUNTER_LOOK_FIRST, COUNTER_OTHER_REGION, COUNTER_NO_ACCOUNT, COUNTER_PROPOSED.
        """
        person = await self._desk.served(clerk, person_id, "counter propose_pay_out")
        return await self._propose_pay_out(clerk, person, why, paper)

    async def propose_by_command(
        self, clerk: Clerk, person_id: int, why: PayOutReason, paper: Paper
    ) -> int:
        """The same by command, where the person's number was typed.

        Raises:
            Refusal: COUNTER_OTHER_REGION, COUNTER_NO_ACCOUNT, COUNTER_PROPOSED.
        """
        person = await registry.by_ids([person_id])
        await self._desk.check_region(clerk, person[person_id], "qinji account pay-out")
        return await self._propose_pay_out(clerk, person[person_id], why, paper)

    async def _propose_pay_out(
        self, clerk: Clerk, person: Person, why: PayOutReason, paper: Paper
    ) -> int:
        now = self._clock.now()
        if not await events.accounts_left(self._database, [person.id]):
            raise Refusal(errors.COUNTER_NO_ACCOUNT)
        async with self._database.whole() as connection:
            doing = Doing(self._database.ids.next(), person.id)
            await self._desk.write(connection, clerk, doing, person.id, "propose_pay_out", paper)
            proposal = Proposal(
                doing.id,
                "pay_out",
                person.id,
                person.id,
                clerk.operator.id,
                person.insuplc_admdvs,
                now,
                now + PROPOSED_FOR,
                int(why),
            )
            if not await repository.add_proposal(connection, proposal):
                raise Refusal(errors.COUNTER_PROPOSED)
        return doing.id

    async def agree(self, clerk: Clerk, proposal_id: int) -> int:
        """A second one's yes: it is done under both names.

        Raises:
            Refusal: NOT_FOUND, COUNTER_OWN_PROPOSAL, COUNTER_PROPOSAL_OVER, COUNTER_NOT_YET,
                COUNTER_NO_WALLET.
        """
        before = await self._proposal(clerk, proposal_id)
        if before.clerk_id == clerk.operator.id:
            look = Look("refused", f"counter agree {proposal_id}", True, before.person_id, UNSAID)
            await self._operators.note_look(clerk.operator, look, clerk.visitor)
            raise Refusal(errors.COUNTER_OWN_PROPOSAL)
        proposer = next(one for one in await self._operators.all() if one.id == before.clerk_id)
        # What the tax office has to be asked for stays asked, whatever comes of this.
        if before.kind == "pay_out":
            await self._paying_out.prepare(before.person_id)
        if before.kind == "merge":
            act = await self._desk.one(before.id)
            assert act is not None and act.other_id is not None
            await self._merging.prepare(before.person_id, act.other_id)
        now = self._clock.now()
        async with self._database.whole() as connection:
            proposal = await self._lock(connection, proposal_id)
            await repository.decide(
                connection, proposal_id, agreed=True, by=clerk.operator.id, now=now
            )
            proposed = await self._desk.one(proposal_id)
            assert proposed is not None
            await self._do(connection, proposal, clerk, proposed.reason)
            doing = Doing(self._database.ids.next(), proposal.ref, proposed.other_id)
            await repository.write(
                connection,
                self._cipher,
                doing,
                proposal.person_id,
                proposal.kind,
                Paper(proposed.form_no, proposed.reason),
                clerk,
                now,
                proposer=proposer,
            )
        return doing.id

    async def decline(
        self, clerk: Clerk, proposal_id: int, reason: str, *, own: bool = False
    ) -> int:
        """A second one's no, or the proposer's ``own`` taking back.

        Raises:
            Refusal: NOT_FOUND, COUNTER_PROPOSAL_OVER.
        """
        before = await self._proposal(clerk, proposal_id)
        if own and before.clerk_id != clerk.operator.id:
            raise Refusal(NOT_FOUND)
        now = self._clock.now()
        async with self._database.whole() as connection:
            proposal = await self._lock(connection, proposal_id)
            await repository.decide(
                connection, proposal_id, agreed=False, by=clerk.operator.id, now=now
            )
            proposed = await self._desk.one(proposal_id)
            assert proposed is not None
            doing = Doing(self._database.ids.next(), proposal.ref)
            paper = Paper(proposed.form_no, reason)
            await self._desk.write(connection, clerk, doing, proposal.person_id, "decline", paper)
        return doing.id

    async def seal_clear(self) -> int:
        """Seals the notes that the version before has kept in clear; gives how many."""
        return await seal_few(self._database, self._cipher, TASK_NOTE, 100)

    async def _do(
        self, connection: Connection, proposal: Proposal, clerk: Clerk, reason: str
    ) -> None:
        """Does what two have agreed to, in their transaction."""
        if proposal.kind == "refund":
            if not await self._close(connection, proposal.ref, clerk.operator.name, reason):
                raise Refusal(errors.COUNTER_PROPOSAL_OVER)
            return
        try:
            if proposal.kind == "merge":
                act = await self._desk.one(proposal.id)
                assert act is not None and act.other_id is not None
                await self._merging.merge(proposal.person_id, act.other_id)
                return
            why = PayOutReason(proposal.pay_reason or PayOutReason.DEATH)
            await self._paying_out.pay_out(proposal.person_id, why)
        except NoWallet as error:
            raise Refusal(errors.COUNTER_NO_WALLET) from error
        except NotNow as error:
            raise Refusal(errors.COUNTER_NOT_YET) from error

    async def _close(self, connection: Connection, task_id: int, by: str, note: str) -> bool:
        """Closes an open task; False when there is none of that id."""
        sealed = TASK_NOTE.seal(self._cipher, note, task_id)
        return await repository.close_task(connection, task_id, by, sealed, self._clock.now())

    async def _task(self, connection: Connection, clerk: Clerk, task_id: int) -> Task:
        row = await repository.lock_task(connection, task_id)
        if row is None or not serves(clerk.place, row["place"]):
            raise Refusal(errors.COUNTER_TASK_UNKNOWN)
        return Task(**dict(row.items()))

    async def _proposal(self, clerk: Clerk, proposal_id: int) -> Proposal:
        found = await repository.waiting_proposals(
            self._database, area(clerk.place), self._clock.now()
        )
        proposal = next((one for one in found if one.id == proposal_id), None)
        if proposal is not None:
            return proposal
        act = await self._desk.one(proposal_id)
        if act is None or not act.kind.startswith("propose") or not serves(clerk.place, act.place):
            raise Refusal(NOT_FOUND)
        raise Refusal(errors.COUNTER_PROPOSAL_OVER)

    async def _lock(self, connection: Connection, proposal_id: int) -> Proposal:
        found = await repository.lock_proposal(connection, proposal_id, self._clock.now())
        if found is None:
            raise Refusal(errors.COUNTER_PROPOSAL_OVER)
        return found
