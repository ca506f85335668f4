"""Who a till is: signature, clock, replay. A till acts for its own institution (law 12)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta

from app.api.tills.errors import (
    CLOCK_SKEW,
    INSTITUTION_CLOSED,
    NOT_YOUR_INSTITUTION,
    REPLAYED,
    SIGNATURE_INVALID,
    SIGNATURE_MISSING,
)
from app.api.tills.signing import IN_HEADERS, SCHEMES, SM2, Signature
from app.api.tills.wire.envelope import halves_of
from app.api.tills.wire.values import canonical
from app.domain.limit.once import Once
from app.domain.registry.service import InstitutionKey, People
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.value import value

_MILLISECONDS = 13
_YEAR_9999 = 253_370_000_000  # below it, with room for the window
_KEY_ID_MAX = 64
_CAINFO = re.compile(rb'"cainfo"\s*:\s*"[^"]{64}')
_NAMES = re.compile(rb'"(?:app_id|fixmedins_code)"\s*:\s*"([0-9A-Za-z._-]{1,64})"')
_NAMES_MAX = 4


@value
class Claim:
    """Who a message says it is from: a key that is known, not yet believed."""

    signature: Signature
    signer: InstitutionKey
    secrets: tuple[str, ...] = field(repr=False)
    again: bool = False
    """The same message has come under the same signature before."""


class Guard:
    """Checks who sends, before anything is done. A signature that covers the body leads the same
    message to the same cell, and counts there (``once``). Any other could be hung on a message for
    another cell: it counts in all together (``anywhere``)."""

    def __init__(
        self, people: People, once: Once, anywhere: Once, clock: Clock, window_s: int
    ) -> None:
        self._people = people
        self._once = once
        self._anywhere = anywhere
        self._clock = clock
        self._window_s = window_s

    @staticmethod
    def signs(headers: Mapping[str, str]) -> bool:
        """Whether a message's headers say who signs it."""
        return any(scheme.read(headers) is not None for scheme in IN_HEADERS)

    async def claim(self, headers: Mapping[str, str]) -> Claim | None:
        """Whose message this claims to be: of its headers alone, before any of its body is read;
        None: they don't say, and the message itself has to (``claim_in``).

        A signature that covers no body is looked at and used up here: whatever the body turns out
        to be, and whether or not it comes whole, the headers carry no other one.

        Raises:
            Refusal: SIGNATURE_INVALID, INSTITUTION_CLOSED, CLOCK_SKEW, REPLAYED.
        """
        signature = next((s for x in IN_HEADERS if (s := x.read(headers))), None)
        if signature is None:
            return None
        parts = (signature.timestamp, signature.nonce, signature.signature)
        if not all(part.isascii() and part.isprintable() for part in parts):
            raise Refusal(SIGNATURE_INVALID)
        claim = await self._known(signature)
        ahead = self._check_not_behind(signature)
        if not signature.covers_body:
            self.check_signature(claim, b"")
            await self._use_up(signature)
        if ahead:
            raise Refusal(CLOCK_SKEW, window=self._window_s)
        return claim

    async def check_named(self, raw: bytes) -> None:
        """Looks whether somebody signs in a message's own header who may, before it is parsed: by
        the names that stand in its first bytes.

        Raises:
            Refusal: SIGNATURE_MISSING, SIGNATURE_INVALID.
        """
        if not _CAINFO.search(raw):
            raise Refusal(SIGNATURE_MISSING, scheme=" / ".join(SCHEMES))
        named = dict.fromkeys(found.decode() for found in _NAMES.findall(raw))
        for key_id in list(named)[:_NAMES_MAX]:
            signer = await self._people.key_owner(key_id)
            if signer is not None and self._secrets(signer, SM2.name):
                return
        raise Refusal(SIGNATURE_INVALID)

    async def claim_in(self, text: bytes, file: bytes | None) -> Claim:
        """Whose message this is, by the signature in its own header, which is looked at here. It
        covers no input, so this one is the only one that ever comes under it.

        Raises:
            Refusal: ENVELOPE_INVALID, SIGNATURE_MISSING, SIGNATURE_INVALID, INSTITUTION_CLOSED,
                CLOCK_SKEW, REPLAYED.
        """
        header, given = halves_of(text)
        signature = SM2.read(header)
        if signature is None:
            raise Refusal(SIGNATURE_MISSING, scheme=" / ".join(SCHEMES))
        claim = await self._known(signature)
        self.check_signature(claim, b"")
        ahead = self._check_not_behind(signature)
        message = hashlib.sha256(canonical(given) + b"\0" + (file or b"")).digest()
        fresh = await self._anywhere.bind(*self._mark(signature), message)
        if fresh is None:
            raise Refusal(REPLAYED)
        if ahead:
            raise Refusal(CLOCK_SKEW, window=self._window_s)
        return replace(claim, again=not fresh)

    async def _known(self, signature: Signature) -> Claim:
        """The claim, of a key that is known.

        Raises:
            Refusal: SIGNATURE_INVALID.
        """
        key_id = signature.key_id
        known = len(key_id) <= _KEY_ID_MAX and key_id.isascii() and key_id.isprintable()
        signer = await self._people.key_owner(key_id) if known else None
        secrets = self._secrets(signer, signature.scheme) if signer is not None else ()
        if signer is None or not secrets:
            raise Refusal(SIGNATURE_INVALID)
        return Claim(signature, signer, secrets)

    def check_signature(self, claim: Claim, body: bytes) -> None:
        """Looks at the signature, over the bytes as they have come; who holds the secret is told
        that the institution is closed, nobody else.

        Raises:
            Refusal: SIGNATURE_INVALID, INSTITUTION_CLOSED.
        """
        scheme = SCHEMES[claim.signature.scheme]
        if not any(scheme.holds(claim.signature, secret, body) for secret in claim.secrets):
            raise Refusal(SIGNATURE_INVALID)
        if claim.signer.closed:
            raise Refusal(INSTITUTION_CLOSED)

    async def check_message(self, claim: Claim, fixmedins_code: str, *, repeats: bool) -> None:
        """Whether the signer may send this message, now.

        With ``repeats`` the message counts once by its msgid, so it may come again as it is where
        the signature covers it.

        Raises:
            Refusal: NOT_YOUR_INSTITUTION, REPLAYED.
        """
        if claim.signer.code != fixmedins_code:
            raise Refusal(NOT_YOUR_INSTITUTION)
        if claim.signature.covers_body and not repeats:
            await self._use_up(claim.signature)
        if claim.again and not repeats:
            raise Refusal(REPLAYED)

    def _secrets(self, signer: InstitutionKey, scheme: str) -> tuple[str, ...]:
        """What may have signed now: the new secret, and for its time the one of before."""
        now = self._clock.now()
        return tuple(
            key.secret
            for key in signer.keys
            if key.scheme == scheme and (key.until is None or now < key.until)
        )

    def _check_not_behind(self, signature: Signature) -> bool:
        """Refuses what no clock lets in, or no longer; whether it is too early for it.

        What comes too early would be let in later, so it isn't refused before it is used up.
        """
        signed_at, window = _moment(signature.timestamp), timedelta(seconds=self._window_s)
        now = self._clock.now()
        if signed_at is None or now - signed_at > window:
            raise Refusal(CLOCK_SKEW, window=self._window_s)
        return signed_at - now > window

    async def _use_up(self, signature: Signature) -> None:
        once = self._once if signature.covers_body else self._anywhere
        if not await once.use(*self._mark(signature)):
            raise Refusal(REPLAYED)

    def _mark(self, signature: Signature) -> tuple[bytes, datetime]:
        """By what a signature counts once, and until when that has to be known."""
        signed_at = _moment(signature.timestamp)
        assert signed_at is not None, "the clock has been looked at"
        named = f"{signature.key_id}\0{signature.nonce}".encode("utf-8", "surrogatepass")
        until = signed_at + timedelta(seconds=self._window_s)
        return hashlib.sha256(named).digest(), until


def _moment(stamp: str) -> datetime | None:
    """The time that a signature names, Unix time in seconds or milliseconds; None: it is none."""
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > _MILLISECONDS:
        return None
    seconds = int(stamp) / 1000 if len(stamp) == _MILLISECONDS else int(stamp)
    return datetime.fromtimestamp(seconds, UTC) if seconds < _YEAR_9999 else None
