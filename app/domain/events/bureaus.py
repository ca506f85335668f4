"""Insurance bureaus that send events: registered by an operator, known by their signature.

They sign as tills do with ``hmac-sm3``: ``x-ca-key``, and ``x-ca-signature: TIME:HMAC`` over the
time (Unix seconds or milliseconds), a line feed and the body. What a bureau has sent counts once by
its own number, so a message that somebody sends again does nothing, and no nonce is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.domain.events import repository
from app.domain.events.errors import BUREAU_CLOCK, BUREAU_SIGNATURE
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.sm import Cipher, hmac_sm3, same
from app.kit.value import value
from app.store.database import Database, Record

_LONGEST = 256
_MILLISECONDS = 13


def bureau_aad(code: str) -> str:
    """What a bureau's sealed secret is bound to."""
    return f"bureau.secret:{code}"


@value
class Bureau:
    """One that may send events; ``places``: the beginnings of the places of its people."""

    code: str
    name: str
    places: tuple[str, ...]


class Bureaus:
    """Knows who sends."""

    def __init__(self, database: Database, cipher: Cipher, clock: Clock, window_s: int) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._window_s = window_s

    async def add(self, code: str, name: str, places: Sequence[str]) -> tuple[str, str]:
        """Registers a bureau, or gives one that is there a new key: the key's id and the secret,
        which nobody is told again."""
        key_id, secret = f"bureau-{secrets.token_hex(8)}", secrets.token_hex(32)
        sealed = self._cipher.seal(secret, bureau_aad(code))
        now = self._clock.now()
        await repository.add(self._database, code, name, places, key_id, sealed, now)
        return key_id, secret

    async def close(self, code: str) -> bool:
        """Lets a bureau in no more, from the next message on."""
        return await repository.close(self._database, code, self._clock.now())

    async def all_of_them(self) -> list[Record]:
        return await repository.all_of_them(self._database)

    async def admit(self, headers: Mapping[str, str], body: bytes) -> Bureau:
        """Whose message this is.

        Raises:
            Refusal: BUREAU_SIGNATURE, BUREAU_CLOCK.
        """
        key_id = headers.get("x-ca-key", "")
        stamp, _, signature = headers.get("x-ca-signature", "").partition(":")
        parts = (key_id, stamp, signature)
        if not all(0 < len(one) <= _LONGEST and one.isascii() for one in parts):
            raise Refusal(BUREAU_SIGNATURE)
        row = await repository.by_key(self._database, key_id)
        if row is None:
            raise Refusal(BUREAU_SIGNATURE)
        secret = self._cipher.open(row["secret_sealed"], bureau_aad(row["code"]))
        made = hmac_sm3(secret.encode(), stamp.encode() + b"\n" + body).hex()
        if not same(made.upper(), signature.upper()):
            raise Refusal(BUREAU_SIGNATURE)
        if abs((self._clock.now() - _moment(stamp)).total_seconds()) > self._window_s:
            raise Refusal(BUREAU_CLOCK, window=self._window_s)
        return Bureau(row["code"], row["name"], tuple(row["places"]))


def _moment(stamp: str) -> datetime:
    """The time that a signature names; one that is none lies long back."""
    if not stamp.isdigit() or len(stamp) > _MILLISECONDS:
        return datetime.fromtimestamp(0, UTC)
    seconds = int(stamp) / 1000 if len(stamp) == _MILLISECONDS else int(stamp)
    return datetime.fromtimestamp(min(seconds, 253_370_000_000), UTC)
