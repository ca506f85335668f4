"""Spans: nothing of OpenTelemetry is there unless an endpoint is named; ids of traces are made of
requests, and a caller's is read as W3C writes it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from app.kit import spans
from app.kit.spans import parent_of, root_of

_BEGUN = (
    "import sys; from app.kit import spans; spans.begin('qinji-app');"
    " print(spans.active() is not None, 'opentelemetry' in sys.modules)"
)
_WHOLE = "import app.main, worker.main; "
_HANGS = """
import asyncio, socket
from app.kit import spans
with socket.create_server(("127.0.0.1", 0)) as hangs:
    import os
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{hangs.getsockname()[1]}"
    os.environ["OTEL_BSP_SCHEDULE_DELAY"] = "10"
    spans.begin("qinji-app")
    found = spans.active()
    for number in range(5000):
        root = spans.root_of(number)
        found.add(spans.Span("bill", root, 1, 2, {"qinji.lane": 0}))
    assert found.counts() == {"sent": 0, "dropped": 5000 - 2048}, found.counts()
    asyncio.run(spans.end())
    print("ended")
"""


def _said(program: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={name: value for name, value in os.environ.items() if name[:5] != "OTEL_"} | env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_nothing_is_loaded_where_no_endpoint_is_named() -> None:
    assert _said(_WHOLE + _BEGUN) == "False False"


def test_it_begins_where_one_is_named_and_can_be_switched_off() -> None:
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    assert _said(_BEGUN, **named) == "True True"
    assert _said(_BEGUN, **named, OTEL_SDK_DISABLED="true") == "False False"


def test_beyond_the_queue_spans_are_dropped_and_an_endpoint_that_hangs_keeps_nobody_alive() -> None:
    assert _said(_HANGS) == "ended"


def test_a_program_without_the_extra_says_so_and_goes_on() -> None:
    lacks = "import sys; sys.modules['opentelemetry'] = None; "
    assert _said(lacks + _BEGUN, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") == "False True"


def test_a_request_has_one_trace_and_two_have_two() -> None:
    assert root_of(1) == root_of(1) != root_of(2)
    assert 0 < root_of(7).trace < 2**128 and 0 < root_of(7).span < 2**64
    assert spans.new_span(5).trace == 5 != spans.new_span().trace


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (f"00-{'a' * 32}-{'b' * 16}-01", True),
        (f"01-{'a' * 32}-{'b' * 16}-01-more", True),
        (f"ff-{'a' * 32}-{'b' * 16}-01", False),
        (f"00-{'0' * 32}-{'b' * 16}-01", False),
        (f"00-{'a' * 32}-{'0' * 16}-01", False),
        (f"00-{'A' * 32}-{'b' * 16}-01", False),
        (f"00-{'a' * 31}-{'b' * 16}-01", False),
        ("", False),
    ],
)
def test_a_caller_is_read_as_written_or_not_at_all(header: str, named: bool) -> None:
    place = parent_of(header)
    assert (place is not None) is named
    if place is not None:
        assert (f"{place.trace:032x}", f"{place.span:016x}") == ("a" * 32, "b" * 16)
