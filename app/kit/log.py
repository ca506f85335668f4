"""Structured logs: a fixed event name, data in fields, never a name, number, code, token or key."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar

import structlog
from structlog.typing import EventDict

CALL: ContextVar[str] = ContextVar("call", default="")
"""The id of the HTTP call that is being answered: each line written meanwhile has it."""


def configure(level: str = "info", as_json: bool = False) -> None:
    """Sets up structlog and the standard library's loggers for this process."""
    numeric = getattr(logging, level.upper(), logging.INFO)
    logging.basicConfig(stream=sys.stdout, level=numeric, format="%(message)s", force=True)
    for noisy in ("tortoise", "asyncio", "aiohttp.access", "arq.worker"):
        logging.getLogger(noisy).setLevel(max(numeric, logging.WARNING))
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    )
    structlog.configure(
        processors=[
            _which_call,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def debugging() -> bool:
    """Whether lines for debugging are written: what is made for them alone may else be spared."""
    return logging.getLogger().isEnabledFor(logging.DEBUG)


def _which_call(_: object, __: str, event: EventDict) -> EventDict:
    if call := CALL.get():
        event.setdefault("request_id", call)
    return event


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one module."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound
