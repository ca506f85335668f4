"""So many bills a second from light tills, whatever happens to the cluster: each is sent again by
its number until the answer is final, and accounted for in the end."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from redis.exceptions import RedisError

from app.bench.load.messages import Customer
from app.bench.load.scans import kept, scanned
from app.bench.load.wire import Lines, Pool, Shot, problem_of
from app.bench.made.town import Shop
from app.clients.till.client import CALL_PATH, Item, Sale
from app.clients.till.sale import sale_input
from app.clients.till.signing import sign_hmac_sm3
from app.store.database import Database
from tests.crash.fleet import until
from tests.crash.village import PHARMACY, Village, till

_LINES = 1500
"""Tills. When all wait for an answer, who comes next waits for a till."""
_STEP_S, _AGAIN_S, _KEPT_S = 0.25, 0.2, 36_000.0
_AGAIN = frozenset(("PROCESSING", "UNAVAILABLE", "BUSY", "UNKNOWN", ""))
_SHELF = (("XQ99DEM001A001010100001", "14.50"), ("XQ99DEM002A001010100002", "18.00"))
_CODE, _, _, _KEY_ID, _SECRET, _ = PHARMACY
_BOOKS = """
select r.msgid, o.state, o.reason, s.id, s.medfee_sumamt_fen as total, s.cash_pay_fen as cash,
    (select count(*) from settlement m where m.request_id = r.id) as made
from request r left join outcome o on o.request_id = r.id
left join settlement s on s.id = o.settlement_id
where r.fixmedins_code = $1 and r.msgid = any($2::varchar[])
"""
_AT_ONCE = 5_000


class Call(Shot):
    """A bill's message, signed whenever it is sent: who waited in a line of minutes is no liar."""

    __slots__ = ("_body", "_sign", "msgid")

    def __init__(self, body: bytes, sign: Callable[[bytes], bytes], msgid: str) -> None:
        self._body, self._sign, self.msgid = body, sign, msgid
        super().__init__(b"", "2102")

    @property
    def raw(self) -> bytes:
        """All that goes over the line."""
        return self._sign(self._body)

    @raw.setter
    def raw(self, _: bytes) -> None:
        """Nothing is kept."""


@dataclass(slots=True)
class Told:
    """What a till was told at last: the settlement's number, total and cash, or why not."""

    setl_id: int
    total_fen: int
    cash_fen: int
    reason: str


@dataclass
class Rush(Pool):
    """The tills of a rush, and what they were told."""

    village: Village
    address: tuple[str, int]
    rate: float
    told: dict[str, Told] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    answers: list[float] = field(default_factory=list)
    """When each final answer came, by the machine's clock that goes on."""
    again: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    """The longest that anybody waited for a final answer, from the moment the bill was due."""

    def __post_init__(self) -> None:
        super().__init__(*self.address, _LINES)
        self._luck = random.Random(1)
        self._at = till("", 77_000_000)
        self._known: dict[str, Customer] = {}

    async def run(self, over: Callable[[], bool]) -> None:
        """Bills come evenly until it is over; then waits for the last answer."""
        await self._scan()
        self._start(None)
        due = time.perf_counter()
        while not over():
            calls = [self._call(who) for who in await self._coming(round(self.rate * _STEP_S))]
            for number, call in enumerate(calls):
                call.due = due + number * _STEP_S / len(calls)
                if (wait := call.due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                self.asked.add(call.msgid)
                self._give(call)
            due = max(due + _STEP_S, time.perf_counter() - 1.0)
        await until(self._all_told, "each bill has its answer", every_s=0.2)
        self.close()

    async def _all_told(self) -> bool:
        return len(self.told) == len(self.asked)

    async def _scan(self) -> None:
        """Everybody shows a code at the counter; it stays good."""
        services, shop = self.village.services, Shop(*PHARMACY[:5], pooling=False)
        for number, patient in enumerate(self.village.patients):
            token = await self.village.token(patient, _CODE)
            self.village.forget_token(patient, _CODE)
            self._known[patient.psn_no] = Customer(number, shop, token)
        cache, cipher = services.cache, services.people.cipher
        customers, far = list(self._known.values()), services.clock.now().timestamp() + _KEPT_S
        await kept(cache, cipher, customers, far, _KEPT_S)

    async def _coming(self, count: int) -> list[Customer]:
        """Who comes, each with a code just scanned. While Redis is away nobody can show one, and
        they come with what they have."""
        chosen = self._luck.choices(list(self._known.values()), k=count)
        services = self.village.services
        try:
            async with asyncio.timeout(_STEP_S):
                return await scanned(services.cache, services.people.cipher, chosen)
        except (RedisError, OSError, TimeoutError):
            return chosen

    def _call(self, who: Customer) -> Call:
        patient = self.village.patients[who.number]
        name, price = self._luck.choice(_SHELF)
        items = [Item(name, Decimal(self._luck.randint(1, 3)), Decimal(price))]
        sale = Sale(patient.psn_no, who.token, patient.insutype, patient.place, items)
        now, msgid = self._at.clock.now(), self._at.new_msgid()
        body = self._at.body("2102", sale_input(sale, now), msgid, patient.place)
        return Call(body, self._signed, msgid)

    def _signed(self, body: bytes) -> bytes:
        """The message as it is sent now: a till signs each sending anew."""
        headers = sign_hmac_sm3(_KEY_ID, _SECRET, body, int(self._at.clock.now().timestamp()))
        lines = [f"POST {CALL_PATH} HTTP/1.1", f"host: {self._host}:{self._port}"]
        lines += [f"content-length: {len(body)}", "content-type: application/json; charset=utf-8"]
        lines += [f"{key}: {value}" for key, value in (headers | {"prefer": "wait=10"}).items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def answered(self, line: Lines, shot: Shot, answer: bytes) -> None:
        """A final answer is kept; else the same is sent again in a moment."""
        assert isinstance(shot, Call)
        self._free.append(line)
        problem = problem_of(answer)
        done = b'"infcode":0' in answer
        if not done and (problem in _AGAIN or problem.isdigit()):
            self._send_again(shot, problem)
        else:
            self.told[shot.msgid] = _told(answer, problem)
            self.longest_s = max(self.longest_s, time.perf_counter() - shot.due)
            self.answers.append(time.monotonic())
        self._pump()
        self._done()

    def lost(self, line: Lines, shot: Shot | None) -> None:
        """The connection ended: whether the bill was taken nobody knows."""
        self._forget(line)
        if isinstance(shot, Call):
            self._send_again(shot, "no answer")
            self._done()

    def _send_again(self, call: Call, why: str) -> None:
        self.again[why] += 1
        asyncio.get_running_loop().call_later(_AGAIN_S, self._give, call)


def _told(answer: bytes, problem: str) -> Told:
    if problem:
        return Told(0, 0, 0, problem)
    info: dict[str, Any] = orjson.loads(answer.partition(b"\r\n\r\n")[2])["output"]["setlinfo"]
    total, cash = (round(Decimal(str(info[n])) * 100) for n in ("medfee_sumamt", "psn_cash_pay"))
    return Told(int(info["setl_id"]), total, cash, "")


async def wrong(database: Database, rush: Rush) -> list[str]:
    """What the books hold otherwise than tills were told."""
    found = []
    numbers = sorted(rush.told)
    for begin in range(0, len(numbers), _AT_ONCE):
        part = numbers[begin : begin + _AT_ONCE]
        rows = {row["msgid"]: row for row in await database.rows(_BOOKS, _CODE, part)}
        for msgid in part:
            told, row = rush.told[msgid], rows.get(msgid)
            if row is None:
                if not told.reason:
                    found.append(f"{msgid}: {told} was told, and nothing is there")
            elif told.reason:
                if row["made"] or row["state"] == 1:
                    found.append(f"{msgid}: {told.reason} was told, and {dict(row)} is there")
            elif (row["made"], row["id"], row["total"], row["cash"]) != (
                1,
                told.setl_id,
                told.total_fen,
                told.cash_fen,
            ):
                found.append(f"{msgid}: {told} was told, and {dict(row)} is there")
    return found
