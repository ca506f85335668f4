"""A client of the Redis that a URL names: of one server, or of whichever the sentinels call master.

A server that doesn't answer is given up soon: when one freezes or its host is lost, no packet says
so, and whoever waits for it waits in vain while another is master already.
"""

from __future__ import annotations

from typing import TypeVar, cast

from redis.asyncio import Redis
from redis.asyncio.sentinel import Sentinel

from app.store.urls.redis import redis_url

ANSWER_S = 5.0
"""How long a call waits for its answer; one that blocks by intent has to end before."""
_CONNECT_S = 2.0
_SENTINEL_S = 1.0
Client = TypeVar("Client", bound=Redis)


def redis_client(url: str, kind: type[Client]) -> Client:
    """A client that connects when it is used first, and anew, to whoever is master then, after each
    failure.

    Raises:
        UrlRefused: the URL can't be understood.
    """
    found = redis_url(url)
    if not found.sentinels:
        return kind(
            **found.connection,
            db=found.db,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=_CONNECT_S,
        )
    tls = {name: value for name, value in found.connection.items() if name.startswith("ssl")}
    secured = tls if found.tls else {}
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        found.sentinels,
        sentinel_kwargs={
            **secured,
            "password": found.sentinel_password,
            "socket_timeout": _SENTINEL_S,
            "socket_connect_timeout": _SENTINEL_S,
        },
        db=found.db,
        username=found.username,
        password=found.password,
        **secured,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=_CONNECT_S,
    )
    return cast(Client, sentinel.master_for(found.master, redis_class=kind))
