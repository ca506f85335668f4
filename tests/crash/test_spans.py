"""A till's message as OpenTelemetry's spans: a real app and a real worker send them to somebody who
takes them by OTLP over HTTP, or takes them no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app.clients.till.client import Answer, Sale, TillClient
from app.clients.till.sale import sale_input
from app.compose import Services
from app.kit.spans import root_of
from app.local.probes import free_port
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, running_fleet, until
from tests.crash.village import Bill, Village, till

_TRACE, _CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
_APP = {"till 2102", "taken", "stored", "waiting", "answered"}
_WORKER = {"claimed", "decided", "written"}
_ONE_TRACE = _APP | _WORKER


@dataclass
class Collector:
    """Takes spans. Once ``silent`` it lets whoever brings some wait."""

    spans: list[tuple[str, Span]] = field(default_factory=list)
    bodies: bytes = b""
    silent: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/x-protobuf"
        if self.silent.is_set():
            await asyncio.sleep(3600)
        body = await request.read()
        self.bodies += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            said = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [(said["service.name"], one) for one in scope.spans]
        told = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=told, content_type="application/x-protobuf")

    def of(self, trace: int) -> list[Span]:
        """What has come of a trace."""
        name = trace.to_bytes(16, "big")
        return [one for _, one in self.spans if one.trace_id == name]


@dataclass
class Watched:
    """The system, and who takes its spans."""

    fleet: Fleet
    services: Services
    village: Village
    collector: Collector
    metrics: str

    @asynccontextmanager
    async def till(self, number: int, **headers: str) -> AsyncIterator[TillClient]:
        at = till(self.fleet.url, number)
        at.session = aiohttp.ClientSession(headers=headers)
        async with at:
            yield at

    async def sell(self, at: TillClient, msgid: str | None = None) -> tuple[Answer, Bill]:
        """A small bill that is paid, under a message number."""
        bill = self.village.bill()
        while len(bill.items) > 2 or bill.insutype != bill.patient.insutype:
            bill = self.village.bill()
        token = await self.village.token(bill.patient, at.fixmedins_code)
        sale = Sale(bill.patient.psn_no, token, bill.insutype, bill.patient.place, bill.items)
        input = sale_input(sale, at.clock.now())
        answer = await at.call("2102", input, msgid, bill.patient.place)
        if msgid is not None:  # once more
            answer = await at.call("2102", input, msgid, bill.patient.place)
        assert answer.ok, answer.err_msg
        return answer, bill

    async def request_of(self, answer: Answer) -> int:
        found = await self.services.database.value(
            "select id from request where msgid = $1", answer.msgid
        )
        return int(found)

    async def figure(self, name: str) -> float:
        """What ``/metrics`` says, over all processes."""
        async with aiohttp.ClientSession() as http, http.get(self.metrics) as response:
            lines = (await response.text()).splitlines()
        start, _, label = name.partition("|")
        found = [one for one in lines if one.startswith(start) and label in one]
        return sum(float(one.split()[-1]) for one in found)


@pytest.fixture(scope="module")
async def watched(
    mortal: tuple[Embedded, Endpoints], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Watched]:
    folder: Path = tmp_path_factory.mktemp("spans")
    collector, port = Collector(), free_port()
    application = web.Application()
    application.add_routes([web.post("/v1/traces", collector.take)])
    async with TestServer(application) as server:
        env = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": str(server.make_url("")).rstrip("/"),
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_BSP_MAX_QUEUE_SIZE": "64",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "16",
            "QINJI_METRICS_PORT": str(port),
        }
        embedded, found = mortal
        async with running_fleet(folder, embedded, found, 1, **env) as (fleet, services):
            village = await Village.build(services, folder)
            metrics = f"http://127.0.0.1:{port}/metrics"
            yield Watched(fleet, services, village, collector, metrics)


async def _come(collector: Collector, trace: int, names: set[str]) -> dict[str, Span]:
    async def there() -> bool:
        return names <= {one.name for one in collector.of(trace)}

    await until(there, f"{names} have come")
    return {one.name: one for one in collector.of(trace)}


async def test_a_bill_is_one_trace_from_door_to_ledger(watched: Watched) -> None:
    collector = watched.collector
    async with watched.till(1) as at:
        answer, bill = await watched.sell(at)
    request_id = await watched.request_of(answer)
    root = root_of(request_id)
    found = await _come(collector, root.trace, _ONE_TRACE)
    top = found["till 2102"]
    assert top.span_id == root.span.to_bytes(8, "big") and not top.parent_span_id
    assert top.kind == Span.SPAN_KIND_SERVER
    assert {one.parent_span_id for name, one in found.items() if one is not top} == {top.span_id}
    assert {service for service, one in collector.spans if one.name in ("decided", "written")} == {
        "qinji-worker"
    }
    order = ["taken", "stored", "claimed", "decided", "written"]
    ends = [found[name].end_time_unix_nano for name in order]
    assert ends == sorted(ends) and ends[-1] <= top.end_time_unix_nano
    said = {one.key: one.value for one in found["written"].attributes}
    lane = await watched.services.database.value(
        "select lane from request where id = $1", request_id
    )
    assert said["qinji.request_id"].string_value == str(request_id)
    assert said["qinji.infno"].string_value == "2102"
    assert said["qinji.lane"].int_value == lane
    assert said["qinji.result"].string_value == "OK"
    told = {one.key for _, span in collector.spans for one in span.attributes}
    assert told <= {
        "qinji.call_id",
        "qinji.request_id",
        "qinji.infno",
        "qinji.lane",
        "qinji.result",
        "http.response.status_code",
    }
    for secret in (bill.patient.psn_no, answer.msgid, answer.setlinfo["psn_name"]):
        assert str(secret).encode() not in collector.bodies


async def test_a_callers_trace_is_taken_up_and_a_repeat_lies_in_the_same(watched: Watched) -> None:
    collector = watched.collector
    async with watched.till(2, traceparent=f"00-{_TRACE}-{_CALLER}-01") as at:
        answer, _ = await watched.sell(at, at.new_msgid())
    root = root_of(await watched.request_of(answer))

    async def both() -> bool:
        return len(collector.of(int(_TRACE, 16))) == 2

    await until(both, "each sending is in the caller's trace")
    await _come(collector, root.trace, _ONE_TRACE)
    ours = [one for one in collector.of(root.trace) if one.name == "till 2102"]
    theirs = collector.of(int(_TRACE, 16))
    assert {one.parent_span_id.hex() for one in theirs} == {_CALLER}
    assert {one.links[0].span_id for one in theirs} == {one.span_id for one in ours}
    assert {one.links[0].span_id for one in ours} == {one.span_id for one in theirs}
    again = next(one for one in ours if one.span_id != root.span.to_bytes(8, "big"))
    assert len(ours) == 2 and again.parent_span_id == root.span.to_bytes(8, "big")


async def test_what_moves_no_money_is_told_with_its_result(watched: Watched) -> None:
    collector = watched.collector
    async with watched.till(3) as at:
        node = {"psn_no": "1", "medins_setl_id": "1", "mdtrt_id": "", "med_type": ""}
        answer = await at.call("5203A", {"data": node})
    assert not answer.ok

    async def there() -> bool:
        return any(one.name == "till 5203A" for _, one in collector.spans)

    await until(there, "it has come")
    [span] = [one for _, one in collector.spans if one.name == "till 5203A"]
    said = {one.key: one.value.string_value for one in span.attributes}
    assert said["qinji.result"] == answer.err_msg.partition(" ")[0]


async def test_who_takes_no_more_spans_holds_up_no_bill_and_what_is_lost_is_counted(
    watched: Watched,
) -> None:
    assert await watched.figure('qinji_spans_total|became="dropped"') == 0
    watched.collector.silent.set()
    async with watched.till(4) as at:
        for _ in range(30):
            await watched.sell(at)

    async def counted() -> bool:
        return await watched.figure('qinji_spans_total|became="dropped"') > 0

    await until(counted, "what was dropped is told at /metrics", every_s=0.3)
    assert await watched.figure('qinji_spans_total|became="sent"') > 0
