"""Who may stay connected: what costs nothing to begin is not kept when it comes to nothing.

A connection is *unfinished* from its beginning until a whole call has come over it, headers and
body; then it is *at work* until the answer has gone out, then *idle*. Unfinished ones are ended
after a few seconds; where there are too many of them, the oldest goes first: an honest call is
whole within a moment, so whoever never ends one pushes out none but his own kind.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web
from aiohttp.hdrs import X_FORWARDED_FOR

from app.api.http.counting import count_refusal
from app.api.http.serving.address import Proxies, line_of, peer_of

_MUCH_BYTES = 256 * 1024
"""More than any call but a file; what is unfinished and has brought more goes first."""
_PACE_BYTES = 256 * 1024
"""So much of a file has to come each second."""
_FRESH_S = 1.0
_LOOKS_IN_A_DEADLINE = 4
_QUIET_S = 1.0
_SEE_OFF_S = 0.02
_HELD_UP_S = 0.5
"""A look that comes so much too late finds what has come meanwhile unread: it drops nobody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``connections``: open at once, in all and of one address; ``unfinished``: calls that have not
    come whole, and the bytes that they have brought; seconds for a call to come, for its answer to
    be taken, for an idle connection."""

    connections: int = 4096
    by_address: int = 1000
    unfinished: int = 2000
    unfinished_bytes: int = 64 * 1024 * 1024
    read_s: float = 10.0
    write_s: float = 60.0
    idle_s: float = 75.0


class Guest(Protocol):
    """A connection, as the doorkeeper sees it. ``held``: bytes of a call that is not whole yet."""

    address: str
    held: int

    def drop(self) -> None:
        """Ends it at once."""

    def leave(self) -> None:
        """Ends it if nothing has come that was not read yet."""

    def __hash__(self) -> int: ...


class Doorkeeper:
    """Counts the connections of a process and ends those that come to nothing."""

    def __init__(self, limits: Limits, proxies: Proxies) -> None:
        self.limits = limits
        self.proxies = proxies
        self._in_all = 0
        self._by_address: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        # Each oldest first: a dictionary keeps the order in which keys have come.
        self._unfinished: dict[Guest, float] = {}
        self._unfinished_bytes = 0
        self._idle: dict[Guest, float] = {}
        self._answering: dict[Guest, float] = {}
        self._look: asyncio.TimerHandle | None = None
        self._look_at = 0.0
        self.ending = False
        """Whether the process is about to end: each answer is its connection's last then."""

    async def see_off(self, within_s: float) -> None:
        """Waits until nobody is connected any more, for so long at most. Who has a call in hand, or
        sends one now, is answered; who says nothing for a moment is let go."""
        until = _now() + within_s
        while self._in_all and _now() < until:
            quiet = _now() - _QUIET_S
            silent = {guest: at for guest, at in self._unfinished.items() if not guest.held}
            for guest, since in (self._idle | silent).items():
                if since <= quiet:
                    guest.leave()
            await asyncio.sleep(_SEE_OFF_S)

    def let_in(self, guest: Guest) -> bool:
        """Takes a new connection in, if there is room for it."""
        line = self._line(guest)
        if line and self._by_address[line] >= self.limits.by_address:
            count_refusal("connection", "TOO_MANY_OF_ADDRESS")
            return False
        if self._in_all >= self.limits.connections and not self._make_room():
            count_refusal("connection", "TOO_MANY")
            return False
        self._in_all += 1
        if line:
            self._by_address[line] += 1
        self.unfinished(guest, 0)
        if self._look is None:
            self._look_later()
        return True

    def gone(self, guest: Guest) -> None:
        """A connection that was let in has ended."""
        self._in_all -= 1
        line = self._line(guest)
        if line:
            _take_one(self._by_address, line)
        self.whole(guest)
        self._answering.pop(guest, None)
        if not self._in_all and self._look is not None:
            self._look.cancel()
            self._look = None

    def unfinished(self, guest: Guest, size: int) -> None:
        """A part of a call has come."""
        guest.held += size
        self._unfinished_bytes += size
        if guest not in self._unfinished:
            self._unfinished[guest] = _now()
            self._idle.pop(guest, None)
            if len(self._unfinished) > self.limits.unfinished:
                self._drop(next(iter(self._unfinished)), "UNFINISHED_TOO_MANY")
        if self._unfinished_bytes > self.limits.unfinished_bytes:
            self._drop(self._biggest(), "UNFINISHED_TOO_MUCH")

    def whole(self, guest: Guest) -> None:
        """A call has come whole."""
        self._idle.pop(guest, None)
        if self._unfinished.pop(guest, None) is not None:
            self._unfinished_bytes -= guest.held
            guest.held = 0

    def answering(self, guest: Guest) -> None:
        """An answer begins to go out."""
        self._answering[guest] = _now()

    def answered(self, guest: Guest, *, idle: bool) -> None:
        """It has gone out; ``idle``: and nothing else has come."""
        self._answering.pop(guest, None)
        if idle:
            self.rests(guest)

    def rests(self, guest: Guest) -> None:
        """Nothing is to be done for it now."""
        if guest not in self._unfinished:
            self._idle[guest] = _now()

    def take_call(self, address: str) -> bool:
        """One more call in hand for somebody behind a proxy of ours; False: there are too many."""
        if self._calls[address] >= self.limits.by_address:
            return False
        self._calls[address] += 1
        return True

    def end_call(self, address: str) -> None:
        """It has been answered."""
        _take_one(self._calls, address)

    def _line(self, guest: Guest) -> str:
        """What a connection is counted by; a proxy's is counted by calls, not by connections."""
        return "" if self.proxies.trust(guest.address) else line_of(guest.address)

    def _make_room(self) -> bool:
        """Ends the connection that is least worth keeping."""
        oldest = next(iter(self._unfinished.items()), None)
        if oldest is not None and _now() - oldest[1] >= _FRESH_S:
            self._drop(oldest[0], "UNFINISHED_TOO_MANY")
        elif self._idle:
            self._drop(next(iter(self._idle)), "IDLE_TOO_MANY")
        elif oldest is not None:
            self._drop(oldest[0], "UNFINISHED_TOO_MANY")
        else:
            return False
        return True

    def _biggest(self) -> Guest:
        much = (guest for guest in self._unfinished if guest.held > _MUCH_BYTES)
        return next(much, None) or max(self._unfinished, key=lambda guest: guest.held)

    def _look_later(self) -> None:
        every_s = min(1.0, self.limits.read_s / _LOOKS_IN_A_DEADLINE)
        self._look_at = _now() + every_s
        self._look = asyncio.get_running_loop().call_at(self._look_at, self._look_round)

    def _look_round(self) -> None:
        now = _now()
        if now - self._look_at < _HELD_UP_S:
            self._end_overdue(now)
        self._look_later()

    def _end_overdue(self, now: float) -> None:
        """Ends those whose call, or whose taking of the answer, has lasted too long."""
        for guest, since in list(self._unfinished.items()):
            if now - since <= self.limits.read_s:
                break
            if now - since > self.limits.read_s + guest.held / _PACE_BYTES:
                self._drop(guest, "UNFINISHED_TOO_LONG")
        for guest, since in list(self._answering.items()):
            if now - since <= self.limits.write_s:
                break
            self._drop(guest, "ANSWER_NOT_TAKEN")

    def _drop(self, guest: Guest, why: str) -> None:
        count_refusal("connection", why)
        self.whole(guest)
        self._answering.pop(guest, None)
        guest.drop()


DOORKEEPER = web.AppKey("doorkeeper", Doorkeeper)


def _take_one(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]


def _now() -> float:
    return asyncio.get_running_loop().time()


def client_of(request: web.Request) -> str:
    """Who calls, as calls and tries are counted; a proxy of ours is believed, nobody else."""
    handed_on = request.headers.getall(X_FORWARDED_FOR, ())
    return request.app[DOORKEEPER].proxies.client(peer_of(request), handed_on)
