"""Tries to sign in, counted in Redis so that guessing is slow and nobody locks another out.

What counts is where a try comes from. A stranger's failures lock the name at the stranger's own
address, and at last the address; failures from everywhere never lock a name, they only leave each
further address a single try, so that a right password gets in. A device on which the name has
signed in before has tries of its own, which nobody else can use up: not those who share its
address, nor all the world behind a proxy that hands no addresses on.

A flush of Redis forgets tries and devices; the audit in the database stays.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from app.kit.sm import Cipher, sm3
from app.store.cache import Cache

WINDOW_S = 15 * 60
PAIR_MAX, ADDRESS_MAX, NAME_MAX = 5, 20, 50
"""Failures within the window: of a name on a device or from one address, of an address, of a name
from all addresses before a further address has only ``CROWDED_MAX`` tries at it."""
CROWDED_MAX = 1
KNOWN_S = 30 * 24 * 3600
"""So long a device is known after the name last signed in on it."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

# Counts a try before it is looked at, so that many at once don't slip by together. KEYS: what locks
# (a device; or name with address, and address), then the name's count, or nothing.
_COUNT = """
local window, locking = ARGV[1], #KEYS
local crowded = false
if #KEYS > 1 then
    locking = #KEYS - 1
    crowded = tonumber(redis.call('HGET', KEYS[#KEYS], 'n') or '0') >= tonumber(ARGV[3])
end
local function count(key)
    local n = redis.call('HINCRBY', key, 'n', 1)
    if n == 1 then redis.call('PEXPIRE', key, window) end
    return n
end
local worst, begins = 0, 0
for i = 1, locking do
    local limit = tonumber(ARGV[3 + i])
    if i == 1 and crowded then limit = tonumber(ARGV[2]) end
    if count(KEYS[i]) > limit then
        worst = math.max(worst, redis.call('PTTL', KEYS[i]), 1)
        if redis.call('HSETNX', KEYS[i], 'told', 1) == 1 then begins = 1 end
    end
end
if locking < #KEYS and worst == 0 then count(KEYS[#KEYS]) end
return {worst, begins}
"""
# A try that was right doesn't count, nor do the earlier slips of the name from the same place.
_FORGIVE = """
redis.call('DEL', KEYS[1])
for i = 2, #KEYS do
    if tonumber(redis.call('HGET', KEYS[i], 'n') or '0') > 0 then
        redis.call('HINCRBY', KEYS[i], 'n', -1)
    end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Locked:
    """Signing in is locked for so many seconds; ``begins``: by this very try."""

    left_s: float
    begins: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a try is: the name that was typed, the client's address, and the device's token if the
    name has signed in on it."""

    name: str
    address: str
    device: str | None = None


class Tries:
    """Counts tries, and knows devices."""

    def __init__(self, cache: Cache, cipher: Cipher) -> None:
        self._cache = cache
        self._cipher = cipher
        self._count = cache.redis.register_script(_COUNT)
        self._forgive = cache.redis.register_script(_FORGIVE)

    async def place(self, name: str, address: str, device: str) -> Place:
        """Where a try comes from; a device that isn't known is nothing."""
        known = bool(_TOKEN.fullmatch(device)) and await self._cache.get(_known(name, device))
        return Place(name, address, device if known else None)

    async def count(self, place: Place) -> Locked | None:
        """Counts a try to sign in; what it runs into when there were too many."""
        left_ms, begins = await self._count(
            keys=self._keys(place),
            args=[WINDOW_S * 1000, CROWDED_MAX, NAME_MAX, PAIR_MAX, ADDRESS_MAX],
        )
        return Locked(int(left_ms) / 1000, bool(begins)) if left_ms else None

    async def forgive(self, place: Place) -> str:
        """A try was right: it doesn't count as one, and its device is known from now on, by the
        token that is given."""
        await self._forgive(keys=self._keys(place), args=[])
        device = place.device or secrets.token_urlsafe(32)
        await self._cache.set(_known(place.name, device), {"known": True}, KNOWN_S)
        return device

    def _keys(self, place: Place) -> list[str]:
        """Names go as a keyed index: what is typed there may be a password, and few are long."""
        if place.device is not None:
            return [f"qinji:ops:tries:d:{_device(place.name, place.device)}"]
        pairs = {"p": f"{place.name}\0{place.address}", "a": place.address, "n": place.name}
        return [
            f"qinji:ops:tries:{kind}:{self._cipher.index(f'ops.tries.{kind}', text).hex()}"
            for kind, text in pairs.items()
        ]


def _known(name: str, device: str) -> str:
    return f"qinji:ops:device:{_device(name, device)}"


def _device(name: str, device: str) -> str:
    return sm3(f"{device} {name}".encode()).hex()
