"""The only module that knows OpenTelemetry: its SDK's queue and thread, its OTLP over HTTP. All is
set by its own standard variables."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, TraceFlags

from app.kit.log import logger
from app.kit.spans import Place, Span

_SCOPE = InstrumentationScope("qinji")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_QUEUE_MAX = 2048
_END_S = 2.0
log = logger(__name__)


class Sender:
    """Hands spans to the SDK, as long as fewer than ``OTEL_BSP_MAX_QUEUE_SIZE`` wait there or are
    on their way."""

    def __init__(self, service: str) -> None:
        # An endpoint that is away is told once by us, not at each try by the library.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        os.environ.setdefault("OTEL_SERVICE_NAME", service)
        provider = TracerProvider(shutdown_on_exit=False)
        assert provider.resource.attributes[SERVICE_NAME]
        self._resource, self._sampler = provider.resource, provider.sampler
        self._exporter = _Counted(OTLPSpanExporter())
        self._most = int(os.environ.get("OTEL_BSP_MAX_QUEUE_SIZE") or _QUEUE_MAX)
        self._processor = BatchSpanProcessor(self._exporter)
        self._given = self._dropped = 0

    def add(self, span: Span) -> None:
        trace = span.place.trace
        decision = self._sampler.should_sample(None, trace, span.name).decision
        if decision is not Decision.RECORD_AND_SAMPLE:
            return
        if self._given - self._exporter.taken >= self._most:
            self._dropped += 1
            return
        self._given += 1
        self._processor.on_end(
            ReadableSpan(
                span.name,
                _context(span.place),
                _context(Place(trace, span.above)) if span.above else None,
                self._resource,
                attributes=span.said,
                links=[Link(_context(one)) for one in span.links],
                kind=SpanKind.SERVER if span.server else SpanKind.INTERNAL,
                start_time=span.begun_ns,
                end_time=span.ended_ns,
                instrumentation_scope=_SCOPE,
            )
        )

    def counts(self) -> dict[str, int]:
        exporter = self._exporter
        return {"sent": exporter.sent, "dropped": self._dropped + exporter.taken - exporter.sent}

    async def close(self) -> None:
        # In a thread that the process doesn't wait for: an endpoint may hang for long.
        last = threading.Thread(target=self._processor.shutdown, daemon=True)
        last.start()
        await asyncio.to_thread(last.join, _END_S)


class _Counted(SpanExporter):
    """Counts what was ``taken`` from the queue, and of that what was ``sent``; the rest is lost."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._failing = False
        self.taken = self.sent = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = SpanExportResult.FAILURE
        try:
            result = self._exporter.export(spans)
        finally:
            well = result is SpanExportResult.SUCCESS
            self.sent += len(spans) if well else 0
            self.taken += len(spans)
            if well is self._failing:
                self._failing = not well
                log.warning("spans_lost" if self._failing else "spans_taken_again")
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _context(place: Place) -> SpanContext:
    return SpanContext(place.trace, place.span, is_remote=False, trace_flags=_SAMPLED)
