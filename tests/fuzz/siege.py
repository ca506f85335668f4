"""The running system under fire: sends cases, judges every answer, and looks after each round
whether all processes live, the logs are clean and the books are right."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from aiohttp.test_utils import TestServer

from app.clients.till.answer import NotReachable, Unknown
from app.compose import Services
from app.kit.reasons import Refusal
from app.local.servers.embedded import Embedded
from app.outside.played.keys import APP_SECRET, APPID, IDENTITY_KEY, TAX_KEY
from app.outside.played.server import Outside
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_home, running_fleet, settled_books
from tests.crash.village import Village
from tests.fuzz import verdict
from tests.fuzz.case import Case, Known, as_text
from tests.fuzz.client import Line, Told
from tests.fuzz.commands import Commands
from tests.fuzz.country import settle_country
from tests.fuzz.supplies import Supplies

AT_ONCE = 16
_FRESH = {"till": 100, "phone": 300, "ops": 1000, "counter": 300, "bureau": 1000}
"""After so many cases a sender gets other people, bills and log-ins."""
_TRIES = 6
_TOLD_LINES = 30
_MEMORY_MB = 600
"""More than a process comes to in a million requests."""
_BAD_WORDS = (
    "Traceback",
    "unexpected",
    "never retrieved",
    "request_set_aside",
    "[error",
    "[critical",
)


@dataclass
class Finding:
    """A case whose answer was wrong."""

    case: Case
    wrong: str

    @property
    def name(self) -> str:
        text = as_text(self.case)
        return f"{self.case.door}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.json"


@dataclass
class Tally:
    """What was sent and what came of it."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    fine: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, case: Case, told: Told) -> None:
        self.sent[case.door] += 1
        self.statuses[f"{case.door} {told.status}"] += 1
        name = f"{case.door} {case.name}"
        self.slowest[name] = max(self.slowest.get(name, 0.0), told.took_s)
        if case.door == "till" and told.body[:1] == b"{":
            start = told.body.find(b'"err_msg":"') + 11
            reason = told.body[start : start + 40].decode(errors="replace").partition(" ")[0]
            self.reasons["OK" if reason.startswith('"') else reason] += 1
            if reason.startswith('"'):
                self.fine[case.name] += 1


class Hand:
    """What one of the senders has at hand; other people, bills and log-ins after a while."""

    def __init__(self, supplies: Supplies, number: int) -> None:
        self._supplies = supplies
        self._number = number
        self._known: dict[str, dict[str, str]] = {}
        self._ages: Counter[str] = Counter()

    async def known_for(self, case: Case) -> Known:
        kind = {"raw": "phone", "command": ""}.get(case.door, case.door)
        if not kind:
            return {}
        if kind not in self._known or self._ages[kind] >= _FRESH[kind]:
            with suppress(*[Refusal, NotReachable, Unknown] if kind in self._known else []):
                self._known[kind] = await self._fresh(kind)
            self._ages[kind] = 0
        self._ages[kind] += 1
        return self._known[kind]

    async def _fresh(self, kind: str) -> dict[str, str]:
        match kind:
            case "till":
                return await self._supplies.till()
            case "phone":
                return await self._supplies.phone(self._number)
            case "counter":
                return await self._supplies.clerk()
            case "bureau":
                return await self._supplies.bureau()
        return await self._supplies.operator()


class Siege:
    """Sends cases to the running system and judges what comes back."""

    def __init__(self, fleet: Fleet, services: Services, supplies: Supplies, at_once: int) -> None:
        self.tally = Tally()
        self._fleet = fleet
        self._services = services
        self._supplies = supplies
        self._hands = [Hand(supplies, number) for number in range(at_once)]
        self._pids = {name: fleet.pid(name) for name in ("app", "worker0")}
        self._read: Counter[str] = Counter()
        self._commands = Commands(services)
        self._last = ""

    async def fire(self, cases: Iterable[Case]) -> None:
        """Sends all cases, some at once."""
        waiting = iter(cases)
        async with asyncio.TaskGroup() as group:
            for hand in self._hands:
                group.create_task(self._sender(hand, waiting))

    async def look(self) -> list[str]:
        """What is wrong after a round: a process that has died, a log that tells of a fault."""
        wrong = []
        for name, pid in self._pids.items():
            if self._fleet.pid(name) != pid:
                wrong.append(f"{name} has died\n{self._fleet.tails()}")
                self._pids[name] = self._fleet.pid(name)
            wrong += [f"the log of {name}: {one}" for one in self._complaints(name)]
        wrong += [
            f"{name} holds {size} MB"
            for name, size in self.memory_mb().items()
            if size > _MEMORY_MB
        ]
        if not await self._fleet.ready():
            wrong.append("it does not answer that it is ready")
        return wrong

    async def end(self) -> None:
        """After all: the books are right, in the tests' eyes and in those of ``ledger verify``."""
        await settled_books(self._services.database)
        verify = [sys.executable, "-m", "app.cli", "ledger", "verify"]
        done = await asyncio.to_thread(
            subprocess.run, verify, env=self._fleet.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def memory_mb(self) -> dict[str, int]:
        """What each process holds."""
        found = {}
        for name in self._pids:
            for line in Path(f"/proc/{self._fleet.pid(name)}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    found[name] = int(line.split()[1]) // 1024
        return found

    def _complaints(self, name: str) -> list[str]:
        """What is new in a process's log and tells of a fault: each once, with what follows it."""
        with self._fleet.log(name).open(errors="replace") as log:
            log.seek(self._read[name])
            lines = log.readlines()
            self._read[name] = log.tell()
        found = {}
        for at, line in enumerate(lines):
            if any(word in line for word in _BAD_WORDS):
                told = list(takewhile(lambda one: not one.startswith("20"), lines[at + 1 :]))
                found[told[-1] if told else line] = "".join([line, *told[-_TOLD_LINES:]])
        return list(found.values())

    async def _sender(self, hand: Hand, waiting: Iterator[Case]) -> None:
        line = Line(self._fleet.port)
        try:
            for case in waiting:
                await self._send(line, case, await hand.known_for(case))
        finally:
            line.close()

    async def _send(self, line: Line, case: Case, known: Known) -> None:
        known = {"last": self._last, **known, **self._supplies.moment()}
        self._last = known["msgid"]
        if case.door == "command":
            self.tally.sent["command"] += 1
            if wrong := await self._commands.give(case):
                self._found(case, wrong)
            return
        for attempt in range(_TRIES):
            told = await self._ask(line, case, known)
            self.tally.note(case, told)
            if not verdict.again(case, told):
                break
            await asyncio.sleep(0.2 * attempt)
        else:
            self._found(case, f"told to come again {_TRIES} times: {told.body[:200]!r}")
        if wrong := verdict.fault(case, told):
            self._found(case, f"{wrong}; {told.status} {told.body[:300]!r}")
        for following in case.then:
            await self._send(line, following, {**known, **verdict.learned(told)})

    async def _ask(self, line: Line, case: Case, known: Known) -> Told:
        sent = case.wire(known)
        if not case.framed:
            return await line.pour(sent)
        return await line.ask(sent, head_only=case.head.startswith("HEAD "))

    def _found(self, case: Case, wrong: str) -> None:
        self.tally.findings.append(Finding(case, wrong))


@asynccontextmanager
async def besieged(folder: Path, found: Endpoints, at_once: int = AT_ONCE) -> AsyncIterator[Siege]:
    """A whole system on these servers, its limits by person and address out of the way."""
    async with AsyncExitStack() as stack:
        outside = TestServer(Outside(slow_s=1.0).application())
        await outside.start_server()
        stack.push_async_callback(outside.close)
        url = str(outside.make_url("/"))
        env = {
            "QINJI_WECHAT_BASE_URL": url,
            "QINJI_WECHAT_APPID": APPID,
            "QINJI_WECHAT_SECRET": APP_SECRET,
            "QINJI_IDENTITY_BASE_URL": url,
            "QINJI_IDENTITY_KEY": IDENTITY_KEY,
            "QINJI_TAX_BASE_URL": url,
            "QINJI_TAX_KEY": TAX_KEY,
            "QINJI_PHONE_LIMITS_TIMES": "1000000",
            "QINJI_EMPTY_UNDOINGS_MAX": "1000000000",
        }
        # A Redis of its own: what other tests have cached there is of no account here.
        redis = Embedded(stack.enter_context(own_home()), postgres=False)
        stack.callback(redis.stop)
        found = Endpoints(found.database_url, redis.start().redis_url)
        fleet, services = await stack.enter_async_context(
            running_fleet(folder, None, found, workers=1, **env)
        )
        await Village.build(services, folder)
        shops, patients = await settle_country(services, folder)
        supplies = Supplies(services, shops, patients, fleet.url, fleet.port)
        yield Siege(fleet, services, supplies, at_once)
