"""Tills that say nothing of coming again, while workers are killed, stopped and started at random
moments: each is told a definite answer in time, and the books agree with what it was told (law 14).

``python -m tests.crash.definite 200`` is the long form of ``test_definite.py``.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.clients.till.client import Answer, Item, Sale, TillClient, Unknown
from app.clients.till.sale import sale_input
from app.local.servers.embedded import Embedded
from app.store.database import Database
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_servers, running_fleet, settled_books, until
from tests.crash.told import check_answer
from tests.crash.village import Patient, Village, insist, till

VOIDED = "VOIDED_TOO_LATE"
_OVER_S, _TROUBLE_S = 1.0, 0.5
_WORKERS = ("worker0", "worker1")
_OUTCOMES = """
select r.msgid, r.infno, o.state, o.reason, s.*,
    (select coalesce(sum(amount_fen), 0)::bigint from transfer t
        where t.settlement_id = s.id and grant_id is null) as ledger_own,
    (select coalesce(sum(amount_fen), 0)::bigint from transfer t
        where t.settlement_id = s.id and grant_id is not null) as ledger_aid
from request r left join outcome o on o.request_id = r.id
left join settlement s on s.id = o.settlement_id where r.msgid = any($1::varchar[])
"""


@dataclass
class Sent:
    """A message, what its till was told and after how long; None: that nothing is known."""

    infno: str
    msgid: str
    patient: Patient
    input: dict[str, Any]
    answer: Answer | None
    took_s: float

    @property
    def told(self) -> str:
        if self.answer is None:
            return "unknown"
        return "OK" if self.answer.ok else self.answer.err_msg.split(" ")[0]


@dataclass
class Trouble:
    """Tills at work, and workers that are killed and stopped."""

    fleet: Fleet
    village: Village
    luck: random.Random
    wanted: int
    sent: list[Sent] = field(default_factory=list)
    strikes: Counter[str] = field(default_factory=Counter)
    patient_ones: Counter[str] = field(default_factory=Counter)

    @property
    def over(self) -> bool:
        """Whether so many messages have met a worker in trouble, and for some it was too late."""
        late = any(one.told == VOIDED for one in self.sent)
        return late and sum(1 for one in self.sent if one.took_s > _TROUBLE_S) >= self.wanted

    async def strike(self) -> None:
        """Stops workers for a while, kills them (they are started again), lets them be."""
        while not self.over:
            name = self.luck.choice(_WORKERS)
            what = self.luck.choice(("kill", "stop", "stop", "stop and kill"))
            self.strikes[what] += 1
            if what == "kill":
                self.fleet.kill(name)
            else:
                self.fleet.kill(name, signal.SIGSTOP)
                await asyncio.sleep(self.luck.random() * 12)
                self.fleet.kill(name, signal.SIGCONT if what == "stop" else signal.SIGKILL)
            await asyncio.sleep(self.luck.random() * 1.5)

    async def stop_all(self) -> None:
        """At times nobody works at all."""
        while not self.over:
            await asyncio.sleep(self.luck.random() * 4)
            for name in _WORKERS:
                self.fleet.kill(name, signal.SIGSTOP)
            self.strikes["all stopped"] += 1
            await asyncio.sleep(self.luck.random() * 14)
            for name in _WORKERS:
                self.fleet.kill(name, signal.SIGCONT)

    async def impatient(self, number: int) -> None:
        """A till as the national text has it: sends each message once, and believes what it is
        told."""
        async with till(self.fleet.url, number) as at:
            at.retry_waits_s = ()
            while not self.over:
                patient = self.luck.choice(self.village.patients)
                sold = await self._send(at, "2102", patient, await self._sale(at, patient))
                if sold.answer is not None and sold.answer.ok and self.luck.random() < 0.3:
                    info = sold.answer.setlinfo
                    names = ("setl_id", "mdtrt_id", "psn_no")
                    await self._send(at, "2103", patient, {"data": {n: info[n] for n in names}})
                elif sold.answer is None or self.luck.random() < 0.3:
                    undo = {"psn_no": patient.psn_no, "omsgid": sold.msgid, "oinfno": "2102"}
                    await self._send(at, "2601", patient, {"data": undo})
                await asyncio.sleep(self.luck.random() / 2)

    async def comes_again(self, number: int) -> None:
        """A till that says how long it waits, and asks until it knows."""
        async with till(self.fleet.url, number) as at:
            while not self.over:
                patient = self.luck.choice(self.village.patients)
                input = await self._sale(at, patient)
                answer = await insist(at, "2102", input, at.new_msgid(), patient.place)
                await asyncio.sleep(self.luck.random() / 2)
                self.patient_ones["OK" if answer.ok else answer.err_msg.split(" ")[0]] += 1

    async def _sale(self, at: TillClient, patient: Patient) -> dict[str, Any]:
        token = await self.village.token(patient, at.fixmedins_code)
        item = Item("XQ99DEM001A001010100001", Decimal(1), Decimal(self.luck.randint(50, 900)) / 10)
        sale = Sale(patient.psn_no, token, patient.insutype, patient.place, [item])
        return sale_input(sale, at.clock.now())

    async def _send(
        self, at: TillClient, infno: str, patient: Patient, input: dict[str, Any]
    ) -> Sent:
        msgid, begun = at.new_msgid(), time.monotonic()
        answer: Answer | None
        try:
            answer = await at.call(infno, input, msgid, patient.place)
        except Unknown:
            answer = None
        one = Sent(infno, msgid, patient, input, answer, time.monotonic() - begun)
        self.sent.append(one)
        return one

    async def check(self, database: Database, patience_s: float, slack_s: float) -> Counter[str]:
        """Each was told in time, and what it was told is so; a repeat is told the same."""
        told = Counter(one.told for one in self.sent)
        slow = [one.took_s for one in self.sent if one.took_s > patience_s + _OVER_S + slack_s]
        assert not slow, f"told after {sorted(slow)[-3:]} s"
        found = await database.rows(_OUTCOMES, [one.msgid for one in self.sent])
        rows = {row["msgid"]: row for row in found}
        undone = {
            one.input["data"].get("setl_id") or one.input["data"]["omsgid"]
            for one in self.sent
            if one.infno != "2102" and (one.answer is None or one.answer.ok)
        }
        async with till(self.fleet.url, 999) as at:
            for one in self.sent:
                _agrees(one, rows.get(one.msgid))
                if one.answer is None:
                    continue
                again = await insist(at, one.infno, one.input, one.msgid, one.patient.place)
                code = "OK" if again.ok else again.err_msg.split(" ")[0]
                setl_id = one.answer.setlinfo.get("setl_id")
                if one.infno == "2102" and one.told == "OK" and undone & {setl_id, one.msgid}:
                    assert code == "UNDONE_SINCE", (one.told, again.err_msg)
                else:
                    assert code == one.told or (one.told, code) == ("OK", "OK"), again.err_msg
                if one.told == "OK" == code:
                    assert again.output == one.answer.output
        return told


def _agrees(one: Sent, row: Any) -> None:
    """What a till was told, and what lies in the books."""
    state = None if row is None else row["state"]
    if one.told == "unknown":
        return
    if one.told == "OK":
        assert state == 1, (one.msgid, state)
        if one.infno == "2102":
            assert one.answer is not None
            check_answer(one.answer, row)
    elif one.told == VOIDED:
        assert (state, row["reason"], row["id"]) == (3, VOIDED, None), (one.msgid, state)
    else:  # refused: by the rules, or before it was taken
        assert state in (None, 2, 3), (one.msgid, one.told, state)
        assert row is None or row["id"] is None


async def run(
    folder: Path,
    mortal: tuple[Embedded, Endpoints],
    messages: int,
    *,
    tills: int = 16,
    patience_s: int = 8,
    slack_s: float = 0.0,
    seed: int = 1,
) -> tuple[Counter[str], Trouble]:
    """What its tills were told."""
    env = {"QINJI_TILL_WAIT_DEFAULT_S": str(patience_s)}
    embedded, found = mortal
    async with running_fleet(folder, embedded, found, 2, **env) as (fleet, services):
        village = await Village.build(services, folder)
        trouble = Trouble(fleet, village, random.Random(seed), messages)
        async with asyncio.TaskGroup() as group:
            strikers = [
                asyncio.create_task(trouble.strike()),
                asyncio.create_task(trouble.stop_all()),
            ]
            for number in range(tills):
                group.create_task(trouble.impatient(number))
            for number in range(100, 100 + max(1, tills // 8)):
                group.create_task(trouble.comes_again(number))

            async def wake() -> None:
                await until(lambda: _is(trouble.over), "all messages are sent")
                for striker in strikers:
                    striker.cancel()
                for name in _WORKERS:
                    fleet.kill(name, signal.SIGCONT)

            group.create_task(wake())
        await settled_books(services.database)
        told = await trouble.check(services.database, patience_s, slack_s)
        report = await services.verification.run()
        assert report.wrong == 0, report
        return told, trouble


async def _is(value: bool) -> bool:
    return value


async def _main(arguments: Sequence[str]) -> None:
    messages = int(arguments[0]) if arguments else 200
    with tempfile.TemporaryDirectory(prefix="qinji-definite-") as home, own_servers() as mortal:
        told, trouble = await run(Path(home), mortal, messages, seed=time.time_ns())
    print(f"{messages} of these met a worker in trouble, told: {dict(told)}")
    print(f"who came again: {dict(trouble.patient_ones)}")
    slowest = max(one.took_s for one in trouble.sent)
    print(f"slowest: {slowest:.2f} s; strikes: {dict(trouble.strikes)}")
    if told["unknown"]:
        sys.exit(f"{told['unknown']} were told nothing definite")


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
