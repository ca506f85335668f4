"""A load client that costs little: keep-alive connections, requests made ready beforehand.

It reads no more of an answer than tells how it went. Open loop: each request has its due moment,
and its latency counts from then, so that waiting for a free connection or a slow server shows.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(slots=True)
class Shot:
    """One request: its bytes, what it is, and what its answer tells a later one."""

    raw: bytes
    kind: str
    due: float = 0.0
    then: Callable[[bytes], Shot | None] | None = None


@dataclass(slots=True)
class Tally:
    """What came back: latencies in seconds by kind, and what was not fine by what it said, with the
    latencies of those that said it."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    refusals: dict[str, list[float]] = field(default_factory=dict)
    begun: float = 0.0
    ended: float = 0.0

    def note(self, shot: Shot, now: float, problem: str) -> None:
        """One answer."""
        if problem:
            self.problems[f"{shot.kind} {problem}"] += 1
            self.refusals.setdefault(f"{shot.kind} {problem}", []).append(now - shot.due)
        else:
            self.latencies.setdefault(shot.kind, []).append(now - shot.due)
        self.ended = now

    def add(self, other: Tally) -> None:
        """What another run came to, as if it had followed at once."""
        for mine, its in ((self.latencies, other.latencies), (self.refusals, other.refusals)):
            for kind, values in its.items():
                mine.setdefault(kind, []).extend(values)
        self.problems += other.problems
        self.ended += other.ended - other.begun


class Lines(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._shot: Shot | None = None
        self._buffer = bytearray()
        self._want = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def send(self, shot: Shot) -> None:
        """Sends a request; the pool is told when it is answered."""
        assert self._transport is not None
        self._shot, self._want = shot, 0
        self._buffer.clear()
        self._transport.write(shot.raw)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._want == 0:
            head = self._buffer.find(_HEAD_END)
            if head < 0:
                return
            lower = bytes(self._buffer[:head]).lower()
            at = lower.index(_LENGTH) + len(_LENGTH)
            self._want = head + 4 + int(lower[at:].split(b"\r\n", 1)[0])
        if len(self._buffer) >= self._want and self._shot is not None:
            shot, self._shot = self._shot, None
            self._pool.answered(self, shot, bytes(self._buffer))

    def connection_lost(self, exc: Exception | None) -> None:
        self._pool.lost(self, self._shot)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Pool:
    """Connections that share the shots of a run."""

    def __init__(self, host: str, port: int, most: int) -> None:
        self._host, self._port, self._most = host, port, most
        self._free: deque[Lines] = deque()
        self._all: set[Lines] = set()
        self._queue: deque[Shot] = deque()
        self._opening = 0
        self._under_way = 0
        self._idle = asyncio.Event()
        self._next: Callable[[], Shot | None] | None = None
        self.tally = Tally()
        self.most_waiting = 0

    async def open(self, count: int) -> None:
        """Opens connections beforehand."""
        for _ in range(count):
            await self._connect()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: Lines(self), self._host, self._port)
        self._all.add(line)
        self._free.append(line)

    async def open_loop(self, shots: Sequence[Shot], offsets: Sequence[float]) -> Tally:
        """Sends each shot at its offset in seconds from now, and waits for the last answer."""
        self._start(None)
        begun = self.tally.begun
        for shot, offset in zip(shots, offsets, strict=True):
            shot.due = begun + offset
            wait = shot.due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self._give(shot)
        await self._finish()
        return self.tally

    async def closed_loop(self, shots: Sequence[Shot], connections: int, seconds: float) -> Tally:
        """Keeps so many connections busy for so long, as fast as the server answers."""
        await self.open(connections - len(self._all))
        source = iter(shots)
        until = time.perf_counter() + seconds

        def following() -> Shot | None:
            now = time.perf_counter()
            shot = next(source, None) if now < until else None
            if shot is not None:
                shot.due = now
            return shot

        self._start(following)
        for _ in range(connections):
            shot = following()
            if shot is not None:
                self._give(shot)
        await self._finish()
        return self.tally

    def _start(self, following: Callable[[], Shot | None] | None) -> None:
        self.tally = Tally(begun=time.perf_counter())
        self._next = following
        self.most_waiting = 0

    async def _finish(self) -> None:
        while self._under_way:
            self._idle.clear()
            await self._idle.wait()

    def _give(self, shot: Shot) -> None:
        self._under_way += 1
        if self._free:
            self._free.popleft().send(shot)
            return
        self._queue.append(shot)
        self.most_waiting = max(self.most_waiting, len(self._queue))
        if len(self._all) + self._opening < self._most:
            self._opening += 1
            task = asyncio.ensure_future(self._open_one())
            task.add_done_callback(lambda _: None)

    async def _open_one(self) -> None:
        try:
            await self._connect()
        except OSError as error:
            if self._queue:
                self.tally.problems[f"{self._queue.popleft().kind} {type(error).__name__}"] += 1
                self._done()
        finally:
            self._opening -= 1
        self._pump()

    def _pump(self) -> None:
        while self._free and self._queue:
            self._free.popleft().send(self._queue.popleft())

    def answered(self, line: Lines, shot: Shot, answer: bytes) -> None:
        """A line has its answer and is free again."""
        self.tally.note(shot, time.perf_counter(), problem_of(answer))
        self._free.append(line)
        follow = shot.then(answer) if shot.then is not None else None
        if follow is not None:
            follow.due = time.perf_counter()
            self._give(follow)
        elif self._next is not None and (shot_next := self._next()) is not None:
            self._give(shot_next)
        self._pump()
        self._done()

    def lost(self, line: Lines, shot: Shot | None) -> None:
        """A connection has ended; what it was asked has no answer."""
        self._forget(line)
        if shot is not None:
            self.tally.problems[f"{shot.kind} no answer"] += 1
            self._done()

    def _forget(self, line: Lines) -> None:
        self._all.discard(line)
        if line in self._free:
            self._free.remove(line)

    def _done(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self._idle.set()

    def close(self) -> None:
        """Ends all connections."""
        for line in list(self._all):
            line.close()


def problem_of(answer: bytes) -> str:
    """Why an answer is not fine: its reason's code or its status; empty when it is fine."""
    if b'"infcode":0' in answer or answer.startswith(b"HTTP/1.1 201"):
        return ""
    for mark in (b'"err_msg":"', b'"reason":"'):
        at = answer.find(mark)
        if at >= 0:
            return answer[at + len(mark) :].split(b'"', 1)[0].split(b" ", 1)[0].decode()
    return answer[9:12].decode(errors="replace")
