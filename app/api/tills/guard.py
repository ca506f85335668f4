"""Who a till is: signature, clock, replay. A till acts for its own institution (law 12)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.api.tills.errors import (
    CLOCK_SKEW,
    NOT_YOUR_INSTITUTION,
    REPLAYED,
    SIGNATURE_INVALID,
    SIGNATURE_MISSING,
)
from app.api.tills.signing import SCHEMES, Signature
from app.domain.registry.service import People, Till
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.store.cache import Cache

STORED_BY_MSGID = frozenset({"2102", "2103", "2103A", "2201", "2207", "2208", "2601", "6101"})
"""Transactions that give the stored answer when the same message comes again."""
_MILLISECONDS = 13
_KEEP_S = 60.0


@dataclass(slots=True)
class _Kept:
    till: Till
    until: float


class Guard:
    """Checks who sends, before anything is done."""

    def __init__(self, people: People, cache: Cache, clock: Clock, window_s: int) -> None:
        self._people = people
        self._cache = cache
        self._clock = clock
        self._window_s = window_s
        self._kept: dict[str, _Kept] = {}

    async def check(
        self, headers: Mapping[str, str], body: bytes, fixmedins_code: str, infno: str
    ) -> Till:
        """The institution that signed this message.

        Raises:
            Refusal: SIGNATURE_MISSING, SIGNATURE_INVALID, CLOCK_SKEW, REPLAYED,
                NOT_YOUR_INSTITUTION.
        """
        signature = next((s for x in SCHEMES.values() if (s := x.read(headers))), None)
        if signature is None:
            raise Refusal(SIGNATURE_MISSING, scheme=" / ".join(SCHEMES))
        parts = (signature.key_id, signature.timestamp, signature.nonce, signature.signature)
        if not all(part.isascii() and part.isprintable() for part in parts):
            raise Refusal(SIGNATURE_INVALID)
        till = await self._till(signature.key_id)
        if till is None or till.auth_scheme != signature.scheme:
            raise Refusal(SIGNATURE_INVALID)
        if not SCHEMES[signature.scheme].holds(signature, till.secret, body):
            raise Refusal(SIGNATURE_INVALID)
        self._check_clock(signature)
        if till.code != fixmedins_code:
            raise Refusal(NOT_YOUR_INSTITUTION)
        await self._check_replay(signature, infno)
        return till

    async def _till(self, key_id: str) -> Till | None:
        now = self._clock.now().timestamp()
        kept = self._kept.get(key_id)
        if kept is not None and kept.until > now:
            return kept.till
        till = await self._people.till(key_id) if len(key_id) <= 64 else None
        if till is not None:
            self._kept[key_id] = _Kept(till, now + _KEEP_S)
        return till

    def _check_clock(self, signature: Signature) -> None:
        stamp = signature.timestamp
        if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > _MILLISECONDS:
            raise Refusal(CLOCK_SKEW, window=self._window_s)
        seconds = int(stamp) / 1000 if len(stamp) == _MILLISECONDS else int(stamp)
        if abs(self._clock.now().timestamp() - seconds) > self._window_s:
            raise Refusal(CLOCK_SKEW, window=self._window_s)

    async def _check_replay(self, signature: Signature, infno: str) -> None:
        if signature.covers_body and infno in STORED_BY_MSGID:
            return  # the same signature is the same message; it counts once by its msgid
        mark = hashlib.sha256(f"{signature.key_id}\0{signature.nonce}".encode()).hexdigest()
        fresh = await self._cache.set_once(f"qinji:nonce:{mark}", {}, 2 * self._window_s)
        if not fresh:
            raise Refusal(REPLAYED)
