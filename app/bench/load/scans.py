"""Fresh scans for customers who come often: one token pays a few bills only (SOURCES F2.6).

A customer's first token is made by showing and decoding a code; the ones after it are copies of
what Redis holds of the first, sealed under names of their own, since here it is bills that are
measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.bench.load.messages import Customer
from app.domain.credential.code import new_token
from app.domain.credential.service import places
from app.kit.sm import Cipher
from app.store.cache import Cache
from app.store.sealed.cache import SealedCache

_BILLS = 4
"""So many bills a token: no region lets one pay fewer than five."""
_LIFE_S = 900
_AT_ONCE = 2000


async def kept(
    cache: Cache, cipher: Cipher, customers: Sequence[Customer], until: float, life_s: float
) -> None:
    """Lets customers' tokens, and those made of them, live until a moment (seconds since 1970),
    and so many seconds in Redis: where a clock runs fast, one of a few minutes is over at once."""
    sealed = SealedCache(cache.redis, cipher)
    for begin in range(0, len(customers), _AT_ONCE):
        keys = [_at(cipher, who.token) for who in customers[begin : begin + _AT_ONCE]]
        held = await sealed.get_all(keys)
        await sealed.set_all(
            (key, known | {"until": until}, life_s)
            for key, known in zip(keys, held, strict=True)
            if known is not None
        )


async def scanned(cache: Cache, cipher: Cipher, coming: Iterable[Customer]) -> list[Customer]:
    """The customers as they come, each with a token that may still pay."""
    sealed = SealedCache(cache.redis, cipher)
    found, now, uses = [], dict[int, Customer](), dict[int, int]()
    copies: list[tuple[str, Customer]] = []
    for who in coming:
        used = uses.get(who.number, 0)
        if used % _BILLS == 0:
            fresh = replace(who, token=new_token(who.token[:6]))
            copies.append((fresh.token, who))
            now[who.number] = fresh
        uses[who.number] = used + 1
        found.append(now[who.number])
    for begin in range(0, len(copies), _AT_ONCE):
        part = copies[begin : begin + _AT_ONCE]
        held = await sealed.get_all([_at(cipher, who.token) for _, who in part])
        await sealed.set_all(
            (_at(cipher, token), known | {"spent_at": places(cipher, "spent", token)[0]}, _LIFE_S)
            for (token, _), known in zip(part, held, strict=True)
            if known is not None
        )
    return found


def _at(cipher: Cipher, token: str) -> str:
    return places(cipher, "token", token)[0]
