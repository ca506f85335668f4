"""Spans for OpenTelemetry: where a message was, for how long, sent to whoever collects them.

On where one of its standard variables names an endpoint (``OTEL_EXPORTER_OTLP_ENDPOINT``) and the
extra ``telemetry`` is installed; else nothing of it is imported and nobody asks again. All spans of
a request are one trace, whichever process they are of: the trace's id is made of the request's, so
none has to be stored or handed on. What is told is numbers and codes, of nobody's.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple, Protocol, TypeAlias

from app.kit.log import logger

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")
log = logger(__name__)


Said: TypeAlias = Mapping[str, str | int]
"""What is told of a span."""


class Place(NamedTuple):
    """A span, as others name it: its trace and its own id."""

    trace: int
    span: int


@dataclass(frozen=True, slots=True)
class Span:
    """Something that took from one moment to another, in nanoseconds since 1970.

    Attributes:
        above: the id of the span of the same trace that this one is a part of; 0: of none.
        links: spans of other traces that tell of the same.
        server: whether somebody outside has asked for it.
    """

    name: str
    place: Place
    begun_ns: int
    ended_ns: int
    said: Said
    above: int = 0
    links: Sequence[Place] = ()
    server: bool = False


class Spans(Protocol):
    """Takes spans, and never makes anybody wait or fail."""

    def add(self, span: Span) -> None:
        """Takes one; when too many wait to be sent, it is dropped and counted."""

    def counts(self) -> dict[str, int]:
        """How many were ``sent`` and ``dropped`` since the process began."""

    async def close(self) -> None:
        """Sends what waits, for two seconds at most."""


@dataclass(slots=True)
class Way:
    """A till's message on its way through this process; moments in nanoseconds since 1970."""

    begun_ns: int
    request_id: int | None = None
    lane: int | None = None
    stored: tuple[int, int] | None = None
    waited: tuple[int, int] | None = None


WAY: ContextVar[Way | None] = ContextVar("way", default=None)
"""That of the message which is being answered."""

_active: list[Spans] = []


def begin(service: str) -> None:
    """Begins to send, if an endpoint is named; ``service`` names the process, unless
    ``OTEL_SERVICE_NAME`` does."""
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or _active or not any(os.environ.get(name) for name in _ENDPOINTS):
        return
    try:
        sending = import_module("app.kit.spans.sending")
    except ImportError as error:
        log.warning("spans_lacking", module=error.name, install="deploy/lock/telemetry.txt")
        return
    _active.append(sending.Sender(service))
    log.info("spans_begun")


def active() -> Spans | None:
    """Whoever takes spans here; None: nobody."""
    return _active[0] if _active else None


async def end() -> None:
    """Ends it."""
    while _active:
        await _active.pop().close()


def counts() -> dict[str, dict[str, int]]:
    """For the pulse."""
    return {"spans": _active[0].counts()} if _active else {}


def root_of(request_id: int) -> Place:
    """The span of a request's first coming, below which lies all that is done for it."""
    told = hashlib.sha256(b"qinji request %d" % request_id).digest()
    return Place(int.from_bytes(told[:16], "big"), int.from_bytes(told[16:24], "big"))


def new_span(trace: int = 0) -> Place:
    """One that nothing is known of yet, in a trace, or in a new one."""
    return Place(trace or secrets.randbits(128) or 1, secrets.randbits(64) or 1)


def parent_of(header: str) -> Place | None:
    """Which span a caller has named in W3C's ``traceparent``; None: in none that can be read."""
    found = _PARENT.fullmatch(header.strip())
    place = Place(int(found[1], 16), int(found[2], 16)) if found else Place(0, 0)
    return place if place.trace and place.span else None
