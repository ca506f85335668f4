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
from app.domain.registry.service import InstitutionKey, People
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.value import value
from app.store.cache import Cache

_MILLISECONDS = 13
_KEEP_S = 60.0


@dataclass(slots=True)
class _Kept:
    institution: InstitutionKey
    until: float


@value
class Claim:
    """Who a message says it is from: a key that is known, not yet believed."""

    signature: Signature
    signer: InstitutionKey


class Guard:
    """Checks who sends, before anything is done."""

    def __init__(self, people: People, cache: Cache, clock: Clock, window_s: int) -> None:
        self._people = people
        self._cache = cache
        self._clock = clock
        self._window_s = window_s
        self._kept: dict[str, _Kept] = {}

    async def claim(self, headers: Mapping[str, str]) -> Claim:
        """Whose message this claims to be: of its headers alone, before any of its body is read.

        Raises:
            Refusal: SIGNATURE_MISSING, SIGNATURE_INVALID, CLOCK_SKEW.
        """
        signature = next((s for x in SCHEMES.values() if (s := x.read(headers))), None)
        if signature is None:
            raise Refusal(SIGNATURE_MISSING, scheme=" / ".join(SCHEMES))
        parts = (signature.key_id, signature.timestamp, signature.nonce, signature.signature)
        if not all(part.isascii() and part.isprintable() for part in parts):
            raise Refusal(SIGNATURE_INVALID)
        signer = await self._owner(signature.key_id)
        if signer is None or signer.auth_scheme != signature.scheme:
            raise Refusal(SIGNATURE_INVALID)
        self._check_clock(signature)
        return Claim(signature, signer)

    def check_signature(self, claim: Claim, body: bytes) -> None:
        """Looks at the signature, over the bytes as they have come.

        Raises:
            Refusal: SIGNATURE_INVALID.
        """
        scheme = SCHEMES[claim.signature.scheme]
        if not scheme.holds(claim.signature, claim.signer.secret, body):
            raise Refusal(SIGNATURE_INVALID)

    async def check_message(self, claim: Claim, fixmedins_code: str, *, repeats: bool) -> None:
        """Whether the signer may send this message, now.

        With ``repeats`` the message counts once by its msgid, so it may come again as it is where
        the signature covers it.

        Raises:
            Refusal: NOT_YOUR_INSTITUTION, REPLAYED.
        """
        if claim.signer.code != fixmedins_code:
            raise Refusal(NOT_YOUR_INSTITUTION)
        if not (repeats and claim.signature.covers_body):
            await self._check_replay(claim.signature)

    async def _owner(self, key_id: str) -> InstitutionKey | None:
        now = self._clock.now().timestamp()
        kept = self._kept.get(key_id)
        if kept is not None and kept.until > now:
            return kept.institution
        found = await self._people.key_owner(key_id) if len(key_id) <= 64 else None
        if found is not None:
            self._kept[key_id] = _Kept(found, now + _KEEP_S)
        return found

    def _check_clock(self, signature: Signature) -> None:
        stamp = signature.timestamp
        if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > _MILLISECONDS:
            raise Refusal(CLOCK_SKEW, window=self._window_s)
        seconds = int(stamp) / 1000 if len(stamp) == _MILLISECONDS else int(stamp)
        if abs(self._clock.now().timestamp() - seconds) > self._window_s:
            raise Refusal(CLOCK_SKEW, window=self._window_s)

    async def _check_replay(self, signature: Signature) -> None:
        mark = hashlib.sha256(f"{signature.key_id}\0{signature.nonce}".encode()).hexdigest()
        fresh = await self._cache.set_once(f"qinji:nonce:{mark}", {}, 2 * self._window_s)
        if not fresh:
            raise Refusal(REPLAYED)
