"""A till's message as spans (app/kit/spans): what surrounds the tills' door where somebody collects
them. The message itself is one, and below it it was ``taken``, ``stored``, ``waiting``,
``answered``; of all else that tills ask only the message is told."""

from __future__ import annotations

import re
import time

from aiohttp import web
from aiohttp.typedefs import Handler

from app.api.http.counting import door_of
from app.api.http.envelope import REQUEST_ID
from app.api.tills.handlers import INFNO
from app.kit.clock import SystemClock
from app.kit.ids import first_id_at
from app.kit.spans import WAY, Place, Said, Span, Spans, Way, active, new_span, parent_of, root_of

_CODE = re.compile(rb'"err_msg":"([A-Z][A-Z0-9_]+)')


@web.middleware
async def traced(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tells of each message, however it ends."""
    spans = active()
    if spans is None or door_of(request.path) != "till":
        return await handler(request)
    way, newest = Way(time.time_ns()), first_id_at(SystemClock().now())
    WAY.set(way)
    response: web.StreamResponse | None = None
    try:
        response = await handler(request)
    finally:
        told = _Told(request, way, time.time_ns(), _said(request, response, way))
        told.to(spans, first=way.request_id is not None and way.request_id >= newest)
    return response


def _said(request: web.Request, response: web.StreamResponse | None, way: Way) -> Said:
    said: dict[str, str | int] = {
        "qinji.call_id": request[REQUEST_ID],
        "qinji.infno": request.get(INFNO, ""),
        "qinji.result": "GONE",
    }
    if way.request_id is not None:
        said["qinji.request_id"] = str(way.request_id)
    if way.lane is not None:
        said["qinji.lane"] = way.lane
    if response is not None:
        said["http.response.status_code"] = response.status
        body = response.body if isinstance(response, web.Response) else None
        found = _CODE.search(body) if isinstance(body, bytes) else None
        said["qinji.result"] = found[1].decode() if found else "OK"
    return said


class _Told:
    """One message that has been answered."""

    def __init__(self, request: web.Request, way: Way, ended_ns: int, said: Said) -> None:
        self._way = way
        self._ended_ns = ended_ns
        self._said = said
        self._name = f"till {said['qinji.infno']}".rstrip()
        self._caller = parent_of(request.headers.get("traceparent", ""))

    def to(self, spans: Spans, *, first: bool) -> None:
        """All its spans. A caller's trace gets one of its own there, and both name each other:
        what the worker does can't lie in a trace of which it knows nothing."""
        way, caller = self._way, self._caller
        if way.request_id is None:
            place = new_span(caller.trace if caller else 0)
            self._message(spans, place, above=caller.span if caller else 0)
            return
        root = root_of(way.request_id)
        place = root if first else new_span(root.trace)
        links: tuple[Place, ...] = ()
        if caller is not None:
            links = (new_span(caller.trace),)
            self._message(spans, links[0], above=caller.span, links=(place,))
        self._message(spans, place, above=0 if first else root.span, links=links)
        for name, begun, ended in self._stretches():
            own = new_span(root.trace)
            spans.add(Span(name, own, begun, ended, self._said, above=place.span))

    def _message(
        self, spans: Spans, place: Place, above: int, links: tuple[Place, ...] = ()
    ) -> None:
        begun, ended = self._way.begun_ns, self._ended_ns
        spans.add(Span(self._name, place, begun, ended, self._said, above, links, server=True))

    def _stretches(self) -> list[tuple[str, int, int]]:
        way = self._way
        known = [("stored", way.stored), ("waiting", way.waited)]
        found = [(name, *span) for name, span in known if span is not None]
        if not found:
            return []
        taken = ("taken", way.begun_ns, found[0][1])
        return [taken, *found, ("answered", found[-1][2], self._ended_ns)]
