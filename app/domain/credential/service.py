"""医保码: issued to phones, decoded by tills, carried as ecToken through a visit.

Codes and tokens live in Redis only, under keyed indexes, and what they stand for is sealed there
(law 9); that a code was shown, and that it was used, is in the database. A lost Redis means that
codes are shown again, nothing more.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.domain.credential import errors, repository
from app.domain.credential.code import (
    ANY,
    check_read_for,
    looks_like_code,
    new_code,
    new_token,
)
from app.domain.credential.repository import Shown
from app.domain.family.service import Family
from app.domain.registry.errors import NOT_ACTIVATED
from app.domain.registry.models import Person
from app.domain.registry.rules import problem
from app.domain.registry.service import People
from app.kit.batcher import Batcher
from app.kit.clock import Clock, local_date
from app.kit.money import yuan_text
from app.kit.reasons import NOT_FOUND, Refusal
from app.kit.sm import Cipher
from app.kit.value import value
from app.regions.loader import Rulebook
from app.settings import Settings
from app.store.cache import Cache, Spending, Spent
from app.store.database import Database, Record
from app.store.news import News
from app.store.sealed.cache import SealedCache
from app.words import BUSINESS_TYPES

_PACE_S = 0.002
_LONGEST_S = 86_400.0
"""No token lives longer (``token_ttl_s``); one of a program before says nothing of its end."""
_ASKED_S = 86_400.0
"""So long a phone asks at the most what became of a code."""
_AFTERLIFE_S = 600
"""How long a dead code is remembered, so that a till is told "expired", not "unknown"."""

Places = tuple[str, ...]
"""Keys of Redis at one of which something lies."""


@value
class Issued:
    """A code on its way to a phone."""

    shown: Shown
    code: str
    holder: Person
    refresh_after_s: int
    server_time: datetime


@value
class Fresh:
    """A code about to be shown: how many seconds it lives, and how many more a till may take."""

    shown: Shown
    code: str
    ttl_s: int
    grace_s: int


@value
class Token:
    """What an ecToken stands for; ``business_type``: what the code was read for; ``until``: when
    its life ends, in seconds since 1970; ``spent_at``: where Redis counts its bills."""

    token: str
    credential_id: int
    holder_id: int
    business_type: str
    psn_no: str
    insuplc_admdvs: str
    until: float
    spent_at: str


class Credentials:
    """The credential room's service. ``everywhere``: the Redis that all cells share."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        cache: SealedCache,
        news: News,
        clock: Clock,
        people: People,
        family: Family,
        rulebook: Rulebook,
        everywhere: Cache,
    ) -> None:
        self._settings = settings
        self._everywhere = everywhere
        self._database = database
        self._cache = cache
        self._news = news
        self._clock = clock
        self._people = people
        self._cipher = people.cipher
        self._family = family
        self._rulebook = rulebook
        self._fresh: Batcher[Fresh, None] = Batcher(self._issue, pace_s=_PACE_S)
        self._held: Batcher[Places, dict[str, Any] | None] = Batcher(self._find, pace_s=_PACE_S)
        self._spent: Batcher[Spending, Spent] = Batcher(cache.spend_all, pace_s=_PACE_S)

    async def close(self) -> None:
        await self._fresh.close()
        await self._held.close()
        await self._spent.close()

    async def issue(self, shower_id: int, binding_id: int | None, business_type: str) -> Issued:
        """A code for oneself (``binding_id`` None) or for a family member, for one kind of business
        or for any.

        Raises:
            Refusal: BUSINESS_TYPE_UNKNOWN, BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION,
                NOT_ACTIVATED, and what ``Family.may_show`` refuses.
        """
        if business_type != ANY and business_type not in BUSINESS_TYPES:
            raise Refusal(errors.BUSINESS_TYPE_UNKNOWN)
        holder_id, relation = shower_id, "self"
        if binding_id is not None:
            binding = await self._family.may_show(shower_id, binding_id)
            assert binding.holder_id is not None
            holder_id, relation = binding.holder_id, binding.relation
        holder = await self._people.get(holder_id)
        self.check_holder(holder)
        if holder.activated_at is None:
            raise Refusal(NOT_ACTIVATED, name=self._people.masked_name(holder))
        now = self._clock.now()
        rules = self._rulebook.at(holder.insuplc_admdvs, local_date(now)).rules.credential
        shown = Shown(
            self._database.ids.next(),
            holder_id,
            shower_id,
            binding_id,
            relation,
            business_type,
            now,
            now + timedelta(seconds=rules.ttl_s),
        )
        code = new_code(self._settings.code_province)
        await self._fresh.put(Fresh(shown, code, rules.ttl_s, rules.grace_s))
        return Issued(shown, code, holder, rules.refresh_after_s, now)

    async def cell_of_code(self, credential_id: int, shower_id: int) -> str | None:
        """The cell in which a code was made: of a relative's it is asked for some hours after."""
        if self._people.cell is None:
            return None
        held = await self._everywhere.get(_cell_key(credential_id))
        return held["cell"] if held else await self._people.cell_of(shower_id)

    async def decode(
        self, code: str, fixmedins_code: str, msgid: str, opter: str, business_type: str
    ) -> Token:
        """Turns a scanned code into a token, once. The same message again gets the same token.

        Raises:
            Refusal: CODE_MALFORMED, CODE_UNKNOWN, CODE_EXPIRED, CODE_USED, BINDING_ENDED,
                BUSINESS_TYPE_UNKNOWN, CODE_FOR_OTHER, BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION.
        """
        if not looks_like_code(code):
            raise Refusal(errors.CODE_MALFORMED)
        held = await self._held.put(places(self._cipher, "code", code))
        if held is None:
            raise Refusal(errors.CODE_UNKNOWN)
        shown = await repository.get(self._database, held["credential"])
        if shown is None:
            raise Refusal(errors.CODE_UNKNOWN)
        check_read_for(shown["business_type"], business_type)
        if shown["msgid"] is not None:
            return await self._again(shown, fixmedins_code, msgid, business_type)
        now = self._clock.now()
        if now > shown["expires_at"] + timedelta(seconds=held["grace_s"]):
            raise Refusal(errors.CODE_EXPIRED)
        holder = await self._check_still_allowed(shown)
        if not await repository.use(self._database, shown["id"], fixmedins_code, msgid, opter, now):
            used = await repository.get(self._database, shown["id"])
            assert used is not None
            return await self._again(used, fixmedins_code, msgid, business_type)
        token = await self._make_token(shown, holder, fixmedins_code, business_type, now)
        await self._news.publish([f"credential:{shown['id']}"])
        return token

    async def token(self, token: str, fixmedins_code: str) -> Token:
        """What a token stands for, at the institution that decoded it. The token of a relative's
        code ends with the relation.

        Raises:
            Refusal: TOKEN_UNKNOWN, BINDING_ENDED.
        """
        held = await self._at(token) if 0 < len(token) <= 64 else None
        if held is None or held["at"] != fixmedins_code or self._is_over(held):
            raise Refusal(errors.TOKEN_UNKNOWN)
        if held.get("binding") is not None:
            await self._family.check_not_ended(held["shower"], held["binding"])
        return self._token(token, held)

    async def spend(self, token: Token, msgid: str, fen: int) -> None:
        """Counts a bill to a token; a message that comes again counts once.

        Raises:
            Refusal: TOKEN_SPENT, when earlier bills have used up what the patient's region lets one
                scan pay.
        """
        now = self._clock.now()
        rules = self._rulebook.at(token.insuplc_admdvs, local_date(now)).rules.credential
        key = token.spent_at
        ttl_s = min(_LONGEST_S, max(1.0, token.until - now.timestamp()))
        spending = Spending(key, msgid, fen, ttl_s, rules.token_bills, rules.token_fen)
        spent = await self._spent.put(spending)
        if not spent.noted:
            raise Refusal(errors.TOKEN_SPENT, bills=spent.count, paid=yuan_text(spent.sum))

    async def unspend(self, token: str, fixmedins_code: str, msgid: str) -> None:
        """A bill that came to nothing is none of its token's."""
        held = await self._at(token) if 0 < len(token) <= 64 else None
        if held is not None and held["at"] == fixmedins_code:
            await self._cache.unspend(self._token(token, held).spent_at, msgid)

    def _is_over(self, held: dict[str, Any]) -> bool:
        """Whether a token's life has ended by the centre's clock (law 13); Redis only tidies up."""
        return bool(self._clock.now().timestamp() >= held.get("until", math.inf))

    async def note_seen(self, person_id: int, fixmedins_code: str, until: float) -> None:
        """This institution has read a card of this person; ``until``: in seconds since 1970."""
        ttl_s = max(1.0, until - self._clock.now().timestamp())
        await self._cache.set(self._seen_at(person_id, fixmedins_code)[0], {"until": until}, ttl_s)

    async def has_seen(self, person_id: int, fixmedins_code: str) -> bool:
        """Whether this institution has decoded a code, or read a card, of this person a while
        ago."""
        held = await self._held.put(self._seen_at(person_id, fixmedins_code))
        return held is not None and not self._is_over(held)

    async def shown(self, credential_id: int, shower_id: int) -> Record:
        """The record of a code that this person has shown.

        Raises:
            Refusal: NOT_FOUND; BINDING_ENDED: what a relative's code has paid is no longer the
                shower's to see.
        """
        found = await repository.get(self._database, credential_id)
        if found is None or found["shower_id"] != shower_id:
            raise Refusal(NOT_FOUND)
        if found["binding_id"] is not None:
            await self._family.check_not_ended(shower_id, found["binding_id"])
        return found

    async def code_of(self, credential_id: int, shower_id: int) -> str:
        """The code itself while it lives, for drawing it again.

        Raises:
            Refusal: NOT_FOUND, CODE_EXPIRED.
        """
        shown = await self.shown(credential_id, shower_id)
        held = await self._cache.get(_picture_key(credential_id))
        if held is None or self._clock.now() > shown["expires_at"]:
            raise Refusal(errors.CODE_EXPIRED)
        code: str = held["code"]
        return code

    def check_holder(self, holder: Person) -> None:
        """Refuses a holder whose code can't be used.

        Raises:
            Refusal: BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION.
        """
        found = problem(holder)
        if found is not None:
            raise Refusal(found, name=self._people.masked_name(holder))

    async def _check_still_allowed(self, shown: Record) -> Person:
        """Nothing may have ended between the showing and the scan."""
        holder = await self._people.get(shown["holder_id"])
        self.check_holder(holder)
        if shown["binding_id"] is not None:
            await self._family.may_show(shown["shower_id"], shown["binding_id"])
        return holder

    async def _make_token(
        self,
        shown: Record,
        holder: Person,
        fixmedins_code: str,
        business_type: str,
        decoded_at: datetime,
    ) -> Token:
        """A token that lives as long after the scan as the holder's region lets it, whenever it is
        asked for again.

        Raises:
            Refusal: CODE_USED.
        """
        now = self._clock.now()
        rules = self._rulebook.at(holder.insuplc_admdvs, local_date(now)).rules.credential
        until = decoded_at + timedelta(seconds=rules.token_ttl_s)
        if now >= until:
            raise Refusal(errors.CODE_USED)
        token, ttl_s = new_token(holder.insuplc_admdvs), (until - now).total_seconds()
        value: dict[str, Any] = {
            "until": until.timestamp(),
            "credential": shown["id"],
            "holder": shown["holder_id"],
            "shower": shown["shower_id"],
            "binding": shown["binding_id"],
            "at": fixmedins_code,
            "business_type": shown["business_type"],
            "read_for": business_type,
            "psn_no": holder.psn_no,
            "place": holder.insuplc_admdvs,
            "spent_at": _keyed(self._cipher, "spent", token)[0],
        }
        await self._cache.set(places(self._cipher, "token", token)[0], value, ttl_s)
        await self._cache.set(_again_key(shown["id"]), {"token": token}, ttl_s)
        seen = {"until": value["until"]}
        await self._cache.set(self._seen_at(shown["holder_id"], fixmedins_code)[0], seen, ttl_s)
        return self._token(token, value)

    async def _again(
        self, shown: Record, fixmedins_code: str, msgid: str, business_type: str
    ) -> Token:
        """The same till asks again for the answer it lost; anybody else is too late."""
        if (shown["fixmedins_code"], shown["msgid"]) != (fixmedins_code, msgid):
            raise Refusal(errors.CODE_USED)
        known = await self._cache.get(_again_key(shown["id"]))
        held = await self._at(known["token"]) if known else None
        if known is None or held is None or self._is_over(held):
            holder = await self._check_still_allowed(shown)
            return await self._make_token(
                shown, holder, fixmedins_code, business_type, shown["decoded_at"]
            )
        return self._token(known["token"], held)

    async def _issue(self, fresh: Sequence[Fresh]) -> Sequence[None]:
        """Records codes, then makes them known: no code can be used that is not on record."""
        await repository.insert(self._database, [one.shown for one in fresh])
        if self._people.cell is not None:
            told = [one for one in fresh if one.shown.binding_id is not None]
            here = {"cell": self._people.cell}
            await self._everywhere.set_all((_cell_key(o.shown.id), here, _ASKED_S) for o in told)
        await self._cache.set_all(item for one in fresh for item in self._remembered(one))
        return [None] * len(fresh)

    def _remembered(self, one: Fresh) -> list[tuple[str, dict[str, Any], float]]:
        known = {"credential": one.shown.id, "grace_s": one.grace_s}
        at = places(self._cipher, "code", one.code)[0]
        return [
            (at, known, one.ttl_s + one.grace_s + _AFTERLIFE_S),
            (_picture_key(one.shown.id), {"code": one.code}, one.ttl_s),
        ]

    async def _at(self, token: str) -> dict[str, Any] | None:
        return await self._held.put(places(self._cipher, "token", token))

    async def _find(self, wanted: Sequence[Places]) -> list[dict[str, Any] | None]:
        """What lies at the first of each one's places where something does, in one round trip."""
        found = iter(await self._cache.get_all([at for one in wanted for at in one]))
        each = [[next(found) for _ in one] for one in wanted]
        return [next((held for held in one if held is not None), None) for one in each]

    def _token(self, token: str, held: dict[str, Any]) -> Token:
        return Token(
            token,
            held["credential"],
            held["holder"],
            held.get("read_for", ANY),  # none: a token of a program before this one
            held["psn_no"],
            held["place"],
            held.get("until", math.inf),
            # Bills are counted where the token's first ones were.
            held.get("spent_at") or _former("spent", token),
        )

    def _seen_at(self, person_id: int, fixmedins_code: str) -> Places:
        return (
            *_keyed(self._cipher, "visit", f"{fixmedins_code} {person_id}"),
            f"qinji:visit:{fixmedins_code}:{person_id}",  # of a program before
        )


def places(cipher: Cipher, kind: str, secret: str) -> Places:
    """Where Redis holds what a code or token stands for. The first is where it is put: keyed, so
    that who has Redis' keys finds no code by trying. A key of before has put it at the next, a
    program of before at the last.
    """
    return *_keyed(cipher, kind, secret), _former(kind, secret)


def _keyed(cipher: Cipher, kind: str, secret: str) -> Places:
    return tuple(f"qinji:{kind}:{index.hex()}" for index in cipher.indexes(f"redis.{kind}", secret))


def _former(kind: str, secret: str) -> str:
    return f"qinji:{kind}:{hashlib.sha256(secret.encode()).hexdigest()}"


def _picture_key(credential_id: int) -> str:
    return f"qinji:drawn:{credential_id}"


def _cell_key(credential_id: int) -> str:
    return f"qinji:made-in:{credential_id}"


def _again_key(credential_id: int) -> str:
    return f"qinji:again:{credential_id}"
