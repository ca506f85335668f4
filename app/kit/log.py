"""Structured logs: a fixed event name, data in fields, never a name, number, code, token or key."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

CALL: ContextVar[str] = ContextVar("call", default="")
"""The id of the HTTP call that is being answered: each line written meanwhile has it."""


def configure(level: str = "info", as_json: bool = False) -> None:
    """Sets up structlog and the standard library's loggers for this process."""
    numeric = getattr(logging, level.upper(), logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Discreet("%(message)s"))
    logging.basicConfig(level=numeric, handlers=[handler], force=True)
    sys.excepthook = last_words
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
            structlog.processors.ExceptionRenderer(lambda info: _traced(info[1])),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def described(error: BaseException) -> str:
    """A fault by its kind and what can name nobody. Its text is never logged: it may quote what
    somebody sent (``invalid literal for int(): '…'``), a row, an address."""
    kind = type(error).__qualname__
    if isinstance(error, OSError) and error.errno:
        return f"{kind}: {os.strerror(error.errno)}"
    known = [getattr(error, name, None) for name in ("sqlstate", "table_name", "constraint_name")]
    return ": ".join([kind, *(one for one in known if isinstance(one, str))])


def _trace(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """The lines of a traceback, causes first, without the faults' texts."""
    seen |= {id(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from _trace(cause, seen)
        yield "\n→ and then:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield described(error) + "\n"
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(one) not in seen:
            yield "\n→ among them:\n\n"
            yield from _trace(one, seen)


def _traced(error: BaseException | None) -> str:
    return "" if error is None else "".join(_trace(error)).rstrip("\n")


class _Discreet(logging.Formatter):
    """What libraries say, without the texts of faults: neither below the message nor in it."""

    def formatException(self, ei: Any) -> str:
        return _traced(ei[1])

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "asyncio":  # its further lines show tasks with their faults
            record.msg = str(record.msg).partition("\n")[0]
        if isinstance(record.args, tuple):
            record.args = tuple(
                described(one) if isinstance(one, BaseException) else one for one in record.args
            )
        return super().format(record)


def last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What a process says that dies of a fault."""
    sys.stderr.write(_traced(error) + "\n")


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
