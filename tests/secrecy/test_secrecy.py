"""Everything is played by processes that say all they can; then no name, number, code, token or key
stands anywhere but where it belongs (law 9)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from app.local.servers.embedded import Embedded
from app.outside.played.keys import APP_SECRET, IDENTITY_KEY
from app.store.where import Endpoints
from tests.crash.fleet import DATA_KEY, INDEX_KEY
from tests.phone_world import NOON
from tests.secrecy.far import (
    METRICS_TOKEN,
    MISPLACED,
    FarTown,
    Heard,
    Secrets,
    far_town,
    heard_answers,
    spoken,
)
from tests.secrecy.places import Places, in_the_database, loud, watched
from tests.secrecy.play import everything
from tests.secrecy.started import moved

OWN = {
    "the database": {"psn_no", MISPLACED},
    "PostgreSQL's log": {"psn_no", MISPLACED},
}
"""What stands where by purpose: the registry's number of a person, and whatever a till has itself
written where a bill's number belongs. (Our PostgreSQL logs neither: here it is made to.)"""
PASSING = {"Redis": {"psn_no"}}
"""What passes through Redis in the news of an outcome, and is kept nowhere in it."""
QUIET = {
    "session token": ("/api/v1/login", "/ops/api/sign-in", "/api/v1/invitations"),
    "code": ("/api/v1/credentials",),
}
"""The phones' and operators' calls that tell a secret, to its owner (an invitation's token to who
sends it); others tell none."""


async def test_no_secret_stands_anywhere(
    talkative: tuple[Embedded, Endpoints], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded, found = talkative
    offset_s = (NOON.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    for (what, name), value in moved(offset_s).items():
        monkeypatch.setattr(what, name, value)
    secrets, places = Secrets(), Places()
    secrets.add("key", DATA_KEY, INDEX_KEY, APP_SECRET, IDENTITY_KEY, METRICS_TOKEN)
    await loud(found)
    with heard_answers() as heard:
        async with far_town(tmp_path, embedded, found, secrets, offset_s) as town:
            async with watched(found, places):
                for said in await everything(town, tmp_path):
                    places.add("the terminal", said)
                await metrics(town, places)
            await in_the_database(town.services.database, places)
            secrets.add("WeChat's session key", *town.world.outside.wechat.session_keys)
        for name in ("app", "worker0"):
            places.add(f"the log of {name}", town.fleet.log(name).read_bytes())
    for server in embedded.servers:
        place = "PostgreSQL's log" if server.name == "postgres" else "Redis' log"
        places.add(place, server.log.read_bytes())
    spoken(heard, secrets)
    answers(heard, places)
    seen_enough(places, secrets)
    wrong = told(places, secrets)
    assert not wrong, "\n".join(wrong)


async def metrics(town: FarTown, places: Places) -> None:
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{town.url}/metrics", headers=headers)
        assert answer.status == 200
        places.add("/metrics", await answer.read())


def answers(heard: list[Heard], places: Places) -> None:
    """What was refused echoes nothing, to nobody; what was done tells no phone and no operator
    more than the one thing that is asked for."""
    for one in heard:
        if one.refused:
            places.add("a refusal", one.text)
        elif one.path.startswith(("/api/v1/", "/ops/api/")):
            quiet = [kind for kind, paths in QUIET.items() if one.path in paths]
            places.add("an answer" + "".join(f" with a {kind}" for kind in quiet), one.text)


def seen_enough(places: Places, secrets: Secrets) -> None:
    """The eyes are open: what must stand in a place stands there."""
    for place, sign in {
        "the log of app": b"LookupError",
        "the log of worker0": b"request_set_aside",
        "/metrics": b"qinji_",
        "Redis": b"session:",
        "PostgreSQL's log": b"Parameters: $1",
        "pg_stat_activity": b"qinji-worker",
        "process titles": b"tests.secrecy.started",
        "the terminal": b"refused",
        "the database": b"2026-11-21",
        "a refusal": b"INVALID_INPUT",
    }.items():
        assert sign in places.texts[place], place
    few = {kind: len(known) for kind, known in secrets.known.items() if len(known) < 2}
    assert not few, "so few of a kind were made that the search means little"


def told(places: Places, secrets: Secrets) -> list[str]:
    """Where which kind of secret stands, and beside what."""
    wrong = []
    for kind, known in secrets.known.items():
        for secret in sorted(known):
            for place in places.with_secret(secret):
                allowed = OWN.get(place, set()) | PASSING.get(place, set())
                if kind not in allowed and not place.endswith(f"with a {kind}"):
                    wrong.append(f"{kind} in {place}: {places.around(place, secret)}")
    return wrong
